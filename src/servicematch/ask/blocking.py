"""Who holds what a rule keeps from a request: the units of the full group, or of the group that has one team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.causes import Reason
from servicematch.assign.pair_rules import apart_groups
from servicematch.assign.rule_forest import read_rules
from servicematch.out.why_words import WHY_WORDS

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.assign.reasons import OpenUnits
    from servicematch.assign.rule_forest import Nested
    from servicematch.base.arrays import BoolArray
    from servicematch.out.ask_words import Names
    from servicematch.out.words import Lang

_TOLD = 5
_HELD = frozenset({Reason.QUOTA_FULL, Reason.DAY_CAP, Reason.APART, Reason.SAME_TEAM})


def blocking_set(answer: Answer, open_units: OpenUnits) -> tuple[tuple[Any, Any], ...]:
    """Return who is served by whom in the group that keeps units open, request by request; empty where no group does.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.reasons import find_reasons
    >>> from servicematch.assign.rules import Quota
    >>> from servicematch.assign.run import run
    >>> rules = [Quota("requests", "area", 1)]
    >>> answer = run({"id": [1, 2], "area": ["c", "c"], "priority": [0, 1]}, {"id": [7]}, Policy(limits=(), rules=rules))
    >>> blocking_set(answer, find_reasons(answer)[0])
    ((2, 7),)
    """
    if open_units.reason not in _HELD:
        return ()
    held = answer.solution.chosen[_is_held(answer, open_units)]
    rows, teams = answer.problem.row[held], answer.team_of(answer.problem.col[held])
    ids = answer.requests.ids[rows].tolist(), answer.teams.ids[teams].tolist()
    return tuple(zip(*ids, strict=True))


def blocking_lines(blocking: tuple[tuple[Any, Any], ...], lang: Lang, names: Names) -> list[str]:
    """Say who holds what a rule keeps from a request: the first ones, and how many more; nothing of nobody."""
    if not blocking:
        return []
    say = WHY_WORDS[lang]
    told = [say["held_by"].format(request=names.request(request), team=names.team(team)) for request, team in blocking]
    more = len(told) - _TOLD
    rest = [say["held_by_more"].format(n=more)] if more > 0 else []
    return [say["blocking"].format(held=say["held_comma"].join([*told[:_TOLD], *rest]))]


def _is_held(answer: Answer, open_units: OpenUnits) -> BoolArray:
    """Tell which of the chosen pairs are of the group."""
    problem, chosen, facts = answer.problem, answer.solution.chosen, open_units.facts
    if open_units.reason is Reason.SAME_TEAM:
        assert problem.regulars is not None
        own: BoolArray = problem.regulars.group[problem.row[chosen]] == problem.regulars.group[open_units.request]
        return own
    if open_units.reason is Reason.APART:
        found = apart_groups(answer.policy, answer.requests, answer.teams, problem.row, answer.team_of(problem.col))
        value = (facts["group"], facts["team"])
        return _inside(next(one for one in found if _at(one, facts["rule"], value) >= 0), facts["rule"], value)[chosen]
    value = (facts["team"], facts["group"]) if open_units.reason is Reason.DAY_CAP else facts["group"]
    rules = read_rules(answer.policy, answer.requests, answer.teams, answer.timed)
    for side, of_pairs in (("requests", problem.row), ("teams", problem.col)):
        for nested in rules.of_side(side):
            if _at(nested, facts["rule"], value) >= 0:
                return _inside(nested, facts["rule"], value)[of_pairs[chosen]]
    return np.zeros(len(chosen), dtype=np.bool_)


def _at(nested: Nested, rule: int, value: Any) -> int:
    """Find a group of a rule by its value, -1 where it has none."""
    for at in np.flatnonzero(nested.rule == rule).tolist():
        if nested.values[at] == value:
            return int(at)
    return -1


def _inside(nested: Nested, rule: int, value: Any) -> BoolArray:
    """Tell which leaves are of a group, or of one within it; parents stand after their children."""
    forest, group = nested.forest, _at(nested, rule, value)
    inside = np.zeros(forest.n_groups + 1, dtype=np.bool_)
    for one in range(forest.n_groups - 1, -1, -1):
        inside[one] = one == group or inside[forest.parent[one]]
    found: BoolArray = inside[forest.leaf]
    return found
