"""Columns filled anew, one after the other, out of open rows and rows that are better off there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve._kernels.counted import fill_counted
from servicematch.solve._kernels.jit import compiled
from servicematch.solve._kernels.knapsack import fill_one

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, IntArray


@compiled
def refill_columns(
    order: IntArray,
    start: IntArray,
    row: IntArray,
    col: IntArray,
    load: IntArray,
    capacity: IntArray,
    places: IntArray,
    weight: IntArray,
    row_start: IntArray,
    by_row: IntArray,
    price: FloatArray,
    is_chosen: BoolArray,
    missing: IntArray,
) -> int:
    """Fill each column in this order as well as it can be; return how many changed. The last two arrays are changed.

    A row that has all it needs comes with what it gains over its worst pair, and with the price of what it frees there.
    """
    value = np.zeros(len(row), dtype=np.int64)
    worst = np.full(len(row_start) - 1, -1, dtype=np.int64)
    changed = 0
    for c in order:
        items = np.empty(start[c + 1] - start[c], dtype=np.int64)
        count, now = 0, 0
        for pair in range(start[c], start[c + 1]):
            r = row[pair]
            value[pair] = weight[pair]
            if is_chosen[pair]:
                now += weight[pair]
            elif missing[r] == 0:
                worst[r] = -1
                for at in range(row_start[r], row_start[r + 1]):
                    other = by_row[at]
                    if is_chosen[other] and (worst[r] < 0 or weight[other] < weight[worst[r]]):
                        worst[r] = other
                if worst[r] < 0:
                    continue
                value[pair] += int(price[col[worst[r]]] * load[worst[r]]) - weight[worst[r]]
            if value[pair] > 0:
                items[count] = pair
                count += 1
        gain, is_in = fill_one(load, value, items[:count], capacity[c])
        if is_in.sum() > places[c]:
            gain, is_in = fill_counted(load, value, items[:count], capacity[c], places[c])
        if gain <= now:
            continue
        changed += 1
        for pair in range(start[c], start[c + 1]):
            if is_chosen[pair]:
                is_chosen[pair] = False
                missing[row[pair]] += 1
        for at in range(count):
            if is_in[at]:
                r = row[items[at]]
                if missing[r] == 0:
                    is_chosen[worst[r]] = False
                    missing[r] += 1
                is_chosen[items[at]] = True
                missing[r] -= 1
    return changed
