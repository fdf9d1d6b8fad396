"""The bound of a plan with slots: prices of slots and of teams' totals, each a vector with a number a tier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.codes import Code, Violation
from servicematch.check.ids import positions
from servicematch.check.vectors import as_total, best_units, first_sign, summed

if TYPE_CHECKING:
    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.base.claim import Claim
    from servicematch.check.certificate import Total
    from servicematch.check.decisions import Decisions
    from servicematch.check.prices import Tiers
    from servicematch.check.slot_columns import SlotColumns

_HUGE = 2**60


@dataclass(frozen=True, slots=True)
class SlotCertificate:
    """What the prices say: a request is worth its best margins over different teams, a place its price.

    Any prices give a true bound. Each unit pays the price of its slot and that of its team's total. A slot has no more
    places than pairs, a total no more than its slots.

    Attributes
    ----------
    classes, need
        Class of each request, and its units that pins left open.
    places, totals
        Places that pins left at each slot, and at each team over all its slots.
    slot_prices, team_prices
        A row each, and a column a tier, the highest first; never negative from the left.
    team
        The team of each slot.
    pinned
        Sorted keys ``row * n_teams + team`` of pins: a request gets no second unit of that team.
    n_classes, skip_micro
        The highest class, and what is taken off every gain.
    """

    classes: IntArray
    need: IntArray
    places: IntArray
    totals: IntArray
    slot_prices: IntArray
    team_prices: IntArray
    team: IntArray
    pinned: IntArray
    n_classes: int
    skip_micro: int

    @property
    def joint(self) -> None:
        """Every request is bounded by itself."""
        return None

    def utilities(self, rows: Int32Array, cols: Int32Array, gains: IntArray) -> Total:
        """Add the best margins of requests, of which all pairs must be given at once."""
        team = self.team[cols]
        key = rows.astype(np.int64) * len(self.totals) + team
        open_ = (self.places[cols] > 0) & (self.totals[team] > 0) & ~np.isin(key, self.pinned)
        rows, cols, gains, key = rows[open_], cols[open_], gains[open_], key[open_]
        margins = -self.slot_prices[cols] - self.team_prices[self.team[cols]]
        margins[:, -1] += gains - self.skip_micro
        counted = np.flatnonzero(self.classes[rows] > 0)
        margins[counted, self.n_classes - self.classes[rows[counted]]] += 1
        return summed(margins[best_units(rows, key, margins, self.need)])

    def worth_of_places(self, n_pairs: IntArray) -> Total:
        """Add the prices of all places; ``n_pairs`` counts the eligible pairs of each slot."""
        places = np.minimum(self.places, n_pairs)
        in_all = np.bincount(self.team, places, minlength=len(self.totals)).astype(np.int64)
        total = as_total([0] * (self.n_classes + 1))
        for prices, rooms in ((self.slot_prices, places), (self.team_prices, np.minimum(self.totals, in_all))):
            for at in np.flatnonzero(prices.any(axis=1)).tolist():
                worth = [int(rooms[at]) * price for price in prices[at].tolist()]
                total.grow(as_total(worth))
        return total


def slot_certificate(
    requests: Any,
    teams: Any,
    columns: SlotColumns,
    *,
    decisions: Decisions,
    tiers: Tiers,
    prices: tuple[IntArray, IntArray],
) -> SlotCertificate:
    """Make the certificate ready: what pins leave open, at prices that are legal."""
    row, slot = np.divmod(decisions.pinned, max(1, len(columns)))
    team = columns.team[slot]
    limited = "capacity" in teams.present
    taken = np.bincount(team, minlength=len(teams))
    totals = np.maximum(teams.free - taken, 0) if limited else np.full(len(teams), _HUGE)
    return SlotCertificate(
        classes=tiers.classes,
        need=np.maximum(requests.units - np.bincount(row, minlength=len(requests)), 0),
        places=np.maximum(columns.free - np.bincount(slot, minlength=len(columns)), 0),
        totals=totals,
        slot_prices=_legal(prices[0]),
        team_prices=_legal(prices[1]) if limited else np.zeros_like(prices[1]),
        team=columns.team,
        pinned=np.unique(row * max(1, len(teams)) + team),
        n_classes=tiers.n_classes,
        skip_micro=tiers.skip_micro,
    )


def _legal(prices: IntArray) -> IntArray:
    """Pull prices into the legal range: none is worth less than nothing."""
    clipped = np.clip(prices, -_HUGE, _HUGE)
    clipped[first_sign(clipped) < 0] = 0
    return clipped


def read_slot_prices(
    claim: Claim, columns: SlotColumns, teams: Any, n_tiers: int
) -> tuple[tuple[IntArray, IntArray], list[Violation]]:
    """Give each slot and each team's total its claimed price; what cannot be read becomes a violation."""
    faults: list[Violation] = []
    found = []
    stated: tuple[tuple[Any, Any], ...] = (((), ()), ((), ()))
    if claim.slots is not None:
        stated = (
            (claim.slots.price_slots, claim.slots.slot_prices),
            (claim.slots.price_teams, claim.slots.team_prices),
        )
    for (ids, values), known, name in zip(stated, (columns.ids, teams.ids), ("slot_id", "team_id"), strict=True):
        prices = np.zeros((len(known), n_tiers), dtype=np.int64)
        given = np.asarray(values)
        at = positions(known, ids)
        if len(ids) and (given.shape != (len(ids), n_tiers) or given.dtype.kind != "i"):
            faults.append(Violation(Code.MALFORMED_CLAIM, rule="prices are not whole numbers, one a tier"))
        else:
            code = Code.UNKNOWN_PRICE_TEAM if name == "team_id" else Code.UNKNOWN_SLOT
            faults += [Violation(code, **{name: ids[i]}) for i in np.flatnonzero(at < 0).tolist()]
            if len(np.unique(at[at >= 0])) < int((at >= 0).sum()):
                faults.append(Violation(Code.MALFORMED_CLAIM, rule="a slot or a team is priced twice"))
            if len(ids):
                prices[at[at >= 0]] = given[at >= 0]
        found.append(prices)
    return (found[0], found[1]), faults
