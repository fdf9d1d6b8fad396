"""The lowest bound found of every tier, and how to lower it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.hours.bound import bound_of, plain_multipliers, relax, weights_of
from servicematch.solve.hours.descent import Target, descend
from servicematch.solve.hours.knapsack import grid_of
from servicematch.solve.hours.start import guess
from servicematch.solve.hours.weights import Weights
from servicematch.solve.problem import Multipliers

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, IntArray
    from servicematch.solve.hours.budget import Budget
    from servicematch.solve.hours.descent import Descent
    from servicematch.solve.hours.incumbent import Incumbent
    from servicematch.solve.hours.knapsack import Filled
    from servicematch.solve.hours.packing import Packing
    from servicematch.solve.hours.start import Guess

_UNIT = 2**20
"""Multipliers of a tier that counts units are whole multiples of one part in so many."""

_FIRST_STEP = 0.1
"""Of the gap between the bound that splits pairs and the best choice."""

_COUNT_STEP = 2e-3
_PAID = 2**10
_FEW_TO_GUESS = 20_000
"""Up to so many pairs a linear program of the units alone is solved as well, for it takes no time."""


class Bounds:
    """Multipliers for every tier, and what they prove."""

    def __init__(self, packing: Packing, weights: Weights) -> None:
        self.packing, self.weights, self.grid = packing, weights, grid_of(packing)
        self.all_units = np.bincount(packing.tier, weights=packing.need, minlength=packing.n_tiers + 1).astype(np.int64)
        self.all_units[0] = 0
        self._tiers = range(packing.n_tiers, -1, -1)
        plain = [plain_multipliers(packing, tier) for tier in self._tiers]
        self._proofs = {
            tier: [(one, int((packing.need * one.row).sum()))] for tier, one in zip(self._tiers, plain, strict=True)
        }
        self._guide: Descent | None = None

    def multipliers(self, counts: IntArray) -> tuple[Multipliers, ...]:
        """Return those that prove the bounds for such choices, one a tier, from the highest class to the gains."""
        return tuple(self._best(tier, counts)[0] for tier in self._tiers)

    @property
    def row(self) -> IntArray:
        """The multipliers of the rows that the search goes by, in scaled weights."""
        assert self._guide is not None
        return self._guide.multipliers.row

    def values(self, counts: IntArray) -> tuple[int, ...]:
        """Return the bound of every tier for choices that serve at least so many units of each class above it."""
        return tuple(self._value(tier, counts) for tier in self._tiers)

    def lack(self, is_chosen: BoolArray) -> FloatArray:
        """Return by how much each column's pairs fall behind its knapsack, none negative: what the gap is made of."""
        assert self._guide is not None
        packing, chosen = self.packing, np.flatnonzero(is_chosen)
        value = (
            weights_of(packing, 0, self._guide.multipliers)[chosen] - self._guide.multipliers.row[packing.row[chosen]]
        )
        has = np.bincount(packing.col[chosen], weights=value, minlength=packing.n_cols)
        behind: FloatArray = np.maximum(self._guide.filled.worth - has, 0.0)
        return behind

    def lower_last(self, first: Guess, best: Incumbent, budget: Budget) -> Filled:
        """Lower the bound of the gains, as if everything were served, from a first guess; return the knapsacks."""
        packing, weights = self.packing, self.weights
        start = Multipliers(
            weights.scale,
            weights.scale * weights.of_class,
            np.rint(np.minimum(first.row, 2.0**52 / weights.scale) * weights.scale).astype(np.int64),
        )
        still = np.zeros(packing.n_tiers + 1)
        goal = best.value[-1] if (best.counts == self.all_units).all() else -(2**62)
        target = Target(0, self.all_units, goal, still)
        split = float(packing.need @ first.row + packing.capacity @ first.col + packing.places @ first.place)
        gap = split - float(weights.pair[best.chosen].sum())
        step = weights.scale * max(_FIRST_STEP * gap, 1e-6 * weights.reach)
        self._guide = descend(packing, self.grid, target, start, step=step, budget=budget)
        self._proofs[0].append((self._guide.multipliers, self._guide.total))
        return self._guide.filled

    def lower_open(self, best: Incumbent, budget: Budget) -> None:
        """Lower the bounds that are above what the best choice has, for choices that serve as many units as it does."""
        if self._guide is None:
            return
        counts = best.counts
        missed = counts < self.all_units
        for tier, reached in zip(self._tiers, best.value, strict=True):
            above = np.arange(len(counts)) > tier
            if not budget.is_left or (tier == 0 and not missed.any()) or self._value(tier, counts) <= reached:
                continue
            target = Target(tier, np.where(above, counts, 0), reached, (above & missed).astype(np.float64))
            found = self._lower(tier, target, budget.part(0.5))
            self._proofs[tier].append((found.multipliers, found.total))

    def _lower(self, tier: int, target: Target, budget: Budget) -> Descent:
        assert self._guide is not None
        packing, guide = self.packing, self._guide.multipliers
        old, _ = self._best(tier, target.counts)
        if old.scale > 1:
            return descend(packing, self.grid, target, old, step=self._step(tier, old.scale) / 4, budget=budget)
        if tier == 0:
            start = self._paid_less(guide, target)
            return descend(packing, self.grid, target, start, step=self._step(0, guide.scale), budget=budget)
        starts = [self._of_guide(tier)]
        if packing.n_pairs <= _FEW_TO_GUESS:
            starts.append(self._guessed(tier, budget))
        start = min(starts, key=lambda one: bound_of(relax(packing, self.grid, tier, one)[0], one, target.counts))
        return descend(packing, self.grid, target, start, step=self._step(tier, _UNIT), budget=budget)

    def _of_guide(self, tier: int) -> Multipliers:
        """Return what the search goes by, measured in units of a class: no row is charged more than its unit is worth."""
        assert self._guide is not None
        of_class, guide = self.weights.of_class, self._guide.multipliers
        paid = np.rint(_UNIT * of_class / of_class[tier]).astype(np.int64)
        paid[:tier] = 0
        row = np.rint(guide.row * (_UNIT / (guide.scale * int(of_class[tier])))).astype(np.int64)
        is_above = np.arange(self.packing.n_tiers + 1) > tier
        row = np.minimum(row, paid[self.packing.tier])
        return Multipliers(_UNIT, np.where(is_above, paid, 0), row)

    def _guessed(self, tier: int, budget: Budget) -> Multipliers:
        """Return what the relaxation that splits pairs charges rows where only units count, of this class and above."""
        packing = self.packing
        paid = np.rint(_PAID * self.weights.of_class / self.weights.of_class[tier]).astype(np.int64)
        paid[:tier] = 0
        units = Weights(paid[packing.tier[packing.row]], paid, 1, _PAID)
        row = np.rint(guess(packing, units, budget).row * (_UNIT // _PAID)).astype(np.int64)
        is_above = np.arange(packing.n_tiers + 1) > tier
        return Multipliers(_UNIT, np.where(is_above, paid * (_UNIT // _PAID), 0), row)

    def _paid_less(self, guide: Multipliers, target: Target) -> Multipliers:
        """Pay less for keeping what is served, and charge rows as much less, where that lowers the bound.

        A payment that makes the search serve all it can is far too high for a proof where not all can be served.
        """

        def less(share: float) -> Multipliers:
            keep = np.where(target.moves > 0, np.rint(share * guide.keep).astype(np.int64), guide.keep)
            row = np.maximum(guide.row - (guide.keep - keep)[self.packing.tier], 0)
            return Multipliers(guide.scale, keep, row)

        def bound(one: Multipliers) -> int:
            return bound_of(relax(self.packing, self.grid, 0, one)[0], one, target.counts)

        return min((less(share) for share in (1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.06, 0.0)), key=bound)

    def _step(self, tier: int, scale: int) -> float:
        reach = self.weights.reach if tier == 0 else 1
        return _COUNT_STEP * scale * reach * float(self.packing.need.sum())

    def _value(self, tier: int, counts: IntArray) -> int:
        multipliers, total = self._best(tier, counts)
        return bound_of(total, multipliers, counts)

    def _best(self, tier: int, counts: IntArray) -> tuple[Multipliers, int]:
        """Return the proof that is best for these counts: which one that is changes with them."""
        return min(self._proofs[tier], key=lambda proof: bound_of(proof[1], proof[0], counts))
