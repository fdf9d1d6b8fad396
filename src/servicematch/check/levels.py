"""Levels of satisfaction, and vectors of them as single numbers: worked out for the checker alone.

A unit at a level counts minus one in the place of this level, from the left; the highest level counts nothing. Behind all
levels stand the micro-points. As whole numbers of Python in a base beyond all counts, vectors are compared, added and
bounded like any other weights, however long they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, Int32Array, IntArray

PLACE = 48
"""Bits of one place of a vector."""


def level_of(gain: IntArray, best: IntArray, steps: int) -> IntArray:
    """Return gains over the best ones in whole steps, rounded down; where the best is nothing, all is as good as it gets.

    Examples
    --------
    >>> level_of(np.array([19, 7, 0]), np.array([100, 7, 0]), 10).tolist()
    [1, 10, 10]
    """
    some = np.maximum(best, 1)
    return np.where(best > 0, np.clip(gain, 0, some) * steps // some, steps)


def weight_of(level: IntArray, gain: IntArray, steps: int) -> AnyArray:
    """Return what pairs count, as long numbers.

    Examples
    --------
    >>> digits(int(weight_of(np.array([1]), np.array([7]), 3)[0]), 3)
    [0, -1, 0, 7]
    """
    by_level = np.array([-(1 << PLACE * (steps - place)) for place in range(steps)] + [0], dtype=object)
    found: AnyArray = by_level[level] + gain.astype(object)
    return found


def digits(number: int, steps: int) -> list[int]:
    """Take a long number apart: a count for each level from the lowest, then micro-points.

    Examples
    --------
    >>> digits((3 << 2 * PLACE) - (1 << PLACE) + 5, 2)
    [3, -1, 5]
    """
    found, half = [], 1 << (PLACE - 1)
    for _ in range(steps):
        low = ((number + half) & ((1 << PLACE) - 1)) - half
        found.append(low)
        number = (number - low) >> PLACE
    return [number, *found[::-1]]


def best_margins(rows: Int32Array, margins: AnyArray, units: IntArray) -> tuple[int, bool]:
    """Add up the best margins of each request, exactly as many as it has units; tell whether some has too few.

    All pairs of a request must be given at once; ``units`` is one a request of the table.

    Examples
    --------
    >>> rows, margins = np.array([0, 0, 1], dtype=np.int32), np.array([-5, -2, 9], dtype=object)
    >>> best_margins(rows, margins, np.array([1, 1])), best_margins(rows, margins, np.array([2, 2]))
    ((7, False), (2, True))
    """
    order = np.argsort(rows, kind="stable")
    rows, margins = rows[order], margins[order]
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    if not len(first):
        return 0, False
    n_units, stop = units[rows[first]], np.append(first[1:], len(rows))
    single = n_units == 1
    total = sum(np.maximum.reduceat(margins, first)[single].tolist())
    is_short = bool((stop - first < n_units).any())
    several = zip(first[~single].tolist(), stop[~single].tolist(), n_units[~single].tolist(), strict=True)
    for start, end, n in several:
        total += sum(sorted(margins[start:end].tolist(), reverse=True)[:n])
    return total, is_short
