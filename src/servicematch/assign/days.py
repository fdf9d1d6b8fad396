"""Days of teams with slots: when each job may begin, how long it takes, and the way from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import DefaultUsed, PolicyError
from servicematch.base.notices import notice
from servicematch.pairs.geo import Spots
from servicematch.pairs.limits import Distance
from servicematch.solve.days import Days
from servicematch.tables.times import MISSING_TIME

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.assign.inputs import Timed
    from servicematch.assign.policy import Policy
    from servicematch.base.arrays import AnyArray, BoolArray, Int32Array, IntArray
    from servicematch.tables.requests import Requests
    from servicematch.tables.slots import Slots

_HOUR, _DAY = 3600, 1440
_LONGEST = 2**40
"""Seconds of a way that no day holds."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StraightWays:
    """Straight lines between requests, so many times as long, at so many kilometres an hour."""

    spots: Spots | None
    seconds_per_km: float

    def between(self, first: IntArray, second: IntArray) -> IntArray:
        """Return whole seconds, to the nearest, from each first request to each second one."""
        if self.spots is None:
            return np.zeros(len(first), dtype=np.int64)
        km = self.spots.km(self.spots, first.astype(np.int32), second.astype(np.int32))
        seconds = np.floor(np.where(np.isnan(km), 0.0, km) * self.seconds_per_km + 0.5)
        return np.minimum(seconds, float(_LONGEST)).astype(np.int64)

    def are_known(self, rows: IntArray) -> BoolArray:
        """Tell which requests have a place."""
        return np.zeros(len(rows), dtype=np.bool_) if self.spots is None else self.spots.is_known[rows]


def check_days(policy: Policy, slots: Slots) -> None:
    """Refuse slots in which a team may be at several places at once, for nobody knows then who goes where next.

    Raises
    ------
    PolicyError
        For a slot of several places, and for slots of a team that overlap.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.travel import Travel
    >>> from servicematch.tables.slots import Slots
    >>> slots = {"id": [1], "team_id": [7], "start": ["2026-06-06T09:00Z"], "end": ["2026-06-06T12:00Z"], "capacity": [2]}
    >>> check_days(Policy(travel=Travel()), Slots(slots))
    Traceback (most recent call last):
    servicematch.base.errors.PolicyError: travel: a team is at one place at a time, and slot 1 has 2 places. Hint: write a \
team for each crew, with slots of its own
    """
    if policy.travel is None:
        return
    if policy.travel.setup_minutes > _DAY:
        raise PolicyError(
            f"travel.setup_minutes: with slots at most a day, {_DAY}, got {policy.travel.setup_minutes!r}"
        )
    hint = "Hint: write a team for each crew, with slots of its own"
    several = np.flatnonzero(slots.capacity > 1)
    if len(several):
        one, places = slots.ids[several[:1]].tolist()[0], slots.capacity[several[0]]
        raise PolicyError(f"travel: a team is at one place at a time, and slot {one!r} has {places} places. {hint}")
    whose = np.unique(slots.team_id, return_inverse=True)[1]
    order = np.lexsort((slots.start, whose))
    both = (np.diff(whose[order]) == 0) & (slots.end[order[:-1]] > slots.start[order[1:]])
    if both.any():
        at = int(np.flatnonzero(both)[0])
        first, second = slots.ids[order[at : at + 2]].tolist()
        raise PolicyError(
            f"travel: a team is at one place at a time, and its slots {first!r} and {second!r} overlap. {hint}"
        )


