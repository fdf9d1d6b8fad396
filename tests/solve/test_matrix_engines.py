"""Scores that a caller brings, solved by every engine: the same rows, columns, prices and proof."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linear_sum_assignment

import servicematch as sm
from servicematch.base.errors import SolverError
from solve.engines import COMPILED

pytest.importorskip("numba")

every_compiled_engine = pytest.mark.parametrize("engine", COMPILED)


def scores(kind):
    """Draw one matrix in several forms, with a fifth of the cells not eligible but in the dense one."""
    rng = np.random.default_rng(401)
    values, missing = rng.normal(size=(120, 30)), rng.random((120, 30)) < 0.2
    if kind == "dense":
        return values
    if kind == "integers":
        return rng.integers(-50, 1_000, (120, 30))
    if kind == "nan":
        return np.where(missing, np.nan, values)
    if kind == "masked":
        return np.ma.masked_array(values, mask=missing)
    row, col = np.nonzero(~missing)
    return sparse.coo_matrix((np.round(values[row, col], 1), (row, col)), shape=values.shape)


@every_compiled_engine
@pytest.mark.parametrize("kind", ["dense", "integers", "nan", "masked", "sparse"])
@pytest.mark.parametrize("tiers", [("served", "score"), ("score",)])
@pytest.mark.parametrize(("capacity", "units"), [(3, 1), (5, 1), (8, 3)])
def test_every_form_of_scores_is_solved_the_same(engine, kind, tiers, capacity, units):
    """Short of places, with places to spare, and with several units a row."""
    given = scores(kind)
    expected = sm.solve_matrix(given, capacity, units, tiers=tiers, engine="flow")
    solution = sm.solve_matrix(given, capacity, units, tiers=tiers, engine=engine)
    assert (solution.rows.tolist(), solution.cols.tolist()) == (expected.rows.tolist(), expected.cols.tolist())
    assert solution.objective == solution.bound == expected.objective
    assert solution.prices.tolist() == expected.prices.tolist()
    assert solution.price_served.tolist() == expected.price_served.tolist()
    assert solution.solver in COMPILED


@every_compiled_engine
def test_square_scores_equal_scipys_assignment(engine):
    """A stranger's algorithm finds the same total."""
    values = np.random.default_rng(402).integers(0, 10**6, (80, 80))
    total = values[linear_sum_assignment(values, maximize=True)].sum()
    assert sm.solve_matrix(values, engine=engine).objective == {"served": 80, "score": total}


@every_compiled_engine
@pytest.mark.parametrize("top", [2**40, 2**39 + 1, 2**32])
@pytest.mark.parametrize("kind", ["any", "both ends", "nearly alike"])
def test_largest_integers_are_solved_exactly(engine, top, kind):
    """Up to 2^40 either way, told apart to the last unit: no sum wraps on the way."""
    rng = np.random.default_rng(403)
    shape = (60, 15)
    values = {
        "any": rng.integers(-top, top + 1, shape),
        "both ends": rng.choice([-top, top], shape),
        "nearly alike": top - rng.integers(0, 3, shape),
    }[kind]
    for capacity in (2, 4, 6):
        expected = sm.solve_matrix(values, capacity, engine="flow")
        solution = sm.solve_matrix(values, capacity, engine=engine)
        assert (solution.status, solution.objective) == ("PROVED", expected.objective)
        assert solution.prices.tolist() == expected.prices.tolist()
        assert solution.cols.tolist() == expected.cols.tolist()
        if capacity == 4:
            copies = np.repeat(values, 4, axis=1)
            assert solution.objective["score"] == copies[linear_sum_assignment(copies, maximize=True)].sum()


@every_compiled_engine
def test_integers_beyond_the_range_are_refused(engine):
    """Never solved in silence with something wrapped."""
    with pytest.raises(SolverError, match="must lie within"):
        sm.solve_matrix([[2**41, 1]], engine=engine)


@every_compiled_engine
def test_as_many_units_as_there_are_may_be_asked(engine):
    """A need far above the number of columns is a way to say: all of them."""
    values = np.random.default_rng(404).integers(0, 100, (30, 8))
    expected = sm.solve_matrix(values, 20, 10**6, engine="flow")
    solution = sm.solve_matrix(values, 20, 10**6, engine=engine)
    assert (solution.cols.tolist(), solution.objective) == (expected.cols.tolist(), expected.objective)
    assert solution.prices.tolist() == expected.prices.tolist()
