"""Exact prices of an optimal choice: those nearest to given ones on a few pairs, and the least ones on all.

A row that holds column t and could have u asks ``price[u] >= price[t] + gain[u] - gain[t]``. A column with a free place
costs nothing; a row that may stay out and is served pays at most its gain, an open one keeps every price at its gain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from servicematch.solve._kernels.heap import Heap, new_heap, pop, push
from servicematch.solve._kernels.jit import compiled

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve._kernels.pricing import Play

FAR = 1 << 61


class Few(NamedTuple):
    """A few pairs from both sides: those of row r are ``start[r] : start[r + 1]``, of column c ``by_col[col_start[c] : ...]``."""

    start: IntArray
    row: Int32Array
    col: Int32Array
    gain: IntArray
    by_col: Int32Array
    col_start: IntArray
    is_held: BoolArray
    is_open: BoolArray
    may_stay_out: BoolArray


@compiled
def nearest_prices(few: Few, price: IntArray, is_free: BoolArray, has_floor: BoolArray, most_moves: int) -> bool:
    """Move prices, in place, to exact ones: first down as far as they must, then up; False when they never settle.

    ``is_free`` are columns with a free place that may cost nothing, ``has_floor`` those that cost at least nothing.
    """
    return _lower(few, price, is_free, most_moves) and _raise(few, price, has_floor, most_moves)


@compiled
def _lower(few: Few, price: IntArray, is_free: BoolArray, most_moves: int) -> bool:
    start, row_of, cols, gain, by_col, col_start, is_held, is_open, may_stay_out = few
    n_rows, n_cols = len(start) - 1, len(price)
    ring = np.empty(n_rows + 1, dtype=np.int64)
    waits = np.ones(n_rows, dtype=np.bool_)
    for row in range(n_rows):
        ring[row] = row
    for col in range(n_cols):
        if is_free[col]:
            price[col] = min(price[col], 0)
    head, n_waiting, n_moves = 0, n_rows, 0
    while n_waiting > 0:
        row = ring[head]
        head = head + 1 if head + 1 < len(ring) else 0
        n_waiting -= 1
        waits[row] = False
        most = 0 if may_stay_out[row] else FAR
        for pair in range(start[row], start[row + 1]):
            if not is_held[pair]:
                most = min(most, price[cols[pair]] - gain[pair])
        for pair in range(start[row], start[row + 1]):
            col = cols[pair]
            if not is_held[pair] or most == FAR or price[col] - gain[pair] <= most:
                continue
            price[col] = most + gain[pair]
            n_moves += 1
            for i in range(col_start[col], col_start[col + 1]):
                other = row_of[by_col[i]]
                if not is_held[by_col[i]] and not waits[other]:
                    waits[other] = True
                    tail = head + n_waiting
                    ring[tail if tail < len(ring) else tail - len(ring)] = other
                    n_waiting += 1
        if n_moves > most_moves:
            return False
    return True


@compiled
def _raise(few: Few, price: IntArray, has_floor: BoolArray, most_moves: int) -> bool:
    start, row_of, cols, gain, by_col, col_start, is_held, is_open, may_stay_out = few
    n_rows, n_cols = len(start) - 1, len(price)
    ring = np.empty(n_rows + 1, dtype=np.int64)
    waits = np.ones(n_rows, dtype=np.bool_)
    for row in range(n_rows):
        ring[row] = row
    for col in range(n_cols):
        if has_floor[col]:
            price[col] = max(price[col], 0)
    head, n_waiting, n_moves = 0, n_rows, 0
    while n_waiting > 0:
        row = ring[head]
        head = head + 1 if head + 1 < len(ring) else 0
        n_waiting -= 1
        waits[row] = False
        least = 0 if is_open[row] else -FAR
        for pair in range(start[row], start[row + 1]):
            if is_held[pair]:
                least = max(least, price[cols[pair]] - gain[pair])
        for pair in range(start[row], start[row + 1]):
            col = cols[pair]
            if is_held[pair] or least == -FAR or price[col] - gain[pair] >= least:
                continue
            price[col] = least + gain[pair]
            n_moves += 1
            for i in range(col_start[col], col_start[col + 1]):
                other = row_of[by_col[i]]
                if is_held[by_col[i]] and not waits[other]:
                    waits[other] = True
                    tail = head + n_waiting
                    ring[tail if tail < len(ring) else tail - len(ring)] = other
                    n_waiting += 1
        if n_moves > most_moves:
            return False
    return True


@compiled
def least_prices(
    play: Play, row: Int32Array, held: IntArray, held_start: IntArray, is_held: BoolArray, price: IntArray
) -> IntArray:
    """Return the least exact prices, given any exact ones: shortest paths from what keeps a price up (Dijkstra, 1959).

    At exact prices every length of the residual graph is positive or zero, so each row is walked through once. Columns
    without a place to give are priced too, whatever ``price`` says of them. ``held`` are the positions of the pairs
    held, those of column c ``held[held_start[c] : held_start[c + 1]]``.
    """
    _, cols, gains, needs, room, row_tier, col_tier, _ = play
    n_rows, n_cols = len(needs), len(price)
    worth, n_held = _worth(cols, gains, needs, row_tier, col_tier, row, held, price)
    least = np.where(col_tier == 0, 0, -FAR)
    asks = _asks(play, worth, n_held, is_held, least)
    done_col, done_row = np.zeros(n_cols, dtype=np.bool_), np.zeros(n_rows, dtype=np.bool_)
    heap = new_heap(n_cols + 16)
    for col in range(n_cols):
        if room[col] > 0 and least[col] > -FAR:
            heap = push(heap, price[col] - least[col], col)
    while heap.size[0] > 0:
        far, node = pop(heap)
        if node >= n_cols:
            if not done_row[node - n_cols]:
                done_row[node - n_cols] = True
                heap = _walk(node - n_cols, far + worth[node - n_cols], asks, room, price, least, heap)
        elif not done_col[node]:
            done_col[node] = True
            for i in range(held_start[node], held_start[node + 1]):
                one = row[held[i]]
                if done_row[one] or row_tier[one] != col_tier[node] or asks.start[one] == asks.start[one + 1]:
                    continue
                length = gains[held[i]] - price[node] - worth[one]
                if length == 0:
                    done_row[one] = True
                    heap = _walk(one, far + worth[one], asks, room, price, least, heap)
                else:
                    heap = push(heap, far + length, n_cols + one)
    return least


class _Asks(NamedTuple):
    """Pairs through which a row may ask for a higher price: those of row r are ``start[r] : start[r + 1]``."""

    start: IntArray
    col: Int32Array
    gain: IntArray


@compiled
def _asks(play: Play, worth: IntArray, n_held: IntArray, is_held: BoolArray, least: IntArray) -> _Asks:
    """Raise ``least``, in place, to what open rows ask; return the few pairs that may ask for more than that.

    A row never asks for more than gain less worth, so the pairs below that are settled in two passes in their own
    order; what follows the shortest paths jumps about and touches only the few that are left.
    """
    start, cols, gains, needs, _, row_tier, col_tier, _ = play
    n_rows = len(needs)
    for one in range(n_rows):
        if n_held[one] < needs[one]:
            for pair in range(start[one], start[one + 1]):
                col = cols[pair]
                if gains[pair] > least[col] and row_tier[one] == col_tier[col] and not is_held[pair]:
                    least[col] = gains[pair]
    asks_start = np.zeros(n_rows + 1, dtype=np.int64)
    for one in range(n_rows):
        n = 0
        if n_held[one] >= needs[one] and n_held[one] > 0:
            base, tier = worth[one], row_tier[one]
            for pair in range(start[one], start[one + 1]):
                col = cols[pair]
                n += gains[pair] - base > least[col] and tier == col_tier[col] and not is_held[pair]
        asks_start[one + 1] = asks_start[one] + n
    asks_col, asks_gain = np.empty(asks_start[-1], dtype=np.int32), np.empty(asks_start[-1], dtype=np.int64)
    for one in range(n_rows):
        n = asks_start[one]
        if n == asks_start[one + 1]:
            continue
        base, tier = worth[one], row_tier[one]
        for pair in range(start[one], start[one + 1]):
            col = cols[pair]
            if gains[pair] - base > least[col] and tier == col_tier[col] and not is_held[pair]:
                asks_col[n], asks_gain[n] = col, gains[pair]
                n += 1
    return _Asks(asks_start, asks_col, asks_gain)


@compiled
def _worth(
    cols: Int32Array,
    gains: IntArray,
    needs: IntArray,
    row_tier: IntArray,
    col_tier: IntArray,
    row: Int32Array,
    held: IntArray,
    price: IntArray,
) -> tuple[IntArray, IntArray]:
    """Return the least value among what each row holds in play (0 for a row that lacks something), and how many."""
    n_rows = len(needs)
    worth, n_held = np.full(n_rows, FAR, dtype=np.int64), np.zeros(n_rows, dtype=np.int64)
    for i in range(len(held)):
        one, col = row[held[i]], cols[held[i]]
        if row_tier[one] == col_tier[col]:
            worth[one] = min(worth[one], gains[held[i]] - price[col])
            n_held[one] += 1
    for one in range(n_rows):
        if n_held[one] < needs[one]:
            worth[one] = 0
    return worth, n_held


@compiled
def _walk(one: int, base: int, asks: _Asks, room: IntArray, price: IntArray, least: IntArray, heap: Heap) -> Heap:
    """Raise the least prices of the columns that a row asks for."""
    for at in range(asks.start[one], asks.start[one + 1]):
        col = asks.col[at]
        asked = asks.gain[at] - base
        if asked > least[col]:
            least[col] = asked
            if room[col] > 0:
                heap = push(heap, price[col] - asked, col)
    return heap
