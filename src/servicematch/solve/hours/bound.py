"""The bound that multipliers prove, tier by tier, in whole numbers.

Each tier has its own multipliers. Give every pair the weight ``scale * value + keep[class]``, where the value is 1 for
the class that the tier counts and 0 for other classes, or the gain in the last tier. Charge every row r the multiplier
``row[r]`` for each unit: then the columns no longer compete, and each takes its best knapsack of ``weight - row[r]``.
No choice weighs more than the sum of these knapsacks and of ``need * row``, whatever the multipliers are (Lagrange).
A choice that serves at least ``n[k]`` units of every class k above the tier has at least ``keep @ n`` of its weight from
them, so its value is at most the rest divided by ``scale``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.certificate import exact_sum
from servicematch.solve.hours.knapsack import fill
from servicematch.solve.problem import Multipliers

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.solve.hours.knapsack import Filled, Grid
    from servicematch.solve.hours.packing import Packing


def values_of(packing: Packing, tier: int) -> IntArray:
    """Return what a pair adds to a tier: a unit of its class, or its gain in tier 0."""
    return packing.gain if tier == 0 else (packing.tier[packing.row] == tier).astype(np.int64)


def weights_of(packing: Packing, tier: int, multipliers: Multipliers) -> IntArray:
    """Return the weight of every pair in the proof of a tier."""
    return multipliers.scale * values_of(packing, tier) + multipliers.keep[packing.tier[packing.row]]


def relax(packing: Packing, grid: Grid, tier: int, multipliers: Multipliers) -> tuple[int, Filled]:
    """Return what no choice can weigh more than, and the knapsacks that say so."""
    filled = fill(packing, grid, weights_of(packing, tier, multipliers) - multipliers.row[packing.row])
    return exact_sum(packing.need * multipliers.row) + exact_sum(filled.worth), filled


def bound_of(total: int, multipliers: Multipliers, counts: IntArray) -> int:
    """Return the bound of a tier for choices that serve at least so many units of each class (from 0) above it."""
    kept = sum(int(keep) * int(count) for keep, count in zip(multipliers.keep, counts, strict=True))
    return (total - kept) // multipliers.scale


def plain_multipliers(packing: Packing, tier: int) -> Multipliers:
    """Return the multipliers that need no knapsack: every row pays for its best pair, so nothing is left to win."""
    row = np.zeros(packing.n_rows, dtype=np.int64)
    np.maximum.at(row, packing.row, values_of(packing, tier))
    return Multipliers(1, np.zeros(packing.n_tiers + 1, dtype=np.int64), row)
