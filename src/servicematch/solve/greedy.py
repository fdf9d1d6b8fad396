"""The choice a person would make in a hurry: best pairs first. It needs no solver and is never called optimal unproved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.solve.problem import Problem


def choose_greedily(problem: Problem) -> IntArray:
    """Take pairs in rounds, the best first, as long as row and column have room; return them rising.

    In a round every open row asks its best column that still has room, and every column takes the best of those who
    ask, by class, then gain, then position; what it took it keeps. Pairs of negative gain are left out where serving is worth nothing by itself (class 0).

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 0, 1], dtype=np.int32), np.array([0, 1, 0], dtype=np.int32), np.array([9, 3, 8])
    >>> one = np.array([1, 1])
    >>> choose_greedily(Problem(*pairs, need=one, capacity=one, tier=one)).tolist()
    [0]
    """
    worth = (problem.tier[problem.row] > 0) | (problem.gain >= 0)
    left = np.flatnonzero(worth)
    left = left[np.lexsort((left, -problem.gain[left], -problem.tier[problem.row[left]]))]
    need, room = problem.need.copy(), problem.capacity.copy()
    taken: list[IntArray] = []
    while True:
        left = left[(need[problem.row[left]] > 0) & (room[problem.col[left]] > 0)]
        if len(left) == 0:
            return np.sort(np.concatenate(taken)) if taken else np.empty(0, dtype=np.int64)
        asking = left[np.sort(np.unique(problem.row[left], return_index=True)[1])]
        order = np.argsort(problem.col[asking], kind="stable")
        col = problem.col[asking][order]
        first = np.searchsorted(col, col)
        accepted = asking[order[np.arange(len(col)) - first < room[col]]]
        need -= np.bincount(problem.row[accepted], minlength=problem.n_rows)
        room -= np.bincount(problem.col[accepted], minlength=problem.n_cols)
        taken.append(accepted)
        left = np.setdiff1d(left, accepted, assume_unique=True)
