r"""Leximin of served shares: what each further unit of a group is worth, so that one flow makes shares as even as can be.

Of two plans leximin prefers the one whose least served group has the greater share; where these are equal, that whose
second least has, and so on. That is the greatest value of

.. math::  \sum_g -L^{-n_g / d_g}

for :math:`L` beyond all bounds, where :math:`n_g` of :math:`d_g` units of group :math:`g` are served. The k-th unit adds
:math:`L^{-(k-1)/d} - L^{-k/d}`, less and less: parallel arcs.

*Ranks.* Where nothing binds several groups together above them, the units that groups can have at once form a
polymatroid: they are what can flow on from the groups through a network. The greatest value then depends only on the
order of the units, not on how much more one is worth than another (Edmonds 1970; Federgruen and Groenevelt 1986), and
:math:`L` is replaced by ranks: one tier. Of two units from the same share that comes first which leads further.

*Levels.* Quotas and floors above the groups end that. Then powers of :math:`L` become tiers, one for each share
that some group can have: a unit from share s to share t is worth 1 in the tier of s and -1 in that of t, and the flow is
solved tier by tier. What such a tier counts is minus the number of groups that stay at its share.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.forest import Forest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import IntArray
    from servicematch.solve.problem import Problem

MOST_LEVELS = 400
"""More tiers than this are not solved one by one."""


def by_ranks(asked: Sequence[int]) -> list[IntArray]:
    """Return what each further unit of each group is worth, by rank: a line a unit with one column.

    Examples
    --------
    Of a group of two and a group of three, the first units come first, that to a half before that to a third:

    >>> [worth.ravel().tolist() for worth in by_ranks([2, 3])]
    [[5, 2], [4, 3, 1]]
    """
    sizes = sorted(set(asked))
    whole = np.repeat(np.array(sizes, dtype=np.int64), sizes)
    unit = np.concatenate([np.empty(0, dtype=np.int64), *(np.arange(d) for d in sizes)])
    # shares of wholes below 2^25 are told apart by doubles, and equal ones are the same double
    _, rank = np.unique(np.stack([-(unit / whole), (unit + 1) / whole], axis=1), axis=0, return_inverse=True)
    ends = np.cumsum(sizes, dtype=np.int64)[:-1]
    ranks = dict(zip(sizes, np.split(rank.reshape(-1, 1).astype(np.int64) + 1, ends), strict=False))
    return [ranks[d] for d in asked]


def by_levels(asked: Sequence[int]) -> list[IntArray]:
    """Return what each further unit of each group is worth, by levels: a line a unit, a column for each share below 1.

    Examples
    --------
    >>> [worth.tolist() for worth in by_levels([2, 1])]
    [[[1, -1], [0, 1]], [[1, 0]]]
    """
    shares = sorted({Fraction(k, d) for d in set(asked) for k in range(d)})
    at = {share: column for column, share in enumerate(shares)}
    worths = {}
    for d in set(asked):
        worth = np.zeros((d, len(shares)), dtype=np.int64)
        for k in range(d):
            worth[k, at[Fraction(k, d)]] = 1
            if k + 1 < d:
                worth[k, at[Fraction(k + 1, d)]] = -1
        worths[d] = worth
    return [worths[d] for d in asked]


def n_levels(asked: Sequence[int]) -> int:
    """Count the shares below 1 that some group can have.

    Examples
    --------
    >>> n_levels([2, 3, 4])
    6
    """
    return len({Fraction(k, d) for d in set(asked) for k in range(d)})


def up_to(asked: Sequence[int], share: Fraction) -> list[IntArray]:
    """Return worths with which every group is to reach a share, and what is beyond it counts nothing.

    Examples
    --------
    >>> [worth.ravel().tolist() for worth in up_to([2, 3], Fraction(1, 2))]
    [[1, 0], [1, 1, 0]]
    """
    top, bottom = share.numerator, share.denominator
    return [(np.arange(d) * bottom < top * d).astype(np.int64).reshape(-1, 1) for d in asked]


def least_share(problem: Problem, chosen: IntArray) -> Fraction:
    """Return the least share that a group of rows with worths has, groups that no place is open to left out; 1 without any.

    Fixed pairs are served and asked like all others.

    Examples
    --------
    >>> from servicematch.solve.forest import Forest
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32), np.array([5, 7])
    >>> forest = fair_forest(np.array([0, 0]), by_ranks([2]))
    >>> one = np.ones(2, dtype=np.int64)
    >>> least_share(Problem(*pairs, need=one, capacity=one[:1], tier=one, row_groups=forest), np.array([1]))
    Fraction(1, 2)
    """
    forest = problem.row_groups
    assert forest is not None
    assert forest.worth_start is not None
    asked = np.diff(forest.worth_start)
    fixed = np.zeros(problem.n_pairs, dtype=np.bool_) if problem.fixed is None else problem.fixed
    left = problem.capacity - np.bincount(problem.col[fixed], minlength=problem.n_cols)
    is_open = fixed | (left > 0)[problem.col]
    has_pairs = forest.through(np.bincount(problem.row[is_open], minlength=problem.n_rows)) > 0
    served = forest.through(np.bincount(problem.row[chosen], minlength=problem.n_rows))
    groups = np.flatnonzero((asked > 0) & has_pairs).tolist()
    return min((Fraction(int(served[g]), int(asked[g])) for g in groups), default=Fraction(1))


def fair_forest(group: IntArray, worths: Sequence[IntArray]) -> Forest:
    """Return a forest of disjoint groups with worths, and nothing else; ``group`` is -1 for rows of none.

    Examples
    --------
    >>> fair_forest(np.array([0, 1, 1]), by_ranks([1, 2])).at_most.tolist()
    [1, 2]
    """
    asked = np.array([len(worth) for worth in worths], dtype=np.int64)
    root = np.full(len(asked), -1, dtype=np.int32)
    forest = Forest(group.astype(np.int32), root, np.zeros_like(asked), asked)
    return with_worths(forest, np.arange(len(asked)), worths)


def with_worths(forest: Forest, groups: IntArray, worths: Sequence[IntArray]) -> Forest:
    """Return the forest with worths at some of its groups.

    Examples
    --------
    >>> leaf, parent = np.array([0, 0], dtype=np.int32), np.array([1, -1], dtype=np.int32)
    >>> forest = Forest(leaf, parent, np.zeros(2, dtype=np.int64), np.array([2, 1]))
    >>> with_worths(forest, np.array([0]), by_ranks([2])).worths(0).ravel().tolist()
    [2, 1]
    """
    empty = np.zeros((0, worths[0].shape[1] if worths else 1), dtype=np.int64)
    lines = [empty] * forest.n_groups
    for group, worth in zip(groups.tolist(), worths, strict=True):
        lines[group] = worth
    start = np.cumsum([0, *map(len, lines)])
    bounds = forest.leaf, forest.parent, forest.at_least, forest.at_most, forest.cost_start, forest.cost
    return Forest(*bounds, start, np.concatenate([empty, *lines]))


def asked_share(forest: Forest) -> Fraction:
    """Return a share that `levelled` was given, or one that asks the same units of every group.

    Examples
    --------
    >>> asked_share(levelled(fair_forest(np.array([0, 1, 1]), by_ranks([1, 2])), Fraction(1, 3)))
    Fraction(1, 2)
    """
    assert forest.worth_start is not None
    groups = np.flatnonzero(np.diff(forest.worth_start) > 0).tolist()
    shares = [Fraction(int(forest.worths(group).sum()), len(forest.worths(group))) for group in groups]
    return min(shares, default=Fraction(0))


def without_worths(forest: Forest | None) -> Forest | None:
    """Return the forest as it is without fairness, None where nothing else is in it.

    Examples
    --------
    >>> without_worths(fair_forest(np.array([0]), by_ranks([1]))) is None
    True
    """
    if forest is None or forest.worth_start is None:
        return forest
    if (np.diff(forest.worth_start) > 0).all():
        return None
    return Forest(forest.leaf, forest.parent, forest.at_least, forest.at_most, forest.cost_start, forest.cost)


def levelled(forest: Forest, share: Fraction) -> Forest:
    """Return the forest with worths that ask every fair group for a share, and for nothing beyond it.

    Examples
    --------
    >>> levelled(fair_forest(np.array([0, 0]), by_ranks([2])), Fraction(1, 2)).worth.ravel().tolist()
    [1, 0]
    """
    assert forest.worth_start is not None
    asked = np.diff(forest.worth_start)
    groups = np.flatnonzero(asked > 0)
    return with_worths(forest, groups, up_to(asked[groups].tolist(), share))


def is_bound_above(forest: Forest, groups: IntArray, need: IntArray) -> bool:
    """Tell whether a floor, costs or a quota that can matter stand above some groups, so that only levels are exact.

    Examples
    --------
    >>> leaf, parent = np.array([0, 0], dtype=np.int32), np.array([1, -1], dtype=np.int32)
    >>> forest, need = Forest(leaf, parent, np.zeros(2, dtype=np.int64), np.array([2, 1])), np.ones(2, dtype=np.int64)
    >>> is_bound_above(forest, np.array([0]), need), is_bound_above(forest, np.array([1]), need)
    (True, False)
    """
    has_cost = (
        np.zeros(forest.n_groups, dtype=np.bool_) if forest.cost_start is None else np.diff(forest.cost_start) > 0
    )
    binds = (forest.at_least > 0) | has_cost | (forest.at_most < forest.through(need))
    above = np.zeros(forest.n_groups + 1, dtype=np.bool_)  # whether something binds above a group
    for group in range(forest.n_groups - 1, -1, -1):
        parent = int(forest.parent[group])
        above[group] = parent >= 0 and (binds[parent] or above[parent])
    return bool(above[groups].any())
