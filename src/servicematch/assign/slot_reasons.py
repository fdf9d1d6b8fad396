"""Steps of a request on the way to a slot: how many different teams are left after each, and whether slots are full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.assign.places import has_totals

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.assign.inputs import Timed
    from servicematch.base.arrays import BoolArray, IntArray


def teams_left(answer: Answer, timed: Timed) -> dict[str, IntArray]:
    """Count the different teams of each request after each step, those pinned to it apart.

    A forbid of a slot takes a team away only where it leaves none of its eligible slots.
    """
    scored, problem, n_teams = answer.scored, answer.problem, max(1, len(answer.teams))
    n, fixed = len(answer.requests), _fixed(answer)
    team = timed.team[problem.col]
    key = problem.row.astype(np.int64) * n_teams + team
    pinned = np.unique(key[fixed])

    def counted(keys: IntArray) -> IntArray:
        return np.bincount(np.setdiff1d(keys, pinned) // n_teams, minlength=n)

    came, relevant = _teams_of_pins(answer, pinned, n_teams)
    lost = _lost_to_forbids(answer, timed, n_teams)
    return {
        "within_limits": scored.n_eligible_before_relevance - np.bincount(came // n_teams, minlength=n),
        "relevant": scored.n_after_relevance - np.bincount(relevant // n_teams, minlength=n),
        "not_forbidden": scored.n_after_relevance - np.bincount(np.union1d(relevant, lost) // n_teams, minlength=n),
        "above_reserve": counted(key[~fixed]),
        "with_places": counted(key[~fixed & has_place(answer, timed)]),
    }


def has_place(answer: Answer, timed: Timed) -> BoolArray:
    """Tell for each pair of the problem whether pins left a place in its slot and in its team's total."""
    problem, fixed = answer.problem, _fixed(answer)
    in_slot = np.bincount(problem.col[fixed], minlength=problem.n_cols) < problem.capacity
    found: BoolArray = in_slot[problem.col]
    if has_totals(answer.teams):
        in_total = np.bincount(timed.team[problem.col[fixed]], minlength=len(answer.teams)) < answer.teams.free
        found = found & in_total[timed.team[problem.col]]
    return found


def is_slot_full(answer: Answer, timed: Timed, request: int) -> bool:
    """Tell whether every slot open to a request is taken in the plan while one of its teams could do more in all.

    Slots of teams that serve it already are not open to it.
    """
    problem = answer.problem
    start, stop = problem.row_start[request : request + 2].tolist()
    slots = problem.col[start:stop]
    slots = slots[~np.isin(timed.team[slots], answer.cols[answer.rows == request])]
    if not len(slots):
        return False
    taken = np.bincount(problem.col[answer.solution.chosen], minlength=problem.n_cols)
    if (taken[slots] < problem.capacity[slots]).any():
        return False
    teams = timed.team[slots]
    return not has_totals(answer.teams) or bool((answer.load[teams] < answer.teams.free[teams]).any())


def _fixed(answer: Answer) -> BoolArray:
    fixed = answer.problem.fixed
    return np.zeros(answer.problem.n_pairs, dtype=np.bool_) if fixed is None else fixed


def _teams_of_pins(answer: Answer, pinned: IntArray, n_teams: int) -> tuple[IntArray, IntArray]:
    """Find which pinned teams would have come through the limits, and through relevance too, by themselves."""
    row, col = (side.astype(np.int32) for side in np.divmod(pinned, n_teams))
    passing = answer.scorer.passes(row, col)
    relevant = answer.scorer.score_and_relevance(row, col)[1]
    return pinned[passing], pinned[passing if relevant is None else passing & relevant]


def _lost_to_forbids(answer: Answer, timed: Timed, n_teams: int) -> IntArray:
    """Find the pairs of requests and teams that had eligible slots, all of them forbidden."""
    assert answer.of_slots is not None
    forbidden = answer.pins.forbidden
    row, slot = np.divmod(forbidden, max(1, len(timed.slots)))
    keys = np.unique(row * n_teams + timed.team[slot]).astype(np.int64)
    if not len(keys):
        return keys
    at, every = answer.of_slots.table.spread(keys % n_teams)
    each = (keys // n_teams)[at].astype(np.int32)
    passing = answer.of_slots.by_slot.passes(each, every)
    relevant = answer.of_slots.by_slot.score_and_relevance(each, every)[1]
    passing = passing if relevant is None else passing & relevant
    left = passing & ~np.isin(each.astype(np.int64) * len(timed.slots) + every, forbidden)
    had, has = (np.bincount(at[mask], minlength=len(keys)) > 0 for mask in (passing, left))
    return keys[had & ~has]
