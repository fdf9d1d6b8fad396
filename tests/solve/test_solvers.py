"""One suite that every exact solver passes: what it must return, whatever way it takes."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings

from oracles import breaks, brute_force, milp_best, stranger_bound, value
from servicematch.base.errors import SolverError
from servicematch.solve.problem import Problem
from solve.engines import every_solver
from solve.towns import problems, random_problems, table

pytestmark = every_solver


def check_proof(problem, solution):
    """Assert everything that holds of any proved solution, with a stranger's arithmetic only."""
    prices = list(zip(solution.prices.tier.tolist(), solution.prices.gain.tolist(), strict=True))
    assert not breaks(problem, solution.chosen)
    assert (np.diff(solution.chosen) > 0).all()
    assert solution.chosen.dtype == np.int64
    assert (solution.status, solution.stopped_by) == ("PROVED", None)
    assert all(price >= (0, 0) for price in prices)
    assert solution.objective == solution.bound == value(problem, solution.chosen)
    assert solution.bound == stranger_bound(problem, *zip(*prices, strict=True))


def check_towns(solve, towns_and_values):
    """Check proof and value of every town; return how many there were."""
    n_towns = 0
    for problem, best in towns_and_values:
        solution = solve(problem)
        check_proof(problem, solution)
        assert solution.objective == best, problem
        n_towns += 1
    return n_towns


@cache
def tiny_towns():
    """Draw towns and try every choice there is, once for all solvers."""
    return [(problem, brute_force(problem)) for problem in random_problems(1, 400)]


@cache
def middling_towns():
    """Draw towns too large to enumerate and solve them by an independent method, once for all solvers."""
    return [(problem, milp_best(problem)) for problem in random_problems(2, 60, max_rows=60, max_cols=25)]


def test_tiny_towns_equal_brute_force(solve):
    """Every tier of the objective is the best of all choices of pairs there are."""
    assert check_towns(solve, tiny_towns()) == 400


def test_middling_towns_equal_a_mixed_integer_solver(solve):
    """Towns too large to enumerate are solved by an independent method, tier by tier."""
    assert check_towns(solve, middling_towns()) == 60


@pytest.mark.long
@pytest.mark.skipif("SERVICEMATCH_LONG" not in os.environ, reason="set SERVICEMATCH_LONG=1: runs for minutes")
@pytest.mark.parametrize(("oracle", "n_towns", "sizes"), [(brute_force, 10_000, (7, 4)), (milp_best, 1_000, (60, 25))])
def test_many_more_towns_equal_their_oracle(solve, oracle, n_towns, sizes):
    """The same as above, long enough to meet what happens once in a thousand."""
    towns = random_problems(3, n_towns, max_rows=sizes[0], max_cols=sizes[1])
    assert check_towns(solve, ((problem, oracle(problem)) for problem in towns)) == n_towns


@settings(deadline=None, max_examples=100)
@given(problem=problems())
def test_proof_holds_on_whatever_hypothesis_finds(solve, problem):
    """Primal equals dual always, and the value is that of brute force."""
    solution = solve(problem)
    check_proof(problem, solution)
    assert solution.objective == brute_force(problem)


def test_oracles_agree_with_each_other(solve):
    """An oracle that is wrong would prove nothing: two unlike methods must agree."""
    assert all(brute_force(problem) == milp_best(problem) for problem in random_problems(4, 60))


def test_row_steps_aside_so_that_both_are_served(solve, must_step_aside):
    """A unit more is worth more than any gain."""
    assert solve(must_step_aside).chosen.tolist() == [1, 2]


def test_higher_class_is_served_before_any_gain(solve, high_class_goes_first):
    """A unit of a higher class is worth more than a unit of a lower one with any gain."""
    solution = solve(high_class_goes_first)
    assert (solution.chosen.tolist(), solution.objective) == ([1], (1, 0, 0))


def test_class_0_takes_only_what_gains(solve):
    """Where serving is worth nothing by itself, a pair of negative gain stays open."""
    solution = solve(table([[-1], [3]], capacity=2, tier=0))
    assert (solution.chosen.tolist(), solution.objective) == ([1], (3,))


def test_served_unit_may_cost_gain(solve):
    """Where units count, a pair of negative gain is taken all the same."""
    assert solve(table([[-5]])).objective == (1, -5)


def test_units_go_to_different_columns(solve):
    """A row of three units and a column of three places meet once."""
    assert solve(table([[1, 1]], need=3, capacity=3)).objective == (2, 2)


def test_full_column_gets_no_second_row(solve, two_for_one_place):
    """A place is taken once."""
    assert len(solve(two_for_one_place).chosen) == 1


