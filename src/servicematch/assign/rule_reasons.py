"""Which open units a rule keeps open: a group whose quota is full, or floors of others that come first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.places import has_totals
from servicematch.assign.rule_forest import CAPACITY, read_rules
from servicematch.solve.flow import solve_flow

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.assign.rule_forest import Nested
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.forest import Forest


@dataclass(frozen=True, slots=True)
class RuleBlocks:
    """What rules keep from whom in a plan.

    Attributes
    ----------
    row_full, col_full
        int64, one a request or column of the solver: a full group that it is in (the smallest), -1 for none.
    rows, cols
        The forests that these groups are of.
    without_floors
        int64, one a request: units that it would have if there were no floors.
    """

    row_full: IntArray
    col_full: IntArray
    rows: Nested | None
    cols: Nested | None
    without_floors: IntArray

    def quota_of(self, answer: Answer, request: int) -> dict[str, Any] | None:
        """Return the facts of the quota that keeps a request from every free place it could have, None for none."""
        if self.row_full[request] >= 0 and self.rows is not None:
            return _facts(answer, self.rows, int(self.row_full[request]))
        problem = answer.problem
        start, stop = problem.row_start[request : request + 2].tolist()
        cols = problem.col[start:stop]
        has_place = problem.capacity > np.bincount(problem.col[answer.solution.chosen], minlength=problem.n_cols)
        if answer.timed is not None and has_totals(answer.teams):
            has_place &= (answer.load < answer.teams.free)[answer.timed.team]
        free = cols[has_place[cols]]
        if self.cols is None or len(free) == 0 or (self.col_full[free] < 0).any():
            return None
        return _facts(answer, self.cols, int(self.col_full[free[0]]))


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
    row_full = _full(rules.rows, np.bincount(answer.problem.row[answer.solution.chosen], minlength=problem.n_rows))
    col_full = _full(rules.cols, np.bincount(answer.problem.col[answer.solution.chosen], minlength=problem.n_cols))
    served = answer.served
    if problem.has_floors:
        bare = replace(problem, row_groups=_bare(problem.row_groups), col_groups=_bare(problem.col_groups))
        served = np.bincount(problem.row[solve_flow(bare).chosen], minlength=problem.n_rows)
    return RuleBlocks(row_full, col_full, rules.rows, rules.cols, served)


def _full(nested: Nested | None, units: IntArray) -> IntArray:
    """Return the nearest group above each row or column whose quota is full, -1 for none."""
    if nested is None:
        return np.full(len(units), -1, dtype=np.int64)
    forest = nested.forest
    is_full: BoolArray = (forest.through(units) >= forest.at_most) & (nested.rule != CAPACITY)
    if forest.worth_start is not None:
        is_full &= np.diff(forest.worth_start) == 0  # a fair group that has all it asked is no quota
    nearest = np.full(forest.n_groups + 1, -1, dtype=np.int64)
    for group in range(forest.n_groups - 1, -1, -1):
        nearest[group] = group if is_full[group] else nearest[forest.parent[group]]
    return nearest[forest.leaf]


def _bare(forest: Forest | None) -> Forest | None:
    return forest if forest is None else replace(forest, at_least=np.zeros_like(forest.at_least))


def _facts(answer: Answer, nested: Nested, group: int) -> dict[str, Any]:
    number = int(nested.rule[group])
    by = "id" if number == CAPACITY else getattr(answer.policy.rules[number], "by", "id")
    column = by if isinstance(by, str) else f"{by[0]} (level {by[1]})"
    most, value = int(nested.forest.at_most[group]), nested.values[group]
    per = getattr(answer.policy.rules[number], "per", "total")
    if per == "total":
        return {"rule": number, "column": column, "group": value, "at_most": most}
    return {"rule": number, "per": per, "team": value[0], "group": value[1], "at_most": most}
