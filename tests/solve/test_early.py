"""Rows served one by one in the order of their ranks: the same rows as by a flow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from servicematch.solve import canonical
from servicematch.solve.flow import FlowOptions, solve_flow
from solve.towns import tied_towns

pytest.importorskip("numba")
from servicematch.solve._kernels import early


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


def test_columns_that_must_be_full_are_filled_where_the_rows_alone_went_elsewhere(monkeypatch):
    """The best rows and the full columns are had at once, so no flow is asked, and the solution is that of the flow."""
    monkeypatch.setattr(canonical, "_MANY", 10**9)
    problems = list(tied_towns(32, 600, max_rows=20, max_cols=8))
    by_flow = [solve_flow(problem, FlowOptions(engine="flow")).chosen.tolist() for problem in problems]
    monkeypatch.setattr(canonical, "_MANY", 0)
    answers, short = [], []
    one_by_one, fill = canonical._one_by_one, early.fill_columns
    monkeypatch.setattr(canonical, "_one_by_one", lambda *face: answers.append(one_by_one(*face)) or answers[-1])

    def counted(*given):
        start, row_of, cols, is_held, _, load, must = given
        before = is_held.copy()
        done = fill(*given)
        rows = [np.bincount(row_of[held], minlength=len(start) - 1).tolist() for held in (before, is_held)]
        assert rows[0] == rows[1]
        lacks = [(np.bincount(cols[held], minlength=len(load)) < load)[must].any() for held in (before, is_held)]
        assert not lacks[1]
        short.append(lacks[0])
        return done

    monkeypatch.setattr(early, "fill_columns", counted)
    for problem, expected in zip(problems, by_flow, strict=True):
        assert solve_flow(problem, FlowOptions(engine="flow")).chosen.tolist() == expected
    assert all(answer is not None for answer in answers)
    assert any(short), "no column was left short, so nothing is shown"


def test_hash_decides_by_paths_as_by_the_flow_where_places_abound(monkeypatch):
    """The least hash is one choice, whoever finds it."""
    used, by_paths = [], canonical._by_paths
    monkeypatch.setattr(canonical, "_by_paths", lambda face: used.append(by_paths(face)) or used[-1])
    rng = np.random.default_rng(35)
    for problem in tied_towns(35, 300, max_rows=20, max_cols=8):
        wide = replace(problem, capacity=problem.capacity + rng.integers(0, 6, problem.n_cols))
        monkeypatch.setattr(canonical, "_MANY", 10**9)
        by_flow = solve_flow(wide, FlowOptions(engine="flow")).chosen.tolist()
        monkeypatch.setattr(canonical, "_MANY", 0)
        assert solve_flow(wide, FlowOptions(engine="flow")).chosen.tolist() == by_flow
    assert sum(matching is not None for matching in used) > 50
    assert any(matching is None for matching in used)


def test_hash_whose_prices_the_flow_might_not_hold_is_left_to_it(monkeypatch):
    """How long the hash is must not depend on the extra: where nothing is sure to be held, the flow decides."""
    monkeypatch.setattr(canonical, "_MANY", 0)
    monkeypatch.setattr(canonical, "_HELD_PRICE", -1)
    used, by_paths = [], canonical._by_paths
    monkeypatch.setattr(canonical, "_by_paths", lambda face: used.append(by_paths(face)) or used[-1])
    for problem in tied_towns(36, 50, max_rows=20, max_cols=8):
        solve_flow(replace(problem, capacity=problem.capacity + 3), FlowOptions(engine="flow"))
    assert used
    assert all(matching is None for matching in used)


def largest_choice(pairs, need, room, rng):
    """Return a largest choice as a table of truths: rows and columns are tried in whatever order."""
    order = rng.permutation(pairs.shape[1])
    row, col = (ends.astype(np.int32) for ends in np.nonzero(pairs[:, order]))
    start = np.searchsorted(row, np.arange(len(need) + 1))
    _, held = early.serve_in_order(rng.permutation(len(need)), start, row, col, need, room[order], 10**6)
    choice = np.zeros_like(pairs)
    choice[row[held], order[col[held]]] = True
    return choice


def test_any_full_columns_are_filled_and_every_row_keeps_its_units():
    """From one largest choice the columns, from another the rows: of several units and places."""
    rng, n_short = np.random.default_rng(34), 0
    for _ in range(400):
        n_rows, n_cols = rng.integers(2, 9, 2)
        pairs = rng.random((n_rows, n_cols)) < 0.4
        need, room = rng.integers(0, 3, n_rows), rng.integers(0, 4, n_cols)
        fills, held = (largest_choice(pairs, need, room, rng) for _ in range(2))
        load = fills.sum(axis=0)
        must = (load == room) & (rng.random(n_cols) < 0.7)
        n_short += (held.sum(axis=0) < load)[must].any()
        row, col = (ends.astype(np.int32) for ends in np.nonzero(pairs))
        start, filled = np.searchsorted(row, np.arange(n_rows + 1)), held[pairs]
        assert early.fill_columns(start, row, col, filled, fills[pairs], load, must)
        after = np.zeros_like(pairs)
        after[pairs] = filled
        assert after.sum(axis=1).tolist() == held.sum(axis=1).tolist()
        assert after.sum(axis=0)[must].tolist() == load[must].tolist()
        assert (after.sum(axis=0) <= room).all()
    assert n_short > 20


def test_search_that_takes_too_long_is_left_to_the_flow(monkeypatch):
    """Without any looks to spend nothing is decided one by one, and the solution is the same."""
    problem = next(iter(tied_towns(33, 1, max_rows=30, max_cols=8)))
    expected = solve_flow(problem, FlowOptions(engine="flow")).chosen
    monkeypatch.setattr(canonical, "_MANY", 0)
    monkeypatch.setattr(canonical, "_LOOKS_PER_PAIR", 0)
    np.testing.assert_array_equal(solve_flow(problem, FlowOptions(engine="flow")).chosen, expected)
