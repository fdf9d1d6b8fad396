"""Which open units a rule keeps open: a group whose quota is full, or floors of others that come first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.causes import Reason
from servicematch.assign.days import stands_between
from servicematch.assign.pair_rules import apart_groups, regulars_of
from servicematch.assign.places import has_totals
from servicematch.assign.rule_forest import CAPACITY, read_rules
from servicematch.solve.flow import solve_flow
from servicematch.solve.regulars import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.assign.answer import Answer
    from servicematch.assign.policy import Policy
    from servicematch.assign.rule_forest import Nested
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.forest import Forest


@dataclass(frozen=True, slots=True)
class RuleBlocks:
    """What rules keep from whom in a plan.

    Attributes
    ----------
    of_rows, of_cols, of_pairs
        Groups of the requests, of the solver's columns and of pairs, nested and crossing, each with a full group that
        every request (column, pair) is in: int64, the smallest, -1 for none.
    one_team
        Who may have one team only, None where nobody is so.
    without_floors
        Solves again without floors, and says how many units each request would have then: int64, one a request.
    """

    of_rows: tuple[tuple[Nested, IntArray], ...]
    of_cols: tuple[tuple[Nested, IntArray], ...]
    of_pairs: tuple[tuple[Nested, IntArray], ...]
    one_team: OneTeam | None
    without_floors: Callable[[], IntArray]

    def blocked(self, answer: Answer, request: int) -> tuple[Reason, dict[str, Any]] | None:
        """Return the rule that keeps a request from every free place it could have, with its facts; None for none."""
        for nested, full in self.of_rows:
            if full[request] >= 0:
                return _of_quota(answer, nested, int(full[request]))
        free = _with_place(answer, request)
        cols = answer.problem.col[free]
        full_groups = [(nested, full[free]) for nested, full in self.of_pairs]
        full_groups += [(nested, full[cols]) for nested, full in self.of_cols]
        is_others = np.zeros(len(free), dtype=np.bool_)
        if self.one_team is not None:
            is_others = self.one_team.keeps_out(request, answer.team_of(cols))
        is_kept = is_others.copy()
        for _, full in full_groups:
            is_kept |= full >= 0
        if len(free) == 0 or not (is_kept.all() or stands_between(answer, free[~is_kept])):
            return None
        if not is_kept.all():
            n_teams = len(np.unique(answer.team_of(cols[~is_kept])))
            return Reason.NO_TIME_BETWEEN, {"n_teams": n_teams}
        if self.one_team is not None and is_others.any():
            return Reason.SAME_TEAM, self.one_team.facts(answer, request)
        nested, full = next((nested, full) for nested, full in full_groups if (full >= 0).any())
        return _of_quota(answer, nested, int(full[full >= 0][0]))


def _with_place(answer: Answer, request: int) -> IntArray:
    """Return the pairs of a request whose column has a place, but for teams that come already."""
    problem = answer.problem
    start, stop = problem.row_start[request : request + 2].tolist()
    cols = problem.col[start:stop]
    has_place = problem.capacity > np.bincount(problem.col[answer.solution.chosen], minlength=problem.n_cols)
    if answer.timed is not None and has_totals(answer.teams):
        has_place &= (answer.load < answer.teams.free)[answer.timed.team]
    comes = np.isin(answer.team_of(cols), answer.cols[answer.rows == request])
    free: IntArray = start + np.flatnonzero(has_place[cols] & ~comes)
    return free


@dataclass(frozen=True, slots=True)
class OneTeam:
    """The groups of a `SameTeam` that leaves no choice: the group of each request, and the teams that each may have.

    That is the team of its units, or without such the teams to which units are pinned.
    """

    rule: int
    group: IntArray
    teams: dict[int, tuple[int, ...]]
    values: tuple[Any, ...]

    @classmethod
    def of(cls, answer: Answer) -> OneTeam | None:
        """Read who has which team; None where no group is so."""
        regulars = answer.problem.regulars
        if regulars is None or not (regulars.cost == NEVER).any():
            return None
        found = regulars_of(answer.policy, answer.requests, answer.teams)
        assert found is not None
        number = next(at for at, rule in enumerate(answer.policy.rules) if rule.kind == "same_team")
        free = ~answer.is_pinned
        groups = regulars.group[answer.rows]
        teams: dict[int, tuple[int, ...]] = {}
        for group, team in zip(groups[~free].tolist(), answer.cols[~free].tolist(), strict=True):
            teams[group] = tuple(dict.fromkeys((*teams.get(group, ()), team)))
        chosen = zip(groups[free].tolist(), answer.cols[free].tolist(), strict=True)
        return cls(number, regulars.group, teams | {group: (team,) for group, team in chosen}, found[1])

    def keeps_out(self, request: int, teams: Int32Array) -> BoolArray:
        """Tell which teams a request may not have, for its group has another."""
        group = int(self.group[request])
        has_other: BoolArray = ~np.isin(teams, self.teams.get(group, ()))
        return has_other if group in self.teams and group >= 0 else has_other & False

    def facts(self, answer: Answer, request: int) -> dict[str, Any]:
        """Name the group and the team that it has."""
        group = int(self.group[request])
        ids = answer.teams.ids[list(self.teams[group])].tolist()
        team = ids[0] if len(ids) == 1 else ", ".join(map(str, ids))
        return {
            "rule": self.rule,
            "column": column_of(answer.policy, self.rule),
            "group": self.values[group],
            "team": team,
        }


def rule_blocks(answer: Answer) -> RuleBlocks | None:
    """Find the full groups of a plan with rules, and who would be served without floors; None without rules.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.rules import Quota
    >>> from servicematch.assign.run import run
    >>> rules = [Quota("requests", "area", 1)]
    >>> answer = run({"id": [1, 2], "area": ["c", "c"]}, {"id": [1, 2]}, Policy(limits=(), rules=rules))
    >>> reason, facts = rule_blocks(answer).blocked(answer, 0)
    >>> reason.value, facts
    ('QUOTA_FULL', {'rule': 0, 'column': 'area', 'group': 'c', 'at_most': 1})
    """
    if not answer.has_rules:
        return None
    problem = answer.problem
    rules = read_rules(answer.policy, answer.requests, answer.teams, answer.timed)
    chosen = answer.solution.chosen
    row_units = np.bincount(problem.row[chosen], minlength=problem.n_rows)
    col_units = np.bincount(problem.col[chosen], minlength=problem.n_cols)
    apart = apart_groups(answer.policy, answer.requests, answer.teams, problem.row, answer.team_of(problem.col))
    return RuleBlocks(
        tuple((nested, _full(nested, row_units)) for nested in rules.of_side("requests")),
        tuple((nested, _full(nested, col_units)) for nested in rules.of_side("teams")),
        tuple((nested, _full(nested, problem.units("pairs", chosen))) for nested in apart),
        OneTeam.of(answer),
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


def column_of(policy: Policy, number: int) -> str:
    """Name the column that a rule groups by; -1 is the teams' capacity."""
    by = "id" if number == CAPACITY else getattr(policy.rules[number], "by", "id")
    return by if isinstance(by, str) else f"{by[0]} (level {by[1]})"


def _of_quota(answer: Answer, nested: Nested, group: int) -> tuple[Reason, dict[str, Any]]:
    """Tell a full group: the reason that it is, and its facts."""
    number = int(nested.rule[group])
    column = column_of(answer.policy, number)
    most, value = int(nested.forest.at_most[group]), nested.values[group]
    if number != CAPACITY and answer.policy.rules[number].kind == "apart":
        return Reason.APART, {"rule": number, "column": column, "group": value[0], "team": value[1], "at_most": most}
    per = getattr(answer.policy.rules[number], "per", "total")
    if per == "total":
        return Reason.QUOTA_FULL, {"rule": number, "column": column, "group": value, "at_most": most}
    return Reason.DAY_CAP, {"rule": number, "per": per, "team": value[0], "group": value[1], "at_most": most}
