"""The cheapest way to give every row what it must have, where pairs, places and one-off charges can be paid for.

Options are pairs: some are there, some cost a price each, some need charges that are paid once and open many options.
With the charges decided the rest is one min-cost flow, and what it cannot serve is proved by a cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from servicematch.base.errors import CostRangeError, SolverError
from servicematch.solve.network import Network, cheapest_flow, largest_cost

if TYPE_CHECKING:
    from collections.abc import Iterable

    from servicematch.base.arrays import AnyArray, BoolArray, Int32Array, IntArray


@dataclass(frozen=True, slots=True)
class RepairCase:
    """What must be served, and what may be paid for.

    Attributes
    ----------
    need
        int64, one a row: units that it must have, each at another column.
    room
        int64, one a column: places that are there.
    row, col, cost, worth
        One an option: its pair (int32), its price (int64, 0 where it is there), and how welcome it is among equally
        cheap ones. Several options may be of one pair.
    place_col, place_most, place_cost
        One an offer of places: its column, how many, and the price of each.
    charge_cost
        int64, one a charge, paid once.
    asks_option, asks_charge
        int64, entries: option ``asks_option[i]`` is only there when charge ``asks_charge[i]`` is paid.
    held
        int64, the options that are taken as things are: free ones, within the needs and the places that are there.
    """

    need: IntArray
    room: IntArray
    row: Int32Array
    col: Int32Array
    cost: IntArray
    worth: IntArray
    place_col: Int32Array
    place_most: IntArray
    place_cost: IntArray
    charge_cost: IntArray
    asks_option: IntArray
    asks_charge: IntArray
    held: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def missing(self) -> IntArray:
        """Units that each row must have and has not."""
        return self.need - np.bincount(self.row[self.held], minlength=len(self.need))

    def part(self, kept: BoolArray) -> RepairCase:
        """Leave options out; rows, columns, offers and charges keep their positions."""
        number = np.cumsum(kept) - 1
        asks = kept[self.asks_option]
        return replace(
            self,
            row=self.row[kept],
            col=self.col[kept],
            cost=self.cost[kept],
            worth=self.worth[kept],
            asks_option=number[self.asks_option[asks]],
            asks_charge=self.asks_charge[asks],
            held=number[self.held[kept[self.held]]],
        )

    def open_options(self, bought: BoolArray) -> IntArray:
        """List the best option of each pair that is there when these charges are paid."""
        n_missing = np.bincount(self.asks_option[~bought[self.asks_charge]], minlength=len(self.row))
        n_asked = np.bincount(self.asks_option, minlength=len(self.row))
        there = np.flatnonzero(n_missing == 0)
        order = there[np.lexsort((n_asked[there], self.cost[there], self.col[there], self.row[there]))]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (np.diff(self.row[order]) != 0) | (np.diff(self.col[order]) != 0)
        return order[first]

    def charges_of(self, options: IntArray) -> IntArray:
        """List the charges that these options ask for."""
        return np.unique(self.asks_charge[np.isin(self.asks_option, options)])


@dataclass(frozen=True, slots=True)
class Remedy:
    """Chosen options, places taken from each offer, charges paid, and what they cost together."""

    options: IntArray
    places: IntArray
    charges: IntArray
    cost: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why no remedy is enough: these rows ask for more than these columns' places and the other columns' units.

    ``asked = places + others + missing``: ``others`` are the pairs of these rows at columns outside.
    """

    rows: IntArray
    cols: IntArray
    asked: int
    places: int
    others: int
    n_other_cols: int
    missing: int


Outcome: TypeAlias = Remedy | Shortfall


def rows_in_reach(
    pairs: tuple[Int32Array, Int32Array], start: BoolArray, held: tuple[Int32Array, Int32Array]
) -> BoolArray:
    """Mark the rows that units for ``start`` could push about: whoever holds a place where these could go, and so on.

    Examples
    --------
    >>> pairs = np.array([0, 1, 1, 2], dtype=np.int32), np.array([0, 0, 1, 2], dtype=np.int32)
    >>> rows_in_reach(pairs, np.array([True, False, False]), (np.array([1, 2]), np.array([0, 2])))
    array([ True,  True, False])
    """
    rows = start.copy()
    while True:
        met = np.unique(pairs[1][rows[pairs[0]]])
        holders = held[0][np.isin(held[1], met)]
        if rows[holders].all():
            return rows
        rows[holders] = True


def cheapest_with(case: RepairCase, bought: BoolArray) -> Outcome:
    """Serve all needs as cheaply as these charges allow, the charges themselves left out; or prove that they do not.

    Examples
    --------
    >>> none = np.empty(0, dtype=np.int64)
    >>> pair, one = np.array([0, 1], dtype=np.int32), np.array([1, 1])
    >>> places = np.array([0], dtype=np.int32), np.array([5]), np.array([3])
    >>> case = RepairCase(one, np.array([1]), pair, 0 * pair, 0 * one, 0 * one, *places, none, none, none)
    >>> found = cheapest_with(case, none.astype(bool))
    >>> found.places.tolist(), found.cost
    ([1], 3)
    """
    options = case.open_options(bought)
    flow, missing = _most(case, options)
    if missing.any():
        return _shortfall(case, options, flow, missing)
    flow, places = _cheapest(case, options)
    chosen = np.sort(options[flow > 0])
    cost = _total(case.cost[chosen].tolist()) + _total((places * case.place_cost).tolist())
    return Remedy(chosen, places, case.charges_of(chosen), cost)


