"""Near-price solving: ask the solver only about the pairs that can matter, and prove the rest by prices.

An auction gives approximate prices; only pairs whose value comes near the best of their row are solved exactly; exact
prices nearest to the auction's are recovered; every pair is priced out in one pass, and those that ask for more join
the near ones, until none does. The result is optimal whatever the auction said: bad prices only cost time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.auctions import Auctioned, auction_off
from servicematch.solve.compiled import filled
from servicematch.solve.core import Near, solve_core
from servicematch.solve.matching import starts
from servicematch.solve.problem import Prices

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve._kernels.labels import Few
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
    looks_per_pair, looks_per_node
        The auction may look at so many pairs for each pair, row and column of the problem before it is given up.
    near_per_unit
        At most so many near pairs of a row are taken for each unit it needs, besides those it holds.
    ties_per_unit
        Where more near pairs than this come on a unit, most of them tie: there augmenting paths go on from the auction,
        for the flow solver is slow on ties.
    most_rounds
        So often pairs that ask for more may join.
    """

    epsilon: float = 3e-4
    margin: int = 10
    looks_per_pair: int = 40
    looks_per_node: int = 1000
    near_per_unit: int = 8
    ties_per_unit: float = 2.5
    most_rounds: int = 12

    def looks(self, problem: Problem) -> int:
        """Return how many looks at pairs are worth while."""
        return self.looks_per_pair * problem.n_pairs + self.looks_per_node * (problem.n_rows + problem.n_cols)


@dataclass(frozen=True, slots=True)
class NearAnswer:
    """An optimal choice (rising positions), its least prices, the pairs the solver saw, the rounds, and the way taken."""

    chosen: IntArray
    prices: Prices
    n_solved: int
    n_rounds: int
    way: str


def solve_near(problem: Problem, options: NearOptions | None = None, *, warm: bool = False) -> NearAnswer | None:
    """Return an optimal choice and its prices, or None where the near way does not pay.

    With ``warm`` the near pairs are not given to OR-Tools: shortest augmenting paths go on from the auction's choice.
    """
    options = options or NearOptions()
    enough = np.diff(problem.row_start) + 1  # who needs more than it has pairs stays open, however much more it is
    if (problem.need > enough).any():
        problem = replace(problem, need=np.minimum(problem.need, enough))
    spread = int(problem.gain.max()) - int(problem.gain.min())
    epsilon = max(1, round(options.epsilon * spread))
    auctioned = auction_off(problem, epsilon, options.looks(problem))
    return None if auctioned is None else settle(problem, auctioned, options.margin * epsilon, options, warm=warm)


def settle(
    problem: Problem, auctioned: Auctioned, margin: int, options: NearOptions, *, warm: bool = False
) -> NearAnswer | None:
    """Make the auction's choice an optimal one; bad prices cost rounds, and too many rounds give up."""
    from servicematch.solve._kernels.pricing import asking_pairs, near_pairs  # noqa: PLC0415

    play, price, is_held = auctioned.play, auctioned.price.copy(), auctioned.is_held
    near = partial(near_pairs, play, price, margin, options.near_per_unit)
    (worth,), pairs = filled(near, 2 * problem.n_rows)
    held = _in_play(problem, play, np.flatnonzero(is_held))
    pairs = _joined(problem, pairs, held)
    units = np.bincount(problem.row[held], minlength=problem.n_rows)
    may_leave = play.may_stay_out & ((worth <= margin) | (units < play.need)) & (play.need > 0)
    most = options.near_per_unit * (int(play.need.sum()) + problem.n_rows)
    warm = warm or len(pairs) > options.ties_per_unit * int(play.need.sum())
    n_solved = 0
    for n_rounds in range(1, options.most_rounds + 1):
        few = Near(pairs, problem.row[pairs], problem.col[pairs], problem.gain[pairs], is_held[pairs], may_leave)
        chosen, n_given = (_walk if warm else _solve)(play, few, price, options.looks(problem))
        if chosen is None:
            return None
        is_held[pairs] = chosen
        n_solved = max(n_solved, n_given)
        ask = partial(asking_pairs, play, problem.row, np.flatnonzero(is_held), price)
        (leaving,), asking = filled(ask, problem.n_rows)
        if len(asking) == 0 and not leaving.any():
            return NearAnswer(*_least(problem, play, is_held, price), n_solved, n_rounds, "warm" if warm else "near")
        pairs = _joined(problem, pairs, asking)
        may_leave |= leaving
        if len(pairs) > most:
            return None
    return None


