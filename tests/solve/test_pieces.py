"""Pieces that hang together by no pair: solved apart, the same as whole."""

from __future__ import annotations

from dataclasses import replace

import joblib
import numpy as np
import pytest

from servicematch.solve import compiled, flow, pieces
from servicematch.solve.flow import FlowOptions, solve_flow
from solve.engines import any_town, by, facts, needs_numba, problem_of_pairs

every_engine = pytest.mark.parametrize(
    "engine", ["flow", "auto", pytest.param("near", marks=needs_numba), pytest.param("warm", marks=needs_numba)]
)
with_and_without_kernels = pytest.mark.parametrize(
    "has_kernels", [pytest.param(True, id="kernels", marks=needs_numba), pytest.param(False, id="no kernels")]
)


def side_by_side(towns, rng):
    """Join towns without a pair between them, their rows and columns shuffled into each other."""
    n_rows, n_cols = sum(town.n_rows for town in towns), sum(town.n_cols for town in towns)
    new_row, new_col = rng.permutation(n_rows), rng.permutation(n_cols)
    rows = np.cumsum([0] + [town.n_rows for town in towns[:-1]])
    cols = np.cumsum([0] + [town.n_cols for town in towns[:-1]])
    row = new_row[np.concatenate([town.row + first for town, first in zip(towns, rows, strict=True)])]
    col = new_col[np.concatenate([town.col + first for town, first in zip(towns, cols, strict=True)])]
    of_rows, of_cols = np.argsort(new_row), np.argsort(new_col)
    need, tier = (np.concatenate([getattr(town, name) for town in towns])[of_rows] for name in ("need", "tier"))
    capacity = np.concatenate([town.capacity for town in towns])[of_cols]
    gain = np.concatenate([town.gain for town in towns])
    return problem_of_pairs(row, col, gain, need, capacity, tier, rank=rng.integers(0, 5, n_rows))


def districts(seed, n_towns=12):
    """Draw several towns of every kind as one."""
    rng = np.random.default_rng(seed)
    towns = [replace(any_town(rng), fixed=None, rank=None, n_tiers=-1) for _ in range(n_towns)]
    return side_by_side(towns, rng)


@pytest.fixture
def small_bundles(monkeypatch):
    """Hand out bundles of about so few pairs."""
    monkeypatch.setattr(pieces, "_PAIRS_PER_BUNDLE", 40)


def set_kernels(monkeypatch, has_kernels):
    """Pretend that there are no compiled loops."""
    if not has_kernels:
        for module in (pieces, flow, compiled):
            monkeypatch.setattr(module, "has_kernels", lambda: False)


def n_bundles(problem, n_jobs=None):
    """Count what is handed out."""
    return len(pieces._bundles(problem, n_jobs))


@every_engine
@pytest.mark.parametrize("n_jobs", [None, 1, 2])
def test_districts_are_solved_apart_as_whole(monkeypatch, engine, n_jobs):
    """Whatever the engine and the workers, the solution is that of the whole; prices and positions are in their places."""
    for seed in range(8):
        problem = districts(seed)
        whole = solve_flow(problem, FlowOptions(engine="flow"))
        monkeypatch.setattr(pieces, "_PAIRS_PER_BUNDLE", 40)
        with joblib.parallel_config("threading"):
            apart = solve_flow(problem, FlowOptions(engine=engine, n_jobs=n_jobs))
        monkeypatch.undo()
        assert facts(apart) == facts(whole), seed


@with_and_without_kernels
@pytest.mark.usefixtures("small_bundles")
def test_bundles_hold_whole_pieces_and_every_pair_once(monkeypatch, has_kernels):
    """No pair is lost or doubled, and no row or column is in two bundles."""
    set_kernels(monkeypatch, has_kernels)
    for seed in range(20):
        problem = districts(seed)
        with joblib.parallel_config("threading", n_jobs=2):
            bundles = pieces._bundles(problem, None)
        assert len(bundles) > 1
        assert np.sort(np.concatenate([pairs for pairs, _ in bundles])).tolist() == list(range(problem.n_pairs))
        for side in (problem.row, problem.col):
            sizes = sum(len(np.unique(side[pairs])) for pairs, _ in bundles)
            assert sizes == len(np.unique(side))
        for pairs, rows in bundles:
            assert (np.diff(pairs) > 0).all()
            assert np.isin(problem.row[pairs], rows).all()