def with_charges(case: RepairCase, remedy: Remedy) -> Remedy:
    """Add what the charges of a remedy cost.

    Examples
    --------
    >>> none = np.empty(0, dtype=np.int64)
    >>> case = RepairCase(none, none, none, none, none, none, none, none, none, np.array([4, 6]), none, none)
    >>> with_charges(case, Remedy(none, none, np.array([1]), 3)).cost
    9
    """
    return replace(remedy, cost=remedy.cost + _total(case.charge_cost[remedy.charges].tolist()))


def _total(values: Iterable[int]) -> int:
    return sum(values)


def _network(case: RepairCase, options: IntArray, costs: tuple[AnyArray, AnyArray], *, spill: bool) -> Network:
    """Lay rows, columns and the sink out; with ``spill`` a unit may also stay out, for one."""
    n_rows, n_cols = len(case.need), len(case.room)
    sink = n_rows + n_cols
    needy, roomy = np.flatnonzero(case.need), np.flatnonzero(case.room)
    out = needy if spill else needy[:0]
    tail = np.concatenate([case.row[options], n_rows + roomy, n_rows + case.place_col, out])
    head = np.concatenate([n_rows + case.col[options], np.full(len(roomy) + len(case.place_col) + len(out), sink)])
    ones = np.ones(len(options), dtype=np.int64)
    capacity = np.concatenate([ones, case.room[roomy], case.place_most, case.need[out]])
    cost = np.concatenate([costs[0], np.zeros(len(roomy), dtype=np.int64), costs[1], np.ones(len(out), dtype=np.int64)])
    supply = np.concatenate([case.need, np.zeros(n_cols, dtype=np.int64), [-case.need.sum()]])
    capacity = np.minimum(capacity, case.need.sum())
    return Network(tail.astype(np.int32), head.astype(np.int32), capacity, cost.astype(np.int64), supply)


def _most(case: RepairCase, options: IntArray) -> tuple[IntArray, IntArray]:
    """Serve as many units as can be; return the flow on the options and what each row misses."""
    free = np.zeros(len(options), dtype=np.int64), np.zeros(len(case.place_col), dtype=np.int64)
    flow = cheapest_flow(_network(case, options, free, spill=True))[: len(options)]
    served = np.bincount(case.row[options[flow > 0]], minlength=len(case.need))
    return flow, case.need - served


def _cheapest(case: RepairCase, options: IntArray) -> tuple[IntArray, IntArray]:
    """Return the flow on the options and on the offers of places; ties go to the more welcome pairs."""
    n_options, n_roomy = len(options), int(np.count_nonzero(case.room))
    prices = case.cost[options], case.place_cost
    divisor = max(1, int(np.gcd.reduce(np.concatenate(prices))))
    prices = prices[0] // divisor, prices[1] // divisor
    try:
        flow = cheapest_flow(_network(case, options, _with_ties(case, options, *prices), spill=False))
    except CostRangeError:
        flow = cheapest_flow(_network(case, options, prices, spill=False))
    return flow[:n_options], flow[n_options + n_roomy :]


def _with_ties(case: RepairCase, options: IntArray, price: IntArray, place: IntArray) -> tuple[IntArray, IntArray]:
    """Put below the prices, as finely as the solver's range allows, how welcome a pair is; what is paid comes last.

    The ties of a unit stay below two steps of ``fine``, those of all units below one step of the prices.
    """
    worth = case.worth[options]
    behind = worth.max(initial=0) - worth
    span = 1 + int(behind.max(initial=0))
    units = 2 * int(case.need.sum()) + 1
    dearest = 1 + max(int(price.max(initial=0)), int(place.max(initial=0)))
    fine = min(2 * span, largest_cost(len(case.need) + len(case.room) + 1) // (4 * dearest * units))
    if fine < 1:
        return price, place
    ties = behind * fine // (2 * span) + (price > 0) * (fine // 2)
    return price * (units * fine + 1) + ties, place * (units * fine + 1) + fine // 2


def _shortfall(case: RepairCase, options: IntArray, flow: IntArray, missing: IntArray) -> Shortfall:
    """Follow what the missing units could push about: the columns met are full, whatever is paid."""
    row, col, taken = case.row[options], case.col[options], flow > 0
    rows, cols = missing > 0, np.zeros(len(case.room), dtype=np.bool_)
    while True:
        met = ~taken & rows[row] & ~cols[col]
        cols[col[met]] = True
        pushed = taken & cols[col] & ~rows[row]
        rows[row[pushed]] = True
        if not (met.any() or pushed.any()):
            break
    places = case.room[cols].sum() + case.place_most[cols[case.place_col]].sum()
    outside = col[rows[row] & ~cols[col]]
    asked, short = int(case.need[rows].sum()), int(missing.sum())
    if asked != int(places) + len(outside) + short:
        raise SolverError(f"the cut of {int(rows.sum())} rows and {int(cols.sum())} columns does not add up")
    where = np.flatnonzero(rows), np.flatnonzero(cols)
    return Shortfall(*where, asked, int(places), len(outside), len(np.unique(outside)), short)
