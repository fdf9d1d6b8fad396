"""Fair shares solved: leximin in one flow, max-min in two, the first of which says how far all groups can go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.flow import solve_flow
from servicematch.solve.leximin import is_bound_above, least_share, levelled
from servicematch.solve.problem import Status

if TYPE_CHECKING:
    from fractions import Fraction

    from servicematch.base.progress import Bar
    from servicematch.solve.flow import FlowOptions
    from servicematch.solve.problem import Problem, Solution


def solve_fair(
    problem: Problem, most: Fraction | None, options: FlowOptions | None, bar: Bar
) -> tuple[Problem, Solution]:
    """Solve a problem with worths of leximin; with ``most``, every group up to the share that all can reach, or this.

    Returns
    -------
    The problem that was solved last, and its solution. It is FEASIBLE where ranks are not exact, because something
    binds groups together, and for a share that was found and is not proved again.

    Examples
    --------
    Two places; a group of one and a group of three: leximin serves both, and so does max-min, up to a third.

    >>> from fractions import Fraction
    >>> from servicematch.base.progress import QUIET
    >>> from servicematch.solve.leximin import by_ranks, fair_forest
    >>> from servicematch.solve.problem import Problem
    >>> row, col, gain = np.arange(4, dtype=np.int32), np.zeros(4, dtype=np.int32), np.array([1, 7, 8, 9])
    >>> forest = fair_forest(np.array([0, 1, 1, 1]), by_ranks([1, 3]))
    >>> one = np.ones(4, dtype=np.int64)
    >>> problem = Problem(row, col, gain, need=one, capacity=2 * one[:1], tier=one, row_groups=forest)
    >>> solve_fair(problem, None, None, QUIET)[1].chosen.tolist(), solve_fair(problem, Fraction(1), None, QUIET)[1].objective
    ([0, 3], (2, 2, 10))
    """
    solution = solve_flow(problem, options, bar)
    if most is None:
        return problem, solution if _is_exact(problem) else replace(solution, status=Status.FEASIBLE)
    if solution.stopped_by is not None:
        return problem, replace(solution, status=Status.FEASIBLE)
    assert problem.row_groups is not None
    share = min(most, least_share(problem, solution.chosen))
    level = replace(problem, row_groups=levelled(problem.row_groups, share))
    return level, replace(solve_flow(level, options, bar), status=Status.FEASIBLE)


def _is_exact(problem: Problem) -> bool:
    """Tell whether a best sum of ranks is the leximin."""
    forest = problem.row_groups
    assert forest is not None
    assert forest.worth_start is not None
    return forest.n_fair > 1 or not is_bound_above(forest, np.flatnonzero(np.diff(forest.worth_start) > 0))
