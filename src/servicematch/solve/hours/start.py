"""A first guess of what rows and capacities are worth: prices of the capacities alone, then a small linear program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray, IntArray
    from servicematch.solve.hours.budget import Budget
    from servicematch.solve.hours.packing import Packing
    from servicematch.solve.hours.weights import Weights

_STEPS = 200
_PATIENCE = 10
_PAIRS_A_ROW = 10
_MOST_PAIRS = 400_000


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """What a relaxation that splits pairs says.

    Attributes
    ----------
    row, col
        float64: the worth of a row's unit, and the price of a unit of a column's capacity, in weights.
    chosen
        Positions of the pairs that it takes at least half of.
    place
        float64: the price of one of a column's places, in weights; zero where they do not decide.
    """

    row: FloatArray
    col: FloatArray
    chosen: IntArray
    place: FloatArray


def guess(packing: Packing, weights: Weights, budget: Budget) -> Guess:
    """Return worths and prices that are near those of the linear program, and exactly those where there is time.

    Examples
    --------
    >>> from servicematch.solve.hours.budget import Budget
    >>> from servicematch.solve.hours.packing import pack
    >>> from servicematch.solve.hours.weights import weigh
    >>> from servicematch.solve.problem import Problem
    >>> row, col, one = np.arange(2, dtype=np.int32), np.zeros(2, dtype=np.int32), np.ones(2, dtype=np.int64)
    >>> packing = pack(Problem(row, col, 9 * one, need=one, capacity=np.array([1]), tier=0 * one, load=one))
    >>> guess(packing, weigh(packing), Budget()).chosen.tolist() in ([0], [1])
    True
    """
    rough = _price_capacities(packing, weights, budget)
    if not budget.is_left or packing.n_pairs == 0:
        return rough
    margin = weights.pair - rough.row[packing.row] - rough.col[packing.col] * packing.load
    n_kept = min(packing.n_pairs, _PAIRS_A_ROW * packing.n_rows)
    if n_kept > _MOST_PAIRS:
        return rough
    kept = np.sort(np.argpartition(-margin, n_kept - 1)[:n_kept])
    budget.spend(100 * n_kept)
    return _solve_relaxed(packing, weights, kept, budget) or rough


def _price_capacities(packing: Packing, weights: Weights, budget: Budget) -> Guess:
    """Move the prices of capacities until every row's best pairs fill them about as far as they go."""
    by_row = np.argsort(packing.row, kind="stable")
    row, col = packing.row[by_row], packing.col[by_row]
    weight, load = weights.pair[by_row].astype(np.float64), packing.load[by_row].astype(np.float64)
    some = np.flatnonzero(np.bincount(row, minlength=packing.n_rows))
    begins = np.searchsorted(row, some)
    need, capacity = packing.need[some], packing.capacity.astype(np.float64)
    worth, price = np.zeros(packing.n_rows), np.zeros(packing.n_cols)
    best, best_worth, best_price, best_slope = np.inf, worth, price, price
    step, stalled = 0.05 * weights.reach * len(some), 0
    for _ in range(_STEPS if len(row) else 0):
        margin = weight - price[col] * load
        top = np.maximum(np.maximum.reduceat(margin, begins), 0.0)
        worth = np.zeros(packing.n_rows)
        worth[some] = top
        at_top = np.flatnonzero((margin >= worth[row]) & (margin > 0))
        at_top = at_top[np.diff(row[at_top], prepend=-1) > 0]
        used = np.bincount(col[at_top], weights=load[at_top] * packing.need[row[at_top]], minlength=packing.n_cols)
        slope = capacity - used
        total = float(need @ top + price @ capacity)
        stalled = 0 if best - total > 0.2 * step else stalled + 1
        if total < best:
            best, best_worth, best_price, best_slope = total, worth, price, slope
        if stalled > _PATIENCE:
            step, stalled, total, price, slope = 0.5 * step, 0, best, best_price, best_slope
        slope = np.where((price <= 0) & (slope > 0), 0.0, slope)
        length = float(slope @ slope)
        budget.spend(len(row))
        if length == 0 or not budget.is_left:
            break
        price = np.maximum(price - (total - best + step) / length * slope, 0.0)
    return Guess(best_worth, best_price, np.empty(0, dtype=np.int64), np.zeros(packing.n_cols))


def _solve_relaxed(packing: Packing, weights: Weights, kept: IntArray, budget: Budget) -> Guess | None:
    """Solve the linear program over these pairs; None where there is no time for it."""
    from scipy.optimize import linprog  # noqa: PLC0415 - it takes half a second to import
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - as above

    n = len(kept)
    rows, row_at = np.unique(packing.row[kept], return_inverse=True)
    at = np.arange(n)
    counted = packing.counted
    place_at = np.full(packing.n_cols, -1)
    place_at[counted] = np.arange(len(counted))
    in_places = np.flatnonzero(place_at[packing.col[kept]] >= 0)
    entries = np.concatenate([np.ones(n), packing.load[kept].astype(np.float64), np.ones(len(in_places))])
    n_lines = len(rows) + packing.n_cols
    lines = np.concatenate([row_at, len(rows) + packing.col[kept], n_lines + place_at[packing.col[kept[in_places]]]])
    where = lines, np.concatenate([at, at, in_places])
    matrix: Any = coo_matrix((entries, where), shape=(n_lines + len(counted), n)).tocsr()
    limits = np.concatenate([packing.need[rows], packing.capacity, packing.places[counted]]).astype(np.float64)
    unit = max(1, int(np.abs(weights.pair).max())) / 1_000.0
    options: Any = {} if budget.seconds == np.inf else {"time_limit": max(0.01, 0.3 * budget.seconds)}
    solve: Any = linprog  # whose stubs know only lists of bounds
    found = solve(
        -weights.pair[kept] / unit,
        A_ub=matrix,
        b_ub=limits,
        bounds=(0.0, 1.0),  # that no row of one unit needs, but with which HiGHS is eight times as fast
        method="highs-ds",
        options=options,
    )
    if found.status != 0:
        return None
    duals = np.maximum(0.0, -found.ineqlin.marginals * unit)
    worth = np.zeros(packing.n_rows)
    worth[rows] = duals[: len(rows)]
    single = np.flatnonzero(packing.need[packing.row[kept]] == 1)  # of whose pairs at most one is at its bound
    hidden = np.maximum(0.0, -found.upper.marginals[single] * unit)
    np.add.at(worth, packing.row[kept[single]], hidden)
    place = np.zeros(packing.n_cols)
    place[counted] = duals[n_lines:]
    return Guess(worth, duals[len(rows) : n_lines], kept[found.x > 0.5], place)  # noqa: PLR2004 - a half
