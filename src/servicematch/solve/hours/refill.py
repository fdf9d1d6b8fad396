"""Columns filled anew, one after the other: what they hold, open rows and rows that are better off there compete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.compiled import has_kernels
from servicematch.solve.hours.counted import fill_counted
from servicematch.solve.hours.knapsack import WORTHWHILE

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, IntArray
    from servicematch.solve.hours.packing import Packing

_WIDEST = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Refill:
    """What filling columns anew needs to know, once for many times.

    Attributes
    ----------
    load, capacity
        As in the packing, in steps where capacities are large: loads rounded up, capacities down, so that all fits.
    by_row, row_start
        int64: positions of the pairs row by row; those of row r are ``by_row[row_start[r] : row_start[r + 1]]``.
    """

    packing: Packing
    weight: IntArray
    load: IntArray
    capacity: IntArray
    by_row: IntArray
    row_start: IntArray


def prepare_refill(packing: Packing, weight: IntArray) -> Refill:
    """Index the pairs by row, and count loads in steps where that keeps tables small."""
    step = packing.capacity // (_WIDEST + 1) + 1
    by_row = np.argsort(packing.row, kind="stable")
    row_start = np.searchsorted(packing.row[by_row], np.arange(packing.n_rows + 1))
    load = -(-packing.load // step[packing.col])
    return Refill(packing, weight, load, packing.capacity // step, by_row, row_start)


def refill(how: Refill, cols: IntArray, price: FloatArray, is_chosen: BoolArray, missing: IntArray) -> int:
    """Fill these columns anew in their order; change ``is_chosen`` and ``missing``, and return how many changed.

    ``price`` (float64, one a column) is what a unit of load that a row frees elsewhere is thought to be worth there: at
    zero the weight never falls, above it may.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> from servicematch.solve.hours.packing import pack
    >>> row, col, one = np.arange(3, dtype=np.int32), np.zeros(3, dtype=np.int32), np.ones(3, dtype=np.int64)
    >>> load = np.array([2, 3, 4])
    >>> packing = pack(Problem(row, col, load, need=one, capacity=np.array([7]), tier=one, load=load))
    >>> is_chosen, missing = np.array([True, True, False]), np.array([0, 0, 1])
    >>> refill(prepare_refill(packing, load), np.array([0]), np.zeros(1), is_chosen, missing)
    1
    >>> is_chosen.tolist(), missing.tolist()
    ([False, True, True], [1, 0, 0])
    """
    packing = how.packing
    if packing.n_pairs >= WORTHWHILE and has_kernels():
        from servicematch.solve._kernels.refill import refill_columns  # noqa: PLC0415 - only with the extra

        room = how.load, how.capacity, packing.places
        parts = (packing.start, packing.row, packing.col, *room, how.weight, how.row_start)
        return int(refill_columns(cols, *parts, how.by_row, price, is_chosen, missing))
    worst = np.full(packing.n_rows, -1, dtype=np.int64)
    chosen = np.flatnonzero(is_chosen)
    chosen = chosen[np.argsort(-how.weight[chosen], kind="stable")]
    worst[packing.row[chosen]] = chosen  # the last one stays: that of least weight
    return sum(_refill_one(how, col, price, is_chosen, missing, worst=worst) for col in cols.tolist())


def _refill_one(
    how: Refill, col: int, price: FloatArray, is_chosen: BoolArray, missing: IntArray, *, worst: IntArray
) -> bool:
    """Fill one column anew; ``worst`` is each row's chosen pair of least weight, -1 where it has none."""
    packing, weight = how.packing, how.weight
    span = np.arange(packing.start[col], packing.start[col + 1])
    rows = packing.row[span]
    mine = is_chosen[span]
    now = int(weight[span[mine]].sum())
    value = weight[span].copy()
    other = worst[rows]
    full = ~mine & (missing[rows] == 0)
    held = np.flatnonzero(full & (other >= 0))
    freed = (price[packing.col[other[held]]] * how.load[other[held]]).astype(np.int64)
    value[held] += freed - weight[other[held]]
    value[full & (other < 0)] = 0
    some = np.flatnonzero(value > 0)
    load, room, places = how.load[span[some]], int(how.capacity[col]), int(packing.places[col])
    worth, is_in = _fill_one(load, value[some], room)
    if is_in.sum() > places:
        worth, is_in = fill_counted(load, value[some], room, places)
    if worth <= now:
        return False
    np.add.at(missing, rows[mine], 1)
    is_chosen[span[mine]] = False
    taken = some[is_in]
    leaves = other[taken][missing[rows[taken]] == 0]
    is_chosen[leaves] = False
    np.add.at(missing, packing.row[leaves], 1)
    is_chosen[span[taken]] = True
    np.subtract.at(missing, rows[taken], 1)
    touched = np.unique(np.concatenate([rows[mine], rows[taken]]))
    worst[touched] = [_worst_of(how, row, is_chosen) for row in touched.tolist()]
    return True


def _worst_of(how: Refill, row: int, is_chosen: BoolArray) -> int:
    """Return the position of the row's chosen pair of least weight, -1 where it has none."""
    mine = how.by_row[how.row_start[row] : how.row_start[row + 1]]
    mine = mine[is_chosen[mine]]
    return int(mine[np.argmin(how.weight[mine])]) if len(mine) else -1


def _fill_one(load: IntArray, value: IntArray, room: int) -> tuple[int, BoolArray]:
    """Solve one knapsack by its table."""
    best = np.zeros(room + 1, dtype=np.int64)
    taken = []
    for size, gain in zip(load.tolist(), value.tolist(), strict=True):
        other = best[: max(0, room + 1 - size)] + gain
        better = other > best[size:]
        best[size:][better] = other[better]
        taken.append(better)
    is_in = np.zeros(len(load), dtype=np.bool_)
    left = room
    for at in range(len(load) - 1, -1, -1):
        size = int(load[at])
        if left >= size and taken[at][left - size]:
            is_in[at] = True
            left -= size
    return int(best[room]), is_in
