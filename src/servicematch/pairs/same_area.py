"""The area limit: request and team in the same area down to a level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from servicematch.base.errors import PolicyError
from servicematch.pairs.listed import EVERY_TEAM, ListSource
from servicematch.tables.areas import area_codes

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray, Int32Array, IntArray


@dataclass(frozen=True, slots=True)
class SameArea:
    """The team's area is the request's area down to ``level`` (1 is the outermost).

    A request whose path ends before ``level`` is compared down to its own end; one without area passes everywhere;
    a team without area, or whose path ends before, fails. The measured value is 1 where the areas differ. Off when
    a table has no area column.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1], "area": ["准格尔旗/薛家湾镇"]})
    >>> teams = Teams({"id": [1, 2], "area": ["准格尔旗/沙圪堵镇", "乌审旗"]})
    >>> pairs = np.array([0, 0]), np.array([0, 1])
    >>> SameArea(level=1).prepare(requests, teams).values(*pairs), SameArea(level=2).prepare(requests, teams).values(*pairs)
    (array([0., 1.]), array([1., 1.]))
    """

    level: int

    def __post_init__(self) -> None:
        if isinstance(self.level, bool) or not isinstance(self.level, int) or self.level < 1:
            raise PolicyError(f"limits.same_area.level: expected a whole number of at least 1, got {self.level!r}.")

    @property
    def name(self) -> str:
        """The limit's name."""
        return "same_area"

    def prepare(self, requests: Any, teams: Any) -> PreparedSameArea | None:
        """Make the limit ready; None when a table has no area column."""
        if requests.area is None or teams.area is None:
            return None
        asked, had = (codes[:, : self.level] for codes in area_codes(requests.area, teams.area))
        depth = (asked >= 0).sum(axis=1).astype(np.int64)
        # A last column of -1 stands for "asks nothing": it is read, but never compared.
        innermost = np.where(depth > 0, asked[np.arange(len(asked)), depth - 1] if asked.shape[1] else -1, -1)
        return PreparedSameArea(depth, innermost.astype(np.int32), np.ascontiguousarray(had))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedSameArea:
    """Codes of areas: request r asks for code ``asked[r]`` at level ``depth[r]`` (0: for nothing)."""

    depth: IntArray
    asked: Int32Array
    had: Int32Array
    unit: ClassVar[str] = ""
    cost: ClassVar[float] = 2.0

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give 1 where the areas differ."""
        depth = self.depth[rows]
        differs = np.zeros(len(rows))
        some = np.flatnonzero(depth > 0)
        differs[some] = self.had[cols[some], depth[some] - 1] != self.asked[rows[some]]
        return differs

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:  # noqa: ARG002  the same for every pair
        """Allow no difference."""
        return np.zeros(len(rows))

    def index(self) -> ListSource:
        """List the teams of each area, level by level."""
        n_teams, n_levels = self.had.shape
        n_codes = 1 + max(int(self.had.max(initial=0)), int(self.asked.max(initial=0)))
        team, level = np.nonzero(self.had >= 0)
        keys = np.where(self.depth > 0, (self.depth - 1) * n_codes + self.asked, EVERY_TEAM)
        list_of = level * n_codes + self.had[team, level]
        return ListSource.of(keys, list_of, team, n_lists=max(n_levels, 1) * n_codes, n_teams=n_teams)
