"""Rules about requests and teams together, read off the tables again: different teams for a group, or one for all of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.claim import SCALE
from servicematch.check.codes import Code, Violation
from servicematch.check.ids import positions
from servicematch.check.lines import PairPrices, is_name, read_line
from servicematch.check.prices import exact_sum
from servicematch.check.rules import labels_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from servicematch.base.arrays import AnyArray, Int32Array, IntArray
    from servicematch.check.decisions import Decisions


@dataclass(frozen=True, slots=True)
class Labelled:
    """The groups of one rule: ``label`` is each request's, -1 for none; ``most`` is of `Apart`, ``cost`` of `SameTeam`.

    ``cost`` are micro-points of a unit of another team, None where there can be none.
    """

    rule: int
    label: IntArray
    values: tuple[Any, ...]
    most: int = 0
    cost: int | None = None

    def met(self, rows: AnyArray, teams: AnyArray) -> Counter[tuple[int, int]]:
        """Count the units of each group at each team."""
        named = zip(self.label[rows].tolist(), teams.tolist(), strict=True)
        return Counter(one for one in named if one[0] >= 0)


@dataclass(frozen=True, slots=True)
class PairRules:
    """All of them, the pins that count for them, and the team of each column and its id."""

    apart: tuple[Labelled, ...]
    same: Labelled | None
    team: IntArray
    team_ids: AnyArray
    decisions: Decisions
    faults: tuple[Violation, ...] = ()

    def units(self, one: Labelled, *, pinned: bool) -> Counter[tuple[int, int]]:
        """Count the decided units of each group at each team, those pinned or the others."""
        which = self.decisions.is_pinned == pinned
        return one.met(self.decisions.rows[which], self.team[self.decisions.cols[which]])

    def charge(self) -> int:
        """Add up the micro-points of units that are not of the team with most units of their group, pinned ones too."""
        if self.same is None or self.same.cost is None:
            return 0
        return self.same.cost * sum(self.elsewhere(self.units(self.same, pinned=False) + self.pins).values())

    @property
    def pins(self) -> Counter[tuple[int, int]]:
        """Units that are pinned, by group and team."""
        return Counter() if self.same is None else self.units(self.same, pinned=True)

    @staticmethod
    def elsewhere(units: Counter[tuple[int, int]]) -> dict[int, int]:
        """Count by group the units that are not of the team that has most."""
        by_group: dict[int, list[int]] = {}
        for (group, _), n in units.items():
            by_group.setdefault(group, []).append(n)
        return {group: sum(ns) - max(ns) for group, ns in by_group.items()}


def read_pair_rules(policy: Any, requests: Any, teams: Any, team: IntArray, decisions: Decisions) -> PairRules:
    """Read the rules; ``team`` is that of each column.

    Examples
    --------
    >>> from types import SimpleNamespace as Table
    >>> requests = Table(ids=np.array([1, 2]), extra={"family": np.array(["a", "a"], dtype=object)}, units=np.ones(2))
    >>> rules = [Table(kind="apart", by="family", at_most=1)]
    >>> read_pair_rules(Table(rules=rules), requests, Table(ids=np.array([7])), np.array([0]), None).apart[0].label
    array([0, 0])
    """
    apart, same = [], None
    faults: list[Violation] = []
    for number, rule in enumerate(getattr(policy, "rules", ()) or ()):
        if rule.kind not in {"apart", "same_team"}:
            continue
        place: dict[Any, int] = {}
        named = labels_of(requests, rule.by)
        label = np.array([-1 if one is None else place.setdefault(one, len(place)) for one in named], dtype=np.int64)
        if rule.kind == "apart":
            apart.append(Labelled(number, label, tuple(place), most=rule.at_most))
        else:
            cost = None if rule.points is None else round(rule.points * SCALE)
            if same is not None:
                faults.append(Violation(Code.MALFORMED_CLAIM, rule=f"rules[{number}] is a second SameTeam"))
            same = same or Labelled(number, label, tuple(place), cost=cost)
            several = np.flatnonzero((label >= 0) & (requests.units > 1))[:1]
            faults += [
                Violation(
                    Code.MALFORMED_CLAIM, requests.ids[one], rule=f"rules[{number}] has a request of several units"
                )
                for one in several.tolist()
            ]
    return PairRules(tuple(apart), same, team, teams.ids, decisions, tuple(faults))


def check_pair_rules(rules: PairRules) -> Iterator[Violation]:
    """Find teams with too much of a group, and groups that are to have one team and have several."""
    yield from rules.faults
    for one in rules.apart:
        taken, more = rules.units(one, pinned=True), rules.units(one, pinned=False)
        for at in sorted(taken.keys() | more.keys()):
            own, new = taken[at], more[at]
            if new > max(0, one.most - own) or own > one.most:
                code = Code.QUOTA_BROKEN if new > max(0, one.most - own) else Code.PIN_OVER_QUOTA
                team = rules.team_ids[[at[1]]].tolist()[0]
                name = f"rules[{one.rule}] {one.values[at[0]]!r} at team {team!r}"
                yield Violation(code, team_id=team, measured=own + new, limit=one.most, unit="units", rule=name)
    if rules.same is None or rules.same.cost is not None:
        return
    free, pinned = (_teams_of(rules.units(rules.same, pinned=is_pinned)) for is_pinned in (False, True))
    for group, come in free.items():
        given = pinned.get(group, set())
        if len(come) > 1 or (given and not come <= given):
            name = f"rules[{rules.same.rule}] {rules.same.values[group]!r}"
            yield Violation(Code.NOT_ONE_TEAM, measured=len(come | given), limit=1, rule=name)
    for group, given in pinned.items():
        if len(given) > 1:
            name = f"rules[{rules.same.rule}] {rules.same.values[group]!r}"
            yield Violation(Code.PIN_OVER_QUOTA, measured=len(given), limit=1, unit="teams", rule=name)


def _teams_of(units: Counter[tuple[int, int]]) -> dict[int, set[int]]:
    teams: dict[int, set[int]] = {}
    for group, team in units:
        teams.setdefault(group, set()).add(team)
    return teams


def read_apart_prices(
    rules: PairRules, stated: list[tuple[int, Any, Any]], n_tiers: int, most: int
) -> tuple[PairPrices | None, list[Violation]]:
    """Read the claimed prices of groups at teams, pulled within ``most``; what is unknown is a violation and no price."""
    by_rule = {one.rule: one for one in rules.apart}
    places = {one.rule: {value: at for at, value in enumerate(one.values)} for one in rules.apart}
    priced: dict[tuple[int, int, int], list[int]] = {}
    faults: list[Violation] = []
    for rule, value, price in stated:
        at, line = _place(places[rule], value, rules), read_line(price, n_tiers, most)
        if at is None or line is None:
            faults.append(Violation(Code.MALFORMED_CLAIM, rule=f"a price of rules[{rule}] {value!r} is not one"))
            continue
        priced[rule, *at] = line
    if not priced:
        return None, faults
    keys, room = [], []
    for rule, group, team in priced:
        one = by_rule[rule]
        keys.append(np.flatnonzero(one.label == group) * len(rules.team_ids) + team)
        room.append(max(0, one.most - rules.units(one, pinned=True)[group, team]))
    return PairPrices.of(len(rules.team_ids), keys, list(priced.values()), room), faults


def _place(groups: dict[Hashable, int], value: Any, rules: PairRules) -> tuple[int, int] | None:
    """Find a group and a team by the group's value and the team's id, None where there is no such."""
    if not isinstance(value, tuple) or len(value) != 2 or not is_name(value):  # noqa: PLR2004 - a group and a team
        return None
    group = groups.get(value[0], -1)
    team = int(positions(rules.team_ids, [value[1]])[0])
    return None if group < 0 or team < 0 else (group, team)


@dataclass(frozen=True, slots=True)
class OneTeamBound:
    """What groups that want one team can be worth at most, whichever team each has: the best is found by trying all.

    ``places`` are those of each team that pins left, ``pinned`` the units that groups have at teams already.
    """

    same: Labelled
    places: IntArray
    pinned: Counter[tuple[int, int]]

    def settled(self, cost: int) -> int:
        """Return what pins alone cost, ``cost`` for each that is not of the team with most of its group."""
        return -cost * sum(PairRules.elsewhere(self.pinned).values())

    def best(self, rows: Int32Array, teams: IntArray, margins: IntArray, cost: int) -> int:
        """Add up what the requests of these pairs can have, beside what pins cost; a group's pairs are given at once."""
        label, strict, n_teams = self.same.label, self.same.cost is None, max(1, len(self.places))
        cell, at = np.unique(rows.astype(np.int64) * n_teams + teams, return_inverse=True)
        worth = np.zeros(len(cell), dtype=np.int64)
        np.maximum.at(worth, at.reshape(-1), margins)
        row, team = np.divmod(cell, n_teams)
        best = np.zeros(len(label), dtype=np.int64)
        np.maximum.at(best, row, worth)
        other = np.zeros_like(best) if strict else np.maximum(best - cost, 0)
        lift: dict[int, dict[int, list[int]]] = {}
        for group, one, more in zip(
            label[row].tolist(), team.tolist(), np.maximum(worth - other[row], 0).tolist(), strict=True
        ):
            lift.setdefault(group, {}).setdefault(one, []).append(more)
        own: dict[int, dict[int, int]] = {}
        for (group, one), n in self.pinned.items():
            own.setdefault(group, {})[one] = n
        total = exact_sum(other)
        for group, lifted in lift.items():
            has = own.get(group, {})
            first = max(has.values(), default=0)
            may = has if strict and has else lifted.keys() | has.keys()
            total += max(max(0, self._most(one, lifted.get(one, [])) + cost * (has.get(one, 0) - first)) for one in may)
        return total

    def _most(self, team: int, lifts: list[int]) -> int:
        """Add up the best of a group's units at a team that it has places for."""
        return sum(sorted(lifts, reverse=True)[: int(self.places[team])])
