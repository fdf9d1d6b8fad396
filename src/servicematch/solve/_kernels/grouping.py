"""Pairs grouped by column, in two passes of counting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve._kernels.jit import compiled

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, Int32Array, IntArray
    from servicematch.solve._kernels.pricing import Play


@compiled
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


@compiled
def reached_by_column(play: Play, bonus: IntArray, packed: AnyArray) -> tuple[IntArray, Int32Array]:
    """Write the pairs in play that some class reached into ``packed``, by column; return its starts and each's column.

    ``packed`` has room for all pairs and the fields ``gain`` (with the ``bonus`` of its row), ``row`` and ``pair``: what
    belongs together is written side by side, for several scattered writes a pair are several times slower.
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
    for row in range(len(need)):
        tier = row_tier[row]
        for pair in range(first[row], first[row + 1] if tier > 0 and need[row] > 0 else first[row]):
            col = cols[pair]
            if col_tier[col] == tier and room[col] > 0:
                at = fill[col]
                fill[col] = at + 1
                packed[at].gain = gains[pair] + bonus[row]
                packed[at].row = row
                packed[at].pair = pair
    owner = np.empty(start[n_cols], dtype=np.int32)
    for col in range(n_cols):
        owner[start[col] : start[col + 1]] = col
    return start, owner
