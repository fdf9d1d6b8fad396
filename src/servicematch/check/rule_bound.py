"""The bound with rules: prices are vectors, a unit pays those of its team and of every group that it is in.

Whatever the prices are, no plan can be worth more than the utilities of the requests, the places of the teams at their
prices, and for each group the units it may have at its price, those of its floor and its costs counted. It does not
matter whether the groups are nested.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.codes import Code, Violation
from servicematch.check.ids import positions
from servicematch.check.lines import PairPrices, is_name, read_line
from servicematch.check.pair_rules import read_apart_prices
from servicematch.check.prices import FAIRNESS, exact_sum
from servicematch.check.stated import vector
from servicematch.check.vectors import as_total, best_units, summed

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, Int32Array, IntArray
    from servicematch.base.claim import Claim
    from servicematch.check.bound_units import BoundUnits
    from servicematch.check.certificate import Total
    from servicematch.check.days import Days
    from servicematch.check.pair_rules import OneTeamBound, PairRules
    from servicematch.check.prices import Tiers
    from servicematch.check.proof import Survey
    from servicematch.check.rules import Left, RuleBook

_MOST_OWN, _MOST_BESIDE = 2**20, 2**48
"""Weights of a tier for itself, which gains are multiplied by, and for those above, which count units."""
MOST_PRICE = 2**52
"""Prices are pulled within this, so that those of many groups add up without wrapping; honest ones are far from it."""


@dataclass(frozen=True, slots=True)
class RulePrices:
    """Lines, one a column (team or slot) and one a group: floors (where there are any), classes from the highest, micro-points."""

    column: IntArray
    group: IntArray
    weights: IntArray | None = None
    apart: PairPrices | None = None


def read_rule_prices(
    claim: Claim, columns: Any, book: RuleBook, pair_rules: PairRules, tiers: Tiers
) -> tuple[RulePrices, list[Violation]]:
    """Read the prices of teams (or slots) and groups; what is unknown or malformed is a violation and a price of nothing."""
    n = len(tiers.names)
    column, group = (np.zeros((size, n), dtype=np.int64) for size in (len(columns), len(book.groups)))
    given = claim.price_vectors if claim.slots is None else claim.slots.slot_prices
    ids = claim.price_teams if claim.slots is None else claim.slots.price_slots
    at = positions(columns.ids, ids)
    faults = [Violation(Code.UNKNOWN_PRICE_TEAM, team_id=ids[i]) for i in np.flatnonzero(at < 0).tolist()]
    stated = np.zeros((0, n), dtype=np.int64) if given is None and not len(at) else np.asarray(given)
    if not _fits(stated, (len(at), n)):
        return RulePrices(column, group), [Violation(Code.MALFORMED_CLAIM, rule="prices are not one vector a team")]
    column[at[at >= 0]] = stated[at >= 0]
    known = {(one.rule, one.value): i for i, one in enumerate(book.groups)}
    of_pairs = {one.rule for one in pair_rules.apart}
    of_groups, unreadable = _entries(claim.group_prices)
    faults += unreadable
    for rule, value, price in of_groups:
        if rule in of_pairs:
            continue
        i, line = known.get((rule, value), -1) if is_name(value) else -1, read_line(price, n, MOST_PRICE)
        if i < 0 or line is None:
            faults.append(Violation(Code.MALFORMED_CLAIM, rule=f"a price of rules[{rule}] {value!r} is not one"))
            continue
        group[i] = line
    weights, unread = _read_weights(claim, n)
    stated_apart = [one for one in of_groups if one[0] in of_pairs]
    apart, more = read_apart_prices(pair_rules, stated_apart, n, MOST_PRICE)
    clipped = np.clip(column, -MOST_PRICE, MOST_PRICE), np.clip(group, -MOST_PRICE, MOST_PRICE)
    return RulePrices(*clipped, weights, apart), [*faults, *unread, *more]


def _entries(stated: Any) -> tuple[list[tuple[int, Any, Any]], list[Violation]]:
    """Take the prices of groups apart: (number of the rule, value, line) each; what is none is a violation."""
    listed = stated if isinstance(stated, tuple | list) else (stated,)
    good = [
        one
        for one in listed
        if isinstance(one, tuple | list) and len(one) == 3 and isinstance(one[0], int | np.integer)  # noqa: PLR2004
    ]
    fault = Violation(Code.MALFORMED_CLAIM, rule="prices of groups are not a rule, a value and a line each")
    return [(int(one[0]), one[1], one[2]) for one in good], [fault] * (len(good) < len(listed))


def _read_weights(claim: Claim, n: int) -> tuple[IntArray | None, list[Violation]]:
    """Read what units count for each tier; None where lines are compared from the left.

    Any weights of at least nothing for the tiers above, something for the tier itself and nothing below give true bounds.
    """
    if not claim.tier_weights:
        return None, []
    listed = claim.tier_weights if isinstance(claim.tier_weights, tuple | list) else ()
    lines = [read_line(one, n, 2**62) for one in listed]
    stated = np.array([one for one in lines if one is not None], dtype=np.int64).reshape(-1, n)
    if len(lines) != n or None in lines:
        return None, [Violation(Code.MALFORMED_CLAIM, rule="weights of the tiers are not a whole number for each tier")]
    is_legal = (stated >= 0).all() and (np.diag(stated) > 0).all() and (np.triu(stated, 1) == 0).all()
    if not is_legal or np.diag(stated).max() > _MOST_OWN or stated.max() > _MOST_BESIDE:
        return None, [Violation(Code.MALFORMED_CLAIM, rule="weights of the tiers are out of range")]
    return stated.astype(np.int64), []


def _fits(values: AnyArray, shape: tuple[int, ...]) -> bool:
    return values.shape == shape and (values.size == 0 or values.dtype.kind == "i")


@dataclass(frozen=True, slots=True)
class RuleCertificate:
    """What prices with rules say; ``row_price`` and ``col_price`` are the sums that a request and a column pay.

    ``team`` is the team of each column, ``pinned`` has sorted keys of requests and teams: no second unit of that team.
    ``class_at`` and ``fair_at`` say where the tiers stand; ``classes``, ``need``, ``places``, ``n_classes`` and
    ``skip_micro`` are as in `Certificate`. With ``weights`` (a line a tier: what a unit in each tier counts there) each
    tier stands for itself, and what is added up is worth so many times its weight; see `settled`.
    ``bound`` says which requests want so many units or none, or all at the same time; only with weights. ``apart`` are
    prices of groups at teams, ``one_team`` says whose requests want one team for all, which only counts with weights.
    ``cuts`` are prices of jobs that are too much, and ``days`` say what pins leave no time for.
    """

    classes: IntArray
    need: IntArray
    places: IntArray
    n_classes: int
    skip_micro: int
    row_price: IntArray
    col_price: IntArray
    column: IntArray
    group: IntArray
    team: IntArray
    pinned: IntArray
    left: tuple[Left, ...]
    has_floors: bool
    class_at: IntArray
    fair_at: int
    weights: IntArray | None = None
    bound: BoundUnits | None = None
    apart: PairPrices | None = None
    one_team: OneTeamBound | None = None
    cuts: PairPrices | None = None
    days: Days | None = None

    @property
    def joint(self) -> IntArray | None:
        """The group of each request whose pairs must be given together with those of its group, -1 for none."""
        return None if self.one_team is None else self.one_team.same.label

    def utilities(self, rows: Int32Array, cols: Int32Array, gains: IntArray) -> Total:
        """Add the best margins of requests, of which all pairs must be given at once, and of whole groups."""
        key = rows.astype(np.int64) * (int(self.team.max(initial=0)) + 1) + self.team[cols]
        is_open = (self.places[cols] > 0) & ~np.isin(key, self.pinned)
        if self.days is not None:
            is_open &= self.days.possible(rows, cols)
        rows, cols, gains, key = rows[is_open], cols[is_open], gains[is_open], key[is_open]
        worth = np.zeros((len(rows), self.column.shape[1]), dtype=np.int64)
        worth[:, -1] = gains - self.skip_micro
        counted = np.flatnonzero(self.classes[rows] > 0)
        worth[counted, self.class_at[self.classes[rows[counted]]]] += 1
        paid = self.row_price[rows] + self.col_price[cols]
        if self.apart is not None:
            paid = paid + self.apart.paid(rows, self.team[cols])
        if self.cuts is not None:
            paid = paid + self.cuts.paid(rows, cols)
        if self.weights is None:
            margins = worth - paid
            return summed(margins[best_units(rows, key, margins, self.need)])
        margins = worth @ self.weights.T - paid
        is_bound = np.zeros(len(rows), dtype=np.bool_) if self.bound is None else self.bound.is_bound[rows]
        is_joint = is_bound & False if self.joint is None else self.joint[rows] >= 0
        free, bound = np.flatnonzero(~is_bound & ~is_joint), np.flatnonzero(is_bound)
        joint = np.flatnonzero(is_joint & (self.need[rows] > 0))
        totals = []
        for tier in range(margins.shape[1]):
            one = margins[free][:, [tier]]
            total = exact_sum(one[best_units(rows[free], key[free], one, self.need), 0])
            if self.bound is not None:
                total += self.bound.best(rows[bound], cols[bound], key[bound], margins[bound, tier], self.need)
            if self.one_team is not None:
                of_joint = rows[joint], self.team[cols[joint]], margins[joint, tier]
                total += self.one_team.best(*of_joint, self._cost_elsewhere(tier))
            totals.append(total)
        return as_total(totals)

    def _cost_elsewhere(self, tier: int) -> int:
        """Return what a unit that is not of its group's one team costs, as it counts for a tier."""
        assert self.one_team is not None
        assert self.weights is not None
        return int(self.weights[tier, -1]) * (self.one_team.same.cost or 0)

    def worth_of_places(self, _n_pairs: IntArray) -> Total:
        """Add the prices of all places and of the units of all groups, and what pins elsewhere cost."""
        total = [0] * self.column.shape[1]
        if self.one_team is not None and self.weights is not None:
            total = [self.one_team.settled(self._cost_elsewhere(tier)) for tier in range(len(total))]
        for of_pairs in (self.apart, self.cuts):
            if of_pairs is not None:
                for price, units in zip(of_pairs.price.tolist(), of_pairs.room, strict=True):
                    self._add(total, units, price)
        dear = np.flatnonzero(self.column.any(axis=1))
        for price, places in zip(self.column[dear].tolist(), self.places[dear].tolist(), strict=True):
            self._add(total, places, price)
        for price, group in zip(self.group.tolist(), self.left, strict=True):
            for units, worth in self._units(group):
                self._add(total, units, [a + b for a, b in zip(self._weighted(worth), price, strict=True)])
        return as_total(total)

    def _add(self, total: list[int], units: int, worth: list[int]) -> None:
        """Add so many units where they are worth anything: in all tiers together, or in each by itself."""
        is_worth_it = [worth > [0] * len(worth)] * len(worth) if self.weights is None else [one > 0 for one in worth]
        for tier, (counts, one) in enumerate(zip(is_worth_it, worth, strict=True)):
            total[tier] += units * one if counts else 0

    def _weighted(self, worth: list[int]) -> list[int]:
        """Return what a unit worth this in each tier counts for each tier."""
        if self.weights is None:
            return worth
        return [sum(w * one for w, one in zip(line, worth, strict=True)) for line in self.weights.tolist()]

    def _units(self, group: Left) -> list[tuple[int, list[int]]]:
        """List the units that a group may have, and what each is worth without its price."""
        none = [0] * self.column.shape[1]
        floor = [1, *none[1:]] if self.has_floors else none
        if group.worths is not None:
            at = self.fair_at
            return [(1, [*none[:at], worth, *none[at + 1 :]]) for worth in group.worths[: group.at_most]]
        if group.costs is None:
            return [(group.at_least, floor), (group.at_most - group.at_least, none)]
        units = []
        for k, cost in enumerate(group.costs[: group.at_most]):
            worth = floor if k < group.at_least else none
            units.append((1, [*worth[:-1], worth[-1] - cost]))
        return units


