"""Fair shares solved: leximin in one flow, max-min in two, the first of which says how far all groups can go.

Where something binds groups together from above, leximin is solved by levels, which is exact, and told by ranks, which
are then a number to compare plans with and no longer a proof.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.fixed import without_fixed
from servicematch.solve.flow import solve_flow
from servicematch.solve.grouped.certificate import loose_bound
from servicematch.solve.grouped.circulation import circulation, flow_of
from servicematch.solve.leximin import (
    MOST_LEVELS,
    by_levels,
    is_bound_above,
    least_share,
    levelled,
    n_levels,
    with_worths,
)
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
    The problem that was solved last, and its solution: FEASIBLE where it was solved by levels (or not even that, with
    more than `servicematch.solve.leximin.MOST_LEVELS`), and for a share that was found rather than asked for.

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
    solution = _leximin(problem, options, bar)
    if most is None or solution.stopped_by is not None:
        return problem, solution
    assert problem.row_groups is not None
    return solve_share(problem, min(most, least_share(problem, solution.chosen)), options, bar, most=most)


def solve_share(
    problem: Problem, share: Fraction, options: FlowOptions | None, bar: Bar, *, most: Fraction
) -> tuple[Problem, Solution]:
    """Solve with every fair group up to a share; proved only where all reach it and no more was asked than this share.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from servicematch.base.progress import QUIET
    >>> from servicematch.solve.leximin import by_ranks, fair_forest
    >>> from servicematch.solve.problem import Problem
    >>> row, col, gain = np.arange(2, dtype=np.int32), np.zeros(2, dtype=np.int32), np.array([1, 7])
    >>> one = np.ones(2, dtype=np.int64)
    >>> forest = fair_forest(np.array([0, 0]), by_ranks([2]))
    >>> problem = Problem(row, col, gain, need=one, capacity=one[:1], tier=one, row_groups=forest)
    >>> half = Fraction(1, 2)
    >>> solve_share(problem, half, None, QUIET, most=half)[1].status.value
    'PROVED'
    """
    assert problem.row_groups is not None
    level = replace(problem, row_groups=levelled(problem.row_groups, share))
    assert level.row_groups is not None
    assert level.row_groups.worth is not None
    solution = solve_flow(level, options, bar)
    served = level.row_groups.through(np.bincount(level.row[solution.chosen], minlength=level.n_rows))
    asked = [int(level.row_groups.worths(group).sum()) for group in range(level.row_groups.n_groups)]
    is_certain = share == most and bool((served >= np.array(asked, dtype=np.int64)).all())
    return level, solution if is_certain else replace(solution, status=Status.FEASIBLE)


def _leximin(problem: Problem, options: FlowOptions | None, bar: Bar) -> Solution:
    """Solve by ranks, or where these are not exact by levels."""
    forest = problem.row_groups
    assert forest is not None
    assert forest.worth_start is not None
    asked = np.diff(forest.worth_start)
    groups = np.flatnonzero(asked > 0)
    if not is_bound_above(forest, groups, problem.need):
        return solve_flow(problem, options, bar)
    if n_levels(asked[groups].tolist()) > MOST_LEVELS:
        return replace(solve_flow(problem, options, bar), status=Status.FEASIBLE)
    exact = replace(problem, row_groups=with_worths(forest, groups, by_levels(asked[groups].tolist())))
    return _by_ranks(problem, solve_flow(exact, options, bar))


def _by_ranks(problem: Problem, solution: Solution) -> Solution:
    """Tell a solution by levels in the tiers of the problem by ranks, with a bound that needs no proof."""
    free, kept = without_fixed(problem)
    built = circulation(free, has_floors=problem.has_floors)
    chosen = np.flatnonzero(np.isin(kept, solution.chosen))
    return replace(
        solution,
        objective=built.value(flow_of(free, built, chosen)),
        bound=loose_bound(free, built),
        status=Status.FEASIBLE,
        group_prices=None,
    )
