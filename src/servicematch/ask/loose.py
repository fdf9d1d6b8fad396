"""What a solver was left to decide: the pairs without the pinned ones, with what these leave of needs and places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.assign.answer import FAIRNESS, tier_names
from servicematch.solve.matching import index_matching

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.solve.matching import Matching
    from servicematch.solve.problem import Problem


def loose_matching(answer: Answer) -> Matching:
    """Index the choice of an answer from both sides, without the pinned pairs, their units and their places.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2]}, {"id": [1], "capacity": [2]}, pins=[(1, 1)])
    >>> matching = loose_matching(answer)
    >>> matching.problem.need.tolist(), matching.problem.capacity.tolist(), matching.row.tolist()
    ([0, 1], [1], [1])
    """
    problem, chosen, fixed = answer.problem, answer.solution.chosen, answer.problem.fixed
    if fixed is None:
        return index_matching(problem, chosen)
    kept = np.flatnonzero(~fixed)
    return index_matching(_without(problem, kept), np.flatnonzero(np.isin(kept, chosen)))


def _without(problem: Problem, kept: np.ndarray) -> Problem:
    assert problem.fixed is not None
    units = np.bincount(problem.row[problem.fixed], minlength=problem.n_rows)
    places = np.bincount(problem.col[problem.fixed], minlength=problem.n_cols)
    return replace(
        problem,
        row=problem.row[kept],
        col=problem.col[kept],
        gain=problem.gain[kept],
        need=problem.need - units,
        capacity=np.maximum(problem.capacity - places, 0),
        fixed=None,
    )


def class_names(answer: Answer) -> tuple[str | None, ...]:
    """Name the tier of each class, from class 0, which has none, upwards.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> class_names(run({"id": [1, 2], "priority": [5, 0]}, {"id": [1]}))
    (None, 'priority=0', 'priority=5')
    """
    names = tier_names(answer.policy, answer.requests)
    return (None, *(name for name in names[-2::-1] if name != FAIRNESS))