def test_zero_gain_pair_is_kept(solve):
    """A gain of 0 is a real gain."""
    assert solve(table([[0]])).chosen.tolist() == [0]


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (2, 2)])
def test_no_pairs_give_an_empty_proved_solution(solve, shape):
    """Empty tables are legal."""
    no = np.empty(0, dtype=np.int32)
    ones = [np.ones(size, dtype=np.int64) for size in shape]
    problem = Problem(no, no, no.astype(np.int64), need=ones[0], capacity=ones[1], tier=ones[0])
    solution = solve(problem)
    assert len(solution.chosen) == len(solution.tied) == 0
    assert solution.status == "PROVED"
    assert set(solution.objective) == {0} == set(solution.bound)


@pytest.mark.parametrize("empty", ["need", "capacity"])
def test_nobody_asking_or_no_place_gives_nothing(solve, empty):
    """Needs and capacities of 0 leave pairs that can never be used."""
    solution = solve(table([[4, 4], [4, 4]], **{empty: 0}))
    assert (solution.chosen.tolist(), solution.objective, solution.bound) == ([], (0, 0), (0, 0))


def test_fixed_pair_is_in_and_counts_nowhere(solve):
    """A fixed pair takes its unit and its place first, and the objective speaks of the rest."""
    solution = solve(table([[9, None], [9, 1]], fixed=np.array([True, False, False])))
    assert (solution.chosen.tolist(), solution.objective) == ([0, 2], (1, 1))


def test_fixed_pairs_over_capacity_leave_no_place(solve):
    """Two pairs fixed at one place stay, and what remains there is 0, not -1."""
    problem = table([[9], [9], [9]], fixed=np.array([True, True, False]))
    assert (solve(problem).chosen.tolist(), solve(problem).bound) == ([0, 1], (0, 0))


def test_fixed_place_leaves_the_rest_of_the_row_free(solve):
    """A row of two units with one fixed asks for one more, elsewhere."""
    solution = solve(table([[1, 2, 3]], need=2, fixed=np.array([True, False, False])))
    assert (solution.chosen.tolist(), solution.objective) == ([0, 2], (1, 3))


def test_more_fixed_than_needed_is_refused(solve):
    """Two pairs fixed for one unit contradict each other."""
    with pytest.raises(SolverError, match="more pairs are fixed"):
        solve(table([[1, 1]], fixed=np.array([True, True])))


def test_mask_without_fixed_pairs_changes_nothing(solve):
    """Fixing nothing is the same as not speaking of it."""
    for problem in random_problems(5, 30):
        plain = replace(problem, fixed=None)
        masked = replace(problem, fixed=np.zeros(problem.n_pairs, dtype=np.bool_))
        assert solve(plain).chosen.tolist() == solve(masked).chosen.tolist()


@cache
def towns_at_critical_load():
    """Draw towns with as many places as units, and solve them by a mixed-integer solver, once for all solvers."""
    rng, n_rows, n_cols, towns = np.random.default_rng(6), 40, 12, []
    for _ in range(30):
        gains = np.where(rng.random((n_rows, n_cols)) < 0.5, rng.integers(0, 1_000_000, (n_rows, n_cols)), -1)
        need = rng.integers(1, 4, n_rows)
        capacity = np.bincount(rng.integers(0, n_cols, need.sum()), minlength=n_cols)
        problem = table([[None if gain < 0 else gain for gain in line] for line in gains.tolist()], need, capacity)
        towns.append((problem, milp_best(problem)))
    return towns


def test_critical_load_serves_everyone_who_can_be(solve):
    """As many places as units: the load at which a small payment for serving is most easily too small."""
    assert check_towns(solve, towns_at_critical_load()) == 30


@pytest.mark.parametrize("scale", [2**20, 2**36])
def test_huge_gains_stay_exact(solve, scale):
    """Gains of nearly 2^40 with noise of 1 are told apart to the last integer."""
    rng = np.random.default_rng(scale)
    for problem in random_problems(7, 100):
        noisy = replace(problem, gain=problem.gain // 100_000 * scale + rng.integers(-1, 2, problem.n_pairs))
        solution = solve(noisy)
        check_proof(noisy, solution)
        assert solution.objective == brute_force(noisy)


@pytest.mark.parametrize("tier", [0, 1, 2, 100])
def test_widest_gains_are_solved(solve, tier):
    """From -2^40 to 2^40, the widest range that a problem takes, with few classes and with many."""
    problem = table([[2**40, -(2**40)], [-(2**40), None], [2**40, -(2**40)]], need=[2, 1, 1], tier=[tier, tier, 0])
    solution = solve(problem)
    check_proof(problem, solution)
    assert solution.objective == brute_force(problem)


def test_class_without_rows_keeps_its_tier(solve):
    """A table of many towns may count classes that one of them lacks."""
    solution = solve(table([[4]], n_tiers=3))
    assert solution.objective == solution.bound == (0, 0, 1, 4)


def test_huge_needs_and_capacities_change_nothing(solve):
    """A million units or 2^60 places ask for no more than the pairs there are."""
    assert solve(table([[1, 2], [3, 4]], need=10**6, capacity=2**60)).objective == (4, 10)
