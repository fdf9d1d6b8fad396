"""The loops that bid, and those that settle the counts, each by itself against a plain definition."""

from __future__ import annotations

from dataclasses import replace
from heapq import heappop, heappush

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, maximum_bipartite_matching

pytest.importorskip("numba")

from oracles import brute_force, value
from servicematch.solve import auctions
from servicematch.solve._kernels import components, grouping, heap, units
from servicematch.solve._kernels.auction import Places
from servicematch.solve.cut import find_cut
from servicematch.solve.greedy import choose_greedily
from servicematch.solve.matching import index_matching
from solve.engines import any_towns, problem_of_pairs, wide_town
from solve.towns import random_problems

PLENTY = 1 << 40


def held_auction(problem, epsilon):
    """Let all rows bid until they are at rest."""
    market = auctions._rows_market(problem, problem.row_start, problem.need, problem.room)
    everyone = np.flatnonzero((problem.need > 0) & (np.diff(problem.row_start) > 0))
    market.bid(everyone, epsilon, auctions._Budget(PLENTY))
    return market


def towns_of_class_0(seed, n_towns):
    """Draw towns in which every row may stay out, so that every auction comes to an end."""
    for problem in any_towns(seed, n_towns):
        yield replace(problem, tier=np.zeros(problem.n_rows, dtype=np.int64), n_tiers=-1, fixed=None)


@pytest.mark.parametrize("epsilon", [1, 7, 1_000])
def test_auction_ends_within_epsilon_of_the_best(epsilon):
    """What a row holds is worth its best other pair, or staying out, less epsilon; an open row misses nothing."""
    for problem in towns_of_class_0(501, 200):
        market = held_auction(problem, epsilon)
        worth = problem.gain - market.price[problem.col]
        held = market.hands.is_held
        for row in range(problem.n_rows):
            mine = np.arange(*problem.row_start[row : row + 2])
            mine = mine[problem.room[problem.col[mine]] > 0]
            others = worth[mine[~held[mine]]].max(initial=0)
            n_held = int(held[mine].sum())
            assert n_held == market.hands.n_held[row] <= problem.need[row]
            if problem.need[row] == 0:
                continue
            if n_held:
                assert worth[mine[held[mine]]].min() >= others - epsilon
            if n_held < problem.need[row]:
                assert others <= 0


@pytest.mark.parametrize("epsilon", [1, 1_000])
def test_auction_gives_places_once_and_free_places_for_nothing(epsilon):
    """No column holds more than its room, those with a free place cost nothing, and no price is below nothing."""
    for problem in towns_of_class_0(502, 200):
        market = held_auction(problem, epsilon)
        load = np.bincount(problem.col[market.hands.is_held], minlength=problem.n_cols)
        assert (load == market.places.n_taken).all()
        assert (load <= problem.room).all()
        assert (market.price[load < problem.room] == 0).all()
        assert (market.price >= 0).all()


def test_auctioned_choice_is_nearly_optimal():
    """Epsilon-complementary slackness bounds the loss: epsilon for each unit."""
    n_short = 0
    for problem in towns_of_class_0(503, 150):
        best = brute_force(problem)[-1] if problem.n_rows < 8 and problem.n_cols < 6 else None
        if best is None:
            continue
        held = np.flatnonzero(held_auction(problem, 5).hands.is_held)
        got = int(problem.gain[held].sum())
        assert best - 5 * len(held) - 5 * problem.need.sum() <= got <= best
        n_short += got < best
    assert n_short < 30


def places_of(problem, chosen):
    """Write a choice down as places taken."""
    start = np.concatenate([[0], np.cumsum(problem.room)])
    n_taken = np.bincount(problem.col[chosen], minlength=problem.n_cols)
    pair = np.empty(start[-1], dtype=np.int64)
    fill = start[:-1].copy()
    for one in chosen.tolist():
        pair[fill[problem.col[one]]] = one
        fill[problem.col[one]] += 1
    return Places(start, n_taken, np.zeros(start[-1], dtype=np.int64), pair)


