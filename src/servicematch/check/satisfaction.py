"""The proof of satisfaction: no plan that serves the same units of each request makes the least satisfied fare better.

Which units are served is what the plan itself has. Whoever takes for each request its best margins at the claimed
prices, exactly as many as it has units, and adds the places of all teams at these prices, gets what no such plan exceeds,
whatever the prices are. It goes along with the pass over all eligible pairs that the other proof makes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.chosen import is_chosen
from servicematch.check.codes import Code, Violation
from servicematch.check.ids import positions
from servicematch.check.levels import PLACE, best_margins, digits, level_of, weight_of
from servicematch.check.prices import whole
from servicematch.check.proof import unpinned
from servicematch.check.report import Proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from servicematch.base.arrays import AnyArray, BoolArray, Int32Array, IntArray
    from servicematch.base.claim import Claim, SatisfactionClaim
    from servicematch.check.decisions import Decisions
    from servicematch.check.eligible import Pairs

_MOST_PRICE = 2**40
_AT_ONCE = 100_000
"""Pairs whose long numbers stand in memory together, or those of one request."""


@dataclass(slots=True)
class Side:
    """What the plan is worth and what none exceeds, with ambiguous pairs taken one way."""

    value: int = 0
    bound: int = 0
    is_short: bool = False


@dataclass(slots=True)
class Satisfying:
    """Adds up the proof while the eligible pairs pass by.

    Attributes
    ----------
    steps
        The highest level.
    units, places, price
        Units that the plan gives each request, pins apart; places that pins left; a long number a team.
    worst, kindest
        With ambiguous pairs taken against the plan, and in its favour.
    counts
        Units by level.
    is_ambiguous
        Whether a served request has a pair on an edge.
    """

    steps: int
    decisions: Decisions
    units: IntArray
    places: IntArray
    price: AnyArray
    faults: tuple[Violation, ...]
    worst: Side = field(default_factory=Side)
    kindest: Side = field(default_factory=Side)
    counts: list[int] = field(default_factory=list)
    is_ambiguous: bool = False

    def through(self, all_pairs: Iterable[Pairs]) -> Iterator[Pairs]:
        """Hand on all pairs, and take in those of served requests."""
        places_at_prices = sum((self.price * self.places.astype(object)).tolist())
        self.worst, self.kindest = Side(bound=places_at_prices), Side(bound=places_at_prices)
        self.counts = [0] * (self.steps + 1)
        for pairs in all_pairs:
            served = pairs.part((self.units > 0)[pairs.rows])
            for rows in _runs(np.bincount(served.rows, minlength=len(self.units))):
                self._add(served.part((served.rows >= rows[0]) & (served.rows < rows[1])))
            yield pairs

    def _add(self, pairs: Pairs) -> None:
        chosen = is_chosen(self.decisions, pairs.rows, pairs.cols, len(self.places))
        sure = chosen | ~pairs.unsure
        n = len(self.units)
        best_low, best_high = (
            _best(pairs.rows, pairs.low, sure, n),
            _best(pairs.rows, pairs.high, np.ones_like(sure), n),
        )
        least = level_of(pairs.low, best_high[pairs.rows], self.steps)
        most = level_of(pairs.high, best_low[pairs.rows], self.steps)
        best = _best(pairs.rows, pairs.gain, pairs.passing | chosen, n)
        nominal = level_of(pairs.gain, best[pairs.rows], self.steps)
        for level, count in enumerate(np.bincount(nominal[chosen], minlength=self.steps + 1).tolist()):
            self.counts[level] += count
        self.is_ambiguous |= bool(pairs.ambiguous.any())
        low, high = (weight_of(*one, self.steps) for one in ((least, pairs.low), (most, pairs.high)))
        has_place = self.places[pairs.cols] > 0
        self._grow(self.worst, pairs, np.where(chosen, low, high), chosen, has_place)
        self._grow(self.kindest, pairs, np.where(chosen, high, low), chosen, has_place & sure)

    def _grow(self, side: Side, pairs: Pairs, weight: AnyArray, chosen: BoolArray, usable: BoolArray) -> None:
        side.value += sum(weight[chosen].tolist())
        margins = weight[usable] - self.price[pairs.cols[usable]]
        total, is_short = best_margins(pairs.rows[usable], margins, self.units)
        side.bound += total
        side.is_short |= is_short

    @property
    def outcome(self) -> Proof:
        """What came of this proof by itself: proved if the bound is met with every ambiguous pair taken against the plan."""
        if self.worst.bound == self.worst.value and not self.worst.is_short:
            return Proof.PROVED
        may_close = self.kindest.bound <= self.kindest.value or self.kindest.is_short
        return Proof.AMBIGUOUS if self.is_ambiguous and may_close else Proof.GAP

    def check(self, claim: Claim) -> Iterator[Violation]:
        """Find counts by level that are not the plan's; pairs on an edge leave them open."""
        yield from self.faults
        stated = () if claim.satisfaction is None else tuple(map(whole, claim.satisfaction.counts))
        if claim.satisfaction is None or self.is_ambiguous or stated == tuple(self.counts):
            return
        if len(stated) != len(self.counts):
            yield Violation(Code.MALFORMED_CLAIM, rule="satisfaction has not one count a level")
            return
        at = next(level for level, n in enumerate(self.counts) if n != stated[level])
        rule = f"units at level {at} of {self.steps}"
        yield Violation(Code.OBJECTIVE_DIFFERS, measured=stated[at], limit=self.counts[at], rule=rule)

    def check_optimal(self, claim: Claim) -> Iterator[Violation]:
        """Find a claim that nobody could fare better which the prices do not bear out, and the first level of it."""
        if claim.status != Proof.PROVED or self.outcome is not Proof.GAP or self.kindest.bound <= self.kindest.value:
            return
        reached, most = (digits(one, self.steps) for one in (self.kindest.value, self.kindest.bound))
        at = next(place for place, one in enumerate(most) if one != reached[place])
        rule = "score" if at == self.steps else f"units above level {at} of {self.steps}"
        above = 0 if at == self.steps else int(self.units.sum()) + sum(reached[:at])
        yield Violation(Code.NOT_PROVED_OPTIMAL, measured=above + reached[at], limit=above + most[at], rule=rule)


