"""Fixed pairs taken out of a problem: they take their unit, their place and their part of every bound of a group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.days import possible_beside_given
from servicematch.solve.forest import Crossing, Forest

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.problem import Problem


def without_fixed(problem: Problem) -> tuple[Problem, IntArray]:
    """Return the problem without its fixed pairs, and where the pairs that are left stand.

    Floors, quotas and costs of further units begin behind the fixed ones. Other columns of an owner that a row is
    fixed to are no pairs of this row any more, for its units go to different owners; neither are pairs of another
    bundle than that of its fixed ones, which are units enough whatever the row asks at least; nor what an owner could
    not do in time beside its fixed ones.
    """
    if problem.fixed is None:
        return problem, np.arange(problem.n_pairs)
    fixed = np.flatnonzero(problem.fixed)
    taken = np.bincount(problem.row[fixed], minlength=problem.n_rows)
    used = np.bincount(problem.col[fixed], minlength=problem.n_cols)
    if (taken > problem.need).any():
        raise SolverError("more pairs are fixed for a row than it needs")
    kept = np.flatnonzero(~problem.fixed & ~_same_owner(problem, fixed) & ~_other_bundle(problem, fixed))
    behind = replace(
        problem,
        need=problem.need - taken,
        capacity=np.maximum(0, problem.capacity - used),
        row_groups=_behind(problem.row_groups, taken),
        col_groups=_behind(problem.col_groups, used),
        crossing=tuple(
            Crossing(one.side, _left(one.forest, problem.units(one.side, fixed))) for one in problem.crossing
        ),
        regulars=None if problem.regulars is None else problem.regulars.after(problem, fixed),
        days=None if problem.days is None else problem.days.after(problem, fixed),
        fixed=None,
        least=None if problem.least is None else np.where(taken > 0, 0, problem.least),
        bundle=None if problem.bundle is None else np.where(taken[problem.row] > 0, -1, problem.bundle),
    )
    left = behind.part(kept)
    if left.days is None or len(fixed) == 0:
        return left, kept
    possible = np.flatnonzero(possible_beside_given(left, left.days))
    return left.part(possible), kept[possible]


def _same_owner(problem: Problem, fixed: IntArray) -> BoolArray:
    """Mark the pairs whose row is fixed to another column of the same owner."""
    if problem.owner is None or len(fixed) == 0:
        return np.zeros(problem.n_pairs, dtype=np.bool_)
    n_owners = int(problem.owner.max()) + 1
    key = problem.row.astype(np.int64) * n_owners + problem.owner[problem.col]
    return np.isin(key, key[fixed])


def _other_bundle(problem: Problem, fixed: IntArray) -> BoolArray:
    """Mark the pairs whose row is fixed to pairs of other bundles."""
    if problem.bundle is None or len(fixed) == 0:
        return np.zeros(problem.n_pairs, dtype=np.bool_)
    key = problem.row.astype(np.int64) * (int(problem.bundle.max()) + 2) + problem.bundle + 1
    return np.isin(problem.row, problem.row[fixed]) & (problem.bundle >= 0) & ~np.isin(key, key[fixed])


def _behind(forest: Forest | None, used: IntArray) -> Forest | None:
    return None if forest is None else _left(forest, used)


def _left(forest: Forest, used: IntArray) -> Forest:
    """Return the forest with what is left of its bounds once these units have come through."""
    through = forest.through(used)
    left = np.maximum(0, forest.at_most - through)
    cost_start = cost = None
    if forest.cost_start is not None and forest.cost is not None:
        parts = [forest.costs(group)[int(through[group]) :] for group in range(forest.n_groups)]
        cost_start = np.cumsum([0, *(len(part) for part in parts)])
        cost = np.concatenate([np.empty(0, dtype=np.int64), *parts])
    worth_start = worth = None
    if forest.worth_start is not None and forest.worth is not None:
        lines = [forest.worths(group)[int(through[group]) :] for group in range(forest.n_groups)]
        worth_start = np.cumsum([0, *(len(part) for part in lines)])
        worth = np.concatenate([forest.worth[:0], *lines])
    floors = np.maximum(0, forest.at_least - through)
    return Forest(forest.leaf, forest.parent, floors, left, cost_start, cost, worth_start, worth)
