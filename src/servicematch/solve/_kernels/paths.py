"""A warm start: from a nearly optimal choice to an optimal one by shortest augmenting paths (Jonker and Volgenant, 1987).

Pairs that are not worth as much as their row could have elsewhere are let go. That leaves rows that look for a place,
and holes: places that must not stay free at their column's price. Every row, then every hole, is settled along a
shortest path of moves, and the prices follow, so that they are exact at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from servicematch.solve._kernels.heap import Heap, new_heap, pop, push
from servicematch.solve._kernels.jit import compiled

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve._kernels.labels import Few

_FAR = 1 << 61


class Sides(NamedTuple):
    """What rows need and columns have room for; ``is_loose`` columns may keep a place free where it costs nothing."""

    need: IntArray
    room: IntArray
    is_loose: BoolArray
    may_stay_out: BoolArray


@compiled
def improve(few: Few, sides: Sides, price: IntArray, budget: int) -> tuple[bool, int]:
    """Make ``few.is_held`` optimal and ``price`` exact, in place; tell whether the budget of looks sufficed, and looks."""
    start, _, col, gain, _, _, is_held, _, _ = few
    n_rows, n_cols = len(sides.need), len(sides.room)
    worth, n_held, load = _let_go(few, sides, price)
    row_far, col_far = np.full(n_rows, _FAR, dtype=np.int64), np.full(n_cols, _FAR, dtype=np.int64)
    row_way, col_way = np.empty(n_rows, dtype=np.int64), np.empty(n_cols, dtype=np.int64)
    n_looks = 0
    for row in range(n_rows):
        while n_held[row] < sides.need[row] and not (sides.may_stay_out[row] and worth[row] == 0):
            looks = _seat(row, few, sides, price, worth, n_held, load, row_far, col_far, row_way, col_way)
            n_looks += max(1, looks)
            if looks < 0 or n_looks > budget:
                return False, n_looks
    for one in range(n_cols):
        while load[one] < sides.room[one] and not (sides.is_loose[one] and price[one] == 0):
            looks = _fill(one, few, sides, price, worth, n_held, load, row_far, col_far, row_way, col_way)
            n_looks += max(1, looks)
            if looks < 0 or n_looks > budget:
                return False, n_looks
    return True, n_looks


@compiled
def _let_go(few: Few, sides: Sides, price: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Let go what is worth less than the best pair not held; return each row's worth, its units, and the loads."""
    start, _, col, gain, _, _, is_held, _, may_stay_out = few
    n_rows = len(sides.need)
    worth, n_held = np.empty(n_rows, dtype=np.int64), np.zeros(n_rows, dtype=np.int64)
    load = np.zeros(len(sides.room), dtype=np.int64)
    for row in range(n_rows):
        best, least = -_FAR, _FAR
        for pair in range(start[row], start[row + 1]):
            value = gain[pair] - price[col[pair]]
            if is_held[pair]:
                least = min(least, value)
            else:
                best = max(best, value)
        if may_stay_out[row]:
            best = max(best, 0)
        worth[row] = best if best > -_FAR else min(least, 0)
        for pair in range(start[row], start[row + 1]):
            if is_held[pair]:
                if gain[pair] - price[col[pair]] < worth[row]:
                    is_held[pair] = False
                else:
                    n_held[row] += 1
                    load[col[pair]] += 1
    return worth, n_held, load


@compiled
def _seat(
    first: int,
    few: Few,
    sides: Sides,
    price: IntArray,
    worth: IntArray,
    n_held: IntArray,
    load: IntArray,
    row_far: IntArray,
    col_far: IntArray,
    row_way: IntArray,
    col_way: IntArray,
) -> int:
    """Give a row one more unit, or leave one out that costs least; return the looks taken, -1 when there is no way."""
    start, row_of, col_of, gain, by_col, col_start, is_held, _, may_stay_out = few
    n_cols = len(price)
    heap = new_heap(64)
    rows, cols = np.empty(16, dtype=np.int64), np.empty(16, dtype=np.int64)
    n_rows = n_found = n_looks = 0
    end, last, out = _FAR, -1, -1
    row_far[first] = 0
    row_way[first] = -1
    heap = push(heap, 0, n_cols + first)
    while heap.size[0] > 0:
        far, node = pop(heap)
        if node < n_cols:
            if far > col_far[node]:
                continue
            cols, n_found = _note(cols, n_found, node)
            if far >= end:
                break
            if load[node] < sides.room[node]:
                end, last, out = far, node, -1
                break
            for i in range(col_start[node], col_start[node + 1]):
                pair = by_col[i]
                if not is_held[pair]:
                    continue
                n_looks += 1
                row = row_of[pair]
                reach = far + gain[pair] - price[node] - worth[row]
                if reach < row_far[row]:
                    row_far[row], row_way[row] = reach, pair
                    heap = push(heap, reach, n_cols + row)
        else:
            row = node - n_cols
            if far > row_far[row]:
                continue
            rows, n_rows = _note(rows, n_rows, row)
            if far >= end:
                break
            if may_stay_out[row] and far + worth[row] < end:
                end, last, out = far + worth[row], -1, row
            n_looks += start[row + 1] - start[row]
            for pair in range(start[row], start[row + 1]):
                col = col_of[pair]
                reach = far + worth[row] - gain[pair] + price[col]
                if reach < col_far[col] and not is_held[pair]:
                    col_far[col], col_way[col] = reach, pair
                    heap = push(heap, reach, col)
    if end == _FAR:
        return -1
    row = out
    col = last
    if col >= 0:
        load[col] += 1
        n_held[first] += 1
    elif row != first:
        is_held[row_way[row]] = False
        n_held[row] -= 1
        col = col_of[row_way[row]]
        n_held[first] += 1
    while col >= 0:
        pair = col_way[col]
        is_held[pair] = True
        row = row_of[pair]
        if row == first:
            break
        is_held[row_way[row]] = False
        col = col_of[row_way[row]]
    _settle(1, end, rows[:n_rows], cols[:n_found], heap, price, worth, row_far, col_far)
    return n_looks


