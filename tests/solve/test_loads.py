"""Pairs that take more or less of a capacity: always a plan, and a bound that is never on the wrong side."""

from dataclasses import replace

import numpy as np
import pytest

from servicematch.base.errors import SolverError
from servicematch.solve.compiled import has_kernels
from servicematch.solve.hours import refill as module
from servicematch.solve.hours import search
from servicematch.solve.hours.packing import pack
from servicematch.solve.hours.solve import LoadsOptions, solve_loads
from servicematch.solve.problem import Status
from solve.loads import best_of_all, breaks, published, random_loads, worth
from solve.towns import table

SOME_WORK = LoadsOptions(work_limit=4_000_000)


@pytest.mark.parametrize("seed", range(8))
def test_tiny_problems_equal_the_best_of_all_choices(seed):
    """Every tier of the best choice, and no bound below it."""
    n_proved = 0
    for child in np.random.default_rng(seed).spawn(12):
        problem = random_loads(child)
        best = best_of_all(problem)
        solution = solve_loads(problem, SOME_WORK)
        free = solution.chosen if problem.fixed is None else solution.chosen[~problem.fixed[solution.chosen]]
        assert worth(problem, free) == solution.objective
        assert solution.objective == best
        assert solution.bound >= best
        n_proved += solution.status is Status.PROVED
        assert (solution.bound == best) == (solution.status is Status.PROVED)
    assert n_proved >= 6


@pytest.mark.parametrize("kind", "CDE")
@pytest.mark.parametrize("limit", [{"time_limit_s": 0.01}, {"work_limit": 0}, {"time_limit_s": 0.5}])
def test_however_short_the_time_no_limit_is_broken(kind, limit):
    """Always a plan, with a bound above it and the name of what ended the search."""
    problem = published(kind, 120, 12)
    solution = solve_loads(problem, LoadsOptions(**limit))
    assert not breaks(problem, solution.chosen)
    assert worth(problem, solution.chosen) == solution.objective <= solution.bound
    assert solution.stopped_by in {None, "time", "work"}


def test_the_same_seed_and_work_give_the_same_plan():
    """No clock decides where there is a work limit."""
    problem = published("D", 60, 6)
    first, again = (solve_loads(problem, LoadsOptions(work_limit=60_000_000, seed=3)) for _ in range(2))
    assert first.chosen.tolist() == again.chosen.tolist()
    assert (first.objective, first.bound, first.n_solves) == (again.objective, again.bound, again.n_solves)
    assert first.n_solves > 0


@pytest.mark.parametrize("step", ["guess", "find_neighbours", "solve_block"])
def test_an_interrupt_returns_the_best_so_far(monkeypatch, step):
    """Ctrl-C ends the search, not the plan."""

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(search, step, interrupt)
    problem = published("D", 60, 6)
    solution = solve_loads(problem, LoadsOptions(work_limit=60_000_000))
    assert (solution.stopped_by, solution.status) == ("interrupt", Status.FEASIBLE)
    assert solution.objective[0] > 0
    assert not breaks(problem, solution.chosen)


def test_what_cannot_be_packed_is_refused():
    """Neither forests nor slots, and no load below nothing."""
    problem = replace(table([[5]]), load=np.array([-1]))
    with pytest.raises(SolverError, match=r"load: expected at least 0, got -1 at \(0, 0\)"):
        solve_loads(problem)
    with pytest.raises(SolverError, match="without loads is a flow"):
        solve_loads(table([[5]]))
    with pytest.raises(SolverError, match="no owner"):
        solve_loads(replace(problem, owner=np.array([0], dtype=np.int32)))
    with pytest.raises(SolverError, match="time_limit_s: expected a number of at least 0"):
        LoadsOptions(time_limit_s=-1.0)


def test_an_empty_problem_is_proved():
    """Nothing to do is no error."""
    problem = replace(table([[None]]), load=np.empty(0, dtype=np.int64))
    assert solve_loads(problem).status is Status.PROVED


@pytest.mark.parametrize("share", [0.0, 0.7])
def test_columns_filled_anew_are_the_same_without_compiled_loops(monkeypatch, share):
    """Several units a row, prices or none: one sweep over all columns changes the same pairs either way."""
    problem = published("D", 50, 24)
    problem = replace(problem, need=np.arange(50) % 3 + 1, capacity=problem.capacity * 2)
    packing = pack(problem)
    weight = packing.gain + 500
    how = module.prepare_refill(packing, weight)
    price = share * np.arange(24.0) / 4
    ends = []
    for compiled in (True, False):
        monkeypatch.setattr(module, "has_kernels", lambda compiled=compiled: compiled and has_kernels())
        is_chosen, missing = np.zeros(packing.n_pairs, dtype=bool), packing.need.copy()
        for turn in range(3):
            order = np.random.default_rng(turn).permutation(24)
            module.refill(how, order, price, is_chosen, missing)
            assert (missing == packing.missing(np.flatnonzero(is_chosen))).all()
            assert (packing.room(np.flatnonzero(is_chosen)) >= 0).all()
        ends.append((int(weight[is_chosen].sum()), int(missing.sum())))
    assert ends[0] == pytest.approx(ends[1], rel=0.02)
