"""The bound with rules: prices are vectors, a unit pays those of its team and of every group that it is in.

Whatever the prices are, no plan can be worth more than the utilities of the requests, the places of the teams at their
prices, and for each group the units it may have at its price, those of its floor and its costs counted. It does not
matter whether the groups are nested.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.codes import Code, Violation
from servicematch.check.ids import positions
from servicematch.check.prices import FAIRNESS
from servicematch.check.vectors import as_total, best_units, is_positive, summed

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, Int32Array, IntArray
    from servicematch.base.claim import Claim
    from servicematch.check.certificate import Total
    from servicematch.check.prices import Tiers
    from servicematch.check.rules import Left, RuleBook

_HUGE = 2**52
"""Prices are pulled within this, so that those of many groups add up without wrapping; honest ones are far from it."""


@dataclass(frozen=True, slots=True)
class RulePrices:
    """Vectors, one a column (team or slot) and one a group: floors (where there are any), classes from the highest, micro-points."""

    column: IntArray
    group: IntArray


def read_rule_prices(claim: Claim, columns: Any, book: RuleBook, tiers: Tiers) -> tuple[RulePrices, list[Violation]]:
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
    for rule, value, price in claim.group_prices:
        i = known.get((rule, value), -1)
        if i < 0 or not _fits(np.asarray(price), (n,)):
            faults.append(Violation(Code.MALFORMED_CLAIM, rule=f"a price of rules[{rule}] {value!r} is not one"))
            continue
        group[i] = price
    return RulePrices(np.clip(column, -_HUGE, _HUGE), np.clip(group, -_HUGE, _HUGE)), faults


def _fits(values: AnyArray, shape: tuple[int, ...]) -> bool:
    return values.shape == shape and (values.size == 0 or values.dtype.kind == "i")


@dataclass(frozen=True, slots=True)
class RuleCertificate:
    """What prices with rules say; ``row_price`` and ``col_price`` are the sums that a request and a column pay.

    ``team`` is the team of each column, ``pinned`` has sorted keys of requests and teams: no second unit of that team.
    ``class_at`` and ``fair_at`` say where the tiers stand; ``classes``, ``need``, ``places``, ``n_classes`` and
    ``skip_micro`` are as in `Certificate`.
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

    def utilities(self, rows: Int32Array, cols: Int32Array, gains: IntArray) -> Total:
        """Add the best margins of requests, of which all pairs must be given at once."""
        key = rows.astype(np.int64) * (int(self.team.max(initial=0)) + 1) + self.team[cols]
        is_open = (self.places[cols] > 0) & ~np.isin(key, self.pinned)
        rows, cols, gains, key = rows[is_open], cols[is_open], gains[is_open], key[is_open]
        margins = -self.row_price[rows] - self.col_price[cols]
        margins[:, -1] += gains - self.skip_micro
        counted = np.flatnonzero(self.classes[rows] > 0)
        margins[counted, self.class_at[self.classes[rows[counted]]]] += 1
        return summed(margins[best_units(rows, key, margins, self.need)])

    def worth_of_places(self, _n_pairs: IntArray) -> Total:
        """Add the prices of all places and of the units of all groups."""
        n = self.column.shape[1]
        total = [0] * n
        dear = np.flatnonzero(is_positive(self.column))
        for price, places in zip(self.column[dear].tolist(), self.places[dear].tolist(), strict=True):
            total = [so_far + places * value for so_far, value in zip(total, price, strict=True)]
        for price, group in zip(self.group.tolist(), self.left, strict=True):
            for units, worth in self._units(price, group):
                if worth > [0] * n:
                    total = [so_far + units * value for so_far, value in zip(total, worth, strict=True)]
        return as_total(total)

    def _units(self, price: list[int], group: Left) -> list[tuple[int, list[int]]]:
        """List the units that a group may have, and what each is worth at its price."""
        floor = [price[0] + 1, *price[1:]] if self.has_floors else price
        if group.worths is not None:
            at = self.fair_at
            return [(1, [*price[:at], price[at] + worth, *price[at + 1 :]]) for worth in group.worths[: group.at_most]]
        if group.costs is None:
            return [(group.at_least, floor), (group.at_most - group.at_least, price)]
        units = []
        for k, cost in enumerate(group.costs[: group.at_most]):
            worth = floor if k < group.at_least else price
            units.append((1, [*worth[:-1], worth[-1] - cost]))
        return units


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
        fair_at=tiers.names.index(FAIRNESS) if FAIRNESS in tiers.names else -1,
    )