def read_days(policy: Policy, requests: Requests, timed: Timed | None, row: Int32Array, col: Int32Array) -> Days | None:
    """Read when the jobs of pairs of requests and slots may begin, in seconds; None without slots or travel.

    A job begins within its slot and its window, and ends there. A request without hours takes what there is of both.

    Examples
    --------
    >>> from servicematch.assign.inputs import read_inputs
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.travel import Travel
    >>> slots = {"id": [1], "team_id": [7], "start": ["2026-06-06T09:00Z"], "end": ["2026-06-06T12:00Z"]}
    >>> requests = {"id": [1, 2], "hours": [2.0, None], "lat": [39.0, 39.1], "lon": [110.0, 110.0]}
    >>> inputs = read_inputs(requests, {"id": [7]}, Policy(travel=Travel(kmh=60, setup_minutes=5)), slots)
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32)
    >>> days = read_days(inputs.policy, inputs.requests, inputs.timed, *pairs)
    >>> (days.late - days.early).tolist(), days.takes.tolist(), days.ways.between(np.array([0]), np.array([1])).tolist()
    ([3600, 0], [7500, 11100], [667])
    """
    travel = policy.travel
    if timed is None or travel is None:
        return None
    slots = timed.slots
    early, end = slots.start[col].astype(np.int64), slots.end[col].astype(np.int64)
    if requests.earliest is not None:
        early = np.maximum(early, requests.earliest[row])  # a missing one is before all times
    if requests.latest is not None:
        latest = requests.latest[row]
        end = np.where(latest == MISSING_TIME, end, np.minimum(end, latest))
    work = np.maximum(end - early, 0)
    if requests.hours is not None:
        hours = requests.hours[row]
        stated = np.maximum(1, np.rint(np.nan_to_num(hours) * _HOUR)).astype(np.int64)
        work = np.where(np.isnan(hours), work, stated)
    setup = int(np.floor(travel.setup_minutes * 60.0 + 0.5))
    detour = next((limit.detour for limit in policy.limits if isinstance(limit, Distance)), 1.0)
    spots = None
    if requests.lat is not None and requests.lon is not None:
        spots = Spots.from_degrees(requests.lat, requests.lon)
    return Days(
        early,
        np.maximum(early, end - work),  # a pin may take longer than there is
        work + setup,
        slots.start.astype(np.int64),
        StraightWays(spots, detour * _HOUR / travel.kmh),
        np.empty((0, 6), dtype=np.int64),
    )


def tell_unknown_places(requests: Requests) -> None:
    """Say of how many requests the place is not known, so that their way counts as none."""
    lat = requests.lat
    n = len(requests) if lat is None else int(np.isnan(lat).sum())
    if n:
        text = f"policy.travel: the place of {n} of {len(requests)} requests is not known, so the way to them counts as none"
        notice(f"{text}. Hint: give lat and lon", DefaultUsed)


def job_times(answer: Answer) -> tuple[AnyArray, AnyArray] | None:
    """Return when the job of each chosen pair begins and ends, each as early as it can; None without days.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.run import run
    >>> from servicematch.assign.travel import Travel
    >>> slots = {"id": [1], "team_id": [7], "start": ["2026-06-06T09:00Z"], "end": ["2026-06-06T12:00Z"]}
    >>> requests = {"id": [1], "hours": [1.0], "lat": [39.0], "lon": [110.0]}
    >>> answer = run(requests, {"id": [7]}, Policy(travel=Travel()), slots=slots)
    >>> [str(one[0]) for one in job_times(answer)]
    ['2026-06-06T09:00:00', '2026-06-06T10:00:00']
    """
    problem, days = answer.problem, answer.problem.days
    if days is None or answer.policy.travel is None:
        return None
    chosen = answer.solution.chosen
    jobs = days.jobs(problem, chosen)
    order = np.lexsort((jobs[:, 2], jobs[:, 0]))
    begin = np.zeros(len(chosen), dtype=np.int64)
    for at in np.split(order, np.flatnonzero(np.diff(jobs[order, 0])) + 1) if len(order) else ():
        begin[at] = days.begin(jobs[at])
    setup = int(np.floor(answer.policy.travel.setup_minutes * 60.0 + 0.5))
    return begin.astype("datetime64[s]"), (begin + jobs[:, 5] - setup).astype("datetime64[s]")


def stands_between(answer: Answer, pairs: IntArray) -> Any:
    """Tell whether no team of some pairs could do them in time beside what it does in the plan."""
    problem, days = answer.problem, answer.problem.days
    if days is None or len(pairs) == 0:
        return False
    jobs = days.jobs(problem, answer.solution.chosen)
    new = days.jobs(problem, pairs)
    return all(not days.are_in_time(np.concatenate([jobs[jobs[:, 0] == job[0]], job[None, :]])) for job in new)
