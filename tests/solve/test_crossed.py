"""Groups that cross: never better than the truth, never below it by more than is told, and mostly proved."""

from __future__ import annotations

import os
from collections import Counter

import numpy as np
import pytest

from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.forest import Crossing, Forest
from servicematch.solve.problem import Problem, Status
from solve.forests import (
    grouped_value,
    keeps_conditions,
    keeps_days,
    keeps_regulars,
    milp_grouped,
    random_crossed,
    random_grouped,
    with_conditions,
    with_days,
    with_pair_groups,
    with_regulars,
)


def _towns(seed, n, **sizes):
    for child in np.random.default_rng([6, seed]).spawn(n):
        yield random_crossed(child, **sizes)


def check_town(problem, options=None):
    """Hold a solution against a mixed-integer program a tier; return how much of it was proved."""
    solution = solve_flow(problem, options)
    floors, rest, has_floor = grouped_value(problem, solution.chosen.tolist())
    reached = solution.objective[-len(rest) :]
    assert reached == rest
    told_floors = solution.objective[0] if len(solution.objective) > len(rest) else 0
    assert told_floors == floors or not has_floor
    truth = milp_grouped(problem)
    assert (floors, rest) <= truth
    first = len(solution.objective) - len(rest)
    for best, bound, mine in zip(
        (*[truth[0]] * first, *truth[1]), solution.bound, solution.objective, strict=True
    ):  # each tier is bounded for plans as good in those above: the truth is one until it differs
        assert best <= bound
        if best != mine:
            break
    if solution.status is Status.PROVED:
        assert (floors, rest) == truth
    return solution, (floors, rest) == truth


@pytest.mark.parametrize("seed", range(60))
def test_equals_a_mixed_integer_program(seed):
    """Crossing quotas, floors and costs with forests, owners, units, classes, fixed pairs and ties: the best plan."""
    for problem in _towns(seed, 1):
        _, is_best = check_town(problem)
        assert is_best


@pytest.mark.long
@pytest.mark.skipif("SERVICEMATCH_LONG" not in os.environ, reason="set SERVICEMATCH_LONG=1: runs for minutes")
def test_a_thousand_more_towns(capsys):
    """The same on towns up to 30 x 15; how many are proved is told."""
    told = Counter()
    for problem in _towns(1000, 1000, n_rows=30, n_cols=15):
        solution, is_best = check_town(problem)
        told[solution.status.value] += 1
        assert is_best
    with capsys.disabled():
        print(f"\n{dict(told)}")  # noqa: T201 - the numbers are the point of a long run


@pytest.mark.parametrize("seed", range(40))
def test_units_that_the_relaxation_breaks_are_made_whole(seed):
    """Tight quotas of three rules break units in some towns: the plan found is still the best, its bound above it."""
    _, is_best = check_town(_tight(np.random.default_rng([3, seed])))
    assert is_best


def test_some_tight_towns_have_a_gap():
    """Or the towns above would try nothing."""
    told = {solve_flow(_tight(np.random.default_rng([3, seed]))).stopped_by for seed in range(40)}
    assert told == {None, "bound"}


def _tight(rng, n_rows=12, n_cols=6):
    """Draw a town with three rules of small quotas over all rows."""
    at = np.flatnonzero(rng.random(n_rows * n_cols) < 0.5)
    n_groups = n_rows // 3
    forests = [
        Forest(
            rng.integers(-1, n_groups, n_rows).astype(np.int32),
            np.full(n_groups, -1, dtype=np.int32),
            np.zeros(n_groups, dtype=np.int64),
            rng.integers(1, 3, n_groups),
        )
        for _ in range(3)
    ]
    return Problem(
        (at // n_cols).astype(np.int32),
        (at % n_cols).astype(np.int32),
        rng.integers(0, 11, len(at)) * 100_000,
        need=rng.integers(1, 3, n_rows),
        capacity=rng.integers(1, 4, n_cols),
        tier=rng.integers(1, 3, n_rows),
        crossing=tuple(Crossing("rows", forest) for forest in forests),
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_hurried_plan_keeps_every_bound(seed):
    """Without work or time: a greedy plan, and a bound that is not below the truth."""
    for options in (FlowOptions(work_limit=0), FlowOptions(time_limit_s=0.0)):
        solution, _ = check_town(_tight(np.random.default_rng([4, seed])), options)
        assert solution.solver == "greedy"


def test_pairs_are_taken_in_as_prices_ask_for_them(monkeypatch):
    """From a few pairs a row on, the relaxation finds the others that it needs: the same plan as with all of them."""
    problem = next(_towns(7, 1, n_rows=60, n_cols=30))
    whole = solve_flow(problem)
    monkeypatch.setattr("servicematch.solve.crossed.relaxed._ALL", 0)
    monkeypatch.setattr("servicematch.solve.crossed.relaxed._BEST", 1)
    part = solve_flow(problem)
    assert part.objective == whole.objective == part.bound
    assert part.n_pairs_solved < whole.n_pairs_solved


@pytest.mark.parametrize("seed", range(60))
def test_units_that_are_bound_to_each_other(seed):
    """So many units or none, and all of one bundle, with groups that cross and without: kept, best, and bounded."""
    rng = np.random.default_rng([11, seed])
    problem = random_crossed(rng) if seed % 2 else random_grouped(rng)
    problem = with_conditions(problem, rng)
    solution, is_best = check_town(problem)
    assert keeps_conditions(problem, solution.chosen.tolist())
    assert is_best
    hurried, _ = check_town(problem, FlowOptions(work_limit=0))
    assert keeps_conditions(problem, hurried.chosen.tolist())


@pytest.mark.parametrize("seed", range(60))
def test_rows_that_want_one_team_or_different_ones(seed):
    """Groups of pairs, and groups with a regular, strict or at a cost, pinned units among them: kept, best, bounded."""
    rng = np.random.default_rng([12, seed])
    problem = random_crossed(rng) if seed % 2 else random_grouped(rng)
    problem = with_pair_groups(problem, rng) if seed % 3 else problem
    problem = with_regulars(problem, rng) if seed % 3 != 1 else problem
    solution, is_best = check_town(problem)
    hurried, _ = check_town(problem, FlowOptions(work_limit=0))
    assert is_best
    if problem.regulars is not None:
        assert keeps_regulars(problem, solution.chosen.tolist())
        assert keeps_regulars(problem, hurried.chosen.tolist())


@pytest.mark.parametrize("seed", range(30))
def test_owners_need_time_on_the_way(seed):
    """Jobs at places, one after the other, pinned ones among them: in time, the best plan, and bounded."""
    rng = np.random.default_rng([15, seed])
    problem = random_crossed(rng, n_rows=7, n_cols=6) if seed % 2 else random_grouped(rng, n_rows=7, n_cols=6)
    problem = with_days(problem, rng)
    problem = with_pair_groups(problem, rng) if seed % 5 == 0 else problem
    solution, is_best = check_town(problem)
    assert keeps_days(problem, solution.chosen.tolist())
    assert is_best
    hurried, _ = check_town(problem, FlowOptions(work_limit=0))
    assert keeps_days(problem, hurried.chosen.tolist())
