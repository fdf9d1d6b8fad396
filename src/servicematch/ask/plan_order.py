"""Choices ordered by what the whole plan loses: for requests their teams, for teams the requests that would do it most good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.pairs.ranking import Ranking
from servicematch.solve.displacement import costs_at, losses

if TYPE_CHECKING:
    from servicematch.ask.questions import Questions
    from servicematch.base.arrays import IntArray


def rank_by_plan(asked: Questions, wanted: IntArray, *, k: int, for_teams: bool) -> Ranking:
    """Rank for each of ``wanted`` the k choices that cost the whole plan least; what the plan has already comes first.

    Examples
    --------
    >>> from servicematch.ask.questions import Questions
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": ["r"]}, {"id": ["a", "b"], "mean_rating": [0.9, 0.4], "n_rated": [9, 9]})
    >>> rank_by_plan(Questions(answer), np.array([0]), k=2, for_teams=False).cols
    array([0, 1], dtype=int32)
    """
    picked: list[tuple[int, int, int]] = []
    n_eligible = []
    for one in wanted.tolist():
        found = _of_team(asked, one) if for_teams else _of_request(asked, one)
        n_eligible.append(len(found))
        picked += [(other, one, rank) if for_teams else (one, other, rank) for rank, other in enumerate(found[:k], 1)]
    rows, cols, rank = np.array(picked, dtype=np.int64).reshape(-1, 3).T
    pairs = rows.astype(np.int32), cols.astype(np.int32)
    score = asked.answer.scorer.score(*pairs)
    return Ranking(*pairs, score, rank, wanted, np.array(n_eligible, dtype=np.int64))


def _of_request(asked: Questions, row: int) -> list[int]:
    """List the teams of a request: those that it has, then by loss, then by position; who has no place is last."""
    cols, _, has = asked.exits.margins(row)
    found = losses(asked.exits, row)
    return [*cols[has].tolist(), *found.cols[np.lexsort((found.cols, found.loss))].tolist()]


def _of_team(asked: Questions, col: int) -> list[int]:
    """List the requests of a team in the same way."""
    rows, costs = costs_at(asked.exits, col)
    order = [_NEVER if cost is None else cost.order for cost in costs]
    others = [row for _, row in sorted(zip(order, rows.tolist(), strict=True))]
    return [*asked.exits.members(col).tolist(), *others]


_NEVER = (1 << 30, 0, 0)
