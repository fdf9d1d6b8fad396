"""Serve rows one by one in a given order, each if it can be without leaving an earlier one out: the greedy of a matroid.

The units that rows can have together form the bases of a polymatroid (matchings make a gammoid), so this order's
greedy choice is the best for any payments that fall along the order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve._kernels.jit import compiled

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray


@compiled
def serve_in_order(
    order: IntArray, start: IntArray, row_of: Int32Array, cols: Int32Array, need: IntArray, room: IntArray, budget: int
) -> tuple[bool, BoolArray]:
    """Return which pairs are held in the end, and whether ``budget`` looks at pairs were enough.

    A search that finds no place never will: what it met is closed for all later ones.
    """
    n_rows, n_cols = len(need), len(room)
    first = np.zeros(n_cols + 1, dtype=np.int64)
    for col in range(n_cols):
        first[col + 1] = first[col] + room[col]
    holder, n_taken = np.empty(first[n_cols], dtype=np.int64), np.zeros(n_cols, dtype=np.int64)
    is_held = np.zeros(len(cols), dtype=np.bool_)
    closed = n_rows + len(cols) + 1
    row_seen, col_seen = np.zeros(n_rows, dtype=np.int64), np.zeros(n_cols, dtype=np.int64)
    row_way, col_way = np.empty(n_rows, dtype=np.int64), np.empty(n_cols, dtype=np.int64)
    queue = np.empty(n_rows, dtype=np.int64)
    search = n_looks = 0
    for one in order:
        for _ in range(need[one]):
            if row_seen[one] == closed:
                break
            search += 1
            queue[0] = one
            row_seen[one], row_way[one] = search, -1
            n_queued, at, end = 1, 0, -1
            while at < n_queued and end < 0:
                row = queue[at]
                at += 1
                n_looks += start[row + 1] - start[row]
                for pair in range(start[row], start[row + 1]):
                    col = cols[pair]
                    if col_seen[col] >= search or is_held[pair]:
                        continue
                    col_seen[col], col_way[col] = search, pair
                    if n_taken[col] < room[col]:
                        end = col
                        break
                    for place in range(first[col], first[col + 1]):
                        other = row_of[holder[place]]
                        if row_seen[other] < search:
                            row_seen[other], row_way[other] = search, place
                            queue[n_queued] = other
                            n_queued += 1
            if end < 0:
                for i in range(n_queued):
                    row_seen[queue[i]] = closed
                    for pair in range(start[queue[i]], start[queue[i] + 1]):
                        if not is_held[pair]:
                            col_seen[cols[pair]] = closed
                break
            place = first[end] + n_taken[end]
            n_taken[end] += 1
            while place >= 0:
                pair = col_way[end]
                holder[place] = pair
                is_held[pair] = True
                place = row_way[row_of[pair]]
                if place >= 0:
                    is_held[holder[place]] = False
                    end = cols[holder[place]]
            if n_looks > budget:
                return False, is_held
    return True, is_held


@compiled
def fill_columns(
    start: IntArray,
    row_of: Int32Array,
    cols: Int32Array,
    is_held: BoolArray,
    fills: BoolArray,
    load: IntArray,
    must: BoolArray,
) -> bool:
    """Fill the columns that must have their ``load``, as in the choice ``fills``, in place; each row keeps its units.

    From a short column on, a pair of ``fills`` is taken, and its row drops one that is not in ``fills``, until a column
    may go short: each step brings the choices nearer. Where no choice has more units a row always has one to drop.
    """
    n_rows, n_cols = len(start) - 1, len(load)
    lack = load.copy()
    first = np.zeros(n_cols + 1, dtype=np.int64)
    for pair in range(len(cols)):
        lack[cols[pair]] -= is_held[pair]
        first[cols[pair] + 1] += fills[pair]
    first = np.cumsum(first)
    by_col, to_take = np.empty(first[n_cols], dtype=np.int64), first[:-1].copy()
    for pair in range(len(cols)):
        if fills[pair]:
            by_col[to_take[cols[pair]]] = pair
            to_take[cols[pair]] += 1
    to_take, to_drop = first[:-1].copy(), start[:n_rows].copy()
    for col in range(n_cols):
        while must[col] and lack[col] > 0:
            short = col
            while must[short] and lack[short] > 0:
                while to_take[short] < first[short + 1] and is_held[by_col[to_take[short]]]:
                    to_take[short] += 1
                if to_take[short] == first[short + 1]:
                    return False
                taken = by_col[to_take[short]]
                row = row_of[taken]
                drop = to_drop[row]
                while drop < start[row + 1] and (fills[drop] or not is_held[drop]):
                    drop += 1
                to_drop[row] = drop
                if drop == start[row + 1]:
                    return False
                is_held[taken], is_held[drop] = True, False
                lack[short] -= 1
                short = cols[drop]
                lack[short] += 1
    return True
