"""The rules of a policy read off the tables again, row by row, and what a plan makes of them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from servicematch.base.claim import SCALE
from servicematch.check.codes import Code, Violation
from servicematch.check.fair import asked_share, read_fair
from servicematch.check.ids import positions
from servicematch.check.report import Proof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.base.arrays import IntArray
    from servicematch.check.decisions import Decisions

_NO_BOUND = 2**62


@dataclass(slots=True)
class Group:
    """One group of one rule.

    Attributes
    ----------
    rule, value
        The rule's number, and what the group has in common.
    side
        0 for requests, 1 for teams.
    at_least, at_most
        Units.
    costs
        Micro-points of each further unit, None where they cost nothing.
    worths
        What each further unit is worth in the tier of fairness, None without one.
    """

    rule: int
    value: Any
    side: int
    at_least: int = 0
    at_most: int = _NO_BOUND
    costs: list[int] | None = None
    worths: list[int] | None = None


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All groups of all rules, for each rule the group of each row (or column), -1 for none; and whose the columns are."""

    groups: tuple[Group, ...]
    at: tuple[tuple[int, IntArray], ...]
    team: IntArray

    @property
    def has_floors(self) -> bool:
        """Whether there is a tier of floors."""
        return any(group.at_least > 0 for group in self.groups)

    def units(self, rows: Any, cols: Any) -> IntArray:
        """Count the units of each group among some pairs."""
        counts = np.zeros(len(self.groups), dtype=np.int64)
        for side, at in self.at:
            inside = at[cols if side else rows]
            np.add.at(counts, inside[inside >= 0], 1)
        return counts


def open_rules(policy: Any, requests: Any, teams: Any, slots: Any = None, claim: Any = None) -> RuleBook:
    """Read the rules and the fairness of a policy; the claim says what share was found, where it claims no proof.

    With slots, rules of teams are rules of their slots, and so is their capacity.
    """
    team = np.arange(len(teams)) if slots is None else positions(teams.ids, slots.team_id.tolist())
    whole, left = _sizes(teams, slots, team)
    sizes = whole, left + _pinned(claim, teams)
    groups: list[Group] = []
    at: list[tuple[int, IntArray]] = []
    if slots is not None and "capacity" in teams.present:  # over all slots of a team
        groups += [
            Group(-1, one, 1, at_most=free) for one, free in zip(teams.ids.tolist(), teams.free.tolist(), strict=True)
        ]
        at.append((1, team.astype(np.int64)))
    for number, rule in enumerate(getattr(policy, "rules", ()) or ()):
        if rule.kind in {"apart", "same_team"}:  # of requests and teams together
            continue
        side = 0 if getattr(rule, "side", "teams") == "requests" else 1
        labels = labels_of(requests if side == 0 else teams, getattr(rule, "by", "id"))
        own: dict[Any, Group] = {}
        for label in labels:
            if label is not None:
                own.setdefault(label, Group(number, label, side))
        size, free = (requests.units, requests.units) if side == 0 else sizes
        _fill(rule, own, labels, (size, free), teams)
        if side:
            labels = [labels[t] for t in team.tolist()]
        if getattr(rule, "per", "total") != "total":
            own, labels = _by_period(rule.per, own, labels, slots)
        place = {label: len(groups) + i for i, label in enumerate(own)}
        groups += own.values()
        at.append((side, np.array([place.get(label, -1) for label in labels], dtype=np.int64)))
    fairness = getattr(policy, "fairness", None)
    if fairness is not None and fairness.kind != "satisfaction":
        is_found = claim is not None and claim.status != Proof.PROVED
        fair = read_fair(fairness, requests, claim.fair_share if is_found else asked_share(fairness))
        number, start = len(getattr(policy, "rules", ()) or ()), len(groups)
        groups += [Group(number, v, 0, 0, len(w), None, w) for v, w in zip(fair.values, fair.worths, strict=True)]
        at.append((0, fair.at + start))
    return RuleBook(tuple(groups), tuple(at), team)


