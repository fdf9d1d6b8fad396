"""Days of teams as a stranger reads them: who comes too late, and which sets of jobs no team can do in time.

Times are whole seconds. Ways are worked out here by another formula than the plan's: those that lie on the edge between
two seconds are taken for the shorter, so that no honest plan is late, and no cut is one that is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.codes import Code, Violation
from servicematch.check.ids import positions
from servicematch.check.lines import PairPrices, read_line
from servicematch.check.sphere import Sphere, unit_vectors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.base.arrays import AnyArray, BoolArray, IntArray
    from servicematch.base.claim import Claim
    from servicematch.check.decisions import Decisions

_MISSING = np.iinfo(np.int64).min
_HOUR = 3600
_NEVER = 2**60
_LONGEST = 2**40
_EDGE = 0.5 - 1e-6


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs of one team: request, begin of the slot, begin at the earliest and at the latest, and how long it takes."""

    row: IntArray
    slot: IntArray
    early: IntArray
    late: IntArray
    takes: IntArray

    def part(self, at: Any) -> Jobs:
        """Take some of them."""
        return Jobs(self.row[at], self.slot[at], self.early[at], self.late[at], self.takes[at])


@dataclass(frozen=True, slots=True)
class Days:
    """What the tables say of the jobs, and the pinned ones of each team."""

    requests: Any
    slots: Any
    team: IntArray
    setup: int
    seconds_per_km: float
    sphere: Sphere | None
    pinned: dict[int, Jobs]

    def jobs(self, rows: AnyArray, cols: AnyArray) -> Jobs:
        """Read jobs off the tables: within the slot and the window, of all that is there for a request without hours."""
        requests, start = self.requests, self.slots.start[cols].astype(np.int64)
        early, end = start.copy(), self.slots.end[cols].astype(np.int64)
        if requests.earliest is not None:
            early = np.maximum(early, requests.earliest[rows])
        if requests.latest is not None:
            end = np.where(requests.latest[rows] == _MISSING, end, np.minimum(end, requests.latest[rows]))
        work = np.where(end > early, end - early, 0)
        if requests.hours is not None:
            hours = requests.hours[rows]
            stated = np.floor(np.where(np.isnan(hours), 0.0, hours) * _HOUR + 0.5).astype(np.int64)
            work = np.where(np.isnan(hours), work, np.where(stated < 1, 1, stated))
        return Jobs(rows.astype(np.int64), start, early, np.maximum(early, end - work), work + self.setup)

    def way(self, first: Jobs, second: Jobs) -> IntArray:
        """Return the seconds from each first job to each second one: a line each first."""
        if self.sphere is None:
            return np.zeros((len(first.row), len(second.row)), dtype=np.int64)
        n, m = len(first.row), len(second.row)
        km = self.sphere.km(np.repeat(first.row, m).astype(np.int32), np.tile(second.row, n).astype(np.int32))
        seconds = np.floor(np.where(np.isnan(km), 0.0, km) * self.seconds_per_km + _EDGE)
        return np.minimum(seconds, float(_LONGEST)).astype(np.int64).reshape(n, m)

    def begins(self, jobs: Jobs) -> list[int]:
        """Return when each of the jobs of a team begins, in order, each as early as it can.

        A request whose place is not known is where the team was before, wherever that was.
        """
        begins: list[int] = []
        free, place = None, None
        for at in range(len(jobs.row)):
            here = jobs.part([at])
            arrives = int(here.early[0])
            is_known = self.sphere is not None and not np.isnan(self.sphere.requests[here.row[0]]).any()
            if free is not None:
                on_the_way = int(self.way(place, here)[0, 0]) if is_known and place is not None else 0
                arrives = max(arrives, free + on_the_way)
            begins.append(arrives)
            free, place = arrives + int(here.takes[0]), here if is_known else place
        return begins

    def lateness(self, jobs: Jobs) -> IntArray:
        """Return by how many seconds each job of a team is late, 0 for in time."""
        late: IntArray = np.maximum(0, np.array(self.begins(jobs), dtype=np.int64) - jobs.late)
        return late

    def possible(self, rows: AnyArray, cols: AnyArray) -> BoolArray:
        """Tell which pairs a team could do beside its pins; nothing where these are too much themselves."""
        possible = np.ones(len(rows), dtype=np.bool_)
        for at in np.flatnonzero(np.isin(self.team[cols], list(self.pinned))).tolist():
            mine = joined(self.pinned[int(self.team[cols[at]])], self.jobs(rows[[at]], cols[[at]]))
            possible[at] = not self.lateness(mine).any()
        return possible

    def are_too_much(self, rows: IntArray, cols: IntArray) -> bool:
        """Tell whether no team can do one job of each slot of a cut, with its pins or without; all slots are of one team."""
        if len(np.unique(self.team[cols])) != 1:
            return False
        order = np.argsort(self.slots.start[cols], kind="stable")
        sets = [self.jobs(rows[at], cols[at]) for at in np.split(order, np.flatnonzero(np.diff(cols[order])) + 1)]
        if len({int(one.slot[0]) for one in sets}) < max(2, len(sets)):
            return False
        pinned = self.pinned.get(int(self.team[cols[0]]))
        if self._none_is_possible(sets):
            return True
        if pinned is None:
            return False
        sets += [pinned.part([at]) for at in range(len(pinned.row))]
        return self._none_is_possible(sorted(sets, key=lambda one: int(one.slot[0])))

    def _none_is_possible(self, sets: list[Jobs]) -> bool:
        begin = sets[0].early
        for before, jobs in pairwise(sets):
            arrives = (begin + before.takes)[:, None] + self.way(before, jobs)
            arrives[before.row[:, None] == jobs.row[None, :]] = _NEVER  # a request has one unit of a team
            begin = np.maximum(jobs.early, arrives.min(axis=0))
            begin = np.where(begin > jobs.late, _NEVER, begin)
        return bool((begin == _NEVER).all())


