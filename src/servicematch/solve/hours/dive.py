"""Choices out of multipliers that never rest: what most knapsacks agree on is fixed, and the rest is asked again.

Near the best multipliers the knapsacks of a descent differ from step to step, and their running average comes near to
the best mixture of knapsacks (Barahona and Anbil's volume algorithm, 2000). Pairs that are nearly always in are taken
for good, which changes what the others want; a few at a time, until nothing fits any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.hours.knapsack import fill, grid_of, work_of

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, IntArray
    from servicematch.solve.hours.budget import Budget
    from servicematch.solve.hours.packing import Packing

_SURE = 0.95
_RATHER_NOT = 0.05


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a dive looks around: steps a round, what the newest step counts, and the least share of units fixed."""

    n_steps: int = 20
    newest: float = 0.1
    at_least: float = 0.05


HASTY = Pace(5, 0.25, 0.1)
"""Where a step takes long: about a tenth of the time for a choice that is somewhat worse."""


@dataclass(frozen=True, slots=True, eq=False)
class Dive:
    """Where a dive begins.

    Attributes
    ----------
    weight
        int64, one a pair, scaled.
    row
        int64, one a row: multipliers in the same scale.
    step
        How far the multipliers go in one step, all rows together.
    pace
        How long to look around.
    """

    weight: IntArray
    row: IntArray
    step: float
    pace: Pace = Pace()


def dive(packing: Packing, how: Dive, budget: Budget) -> IntArray:
    """Fix pairs round by round; return their positions, rising: they break no limit.

    Examples
    --------
    >>> from servicematch.solve.hours.budget import Budget
    >>> from servicematch.solve.hours.packing import pack
    >>> from servicematch.solve.problem import Problem
    >>> row, col, one = np.arange(3, dtype=np.int32), np.zeros(3, dtype=np.int32), np.ones(3, dtype=np.int64)
    >>> load = np.array([2, 3, 4])
    >>> packing = pack(Problem(row, col, load, need=one, capacity=np.array([6]), tier=one, load=load))
    >>> dive(packing, Dive(np.array([3, 4, 5]), np.array([0, 0, 0]), 1.0), Budget()).tolist()
    [0, 2]
    """
    need, room, places = packing.need.copy(), packing.capacity.copy(), packing.places.copy()
    is_open = how.weight > 0
    share = np.zeros(packing.n_pairs)
    point = how.row.astype(np.float64)
    fixed: list[IntArray] = []
    n_steps = 3 * how.pace.n_steps
    while budget.is_left:
        fits = (packing.load <= room[packing.col]) & (places[packing.col] > 0)
        left = np.flatnonzero(is_open & (need[packing.row] > 0) & fits)
        if len(left) == 0:
            break
        rest = part_of(packing, left, need, room, places)
        here = replace(how, weight=how.weight[left])
        part, point = _average(rest, here, share[left], point, n_steps=n_steps, budget=budget)
        share[left] = part
        n_steps = how.pace.n_steps
        taken = left[_agreed(rest, part, max(1, int(how.pace.at_least * need.sum())))]
        if len(taken) == 0:
            break
        is_open[taken] = False
        np.subtract.at(need, packing.row[taken], 1)
        np.subtract.at(room, packing.col[taken], packing.load[taken])
        np.subtract.at(places, packing.col[taken], 1)
        fixed.append(taken)
    return np.sort(np.concatenate(fixed)) if fixed else np.empty(0, dtype=np.int64)


def part_of(packing: Packing, left: IntArray, need: IntArray, room: IntArray, places: IntArray) -> Packing:
    """Return what is left of a packing: some of its pairs, needs, capacities and places."""
    start = np.searchsorted(packing.col[left], np.arange(packing.n_cols + 1))
    return replace(
        packing,
        kept=packing.kept[left],
        row=packing.row[left],
        col=packing.col[left],
        gain=packing.gain[left],
        load=packing.load[left],
        need=need,
        capacity=room,
        start=start,
        places=np.minimum(places, np.diff(start)),
    )


def _average(
    rest: Packing, how: Dive, share: FloatArray, point: FloatArray, *, n_steps: int, budget: Budget
) -> tuple[FloatArray, FloatArray]:
    """Move the multipliers some steps on; return in which share of the latest steps each pair was in, and where to."""
    grid = grid_of(rest)
    direction = np.zeros(rest.n_rows)
    for _ in range(n_steps):
        chosen = fill(rest, grid, how.weight - np.rint(point).astype(np.int64)[rest.row]).chosen
        budget.spend(work_of(rest))
        share = (1 - how.pace.newest) * share
        share[chosen] += how.pace.newest
        slope = rest.need - np.bincount(rest.row[chosen], minlength=rest.n_rows)
        slope[((point <= 0) & (slope > 0)) | (rest.need == 0)] = 0
        direction = slope + 0.5 * direction
        length = float(np.sqrt(direction @ direction))
        if length == 0 or not budget.is_left:
            break
        point = np.maximum(point - how.step / length * direction, 0.0)
    return share, point


def _agreed(rest: Packing, share: FloatArray, at_least: int) -> IntArray:
    """Return the positions of pairs that are nearly always in, or the first ones of all, as far as they fit."""
    order = np.argsort(-share, kind="stable")
    order = order[: max(at_least, int((share >= _SURE).sum()))]
    order = order[share[order] > _RATHER_NOT]
    order = order[_leads(rest.row[order], np.ones(len(order), dtype=np.int64), rest.need)]
    order = order[_leads(rest.col[order], rest.load[order], rest.capacity)]
    agreed: IntArray = order[_leads(rest.col[order], np.ones(len(order), dtype=np.int64), rest.places)]
    return agreed


def _leads(group: IntArray, size: IntArray, room: IntArray) -> BoolArray:
    """Tell which entries fit into their group's room together with all of their group that stand before them."""
    order = np.argsort(group, kind="stable")
    total = np.cumsum(size[order])
    begins = np.flatnonzero(np.diff(group[order], prepend=-1))
    before = np.concatenate([[0], total])[begins]
    used = total - np.repeat(before, np.diff(begins, append=len(group)))
    fits = np.empty(len(group), dtype=np.bool_)
    fits[order] = used <= room[group[order]]
    return fits
