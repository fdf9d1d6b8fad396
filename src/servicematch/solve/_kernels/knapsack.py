"""The knapsack of each column, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve._kernels.jit import compiled

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, IntArray


@compiled
def fill_one(load: IntArray, value: IntArray, items: IntArray, room: int) -> tuple[int, BoolArray]:
    """Return the most that some of the items are worth within the room, and which they are."""
    best = np.zeros(room + 1, dtype=np.int64)
    taken = np.zeros((len(items), room + 1), dtype=np.bool_)
    for at in range(len(items)):
        size, gain = load[items[at]], value[items[at]]
        for part in range(room, size - 1, -1):
            if best[part - size] + gain > best[part]:
                best[part] = best[part - size] + gain
                taken[at, part] = True
    is_in = np.zeros(len(items), dtype=np.bool_)
    left = room
    for at in range(len(items) - 1, -1, -1):
        if taken[at, left]:
            is_in[at] = True
            left -= load[items[at]]
    return best[room], is_in


@compiled
def fill_columns(
    start: IntArray, load: IntArray, capacity: IntArray, value: IntArray
) -> tuple[IntArray, BoolArray, FloatArray]:
    """Return what the best choice of each column is worth, which pairs it holds, and the price of its capacity.

    Pairs of no positive value are left alone. Those that the fractional knapsack settles, for a choice is known that is
    better than any that did otherwise, never come into the table (Dantzig's bound).
    """
    n_cols = len(start) - 1
    is_in = np.zeros(len(value), dtype=np.bool_)
    worth = np.zeros(n_cols, dtype=np.int64)
    price = np.zeros(n_cols, dtype=np.float64)
    for col in range(n_cols):
        items = np.flatnonzero(value[start[col] : start[col + 1]] > 0) + start[col]
        total = 0
        for pair in items:
            total += load[pair]
        room = capacity[col]
        if total <= room:
            for pair in items:
                is_in[pair] = True
                worth[col] += value[pair]
            continue
        items = items[np.argsort(-value[items] / np.maximum(load[items], 1e-9))]
        left, known, bound = room, 0, 0.0
        for pair in items:
            if load[pair] <= left:
                left -= load[pair]
                known += value[pair]
                if price[col] == 0.0:
                    bound += value[pair]
            elif price[col] == 0.0:
                price[col] = value[pair] / load[pair]
                bound += left * price[col]
        slack = bound - known + 1.0 + 1e-9 * bound
        left, count = room, 0
        for pair in items:
            margin = value[pair] - price[col] * load[pair]
            if margin > slack:
                is_in[pair] = True
                worth[col] += value[pair]
                left -= load[pair]
            elif margin >= -slack:
                items[count] = pair
                count += 1
        gain, taken = fill_one(load, value, items[:count], left)
        worth[col] += gain
        for at in range(count):
            if taken[at]:
                is_in[items[at]] = True
    return worth, is_in, price
