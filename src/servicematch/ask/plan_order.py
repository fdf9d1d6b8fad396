"""Choices ordered by what the whole plan loses: for requests their teams, for teams the requests that would do it most good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.pairs.ranking import Ranking
from servicematch.solve.displacement import force, losses

if TYPE_CHECKING:
    from servicematch.ask.questions import Questions
    from servicematch.base.arrays import IntArray
    from servicematch.solve.displacement import Change


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
        picked += [(row, col, rank) for rank, (_, row, col) in enumerate(sorted(found)[:k], start=1)]
    rows, cols, rank = np.array(picked, dtype=np.int64).reshape(-1, 3).T
    pairs = rows.astype(np.int32), cols.astype(np.int32)
    score = asked.answer.scorer.score(*pairs)
    return Ranking(*pairs, score, rank, wanted, np.array(n_eligible, dtype=np.int64))


_Found = list[tuple[tuple[int, int, int], int, int]]
"""Loss in its order, request, team; what cannot be forced in is last."""

_NEVER = (1 << 30, 0, 0)


def _order(change: Change | None) -> tuple[int, int, int]:
    return _NEVER if change is None else change.order


def _of_request(asked: Questions, row: int) -> _Found:
    exits = asked.exits
    found = losses(exits, row)
    n = len(found.cols)
    costs = [_order(force(exits, row, found, i)) for i in range(n)]
    told: _Found = [(cost, row, col) for cost, col in zip(costs, found.cols.tolist(), strict=True)]
    cols, _, has = exits.margins(row)
    told += [((0, 0, -1), row, col) for col in cols[has].tolist()]
    return told


def _of_team(asked: Questions, col: int) -> _Found:
    exits = asked.exits
    problem, at = exits.matching.problem, exits.by_col
    pairs = at[0][at[1][col] : at[1][col + 1]]
    told: _Found = []
    for pair in pairs.tolist():
        row = int(problem.row[pair])
        if exits.matching.is_chosen[pair]:
            told.append(((0, 0, -1), row, col))
            continue
        found = losses(exits, row, (problem.col[[pair]], problem.gain[[pair]]))
        told.append((_order(force(exits, row, found, 0)), row, col))
    return told
