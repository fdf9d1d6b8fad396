"""Pairs of a request and a slot forced into a plan: which of them pins leave possible, and exactly what the best costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from servicematch.ask.ruled import forced_pair, refuse_several
from servicematch.ask.served_first import is_told_at_once, served_first
from servicematch.solve.fixed import without_fixed
from servicematch.solve.regulars import keeps_regulars

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.forest import Forest
    from servicematch.solve.problem import Problem


@dataclass(frozen=True, slots=True)
class Forced:
    """A pair forced in: where it stands in the problem, and what the plan gains by tier (losses are negative)."""

    pair: int
    gain: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The pairs of a request that are left to decide.

    Attributes
    ----------
    pairs
        int64, positions in the problem, those pinned left out.
    is_elsewhere
        Which cannot be, for pins have decided the request: all its units, this team in another slot, another time.
    has_place
        At which of the others a place is left beside the pins, in the slot, the team's total, the groups of rules, and
        in time.
    """

    pairs: IntArray
    is_elsewhere: BoolArray
    has_place: BoolArray

    @property
    def possible(self) -> IntArray:
        """The pairs that can be forced in."""
        return self.pairs[~self.is_elsewhere & self.has_place]

    def of(self, wanted: BoolArray) -> Choice:
        """Return some of the pairs."""
        return Choice(self.pairs[wanted], self.is_elsewhere[wanted], self.has_place[wanted])


def choice_of(answer: Answer, row: int) -> Choice:
    """Say which pairs of a request can be forced in beside the pins.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> choice = choice_of(run({"id": [1, 2]}, {"id": [1, 2]}, pins=[(1, 1)]), 1)
    >>> choice.pairs.tolist(), choice.has_place.tolist()
    ([2, 3], [False, True])
    """
    problem = answer.problem
    own = np.arange(*problem.row_start[row : row + 2])
    free, kept = without_fixed(problem)
    fixed = np.zeros(len(own), dtype=np.bool_) if problem.fixed is None else problem.fixed[own]
    pairs, pinned = own[~fixed], own[fixed]
    is_elsewhere = np.isin(problem.owners(pairs), problem.owners(pinned)) | (free.need[row] == 0)
    if problem.bundle is not None and len(pinned):
        times = problem.bundle[pinned]
        is_elsewhere |= (problem.bundle[pairs] >= 0) & ~np.isin(problem.bundle[pairs], times)
    has_place = np.isin(pairs, kept)
    at = np.searchsorted(kept, pairs[has_place])
    has_place[has_place] = _has_place(free, row, at)
    return Choice(pairs, is_elsewhere, has_place)


def _has_place(free: Problem, row: int, at: IntArray) -> BoolArray:
    """Tell at which pairs of a row its column, every group above them, and the regulars still take a unit."""
    cols = free.col[at]
    found: BoolArray = free.capacity[cols] > 0
    of_side = {"rows": np.full(len(at), row), "cols": cols, "pairs": at}
    for side, forest in free.forests:
        leaf = forest.leaf[of_side[side]]
        found &= (leaf < 0) | ~np.append(_closed(forest), False)[leaf]
    if free.regulars is not None:
        found &= np.array([keeps_regulars(free, at[[one]]) for one in range(len(at))], dtype=np.bool_)
    return found


def _closed(forest: Forest) -> BoolArray:
    """Mark the groups that let nothing through, or stand below such a one."""
    closed: BoolArray = forest.at_most <= 0
    for group in range(forest.n_groups - 1, -1, -1):  # a parent stands after its children
        above = int(forest.parent[group])
        closed[group] |= above >= 0 and closed[above]
    return closed


def in_order(answer: Answer, pairs: IntArray) -> IntArray:
    """Order pairs of one request by team, then by the begin of their slots: of equally good ones the first is told."""
    assert answer.slots is not None
    cols = answer.problem.col[pairs]
    return pairs[np.lexsort((cols, answer.slots.start[cols], answer.team_of(cols)))]


def cheapest(answer: Answer, row: int, pairs: IntArray) -> Forced | None:
    """Force the best of some possible pairs of a request in; of equally good ones the first in order, None of none.

    Raises
    ------
    ServiceMatchError
        Where a plan with one of them is not proved, and for a request that wants several teams or none.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> slots = {"id": ["s", "u"], "team_id": [7, 7], "start": ["2026-06-06T09:00Z", "2026-06-07T09:00Z"],
    ...          "end": ["2026-06-06T12:00Z", "2026-06-07T12:00Z"]}
    >>> answer = run({"id": [1, 2, 3], "priority": [0, 1, 2]}, {"id": [7]}, slots=slots)
    >>> cheapest(answer, 0, np.array([0, 1])).gain
    {'priority=2': 0, 'priority=1': -1, 'priority=0': 1, 'score': 0}
    """
    found = cheapest_by_team(answer, row, pairs, 1)
    return found[0] if found else None


def cheapest_by_team(answer: Answer, row: int, pairs: IntArray, k: int) -> list[Forced]:
    """Force the best pair of each of the k best teams in, by the loss of the whole plan, then in order."""
    refuse_several(answer, row)
    left = in_order(answer, pairs)
    teams, found, apart = answer.team_of(answer.problem.col[left]), list[Forced](), list[Forced]()
    while len(left) and len(found) < k:
        pair = served_first(answer, row, left) if is_told_at_once(answer) else None
        if pair is None:
            found += _each_by_itself(answer, left)
            break
        is_same = teams == answer.team_of(answer.problem.col[[pair.pair]])
        if pair.is_exact:
            found.append(Forced(pair.pair, pair.gain))
        else:
            apart += _each_by_itself(answer, left[is_same])
        left, teams = left[~is_same], teams[~is_same]
    return sorted([*found, *apart], key=partial(_rank, answer))[:k]


def _each_by_itself(answer: Answer, pairs: IntArray) -> list[Forced]:
    """Solve once for each pair, and keep the best of each team."""
    best: dict[int, Forced] = {}
    for pair, team in zip(pairs.tolist(), answer.team_of(answer.problem.col[pairs]).tolist(), strict=True):
        one = Forced(pair, forced_pair(answer, pair))
        if team not in best or tuple(one.gain.values()) > tuple(best[team].gain.values()):
            best[team] = one
    return list(best.values())


def _rank(answer: Answer, one: Forced) -> tuple[int, ...]:
    return (*(-value for value in one.gain.values()), int(answer.team_of(answer.problem.col[[one.pair]])[0]))
