"""How well a pair satisfies its row, in whole steps of the best that the row could have; and vectors as single numbers.

A choice is compared by the units at level 0 (the fewer the better), then at level 1, and so on, then by its gains. Such
vectors become Python's whole numbers in a base that no count reaches: their order is that of the vectors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.matching import spans

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, IntArray
    from servicematch.solve.matching import Matching
    from servicematch.solve.problem import Problem, Satisfied

BITS = 48
"""Of each number in a vector, its sign included: counts and prices lie far within."""

_SLICE = 200_000
"""Pairs that are compared at once, for their numbers are long."""


def levels_of(problem: Problem, steps: int) -> IntArray:
    """Return the level of each pair, 0 to ``steps``: its gain over the best gain of its row, rounded down.

    Where no gain of a row is above nothing, all its pairs are as good as it gets.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> row, col, one = np.array([0, 0, 1], dtype=np.int32), np.array([0, 1, 0], dtype=np.int32), np.ones(2, dtype=np.int64)
    >>> levels_of(Problem(row, col, np.array([199, 1000, 0]), one, one, one), 100).tolist()
    [19, 100, 100]
    """
    start = problem.row_start
    best = np.zeros(problem.n_rows, dtype=np.int64)
    some = start[:-1] < start[1:]
    if some.any():
        best[some] = np.maximum.reduceat(problem.gain, start[:-1][some])
    top = best[problem.row]
    return np.where(top > 0, np.maximum(problem.gain, 0) * steps // np.maximum(top, 1), steps)


def worths(levels: IntArray, gain: IntArray, steps: int) -> AnyArray:
    """Return what pairs are worth, as long numbers: minus one at their level, and their gain last.

    Examples
    --------
    >>> one = 1 << BITS
    >>> worths(np.array([0, 1, 2]), np.array([7, 8, 9]), 2).tolist() == [7 - one**2, 8 - one, 9]
    True
    """
    at = np.array([-(1 << BITS * (steps - level)) for level in range(steps)] + [0], dtype=object)
    found: AnyArray = at[levels] + gain.astype(object)
    return found


def packed(proof: Satisfied) -> AnyArray:
    """Return prices as one long number a column.

    Examples
    --------
    >>> from servicematch.solve.problem import Satisfied
    >>> packed(Satisfied(2, (1, 2), np.array([[0, 0], [3, -4]]), np.arange(0))).tolist() == [0, (3 << BITS) - 4]
    True
    """
    total = np.zeros(len(proof.prices), dtype=object)
    for place, level in enumerate(proof.levels):
        total += proof.prices[:, place].astype(object) * (1 << BITS * (proof.steps - level))
    return total


def better_pairs(matching: Matching, levels: IntArray, proof: Satisfied) -> IntArray:
    """Return the pairs, of rows with units, that are better at the prices of a proof than the least of their row's own.

    Examples
    --------
    >>> from servicematch.solve.matching import index_matching
    >>> from servicematch.solve.problem import Problem, Satisfied
    >>> row, col, one = np.array([0, 0], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.ones(2, dtype=np.int64)
    >>> problem = Problem(row, col, np.array([5, 9]), one[:1], one, one[:1])
    >>> free = Satisfied(10, (), np.zeros((2, 0), dtype=np.int64), np.array([0]))
    >>> [better_pairs(index_matching(problem, np.array([k])), np.array([5, 10]), free).tolist() for k in (0, 1)]
    [[1], []]
    """
    problem, price, chosen = matching.problem, packed(proof), matching.chosen
    rows = matching.row
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    least = np.full(problem.n_rows, None, dtype=object)
    if len(first):
        margin = worths(levels[chosen], problem.gain[chosen], proof.steps) - price[matching.col]
        least[rows[first]] = np.minimum.reduceat(margin, first)
    pairs, better = spans(problem.row_start, rows[first].astype(np.int64)), [np.empty(0, dtype=np.int64)]
    for begin in range(0, len(pairs), _SLICE):
        some = pairs[begin : begin + _SLICE]
        some = some[problem.capacity[problem.col[some]] > 0]  # where there is no place, nobody goes
        margin = worths(levels[some], problem.gain[some], proof.steps) - price[problem.col[some]]
        better.append(some[(margin > least[problem.row[some]]).astype(np.bool_)])
    return np.setdiff1d(np.concatenate(better), chosen, assume_unique=True)