def worse(one: Proof, other: Proof) -> Proof:
    """Return what two proofs together come to.

    Examples
    --------
    >>> worse(Proof.PROVED, Proof.GAP).value, worse(Proof.AMBIGUOUS, Proof.PROVED).value
    ('GAP', 'AMBIGUOUS')
    """
    return next(proof for proof in (Proof.GAP, Proof.AMBIGUOUS, Proof.PROVED) if proof in (one, other))


def asks_satisfaction(policy: Any) -> bool:
    """Tell whether a policy asks for satisfaction.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> asks_satisfaction(SimpleNamespace(fairness=None))
    False
    """
    return getattr(getattr(policy, "fairness", None), "kind", None) == "satisfaction"


def read_satisfaction(policy: Any, claim: Claim, tables: tuple[Any, Any], decisions: Decisions) -> Satisfying:
    """Read what a plan claims of satisfaction, for a policy that asks for it."""
    (requests, teams), fairness = tables, policy.fairness
    free = ~decisions.is_pinned
    price, faults = np.zeros(len(teams), dtype=object), list[Violation]()
    if claim.satisfaction is not None:
        price, faults = _read_prices(claim.satisfaction, teams, fairness.steps)
    return Satisfying(
        steps=fairness.steps,
        decisions=decisions,
        units=np.bincount(decisions.rows[free], minlength=len(requests)),
        places=unpinned(requests, teams, decisions)[1],
        price=price,
        faults=tuple(faults),
    )


def _read_prices(claim: SatisfactionClaim, teams: Any, steps: int) -> tuple[AnyArray, list[Violation]]:
    """Give each team its price as a long number; what is no legal price becomes a violation and a price of nothing."""
    price, levels = np.zeros(len(teams), dtype=object), list(claim.levels)
    stated = np.asarray(claim.prices)
    known = all(isinstance(level, int | np.integer) and 0 <= level <= steps for level in levels)
    is_whole = stated.dtype.kind == "i" or stated.size == 0
    if (
        not known
        or len(set(levels)) < len(levels)
        or not is_whole
        or stated.shape != (len(claim.price_teams), len(levels))
    ):
        return price, [Violation(Code.MALFORMED_CLAIM, rule="prices of satisfaction are not one vector a team")]
    at, faults = positions(teams.ids, claim.price_teams), []
    for place, line in zip(at.tolist(), np.clip(stated, -_MOST_PRICE, _MOST_PRICE).tolist(), strict=True):
        number = sum(one << PLACE * (steps - level) for one, level in zip(line, levels, strict=True))
        if place < 0:
            continue
        if number < 0:
            rule = f"satisfaction, {min(levels)} of {steps}"
            faults.append(Violation(Code.NEGATIVE_PRICE, team_id=teams.ids[place], rule=rule))
        price[place] = max(0, number)
    unknown = [claim.price_teams[i] for i in np.flatnonzero(at < 0).tolist()]
    return price, faults + [Violation(Code.UNKNOWN_PRICE_TEAM, team_id=team) for team in unknown]


def _best(rows: Int32Array, gain: IntArray, counted: BoolArray, n: int) -> IntArray:
    """Return the best gain of each request, among the pairs that count."""
    best = np.zeros(n, dtype=np.int64)
    np.maximum.at(best, rows[counted], gain[counted])
    return best


def _runs(n_pairs: IntArray) -> Iterator[tuple[int, int]]:
    """Cut the requests into runs of not many pairs."""
    run = np.cumsum(n_pairs) // _AT_ONCE
    edges = [0, *(np.flatnonzero(np.diff(run)) + 1).tolist(), len(n_pairs)]
    yield from pairwise(edges)
