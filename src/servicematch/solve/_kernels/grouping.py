"""Pairs grouped by column, in two passes of counting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from servicematch.solve._kernels.auction import Side

if TYPE_CHECKING:
    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.solve._kernels.pricing import Play


@njit(cache=True, nogil=True)
def order_by_column(col: Int32Array, n_cols: int) -> tuple[Int32Array, IntArray]:
    """Return positions grouped by column, and where each column begins: a counting sort, linear and stable."""
    start = np.zeros(n_cols + 1, dtype=np.int64)
    for at in range(len(col)):
        start[col[at] + 1] += 1
    for one in range(n_cols):
        start[one + 1] += start[one]
    fill = start[:n_cols].copy()
    order = np.empty(len(col), dtype=np.int32)
    for at in range(len(col)):
        order[fill[col[at]]] = at
        fill[col[at]] += 1
    return order, start


@njit(cache=True, nogil=True)
def reached_by_column(play: Play, bonus: IntArray) -> tuple[Side, Int32Array]:
    """Return the pairs in play that some class reached, grouped by column, and where each stands among all pairs.

    ``bonus`` is added to the gains of each row. What belongs to one pair is written at once, side by side, and split
    afterwards: several scattered writes a pair are several times slower.
    """
    first, cols, gains, need, room, row_tier, col_tier, _ = play
    n_cols = len(room)
    start = np.zeros(n_cols + 1, dtype=np.int64)
    for row in range(len(need)):
        tier = row_tier[row]
        for pair in range(first[row], first[row + 1] if tier > 0 and need[row] > 0 else first[row]):
            col = cols[pair]
            if col_tier[col] == tier and room[col] > 0:
                start[col + 1] += 1
    for col in range(n_cols):
        start[col + 1] += start[col]
    fill = start[:n_cols].copy()
    n = start[n_cols]
    packed = np.empty((n, 2), dtype=np.int64)
    for row in range(len(need)):
        tier = row_tier[row]
        for pair in range(first[row], first[row + 1] if tier > 0 and need[row] > 0 else first[row]):
            col = cols[pair]
            if col_tier[col] == tier and room[col] > 0:
                at = fill[col]
                fill[col] = at + 1
                packed[at, 0] = gains[pair] + bonus[row]
                packed[at, 1] = (row << 32) | pair
    agent, thing = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    gain, position = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int32)
    for col in range(n_cols):
        for at in range(start[col], start[col + 1]):
            agent[at], thing[at] = col, packed[at, 1] >> 32
            gain[at], position[at] = packed[at, 0], packed[at, 1] & 0xFFFFFFFF
    return Side(start, agent, thing, gain, 1), position
