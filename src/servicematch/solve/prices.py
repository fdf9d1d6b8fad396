"""Exact prices of an optimal matching: the least each place must cost, so that nobody would rather have another one.

A row that has column t and could have column u asks ``price[u] >= price[t] + gain[u] - gain[t]``; an open row asks
``price[u] >= gain[u]``; prices start at 0. The least prices are longest paths, and the price of a column is what one
more place there would bring. Only columns of the same class (see `cut`) bind each other; a column of a higher class
is dearer whatever the gains are.

The flow solver gives no prices, so they are recovered: label correcting over a small set of pairs, then one pass over
all pairs that adds those still asking for more, until none does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.matching import spans, starts
from servicematch.solve.problem import Prices

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.cut import Cut
    from servicematch.solve.matching import Matching

_NEVER = -(1 << 60)
_THIN = 25
"""The first pairs tried lie within this fraction of the gain's range of their row's best: about one in fifty."""

_DEAREST_FIRST = 1000
"""So many sweeps follow the dearest tenth of what rose, which is nearly Dijkstra's order; later ones follow all."""


@dataclass(frozen=True, slots=True)
class _Asks:
    """Pairs through which a row may ask for a higher price: not chosen, at a full column of the row's own class."""

    row: Int32Array
    col: Int32Array
    gain: IntArray


@dataclass(frozen=True, slots=True)
class _Holds:
    """Chosen pairs through which a column's price raises its rows, grouped by column."""

    row: Int32Array
    gain: IntArray
    start: IntArray


def least_prices(matching: Matching, cut: Cut) -> Prices:
    """Return the least prices that support an optimal matching whose cut holds.

    Raises
    ------
    SolverError
        When the labels never settle: then the matching was not optimal.
    """
    row_tier = _row_tiers(matching, cut.tier)
    holds = _holds(matching, cut.tier, row_tier)
    asks = _asks(matching, cut.tier, row_tier)
    price = np.where(cut.tier == 0, 0, _NEVER)
    label = np.where(matching.open_rows & (row_tier == matching.problem.tier), 0, _NEVER)
    by_col = np.repeat(price, np.diff(holds.start))
    np.maximum.at(label, holds.row, np.where(by_col > _NEVER, by_col - holds.gain, _NEVER))
    active = _thin(asks, matching.problem.n_rows)
    while True:
        _settle(label, price, _subset(asks, active), holds)
        wants_more = label[asks.row] + asks.gain > price[asks.col]
        if not wants_more.any():
            return Prices(cut.tier, price)
        active |= wants_more


def _row_tiers(matching: Matching, col_tier: IntArray) -> IntArray:
    """Return the class in which each row speaks: that of its dearest column, or its own while it is open."""
    row_tier = np.full(matching.problem.n_rows, -1, dtype=np.int64)
    np.maximum.at(row_tier, matching.row, col_tier[matching.col])
    return np.where(matching.open_rows, np.maximum(row_tier, matching.problem.tier), row_tier)


def _holds(matching: Matching, col_tier: IntArray, row_tier: IntArray) -> _Holds:
    order = matching.member
    order = order[col_tier[matching.col[order]] == row_tier[matching.row[order]]]
    return _Holds(matching.row[order], matching.gain[order], starts(matching.col[order], matching.problem.n_cols))


def _asks(matching: Matching, col_tier: IntArray, row_tier: IntArray) -> _Asks:
    problem = matching.problem
    bound = matching.full_cols[problem.col] & (row_tier[problem.row] == col_tier[problem.col]) & ~matching.is_chosen
    pairs = np.flatnonzero(bound)
    return _Asks(problem.row[pairs], problem.col[pairs], problem.gain[pairs])


def _subset(asks: _Asks, active: BoolArray) -> _Asks:
    keep = np.flatnonzero(active)  # few of many: positions are faster than a mask
    return _Asks(asks.row[keep], asks.col[keep], asks.gain[keep])


def _thin(asks: _Asks, n_rows: int) -> BoolArray:
    """Pick the pairs to start with: those of nearly the best gain of their row."""
    if len(asks.gain) == 0:
        return np.zeros(0, dtype=np.bool_)
    start = starts(asks.row, n_rows)
    some = start[:-1] < start[1:]
    best = np.zeros(n_rows, dtype=np.int64)
    best[some] = np.maximum.reduceat(asks.gain, start[:-1][some])
    near: BoolArray = asks.gain >= best[asks.row] - (int(asks.gain.max()) - int(asks.gain.min())) // _THIN
    return near


def _settle(label: IntArray, price: IntArray, asks: _Asks, holds: _Holds) -> None:
    """Raise labels and prices, in place, until no pair of ``asks`` wants more."""
    start = starts(asks.row, len(label))
    waits = np.zeros(len(price), dtype=np.bool_)
    waits[_raise(price, asks.col, label[asks.row] + asks.gain)] = True
    for sweep in range(_DEAREST_FIRST + len(price) + 2):
        cols = np.flatnonzero(waits)
        if len(cols) == 0:
            return
        if sweep < _DEAREST_FIRST:
            cols = _dearest(cols, price)
        waits[cols] = False
        pairs = spans(holds.start, cols)
        length = holds.start[cols + 1] - holds.start[cols]
        rows = _raise(label, holds.row[pairs], np.repeat(price[cols], length) - holds.gain[pairs])
        pairs = spans(start, rows)
        asked = np.repeat(label[rows], start[rows + 1] - start[rows]) + asks.gain[pairs]
        waits[_raise(price, asks.col[pairs], asked)] = True
    raise SolverError("prices never settle: the matching that the solver returned is not optimal")


def _dearest(cols: IntArray, price: IntArray) -> IntArray:
    """Return the dearest tenth of the columns, but at least two hundred of them."""
    n_out = len(cols) - max(200, len(cols) // 10)
    if n_out <= 0:
        return cols
    values = price[cols]
    dear: IntArray = cols[values >= np.partition(values, n_out)[n_out]]
    return dear


def _raise(values: IntArray, at: Int32Array, to: IntArray) -> IntArray:
    """Raise ``values[at]`` to ``to`` where that is higher, in place; return the positions that rose."""
    higher = to > values[at]
    at = at[higher]
    np.maximum.at(values, at, to[higher])
    return np.unique(at).astype(np.int64)
