"""Least loads in a matrix: reviewers' papers, checked against a linear program."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, kron, vstack

import servicematch as sm
from servicematch.base.errors import SolverError


@pytest.mark.parametrize("seed", range(12))
def test_reviewers_have_two_to_four_papers_and_the_total_is_that_of_a_linear_program(seed):
    """Three reviewers a paper, two to four papers a reviewer, scores that may be negative: LP optimum, all minimums met."""
    rng = np.random.default_rng(seed)
    n_papers, n_reviewers = int(rng.integers(6, 16)), int(rng.integers(6, 12))
    n_papers = min(n_papers, 4 * n_reviewers // 3)
    if 3 * n_papers < 2 * n_reviewers:
        n_papers = -(-2 * n_reviewers // 3)
    scores = rng.integers(-50, 100, (n_papers, n_reviewers)) / 10
    found = sm.solve_matrix(scores, capacity=4, units=3, min_load=2)
    assert found.status == "PROVED"
    assert found.objective["floors"] == 2 * n_reviewers
    assert found.objective["served"] == 3 * n_papers
    by_paper = kron(np.eye(n_papers), np.ones(n_reviewers), format="csr")
    by_reviewer = csr_matrix(np.tile(np.eye(n_reviewers), n_papers))
    upper = vstack([by_reviewer, -by_reviewer])
    limit = np.concatenate([np.full(n_reviewers, 4), np.full(n_reviewers, -2)])
    best = linprog(-scores.ravel(), A_ub=upper, b_ub=limit, A_eq=by_paper, b_eq=np.full(n_papers, 3), bounds=(0, 1))
    assert found.objective["score"] == pytest.approx(-best.fun, abs=1e-6)
    assert np.bincount(found.cols, minlength=n_reviewers).min() >= 2


def test_a_shortfall_is_told_not_raised():
    """Two columns want two each, two rows give one unit each: the tier says 2 of 4, and which column is short is seen."""
    found = sm.solve_matrix([[1.0, 0.5], [1.0, 0.5]], capacity=2, min_load=2)
    assert found.objective["floors"] == 2
    assert found.status == "PROVED"


@pytest.mark.parametrize(("least", "said"), [(-1, "min_load"), ([1, 2, 3], "min_load"), (0.5, "min_load")])
def test_what_no_least_load_can_be_is_refused(least, said):
    """The message names the argument."""
    with pytest.raises(SolverError, match=said):
        sm.solve_matrix([[1.0, 2.0]], min_load=least)


def test_not_together_with_loads():
    """What is not planned is not dropped in silence."""
    with pytest.raises(SolverError, match="loads"):
        sm.solve_matrix([[1.0]], loads=[[1.0]], min_load=1)