@with_and_without_kernels
def test_pieces_are_those_of_the_pair_graph(monkeypatch, has_kernels):
    """Two rows are in one piece exactly when some chain of pairs joins them."""
    set_kernels(monkeypatch, has_kernels)
    problem = problem_of_pairs([0, 1, 2, 3, 3], [0, 0, 1, 2, 1], np.ones(5), np.ones(5), np.ones(4), np.ones(5))
    piece = pieces._pieces(problem, problem.row_start).tolist()
    assert piece[0] == piece[1]
    assert piece[2] == piece[3]
    assert len(set(piece)) == 3


@needs_numba
def test_compiled_pieces_are_those_of_scipy(monkeypatch):
    """Both ways tell the same rows apart."""
    for seed in range(20):
        problem = districts(seed)
        by_kernel = pieces._pieces(problem, problem.row_start)
        with monkeypatch.context() as patch:
            patch.setattr(pieces, "has_kernels", lambda: False)
            by_scipy = pieces._pieces(problem, problem.row_start)
        both = np.unique(np.stack([by_kernel, by_scipy]), axis=1)
        assert both.shape[1] == len(np.unique(by_kernel)) == len(np.unique(by_scipy))


@pytest.mark.usefixtures("small_bundles")
def test_town_of_one_piece_is_not_cut():
    """A column that all reach holds all together, and so does a row that reaches all columns."""
    n_rows = 200
    row, col = np.repeat(np.arange(n_rows), 2), np.tile([0, 1], n_rows)
    col[1::2] += np.arange(n_rows)
    hub = problem_of_pairs(row, col, np.ones(2 * n_rows), np.ones(n_rows), np.ones(n_rows + 1), np.ones(n_rows))
    full = problem_of_pairs(np.zeros(400), np.arange(400), np.ones(400), [1], np.ones(400), [1])
    assert n_bundles(hub, 2) == n_bundles(full, 2) == 0


@pytest.mark.usefixtures("small_bundles")
def test_giant_piece_is_not_cut_off_from_the_dust():
    """Where one piece has most of the pairs, the copies cost more than they bring."""
    row, col = np.divmod(np.arange(1_000), 20)
    dust = np.arange(100)
    row, col = np.concatenate([row, 50 + dust]), np.concatenate([col, 20 + dust])
    problem = problem_of_pairs(row, col, np.ones(1_100), np.ones(150), np.ones(120), np.ones(150))
    assert n_bundles(problem, 2) == 0


def test_small_town_is_not_cut():
    """Less work than a bundle is not worth a trip to a worker."""
    assert n_bundles(districts(1), 2) == 0


@needs_numba
@pytest.mark.usefixtures("small_bundles")
def test_bundles_do_not_depend_on_the_workers():
    """The inputs alone decide how the town is cut."""
    problem = districts(3)
    cuts = [[pairs.tolist() for pairs, _ in pieces._bundles(problem, n_jobs)] for n_jobs in (None, 1, 2)]
    assert cuts[0] == cuts[1] == cuts[2] != []


@needs_numba
@pytest.mark.usefixtures("small_bundles")
def test_solution_names_every_engine_that_was_used(monkeypatch):
    """Where one piece falls back, the solution says so, and counts the pairs of both."""
    problem = districts(4)
    near, n_calls = pieces.solve_near, 0

    def sometimes(part, *, warm):
        nonlocal n_calls
        n_calls += 1
        return near(part, warm=warm) if n_calls % 2 else None

    monkeypatch.setattr(pieces, "solve_near", sometimes)
    solution = by("warm")(problem, n_jobs=1)
    assert solution.solver == "flow+warm"
    assert 0 < solution.n_pairs_solved < problem.n_pairs
    assert facts(solution) == facts(by("flow")(problem))
