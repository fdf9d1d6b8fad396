"""The knapsack of a column that may hold only so many pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve._kernels.jit import compiled
from servicematch.solve.hours.counted import MOST_CELLS

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray


@compiled
def fill_counted(load: IntArray, value: IntArray, items: IntArray, room: int, places: int) -> tuple[int, BoolArray]:
    """Return the most that so many of the items are worth within the room, and which they are.

    Of equal loads only the best ``places`` can be of use. Where the table would be too large, the most valuable items
    that fit one after the other are taken.
    """
    order = np.argsort(-value[items], kind="mergesort")
    is_in = np.zeros(len(items), dtype=np.bool_)
    if places * (room + 1) > MOST_CELLS:
        left, held, total = room, 0, 0
        for at in order:
            if held < places and load[items[at]] <= left:
                is_in[at] = True
                held += 1
                left -= load[items[at]]
                total += value[items[at]]
        return total, is_in
    seen = np.zeros(room + 1, dtype=np.int64)
    useful = np.empty(len(items), dtype=np.int64)
    count = 0
    for at in order:
        size = load[items[at]]
        if size <= room and seen[size] < places:
            seen[size] += 1
            useful[count] = at
            count += 1
    best = np.zeros((places + 1, room + 1), dtype=np.int64)
    taken = np.zeros((count, places + 1, room + 1), dtype=np.bool_)
    for turn in range(count):
        size, gain = load[items[useful[turn]]], value[items[useful[turn]]]
        for held in range(places, 0, -1):
            for part in range(room, size - 1, -1):
                if best[held - 1, part - size] + gain > best[held, part]:
                    best[held, part] = best[held - 1, part - size] + gain
                    taken[turn, held, part] = True
    held, left = places, room
    for turn in range(count - 1, -1, -1):
        if taken[turn, held, left]:
            is_in[useful[turn]] = True
            left -= load[items[useful[turn]]]
            held -= 1
    return best[places, room], is_in


@compiled
def fill_columns_counted(
    cols: IntArray,
    start: IntArray,
    load: IntArray,
    capacity: IntArray,
    places: IntArray,
    value: IntArray,
    worth: IntArray,
    is_in: BoolArray,
) -> None:
    """Fill some columns with no more pairs than they have places; the last two arrays are changed."""
    for col in cols:
        items = np.flatnonzero(value[start[col] : start[col + 1]] > 0) + start[col]
        worth[col], taken = fill_counted(load, value, items, capacity[col], places[col])
        is_in[start[col] : start[col + 1]] = False
        for at in range(len(items)):
            if taken[at]:
                is_in[items[at]] = True
