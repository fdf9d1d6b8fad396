"""The bound of problems with loads: a stranger gets it from the multipliers, and it is never on the wrong side."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from servicematch.check.knapsacks import LoadedPairs, bound_by_multipliers
from servicematch.solve.flow import solve_flow
from servicematch.solve.hours.knapsack import fill, fill_together, grid_of
from servicematch.solve.hours.packing import pack
from servicematch.solve.hours.solve import LoadsOptions, solve_loads
from servicematch.solve.problem import Problem, Status
from solve.loads import best_of_all, published, random_loads
from solve.towns import random_problems

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "gap"
SMALL = ("gap1-0", "gap2-1", "gap3-2", "gap4-3", "gap5-4", "gap6-0", "a05100", "a20200", "b10100", "b20100")


def recomputed(problem, solution):
    """Let the stranger work out every tier's bound."""
    free = np.ones(problem.n_pairs, dtype=bool) if problem.fixed is None else ~problem.fixed
    need, capacity = problem.need.copy(), problem.capacity.copy()
    np.subtract.at(need, problem.row[~free], 1)
    np.subtract.at(capacity, problem.col[~free], problem.load[~free])
    capacity = np.maximum(capacity, 0)
    free &= problem.load <= capacity[problem.col]
    need = np.minimum(need, np.bincount(problem.row[free], minlength=problem.n_rows))
    parts = [array[free] for array in (problem.row, problem.col, problem.gain, problem.load)]
    pairs = LoadedPairs(*parts, need, problem.tier, capacity)
    counts = [0, *solution.objective[-2::-1]]
    tiers = range(problem.n_tiers, -1, -1)
    return tuple(
        bound_by_multipliers(pairs, tier, scale=one.scale, keep=one.keep.tolist(), row=one.row.tolist(), counts=counts)
        for tier, one in zip(tiers, solution.multipliers, strict=True)
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_stranger_gets_the_bound_from_the_multipliers(seed):
    """On tiny problems of every kind, and never below the best of all choices."""
    for child in np.random.default_rng(100 + seed).spawn(10):
        problem = random_loads(child)
        solution = solve_loads(problem, LoadsOptions(work_limit=1_000_000))
        assert recomputed(problem, solution) == solution.bound
        assert solution.bound >= best_of_all(problem)


@pytest.mark.parametrize("kind", "CDE")
def test_the_bound_of_larger_problems_is_recomputed_too(kind):
    """By tables here, by undominated choices there."""
    problem = published(kind, 60, 6)
    solution = solve_loads(problem, LoadsOptions(work_limit=20_000_000))
    assert recomputed(problem, solution) == solution.bound


def test_damaged_multipliers_are_refused_or_prove_less():
    """Nobody proves more by lying."""
    problem = published("C", 30, 3)
    solution = solve_loads(problem, LoadsOptions(work_limit=3_000_000))
    last = solution.multipliers[-1]
    for factor in (0, 2):
        worse = replace(last, row=factor * last.row)
        assert (
            recomputed(problem, replace(solution, multipliers=(solution.multipliers[0], worse))) >= solution.objective
        )
    with pytest.raises(ValueError, match="only when none is below 0"):
        recomputed(problem, replace(solution, multipliers=(solution.multipliers[0], replace(last, row=-1 - last.row))))


def test_loads_of_one_are_the_plain_flow():
    """Where every pair takes one place, the flow knows the optimum."""
    for problem in random_problems(7, 12):
        flow = solve_flow(problem)
        assert problem.load is None
        solution = solve_loads(
            replace(problem, load=np.ones(problem.n_pairs, dtype=np.int64)), LoadsOptions(work_limit=4_000_000)
        )
        assert solution.objective == flow.objective
        assert solution.bound >= flow.objective


def test_coarse_tables_never_prove_too_little():
    """Capacities too large for a table are counted in steps, rounded so that the bound stays above."""
    problem = published("C", 24, 4)
    fine = replace(
        problem, load=problem.load * 10_007 + np.arange(problem.n_pairs) % 5, capacity=problem.capacity * 10_007
    )
    packing = pack(fine)
    value = fine.gain[packing.kept] + 51
    exact, coarse = grid_of(packing, widest=2**40), grid_of(packing, widest=500)
    assert exact.is_exact
    assert not coarse.is_exact
    solution = solve_loads(fine, LoadsOptions(work_limit=20_000_000))
    assert solution.objective <= solution.bound
    assert (fill(packing, coarse, value).worth >= fill(packing, grid_of(packing, widest=2**18), value).worth).all()


@pytest.mark.parametrize("kind", "CDE")
def test_knapsacks_side_by_side_equal_those_one_by_one(kind):
    """With and without compiled loops: the same worth, and choices that are worth it and fit."""
    packing = pack(published(kind, 80, 8))
    grid = grid_of(packing)
    rng = np.random.default_rng(5)
    for _ in range(5):
        value = rng.integers(-50, 60, packing.n_pairs) * int(rng.choice([1, 10**9]))
        for filled in (fill(packing, grid, value), fill_together(packing, grid, value)):
            assert filled.worth.tolist() == fill_together(packing, grid, value).worth.tolist()
            assert value[filled.chosen].sum() == filled.worth.sum()
            assert (packing.room(filled.chosen) >= 0).all()


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published problems are not part of the project")
@pytest.mark.parametrize("name", SMALL)
def test_published_optima_are_reached_and_never_passed(name):
    """Plan and bound on both sides of what others have proved."""
    numbers = np.array((PUBLISHED / name).read_text(encoding="ascii").split(), dtype=np.int64)
    with (PUBLISHED / "best_known.csv").open(encoding="ascii") as file:
        best = next(-int(line["best_minimum"]) for line in csv.DictReader(file) if line["file"] == name)
    n_cols, n_rows = numbers[:2]
    cost, load = numbers[2 : 2 + 2 * n_cols * n_rows].reshape(2, n_cols, n_rows)
    problem = replace(
        published("C", int(n_rows), int(n_cols)),
        gain=-cost.T.ravel(),
        load=load.T.ravel(),
        capacity=numbers[2 + 2 * n_cols * n_rows :][:n_cols],
    )
    solution = solve_loads(problem, LoadsOptions(work_limit=1_000_000_000))
    assert solution.objective == (n_rows, best)
    assert solution.bound >= (n_rows, best)
    assert solution.status is Status.PROVED or solution.claimed == (n_rows, best)


def test_a_row_that_takes_nothing_in_one_column_makes_no_multiplier_run_away():
    """Where a single multiplier was left to move, the descent turned against the slope until 64 bits wrapped."""
    row, col = np.repeat(np.arange(5), [3, 3, 3, 2, 2]), np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 0, 1])
    problem = Problem(
        row.astype(np.int32),
        col.astype(np.int32),
        np.array([488_889, 800_000, 450_000])[col],
        need=np.array([2, 1, 1, 1, 1]),
        capacity=np.array([210, 30, 300]),
        tier=np.array([2, 2, 2, 2, 1]),
        load=np.array([183, 205, 185, 109, 93, 63, 112, 104, 67, 105, 75, 4, 0]),
        places=np.array([2, 2, 3]),
    )
    solution = solve_loads(problem, LoadsOptions(work_limit=3_000_000))
    assert solution.bound >= solution.objective == (3, 1, 2_188_889)
    assert all((one.row >= 0).all() for one in solution.multipliers)
