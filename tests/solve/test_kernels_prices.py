"""The loops that price pairs, find exact prices, walk augmenting paths and add up proofs, against plain definitions."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

pytest.importorskip("numba")

from servicematch.solve import auctions, near
from servicematch.solve._kernels import grouping, labels, paths, pricing
from servicematch.solve.certificate import find_margins, prove, prove_bound, value_of
from servicematch.solve.compiled import filled
from servicematch.solve.core import Near
from servicematch.solve.cut import find_cut
from servicematch.solve.matching import index_matching
from servicematch.solve.prices import least_prices
from servicematch.solve.problem import Prices
from solve.engines import any_towns, by, wide_town

PLENTY = 1 << 40


def auctioned_towns(seed, n_towns, epsilon=20):
    """Draw towns, auction them off and solve them by flow: problem, auction, optimal matching."""
    rng = np.random.default_rng(seed)
    drawn = [replace(town, fixed=None) for town in any_towns(seed, n_towns)]
    for problem in [*drawn, *(wide_town(rng, 60, 15, tightness) for tightness in (0.6, 1.0, 1.4))]:
        if problem.n_pairs:
            yield problem, auctions.auction_off(problem, epsilon, PLENTY), by("flow")(problem)


def in_play(problem, play):
    """Tell which pairs are in play."""
    same = play.row_tier[problem.row] == play.col_tier[problem.col]
    return same & (play.room[problem.col] > 0) & (play.need[problem.row] > 0)


def all_in_play(problem, play, is_held):
    """Make every pair in play a near one."""
    pairs = np.flatnonzero(in_play(problem, play))
    may_leave = play.may_stay_out.copy()
    return Near(pairs, problem.row[pairs], problem.col[pairs], problem.gain[pairs], is_held[pairs].copy(), may_leave)


def mask(problem, chosen):
    """Turn positions into truths, one a pair."""
    held = np.zeros(problem.n_pairs, dtype=np.bool_)
    held[chosen] = True
    return held


def near_pairs(play, price, margin, most, n_guessed=5):
    """List the near pairs and the worth of each row; the first list is too short as a rule."""
    (worth,), pairs = filled(partial(pricing.near_pairs, play, price, margin, most), n_guessed)
    return pairs, worth


def asking_pairs(play, row, held, price):
    """List the asking pairs, and the rows that would rather stay out."""
    (leaves,), pairs = filled(partial(pricing.asking_pairs, play, row, held, price), 1)
    return pairs, np.flatnonzero(leaves)


def test_near_pairs_are_those_within_the_margin_of_the_best():
    """The need-th best value of a row sets the bar, at least 0 where it may stay out."""
    for problem, auctioned, _ in auctioned_towns(601, 120):
        play, value = auctioned.play, problem.gain - auctioned.price[problem.col]
        for margin in (0, 5, 10**9):
            pairs, worth = near_pairs(play, auctioned.price, margin, 10**6)
            expected = []
            for row in range(problem.n_rows):
                mine = np.flatnonzero(in_play(problem, play) & (problem.row == row))
                need = int(play.need[row])
                if need == 0:
                    assert worth[row] == pricing.NONE
                    continue
                bar = np.sort(value[mine])[-need] if len(mine) >= need else pricing.NONE + 1
                bar = max(bar, 0) if play.may_stay_out[row] else bar
                assert worth[row] == bar
                expected += mine[value[mine] >= bar - margin].tolist()
            assert pairs.tolist() == expected


def test_of_too_many_near_pairs_some_are_taken():
    """Where all are alike a few of each row stand for all, and nothing that is not near is among them."""
    problem = wide_town(np.random.default_rng(602), 50, 200, 40.0, 1.0, top=0)
    play = auctions.auction_off(problem, 1, PLENTY).play
    price = np.zeros(200, dtype=np.int64)
    every, _ = near_pairs(play, price, 0, 10**6)
    some, _ = near_pairs(play, price, 0, 8)
    again, _ = near_pairs(play, price, 0, 8, n_guessed=10**6)
    assert some.tolist() == again.tolist()
    per_row = np.bincount(problem.row[some], minlength=50)
    assert np.isin(some, every).all()
    assert 0 < per_row.min() <= per_row.max() < 40
    assert len(every) == 50 * (play.room > 0).sum()


def test_asking_pairs_are_those_that_beat_what_the_row_holds():
    """Not held, in play, and worth more than the worst pair held (or than nothing, for a row that lacks something)."""
    n_asking = n_leaving = 0
    rng = np.random.default_rng(603)
    for problem, auctioned, solution in auctioned_towns(603, 120):
        play = auctioned.play
        price = np.maximum(0, auctioned.price + rng.integers(-100, 100, problem.n_cols))
        held = mask(problem, solution.chosen)
        value, here = problem.gain - price[problem.col], in_play(problem, play)
        pairs, rows = asking_pairs(play, problem.row, solution.chosen, price)
        expected, leaving = [], []
        for row in range(problem.n_rows):
            of_row = problem.row == row
            same = play.col_tier[problem.col] == play.row_tier[row]
            mine = value[of_row & same & held]
            bar = min(mine, default=2**61)
            bar = min(bar, 0) if len(mine) < play.need[row] else bar
            if play.may_stay_out[row] and bar < 0 and play.need[row] > 0:
                leaving.append(row)
            expected += np.flatnonzero(of_row & here & ~held & (value > bar)).tolist()
        assert pairs.tolist() == expected
        assert rows.tolist() == leaving
        n_asking, n_leaving = n_asking + len(expected), n_leaving + len(leaving)
    assert min(n_asking, n_leaving) > 50


def test_least_prices_follow_from_any_exact_ones():
    """From the least, from those near the auction's, from any in between: always the least, those of the plain way."""
    n_moved = 0
    for problem, auctioned, solution in auctioned_towns(604, 150):
        play, chosen = auctioned.play, solution.chosen
        matching = index_matching(problem, chosen)
        least = least_prices(matching, find_cut(matching))
        order, start = grouping.order_by_column(problem.col[chosen], problem.n_cols)
        held = mask(problem, chosen)
        nearest = auctioned.price.copy()
        assert near._reprice(play, all_in_play(problem, play, held), held[in_play(problem, play)], nearest)
        for exact in (least.gain, nearest):
            found = labels.least_prices(play, problem.row, chosen[order], start, held, exact)
            assert found.tolist() == least.gain.tolist()
        assert play.col_tier.tolist() == least.tier.tolist()
        n_moved += (nearest != least.gain).any()
    assert n_moved > 30