@compiled
def _fill(
    first: int,
    few: Few,
    sides: Sides,
    price: IntArray,
    worth: IntArray,
    n_held: IntArray,
    load: IntArray,
    row_far: IntArray,
    col_far: IntArray,
    row_way: IntArray,
    col_way: IntArray,
) -> int:
    """Fill a hole of a column, or move it to where a free place costs nothing; return looks, -1 when there is no way."""
    start, row_of, col_of, gain, by_col, col_start, is_held, _, may_stay_out = few
    n_cols = len(price)
    heap = new_heap(64)
    rows, cols = np.empty(16, dtype=np.int64), np.empty(16, dtype=np.int64)
    n_rows = n_found = n_looks = 0
    end, last, source = _FAR, -1, -1
    col_far[first] = 0
    col_way[first] = -1
    heap = push(heap, 0, first)
    while heap.size[0] > 0:
        far, node = pop(heap)
        if node < n_cols:
            if far > col_far[node]:
                continue
            cols, n_found = _note(cols, n_found, node)
            if far >= end:
                break
            if sides.is_loose[node] and far + price[node] < end:
                end, last, source = far + price[node], node, -1
            n_looks += col_start[node + 1] - col_start[node]
            for i in range(col_start[node], col_start[node + 1]):
                pair = by_col[i]
                row = row_of[pair]
                reach = far + worth[row] - gain[pair] + price[node]
                if reach < row_far[row] and not is_held[pair]:
                    row_far[row], row_way[row] = reach, pair
                    heap = push(heap, reach, n_cols + row)
        else:
            row = node - n_cols
            if far > row_far[row]:
                continue
            rows, n_rows = _note(rows, n_rows, row)
            if far >= end:
                break
            if may_stay_out[row] and n_held[row] < sides.need[row]:
                end, last, source = far, -1, row
                break
            for pair in range(start[row], start[row + 1]):
                if not is_held[pair]:
                    continue
                n_looks += 1
                col = col_of[pair]
                reach = far + gain[pair] - price[col] - worth[row]
                if reach < col_far[col]:
                    col_far[col], col_way[col] = reach, pair
                    heap = push(heap, reach, col)
    if end == _FAR:
        return -1
    col = last
    row = source
    if row >= 0:
        n_held[row] += 1
    elif col != first:
        load[col] -= 1
        is_held[col_way[col]] = False
        row = row_of[col_way[col]]
    while row >= 0:
        pair = row_way[row]
        is_held[pair] = True
        col = col_of[pair]
        if col == first:
            load[first] += 1
            break
        is_held[col_way[col]] = False
        row = row_of[col_way[col]]
    _settle(-1, end, rows[:n_rows], cols[:n_found], heap, price, worth, row_far, col_far)
    return n_looks


@compiled
def _note(nodes: IntArray, n: int, node: int) -> tuple[IntArray, int]:
    """Append to a list that grows."""
    if n == len(nodes):
        nodes = np.concatenate((nodes, np.empty(n, dtype=np.int64)))
    nodes[n] = node
    return nodes, n + 1


@compiled
def _settle(
    sign: int,
    end: int,
    rows: IntArray,
    cols: IntArray,
    heap: Heap,
    price: IntArray,
    worth: IntArray,
    row_far: IntArray,
    col_far: IntArray,
) -> None:
    """Let prices rise (or fall) by what was left of the way, and forget the distances."""
    for row in rows:
        if row_far[row] < end:
            worth[row] -= sign * (end - row_far[row])
            row_far[row] = end
    for col in cols:
        if col_far[col] < end:
            price[col] += sign * (end - col_far[col])
            col_far[col] = end
    for row in rows:
        row_far[row] = _FAR
    for col in cols:
        col_far[col] = _FAR
    for i in range(heap.size[0]):
        _forget(heap.node[i], len(price), row_far, col_far)


@compiled
def _forget(node: int, n_cols: int, row_far: IntArray, col_far: IntArray) -> None:
    if node < n_cols:
        col_far[node] = _FAR
    else:
        row_far[node - n_cols] = _FAR
