"""The flow engine's own ways: its steps, its fallback, its options, and what it leaves to others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oracles import brute_force
from servicematch.base.errors import SolverError
from servicematch.solve import plain
from servicematch.solve.flow import FlowOptions, solve_flow
from solve.towns import random_problems, table


def chain(length, loss=1_000_000, shift=0):
    """Make a town where serving the last row costs ``length`` times the loss: everyone before it must move."""
    gains = np.full((length + 1, length + 1), None)
    rows = np.arange(length)
    gains[rows, rows], gains[rows, rows + 1], gains[length, 0] = loss + shift, shift, shift
    return table(gains.tolist())


@pytest.mark.parametrize(("length", "n_solves"), [(3, 1), (20, 2), (60, 4)])
@pytest.mark.parametrize("loss", [1, 1_000_000, 2**40])
def test_long_displacement_is_found_by_a_later_step(length, n_solves, loss):
    """A unit that costs 3, 20 or 60 ranges of gain is served all the same: first step, second step, counts alone."""
    solution = solve_flow(chain(length, loss))
    assert (solution.objective, solution.n_solves) == ((length + 1, 0), n_solves)


def test_gains_far_below_zero_need_no_later_step():
    """What serving is paid starts where the gains start, so a debt common to all of them is no displacement."""
    solution = solve_flow(chain(3, loss=1_000_000, shift=-(10**9)))
    assert (solution.objective, solution.n_solves) == ((4, -4 * 10**9), 1)


def test_fallback_decides_gains_of_class_0_rows_too():
    """Rows that only gain sit beside rows that count, whichever way the counts were settled."""
    problem = chain(60)
    lonely = table([[5]], tier=0)
    both = replace(
        problem,
        row=np.append(problem.row, lonely.row + np.int32(problem.n_rows)),
        col=np.append(problem.col, lonely.col + np.int32(problem.n_cols)),
        gain=np.append(problem.gain, 5),
        need=np.append(problem.need, 1),
        capacity=np.append(problem.capacity, 1),
        tier=np.append(problem.tier, 0),
    )
    assert solve_flow(both).objective == (61, 5)


def counted(problem):
    """Tell whether a problem has no row of class 0 beside rows that count."""
    return problem.tier.min() > 0 or problem.n_tiers == 0


@pytest.mark.parametrize("mixed", [False, True], ids=["every row counts or none", "class 0 beside others"])
def test_counts_then_gains_finds_the_same(monkeypatch, mixed):
    """The way without any payment is right on every town, not only where payments fail."""
    towns = [problem for problem in random_problems(11, 300) if counted(problem) != mixed]
    expected = [solve_flow(problem) for problem in towns]
    monkeypatch.setattr(plain, "_STEPS", ())
    for problem, normal in zip(towns, expected, strict=True):
        fallback = solve_flow(problem)
        assert fallback.objective == fallback.bound == normal.objective
        assert fallback.chosen.tolist() == normal.chosen.tolist()


def test_payments_that_would_not_fit_are_not_tried(monkeypatch):
    """Where a payment leaves the range of the solver, the counts are settled alone."""
    towns = [problem for problem in random_problems(12, 100) if counted(problem)]
    expected = [brute_force(problem) for problem in towns]
    monkeypatch.setattr(plain, "largest_cost", lambda n_nodes: 0)
    assert [solve_flow(problem).objective for problem in towns] == expected


def test_payment_too_small_is_noticed(monkeypatch):
    """Without any payment the cut refuses what is not served first, and the next way is taken."""
    towns = [problem for problem in random_problems(13, 200) if counted(problem)]
    expected = [brute_force(problem) for problem in towns]
    monkeypatch.setattr(plain, "_STEPS", (0,))
    solutions = [solve_flow(problem) for problem in towns]
    assert [solution.objective for solution in solutions] == expected
    assert {solution.n_solves for solution in solutions} == {1, 3}


def test_loads_are_refused_by_name():
    """A rule that the engine does not hold must never be dropped in silence."""
    with pytest.raises(SolverError, match="load"):
        solve_flow(replace(table([[1, 2]]), load=np.array([1, 1])))


def test_work_limit_gives_the_greedy_choice_with_a_bound(must_step_aside):
    """What is not proved is never called so, and its bound is honest."""
    solution = solve_flow(must_step_aside, FlowOptions(work_limit=2))
    assert (solution.status, solution.stopped_by, solution.solver) == ("FEASIBLE", "work", "greedy")
    assert solution.objective == (1, 1_000_000) < solution.bound
    assert solution.bound >= brute_force(must_step_aside)


def test_limit_that_is_just_met_stops_nothing(must_step_aside):
    """Three pairs are within a limit of three."""
    assert solve_flow(must_step_aside, FlowOptions(work_limit=3)).status == "PROVED"


def test_time_limit_is_compared_before_the_solve(must_step_aside):
    """A limit that is surely too short is not tried."""
    assert solve_flow(must_step_aside, FlowOptions(time_limit_s=0.0)).stopped_by == "time"
    assert solve_flow(must_step_aside, FlowOptions(time_limit_s=60.0)).stopped_by is None


@pytest.mark.parametrize(("engine", "seconds_a_million"), [("flow", 2.0), ("near", 1.0), ("auto", 2.0)])
def test_time_limit_is_compared_with_what_the_engine_takes(must_step_aside, engine, seconds_a_million):
    """Ways that look at few pairs are given half the time; a small town is left to the flow."""
    estimate = seconds_a_million * must_step_aside.n_pairs / 1e6
    for share, stopped_by in ((0.99, "time"), (1.01, None)):
        options = FlowOptions(engine=engine, time_limit_s=share * estimate)
        assert solve_flow(must_step_aside, options).stopped_by == stopped_by


@pytest.mark.parametrize("engine", ["flow", "near"])
def test_work_limit_counts_eligible_pairs_whatever_the_engine(must_step_aside, engine):
    """Not those that the engine would look at: so it stops the same problems on every machine."""
    assert solve_flow(must_step_aside, FlowOptions(engine=engine, work_limit=2)).stopped_by == "work"
    assert solve_flow(must_step_aside, FlowOptions(engine=engine, work_limit=3)).stopped_by is None


def test_greedy_choice_that_meets_its_bound_is_proved():
    """A proof is a proof, whoever found the choice."""
    solution = solve_flow(table([[5, 1]]), FlowOptions(work_limit=0))
    assert (solution.status, solution.stopped_by, solution.objective) == ("PROVED", None, (1, 5))


def test_limited_solutions_never_beat_or_overstate():
    """Greedy value <= optimum <= bound, tier by tier in order, and PROVED only where all three meet."""
    for problem in random_problems(14, 200):
        solution = solve_flow(problem, FlowOptions(work_limit=0))
        best = brute_force(problem)
        assert solution.objective <= best <= solution.bound
        assert (solution.status == "PROVED") == (solution.objective == solution.bound)


def test_without_the_canonical_stage_the_value_is_the_same():
    """Switching the last stage off changes which of the optima, not how good."""
    for problem in random_problems(15, 100):
        assert solve_flow(problem, FlowOptions(canonical=False)).objective == solve_flow(problem).objective


def test_inputs_are_never_changed():
    """The arrays of a problem are read only, and stay as they were."""
    for problem in random_problems(16, 30):
        before = problem.gain.copy(), problem.need.copy(), problem.capacity.copy()
        solve_flow(problem)
        assert all((a == b).all() for a, b in zip(before, (problem.gain, problem.need, problem.capacity), strict=True))