def most_units(problem, chosen, *, with_columns):
    """Augment a choice, class by class; return the choice that comes out, and everything the walk needs."""
    held = np.zeros(problem.n_pairs, dtype=np.bool_)
    held[chosen] = True
    places, served = places_of(problem, chosen), np.bincount(problem.row[chosen], minlength=problem.n_rows)
    rows = units.Rows(problem.row_start, problem.row, problem.col, problem.need, problem.tier)
    columns = grouping.order_by_column(problem.col if with_columns else problem.col[:0], problem.n_cols)
    for tier in range(problem.n_tiers, 0, -1):
        units.serve_most(rows, places, held, served, *columns, tier, PLENTY)
    after = np.flatnonzero(held)
    assert (served == np.bincount(problem.row[after], minlength=problem.n_rows)).all()
    assert (places.n_taken == np.bincount(problem.col[after], minlength=problem.n_cols)).all()
    taken = [places.pair[first : first + n] for first, n in zip(places.start[:-1], places.n_taken, strict=True)]
    assert np.sort(np.concatenate([*taken, np.empty(0, dtype=np.int64)])).tolist() == after.tolist()
    return after, (rows, places, held, served)


def starting_choices(problem, rng):
    """List an empty choice, a greedy one and a random part of it."""
    greedy = choose_greedily(problem)
    return [greedy[:0], greedy, greedy[rng.random(len(greedy)) < 0.5]]


@pytest.mark.parametrize("with_columns", [True, False])
def test_counts_are_the_best_class_by_class(with_columns):
    """From whatever choice, from either side, the counts are those of trying every choice."""
    rng = np.random.default_rng(504)
    for drawn in random_problems(504, 150):
        problem = replace(drawn, fixed=None)
        best = brute_force(problem)[:-1]
        for chosen in starting_choices(problem, rng):
            after, _ = most_units(problem, chosen, with_columns=with_columns)
            assert value(problem, after)[:-1] == best


@pytest.mark.parametrize("with_columns", [True, False])
@pytest.mark.parametrize("density", [0.01, 0.05])
def test_counts_are_those_of_a_bipartite_matching(with_columns, density):
    """As many as scipy's matching with every column repeated for each of its places."""
    rng = np.random.default_rng(505)
    for _ in range(10):
        problem = wide_town(rng, 400, 100, 1.0, density)
        copy = np.repeat(np.arange(100), problem.capacity)
        row, place = np.nonzero(
            csr_matrix((np.ones(problem.n_pairs), (problem.row, problem.col)), (400, 100)).toarray()[:, copy]
        )
        graph = csr_matrix((np.ones(len(row)), (row, place)), (400, len(copy)))
        most = int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())
        for chosen in starting_choices(problem, rng):
            assert len(most_units(problem, chosen, with_columns=with_columns)[0]) == most


def test_search_of_the_counts_stops_at_its_budget():
    """More looks than were allowed are reported, so that the caller gives up."""
    problem = wide_town(np.random.default_rng(506), 400, 100, 1.0, 0.02)
    rows = units.Rows(problem.row_start, problem.row, problem.col, problem.need, problem.tier)
    none = np.empty(0, dtype=np.int64)
    held, served = np.zeros(problem.n_pairs, dtype=np.bool_), np.zeros(400, dtype=np.int64)
    columns = grouping.order_by_column(problem.col, 100)
    spent = units.serve_most(rows, places_of(problem, none), held, served, *columns, 1, 0)
    assert spent > 0
    assert served.sum() < len(most_units(problem, none, with_columns=True)[0])


