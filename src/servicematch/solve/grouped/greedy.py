"""The hurried choice within groups: best pairs first, as long as row, owner, column and every group have room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.solve.forest import Forest
    from servicematch.solve.problem import Problem


def choose_within_groups(problem: Problem) -> IntArray:
    """Take pairs one by one, by class, then gain, then position; return them rising.

    Pairs of negative gain are left out where serving is worth nothing by itself (class 0). Floors are not looked at.
    A row's first pair chooses its bundle; rows that end with fewer units than they take at least give them back.

    Examples
    --------
    >>> from servicematch.solve.forest import Forest
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32), np.array([5, 7])
    >>> leaf, root = np.array([0, 0], dtype=np.int32), np.array([-1], dtype=np.int32)
    >>> one = np.ones(2, dtype=np.int64)
    >>> forest = Forest(leaf, root, np.array([0]), np.array([1]))
    >>> choose_within_groups(Problem(*pairs, need=one, capacity=2 * one[:1], tier=one, row_groups=forest)).tolist()
    [1]
    """
    tier = problem.tier[problem.row]
    pairs = np.flatnonzero((tier > 0) | (problem.gain >= 0))
    pairs = pairs[np.lexsort((pairs, -problem.gain[pairs], -tier[pairs]))]
    need, room = problem.need.tolist(), problem.capacity.tolist()
    above = [(of_rows, _ways(forest)) for of_rows, forest in problem.forests]
    left = [forest.at_most.tolist() for _, forest in problem.forests]
    bundles = [-1] * problem.n_pairs if problem.bundle is None else problem.bundle.tolist()
    bundle_of: dict[int, int] = {}
    met: set[tuple[int, int]] = set()
    taken: list[int] = []
    owner = range(problem.n_cols) if problem.owner is None else problem.owner.tolist()
    for pair, row, col in zip(pairs.tolist(), problem.row[pairs].tolist(), problem.col[pairs].tolist(), strict=True):
        if (
            need[row] == 0
            or room[col] == 0
            or (row, owner[col]) in met
            or bundle_of.get(row, bundles[pair]) != bundles[pair]
        ):
            continue
        groups = [
            (at, one) for at, (of_rows, ways) in enumerate(above) for one in ways.get(row if of_rows else col, ())
        ]
        if any(left[at][group] == 0 for at, group in groups):
            continue
        need[row] -= 1
        room[col] -= 1
        for at, group in groups:
            left[at][group] -= 1
        met.add((row, owner[col]))
        bundle_of[row] = bundles[pair]
        taken.append(pair)
    chosen = np.sort(np.array(taken, dtype=np.int64))
    if problem.least is None:
        return chosen
    served = np.bincount(problem.row[chosen], minlength=problem.n_rows)
    return chosen[(served >= problem.least)[problem.row[chosen]]]


def _ways(forest: Forest) -> dict[int, tuple[int, ...]]:
    """Return the groups above each row or column that has any."""
    above: list[tuple[int, ...]] = [()] * forest.n_groups
    for group in range(forest.n_groups - 1, -1, -1):
        parent = int(forest.parent[group])
        above[group] = (group, *above[parent]) if parent >= 0 else (group,)
    return {node: above[leaf] for node, leaf in enumerate(forest.leaf.tolist()) if leaf >= 0}
