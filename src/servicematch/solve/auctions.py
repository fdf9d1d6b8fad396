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
from servicematch.solve.matching import spans

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve._kernels.auction import Hands, Places, Side
    from servicematch.solve._kernels.pricing import Play
    from servicematch.solve.problem import Problem

_FIRST_BIDS = 2
"""Bids of each unit before the counts are settled: nearly all are at rest by then where places abound."""

_WIDTHS = (8, 16)
"""Best pairs that a row, and a column, remembers."""

_JUMP = 256
"""Steps by which an agent without a second choice outbids the others."""

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
    """How many looks at pairs are left."""

    left: int

    def spend(self, n_looks: int) -> None:
        self.left -= n_looks
        if self.left < 0:
            raise _Spent


@dataclass(frozen=True, slots=True)
class _Market:
    """One auction: who bids for what, what is taken and held so far, prices, and what staying outside is worth."""

    side: Side
    places: Places
    hands: Hands
    price: IntArray
    outside: IntArray

    def bid(
        self, queue: IntArray, epsilon: int, budget: _Budget, *, is_open: BoolArray | None = None, most: int = 1 << 40
    ) -> None:
        """Let the agents of the queue bid until all are at rest."""
        from servicematch.solve._kernels.auction import hold_auction  # noqa: PLC0415 - only with the extra

        start = self.places.start
        can_bid = start[:-1] < start[1:] if is_open is None else is_open
        market = (self.side, self.places, self.hands, self.price, can_bid, self.outside)
        at_rest, n_looks = hold_auction(queue, *market, epsilon, _JUMP * epsilon, most, budget.left)
        budget.spend(n_looks)
        if not at_rest:
            raise _Spent


def auction_off(problem: Problem, epsilon: int, budget: int) -> Auctioned | None:
    """Return prices within ``epsilon``, or None when ``budget`` looks at pairs do not suffice."""
    try:
        return _auction_off(problem, epsilon, _Budget(budget))
    except _Spent:
        return None


def _auction_off(problem: Problem, epsilon: int, budget: _Budget) -> Auctioned:
    start = problem.row_start
    market = _rows_market(problem, start, problem.need, problem.room)
    everyone = np.flatnonzero((problem.need > 0) & (start[1:] > start[:-1]))
    market.bid(everyone, epsilon, budget, most=_FIRST_BIDS * int(problem.need.max()))
    is_held, row_tier, col_tier = _most_units(problem, market, budget)
    play, settled = _play(problem, start, row_tier, col_tier, np.flatnonzero(is_held))
    if len(settled):
        market = _rows_market(problem, start, play.need, play.room)
    held = _rows_bid(play, market, epsilon, budget)
    held[settled] = True
    pairs, priced, price = _columns_bid(play, problem.tier, epsilon, budget)
    held[pairs] = True
    market.price[priced] = price
    return Auctioned(play, market.price, held)


def _most_units(problem: Problem, market: _Market, budget: _Budget) -> tuple[BoolArray, IntArray, IntArray]:
    """Return a choice of the most units, class by class, and the classes that reach each row and column from it."""
    from servicematch.solve._kernels.grouping import order_by_column  # noqa: PLC0415
    from servicematch.solve._kernels.units import FEW, Rows, find_tiers, serve_most  # noqa: PLC0415

    side, places, hands = market.side, market.places, market.hands
    n_asked = int(np.diff(side.start)[hands.n_held < problem.need].sum())
    columns = order_by_column(problem.col if n_asked * FEW >= problem.n_pairs else problem.col[:0], problem.n_cols)
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
    problem: Problem, start: IntArray, row_tier: IntArray, col_tier: IntArray, chosen: IntArray
) -> tuple[Play, IntArray]:
    """Take out what the counts settle: a row holds what it has in a lower tier than its own in every best solution."""
    from servicematch.solve._kernels.pricing import Play  # noqa: PLC0415

    row, col = problem.row[chosen], problem.col[chosen]
    is_settled = col_tier[col] < row_tier[row]
    need = problem.need - np.bincount(row[is_settled], minlength=problem.n_rows)
    room = problem.room - np.bincount(col[is_settled], minlength=problem.n_cols)
    may_stay_out = problem.tier == row_tier
    play = Play(start, problem.col, problem.gain, need, room, row_tier, col_tier, may_stay_out)
    return play, chosen[is_settled]


def _rows_bid(play: Play, market: _Market, epsilon: int, budget: _Budget) -> BoolArray:
    """Let the rows of tier 0 bid for its columns; what they hold elsewhere they let go."""
    places, hands = market.places, market.hands
    away = np.flatnonzero(play.col_tier > 0)
    ends = np.stack([places.start[away], places.start[away] + places.n_taken[away]], axis=1).ravel()
    let_go = places.pair[spans(ends, np.arange(0, 2 * len(away), 2))]
    hands.is_held[let_go] = False
    np.subtract.at(hands.n_held, market.side.agent[let_go], 1)
    places.n_taken[away] = 0
    market.price[away] = 0
    hands.best[:], hands.left_out[:], hands.n_bids[:] = -1, -NEVER, 0
    waiting = np.flatnonzero((play.row_tier == 0) & (hands.n_held < play.need) & (np.diff(play.start) > 0))
    market.bid(waiting, epsilon, budget, is_open=(play.col_tier == 0) & (play.room > 0))
    return hands.is_held


def _columns_bid(play: Play, tier: IntArray, epsilon: int, budget: _Budget) -> tuple[IntArray, IntArray, IntArray]:
    """Let the columns of higher tiers bid for rows; return the pairs held, the columns, and their prices."""
    from servicematch.solve._kernels.auction import Side  # noqa: PLC0415
    from servicematch.solve._kernels.grouping import reached_by_column  # noqa: PLC0415

    bidders = np.flatnonzero((play.col_tier > 0) & (play.room > 0))
    if len(bidders) == 0:
        return bidders, bidders, bidders
    spread = int(play.gain.max()) - int(play.gain.min()) + 1
    bonus = np.where(play.row_tier > 0, (tier - play.row_tier) * 4 * spread, 0)
    packed = np.empty(len(play.col), dtype=_PACKED)
    start, owner = reached_by_column(play, bonus, packed)
    market = _Market(
        Side(start, owner, packed["row"], packed["gain"]),
        _places(np.where(play.row_tier > 0, play.need, 0)),
        _hands(np.where(play.col_tier > 0, play.room, 0), _WIDTHS[1], len(owner)),
        np.zeros(len(play.need), dtype=np.int64),
        np.full(len(play.room), NEVER, dtype=np.int64),
    )
    market.bid(bidders, epsilon, budget)
    held = np.flatnonzero(market.hands.is_held)
    least = np.full(len(play.room), -NEVER, dtype=np.int64)
    np.minimum.at(least, owner[held], packed["gain"][held] - market.price[packed["row"][held]])
    return packed["pair"][held].astype(np.int64), bidders, least[bidders]


def _rows_market(problem: Problem, start: IntArray, need: IntArray, room: IntArray) -> _Market:
    from servicematch.solve._kernels.auction import Side  # noqa: PLC0415

    return _Market(
        Side(start, problem.row, problem.col, problem.gain),
        _places(room),
        _hands(need, _WIDTHS[0], problem.n_pairs),
        np.zeros(problem.n_cols, dtype=np.int64),
        np.where(problem.tier > 0, NEVER, 0),
    )


def _places(room: IntArray) -> Places:
    from servicematch.solve._kernels.auction import Places  # noqa: PLC0415

    start = np.concatenate([[0], np.cumsum(room)])
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
