"""Multipliers that prove a low bound: a subgradient descent whose step is set by a level that falls when it stalls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.hours.bound import bound_of, relax
from servicematch.solve.hours.knapsack import work_of
from servicematch.solve.problem import Multipliers

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray, IntArray
    from servicematch.solve.hours.budget import Budget
    from servicematch.solve.hours.knapsack import Filled, Grid
    from servicematch.solve.hours.packing import Packing

_PATIENCE = 20
_EAGER = 8
_MOST_STEPS = 400
_LEAST = 1e-7
_FARTHEST = 2.0**53
"""Beyond this no float holds every whole number; far beyond it, multipliers would no longer fit in 64 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Descent:
    """The best multipliers found.

    Attributes
    ----------
    multipliers, total
        See `hours.bound`.
    filled
        The knapsacks at these multipliers.
    """

    multipliers: Multipliers
    total: int
    filled: Filled


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a descent is for.

    Attributes
    ----------
    tier
        The class whose units are bounded, or 0 for the gains.
    counts
        int64, one a class from 0: units that every choice of interest serves at least.
    reached
        What a known choice has: a bound as low as this ends the descent.
    moves
        bool, one a class from 0: those whose ``keep`` is moved, too.
    """

    tier: int
    counts: IntArray
    reached: int
    moves: FloatArray


def descend(
    packing: Packing, grid: Grid, target: Target, start: Multipliers, *, step: float, budget: Budget
) -> Descent:
    """Go down from a start, ``step`` (in scaled weights) at first below the best bound so far.

    The direction is Camerini, Fratta and Maffioli's (1975), the step Polyak's with a level instead of the optimum.

    Examples
    --------
    >>> from servicematch.solve.hours.budget import Budget
    >>> from servicematch.solve.hours.bound import plain_multipliers
    >>> from servicematch.solve.hours.knapsack import grid_of
    >>> from servicematch.solve.hours.packing import pack
    >>> from servicematch.solve.problem import Problem
    >>> row, col, one = np.arange(2, dtype=np.int32), np.zeros(2, dtype=np.int32), np.ones(2, dtype=np.int64)
    >>> packing = pack(Problem(row, col, np.array([5, 9]), need=one, capacity=np.array([1]), tier=0 * one, load=one))
    >>> target = Target(0, np.array([0]), 9, np.array([0.0]))
    >>> descend(packing, grid_of(packing), target, plain_multipliers(packing, 0), step=2.0, budget=Budget()).total
    9
    """
    point = np.concatenate([start.row, start.keep]).astype(np.float64)
    n_rows = packing.n_rows
    best: Descent | None = None
    best_point, best_slope, best_total = point, point, 0.0
    direction, least, stalled, growing = np.zeros(len(point)), _LEAST * step, 0, 0
    for _ in range(_MOST_STEPS):
        whole = np.rint(point).astype(np.int64)
        multipliers = Multipliers(start.scale, whole[n_rows:], whole[:n_rows])
        weighed, filled = relax(packing, grid, target.tier, multipliers)
        budget.spend(work_of(packing))
        total = float(weighed - sum(int(a) * int(b) for a, b in zip(whole[n_rows:], target.counts, strict=True)))
        slope = _slope(packing, target, filled)
        stalled = 0 if best is None or best_total - total > 0.2 * step else stalled + 1
        growing = growing + 1 if stalled == 0 else 0
        if growing > _EAGER:
            step, growing = 2.0 * step, 0
        if best is None or total < best_total:
            best, best_point, best_slope, best_total = Descent(multipliers, weighed, filled), point, slope, total
        if bound_of(best.total, best.multipliers, target.counts) <= target.reached or not budget.is_left:
            break
        if stalled >= _PATIENCE:
            step, stalled, direction = 0.5 * step, 0, np.zeros(len(point))
            point, slope, total = best_point, best_slope, best_total
        along = float(direction @ direction)
        back = max(0.0, -1.5 * float(slope @ direction) / along) if along > 0 else 0.0
        direction = slope + back * direction
        direction[(point <= 0) & (direction > 0)] = 0.0
        length = float(direction @ direction)
        if length == 0 or step < max(least, 0.5):
            break
        point = np.maximum(point - (total - best_total + step) / length * direction, 0.0)
        if float(point.max(initial=0.0)) > _FARTHEST:  # where one multiplier alone moves, a turned direction runs away
            point, step, stalled, direction = best_point, 0.5 * step, 0, np.zeros(len(point))
    assert best is not None
    return best


def _slope(packing: Packing, target: Target, filled: Filled) -> FloatArray:
    """Return how the total changes with each multiplier, and with each ``keep`` that moves."""
    rows = packing.row[filled.chosen]
    of_row = packing.need - np.bincount(rows, minlength=packing.n_rows)
    counts = np.bincount(packing.tier[rows], minlength=packing.n_tiers + 1)
    return np.concatenate([of_row.astype(np.float64), (counts - target.counts) * target.moves])
