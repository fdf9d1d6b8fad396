"""Passes over all pairs at given prices: what is near, what asks for more, and what the prices prove.

A pair is *in play* when its row and its column were reached by the same class (see `units.find_tiers`) and the column
has a place to give: all others are settled by the counts alone. The value of a pair is its gain less the price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray

NONE = -(1 << 61)


class Play(NamedTuple):
    """What is left to decide once the counts are settled.

    ``need`` and ``room`` are what rows and columns still have to give; ``may_stay_out`` are rows that may have less.
    """

    start: IntArray
    col: Int32Array
    gain: IntArray
    need: IntArray
    room: IntArray
    row_tier: IntArray
    col_tier: IntArray
    may_stay_out: BoolArray


# Arrays are taken out of their tuples once in each pass: each time costs more than what is done with them.


@njit(cache=True, nogil=True)
def near_pairs(play: Play, price: IntArray, margin: int, is_held: BoolArray) -> tuple[IntArray, IntArray]:
    """Return the pairs in play whose value comes within ``margin`` of their row's worth or that are held; and the worth.

    A row's worth is its ``need``-th best value, at least 0 where it may stay out; NONE where it needs nothing.
    """
    start, cols, gains, needs, room, row_tier, col_tier, may_stay_out = play
    n_rows = len(needs)
    worth = np.full(n_rows, NONE, dtype=np.int64)
    best = np.empty(max(1, needs.max()) if n_rows else 1, dtype=np.int64)
    found = np.empty(2 * n_rows + 16, dtype=np.int64)
    n_found = 0
    for row in range(n_rows):
        need, tier = needs[row], row_tier[row]
        if need == 0:
            continue
        n = 0
        for pair in range(start[row], start[row + 1]):
            col = cols[pair]
            value = gains[pair] - price[col]
            if (n == need and value <= best[n - 1]) or tier != col_tier[col] or room[col] == 0:
                continue
            at = n if n < need else n - 1
            n = min(n + 1, need)
            while at > 0 and best[at - 1] < value:
                best[at] = best[at - 1]
                at -= 1
            best[at] = value
        worth[row] = best[need - 1] if n == need else NONE + 1
        if may_stay_out[row]:
            worth[row] = max(worth[row], 0)
        least = worth[row] - margin
        for pair in range(start[row], start[row + 1]):
            col = cols[pair]
            if (gains[pair] - price[col] >= least or is_held[pair]) and tier == col_tier[col] and room[col] > 0:
                if n_found == len(found):
                    found = np.concatenate((found, np.empty(n_found, dtype=np.int64)))
                found[n_found] = pair
                n_found += 1
    return found[:n_found].copy(), worth


@njit(cache=True, nogil=True)
def asking_pairs(play: Play, price: IntArray, is_held: BoolArray) -> tuple[IntArray, IntArray]:
    """Return the pairs that are worth more to their row than what it holds, and the rows that would rather stay out."""
    start, cols, gains, needs, room, row_tier, col_tier, may_stay_out = play
    pairs, rows = np.empty(1024, dtype=np.int64), np.empty(1024, dtype=np.int64)
    n_pairs = n_rows = 0
    for row in range(len(needs)):
        if needs[row] == 0:
            continue
        worth, n_held, tier = -NONE, 0, row_tier[row]
        for pair in range(start[row], start[row + 1]):
            if is_held[pair] and tier == col_tier[cols[pair]] and room[cols[pair]] > 0:
                worth = min(worth, gains[pair] - price[cols[pair]])
                n_held += 1
        if n_held < needs[row]:
            worth = min(worth, 0)
        if may_stay_out[row] and worth < 0:
            if n_rows == len(rows):
                rows = np.concatenate((rows, np.empty(n_rows, dtype=np.int64)))
            rows[n_rows] = row
            n_rows += 1
        for pair in range(start[row], start[row + 1]):
            col = cols[pair]
            if gains[pair] - price[col] > worth and not is_held[pair] and tier == col_tier[col] and room[col] > 0:
                if n_pairs == len(pairs):
                    pairs = np.concatenate((pairs, np.empty(n_pairs, dtype=np.int64)))
                pairs[n_pairs] = pair
                n_pairs += 1
    return pairs[:n_pairs].copy(), rows[:n_rows].copy()
