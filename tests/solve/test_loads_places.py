"""Columns that hold only so many pairs, whatever else their capacity would let in."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from servicematch.solve.hours.counted import fill_counted
from servicematch.solve.hours.solve import LoadsOptions, solve_loads
from servicematch.solve.problem import Status
from solve.loads import best_of_all, breaks, published, random_loads, worth

SOME_WORK = LoadsOptions(work_limit=4_000_000)


@pytest.mark.parametrize("seed", range(6))
def test_tiny_problems_equal_the_best_of_all_choices(seed):
    """Loads and places together; no bound below the best."""
    n_proved = n = 0
    for child in np.random.default_rng([seed, 7]).spawn(14):
        problem = random_loads(child)
        problem = replace(problem, places=child.integers(0, 4, problem.n_cols))
        best, solution = best_of_all(problem), solve_loads(problem, SOME_WORK)
        free = solution.chosen if problem.fixed is None else solution.chosen[~problem.fixed[solution.chosen]]
        assert worth(problem, free) == solution.objective == best
        assert solution.bound >= best
        n, n_proved = n + 1, n_proved + (solution.status is Status.PROVED)
    assert n_proved >= n // 2


def filled(load, value, room, places, *, is_compiled):
    """Fill one column, with compiled loops or without."""
    if not is_compiled:
        return fill_counted(load, value, room, places)
    counted = pytest.importorskip("servicematch.solve._kernels.counted")
    worth, is_in = np.zeros(1, dtype=np.int64), np.zeros(len(load), dtype=bool)
    sizes = (np.array([one], dtype=np.int64) for one in (room, places))
    counted.fill_columns_counted(np.array([0]), np.array([0, len(load)]), load, *sizes, value, worth, is_in)
    return int(worth[0]), is_in


@pytest.mark.parametrize("is_compiled", [False, True])
def test_a_counted_knapsack_equals_the_best_of_all_choices(is_compiled):
    """With compiled loops and without, loads of nothing and columns without room among them."""
    for rng in np.random.default_rng(3).spawn(150):
        n = int(rng.integers(1, 9))
        load, value = rng.integers(0, 6, n), rng.integers(1, 30, n)
        room, places = int(rng.integers(0, 14)), int(rng.integers(1, 5))
        choices = [list(c) for k in range(min(places, n) + 1) for c in combinations(range(n), k)]
        best = max(int(value[c].sum()) for c in choices if load[c].sum() <= room)
        total, is_in = filled(load, value, room, places, is_compiled=is_compiled)
        assert total == best == value[is_in].sum()
        assert is_in.sum() <= places
        assert load[is_in].sum() <= room


@pytest.mark.parametrize("is_compiled", [False, True])
def test_a_column_too_wide_for_a_table_still_breaks_no_limit(is_compiled):
    """The most valuable that fit one after the other."""
    load, value = np.array([60_000, 50_000, 50_000, 1]), np.array([9, 8, 7, 1])
    total, is_in = filled(load, value, 100_000, 2, is_compiled=is_compiled)
    assert (total, is_in.tolist()) == (10, [True, False, False, True])


@pytest.mark.parametrize("limit", [{"time_limit_s": 0.01}, {"work_limit": 0}, {"work_limit": 30_000_000}])
@pytest.mark.parametrize("kind", "CD")
def test_however_short_the_time_no_place_is_given_twice(kind, limit):
    """Half of the columns may hold three of the some ten pairs that their capacities would let in."""
    problem = published(kind, 120, 12)
    problem = replace(problem, places=np.where(np.arange(12) % 2, 3, 100))
    solution = solve_loads(problem, LoadsOptions(**limit))
    assert not breaks(problem, solution.chosen)
    assert worth(problem, solution.chosen) == solution.objective <= solution.bound


def test_places_that_never_decide_change_nothing():
    """The same plan and the same bound as without them, down to the multipliers."""
    problem = published("D", 60, 6)
    options = LoadsOptions(work_limit=20_000_000)
    without, beside = solve_loads(problem, options), solve_loads(replace(problem, places=np.full(6, 60)), options)
    assert without.chosen.tolist() == beside.chosen.tolist()
    assert (without.objective, without.bound) == (beside.objective, beside.bound)


def test_places_without_loads_are_refused():
    """Without loads the capacity counts pairs, and a second count would be forgotten."""
    problem = published("C", 6, 2)
    with pytest.raises(ValueError, match="places stand beside loads"):
        replace(problem, load=None, places=np.ones(2, dtype=np.int64))
