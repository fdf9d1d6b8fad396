"""Answers that somebody else decided: a choice of the same pairs, measured by the proof of the answer at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.certificate import prove
from servicematch.solve.face import find_face
from servicematch.solve.fixed import without_fixed
from servicematch.solve.flow import solve_flow
from servicematch.solve.grouped.solve import has_groups
from servicematch.solve.grouped.value import grouped_value
from servicematch.solve.matching import checked, index_matching
from servicematch.solve.problem import Solution, Status
from servicematch.solve.residual import tied_rows

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray
    from servicematch.solve.problem import Problem


def decided(answer: Answer, chosen: IntArray) -> Answer:
    """Return the answer with another lawful choice, the fixed pairs among it; its bound and prices stay.

    The prices prove what they proved before: that no choice is worth more than the bound. A choice that reaches it is
    proved too.

    Parameters
    ----------
    answer
        An answer to the same problem.
    chosen
        int64, positions of the chosen pairs, rising.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2]}, {"id": [1]})
    >>> other = decided(answer, np.array([1]))
    >>> other.solution.status.value, other.solution.objective == answer.solution.bound
    ('PROVED', True)
    >>> decided(answer, np.array([], dtype=np.int64)).solution.status.value
    'FEASIBLE'
    """
    problem, old = answer.problem, answer.solution
    free = chosen if problem.fixed is None else chosen[~problem.fixed[chosen]]
    objective = _value(problem, free)
    proved = objective == old.bound
    solution = Solution(
        chosen=chosen,
        objective=objective,
        bound=old.bound,
        prices=old.prices,
        status=Status.PROVED if proved else Status.FEASIBLE,
        stopped_by=None,
        tied=_tied(answer, free)
        if proved and problem.has_flow and not has_groups(problem)
        else np.empty(0, dtype=np.int64),
        solver="applied",
        n_solves=0,
        n_pairs_solved=0,
        group_prices=old.group_prices,
    )
    return replace(answer, solution=solution)


def _value(problem: Problem, free: IntArray) -> tuple[int, ...]:
    """Return what chosen pairs are worth that are not fixed, behind the fixed ones."""
    left, kept = without_fixed(problem)
    value = grouped_value(left, np.searchsorted(kept, free))
    return (0, *value) if problem.has_floors and not left.has_floors else value


def best_part(answer: Answer, pairs: IntArray) -> IntArray:
    """Return as many of some pairs as can stand together, those worth most where not all can: positions, rising.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> best_part(run({"id": [1, 2], "priority": [0, 1]}, {"id": [1]}), np.array([0, 1])).tolist()
    [1]
    """
    problem = answer.problem
    part = problem.part(
        pairs,
        tier=problem.tier if problem.n_tiers else np.ones(problem.n_rows, dtype=np.int64),
        fixed=None,
        n_tiers=max(problem.n_tiers, 1),
    )
    return pairs[solve_flow(part).chosen]


def position_of(problem: Problem, row: int, col: int) -> int:
    """Find a pair of a problem, -1 where it has none.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> position_of(run({"id": [1]}, {"id": [1, 2]}).problem, 0, 1)
    1
    """
    start, stop = problem.row_start[row : row + 2].tolist()
    at = start + int(np.searchsorted(problem.col[start:stop], col))
    return at if at < stop and int(problem.col[at]) == col else -1


def _tied(answer: Answer, free: IntArray) -> IntArray:
    """Find who could have had a unit more in another solution just as good; ``free`` are the chosen pairs, not fixed."""
    old = answer.solution
    problem, kept = without_fixed(answer.problem)
    free = np.searchsorted(kept, free)
    matching = checked(index_matching(problem, free))
    return tied_rows(find_face(matching, old.prices, prove(problem, old.prices, matching, compiled=False)))
