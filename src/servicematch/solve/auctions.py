"""Approximate prices: settle who is counted first, then let the scarce side bid.

Where a class is short of places, price wars are long when rows bid and short when columns do. Who is short of what does
not depend on the gains: any matching of the most units shows it (Dulmage and Mendelsohn, 1958). So rows bid a little,
augmenting paths make the counts maximal, and a walk from the open rows tells the two kinds of regions apart. Where
all rows are served, rows go on bidding, against each other; where rows stay open, columns bid for rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.matching import spans, starts

if TYPE_CHECKING:
    from typing import TypeAlias

    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve._kernels.auction import Hands, Places, Side
    from servicematch.solve._kernels.pricing import Play
    from servicematch.solve._kernels.units import Rows
    from servicematch.solve.problem import Problem

    _Columns: TypeAlias = tuple[Int32Array, IntArray]  # positions grouped by column, and where each column begins

_FIRST_BIDS = 2
"""Bids of each unit before the counts are settled: nearly all are at rest by then where places abound."""

_WIDTHS = (8, 16)
"""Best pairs that a row, and a column, remembers."""

_PACKED = np.dtype([("gain", np.int64), ("row", np.int32), ("pair", np.int32)])

NEVER = -(1 << 61)


@dataclass(frozen=True, slots=True)
class Auctioned:
    """What the auctions found.

    Attributes
    ----------
    play
        The pairs left to decide, with the needs and rooms left.
    price
        int64, one a column.
    is_held
        bool, one a pair: a choice with the most units, within epsilon of the best at these prices; the pairs settled
        by the counts are in it too.
    """

    play: Play
    price: IntArray
    is_held: BoolArray


class _Spent(Exception):  # noqa: N818 - no fault: the auction is given up
    """The budget of looks is used up."""


@dataclass(slots=True)
class _Budget:
    left: int

    def spend(self, n_looks: int) -> None:
        self.left -= n_looks
        if self.left < 0:
            raise _Spent


def auction_off(problem: Problem, epsilon: int, budget: int) -> Auctioned | None:
    """Return prices within ``epsilon``, or None when ``budget`` looks at pairs do not suffice."""
    try:
        return _auction_off(problem, epsilon, _Budget(budget))
    except _Spent:
        return None


def _auction_off(problem: Problem, epsilon: int, budget: _Budget) -> Auctioned:
    from servicematch.solve._kernels.auction import Side  # noqa: PLC0415 - only with the extra
    from servicematch.solve._kernels.grouping import order_by_column  # noqa: PLC0415

    start = starts(problem.row, problem.n_rows)
    side = Side(start, problem.row, problem.col, problem.gain, 1)
    room = problem.room
    places, hands = _places(room), _hands(problem.need, _WIDTHS[0], problem.n_pairs)
    price = np.zeros(problem.n_cols, dtype=np.int64)
    outside = np.where(problem.tier > 0, NEVER, 0)
    everyone = np.flatnonzero((problem.need > 0) & (start[1:] > start[:-1]))
    most = _FIRST_BIDS * int(problem.need.max())
    _bid(everyone, side, places, hands, price, outside, epsilon, budget, most=most)
    columns = order_by_column(problem.col, problem.n_cols)
    is_held, row_tier, col_tier = _most_units(problem, side, places, hands, columns, budget)
    play, settled = _play(problem, start, room, row_tier, col_tier, np.flatnonzero(is_held))
    if len(settled):
        places, hands = _places(play.room), _hands(play.need, _WIDTHS[0], problem.n_pairs)
        price[:] = 0
    held = _rows_bid(play, side, places, hands, price, outside, epsilon, budget)
    held[settled] = True
    held[_columns_bid(play, problem.tier, price, epsilon, budget)] = True
    return Auctioned(play, price, held)


def _most_units(
    problem: Problem, side: Side, places: Places, hands: Hands, columns: _Columns, budget: _Budget
) -> tuple[BoolArray, IntArray, IntArray]:
    """Return a choice of the most units, class by class, and the classes that reach each row and column from it."""
    from servicematch.solve._kernels.units import Rows, find_tiers, serve_most  # noqa: PLC0415

    rows = Rows(side.start, problem.row, problem.col, problem.need, problem.tier)
    places = places._replace(n_taken=places.n_taken.copy(), pair=places.pair.copy())
    is_held, served = hands.is_held.copy(), hands.n_held.copy()
    for tier in range(problem.n_tiers, 0, -1):
        budget.spend(serve_most(rows, places, is_held, served, *columns, tier, budget.left))
    row_tier, col_tier, can_grow = find_tiers(rows, places, is_held, served, problem.n_tiers)
    if can_grow:
        raise SolverError(f"augmenting paths left a place that class {can_grow} could have")
    return is_held, row_tier, col_tier


def _play(
    problem: Problem, start: IntArray, room: IntArray, row_tier: IntArray, col_tier: IntArray, chosen: IntArray
) -> tuple[Play, IntArray]:
    """Take out what the counts settle: a row holds what it has in a lower tier than its own in every best solution."""
    from servicematch.solve._kernels.pricing import Play  # noqa: PLC0415

    row, col = problem.row[chosen], problem.col[chosen]
    is_settled = col_tier[col] < row_tier[row]
    settled = chosen[is_settled]
    return Play(
        start,
        problem.col,
        problem.gain,
        problem.need - np.bincount(row[is_settled], minlength=problem.n_rows),
        room - np.bincount(col[is_settled], minlength=problem.n_cols),
        row_tier,
        col_tier,
        problem.tier == row_tier,
    ), settled


def _rows_bid(
    play: Play,
    side: Side,
    places: Places,
    hands: Hands,
    price: IntArray,
    outside: IntArray,
    epsilon: int,
    budget: _Budget,
) -> BoolArray:
    """Let the rows of tier 0 bid for its columns; what they hold elsewhere they let go."""
    away = np.flatnonzero(play.col_tier > 0)
    ends = np.stack([places.start[away], places.start[away] + places.n_taken[away]], axis=1).ravel()
    let_go = places.pair[spans(ends, np.arange(0, 2 * len(away), 2))]
    hands.is_held[let_go] = False
    np.subtract.at(hands.n_held, side.agent[let_go], 1)
    places.n_taken[away] = 0
    price[away] = 0
    hands.best[:], hands.left_out[:], hands.n_bids[:] = -1, -NEVER, 0
    waiting = np.flatnonzero((play.row_tier == 0) & (hands.n_held < play.need) & (np.diff(play.start) > 0))
    is_open = (play.col_tier == 0) & (play.room > 0)
    _bid(waiting, side, places, hands, price, outside, epsilon, budget, is_open=is_open)
    return hands.is_held


def _columns_bid(
    play: Play, tier: IntArray, price: IntArray, epsilon: int, budget: _Budget
) -> IntArray:
    """Let the columns of higher tiers bid for rows, price them in place, and return the positions of the pairs held."""
    from servicematch.solve._kernels.auction import Side  # noqa: PLC0415
    from servicematch.solve._kernels.grouping import reached_by_column  # noqa: PLC0415

    if not play.col_tier.any():
        return np.empty(0, dtype=np.int64)

    spread = int(play.gain.max(initial=0)) - int(play.gain.min(initial=0)) + 1
    bonus = np.where(play.row_tier > 0, (tier - play.row_tier) * 4 * spread, 0)
    packed = np.empty(len(play.col), dtype=_PACKED)
    start, owner = reached_by_column(play, bonus, packed)
    side = Side(start, owner, packed["row"], packed["gain"], 1)
    places = _places(np.where(play.row_tier > 0, play.need, 0))
    room = np.where(play.col_tier > 0, play.room, 0)
    hands = _hands(room, _WIDTHS[1], len(owner))
    worth = np.zeros(len(play.need), dtype=np.int64)
    never = np.full(len(room), NEVER, dtype=np.int64)
    _bid(np.flatnonzero(room > 0), side, places, hands, worth, never, epsilon, budget)
    held = np.flatnonzero(hands.is_held)
    least = np.full(len(room), -NEVER, dtype=np.int64)
    np.minimum.at(least, side.agent[held], side.gain[held] - worth[side.thing[held]])
    price[room > 0] = least[room > 0]
    return packed["pair"][held].astype(np.int64)


def _bid(
    queue: IntArray,
    side: Side,
    places: Places,
    hands: Hands,
    price: IntArray,
    outside: IntArray,
    epsilon: int,
    budget: _Budget,
    *,
    is_open: BoolArray | None = None,
    most: int = 1 << 40,
    in_all: int = 1 << 40,
) -> None:
    from servicematch.solve._kernels.auction import hold_auction  # noqa: PLC0415

    if is_open is None:
        is_open = places.start[:-1] < places.start[1:]
    at_rest, n_looks = hold_auction(
        queue, side, places, hands, price, is_open, outside, epsilon, 256 * epsilon, most, in_all, budget.left
    )
    budget.spend(n_looks)
    if not at_rest:
        raise _Spent


def _places(room: IntArray) -> Places:
    from servicematch.solve._kernels.auction import Places  # noqa: PLC0415

    start = np.concatenate([[0], np.cumsum(np.maximum(room, 0))])
    return Places(start, np.zeros(len(room), dtype=np.int64), *(np.empty(start[-1], dtype=np.int64) for _ in range(2)))


def _hands(need: IntArray, width: int, n_pairs: int) -> Hands:
    from servicematch.solve._kernels.auction import Hands  # noqa: PLC0415

    n = len(need)
    return Hands(
        need,
        np.zeros(n, dtype=np.int64),
        np.zeros(n, dtype=np.int64),
        np.full((n, width), -1, dtype=np.int64),
        np.full(n, -NEVER, dtype=np.int64),
        np.zeros(n_pairs, dtype=np.bool_),
    )
