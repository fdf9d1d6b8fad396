"""Limits and terms of time: they speak of a request and a slot, not of a request and a team."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from servicematch.base.errors import PolicyError
from servicematch.pairs.weights import check_weight
from servicematch.tables.slot_teams import HOUR_S, durations, windows
from servicematch.tables.times import MISSING_TIME

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Time:
    """The slot and the request's window have the request's hours in common.

    The window is [``earliest``, ``latest``), the slot [``start``, ``end``); a side that says nothing is open. The
    service takes the request's ``hours``, or a moment where nothing is said. The measured value is the number of hours
    that are lacking. Holds wherever slots are given, whether a policy names it or not; naming it says where it stands
    in the waterfall. Off without slots.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.slots import Slots
    >>> request = {"id": 1, "hours": 2.0, "earliest": "2026-06-06T10:00Z", "latest": "2026-06-06T13:00Z"}
    >>> slots = Slots(
    ...     {"id": [1, 2], "team_id": ["t", "t"], "start": ["2026-06-06T08:00Z", "2026-06-06T12:00Z"],
    ...      "end": ["2026-06-06T12:00Z", "2026-06-06T18:00Z"]}
    ... )
    >>> Time().prepare_slots(Requests([request]), None, slots).values(np.array([0, 0]), np.array([0, 1]))
    array([0., 1.])
    """

    @property
    def name(self) -> str:
        """The limit's name."""
        return "time"

    def prepare(self, requests: Any, teams: Any) -> None:  # noqa: ARG002  without slots there is nothing to measure
        """Stay off: without slots nobody knows when a team can come."""
        return

    def prepare_slots(self, requests: Any, teams: Any, slots: Any) -> PreparedTime:  # noqa: ARG002  the slots know
        """Make the limit ready for requests and slots."""
        return PreparedTime(*windows(requests), durations(requests), slots.start, slots.end)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedTime:
    """Windows and durations of requests, and stretches of slots, in seconds."""

    early: IntArray
    late: IntArray
    takes: IntArray
    start: IntArray
    end: IntArray
    unit: ClassVar[str] = "h"
    cost: ClassVar[float] = 1.0

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Count the hours that are lacking."""
        common = np.minimum(self.end[cols], self.late[rows]) - np.maximum(self.start[cols], self.early[rows])
        lacking: FloatArray = np.maximum(self.takes[rows] - np.maximum(common, 0), 0) / HOUR_S
        return lacking

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:  # noqa: ARG002  the same for every pair
        """Allow none to be lacking."""
        return np.zeros(len(rows))


@dataclass(frozen=True, slots=True)
class Within:
    """The slot starts at most ``days`` after the request was placed (``placed_at``).

    The measured value is that number of days; it is negative for a slot that started before, which passes (say
    ``earliest`` where it must not). A request without ``placed_at`` passes everywhere. Off without slots or such a
    column.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.slots import Slots
    >>> requests = Requests({"id": [1], "placed_at": ["2026-06-02T09:00Z"]})
    >>> slots = Slots([{"id": 1, "team_id": "t", "start": "2026-06-06T09:00Z", "end": "2026-06-06T12:00Z"}])
    >>> Within(days=7).prepare_slots(requests, None, slots).values(np.array([0]), np.array([0]))
    array([4.])
    """

    days: float = 7.0

    def __post_init__(self) -> None:
        if not (_is_number(self.days) and self.days >= 0):
            raise PolicyError(f"limits.within.days: expected days of at least 0, got {self.days!r}.")

    @property
    def name(self) -> str:
        """The limit's name."""
        return "within"

    def prepare(self, requests: Any, teams: Any) -> None:  # noqa: ARG002  as in Time
        """Stay off: without slots nobody knows when a team comes."""
        return

    def prepare_slots(self, requests: Any, teams: Any, slots: Any) -> PreparedWithin | None:  # noqa: ARG002  as in Time
        """Make the limit ready; None when the requests do not say when they were placed."""
        return None if requests.placed_at is None else PreparedWithin(Waits.of(requests, slots), float(self.days))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedWithin:
    """How long requests wait, against the most they may."""

    waits: Waits
    days: float
    unit: ClassVar[str] = "days"
    cost: ClassVar[float] = 1.0

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Count the days."""
        return self.waits.days(rows, cols)

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:  # noqa: ARG002  a matter of the request
        """Allow so many; any number where nobody knows when it was placed."""
        return np.where(self.waits.is_known[rows], self.days, np.inf)


@dataclass(frozen=True, slots=True)
class Sooner:
    """How soon: ``half_days / (half_days + days)`` from when the request was placed to the slot's start.

    So 1 at once, or before, and one half after ``half_days``. A request without ``placed_at`` leaves the term out. Off
    without slots or such a column.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.slots import Slots
    >>> requests = Requests({"id": [1], "placed_at": ["2026-06-02T09:00Z"]})
    >>> slots = Slots([{"id": 1, "team_id": "t", "start": "2026-06-05T09:00Z", "end": "2026-06-05T12:00Z"}])
    >>> Sooner(half_days=3).prepare_slots(requests, None, slots).values(np.array([0]), np.array([0]))
    array([0.5])
    """

    weight: float = 0.10
    half_days: float = 3.0

    def __post_init__(self) -> None:
        check_weight(self.name, self.weight)
        if not (_is_number(self.half_days) and self.half_days > 0):
            raise PolicyError(f"terms.sooner.half_days: expected days above 0, got {self.half_days!r}.")

    @property
    def name(self) -> str:
        """The term's name."""
        return "sooner"

    def prepare(self, requests: Any, teams: Any) -> None:  # noqa: ARG002  as in Time
        """Stay off: without slots nobody knows when a team comes."""
        return

    def prepare_slots(self, requests: Any, teams: Any, slots: Any) -> PreparedSooner | None:  # noqa: ARG002  as in Time
        """Make the term ready; None when the requests do not say when they were placed."""
        return None if requests.placed_at is None else PreparedSooner(Waits.of(requests, slots), float(self.half_days))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedSooner:
    """How long requests wait, as a share of soonness."""

    waits: Waits
    half_days: float

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value each request and slot; NaN where nobody knows when it was placed."""
        soon: FloatArray = self.half_days / (self.half_days + np.maximum(self.waits.days(rows, cols), 0.0))
        return soon


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Waits:
    """When requests were placed and slots start, in seconds."""

    placed: IntArray
    start: IntArray
    is_known: BoolArray

    @classmethod
    def of(cls, requests: Any, slots: Any) -> Waits:
        """Take the times from the tables."""
        return cls(requests.placed_at, slots.start, requests.placed_at != MISSING_TIME)

    def days(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Count the days from the one to the other, NaN where nobody knows when the request was placed."""
        known = self.is_known[rows]
        seconds = self.start[cols] - np.where(known, self.placed[rows], 0)
        return np.where(known, seconds / DAY_S, np.nan)


def with_time(limits: tuple[Any, ...]) -> tuple[Any, ...]:
    """Add the limit of time where slots are given and no policy names it: slots are there to be kept.

    Examples
    --------
    >>> with_time((Within(),))
    (Within(days=7.0), Time())
    """
    return limits if any(limit.name == "time" for limit in limits) else (*limits, Time())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
