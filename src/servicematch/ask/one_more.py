"""What one unit more of a request costs in a plan with slots: planned again with it, at the pair that costs least."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.forced import cheapest, choice_of
from servicematch.ask.ruled import gained, wants_several
from servicematch.ask.served_first import is_only_units, is_told_at_once
from servicematch.assign.causes import Reason
from servicematch.base.errors import ServiceMatchError
from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.problem import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray
    from servicematch.base.moves import Move

COMPETITION = frozenset({Reason.LOST_TIE, Reason.OUTCOMPETED, Reason.NOT_WORTH_IT})
_LOST = COMPETITION | {
    Reason.SLOT_FULL,
    Reason.DAY_CAP,
    Reason.QUOTA_FULL,
    Reason.SAME_TEAM,
    Reason.APART,
    Reason.NO_TIME_BETWEEN,
    Reason.FLOOR_DISPLACED,
}
"""Reasons of units that another plan could serve."""

MOST_TRIED = 20
"""So many pairs of a team and a slot are planned again at most, where one plan does not tell of all."""


@dataclass(frozen=True, slots=True)
class Displacement:
    """What forcing one unit more of a request into the plan costs.

    Attributes
    ----------
    team_id
        Where it would go; None where that was found by solving again.
    gain
        What the plan gains by tier; what it loses is negative.
    moves
        Who moves, who drops out: the blocking set. Empty where that was found by solving again.
    is_solved_again
        Whether one path was not enough (the request has some of its units) and the whole was solved again.
    metres_more
        Metres that the moves add to all ways (negative: save); None where a place, or the moves, are not known.
    n_teams
        Teams at which the unit could be forced in, of which ``team_id`` costs least; 0 where that was not asked.
    slot_id
        With slots, in which one; None where the whole was solved again for a request that has some of its units.
    n_pairs, n_tried
        With slots: in how many pairs of a team and a slot the unit could be forced in, and how many of them, the best by
        score, were looked at.
    """

    team_id: Any
    gain: Mapping[str, int]
    moves: tuple[Move, ...]
    is_solved_again: bool
    metres_more: int | None = None
    n_teams: int = 0
    slot_id: Any = None
    n_pairs: int = 0
    n_tried: int = 0


def one_more_unit(answer: Answer, row: int, reasons: Collection[Reason]) -> tuple[Displacement | None, str]:
    """Return the cheapest way to serve one unit more of a request, or why it is not told, as a key of the sentences.

    Where a flow holds the plan, and only units and scores count, one plan tells the best of all pairs. Elsewhere each
    pair is planned by itself: the `MOST_TRIED` best by score.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> slots = {"id": ["s"], "team_id": [7], "start": ["2026-06-06T09:00Z"], "end": ["2026-06-06T12:00Z"]}
    >>> answer = run({"id": [1, 2], "priority": [1, 0]}, {"id": [7]}, slots=slots)
    >>> one_more_unit(answer, 1, {Reason.OUTCOMPETED})[0].slot_id
    's'
    """
    if not _LOST.intersection(reasons):
        return None, ""
    if wants_several(answer, row):
        return None, "untold_several"
    problem, choice = answer.problem, choice_of(answer, row)
    teams = answer.team_of(problem.col[choice.pairs])
    pairs = choice.of(~np.isin(teams, answer.cols[answer.rows == row])).possible
    if not len(pairs):
        return None, "no_displacement"
    if answer.served[row]:
        return _beside_those_served(answer, row)
    tried = pairs if is_told_at_once(answer) else _best_by_score(answer, pairs)
    try:
        best = cheapest(answer, row, tried)
    except ServiceMatchError:  # the plan with it is not proved
        return None, "untold_unproved"
    assert best is not None
    assert answer.slots is not None
    col = problem.col[[best.pair]]
    n_teams = len(np.unique(answer.team_of(problem.col[pairs])))
    team, slot = answer.teams.ids[answer.team_of(col)].tolist()[0], answer.slots.ids[col].tolist()[0]
    counts = {"n_teams": n_teams, "n_pairs": len(pairs), "n_tried": len(tried)}
    return Displacement(team, best.gain, (), is_solved_again=False, slot_id=slot, **counts), ""


def _best_by_score(answer: Answer, pairs: IntArray) -> IntArray:
    order = np.lexsort((pairs, -answer.problem.gain[pairs]))
    return np.sort(pairs[order[:MOST_TRIED]])


def _beside_those_served(answer: Answer, row: int) -> tuple[Displacement | None, str]:
    """Serve one unit more of a request that has some: which of its pairs that takes is left to the plan."""
    if not is_only_units(answer):
        return None, "untold_tiers"
    problem, asks = answer.problem, int(answer.served[row]) + 1
    need, tier = problem.need.copy(), problem.tier.copy()
    need[row], tier[row] = asks, problem.n_tiers + 1
    first = replace(problem, need=need, tier=tier, n_tiers=problem.n_tiers + 1)
    solution = solve_flow(first, FlowOptions(canonical=False))
    if np.count_nonzero(problem.row[solution.chosen] == row) < asks:
        return None, "no_displacement"
    if solution.status is not Status.PROVED:
        return None, "untold_unproved"
    return Displacement(None, gained(answer, problem, solution.chosen), (), is_solved_again=True), ""
