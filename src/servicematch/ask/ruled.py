"""Questions to plans with rules: what a forced pair, or a place more or fewer, changes is found by solving again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.assign.answer import tier_names
from servicematch.assign.decided import position_of
from servicematch.base.errors import ServiceMatchError
from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.grouped.value import grouped_value
from servicematch.solve.problem import Status

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray
    from servicematch.solve.problem import Problem


def refuse_rules(answer: Answer, question: str) -> None:
    """Refuse a question that is not answered on plans with rules yet, rather than answer it wrongly.

    Raises
    ------
    ServiceMatchError
        When the plan has rules.
    """
    if answer.policy.satisfaction is not None:
        refuse_satisfaction(answer, question)
    if answer.has_rules:
        raise ServiceMatchError(
            f"{question} is not answered on plans with rules, fairness or units bound to each other yet. "
            "Hint: why_not, alternates, worth_of and what_if are, by planning again"
        )


def refuse_satisfaction(answer: Answer, question: str) -> None:
    """Refuse a question whose answer is a sum, where the least satisfied count before any sum.

    Raises
    ------
    ServiceMatchError
        When the policy asks for satisfaction.
    """
    if answer.policy.satisfaction is not None:
        raise ServiceMatchError(
            f"{question} is not answered on plans with fairness=Satisfaction yet: there the least satisfied request counts "
            "before any sum. Hint: what_if plans again, or ask a plan without this fairness, which serves the same units"
        )


def has_costs(problem: Problem) -> bool:
    """Tell whether further units of some group cost score points, or units that are not of its one team."""
    return problem.regulars is not None or any(forest.cost is not None for _, forest in problem.forests)


def wants_several(answer: Answer, row: int) -> bool:
    """Whether a request wants several teams or none, and has no pin: then one unit alone is not to be had.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2], "units": [2, 2], "min_units": [2, 1]}, {"id": [1, 2]})
    >>> wants_several(answer, 0), wants_several(answer, 1)
    (True, False)
    """
    least = answer.problem.least
    return least is not None and bool(least[row] > 1) and not bool(answer.is_pinned[answer.rows == row].any())


def refuse_several(answer: Answer, row: int) -> None:
    """Refuse to tell what one unit costs of a request that wants several teams or none.

    Raises
    ------
    ServiceMatchError
        For such a request.
    """
    if wants_several(answer, row):
        raise ServiceMatchError(
            "what one unit costs is not told of a request that wants several teams or none (min_units). "
            "Hint: what_if with other min_units plans again"
        )


def forced_again(answer: Answer, row: int, col: int) -> dict[str, int] | None:
    """Return what the plan gains by tier when a pair is forced in; None where the team has no place for anybody.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.rules import Quota
    >>> from servicematch.assign.run import run
    >>> policy = Policy(limits=(), rules=[Quota("requests", "area", 1)])
    >>> answer = run({"id": [1, 2], "priority": [1, 0], "area": ["c", "c"]}, {"id": [1, 2]}, policy)
    >>> forced_again(answer, 1, 0)
    {'priority=1': -1, 'priority=0': 1, 'score': 0}
    """
    problem = answer.problem
    refuse_several(answer, row)
    taken = 0 if problem.fixed is None else np.count_nonzero(problem.col[problem.fixed] == col)
    return None if taken >= problem.capacity[col] else forced_pair(answer, position_of(problem, row, col))


def forced_pair(answer: Answer, pair: int) -> dict[str, int]:
    """Return what the plan gains by tier when a pair of its problem is forced in, as a pin would.

    Raises
    ------
    ServiceMatchError
        Where the plan with the pair is not proved.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> forced_pair(run({"id": [1, 2], "priority": [1, 0]}, {"id": [1]}), 1)
    {'priority=1': -1, 'priority=0': 1, 'score': 0}
    """
    problem = answer.problem
    fixed = np.zeros(problem.n_pairs, dtype=np.bool_) if problem.fixed is None else problem.fixed.copy()
    fixed[pair] = True
    return gain_again(answer, replace(problem, fixed=fixed))


def worth_again(answer: Answer, col: int, places: int) -> dict[str, int] | None:
    """Return what the plan gains by tier with so many places more at a team; None where it has none to lose."""
    problem = answer.problem
    taken = 0 if problem.fixed is None else np.count_nonzero(problem.col[problem.fixed] == col)
    if places < 0 and problem.capacity[col] + places < taken:
        return None
    capacity = problem.capacity.copy()
    capacity[col] += places
    return gain_again(answer, replace(problem, capacity=capacity))


def gain_again(answer: Answer, problem: Problem) -> dict[str, int]:
    """Solve a changed problem with the pairs of the plan's, and return what it gains by tier; floors may come or go.

    Raises
    ------
    ServiceMatchError
        Where the changed plan is not proved.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2]}, {"id": [1]})
    >>> gain_again(answer, replace(answer.problem, capacity=np.array([2])))
    {'priority=0': 1, 'score': 0}
    """
    solution = solve_flow(problem, FlowOptions(canonical=False))
    if solution.status is not Status.PROVED:
        raise ServiceMatchError(
            "the plan with this change was found, but not proved to be the best: no flow holds it. Hint: what_if tells "
            "both plans, each with its gap"
        )
    return gained(answer, problem, solution.chosen)


def gained(answer: Answer, problem: Problem, chosen: IntArray) -> dict[str, int]:
    """Return by tier how much more a choice in a changed problem is worth than the plan, pins counted.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2]}, {"id": [1]})
    >>> gained(answer, answer.problem, answer.solution.chosen[:0])
    {'priority=0': -1, 'score': 0}
    """
    after, before = grouped_value(problem, chosen), grouped_value(answer.problem, answer.solution.chosen)
    names = tier_names(answer.policy, answer.requests)
    has_floors = problem.has_floors, answer.problem.has_floors
    if any(has_floors):
        names = ("floors", *names)
        after, before = (value if one else (0, *value) for value, one in zip((after, before), has_floors, strict=True))
    return {name: new - old for name, new, old in zip(names, after, before, strict=True)}