def _sizes(teams: Any, slots: Any, team: IntArray) -> tuple[IntArray, IntArray]:
    """Return the places of each team and those still free: with slots no more than these have."""
    if slots is None:
        return teams.capacity, teams.free
    places = np.bincount(team, slots.capacity, minlength=len(teams)).astype(np.int64)
    if "capacity" not in teams.present:
        return places + teams.used, places
    return np.minimum(teams.capacity, places + teams.used), np.minimum(teams.free, places)


def _pinned(claim: Any, teams: Any) -> IntArray:
    """Count the units that pins give each team: even work is no quota, so its costs go on where pins take too many."""
    pins = () if claim is None else claim.pins
    at = positions(teams.ids, [pin.team_id for pin in pins if pin.kind == "pin"])
    return np.bincount(at[at >= 0], minlength=len(teams)).astype(np.int64)


def _by_period(per: str, own: dict[Any, Group], labels: list[Any], slots: Any) -> tuple[dict[Any, Group], list[Any]]:
    """Split the group of each team by slot, or by day or week in the zone of the slots."""
    zone = ZoneInfo(slots.tz) if slots.tz else UTC
    split: dict[Any, Group] = {}
    named: list[Any] = []
    for i, label in enumerate(labels):
        day = datetime.fromtimestamp(int(slots.start[i]), zone).date()
        if per == "week":
            day -= timedelta(days=day.weekday())
        value = None if label is None else (label, slots.ids[[i]].tolist()[0] if per == "slot" else day.isoformat())
        named.append(value)
        if value is not None:
            whole = own[label]
            split.setdefault(value, Group(whole.rule, value, 1, at_most=whole.at_most))
    return split, named


def labels_of(table: Any, by: Any) -> list[Any]:
    """Return what each row has in the column, None for nothing; paths are cut at the level, shorter ones are nothing."""
    name, level = (by, None) if isinstance(by, str) else by
    if name == "id":
        return list(table.ids.tolist())
    column = table.extra[name] if name in table.extra else getattr(table, name)
    cells = column.tolist() if hasattr(column, "tolist") else [list(column.of(i)) for i in range(len(table))]
    labels = [_one(cell) for cell in cells]
    if name != "area":
        return labels
    paths = [None if one is None else [part.strip() for part in one.split("/") if part.strip()] for one in labels]
    if level is None:
        return ["/".join(path) if path else None for path in paths]
    return ["/".join(path[:level]) if path and len(path) >= level else None for path in paths]


def _one(cell: Any) -> Any:
    """Return the word of a cell, None for an empty one."""
    if isinstance(cell, list | tuple):
        cell = cell[0] if cell else None
    return None if cell is None or cell != cell else cell  # noqa: PLR0124 - NaN is nothing


def _fill(rule: Any, own: dict[Any, Group], labels: list[Any], sizes: tuple[IntArray, IntArray], teams: Any) -> None:
    """Give the groups of one rule their amounts; ``sizes`` are units asked, or places and free places."""
    whole, free = Counter[Any](), Counter[Any]()
    for label, size, left in zip(labels, sizes[0].tolist(), sizes[1].tolist(), strict=True):
        whole[label] += size
        free[label] += left
    for label, group in own.items():
        if rule.kind in {"floor", "min_load"}:
            group.at_least = _amount(rule.at_least, label, whole[label], math.ceil, -1e-9, default=0)
        elif rule.kind in {"quota", "cap"}:
            group.at_most = _amount(rule.at_most, label, whole[label], math.floor, 1e-9, default=_NO_BOUND)
        else:
            done = _done(rule.offset, label, teams, np.array([one == label for one in labels], dtype=np.bool_))
            group.at_most = free[label]
            group.costs = _costs(rule, group, whole[label], done)


def _amount(amount: Any, value: Any, whole: int, rounded: Any, slack: float, *, default: int) -> int:
    if isinstance(amount, tuple | list):
        amount = dict(amount).get(value, default)
    return amount if isinstance(amount, int) else int(rounded(amount * whole + slack))


