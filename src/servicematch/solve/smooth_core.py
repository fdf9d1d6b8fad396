"""The best choice among few pairs, by OR-Tools in costs relative to prices; rows that need not choose stay out of it.

A row with no more pairs than units lets each of its pairs go its own way: a pair is in unless its column has a better
use for the place. So only the other rows, the contested ones, enter the flow with all their pairs. Of the free pairs
the best that fit are taken, and the last of them stand at their column as arcs to the sink that cost their margin:
who wants such a place must bring more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from servicematch.solve.matching import compress, starts
from servicematch.solve.network import Network, cheapest_flow

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.smooth_market import Market


def best_choice(few: Market, price: IntArray) -> BoolArray:
    """Return the choice of the largest total value, one truth a pair; prices near the true ones make it fast.

    Examples
    --------
    >>> from servicematch.solve.smooth_market import Market
    >>> pairs = np.array([0, 0, 1], dtype=np.int32), np.array([0, 1, 0], dtype=np.int32), np.array([9, 3, 8])
    >>> one = np.array([1, 1])
    >>> best_choice(Market(np.arange(3), *pairs, one, one, scale=9), np.array([6, 0]))
    array([False,  True,  True])
    """
    is_contested = _is_contested(few)
    chosen = np.zeros(len(few.pairs), dtype=np.bool_)
    free, place = _best_that_fit(few, np.flatnonzero(~is_contested & (few.value > 0)))
    chosen[free] = True
    contested = np.flatnonzero(is_contested)
    if len(contested):
        n_free, n_contested = (np.bincount(few.col[pairs], minlength=len(few.room)) for pairs in (free, contested))
        movable = free[place >= (n_free - n_contested)[few.col[free]]]
        flow = cheapest_flow(_network(few, contested, movable, few.room - n_free, price))
        chosen[contested] = flow[: len(contested)] > 0
        chosen[movable] = flow[len(flow) - len(movable) :] == 0
    return chosen


def bound_to(few: Market, cols: Int32Array | IntArray) -> IntArray:
    """Return the pairs that a change at some columns can concern: contested rows bind their columns to each other.

    Examples
    --------
    Row 0 binds columns 0 and 1; column 2 is on its own.

    >>> from servicematch.solve.smooth_market import Market
    >>> pairs = np.array([0, 0, 1, 2], dtype=np.int32), np.array([0, 1, 1, 2], dtype=np.int32), np.array([9, 9, 9, 9])
    >>> one = np.array([1, 1, 1])
    >>> bound_to(Market(np.arange(4), *pairs, one, one, scale=9), np.array([0]))
    array([0, 1, 2])
    """
    n_rows, n_cols = len(few.need), len(few.room)
    contested = np.flatnonzero(_is_contested(few))
    ends = few.row[contested], few.col[contested] + n_rows
    graph = coo_array((np.ones(len(contested), dtype=np.int8), ends), shape=(n_rows + n_cols, n_rows + n_cols))
    n_parts, part = connected_components(graph, directed=False)
    is_concerned = np.zeros(n_parts, dtype=np.bool_)
    is_concerned[part[n_rows + cols]] = True
    return np.flatnonzero(is_concerned[part[n_rows + few.col]])


def _is_contested(few: Market) -> BoolArray:
    contested: BoolArray = (np.bincount(few.row, minlength=len(few.need)) > few.need)[few.row]
    return contested


def _best_that_fit(few: Market, pairs: IntArray) -> tuple[IntArray, IntArray]:
    """Return the best pairs that fit, and each one's place at its column: 0 for the best."""
    pairs = pairs[np.lexsort((-few.value[pairs], few.col[pairs]))]
    col = few.col[pairs]
    place = np.arange(len(pairs)) - starts(col, len(few.room))[col]
    fits = place < few.room[col]
    return pairs[fits], place[fits]


def _network(few: Market, contested: IntArray, movable: IntArray, left: IntArray, price: IntArray) -> Network:
    """Build rows -> columns -> sink, with arcs from each row for staying open, and for each pair that may give way.

    Whatever the prices, a unit's path costs its row's best margin, less the value it brings, and that of who gives way.
    """
    rows, row_at = compress(few.row[contested], len(few.need))
    cols, col_at = compress(few.col[contested], len(few.room))
    n_pairs, sink = len(contested), len(rows) + len(cols)
    node = np.zeros(len(few.room), dtype=np.int32)
    node[cols] = np.arange(len(rows), sink)
    margin = few.value - price[few.col]
    top = np.zeros(len(rows), dtype=np.int64)
    np.maximum.at(top, row_at, margin[contested])
    to_sink = np.concatenate([top, -price[cols], margin[movable]])
    to_sink -= to_sink.min()  # every unit takes just one of these arcs
    tail = np.concatenate([row_at, np.arange(sink, dtype=np.int32), node[few.col[movable]]])
    head = np.full(len(tail), sink, dtype=np.int32)
    head[:n_pairs] = len(rows) + col_at
    room = np.ones(len(tail), dtype=np.int64)
    room[n_pairs : n_pairs + sink] = np.concatenate([few.need[rows], left[cols]])
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[: len(rows)] = few.need[rows]
    supply[sink] = -supply.sum()
    return Network(tail, head, room, np.concatenate([top[row_at] - margin[contested], to_sink]), supply)
