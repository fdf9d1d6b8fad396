"""What a page needs to know of a plan: its tables, its chosen pairs, and the columns of its assignments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.base.arrays import AnyArray, BoolArray, Int32Array, IntArray
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PlanParts:
    """The chosen pairs of a plan, in positions, with their tables.

    Attributes
    ----------
    requests, teams
        The tables.
    rows, cols
        Canonical positions of the request and the team of each chosen pair.
    assignments
        Columns ``request_id``, ``team_id``, ``score``, ``distance_km`` in the order in which they are shown; with slots
        also ``start``.
    capacity
        Places of each team where these are not those of the table.
    zone
        The zone in which times are told, UTC without one.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1, 2], "units": [2, 1]}), Teams({"id": [1, 2]})
    >>> parts = PlanParts(requests, teams, np.array([0, 1]), np.array([0, 1]), {})
    >>> parts.served.tolist(), parts.is_open.tolist(), parts.load.tolist()
    ([1, 1], [True, False], [1, 1])
    """

    requests: Requests
    teams: Teams
    rows: Int32Array | IntArray
    cols: Int32Array | IntArray
    assignments: Mapping[str, AnyArray]
    capacity: IntArray | None = None
    zone: Any = None

    @property
    def places(self) -> IntArray:
        """Places of each team in this plan."""
        return self.teams.capacity if self.capacity is None else self.capacity

    @property
    def served(self) -> IntArray:
        """Units served, one entry a request."""
        return np.bincount(self.rows, minlength=len(self.requests))

    @property
    def is_open(self) -> BoolArray:
        """Which requests lack a unit or more."""
        lacks: BoolArray = self.served < self.requests.units
        return lacks

    @property
    def load(self) -> IntArray:
        """Units given, one entry a team."""
        return np.bincount(self.cols, minlength=len(self.teams))
