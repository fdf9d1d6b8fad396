"""The ways to one solution, and towns of every kind to compare them on."""

from __future__ import annotations

import numpy as np
import pytest

from servicematch.solve.compiled import has_kernels
from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.problem import Problem

COMPILED = ("near", "warm")

needs_numba = pytest.mark.skipif(not has_kernels(), reason="numba is not installed")


def by(engine):
    """Return a solver that takes one way only."""

    def solve(problem, **options):
        return solve_flow(problem, FlowOptions(engine=engine, **options))

    return solve


every_solver = pytest.mark.parametrize(
    "solve",
    [pytest.param(by("flow"), id="flow"), *(pytest.param(by(name), id=name, marks=needs_numba) for name in COMPILED)],
)


def facts(solution):
    """List everything of a solution that must not depend on the way it was found."""
    return {
        "objective": solution.objective,
        "bound": solution.bound,
        "chosen": solution.chosen.tolist(),
        "price tier": solution.prices.tier.tolist(),
        "price gain": solution.prices.gain.tolist(),
        "tied": solution.tied.tolist(),
        "status": solution.status,
        "stopped by": solution.stopped_by,
    }


def problem_of_pairs(row, col, gain, need, capacity, tier, **more):  # noqa: PLR0917 - the arrays of a problem
    """Build a problem of any sequences of whole numbers, pairs in any order."""
    order = np.lexsort((col, row))
    row, col = (np.asarray(side, dtype=np.int32)[order] for side in (row, col))
    whole = (np.asarray(values, dtype=np.int64) for values in (np.asarray(gain)[order], need, capacity, tier))
    return Problem(row, col, *whole, **more)


def any_town(rng):
    """Draw a town of any kind.

    Sparse or dense, gains coarse, fine, negative or all alike, units 0 to 3, places 0 to 7, up to three classes beside
    class 0, classes that nobody has, ranks, fixed pairs; rows and columns without pairs come by themselves.
    """
    n_rows, n_cols = int(rng.integers(1, 40)), int(rng.integers(1, 15))
    row, col = np.nonzero(rng.random((n_rows, n_cols)) < rng.choice([0.1, 0.3, 0.7, 1.0]))
    top = int(rng.choice([1, 3, 10, 100, 10**6]))
    gain = rng.integers(-top if rng.random() < 0.3 else 0, top + 1, len(row))
    need = rng.integers(rng.choice([0, 1, 1]), 1 + rng.choice([1, 1, 2, 3]), n_rows)
    capacity = rng.integers(0, rng.choice([2, 4, 8]), n_cols)
    highest = int(rng.choice([0, 1, 1, 2, 3]))
    tier = rng.integers(0 if rng.random() < 0.3 else min(1, highest), highest + 1, n_rows)
    more = {"n_tiers": highest + 1} if rng.random() < 0.1 else {}
    if rng.random() < 0.3:
        more["rank"] = rng.integers(0, 4, n_rows)
    if len(row) and rng.random() < 0.25:
        first = np.unique(row, return_index=True)[1]
        fixed = np.zeros(len(row), dtype=np.bool_)
        fixed[first[(rng.random(len(first)) < 0.3) & (need[row[first]] > 0)]] = True
        more["fixed"] = fixed
    return problem_of_pairs(row, col, gain, need, capacity, tier, **more)


def any_towns(seed, n_towns):
    """Draw many of them from one seed."""
    for child in np.random.default_rng(seed).spawn(n_towns):
        yield any_town(child)


def wide_town(rng, n_rows=300, n_cols=60, tightness=0.8, density=0.5, *, top=10**6):
    """Draw a town that is large enough for most of its pairs not to matter: places for so many of the rows."""
    row, col = np.nonzero(rng.random((n_rows, n_cols)) < density)
    capacity = np.bincount(rng.integers(0, n_cols, round(tightness * n_rows)), minlength=n_cols)
    ones = np.ones(n_rows, dtype=np.int64)
    return problem_of_pairs(row, col, rng.integers(0, top + 1, len(row)), ones, capacity, ones)


def chain(length, gain, *, closed):
    """Make a ring or a line: each row has two columns, its own and the next."""
    row, own = np.repeat(np.arange(length), 2), np.arange(length)
    col = np.stack([own, (own + 1) % length if closed else own + 1], axis=1).ravel()
    n_cols = length if closed else length + 1
    return problem_of_pairs(row, col, gain, np.ones(length), np.ones(n_cols), np.ones(length))
