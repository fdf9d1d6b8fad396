"""Repairs at the waist: cheapest against all choices on tiny cases, cuts that add up, charges against all sets."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest

from servicematch.base.errors import SolverError
from servicematch.solve import repairs
from servicematch.solve.fixed_charge import Effort, Found, solve_repairs
from servicematch.solve.repair_bounds import Narrowed, narrowed
from servicematch.solve.repairs import RepairCase, Shortfall, cheapest_with, rows_in_reach

INFINITE = float("inf")
NONE = np.empty(0, dtype=np.int64)


def case_of(need, room, options, places=(), charges=()):
    """Write a case: options (row, col, cost, worth, charges asked), places (col, most, cost)."""
    table = np.array([one[:4] for one in options], dtype=np.int64).reshape(-1, 4)
    offers = np.array(places, dtype=np.int64).reshape(-1, 3)
    asks = np.array([(i, k) for i, one in enumerate(options) for k in one[4]], dtype=np.int64).reshape(-1, 2)
    return RepairCase(
        need=np.array(need, dtype=np.int64),
        room=np.array(room, dtype=np.int64),
        row=table[:, 0].astype(np.int32),
        col=table[:, 1].astype(np.int32),
        cost=table[:, 2].copy(),
        worth=table[:, 3].copy(),
        place_col=offers[:, 0].astype(np.int32),
        place_most=offers[:, 1].copy(),
        place_cost=offers[:, 2].copy(),
        charge_cost=np.array(charges, dtype=np.int64),
        asks_option=asks[:, 0].copy(),
        asks_charge=asks[:, 1].copy(),
    )


def random_case(seed, n_charges=0):
    """Draw up to 4 rows, 3 columns, several options of a pair, some of them behind charges."""
    rng = np.random.default_rng([5, seed])
    n, m = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    options = []
    for r, c in product(range(n), range(m)):
        for _ in range(int(rng.choice([0, 1, 1, 2]))):
            asked = [k for k in range(n_charges) if rng.random() < 0.35]
            options.append((r, c, int(rng.choice([0, 0, 1, 3])), int(rng.integers(-5, 6)), asked))
    places = [
        (c, int(rng.integers(0, 3)), int(rng.integers(0, 4))) for c in range(m) for _ in range(2) if rng.random() < 0.5
    ]
    charges = rng.integers(0, 6, n_charges).tolist()
    return case_of(rng.integers(0, 3, n), rng.integers(0, 3, m), options, places, charges)


def least(case, bought):
    """Try every choice of columns for every row; None where there is none."""
    asks = list(zip(case.asks_option.tolist(), case.asks_charge.tolist(), strict=True))
    price = {}
    for i in range(len(case.row)):
        if all(bought[k] for j, k in asks if j == i):
            pair = int(case.row[i]), int(case.col[i])
            price[pair] = min(price.get(pair, INFINITE), int(case.cost[i]))
    n_cols, need, room = len(case.room), case.need.tolist(), case.room.tolist()
    offers = list(zip(case.place_col.tolist(), case.place_most.tolist(), case.place_cost.tolist(), strict=True))
    each = [sorted(cost for col, most, cost in offers if col == c for _ in range(most)) for c in range(n_cols)]

    @cache
    def best(row, loads):
        if row == len(need):
            over = [max(0, load - free) for load, free in zip(loads, room, strict=True)]
            return sum(sum(costs[:n]) if n <= len(costs) else INFINITE for costs, n in zip(each, over, strict=True))
        reach = [c for c in range(n_cols) if (row, c) in price]
        return min(
            (
                sum(price[row, c] for c in cols) + best(row + 1, tuple(n + (c in cols) for c, n in enumerate(loads)))
                for cols in combinations(reach, need[row])
            ),
            default=INFINITE,
        )

    found = best(0, (0,) * n_cols)
    return None if found == INFINITE else found


def check_remedy(case, bought, remedy):
    """Hold a remedy against the case: needs, different columns, room with the places bought, charges paid."""
    rows, cols = case.row[remedy.options], case.col[remedy.options]
    assert np.array_equal(np.bincount(rows, minlength=len(case.need)), case.need)
    assert len(set(zip(rows.tolist(), cols.tolist(), strict=True))) == len(rows)
    extra = np.bincount(case.place_col, weights=remedy.places, minlength=len(case.room))
    assert (np.bincount(cols, minlength=len(case.room)) <= case.room + extra).all()
    assert (remedy.places <= case.place_most).all()
    assert bought[remedy.charges].all()
    asked = case.asks_charge[np.isin(case.asks_option, remedy.options)]
    assert set(asked.tolist()) == set(remedy.charges.tolist())


@pytest.mark.parametrize("seed", range(200))
def test_remedy_is_the_cheapest_and_a_shortfall_adds_up(seed):
    """One flow finds the least cost of all choices; where there is none, asked = places + others + missing."""
    case = random_case(seed)
    found, expected = cheapest_with(case, NONE.astype(bool)), least(case, ())
    if expected is None:
        assert isinstance(found, Shortfall)
        assert found.missing > 0
        assert found.asked == found.places + found.others + found.missing
        open_cols = {c: set() for c in found.rows.tolist()}
        for r, c in zip(case.row.tolist(), case.col.tolist(), strict=True):
            if r in open_cols:
                open_cols[r].add(c)
        outside = sum(len(cols - set(found.cols.tolist())) for cols in open_cols.values())
        assert found.others == outside
    else:
        assert found.cost == expected
        check_remedy(case, np.zeros(0, dtype=bool), found)


@pytest.mark.parametrize("seed", range(200))
def test_charges_are_the_cheapest_of_all_sets(seed):
    """CP-SAT between two flows finds what trying every set of charges finds."""
    case = random_case(seed, n_charges=4)
    sets = [np.array(one, dtype=bool) for one in product((False, True), repeat=4)]
    costs = [least(case, one) for one in sets]
    totals = [c + int(case.charge_cost[one].sum()) for c, one in zip(costs, sets, strict=True) if c is not None]
    found = solve_repairs(case)
    if not totals:
        assert isinstance(found, Shortfall)
    else:
        assert (found.remedy.cost, found.bound) == (min(totals), min(totals))
        check_remedy(case, np.ones(4, dtype=bool), found.remedy)


def test_rows_out_of_reach_change_nothing():
    """A row whose places nobody could be pushed to is left out."""
    pairs = np.array([0, 1, 1, 2, 3], dtype=np.int32), np.array([0, 0, 1, 1, 2], dtype=np.int32)
    held = np.array([1, 2, 3]), np.array([0, 1, 2])
    start = np.array([True, False, False, False])
    assert rows_in_reach(pairs, start, held).tolist() == [True, True, True, False]


def test_ties_go_to_the_more_welcome_pair_and_never_above_a_price():
    """Worth decides between equal prices; a millionth of the price is more than all worth."""
    tied = case_of([1], [0, 0], [(0, 0, 0, 1, []), (0, 1, 0, 9, [])], [(0, 1, 10**6), (1, 1, 10**6)])
    assert cheapest_with(tied, NONE.astype(bool)).places.tolist() == [0, 1]
    cheaper = replace(tied, place_cost=np.array([10**6 - 1, 10**6]))
    assert cheapest_with(cheaper, NONE.astype(bool)).places.tolist() == [1, 0]


def test_place_that_is_there_is_taken_before_one_that_costs_nothing():
    """An offer of free places is not used where there is room."""
    case = case_of([1], [1], [(0, 0, 0, 0, [])], [(0, 5, 0)])
    assert cheapest_with(case, NONE.astype(bool)).places.tolist() == [0]


def test_prices_too_large_for_ties_are_still_exact():
    """Where prices fill the solver's range, worth is left out and the cost stays the least."""
    prices = [(0, 1, 10**16 + 1), (1, 1, 10**16)]
    case = case_of([1], [0, 0], [(0, 0, 0, 9, []), (0, 1, 0, 1, [])], prices)
    assert cheapest_with(case, NONE.astype(bool)).cost == 10**16


