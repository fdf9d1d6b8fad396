"""Vectors with a number a tier, the highest first, compared from the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.check.certificate import Total
from servicematch.check.prices import exact_sum

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, Int32Array, IntArray


def is_positive(vectors: IntArray) -> BoolArray:
    """Tell which vectors are above nothing.

    Examples
    --------
    >>> is_positive(np.array([[0, 1], [1, -5], [0, 0], [-1, 9]])).tolist()
    [True, True, False, False]
    """
    return first_sign(vectors) > 0


def first_sign(vectors: IntArray) -> AnyArray:
    """Return the sign of the first number of each vector that is not 0; 0 where all are.

    Examples
    --------
    >>> first_sign(np.array([[0, -1], [2, -5], [0, 0]])).tolist()
    [-1, 1, 0]
    """
    signs = np.sign(vectors)
    first = (signs != 0).argmax(axis=1)
    found: AnyArray = signs[np.arange(len(signs)), first]
    return found


def best_units(rows: Int32Array, key: IntArray, margins: IntArray, need: IntArray) -> IntArray:
    """Choose for each request its ``need[row]`` largest margins above nothing, at most one of each ``key``.

    Examples
    --------
    >>> rows, key = np.array([0, 0, 0, 1], dtype=np.int32), np.array([7, 7, 8, 9])
    >>> best_units(rows, key, np.array([[0, 5], [1, -2], [0, 3], [0, -1]]), np.array([2, 1])).tolist()
    [1, 2]
    """
    best = np.flatnonzero(is_positive(margins))
    order = best[np.lexsort((*-margins[best].T[::-1], key[best]))]
    best = order[np.flatnonzero(np.diff(key[order], prepend=-1))]
    best = best[np.lexsort((*-margins[best].T[::-1], rows[best]))]
    in_order = rows[best]
    rank = np.arange(len(best)) - np.searchsorted(in_order, in_order, side="left")
    chosen: IntArray = best[rank < need[in_order]]
    return chosen


def summed(vectors: IntArray) -> Total:
    """Add vectors up, without wrapping."""
    return as_total([exact_sum(vectors[:, tier]) for tier in range(vectors.shape[1])])


def as_total(by_tier: list[int]) -> Total:
    """Write a vector as a sum by class: class 0 counts nothing, the highest tier is the highest class.

    Examples
    --------
    >>> as_total([3, 2, 10])
    Total(by_class=[0, 2, 3], score=10)
    """
    return Total([0, *by_tier[-2::-1]], by_tier[-1])
