"""The knapsack of a column that may hold only so many pairs, whatever else would fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray

MOST_CELLS = 100_000
"""Of a table: room times places."""


def is_small(room: IntArray, places: IntArray) -> BoolArray:
    """Tell whether the tables of such columns are small enough to be filled exactly."""
    small: BoolArray = places * (room + 1) <= MOST_CELLS
    return small


def fill_counted(load: IntArray, value: IntArray, room: int, places: int) -> tuple[int, BoolArray]:
    """Return the most that at most ``places`` pairs of positive value are worth within the room, and which they are.

    Where the table is not small, the most valuable pairs that fit one after the other are taken.

    Examples
    --------
    >>> worth, is_in = fill_counted(np.array([1, 1, 1, 3]), np.array([4, 3, 2, 6]), 3, 2)
    >>> worth, is_in.tolist()
    (7, [True, True, False, False])
    """
    by_value = np.argsort(-value, kind="stable")
    if places * (room + 1) > MOST_CELLS:
        return _fill_in_order(load, value, by_value, room, places)
    useful = by_value[load[by_value] <= room]
    useful = useful[_turn(load[useful]) < places]
    best = np.zeros((places + 1, room + 1), dtype=np.int64)
    taken = []
    for size, gain in zip(load[useful].tolist(), value[useful].tolist(), strict=True):
        other = best[:-1, : room + 1 - size] + gain
        taken.append(other > best[1:, size:])
        np.maximum(best[1:, size:], other, out=best[1:, size:])
    is_in = np.zeros(len(load), dtype=np.bool_)
    left, held = room, places
    for at, better in zip(useful[::-1].tolist(), taken[::-1], strict=True):
        size = int(load[at])
        if held and left >= size and better[held - 1, left - size]:
            is_in[at] = True
            left, held = left - size, held - 1
    return int(best[places, room]), is_in


def _fill_in_order(load: IntArray, value: IntArray, order: IntArray, room: int, places: int) -> tuple[int, BoolArray]:
    is_in = np.zeros(len(load), dtype=np.bool_)
    for at in order.tolist():
        if places and load[at] <= room:
            is_in[at] = True
            room, places = room - int(load[at]), places - 1
    return int(value[is_in].sum()), is_in


def _turn(keys: IntArray) -> IntArray:
    """Count the equal keys that stand before each."""
    order = np.argsort(keys, kind="stable")
    begins = np.searchsorted(keys[order], keys[order], side="left")
    turn = np.empty(len(keys), dtype=np.int64)
    turn[order] = np.arange(len(keys)) - begins
    return turn
