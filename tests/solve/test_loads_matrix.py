"""Scores with loads that a caller brings himself."""

import numpy as np
import pytest
from scipy import sparse

import servicematch as sm
from servicematch.base.errors import SolverError

SOME = {"work_limit": 2_000_000}


def test_hours_of_jobs_against_hours_of_teams():
    """Three jobs of 3, 2 and 2 hours for one team of 4: the two short ones are worth more together."""
    solution = sm.solve_matrix([[9], [5], [5]], 4, loads=[[3], [2], [2]], tiers=("score",), **SOME)
    assert (solution.rows.tolist(), solution.objective, solution.status) == ([1, 2], {"score": 10}, "PROVED")


def test_to_minimise_a_cost_everything_is_served_first():
    """Minus the cost, and what could not be served is the gap of the first tier."""
    cost, hours = np.array([[1, 9], [1, 9], [5, 5]]), np.array([[2, 2], [2, 2], [9, 9]])
    solution = sm.solve_matrix(-cost, [2, 3], loads=hours, **SOME)
    assert solution.objective == solution.bound == {"served": 2, "score": -10}


def test_decimal_hours_are_exact():
    """Tenths of an hour are no whole binary fractions, but ten of them fit exactly."""
    solution = sm.solve_matrix(np.ones((11, 1)), 1.0, loads=np.full((11, 1), 0.1), **SOME)
    assert solution.objective["served"] == 10
    assert (solution.load_scale, solution.is_load_exact) == (10, True)


def test_other_hours_are_rounded_up_and_that_is_said():
    """A plan that fits the rounded loads fits the true ones."""
    solution = sm.solve_matrix([[1.0], [1.0], [1.0]], 1.0, loads=[[1 / 3]] * 3, **SOME)
    assert solution.objective["served"] == 2
    assert (solution.load_scale, solution.is_load_exact) == (1_000_000, False)


def test_sparse_loads_need_an_entry_for_every_eligible_pair():
    """An explicit zero takes nothing; no entry at all is no load."""
    scores = sparse.coo_matrix(([3.0, 4.0], ([0, 1], [0, 0])), shape=(2, 1))
    loads = sparse.coo_matrix(([2, 0], ([0, 1], [0, 0])), shape=(2, 1))
    assert sm.solve_matrix(scores, 1, loads=loads, **SOME).rows.tolist() == [1]
    with pytest.raises(SolverError, match=r"got none at \(1, 0\), 1 in all"):
        sm.solve_matrix(scores, 1, loads=sparse.coo_matrix(([2], ([0], [0])), shape=(2, 1)))


def test_loads_where_no_pair_is_eligible_do_not_matter():
    """NaN on both sides is the ordinary way to leave a pair out."""
    solution = sm.solve_matrix([[np.nan, 2.0]], 5, loads=[[np.nan, 1.0]], **SOME)
    assert solution.cols.tolist() == [1]


@pytest.mark.parametrize(
    ("loads", "options", "said"),
    [
        ([[1.0, -2.0]], {}, r"at least 0, got -2.0 at \(0, 1\), 1 in all"),
        ([[np.nan, 1.0]], {}, r"got nan at \(0, 0\)"),
        ([[np.inf, np.inf]], {}, r"got inf at \(0, 0\), 2 in all"),
        ([[1.0]], {}, r"shape of the scores, \(1, 2\), got \(1, 1\)"),
        ([["1", "2"]], {}, "expected numbers"),
        ([[1, 2]], {"capacity": np.inf}, "capacity: expected finite numbers"),
        ([[1, 2]], {"capacity": [1, -1]}, "got -1 at column 1"),
        ([[1, 2]], {"capacity": [1, 2, 3]}, "capacity: expected one number or 2"),
        ([[2**50, 1]], {}, "must lie within"),
        ([[1, 2]], {"engine": "near"}, "none to choose"),
        (sparse.coo_matrix(([1, 1], ([0, 0], [0, 0])), shape=(1, 2)), {}, "stands there twice"),
    ],
)
def test_what_cannot_be_meant_is_refused(loads, options, said):
    """With the place, the value and the rule."""
    with pytest.raises(SolverError, match=said):
        sm.solve_matrix([[1.0, 1.0]], loads=loads, **options)


def test_one_seed_and_work_limit_give_one_plan():
    """Scores with ties, several units, floats."""
    rng = np.random.default_rng(2)
    scores, loads = rng.integers(0, 4, (60, 9)) / 4, rng.integers(1, 9, (60, 9)) / 2
    one, other = (sm.solve_matrix(scores, 12.5, 2, loads=loads, seed=4, work_limit=30_000_000) for _ in range(2))
    assert (one.rows.tolist(), one.cols.tolist()) == (other.rows.tolist(), other.cols.tolist())
    assert (one.objective, one.bound) == (other.objective, other.bound)


def test_without_loads_a_work_limit_gives_the_greedy_choice():
    """As in assign: counted in eligible pairs."""
    solution = sm.solve_matrix(np.random.default_rng(1).random((20, 4)), work_limit=79)
    assert (solution.stopped_by, solution.solver) == ("work", "greedy")
