"""Leximin of levels over the units that a solution serves, one answer whatever the engine, and held against its proof."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.base.progress import QUIET
from servicematch.solve.canonical import choose_canonical
from servicematch.solve.certificate import value_of
from servicematch.solve.face import Face
from servicematch.solve.fixed import without_fixed
from servicematch.solve.problem import Satisfied, Status
from servicematch.solve.satisfied.descent import descend
from servicematch.solve.satisfied.levels import better_pairs, levels_of, packed

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.base.progress import Bar
    from servicematch.solve.matching import Matching
    from servicematch.solve.problem import Problem, Solution
    from servicematch.solve.satisfied.descent import Descent


def satisfy(problem: Problem, solution: Solution, steps: int, bar: Bar = QUIET, *, canonical: bool = True) -> Solution:
    """Return the solution that serves the same units of each row as a given one, with the levels leximin-best.

    Among such solutions its gains are the greatest. A solution that is not proved is left as it is.

    Raises
    ------
    SolverError
        When the prices found do not prove it.

    Examples
    --------
    100 + 6 is more than 70 + 30, but 6 is a fifth of what the second row could have, and 70 seven tenths.

    >>> from servicematch.solve.flow import solve_flow
    >>> from servicematch.solve.problem import Problem
    >>> row, col = np.array([0, 0, 1, 1], dtype=np.int32), np.array([0, 1, 0, 1], dtype=np.int32)
    >>> one = np.ones(2, dtype=np.int64)
    >>> problem = Problem(row, col, np.array([100, 70, 30, 6]), one, one, one)
    >>> before = solve_flow(problem)
    >>> after = satisfy(problem, before, 100)
    >>> before.chosen.tolist(), after.chosen.tolist(), after.objective, after.bound
    ([0, 3], [1, 2], (2, 100), (2, 106))
    """
    if solution.status is not Status.PROVED:
        return solution
    began = perf_counter()
    bar.step("satisfaction")
    free, kept = without_fixed(problem)
    levels = levels_of(free, steps)
    chosen = np.flatnonzero(np.isin(kept, solution.chosen))
    units = np.bincount(free.row[chosen], minlength=free.n_rows)
    exact = replace(free, need=units)
    best = descend(exact, levels, steps, chosen, solution.prices)
    at = tuple(sorted(best.prices))
    prices = np.zeros((free.n_cols, len(at)), dtype=np.int64)
    for place, level in enumerate(at):
        prices[:, place] = best.prices[level]
    matching = _canonical(best) if canonical else best.matching
    proof = Satisfied(steps, at, prices, solution.chosen)
    _check(exact, levels, matching, proof)
    fixed = np.empty(0, dtype=np.int64) if problem.fixed is None else np.flatnonzero(problem.fixed)
    return replace(
        solution,
        chosen=np.union1d(kept[matching.chosen], fixed),
        objective=value_of(free, matching.chosen),
        n_solves=solution.n_solves + best.n_solves,
        seconds={**solution.seconds, "satisfaction": perf_counter() - began},
        satisfied=proof,
    )


def _canonical(best: Descent) -> Matching:
    """Choose among all choices as good as the best one: the least hash of positions."""
    matching = best.matching
    face = Face(
        matching=matching,
        pairs=best.tied,
        is_chosen=matching.is_chosen[best.tied],
        row_is_loose=np.zeros(matching.problem.n_rows, dtype=np.bool_),
        col_is_loose=~best.must_fill,
    )
    return choose_canonical(face)


def _check(problem: Problem, levels: IntArray, matching: Matching, proof: Satisfied) -> None:
    """Hold the choice against its proof: it has the units, keeps the room, and every column with a price is full."""
    price = packed(proof)
    is_short = (matching.load < problem.capacity) & (price != 0).astype(np.bool_)
    keeps = (matching.served == problem.need).all() and (matching.load <= problem.capacity).all()
    if not keeps or is_short.any() or (price < 0).any() or len(better_pairs(matching, levels, proof)):
        raise SolverError("the prices of satisfaction do not prove the choice that was found")
