"""What a solver was left to decide: the pairs without the pinned ones, with what these leave of needs and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.assign.answer import FAIRNESS, tier_names
from servicematch.solve.fixed import without_fixed
from servicematch.solve.matching import index_matching

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.solve.matching import Matching


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
    problem, kept = without_fixed(answer.problem)
    return index_matching(problem, np.flatnonzero(np.isin(kept, answer.solution.chosen)))


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