def test_tiers_are_those_of_the_cut():
    """The compiled walk and the plain one agree on every choice: whether it holds, and which class reaches a column."""
    rng, held = np.random.default_rng(507), {True: 0, False: 0}
    for drawn in any_towns(507, 200):
        problem = replace(drawn, fixed=None)
        best, _ = most_units(problem, choose_greedily(problem), with_columns=True)
        for chosen in [best, *starting_choices(problem, rng)]:
            cut = find_cut(index_matching(problem, chosen))
            is_held = np.zeros(problem.n_pairs, dtype=np.bool_)
            is_held[chosen] = True
            served = np.bincount(problem.row[chosen], minlength=problem.n_rows)
            rows = units.Rows(problem.row_start, problem.row, problem.col, problem.need, problem.tier)
            row_tier, col_tier, can_grow = units.find_tiers(
                rows, places_of(problem, chosen), is_held, served, problem.n_tiers
            )
            assert can_grow == cut.can_grow
            held[cut.holds] += 1
            if cut.holds:
                assert col_tier.tolist() == cut.tier.tolist()
                is_open = (served < problem.need) & (problem.tier > 0)
                assert (row_tier[is_open] >= problem.tier[is_open]).all()
                assert (col_tier[problem.col[~is_held]] >= row_tier[problem.row[~is_held]]).all()
    assert min(held.values()) > 100


def test_components_are_those_of_scipy():
    """The same label for two nodes exactly when scipy gives them the same."""
    for problem in any_towns(508, 200):
        label = components.find_components(problem.row_start, problem.col, problem.n_cols)
        n = problem.n_rows + problem.n_cols
        graph = csr_matrix((np.ones(problem.n_pairs), (problem.row, problem.col + problem.n_rows)), (n, n))
        count, theirs = connected_components(graph, directed=False)
        both = np.unique(np.stack([label, theirs]), axis=1)
        assert both.shape[1] == count == len(np.unique(label))


def test_grouping_by_column_is_a_stable_sort():
    """Positions by column, in their order, and where each column begins."""
    for problem in any_towns(509, 100):
        order, start = grouping.order_by_column(problem.col, problem.n_cols)
        assert order.tolist() == np.argsort(problem.col, kind="stable").tolist()
        assert start.tolist() == np.searchsorted(np.sort(problem.col), np.arange(problem.n_cols + 1)).tolist()


def test_heap_gives_the_least_key_first():
    """As the standard library's, through growing and shrinking."""
    rng = np.random.default_rng(510)
    ours, theirs = heap.new_heap(2), []
    for step in range(3_000):
        if theirs and rng.random() < (0.3 if step < 2_000 else 0.9):
            key, node = heap.pop(ours)
            assert key == theirs[0][0]
            assert node % 7 == key % 7
            heappop(theirs)
        else:
            key = int(rng.integers(-50, 50))
            ours = heap.push(ours, key, key % 7)
            heappush(theirs, (key, key % 7))
        assert ours.size[0] == len(theirs)


def test_columns_bid_only_for_what_their_class_reached():
    """The pairs in play, grouped by column, with the bonus of their rows."""
    for problem in any_towns(511, 100):
        if problem.n_pairs == 0 or problem.fixed is not None:
            continue
        auctioned = auctions.auction_off(problem, 10, PLENTY)
        play = auctioned.play
        bonus = np.arange(problem.n_rows) * 1_000
        packed = np.empty(problem.n_pairs, dtype=auctions._PACKED)
        start, owner = grouping.reached_by_column(play, bonus, packed)
        row_tier = play.row_tier[problem.row]
        reached = (row_tier > 0) & (row_tier == play.col_tier[problem.col])
        reached &= (play.need[problem.row] > 0) & (play.room[problem.col] > 0)
        pairs = np.flatnonzero(reached)
        pairs = pairs[np.argsort(problem.col[pairs], kind="stable")]
        assert packed["pair"][: len(pairs)].tolist() == pairs.tolist()
        assert packed["row"][: len(pairs)].tolist() == problem.row[pairs].tolist()
        assert packed["gain"][: len(pairs)].tolist() == (problem.gain + bonus[problem.row])[pairs].tolist()
        assert owner.tolist() == problem.col[pairs].tolist()
        assert start.tolist() == np.searchsorted(problem.col[pairs], np.arange(problem.n_cols + 1)).tolist()


def test_two_rows_at_one_place_bid_up_to_the_second_one():
    """The price ends between what the loser would pay and a step more."""
    problem = problem_of_pairs([0, 1], [0, 0], [900, 500], [1, 1], [1], [0, 0])
    market = held_auction(problem, 10)
    assert market.hands.is_held.tolist() == [True, False]
    assert 500 <= market.price[0] <= 910