@pytest.mark.parametrize("seed", range(200))
def test_narrowing_keeps_what_is_cheaper_and_bounds_nothing_too_high(seed):
    """Whatever remedy is known, what is left holds all that is cheaper, and the bound is no higher than the least cost."""
    case = random_case(seed, n_charges=3)
    sets = [np.array(one, dtype=bool) for one in product((False, True), repeat=3)]
    total = lambda part: [  # noqa: E731 - of two cases
        cost + int(case.charge_cost[one].sum()) for one in sets if (cost := least(part, one)) is not None
    ]
    everything = total(case)
    if not everything:
        return
    for known in (min(everything), min(everything) + 1, max(everything) + 1):
        found = narrowed(case, known, np.inf)
        assert found.bound <= min(everything)
        if known > min(everything):
            assert min(total(case.part(found.kept))) == min(everything)


def test_time_too_short_leaves_a_bound():
    """Without time for CP-SAT the best remedy at hand comes with a bound below its cost."""
    options = [(r, 0, 0, 0, [r]) for r in range(3)] + [(r, 1, 4, 0, []) for r in range(3)]
    case = case_of([1, 1, 1], [3, 1], options, charges=[5, 5, 5])
    found = solve_repairs(case, Effort(0.0))
    assert isinstance(found, Found)
    assert 0 <= found.bound <= 14 <= found.remedy.cost
    assert solve_repairs(case).remedy.cost == 14


def test_bound_above_a_cost_is_refused(monkeypatch):
    """A bound that a remedy disproves is an error, not an answer."""
    options = [(r, 0, 0, 0, [r]) for r in range(3)] + [(r, 1, 4, 0, []) for r in range(3)]
    case = case_of([1, 1, 1], [3, 1], options, charges=[5, 5, 5])
    nothing = Narrowed(np.ones(len(case.row), dtype=bool), 0, NONE)
    monkeypatch.setattr("servicematch.solve.fixed_charge.narrowed", lambda *_: nothing)
    monkeypatch.setattr("servicematch.solve.fixed_charge._choose", lambda *_: (np.array([True, True, False]), 99))
    with pytest.raises(SolverError, match="above the cost"):
        solve_repairs(case)


def test_faked_flow_gives_no_false_cut(monkeypatch):
    """A flow that leaves a unit out which could be served gives no cut that adds up, and is refused."""
    case = case_of([1], [1], [(0, 0, 0, 0, [])])
    monkeypatch.setattr(repairs, "cheapest_flow", lambda network: np.zeros(len(network.tail), dtype=np.int64))
    with pytest.raises(SolverError, match="does not add up"):
        cheapest_with(case, NONE.astype(bool))
