"""The near way without compiled loops: smooth prices choose the few pairs that can matter, exact prices prove the rest.

Approximate prices (`smooth_prices`) tell which pairs come near their row's best; those are solved exactly
(`smooth_core`); prices near to the approximate ones are made exact on them (`smooth_labels`); every pair is priced
out in one pass, and those that ask for more join, until none does. Then the choice is optimal for the sum of gains and
payments for serving, and if the cut holds too, in every tier. Bad prices only cost time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import CostRangeError
from servicematch.solve.cut import find_cut
from servicematch.solve.matching import checked, index_matching
from servicematch.solve.network import largest_cost
from servicematch.solve.plain import payments
from servicematch.solve.smooth_core import best_choice, bound_to
from servicematch.solve.smooth_labels import exact_prices
from servicematch.solve.smooth_market import nth_best, open_market
from servicematch.solve.smooth_prices import smooth_prices

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.cut import Cut
    from servicematch.solve.matching import Matching
    from servicematch.solve.problem import Problem
    from servicematch.solve.smooth_market import Float32Array, Market

_STEP = 3
"""Payment for serving, in ranges of the gain. The less, the nearer are all prices; but two were too few, said the cut,
for towns of few pairs a row, whose work was then lost."""


@dataclass(frozen=True, slots=True)
class SmoothOptions:
    """When this way is worth its while; none of these changes what is optimal.

    Attributes
    ----------
    margin, later_margin
        Pairs so near to their row's best, in ranges of the gain, are near at first and in later rounds.
    critical
        Where units and places differ by less than this part, prices are ambiguous and do not settle.
    several
        Where more of the rows than this part need several units, smooth prices are too rough.
    asking
        So many pairs that ask for more than they have after the first round, for each unit, are too many.
    solved_per_unit
        So many near pairs may be given to the flows of all rounds, for each unit.
    most_rounds
        So often pairs that ask for more may join.
    """

    margin: float = 0.01
    later_margin: float = 0.003
    critical: float = 0.04
    several: float = 0.2
    asking: float = 0.5
    solved_per_unit: int = 6
    most_rounds: int = 20


@dataclass(frozen=True, slots=True)
class Smoothed:
    """An optimal matching, the cut that shows its counts maximal, the rounds it took, most pairs in one of its flows."""

    matching: Matching
    cut: Cut
    n_rounds: int
    n_solved: int


def solve_smooth(problem: Problem, options: SmoothOptions | None = None) -> Smoothed | None:
    """Return an optimal matching of a problem without fixed pairs, or None where this way does not pay.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> row, col = np.array([0, 0, 1, 1], dtype=np.int32), np.array([0, 1, 0, 1], dtype=np.int32)
    >>> one = np.array([1, 1])
    >>> problem = Problem(row, col, np.array([9, 3, 8, 0]), need=one, capacity=np.array([1, 2]), tier=one)
    >>> smoothed = solve_smooth(problem)
    >>> smoothed.matching.chosen.tolist(), smoothed.cut.holds
    ([1, 2], True)
    """
    options = options or SmoothOptions()
    payment = payments(problem, _STEP)
    if payment.max() > largest_cost(problem.n_rows + problem.n_cols + 1) // 4:
        return None
    market = open_market(problem, payment)
    price = smooth_prices(market) if _may_pay(market, options) else None
    if price is None:
        return None
    try:
        found = _settle(market, price, options)
    except CostRangeError:  # the plain way knows what to do where gains leave no room for payments
        return None
    if found is None:
        return None
    is_chosen, n_rounds, n_solved = found
    matching = checked(index_matching(problem, market.pairs[is_chosen]))
    cut = find_cut(matching)
    return Smoothed(matching, cut, n_rounds, n_solved) if cut.holds else None


def _may_pay(market: Market, options: SmoothOptions) -> bool:
    """Judge by the inputs alone."""
    is_critical = abs(int(market.room.sum()) - market.n_units) <= options.critical * market.n_units
    n_several, n_rows = np.count_nonzero(market.need > 1), np.count_nonzero(market.need)
    return not is_critical and bool(n_several <= options.several * n_rows)


def _settle(market: Market, smooth: Float32Array, options: SmoothOptions) -> tuple[BoolArray, int, int] | None:
    """Solve near pairs and price out all of them until none asks for more; return the choice, rounds and largest flow."""
    price = np.rint(smooth.astype(np.float64) * market.scale).astype(np.int64)
    is_chosen = np.zeros(len(market.pairs), dtype=np.bool_)
    has_asked = is_chosen.copy()
    near = touched = _near_pairs(market, price, options.margin)
    left, n_solved = options.solved_per_unit * market.n_units, 0
    for n_rounds in range(1, options.most_rounds + 1):
        left, n_solved = left - len(touched), max(n_solved, len(touched))
        if left < 0:
            return None
        is_chosen[touched] = best_choice(market.only(touched), price)
        few = market.only(near)
        exact = exact_prices(few, is_chosen[near], price)
        if exact is None:
            return None
        price = exact
        more = _more_than_own(market, price, is_chosen)
        asking = np.flatnonzero((more > 0) & ~is_chosen)
        if len(asking) == 0:
            return is_chosen, n_rounds, n_solved
        if n_rounds == 1 and len(asking) > options.asking * market.n_units:
            return None
        has_asked[asking] = True
        near = np.flatnonzero((more >= -options.later_margin * market.scale) | has_asked | is_chosen)
        touched = near[bound_to(market.only(near), market.col[asking])]
    return None


def _near_pairs(market: Market, price: IntArray, margin: float) -> IntArray:
    """Return the pairs that come near to the last unit of their row; roughly, as nothing rests on which they are."""
    left = ((market.value - price[market.col]) / market.scale).astype(np.float32)
    last = np.maximum(nth_best(left, market.start, market.need), 0)
    return np.flatnonzero(left >= (last - np.float32(margin))[market.row])


def _more_than_own(market: Market, price: IntArray, is_chosen: BoolArray) -> IntArray:
    """Return by how much each pair's margin exceeds that of the last unit its row has, 0 for an open unit."""
    margin = market.value - price[market.col]
    chosen = np.flatnonzero(is_chosen)
    own = np.full(len(market.need), np.iinfo(np.int64).max)
    np.minimum.at(own, market.row[chosen], margin[chosen])
    own[np.bincount(market.row[chosen], minlength=len(own)) < market.need] = 0
    margin -= own[market.row]
    return margin
