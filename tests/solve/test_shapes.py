"""Shapes that are hard on auctions, on flows or on both: each is proved, and solved the same way by all."""

from __future__ import annotations

import numpy as np
import pytest

from servicematch.solve.flow import FlowOptions
from solve.engines import COMPILED, by, chain, facts, problem_of_pairs
from solve.test_solvers import check_proof

pytest.importorskip("numba")

N_ROWS, N_COLS = 200, 50


def pairs_of(density, seed):
    """Draw rows and columns of pairs."""
    return np.nonzero(np.random.default_rng(seed).random((N_ROWS, N_COLS)) < density)


def places(tightness, seed):
    """Draw places for so many of the rows."""
    drawn = np.random.default_rng(seed).integers(0, N_COLS, round(tightness * N_ROWS))
    return np.bincount(drawn, minlength=N_COLS)


def town(gain, pairs, need=1, capacity=1, tier=1):
    """Build a town; plain numbers hold for every row or column."""
    return problem_of_pairs(
        *pairs,
        gain,
        *(np.broadcast_to(side, size) for side, size in ((need, N_ROWS), (capacity, N_COLS), (tier, N_ROWS))),
    )


def all_equal(tightness, rng, pairs):
    """Make all gains the same."""
    return town(np.full(len(pairs[0]), 500_000), pairs, capacity=places(tightness, 1))


def zero_or_one(tightness, rng, pairs):
    """Make gains of nothing or everything."""
    return town(rng.integers(0, 2, len(pairs[0])) * 10**6, pairs, capacity=places(tightness, 2))


def coarse_grid(tightness, rng, pairs):
    """Make gains on a grid of tenths."""
    return town(rng.integers(0, 11, len(pairs[0])) * 10**5, pairs, capacity=places(tightness, 3))


def no_taste(tightness, rng, pairs):
    """Make all rows rank the columns alike."""
    return town(rng.integers(0, 10**6, N_COLS)[pairs[1]], pairs, capacity=places(tightness, 4))


def one_loved(tightness, rng, pairs):
    """Make a tenth of the columns everybody's favourites."""
    gain = rng.integers(0, 10**6, len(pairs[0])) + 10**6 * (pairs[1] % 10 == 0)
    return town(gain, pairs, capacity=places(tightness, 5))


def hub(tightness, rng, pairs):
    """Let everyone reach the last column, which has a tenth of the places needed."""
    row, col = (
        np.concatenate(ends) for ends in zip(pairs, (np.arange(N_ROWS), np.full(N_ROWS, N_COLS - 1)), strict=True)
    )
    row, col = np.divmod(np.unique(row * N_COLS + col), N_COLS)
    capacity = places(tightness, 6)
    capacity[-1] = N_ROWS // 10
    return town(rng.integers(0, 10**6, len(row)), (row, col), capacity=capacity)


def one_percent(tightness, rng, pairs):
    """Give all the places to one column of fifty."""
    capacity = np.zeros(N_COLS, dtype=np.int64)
    capacity[N_COLS // 2] = tightness * N_ROWS
    return town(rng.integers(0, 10**6, len(pairs[0])), pairs, capacity=capacity)


def hungry(tightness, rng, pairs):
    """Let every row want more units than it has pairs."""
    return town(rng.integers(0, 10**6, len(pairs[0])), pairs, need=N_COLS + 7, capacity=places(tightness, 7))


def endless(tightness, rng, pairs):
    """Put a million places everywhere."""
    return town(rng.integers(-(10**6), 10**6, len(pairs[0])), pairs, capacity=10**6, tier=rng.integers(0, 2, N_ROWS))


def all_negative(tightness, rng, pairs):
    """Make every pair a loss."""
    gain = rng.integers(-(10**6), 0, len(pairs[0]))
    return town(gain, pairs, capacity=places(tightness, 8), tier=rng.integers(0, 3, N_ROWS))


def one_far_off(tightness, rng, pairs):
    """Make one gain a million times the others: the step of the auction, a part of the range, is far too coarse."""
    gain = rng.integers(0, 10**3, len(pairs[0]))
    gain[0] = 10**9
    return town(gain, pairs, capacity=places(tightness, 9))


SHAPES = (
    all_equal, zero_or_one, coarse_grid, no_taste, one_loved, hub, one_percent, hungry, endless, all_negative,
    one_far_off,
)  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("tightness", [0.7, 1.5])
@pytest.mark.parametrize("density", [0.1, 1.0])
def test_bad_shape_is_proved_and_solved_the_same(shape, tightness, density):
    """No shape of gains or places changes what is found."""
    pairs = pairs_of(density, 301)
    if density < 1:
        pairs = tuple(side[pairs[0] % 17 > 0] for side in pairs)  # some rows have no pair
    problem = shape(tightness, np.random.default_rng(302), pairs)
    expected = by("flow")(problem)
    check_proof(problem, expected)
    for engine in COMPILED:
        assert facts(by(engine)(problem)) == facts(expected)


@pytest.mark.parametrize("closed", [True, False], ids=["ring", "line"])
@pytest.mark.parametrize("top", [1, 10**6, 2**40])
def test_long_chain_is_left_to_warm_and_proved(closed, top):
    """Price wars run along the whole chain; so do augmenting paths, but only once. Gains of 2^40 may take too many looks."""
    problem = chain(2_500, np.random.default_rng(top % 1000).integers(0, top + 1, 5_000), closed=closed)
    assert FlowOptions().way(problem) == "warm"
    solution = by("auto")(problem)
    check_proof(problem, solution)
    assert solution.solver in ({"warm"} if top < 2**40 else {"warm", "flow"})


@pytest.mark.parametrize("closed", [True, False], ids=["ring", "line"])
@pytest.mark.parametrize("top", [1, 10**6, 2**40])
def test_shorter_chain_is_solved_by_all_the_same(closed, top):
    """Flow is slow on long chains, so it is compared on short ones."""
    problem = chain(300, np.random.default_rng(top % 1000).integers(-top, top + 1, 600), closed=closed)
    expected = by("flow")(problem)
    check_proof(problem, expected)
    for engine in COMPILED:
        assert facts(by(engine)(problem)) == facts(expected)


@pytest.mark.parametrize("engine", COMPILED)
def test_line_pushed_from_one_end_is_solved(engine):
    """The first column has no place, so that everyone must move from his best column to his other one."""
    problem = chain(400, np.tile([10**6, 0], 400), closed=False)
    pushed = problem_of_pairs(
        problem.row, problem.col, problem.gain, problem.need, np.arange(401) > 0, np.ones(400, dtype=np.int64)
    )
    solution = by(engine)(pushed)
    check_proof(pushed, solution)
    assert solution.objective == (400, 0)
    assert facts(solution) == facts(by("flow")(pushed))
