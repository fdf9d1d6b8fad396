"""The parts of the smooth way: best choices among few pairs, exact prices for them, and prices that come near."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oracles import brute_force
from servicematch.solve.problem import Problem
from servicematch.solve.smooth_core import best_choice, bound_to
from servicematch.solve.smooth_labels import exact_prices
from servicematch.solve.smooth_market import nth_best, open_market
from servicematch.solve.smooth_prices import smooth_prices
from solve.towns import random_problems, table


def markets(seed, n_towns, **sizes):
    """Draw towns where only gains count, with their markets."""
    for problem in random_problems(seed, n_towns, **sizes):
        gains_only = replace(problem, fixed=None, tier=np.zeros(problem.n_rows, dtype=np.int64), n_tiers=0)
        yield gains_only, open_market(gains_only, np.zeros(1, dtype=np.int64))


def random_prices(market, rng):
    """Draw prices of which some are far off."""
    return rng.integers(-1, 3, len(market.room)) * rng.integers(0, market.scale + 1, len(market.room))


@pytest.mark.parametrize("seed", range(20))
def test_nth_best_is_what_sorting_each_row_gives(seed):
    """Negative values and ties too."""
    rng = np.random.default_rng(seed)
    length = rng.integers(0, 9, 30)
    nth = rng.integers(0, length + 1)
    rows = [rng.integers(-4, 5, size).astype(np.float32) * np.float32(0.25) for size in length]
    start = np.concatenate([[0], np.cumsum(length)])
    expected = [np.sort(row)[len(row) - max(1, n)] if len(row) else 0 for row, n in zip(rows, nth, strict=True)]
    assert nth_best(np.concatenate(rows), start, nth).tolist() == expected


def test_market_leaves_out_what_nobody_can_choose():
    """A column without a place, a row without a need."""
    market = open_market(table([[1, 2], [3, 4]], need=[1, 0], capacity=[0, 5], tier=0), np.zeros(1, dtype=np.int64))
    assert market.pairs.tolist() == [1]
    assert market.need.tolist() == [1, 0]


def test_best_choice_is_best_whatever_the_prices():
    """Prices only shift the costs of whole paths."""
    rng = np.random.default_rng(1)
    for problem, market in markets(1, 400):
        chosen = market.pairs[best_choice(market, random_prices(market, rng))]
        assert (np.bincount(problem.row[chosen], minlength=problem.n_rows) <= problem.need).all()
        assert (np.bincount(problem.col[chosen], minlength=problem.n_cols) <= problem.capacity).all()
        assert (int(problem.gain[chosen].sum()),) == brute_force(problem)


def test_exact_prices_leave_nobody_asking():
    """Each row has its best pairs at these prices, a price is paid in full, and a free place costs nothing."""
    rng = np.random.default_rng(2)
    for _, market in markets(2, 400):
        is_chosen = best_choice(market, random_prices(market, rng))
        price = exact_prices(market, is_chosen, random_prices(market, rng))
        margin = market.value - price[market.col]
        load = np.bincount(market.col[is_chosen], minlength=len(market.room))
        assert (price >= 0).all()
        assert (price[load < market.room] == 0).all()
        assert (margin[is_chosen] >= 0).all()
        for row in range(len(market.need)):
            mine = market.row == row
            n_units = int(is_chosen[mine].sum())
            others = margin[mine & ~is_chosen].max(initial=-(2**60))
            assert others <= (0 if n_units < market.need[row] else margin[mine & is_chosen].min(initial=2**60))


def test_exact_prices_that_are_right_stay():
    """Prices already exact are not moved, so that a round that changes little prices little anew."""
    rng = np.random.default_rng(3)
    for _, market in markets(3, 200):
        is_chosen = best_choice(market, random_prices(market, rng))
        price = exact_prices(market, is_chosen, random_prices(market, rng))
        assert exact_prices(market, is_chosen, price).tolist() == price.tolist()


@pytest.mark.parametrize(("n_rows", "ends"), [(900, True), (1100, False)], ids=["within", "beyond"])
def test_chain_longer_than_the_sweeps_is_given_back(n_rows, ends):
    """Every row would pay 1 more for its place than for its left neighbour's, and the first place is free."""
    row, col = np.repeat(np.arange(n_rows), 2).astype(np.int32), (np.arange(2 * n_rows, dtype=np.int32) + 1) // 2
    one, zero = np.ones(n_rows, dtype=np.int64), np.zeros(n_rows, dtype=np.int64)
    value = np.tile([9_000, 9_001], n_rows)
    market = open_market(Problem(row, col, value, one, np.append(one, 1), zero), np.zeros(1, dtype=np.int64))
    price = exact_prices(market, np.tile([False, True], n_rows), np.full(n_rows + 1, 9_000))
    if ends:
        assert price.tolist() == list(range(n_rows + 1))
    else:
        assert price is None


def test_bound_pairs_leave_the_rest_as_it_was():
    """Solving only what a change can touch is as good as solving everything."""
    rng = np.random.default_rng(4)
    n_partly = 0
    for _, market in markets(4, 400, max_rows=12, max_cols=8):
        if len(market.pairs) == 0:
            continue
        price = random_prices(market, rng)
        touched = bound_to(market, rng.integers(0, len(market.room), 1))
        alone = best_choice(market, price)
        alone[touched] = best_choice(market.only(touched), price)
        assert market.value[alone].sum() == market.value[best_choice(market, price)].sum()
        n_partly += 0 < len(touched) < len(market.pairs)
    assert n_partly > 50


def roomy_market(seed, slack, n_rows=400, n_cols=80, degree=12):
    """Draw a market where every row reaches a few columns, served first."""
    rng = np.random.default_rng(seed)
    col = np.sort(np.argsort(rng.random((n_rows, n_cols)), axis=1)[:, :degree], axis=1).ravel().astype(np.int32)
    row = np.repeat(np.arange(n_rows, dtype=np.int32), degree)
    one = np.ones(n_rows, dtype=np.int64)
    capacity = rng.multinomial(round(slack * n_rows), np.ones(n_cols) / n_cols)
    gain = rng.integers(0, 1_000_001, len(row))
    return open_market(Problem(row, col, gain, one, capacity, one), np.array([0, 2_000_000]))


@pytest.mark.parametrize("slack", [0.7, 1.5], ids=["tight", "slack"])
def test_smooth_prices_come_near_the_best_choice(slack):
    """At these prices nearly everyone's place in an optimal choice is within a twentieth of a range of his best."""
    for seed in range(5):
        market = roomy_market(seed, slack)
        price = smooth_prices(market)
        is_chosen = best_choice(market, np.rint(price * np.float64(market.scale)).astype(np.int64))
        margin = market.value / market.scale - price[market.col]
        best = np.zeros(len(market.need))
        np.maximum.at(best, market.row, margin)
        assert (price >= 0).all()
        assert (margin[is_chosen] >= best[market.row[is_chosen]] - 0.05).mean() > 0.97


def test_free_columns_cost_nothing_and_scarce_ones_something():
    """A price is what scarcity makes it."""
    market = open_market(table([[9, 9]] * 20, capacity=[1, 60], tier=0), np.zeros(1, dtype=np.int64))
    assert smooth_prices(market)[1] == 0
    scarce = open_market(table([[9], [5], [1]], tier=0), np.zeros(1, dtype=np.int64))
    assert 0.5 < smooth_prices(scarce)[0] < 1.2
