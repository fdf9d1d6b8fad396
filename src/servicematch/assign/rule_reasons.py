"""Which open units a rule keeps open: a group whose quota is full, or floors of others that come first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.places import has_totals
from servicematch.assign.rule_forest import CAPACITY, read_rules
from servicematch.solve.flow import solve_flow

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.assign.answer import Answer
    from servicematch.assign.rule_forest import Nested
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.forest import Forest


@dataclass(frozen=True, slots=True)
class RuleBlocks:
    """What rules keep from whom in a plan.

    Attributes
    ----------
    of_rows, of_cols
        Groups of the requests and of the solver's columns, nested and crossing, each with a full group that every
        request (or column) is in: int64, the smallest, -1 for none.
    without_floors
        Solves again without floors, and says how many units each request would have then: int64, one a request.
    """

    of_rows: tuple[tuple[Nested, IntArray], ...]
    of_cols: tuple[tuple[Nested, IntArray], ...]
    without_floors: Callable[[], IntArray]

    def quota_of(self, answer: Answer, request: int) -> dict[str, Any] | None:
        """Return the facts of the quota that keeps a request from every free place it could have, None for none."""
        for nested, full in self.of_rows:
            if full[request] >= 0:
                return _facts(answer, nested, int(full[request]))
        problem = answer.problem
        start, stop = problem.row_start[request : request + 2].tolist()
        cols = problem.col[start:stop]
        cols = cols[~np.isin(answer.team_of(cols), answer.cols[answer.rows == request])]  # they have come already
        has_place = problem.capacity > np.bincount(problem.col[answer.solution.chosen], minlength=problem.n_cols)
        if answer.timed is not None and has_totals(answer.teams):
            has_place &= (answer.load < answer.teams.free)[answer.timed.team]
        free = cols[has_place[cols]]
        if (
            len(free) == 0
            or not self.of_cols
            or (np.stack([full[free] for _, full in self.of_cols]) < 0).all(axis=0).any()
        ):
            return None
        nested, full = next((nested, full) for nested, full in self.of_cols if full[free[0]] >= 0)
        return _facts(answer, nested, int(full[free[0]]))


def rule_blocks(answer: Answer) -> RuleBlocks | None:
    """Find the full groups of a plan with rules, and who would be served without floors; None without rules.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.rules import Quota
    >>> from servicematch.assign.run import run
    >>> rules = [Quota("requests", "area", 1)]
    >>> answer = run({"id": [1, 2], "area": ["c", "c"]}, {"id": [1, 2]}, Policy(limits=(), rules=rules))
    >>> rule_blocks(answer).quota_of(answer, 0)
    {'rule': 0, 'column': 'area', 'group': 'c', 'at_most': 1}
    """
    if not answer.policy.has_group_rules:
        return None
    problem = answer.problem
    rules = read_rules(answer.policy, answer.requests, answer.teams, answer.timed)
    chosen = answer.solution.chosen
    row_units = np.bincount(problem.row[chosen], minlength=problem.n_rows)
    col_units = np.bincount(problem.col[chosen], minlength=problem.n_cols)
    return RuleBlocks(
        tuple((nested, _full(nested, row_units)) for nested in rules.of_side("requests")),
        tuple((nested, _full(nested, col_units)) for nested in rules.of_side("teams")),
        cache(lambda: _served_without_floors(answer)),
    )


def _served_without_floors(answer: Answer) -> IntArray:
    problem = answer.problem
    if not problem.has_floors:
        return answer.served
    bare = replace(
        problem,
        row_groups=_bare(problem.row_groups),
        col_groups=_bare(problem.col_groups),
        crossing=tuple(replace(one, forest=_without_floors(one.forest)) for one in problem.crossing),
    )
    return np.bincount(problem.row[solve_flow(bare).chosen], minlength=problem.n_rows)


def _full(nested: Nested, units: IntArray) -> IntArray:
    """Return the nearest group above each row or column whose quota is full, -1 for none."""
    forest = nested.forest
    is_full: BoolArray = (forest.through(units) >= forest.at_most) & (nested.rule != CAPACITY)
    if forest.cost_start is not None:
        is_full &= np.diff(forest.cost_start) == 0  # even work keeps nobody out
    if forest.worth_start is not None:
        is_full &= np.diff(forest.worth_start) == 0  # a fair group that has all it asked is no quota
    nearest = np.full(forest.n_groups + 1, -1, dtype=np.int64)
    for group in range(forest.n_groups - 1, -1, -1):
        nearest[group] = group if is_full[group] else nearest[forest.parent[group]]
    return nearest[forest.leaf]


def _bare(forest: Forest | None) -> Forest | None:
    return None if forest is None else _without_floors(forest)


def _without_floors(forest: Forest) -> Forest:
    return replace(forest, at_least=np.zeros_like(forest.at_least))


def _facts(answer: Answer, nested: Nested, group: int) -> dict[str, Any]:
    number = int(nested.rule[group])
    by = "id" if number == CAPACITY else getattr(answer.policy.rules[number], "by", "id")
    column = by if isinstance(by, str) else f"{by[0]} (level {by[1]})"
    most, value = int(nested.forest.at_most[group]), nested.values[group]
    per = getattr(answer.policy.rules[number], "per", "total")
    if per == "total":
        return {"rule": number, "column": column, "group": value, "at_most": most}
    return {"rule": number, "per": per, "team": value[0], "group": value[1], "at_most": most}
