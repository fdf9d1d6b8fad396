"""Passes over all pairs at given prices: what is near, what asks for more, and what the prices prove.

A pair is *in play* when its row and its column were reached by the same class (see `units.find_tiers`) and the column
has a place to give: all others are settled by the counts alone. The value of a pair is its gain less the price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from servicematch.solve._kernels.jit import compiled

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


@compiled
def near_pairs(play: Play, price: IntArray, margin: int, most: int, found: IntArray) -> tuple[int, IntArray]:
    """Write the pairs in play whose value comes within ``margin`` of their row's worth; return their number, and worths.

    Where ``found`` has no room for more they are counted all the same, for another call. Of more than ``most`` near
    pairs for each unit that a row needs, so many are taken, spread by a hash: where all are alike, any few will do. A
    row's worth is its ``need``-th best value, at least 0 where it may stay out; NONE where it needs nothing.
    """
    start, cols, gains, needs, room, row_tier, col_tier, may_stay_out = play
    n_rows = len(needs)
    worth = np.full(n_rows, NONE, dtype=np.int64)
    best = np.empty(max(1, needs.max()) if n_rows else 1, dtype=np.int64)
    n_found = 0
    for row in range(n_rows):
        need, tier = needs[row], row_tier[row]
        if need == 0:
            continue
        n, bar = 0, NONE
        for pair in range(start[row], start[row + 1]):
            col = cols[pair]
            value = gains[pair] - price[col]
            if value <= bar or tier != col_tier[col] or room[col] == 0:
                continue
            at = n if n < need else n - 1
            n = min(n + 1, need)
            while at > 0 and best[at - 1] < value:
                best[at] = best[at - 1]
                at -= 1
            best[at] = value
            if n == need:
                bar = best[need - 1]
        worth[row] = bar if n == need else NONE + 1
        if may_stay_out[row]:
            worth[row] = max(worth[row], 0)
        least, first = worth[row] - margin, n_found
        for pair in range(start[row], start[row + 1]):
            col = cols[pair]
            if gains[pair] - price[col] >= least and tier == col_tier[col] and room[col] > 0:
                if n_found < len(found):
                    found[n_found] = pair
                n_found += 1
        step = (n_found - first) // (most * need)
        if step > 1 and n_found <= len(found):
            last, n_found = n_found, first
            for i in range(first, last):
                if (found[i] * 40503 >> 7) % step == 0:
                    found[n_found] = found[i]
                    n_found += 1
    return n_found, worth


@compiled
def asking_pairs(
    play: Play, row: Int32Array, held: IntArray, price: IntArray, found: IntArray
) -> tuple[int, BoolArray]:
    """Write the pairs that are worth more to their row than what it holds into ``found``; return their number.

    Where ``found`` has no room for more they are counted all the same, for another call. ``held`` are the positions of
    the pairs held, rising. Returned too: which rows would rather stay out.
    """
    start, cols, gains, needs, room, row_tier, col_tier, may_stay_out = play
    n_rows = len(needs)
    worth, n_held = np.full(n_rows, -NONE, dtype=np.int64), np.zeros(n_rows, dtype=np.int64)
    for pair in held:
        if row_tier[row[pair]] == col_tier[cols[pair]]:
            worth[row[pair]] = min(worth[row[pair]], gains[pair] - price[cols[pair]])
            n_held[row[pair]] += 1
    leaves = np.zeros(n_rows, dtype=np.bool_)
    n_found = at = 0
    for one in range(n_rows):
        if needs[one] == 0:
            continue
        if n_held[one] < needs[one]:
            worth[one] = min(worth[one], 0)
        leaves[one] = may_stay_out[one] and worth[one] < 0
        least, tier = worth[one], row_tier[one]
        while at < len(held) and held[at] < start[one]:
            at += 1
        for pair in range(start[one], start[one + 1]):
            col = cols[pair]
            if gains[pair] - price[col] > least and tier == col_tier[col] and room[col] > 0:
                i = at
                while i < len(held) and held[i] < pair:
                    i += 1
                if i < len(held) and held[i] == pair:
                    continue
                if n_found < len(found):
                    found[n_found] = pair
                n_found += 1
    return n_found, leaves
