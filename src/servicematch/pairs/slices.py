"""Cutting long work into pieces: slices of pairs that stay in the processor's cache, blocks of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.base.arrays import BoolArray, Int32Array, IntArray

PAIRS_PER_SLICE = 1 << 18
"""So many pairs are measured at once: a handful of float64 arrays of this length is about 10 MB."""

PAIRS_PER_BLOCK = 4_000_000
"""So many pairs are looked at in one block of requests, on average."""


def slices(n: int, size: int = PAIRS_PER_SLICE) -> Iterator[slice]:
    """Cut ``range(n)`` into consecutive slices of at most ``size``.

    Examples
    --------
    >>> [(s.start, s.stop) for s in slices(5, size=2)]
    [(0, 2), (2, 4), (4, 5)]
    """
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))


def taken(where: BoolArray, *arrays: Any) -> tuple[Any, ...]:
    """Take from each array the entries where ``where`` is true.

    By their positions: picking by a mask costs five times as much where true and false alternate at random.

    Examples
    --------
    >>> taken(np.array([True, False, True]), np.array([1, 2, 3]))
    (array([1, 3]),)
    """
    positions = np.flatnonzero(where)
    return tuple(array.take(positions) for array in arrays)


def ramp(lengths: IntArray) -> IntArray:
    """Count 0, 1, 2, ... afresh within runs of the given lengths.

    Examples
    --------
    >>> ramp(np.array([2, 0, 3]))
    array([0, 1, 0, 1, 2])
    """
    starts = np.cumsum(lengths) - lengths
    counted: IntArray = np.arange(int(lengths.sum()), dtype=np.int64) - np.repeat(starts, lengths)
    return counted


def outer(rows: Int32Array | IntArray, cols: Int32Array | IntArray) -> tuple[Int32Array, Int32Array]:
    """Pair every row with every column, row by row.

    Examples
    --------
    >>> outer(np.array([3, 5]), np.array([0, 1]))
    (array([3, 3, 5, 5], dtype=int32), array([0, 1, 0, 1], dtype=int32))
    """
    return np.repeat(rows.astype(np.int32), len(cols)), np.tile(cols.astype(np.int32), len(rows))
