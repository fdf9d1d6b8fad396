"""Near-price solving: ask the solver only about the pairs that can matter, and prove the rest by prices.

An auction gives approximate prices; only pairs whose value comes near the best of their row are solved exactly; exact
prices nearest to the auction's are recovered; every pair is priced out in one pass, and those that ask for more join
the near ones, until none does. The result is optimal whatever the auction said: bad prices only cost time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.auctions import Auctioned, auction_off
from servicematch.solve.core import Near, solve_core
from servicematch.solve.matching import starts
from servicematch.solve.problem import Prices

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve._kernels.pricing import Play
    from servicematch.solve.problem import Problem


@dataclass(frozen=True, slots=True)
class NearOptions:
    """When the near way is worth its while; none of these changes what is optimal.

    Attributes
    ----------
    epsilon
        Step of the auction, in ranges of the gain.
    margin
        Pairs within so many steps of their row's best are near.
    looks_per_pair
        The auction may look at so many pairs for each pair of the problem before it is given up.
    near_per_row
        More near pairs than this for each unit needed are too many.
    most_rounds
        So often pairs that ask for more may join.
    """

    epsilon: float = 3e-4
    margin: int = 10
    looks_per_pair: int = 40
    near_per_row: int = 6
    most_rounds: int = 12


@dataclass(frozen=True, slots=True)
class NearAnswer:
    """An optimal choice (rising positions), its least prices, the pairs the solver saw, and the rounds it took."""

    chosen: IntArray
    prices: Prices
    n_solved: int
    n_rounds: int


def solve_near(problem: Problem, options: NearOptions | None = None, *, warm: bool = False) -> NearAnswer | None:
    """Return an optimal choice and its prices, or None where the near way does not pay."""
    options = options or NearOptions()
    spread = int(problem.gain.max()) - int(problem.gain.min())
    epsilon = max(1, round(options.epsilon * spread))
    auctioned = auction_off(problem, epsilon, options.looks_per_pair * problem.n_pairs)
    return None if auctioned is None else settle(problem, auctioned, options.margin * epsilon, options)


def settle(problem: Problem, auctioned: Auctioned, margin: int, options: NearOptions) -> NearAnswer | None:
    """Make the auction's choice an optimal one."""
    from servicematch.solve._kernels.pricing import asking_pairs, near_pairs  # noqa: PLC0415

    play, price, is_held = auctioned.play, auctioned.price.copy(), auctioned.is_held
    pairs, worth = near_pairs(play, price, margin, is_held)
    may_leave = play.may_stay_out & (play.need > 0) & (worth <= margin)
    most = options.near_per_row * max(1, int(play.need.sum()))
    n_solved = 0
    for n_rounds in range(1, options.most_rounds + 1):
        if len(pairs) > most:
            return None
        near = Near(pairs, problem.row[pairs], problem.col[pairs], problem.gain[pairs], is_held[pairs], may_leave)
        chosen, n_given = solve_core(play, near, price)
        n_solved = max(n_solved, n_given)
        is_held[pairs] = chosen
        if not _reprice(play, near, chosen, price):
            return None
        asking, leaving = asking_pairs(play, price, is_held)
        if len(asking) == 0 and len(leaving) == 0:
            return NearAnswer(*_least(problem, play, is_held, price), n_solved, n_rounds)
        pairs = np.union1d(pairs, asking)
        may_leave[leaving] = True
    return None


def _reprice(play: Play, near: Near, chosen: BoolArray, price: IntArray) -> bool:
    """Move prices, in place, to the nearest ones that are exact on the near pairs."""
    from servicematch.solve._kernels.grouping import order_by_column  # noqa: PLC0415
    from servicematch.solve._kernels.labels import Few, nearest_prices  # noqa: PLC0415

    units = np.bincount(near.row[chosen], minlength=len(play.need))
    load = np.bincount(near.col[chosen], minlength=len(play.room))
    few = Few(
        starts(near.row, len(play.need)),
        near.row,
        near.col,
        near.gain,
        *order_by_column(near.col, len(play.room)),
        chosen,
        units < play.need,
        play.may_stay_out,
    )
    is_loose = play.col_tier == 0
    return bool(nearest_prices(few, price, is_loose & (load < play.room), is_loose, 100 * len(near.pairs) + 10_000))


def _least(problem: Problem, play: Play, is_held: BoolArray, price: IntArray) -> tuple[IntArray, Prices]:
    """Return the choice and its least prices."""
    from servicematch.solve._kernels.grouping import order_by_column  # noqa: PLC0415
    from servicematch.solve._kernels.labels import least_prices  # noqa: PLC0415

    chosen = np.flatnonzero(is_held)
    order, start = order_by_column(problem.col[chosen], problem.n_cols)
    return chosen, Prices(play.col_tier, least_prices(play, problem.row, chosen[order], start, is_held, price))
