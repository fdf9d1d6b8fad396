"""The limits that name pairs: allowed, forbidden, booked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from servicematch.pairs.keyed import KeySource
from servicematch.pairs.listed import EVERY_TEAM, NO_TEAM, ListSource
from servicematch.pairs.pairkeys import PairKeys, positions, read_pairs, standing

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray


@dataclass(frozen=True, slots=True)
class Allowed:
    """Only these pairs may be; a request that is not named may go nowhere.

    ``pairs`` are tuples (request_id, team_id), or a mapping from a request's id to ids of teams. Ids that the
    tables do not have are left out. The measured value is 1 where the pair is not named.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> limit = Allowed([(1, 8)]).prepare(Requests({"id": [1, 2]}), Teams({"id": [7, 8]}))
    >>> limit.values(np.array([0, 0, 1]), np.array([0, 1, 1]))
    array([1., 0., 1.])
    """

    pairs: Any = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", standing(self.pairs, "limits.allowed"))

    @property
    def name(self) -> str:
        """The limit's name."""
        return "allowed"

    def prepare(self, requests: Any, teams: Any) -> PreparedNamed:
        """Make the limit ready."""
        return PreparedNamed(read_pairs(self.pairs, requests, teams, "limits.allowed"), is_allowed=True)


@dataclass(frozen=True, slots=True)
class Forbidden:
    """These pairs may not be; all others may.

    ``pairs`` as for `Allowed`. The measured value is 1 where the pair is named.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> limit = Forbidden({1: [8]}).prepare(Requests({"id": [1, 2]}), Teams({"id": [7, 8]}))
    >>> limit.values(np.array([0, 0, 1]), np.array([0, 1, 1]))
    array([0., 1., 0.])
    """

    pairs: Any = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", standing(self.pairs, "limits.forbidden"))

    @property
    def name(self) -> str:
        """The limit's name."""
        return "forbidden"

    def prepare(self, requests: Any, teams: Any) -> PreparedNamed:
        """Make the limit ready."""
        return PreparedNamed(read_pairs(self.pairs, requests, teams, "limits.forbidden"), is_allowed=False)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedNamed:
    """Looks pairs up among the named ones."""

    named: PairKeys
    is_allowed: bool
    unit: ClassVar[str] = ""
    cost: ClassVar[float] = 4.0

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give 1 where the pair may not be."""
        is_named: BoolArray = self.named.find(rows, cols) >= 0
        return np.not_equal(is_named, self.is_allowed).astype(np.float64)

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:  # noqa: ARG002  the same for every pair
        """Allow none."""
        return np.zeros(len(rows))

    def index(self) -> KeySource | None:
        """List the allowed pairs; forbidden ones say nothing of where to look."""
        return KeySource(self.named) if self.is_allowed else None


@dataclass(frozen=True, slots=True)
class Booked:
    """A request with a ``booked_team`` goes to that team or nowhere; others may go anywhere.

    The measured value is 1 at every other team. Off when the requests have no such column.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1, 2], "booked_team": [8, None]}), Teams({"id": [7, 8]})
    >>> Booked().prepare(requests, teams).values(np.array([0, 0, 1]), np.array([0, 1, 0]))
    array([1., 0., 0.])
    """

    @property
    def name(self) -> str:
        """The limit's name."""
        return "booked"

    def prepare(self, requests: Any, teams: Any) -> PreparedBooked | None:
        """Make the limit ready; None when no request can book."""
        if requests.booked_team is None:
            return None
        booked = np.full(len(requests), EVERY_TEAM, dtype=np.int64)
        has = np.array([team is not None for team in requests.booked_team], dtype=np.bool_)
        found = positions(teams.ids, requests.booked_team[has].tolist(), "requests.booked_team")
        booked[has] = np.where(found < 0, NO_TEAM, found)
        return PreparedBooked(booked, len(teams))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedBooked:
    """The booked team of each request, `EVERY_TEAM` where none is booked, `NO_TEAM` where it does not exist."""

    booked: IntArray
    n_teams: int
    unit: ClassVar[str] = ""
    cost: ClassVar[float] = 1.0

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give 1 where another team is booked."""
        booked = self.booked[rows]
        another: BoolArray = (booked != EVERY_TEAM) & (booked != cols)
        return another.astype(np.float64)

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:  # noqa: ARG002  the same for every pair
        """Allow none."""
        return np.zeros(len(rows))

    def index(self) -> ListSource:
        """List the booked team; every team where none is booked."""
        every = np.arange(self.n_teams)
        return ListSource.of(self.booked, every, every, n_lists=self.n_teams, n_teams=self.n_teams)
