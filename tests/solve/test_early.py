"""Rows served one by one in the order of their ranks: the same rows as by a flow."""

from __future__ import annotations

import numpy as np
import pytest

from servicematch.solve import canonical
from servicematch.solve.flow import FlowOptions, solve_flow
from solve.towns import tied_towns

pytest.importorskip("numba")


def test_one_by_one_decides_as_the_flow_does(monkeypatch):
    """Whoever breaks the tie, the same rows are served, by the same columns."""
    used = []
    one_by_one = canonical._one_by_one
    monkeypatch.setattr(canonical, "_one_by_one", lambda *face: used.append(one_by_one(*face)) or used[-1])
    for problem in tied_towns(31, 300, max_rows=20, max_cols=8):
        monkeypatch.setattr(canonical, "_MANY", 10**9)
        by_flow = solve_flow(problem, FlowOptions(engine="flow"))
        monkeypatch.setattr(canonical, "_MANY", 0)
        assert solve_flow(problem, FlowOptions(engine="flow")).chosen.tolist() == by_flow.chosen.tolist()
    assert sum(matching is not None for matching in used) > 50


def test_column_that_must_be_full_is_left_to_the_flow(monkeypatch):
    """The rows alone may be served elsewhere: then the answer is None, never a solution that leaves the place empty."""
    monkeypatch.setattr(canonical, "_MANY", 0)
    answers = []
    one_by_one = canonical._one_by_one
    monkeypatch.setattr(canonical, "_one_by_one", lambda *face: answers.append(one_by_one(*face)) or answers[-1])
    for problem in tied_towns(32, 600, max_rows=20, max_cols=8):
        solution = solve_flow(problem, FlowOptions(engine="flow"))
        assert solution.objective == solution.bound
    assert any(answer is None for answer in answers)


def test_search_that_takes_too_long_is_left_to_the_flow(monkeypatch):
    """Without any looks to spend nothing is decided one by one, and the solution is the same."""
    problem = next(iter(tied_towns(33, 1, max_rows=30, max_cols=8)))
    expected = solve_flow(problem, FlowOptions(engine="flow")).chosen
    monkeypatch.setattr(canonical, "_MANY", 0)
    monkeypatch.setattr(canonical, "_LOOKS_PER_PAIR", 0)
    np.testing.assert_array_equal(solve_flow(problem, FlowOptions(engine="flow")).chosen, expected)
