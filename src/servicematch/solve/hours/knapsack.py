"""The best choice of pairs for each column by itself, whatever the other columns take: one knapsack a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.compiled import has_kernels
from servicematch.solve.hours.counted import fill_counted, is_small

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, IntArray
    from servicematch.solve.hours.packing import Packing

WIDEST = 4096
"""Capacities above this are counted in coarser steps."""

WORTHWHILE = 1_000
"""From so many pairs on, compiled loops pay for loading them."""

_NEVER = -(2**62)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Loads and capacities as the tables of the knapsacks count them.

    Where a capacity is above `WIDEST` it is counted in steps, and so are its loads, all rounded down: whatever fits
    truly fits on the grid as well, so the best on the grid is never worth less than the true best.
    """

    load: IntArray
    capacity: IntArray
    is_exact: bool


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """The best of every column.

    Attributes
    ----------
    worth
        int64, one a column: what its best choice is worth.
    chosen
        int64, rising positions of the pairs of these choices.
    price
        float64, one a column: what a unit of its capacity is worth in the fractional knapsack.
    """

    worth: IntArray
    chosen: IntArray
    price: FloatArray


def grid_of(packing: Packing, widest: int = WIDEST) -> Grid:
    """Count loads in steps that keep the tables small.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> from servicematch.solve.hours.packing import pack
    >>> row, col, one = np.arange(2, dtype=np.int32), np.zeros(2, dtype=np.int32), np.ones(2, dtype=np.int64)
    >>> load = np.array([6_000, 9_001])
    >>> grid = grid_of(pack(Problem(row, col, load, need=one, capacity=np.array([9_001]), tier=one, load=load)))
    >>> grid.load.tolist(), grid.capacity.tolist(), grid.is_exact
    ([2000, 3000], [3000], False)
    """
    step = packing.capacity // (widest + 1) + 1
    return Grid(packing.load // step[packing.col], packing.capacity // step, bool((step == 1).all()))


def work_of(packing: Packing) -> int:
    """Return the work of solving all knapsacks once.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> from servicematch.solve.hours.packing import pack
    >>> pair, one = np.array([0], dtype=np.int32), np.array([1])
    >>> work_of(pack(Problem(pair, pair, one, need=one, capacity=one, tier=one, load=one)))
    20005
    """
    counted = packing.counted
    pairs = np.minimum(np.diff(packing.start)[counted], 50)
    cells = np.minimum(packing.places[counted] * (packing.capacity[counted] + 1), 10_000)
    return 20_000 + 5 * packing.n_pairs + int(pairs @ cells) // 20


def fill(packing: Packing, grid: Grid, value: IntArray) -> Filled:
    """Solve the knapsacks of all columns, for values of which only the positive are of use.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> from servicematch.solve.hours.packing import pack
    >>> row, col, one = np.arange(3, dtype=np.int32), np.zeros(3, dtype=np.int32), np.ones(3, dtype=np.int64)
    >>> load = np.array([2, 3, 4])
    >>> packing = pack(Problem(row, col, load, need=one, capacity=np.array([6]), tier=one, load=load))
    >>> filled = fill(packing, grid_of(packing), np.array([3, 4, 5]))
    >>> filled.worth.tolist(), filled.chosen.tolist()
    ([8], [0, 2])
    """
    if packing.n_pairs >= WORTHWHILE and has_kernels():
        from servicematch.solve._kernels.knapsack import fill_columns  # noqa: PLC0415 - only with the extra

        worth, is_in, price = fill_columns(packing.start, grid.load, grid.capacity, value)
        return recount(packing, grid, value, Filled(worth, np.flatnonzero(is_in), price))
    return recount(packing, grid, value, fill_together(packing, grid, value))


def recount(packing: Packing, grid: Grid, value: IntArray, filled: Filled) -> Filled:
    """Fill again, with no more pairs than there are places, the columns whose knapsacks hold more.

    A column whose table would be too large stays as it is: what it is worth then still bounds what it can hold.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> from servicematch.solve.hours.packing import pack
    >>> row, col, one = np.arange(3, dtype=np.int32), np.zeros(3, dtype=np.int32), np.ones(3, dtype=np.int64)
    >>> load, room = np.array([2, 3, 4]), {"capacity": np.array([6]), "places": np.array([1])}
    >>> packing = pack(Problem(row, col, load, need=one, tier=one, load=load, **room))
    >>> filled = fill(packing, grid_of(packing), np.array([3, 4, 5]))
    >>> filled.worth.tolist(), filled.chosen.tolist()
    ([5], [2])
    """
    held = np.bincount(packing.col[filled.chosen], minlength=packing.n_cols)
    beyond = np.flatnonzero(held > packing.places)
    if not len(beyond):
        return filled
    beyond = beyond[is_small(grid.capacity[beyond], packing.places[beyond])]
    worth, is_in = filled.worth.copy(), np.zeros(packing.n_pairs, dtype=np.bool_)
    is_in[filled.chosen] = True
    if packing.n_pairs >= WORTHWHILE and has_kernels():
        from servicematch.solve._kernels.counted import fill_columns_counted  # noqa: PLC0415 - only with the extra

        parts = (packing.start, grid.load, grid.capacity, packing.places, value)
        fill_columns_counted(beyond, *parts, worth, is_in)
        return Filled(worth, np.flatnonzero(is_in), filled.price)
    for col in beyond.tolist():
        some = np.arange(packing.start[col], packing.start[col + 1])
        some = some[value[some] > 0]
        room, places = int(grid.capacity[col]), int(packing.places[col])
        worth[col], taken = fill_counted(grid.load[some], value[some], room, places)
        is_in[packing.start[col] : packing.start[col + 1]] = False
        is_in[some[taken]] = True
    return Filled(worth, np.flatnonzero(is_in), filled.price)


def fill_together(packing: Packing, grid: Grid, value: IntArray) -> Filled:
    """Do the same without compiled loops: the tables of all columns side by side, one pair of each at a time."""
    pairs = np.flatnonzero(value > 0)
    price, sure, open_ = _settled(packing, grid, value, pairs)
    pairs = pairs[open_]
    worth, room = np.zeros(packing.n_cols, dtype=np.int64), grid.capacity.copy()
    np.add.at(worth, packing.col[sure], value[sure])
    np.subtract.at(room, packing.col[sure], grid.load[sure])
    best, chosen = _tables(packing.col[pairs], grid.load[pairs], value[pairs], room)
    return Filled(worth + best, np.sort(np.concatenate([sure, pairs[chosen]])), price)


def _settled(packing: Packing, grid: Grid, value: IntArray, pairs: IntArray) -> tuple[FloatArray, IntArray, BoolArray]:
    """Return prices, the pairs that every best choice may be taken to hold, and which are still open.

    The fractional knapsack takes by worth a unit of load, up to the pair that no longer fits, whose worth a unit is the
    price. Whatever departs from it by a pair loses that pair's margin, which must not exceed what a known choice lacks.
    """
    n_cols = packing.n_cols
    col, load, worth = packing.col[pairs], grid.load[pairs], value[pairs].astype(np.float64)
    ratio = worth / np.maximum(load, 1e-9)
    order = np.lexsort((-ratio, col))
    counts = np.bincount(col, minlength=n_cols)
    before = np.cumsum(counts) - counts
    used = np.cumsum(load[order])
    used -= np.repeat(np.concatenate([[0], used])[before], counts)
    fits = used <= grid.capacity[col[order]]
    prefix = np.bincount(col[order][fits], weights=worth[order][fits], minlength=n_cols)
    left = grid.capacity - np.bincount(col[order][fits], weights=load[order][fits], minlength=n_cols).astype(np.int64)
    price, more = np.zeros(n_cols), np.zeros(n_cols)
    late = order[~fits]
    np.maximum.at(price, col[late], ratio[late])
    small = late[load[late] <= left[col[late]]]
    np.maximum.at(more, col[small], worth[small])
    bound = prefix + left * price
    slack = bound - prefix - more + 1.0 + 1e-9 * bound
    margin = worth - price[col] * load
    is_sure = margin > np.where(price > 0, slack, -1.0)[col]
    return price, pairs[is_sure], ~is_sure & (margin >= -slack[col])


def _tables(col: IntArray, load: IntArray, value: IntArray, room: IntArray) -> tuple[IntArray, IntArray]:
    """Solve one knapsack a column by tables; return what each is worth, and the positions of the chosen pairs."""
    n_cols = len(room)
    counts = np.bincount(col, minlength=n_cols)
    by_count = np.argsort(-counts, kind="stable")
    n_some = int((counts > 0).sum())
    by_count = by_count[:n_some]
    width = int(room[by_count].max(initial=0)) + 1
    place = np.empty(n_cols, dtype=np.int64)
    place[by_count] = np.arange(n_some)
    turn = np.arange(len(col)) - np.repeat(np.cumsum(counts) - counts, counts)
    by_turn = np.lexsort((place[col], turn))
    ends = np.cumsum(np.bincount(turn))
    table = np.full((n_some, 2 * width), _NEVER, dtype=np.int64)
    table[:, width:] = 0
    at = np.arange(width, 2 * width)[None, :] + 2 * width * np.arange(n_some)[:, None]
    turns = np.split(by_turn, ends)[:-1]
    taken = []
    for mine in turns:
        n = len(mine)
        other = table.ravel()[at[:n] - np.minimum(load[mine], width)[:, None]] + value[mine][:, None]
        taken.append(other > table[:n, width:])
        np.maximum(table[:n, width:], other, out=table[:n, width:])
    left = room[by_count]
    worth = np.zeros(n_cols, dtype=np.int64)
    worth[by_count] = table[np.arange(n_some), width + left]
    chosen = [np.empty(0, dtype=np.int64)]
    for mine, take in zip(turns[::-1], taken[::-1], strict=True):
        n = len(mine)
        is_in = take[np.arange(n), left[:n]]
        chosen.append(mine[is_in])
        left[:n] -= np.where(is_in, load[mine], 0)
    return worth, np.concatenate(chosen)