def test_nearest_prices_are_exact_and_leave_exact_ones_alone():
    """From anywhere they end where no pair asks for more; where they were exact nothing moves."""
    rng = np.random.default_rng(605)
    for problem, auctioned, solution in auctioned_towns(605, 150):
        play, held = auctioned.play, mask(problem, solution.chosen)
        every, chosen = all_in_play(problem, play, held), held[in_play(problem, play)]
        for price in (auctioned.price.copy(), rng.integers(-500, 500, problem.n_cols)):
            assert near._reprice(play, every, chosen, price)
            asking, leaving = asking_pairs(play, problem.row, solution.chosen, price)
            assert len(asking) == len(leaving) == 0
            load = np.bincount(problem.col[solution.chosen], minlength=problem.n_cols)
            loose = play.col_tier == 0
            assert (price[loose & (problem.room > 0)] >= 0).all()
            assert (price[loose & (load < problem.room)] == 0).all()
            again = price.copy()
            assert near._reprice(play, every, chosen, again)
            assert again.tolist() == price.tolist()


@pytest.mark.parametrize("start", ["auctioned", "damaged prices", "damaged choice", "nothing held"])
def test_augmenting_paths_end_in_the_optimum(start):
    """From any prices and any part of a choice the best is reached, with prices that no pair asks to raise."""
    rng = np.random.default_rng(606)
    for problem, auctioned, solution in auctioned_towns(606, 150):
        play, price, held = auctioned.play, auctioned.price.copy(), auctioned.is_held.copy()
        if start == "damaged prices":
            price = rng.integers(0, 2_000, problem.n_cols)
        every = all_in_play(problem, play, held)
        chosen = every.is_held.copy()
        if start == "damaged choice":
            chosen &= rng.random(len(chosen)) < 0.5
        if start == "nothing held":
            chosen[:] = False
        few = near._few(play, every, chosen)
        sides = paths.Sides(play.need, play.room, play.col_tier == 0, play.may_stay_out)
        done, n_looks = paths.improve(few, sides, price, PLENTY)
        assert done
        assert n_looks >= 0
        held[every.pairs] = chosen
        found = np.flatnonzero(held)
        assert value_of(problem, found) == solution.objective
        asking, leaving = asking_pairs(play, problem.row, found, price)
        assert len(asking) == len(leaving) == 0
        bound = prove(problem, Prices(play.col_tier, price), index_matching(problem, found)).bound
        assert bound == solution.objective or (play.room == 0).any()  # settled columns are priced later


def test_augmenting_paths_stop_at_their_budget():
    """A budget that does not suffice is said, not exceeded in silence."""
    problem = wide_town(np.random.default_rng(607), 60, 15, 0.9)
    auctioned = auctions.auction_off(problem, 20, PLENTY)
    play = auctioned.play
    every = all_in_play(problem, play, np.zeros(problem.n_pairs, dtype=np.bool_))
    few = near._few(play, every, every.is_held)
    sides = paths.Sides(play.need, play.room, play.col_tier == 0, play.may_stay_out)
    done, n_looks = paths.improve(few, sides, np.zeros(15, dtype=np.int64), 10)
    assert not done
    assert n_looks > 10


@pytest.mark.parametrize("prices", ["exact", "noisy"])
def test_compiled_sums_are_those_of_the_plain_certificate(prices):
    """Bound and ties are the same, at the optimum and at prices that prove less."""
    rng, n_loose = np.random.default_rng(608), 0
    for problem, _, solution in auctioned_towns(608, 150):
        given = solution.prices
        if prices == "noisy":
            n_cols = problem.n_cols
            tier = rng.integers(0, problem.n_tiers + 1, n_cols)
            given = Prices(tier, given.gain + rng.integers(-3, 4, n_cols))
        matching = index_matching(problem, solution.chosen)
        plain, fast = (prove(problem, given, matching, compiled=compiled) for compiled in (False, True))
        assert fast.bound == plain.bound == prove_bound(problem, given, find_margins(problem, given, matching))
        assert fast.tied.tolist() == plain.tied.tolist()
        n_loose += fast.bound != solution.objective
    assert n_loose > 50 if prices == "noisy" else n_loose == 0


def test_compiled_sums_never_wrap():
    """Gains of 2^40 in numbers whose sum passes 32 bits by far."""
    problem = wide_town(np.random.default_rng(609), 200, 40, 2.0, 1.0)
    huge = replace(problem, gain=np.where(problem.gain % 2 == 0, 2**40, -(2**40)))
    solution = by("flow")(huge)
    matching = index_matching(huge, solution.chosen)
    assert prove(huge, solution.prices, matching, compiled=True).bound == solution.objective
    assert solution.objective[-1] > 2**46
