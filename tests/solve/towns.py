"""Problems out of plain data, for the tests of this folder."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from hypothesis import strategies as st

from oracles import random_problem
from servicematch.solve.certificate import prove
from servicematch.solve.cut import find_cut
from servicematch.solve.face import find_face
from servicematch.solve.matching import index_matching
from servicematch.solve.prices import least_prices
from servicematch.solve.problem import Problem


def problem_of(town):
    """Turn an oracle's town into a problem."""
    return Problem(**{field.name: getattr(town, field.name) for field in fields(town)})


def random_problems(seed, n_towns, **sizes):
    """Draw many towns from one seed."""
    for child in np.random.default_rng(seed).spawn(n_towns):
        yield problem_of(random_problem(child, **sizes))


def tied_towns(seed, n_towns, **sizes):
    """Draw towns without fixed pairs whose gains are coarse enough to tie."""
    for problem in random_problems(seed, n_towns, **sizes):
        yield replace(problem, gain=problem.gain // 400_000, fixed=None)


def table(gains, need=1, capacity=1, tier=1, **more):
    """Build a problem from a table of gains, None where there is no pair; plain numbers hold for every row or column."""
    n_rows, n_cols = len(gains), len(gains[0])
    pairs = [(row, col, gain) for row, line in enumerate(gains) for col, gain in enumerate(line) if gain is not None]
    row, col, gain = zip(*pairs, strict=True) if pairs else ((), (), ())
    return Problem(
        np.array(row, dtype=np.int32),
        np.array(col, dtype=np.int32),
        np.array(gain, dtype=np.int64),
        need=np.broadcast_to(np.asarray(need, dtype=np.int64), n_rows).copy(),
        capacity=np.broadcast_to(np.asarray(capacity, dtype=np.int64), n_cols).copy(),
        tier=np.broadcast_to(np.asarray(tier, dtype=np.int64), n_rows).copy(),
        **more,
    )


def only_pairs(problem, keep):
    """Return the problem with some of its pairs."""
    fixed = None if problem.fixed is None else problem.fixed[keep]
    return replace(problem, row=problem.row[keep], col=problem.col[keep], gain=problem.gain[keep], fixed=fixed)


def relabelled(problem, new_row, new_col):
    """Return the problem with row r called ``new_row[r]`` and column c called ``new_col[c]``."""
    row, col = new_row[problem.row], new_col[problem.col]
    order = np.lexsort((col, row))
    old_row, old_col = np.argsort(new_row), np.argsort(new_col)
    return Problem(
        row[order].astype(np.int32),
        col[order].astype(np.int32),
        problem.gain[order],
        need=problem.need[old_row],
        capacity=problem.capacity[old_col],
        tier=problem.tier[old_row],
        fixed=None if problem.fixed is None else problem.fixed[order],
        rank=None if problem.rank is None else problem.rank[old_row],
        n_tiers=problem.n_tiers,
    )


def face_of(problem, chosen, prices=None):
    """Return the optimal face of an optimal choice of pairs, read off its least prices or off given ones."""
    matching = index_matching(problem, np.asarray(chosen, dtype=np.int64))
    if prices is None:
        cut = find_cut(matching)
        assert cut.holds
        prices = least_prices(matching, cut)
        return find_face(matching, prices, prove(problem, prices, matching))
    return find_face(matching, prices, prove(problem, prices))


@st.composite
def problems(draw, *, max_need=3, fixed=True):
    """Draw a small problem, so that hypothesis can shrink it."""
    n_rows, n_cols = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    grid = draw(st.sampled_from([1, 100_000]))
    cells = st.none() | st.integers(-3 if draw(st.booleans()) else 0, 10).map(lambda steps: steps * grid)
    gains = draw(st.lists(st.lists(cells, min_size=n_cols, max_size=n_cols), min_size=n_rows, max_size=n_rows))
    lowest, highest = draw(st.sampled_from([(0, 0), (1, 1), (1, 3), (0, 2)]))

    def numbers(low, high, size):
        return draw(st.lists(st.integers(low, high), min_size=size, max_size=size))

    problem = table(gains, numbers(1, max_need, n_rows), numbers(0, 4, n_cols), numbers(lowest, highest, n_rows))
    if not fixed or problem.n_pairs == 0 or not draw(st.booleans()):
        return problem
    pair = draw(st.integers(0, problem.n_pairs - 1))
    return replace(problem, fixed=np.arange(problem.n_pairs) == pair)