def settled(passed: Survey, weights: IntArray | None, reached: tuple[int, ...]) -> Survey:
    """Turn weighted sums into bounds: of each tier, for plans that have above it at least what was reached there."""
    if weights is None:
        return passed
    lines: list[list[int]] = weights.tolist()
    above = [sum(w * one for w, one in zip(line[:tier], reached, strict=False)) for tier, line in enumerate(lines)]

    def bound(sums: Total) -> Total:
        by_tier = zip(vector(sums), above, strict=True)
        return as_total([(most - less) // lines[tier][tier] for tier, (most, less) in enumerate(by_tier)])

    return replace(passed, worst=bound(passed.worst), kindest=bound(passed.kindest))


def rule_certificate(
    rules: tuple[RuleBook, list[Left]],
    prices: RulePrices,
    tiers: Tiers,
    unpinned: tuple[IntArray, IntArray],
    pinned: IntArray,
) -> RuleCertificate:
    """Make the certificate ready: what each request and each column pays in all."""
    (book, left), (need, places) = rules, unpinned
    row_price = np.zeros((len(need), prices.column.shape[1]), dtype=np.int64)
    col_price = prices.column.copy()
    row, col = np.divmod(pinned, max(1, len(places)))
    for side, at in book.at:
        inside = np.flatnonzero(at >= 0)
        paid = col_price if side else row_price
        paid[inside] += prices.group[at[inside]]
    return RuleCertificate(
        classes=tiers.classes,
        need=need,
        places=places,
        n_classes=tiers.n_classes,
        skip_micro=tiers.skip_micro,
        row_price=row_price,
        col_price=col_price,
        column=prices.column,
        group=prices.group,
        team=book.team,
        pinned=np.unique(row * (int(book.team.max(initial=0)) + 1) + book.team[col]),
        left=tuple(left),
        has_floors=book.has_floors,
        class_at=tiers.class_at,
        weights=prices.weights,
        apart=prices.apart,
        fair_at=tiers.names.index(FAIRNESS) if FAIRNESS in tiers.names else -1,
    )