def _done(offset: Any, value: Any, teams: Any, inside: Any) -> int:
    if offset is None:
        return 0
    if isinstance(offset, str):
        column = teams.extra[offset] if offset in teams.extra else getattr(teams, offset)
        return sum(int(value) for value in column[inside].tolist() if _one(value) is not None)
    return _amount(offset, value, 0, math.floor, 0.0, default=0)


def _costs(rule: Any, group: Group, whole: int, done: int) -> list[int]:
    if rule.shape == "target":
        aim = _amount(rule.target, group.value, whole, math.floor, 1e-9, default=0)
        micro = round(rule.points * SCALE)
        return [-micro if done + k < aim else micro for k in range(group.at_most)]
    return [int(np.rint(rule.points * SCALE * (k + 0.5 + done) / max(1, whole))) for k in range(group.at_most)]


@dataclass(frozen=True, slots=True)
class Left:
    """What pins left of one group: floor, quota, units that may still come, and the costs of these."""

    at_least: int
    at_most: int
    costs: list[int] | None
    worths: list[int] | None = None


def left_over(book: RuleBook, decisions: Decisions, need: IntArray, places: IntArray) -> list[Left]:
    """Take the pinned units out of every group; ``need`` and ``places`` are what pins left of requests and teams."""
    pinned = book.units(decisions.rows[decisions.is_pinned], decisions.cols[decisions.is_pinned]).tolist()
    beneath = np.zeros(len(book.groups), dtype=np.int64)
    for side, at in book.at:
        np.add.at(beneath, at[at >= 0], (places if side else need)[at >= 0])
    left = []
    for group, taken, most in zip(book.groups, pinned, beneath.tolist(), strict=True):
        costs = None if group.costs is None else group.costs[taken:]
        at_most = min(max(0, group.at_most - taken), most)
        worths = None if group.worths is None else group.worths[taken:]
        left.append(Left(min(max(0, group.at_least - taken), at_most), at_most, costs, worths))
    return left


def check_rules(book: RuleBook, decisions: Decisions) -> Iterator[Violation]:
    """Find groups with more units than their quota; what pins take beyond it is theirs, nobody may come on top."""
    pinned = decisions.is_pinned
    taken = book.units(decisions.rows[pinned], decisions.cols[pinned])
    others = book.units(decisions.rows[~pinned], decisions.cols[~pinned])
    for group, own, more in zip(book.groups, taken.tolist(), others.tolist(), strict=True):
        limit = group.at_most if group.costs is None and group.worths is None else _NO_BOUND
        if more > max(0, limit - own) or own > limit:
            code = Code.QUOTA_BROKEN if more > max(0, limit - own) else Code.PIN_OVER_QUOTA
            name = f"rules[{group.rule}] {group.value!r}"
            yield Violation(code, measured=own + more, limit=limit, unit="units", rule=name)


def check_fair(claim: Any, book: RuleBook, decisions: Decisions) -> Iterator[Violation]:
    """Find groups below the share that a plan claims, by its proof, to have brought all of them to."""
    if claim.status != Proof.PROVED or claim.fair_share is None:
        return
    for group, n in zip(book.groups, book.units(decisions.rows, decisions.cols).tolist(), strict=True):
        if group.worths is not None and n < sum(group.worths):
            yield Violation(Code.NOT_PROVED_OPTIMAL, measured=n, limit=sum(group.worths), rule="fairness")


def worth_of_groups(left: list[Left], units: IntArray) -> tuple[int, int, int]:
    """Return units of floors met, micro-points that further units cost, and fairness; ``units`` are without pins."""
    floors = sum(min(group.at_least, n) for group, n in zip(left, units.tolist(), strict=True))
    costs = sum(sum(group.costs[:n]) for group, n in zip(left, units.tolist(), strict=True) if group.costs is not None)
    fair = sum(sum(group.worths[:n]) for group, n in zip(left, units.tolist(), strict=True) if group.worths is not None)
    return floors, costs, fair