def _joined(problem: Problem, pairs: IntArray, others: IntArray) -> IntArray:
    """Return the positions of both, rising: by a mask, for sorting or hashing so many takes ten times as long."""
    is_in = np.zeros(problem.n_pairs, dtype=np.bool_)
    is_in[pairs] = is_in[others] = True
    return np.flatnonzero(is_in)


def _in_play(problem: Problem, play: Play, held: IntArray) -> IntArray:
    """Return the pairs held that are not settled by the counts."""
    here: IntArray = held[play.row_tier[problem.row[held]] == play.col_tier[problem.col[held]]]
    return here


def _solve(play: Play, near: Near, price: IntArray, _budget: int) -> tuple[BoolArray | None, int]:
    """Let OR-Tools choose among the near pairs, and recover prices; return the choice and the pairs it was given."""
    chosen, n_given = solve_core(play, near, price)
    return (chosen if _reprice(play, near, chosen, price) else None), n_given


def _walk(play: Play, near: Near, price: IntArray, budget: int) -> tuple[BoolArray | None, int]:
    """Choose among the near pairs by augmenting paths, which keep the prices exact; OR-Tools is given nothing."""
    from servicematch.solve._kernels.paths import Sides, improve  # noqa: PLC0415

    few = _few(play, near, near.is_held.copy())
    np.maximum(price, 0, out=price, where=play.col_tier == 0)
    sides = Sides(play.need, play.room, play.col_tier == 0, play.may_stay_out)
    done, _ = improve(few, sides, price, budget)
    return (few.is_held if done else None), 0


def _few(play: Play, near: Near, is_held: BoolArray) -> Few:
    from servicematch.solve._kernels.grouping import order_by_column  # noqa: PLC0415
    from servicematch.solve._kernels.labels import Few  # noqa: PLC0415

    units = np.bincount(near.row[is_held], minlength=len(play.need))
    by_col, col_start = order_by_column(near.col, len(play.room))
    start = starts(near.row, len(play.need))
    few = (start, near.row, near.col, near.gain, by_col, col_start)
    return Few(*few, is_held, units < play.need, play.may_stay_out)


def _reprice(play: Play, near: Near, chosen: BoolArray, price: IntArray) -> bool:
    """Move prices, in place, to the nearest ones that are exact on the near pairs."""
    from servicematch.solve._kernels.labels import nearest_prices  # noqa: PLC0415

    load = np.bincount(near.col[chosen], minlength=len(play.room))
    is_loose, most_moves = play.col_tier == 0, 100 * len(near.pairs) + 10_000
    few = _few(play, near, chosen)
    return bool(nearest_prices(few, price, is_loose & (load < play.room), is_loose, most_moves))


def _least(problem: Problem, play: Play, is_held: BoolArray, price: IntArray) -> tuple[IntArray, Prices]:
    """Return the choice and its least prices."""
    from servicematch.solve._kernels.grouping import order_by_column  # noqa: PLC0415
    from servicematch.solve._kernels.labels import least_prices  # noqa: PLC0415

    chosen = np.flatnonzero(is_held)
    order, start = order_by_column(problem.col[chosen], problem.n_cols)
    return chosen, Prices(play.col_tier, least_prices(play, problem.row, chosen[order], start, is_held, price))