def joined(first: Jobs, second: Jobs) -> Jobs:
    """Put the jobs of a team in the order of their slots."""
    both = Jobs(*(np.concatenate([getattr(one, name) for one in (first, second)]) for name in Jobs.__slots__))
    return both.part(np.argsort(both.slot, kind="stable"))


def read_days(policy: Any, requests: Any, slots: Any, team: IntArray, decisions: Decisions) -> Days | None:
    """Read what the policy and the tables say; None where teams need no time on the way.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> read_days(SimpleNamespace(travel=None), None, None, None, None) is None
    True
    """
    travel = getattr(policy, "travel", None)
    if travel is None:
        return None
    detour = next((float(limit.detour) for limit in policy.limits if limit.name == "distance"), 1.0)
    sphere = None
    if requests.lat is not None and requests.lon is not None:
        places = unit_vectors(requests.lat, requests.lon)
        sphere = Sphere(places, places)
    setup = int(np.floor(min(float(travel.setup_minutes), float(_LONGEST)) * 60.0 + 0.5))
    days = Days(requests, slots, team, setup, detour * _HOUR / float(travel.kmh), sphere, {})
    row, col = np.divmod(decisions.pinned, max(1, len(team)))
    for one in np.unique(team[col]).tolist():
        at = team[col] == one
        days.pinned[one] = joined(days.jobs(row[at], col[at]), days.jobs(row[:0], col[:0]))
    return days


def check_days(days: Days | None, decisions: Decisions, requests: Any, teams: Any) -> Iterator[Violation]:
    """Find jobs that a team begins too late; where only pins are, it is told apart."""
    if days is None:
        return
    team = days.team[decisions.cols]
    for one in np.unique(team).tolist():
        at = np.flatnonzero(team == one)
        order = at[np.argsort(days.slots.start[decisions.cols[at]], kind="stable")]
        late = days.lateness(days.jobs(decisions.rows[order], decisions.cols[order]))
        code = Code.PIN_TOO_LATE if decisions.is_pinned[order].all() else Code.TOO_LATE
        for place in np.flatnonzero(late)[:1].tolist():
            yield Violation(
                code,
                requests.ids[decisions.rows[order[place]]],
                teams.ids[one],
                measured=round(int(late[place]) / 60, 1),
                limit=0,
                unit="minutes",
                slot_id=days.slots.ids[decisions.cols[order[place]]],
            )


def read_cuts(claim: Claim, days: Days | None, n_tiers: int, most: int) -> tuple[PairPrices | None, list[Violation]]:
    """Read the cuts of a claim, their prices pulled together within ``most``; what is none is a violation, and has no price."""
    stated = claim.cuts if isinstance(claim.cuts, tuple | list) else (claim.cuts,)
    faults: list[Violation] = []
    keys, lines, room = [], [], []
    for cut in stated:
        found = _read_cut(cut, days, n_tiers, most // len(stated))
        if isinstance(found, str):
            faults.append(Violation(Code.MALFORMED_CLAIM, rule=found))
            continue
        keys.append(found[0])
        lines.append(found[1])
        room.append(found[2])
    if days is None or not keys:
        return None, faults
    return PairPrices.of(len(days.team), keys, lines, room), faults


def _read_cut(cut: Any, days: Days | None, n_tiers: int, most: int) -> tuple[IntArray, list[int], int] | str:
    """Read one cut: the keys of its pairs, its line, and how many of them a plan may have; or say what is wrong with it."""
    is_pair = isinstance(cut, tuple | list) and len(cut) == 2 and isinstance(cut[0], tuple | list)  # noqa: PLR2004
    line = read_line(cut[1], n_tiers, most) if is_pair else None
    is_cut = line is not None and all(isinstance(one, tuple | list) and len(one) == 2 for one in cut[0])  # noqa: PLR2004
    if days is None or line is None or not is_cut or not cut[0]:
        return "prices of jobs that are too much are none"
    requests, slots = zip(*cut[0], strict=True)
    rows, cols = positions(days.requests.ids, list(requests)), positions(days.slots.ids, list(slots))
    if (rows < 0).any() or (cols < 0).any() or not days.are_too_much(rows, cols):
        return "prices are of jobs that a team could do in time"
    return np.unique(rows * len(days.team) + cols), line, len(np.unique(cols)) - 1
