"""Rules nested into two forests: what lies inside of what, and which rules cross."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.fair_groups import fair_groups, with_ranks
from servicematch.assign.places import Columns, has_totals
from servicematch.assign.rule_groups import RuleGroups, groups_of_rule
from servicematch.assign.rules import OF_PAIRS
from servicematch.base.errors import PolicyError
from servicematch.solve.forest import Forest

if TYPE_CHECKING:
    from servicematch.assign.inputs import Timed
    from servicematch.assign.policy import Policy
    from servicematch.base.arrays import IntArray
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams


@dataclass(frozen=True, slots=True)
class Nested:
    """A forest, and what each of its groups is: ``rule[g]`` and ``values[g]``, the rule's number and the group's value."""

    forest: Forest
    rule: IntArray
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RuleForests:
    """All rules of a policy, read off the tables.

    Attributes
    ----------
    read
        One a rule of one side, in the policy's order, and then the groups of its fairness, if it has any.
    rows, cols
        The nested ones on each side, None where there are none.
    crossing
        Those that cross an earlier one of their side, each with its side: no flow holds them.
    """

    read: tuple[RuleGroups, ...] = ()
    rows: Nested | None = None
    cols: Nested | None = None
    crossing: tuple[tuple[str, Nested], ...] = ()

    def of_side(self, side: str) -> list[Nested]:
        """Return all groups of one side, ``"requests"`` or ``"teams"``: the nested ones, then each rule that crosses."""
        nested = self.rows if side == "requests" else self.cols
        return [*([] if nested is None else [nested]), *(one for whose, one in self.crossing if whose == side)]

    @property
    def has_floors(self) -> bool:
        """Whether any group has a floor: then floors are the highest tier."""
        return any(bool((one.at_least > 0).any()) for one in self.read)


CAPACITY = -1
"""The number of the rule that a team's capacity over all its slots is."""


def read_rules(
    policy: Policy,
    requests: Requests,
    teams: Teams,
    timed: Timed | None = None,
    *,
    pinned: IntArray | None = None,
    always: bool = False,
) -> RuleForests:
    """Read the rules and the fairness of a policy off the tables and nest them.

    ``pinned`` are the columns of the pins, one a pin. Without rules nothing is read but with ``always``: then teams' capacities are, with slots.

    The groups of fairness are taken up first, and stand above a rule's groups with the same members. With slots the
    teams' capacities are rules too.

    Raises
    ------
    PolicyError
        When rules cross each other or the fairness, and there is one.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.rules import Floor, Quota
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1, 2, 3], "area": ["a/x", "a/y", "b"]})
    >>> rules = Floor("requests", ("area", 1), 1), Quota("requests", "area", 5)
    >>> read = read_rules(Policy(rules=rules), requests, Teams({"id": [1]}))
    >>> read.rows.values, read.rows.forest.parent.tolist(), read.crossing
    (('b', 'a/y', 'a/x', 'b', 'a'), [3, 4, 4, -1, -1], ())
    """
    if not (policy.has_group_rules or always):
        return RuleForests()
    columns = Columns.of(teams, timed, pinned)
    rules = tuple(
        groups_of_rule(number, rule, requests, teams, columns)
        for number, rule in enumerate(policy.rules)
        if rule.kind not in OF_PAIRS
    )
    fair = fair_groups(policy, requests, teams)
    kept: dict[str, list[RuleGroups]] = {"requests": [], "teams": []}
    nested: dict[str, Nested | None] = {"requests": None, "teams": None}
    crossing: list[tuple[str, Nested]] = []
    if timed is not None and has_totals(teams):
        ids = tuple(teams.ids.tolist())
        zero = np.zeros(len(ids), dtype=np.int64)
        total = RuleGroups(CAPACITY, "teams", timed.team.astype(np.int64), ids, zero, teams.free)
        kept["teams"], nested["teams"] = [total], nest([total])
    for one in (*((fair,) if fair else ()), *rules):
        if len(one.values) == 0 and one is not fair:  # fairness is a tier even where nobody asks
            continue
        tried = nest([*kept[one.side], one])
        if tried is None:
            alone = nest([one])
            assert alone is not None
            crossing.append((one.side, alone))
            continue
        kept[one.side].append(one)
        nested[one.side] = tried
    if fair and crossing:
        raise PolicyError(_crossing_text(policy, crossing[0]))
    read = (*rules, fair) if fair else rules
    rows = nested["requests"]
    if rows is not None and fair:
        rows = Nested(with_ranks(rows.forest, np.flatnonzero(rows.rule == fair.rule)), rows.rule, rows.values)
    return RuleForests(read, rows, nested["teams"], tuple(crossing))


def nest(parts: list[RuleGroups]) -> Nested | None:
    """Nest the groups of several rules of one side; None where two of them cross.

    Of two groups with the very same members, that of the earlier rule stands above.
    """
    first = np.cumsum([0, *(len(part.values) for part in parts)])
    member = np.stack(
        [np.where(part.group >= 0, part.group + start, -1) for part, start in zip(parts, first[:-1], strict=True)],
        axis=1,
    )
    n_groups = int(first[-1])
    size = np.bincount(member[member >= 0], minlength=n_groups)
    rule_at = np.repeat(np.arange(len(parts)), np.diff(first))
    order = np.lexsort((-np.arange(n_groups), -rule_at, size))  # from small to large: children before parents
    place = np.empty(n_groups + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(n_groups), n_groups
    chain = np.sort(np.where(member >= 0, place[member], n_groups), axis=1)  # of each row, from the smallest group up
    above = np.concatenate([chain[:, 1:], np.full((len(chain), 1), n_groups)], axis=1)
    below, up = chain[chain < n_groups], above[chain < n_groups]
    parent = np.full(n_groups, n_groups, dtype=np.int64)
    parent[below] = up
    if (parent[below] != up).any():
        return None
    leaf = chain[:, 0] if chain.shape[1] else np.full(len(chain), n_groups)
    at_least, at_most = (
        np.concatenate([getattr(part, name) for part in parts])[order] for name in ("at_least", "at_most")
    )
    costs = [
        empty if part.costs is None else part.costs[group]
        for part in parts
        for empty in [np.empty(0, dtype=np.int64)]
        for group in range(len(part.values))
    ]
    cost_start = cost = None
    if any(part.costs is not None for part in parts):
        ordered = [costs[group] for group in order.tolist()]
        cost_start = np.cumsum([0, *map(len, ordered)])
        cost = np.concatenate(ordered)
    values = [value for part in parts for value in part.values]
    forest = Forest(
        np.where(leaf < n_groups, leaf, -1).astype(np.int32),
        np.where(parent < n_groups, parent, -1).astype(np.int32),
        at_least,
        at_most,
        cost_start,
        cost,
    )
    return Nested(
        forest, np.array([part.rule for part in parts])[rule_at][order], tuple(values[g] for g in order.tolist())
    )


def _crossing_text(policy: Policy, crossing: tuple[str, Nested]) -> str:
    side, number = crossing[0], int(crossing[1].rule[0])
    rule = policy.rules[number]
    by = getattr(rule, "by", "id")
    return (
        f"rules[{number}] ({type(rule).__name__} by {by!r}) crosses the fairness or an earlier rule of the {side}: some of "
        "its groups share rows with a group without one lying inside of the other. With fairness, groups of one side "
        "must nest. Hint: leave the fairness out, or ask for a floor"
    )
