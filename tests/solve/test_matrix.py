"""Scores that a caller brings himself."""

import numpy as np
import pytest
from scipy import sparse

import servicematch as sm
from servicematch.base.errors import CostRangeError, SolverError
from servicematch.solve import plain


def test_nan_and_masked_cells_are_not_eligible():
    """Both are ways to say that a pair must not be."""
    scores = np.array([[9.0, 3.0], [8.0, 7.0]])
    by_nan = sm.solve_matrix(np.where([[True, False], [False, False]], np.nan, scores))
    by_mask = sm.solve_matrix(np.ma.masked_array(scores, mask=[[1, 0], [0, 0]]))
    assert by_nan.objective == by_mask.objective == {"served": 2, "score": 11.0}


def test_explicit_zeros_of_a_sparse_matrix_count():
    """A score of 0 is a score; what is not stored is not eligible."""
    solution = sm.solve_matrix(sparse.coo_matrix(([0.0], ([0], [1])), shape=(2, 2)))
    assert (solution.rows.tolist(), solution.cols.tolist()) == ([0], [1])


def test_integers_stay_exact_and_negative_scores_are_served_first():
    """To minimise, give minus the cost."""
    solution = sm.solve_matrix(-np.array([[4, 1], [2, 9]]))
    assert solution.objective == {"served": 2, "score": -3}
    assert (solution.scale, solution.most_lost) == (1, 0.0)


def test_the_score_tier_alone_leaves_losses_alone():
    """Nothing is served for its own sake."""
    assert sm.solve_matrix([[-1.0, 2.0]], tiers=("score",)).objective == {"score": 2.0}
    assert sm.solve_matrix([[-1.0]], tiers=("score",)).objective == {"score": 0.0}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([[np.inf]],), "finite numbers, got inf"),
        ((sparse.coo_matrix(([np.nan], ([0], [0]))),), "may not hold NaN"),
        ((sparse.coo_matrix(([1.0, 2.0], ([0, 0], [0, 0]))),), "stands there twice"),
        ((sparse.coo_matrix(([1j], ([0], [0]))),), "expected numbers, got complex"),
        (([1.0, 2.0],), "expected a matrix"),
        (([["a"]],), "expected numbers"),
        (([[1.0]], [1, 2]), "capacity: expected one whole number or 1"),
        (([[1.0]], 1.5), "capacity: expected whole numbers"),
        (([[1.0]], 1, -1), "units: expected whole numbers"),
        (([[2**50]],), "must lie within"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments, said):
    """Scipy takes most of these in silence."""
    with pytest.raises(SolverError, match=said):
        sm.solve_matrix(*arguments)


def test_prices_prove_the_score():
    """Utilities and priced places add up to the total, as anybody can check."""
    scores = np.random.default_rng(0).random((12, 5))
    solution = sm.solve_matrix(scores, capacity=2)
    margins = scores - solution.prices
    assert solution.price_served.tolist() == [1] * 5
    assert solution.objective["served"] == 10
    utilities = np.maximum(margins.max(axis=1), 0).sum()
    assert utilities + 2 * solution.prices.sum() == pytest.approx(solution.objective["score"], abs=1e-6)


def test_a_short_time_gives_the_greedy_choice_with_a_bound():
    """Always a plan, and never called proved without proof."""
    solution = sm.solve_matrix(np.random.default_rng(1).random((200, 40)), capacity=3, time_limit_s=0.0)
    assert (solution.status, solution.stopped_by) == ("FEASIBLE", "time")
    assert solution.objective["served"] <= solution.bound["served"]
    assert solution.gap > 0


def test_empty_matrices_are_legal():
    """Nothing to do is no error."""
    assert sm.solve_matrix(np.zeros((0, 3))).objective == {"served": 0, "score": 0.0}
    assert sm.solve_matrix(np.full((2, 2), np.nan)).objective == {"served": 0, "score": 0.0}


def test_integers_too_large_for_long_paths_still_give_a_plan(monkeypatch):
    """Where the solver's own prices overflow, the greedy choice stands in, with the limit named."""

    def refuse(_network):
        raise CostRangeError("too large")

    monkeypatch.setattr(plain, "cheapest_flow", refuse)
    solution = sm.solve_matrix([[5, 4], [5, 1]])
    assert (solution.status, solution.stopped_by, solution.objective["served"]) == ("FEASIBLE", "range", 2)
