"""What a choice of pairs is worth in a problem with groups, fixed pairs counted like all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.certificate import value_of
from servicematch.solve.regulars import cost_elsewhere

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.solve.forest import Forest
    from servicematch.solve.problem import Problem


def grouped_value(problem: Problem, chosen: IntArray) -> tuple[int, ...]:
    """Return floors met (where there are floors), units by class from the highest, gains less what groups cost.

    Fairness stands where `circulation` has it: before the classes or after them.

    Units beyond the last cost of a group cost as much as that one.

    Examples
    --------
    >>> from servicematch.solve.forest import Forest
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32), np.array([5, 7])
    >>> leaf, root, one = np.array([0], dtype=np.int32), np.array([-1], dtype=np.int32), np.ones(2, dtype=np.int64)
    >>> forest = Forest(leaf, root, np.array([1]), np.array([2]), np.array([0, 2]), np.array([1, 3]))
    >>> problem = Problem(*pairs, need=one, capacity=2 * one[:1], tier=one, col_groups=forest)
    >>> grouped_value(problem, np.array([0, 1]))
    (1, 2, 8)
    """
    served = problem.units("rows", chosen)
    floors, costs = 0, cost_elsewhere(problem, chosen)
    for side, forest in problem.forests:
        met, cost = _of_groups(forest, problem.units(side, chosen))
        floors, costs = floors + met, costs + cost
    *counts, gain = value_of(problem, chosen)
    fair = _fairness(problem.row_groups, served)
    counts = [*fair, *counts] if problem.fair_first else [*counts, *fair]
    return (*((floors,) if problem.has_floors else ()), *counts, gain - costs)


def _fairness(forest: Forest | None, served: IntArray) -> list[int]:
    """Add up what the units through each group are worth in the tiers of fairness."""
    if forest is None or forest.worth_start is None:
        return []
    through = forest.through(served)
    groups = np.flatnonzero((np.diff(forest.worth_start) > 0) & (through > 0)).tolist()
    total = sum((forest.worths(group)[: int(through[group])].sum(axis=0) for group in groups), np.zeros(forest.n_fair))
    return [int(value) for value in total.tolist()]


def _of_groups(forest: Forest, units: IntArray) -> tuple[int, int]:
    through = forest.through(units)
    floors = int(np.minimum(through, np.minimum(forest.at_least, forest.at_most)).sum())
    costs = 0
    if forest.cost_start is not None:
        for group in np.flatnonzero((np.diff(forest.cost_start) > 0) & (through > 0)).tolist():
            each = forest.costs(group)
            n = int(through[group])
            costs += int(each[:n].sum()) + max(0, n - len(each)) * int(each[-1])
    return floors, costs
