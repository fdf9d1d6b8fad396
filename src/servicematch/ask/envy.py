"""Justified envy: an open request that counts for more at a team than a request that this team serves instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray


@dataclass(frozen=True, slots=True)
class Envy:
    """A request with an open unit, and the one that it envies most.

    Attributes
    ----------
    request_id, team_id, envied_id
        The open request, the team, and the request that the team serves instead.
    is_above
        Whether it is of a higher priority; else it is of the same and scores higher.
    points
        By how much it scores higher there, in micro-points; negative where only its priority is higher.
    """

    request_id: Any
    team_id: Any
    envied_id: Any
    is_above: bool
    points: int


def justified_envy(answer: Answer) -> tuple[IntArray, tuple[Envy, ...]]:
    """Find the requests with justified envy, in canonical order.

    A request with an open unit envies another with reason where a team that may serve both, and does not serve it,
    serves the other although the other is of a lower priority, or of the same priority with a lower score at this team.
    Scores are compared as they are planned with, in micro-points, with slots within a slot; pinned units are nobody's to envy. Giving the open
    request this unit would better the plan, so a proved plan has none unless a rule of its policy stands in the way
    (fairness, a floor, a quota): then it is what the rule asks of these requests.

    Returns
    -------
    The positions of the requests, and for each what it envies most: the lowest priority, then the greatest difference.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> justified_envy(run({"id": [1, 2]}, {"id": [1]}))[1]
    ()
    """
    problem = answer.problem
    loose = np.ones(problem.n_pairs, dtype=np.bool_) if problem.fixed is None else ~problem.fixed
    is_chosen = np.zeros(problem.n_pairs, dtype=np.bool_)
    is_chosen[answer.solution.chosen] = True
    team = problem.col if answer.timed is None else answer.timed.team[problem.col]
    key = problem.row.astype(np.int64) * max(1, len(answer.teams)) + team
    has_team = np.isin(key, key[is_chosen])  # with slots: at another hour
    least = _least(answer, np.flatnonzero(is_chosen & loose))
    wants = np.flatnonzero((answer.missing > 0)[problem.row] & ~has_team & (least >= 0)[problem.col])
    row, other = problem.row[wants], least[problem.col[wants]]
    above = problem.tier[row] - problem.tier[problem.row[other]]
    points = problem.gain[wants] - problem.gain[other]
    envies = np.flatnonzero((above > 0) | ((above == 0) & (points > 0)))
    order = envies[np.lexsort((problem.col[wants][envies], -points[envies], -above[envies], row[envies]))]
    rows, first = np.unique(row[order], return_index=True)
    best = order[first]
    found = zip(
        answer.requests.ids[row[best]].tolist(),
        answer.teams.ids[team[wants[best]]].tolist(),
        answer.requests.ids[problem.row[other[best]]].tolist(),
        (above[best] > 0).tolist(),
        points[best].tolist(),
        strict=True,
    )
    return rows.astype(np.int64), tuple(Envy(*one) for one in found)


def _least(answer: Answer, pairs: IntArray) -> IntArray:
    """Return the pair of each team (or slot) that counts least: the lowest class, then the lowest gain; -1 for none."""
    problem = answer.problem
    col, tier = problem.col[pairs], problem.tier[problem.row[pairs]]
    order = np.lexsort((problem.gain[pairs], tier, col))
    cols, first = np.unique(col[order], return_index=True)
    least = np.full(problem.n_cols, -1, dtype=np.int64)
    least[cols] = pairs[order[first]]
    return least
