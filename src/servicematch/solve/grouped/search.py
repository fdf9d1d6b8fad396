"""A flow that is optimal tier by tier: one flow with moderate payments, or one flow a tier where that is not enough.

Payments for counts are a few ranges of the gains. If `potentials` then find no cycle that gains in any tier, the flow
is lexicographically optimal, whatever the payments were. If not, they are raised; at last each tier is solved by
itself on what the tiers above left free, with no large number anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import CostRangeError, SolverError
from servicematch.solve.grouped.potentials import potentials
from servicematch.solve.network import Network, cheapest_flow

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.grouped.bounded import Bounded
    from servicematch.solve.grouped.circulation import Circulation
    from servicematch.solve.grouped.potentials import Potentials

_STEPS = (6, 24)
"""Payments for a unit of the next higher count, in ranges of the gains."""


def search(built: Circulation) -> tuple[IntArray, Potentials, int]:
    """Return an optimal flow, its potentials, and how many flows were solved."""
    n_solves = 0
    for step in _STEPS if built.n_counts else (0,):
        try:
            flow = largest_worth(built, _paid(built, step))
        except CostRangeError:
            break
        found, n_solves = potentials(built, flow), n_solves + 1
        if found.improvable < 0:
            return flow, found, n_solves
    flow = np.zeros(built.n_arcs, dtype=np.int64)
    for tier in range(built.n_counts + 1):
        is_free = potentials(built, flow, tier).free_arcs(built.n_arcs)
        flow = largest_worth(built, built.worth_in(tier), is_free, flow)
    found = potentials(built, flow)
    if found.improvable >= 0:
        raise SolverError("every tier was solved, but the flow can still be bettered")
    return flow, found, n_solves + built.n_counts + 1


def _paid(built: Circulation, step: int) -> IntArray:
    """Return gains with payments for counts; fairness pays by the order of its worths."""
    low = int(built.gain.min(initial=0))
    one = step * max(1, int(built.gain.max(initial=0)) - low)
    rank = _ranks(built)
    tiers = np.arange(built.n_counts, 0, -1, dtype=np.int64)
    # a unit may come from one group and be another's loss
    tiers[: built.fair_at] += 2 * int(rank.max(initial=0)) * np.arange(built.fair_at, 0, -1)
    payment = np.append(tiers * one + max(0, -low), 0)
    paid: IntArray = built.gain + payment[built.tier]
    paid[built.row_group_arcs] += rank * one
    return paid


def _ranks(built: Circulation) -> IntArray:
    """Rank the worths of fairness, 0 for nothing: where groups are disjoint, only the order counts."""
    worth = built.rows.arc_worth
    if not worth.size:
        return np.zeros(len(worth), dtype=np.int64)
    lines, rank = np.unique(worth, axis=0, return_inverse=True)
    nothing = (lines == 0).all(axis=1).nonzero()[0]
    ranks: IntArray = rank.reshape(-1) - (int(nothing[0]) if len(nothing) else -1)
    return ranks


def largest_worth(
    built: Circulation, worth: IntArray, is_free: BoolArray | None = None, flow: IntArray | None = None
) -> IntArray:
    """Return a flow of the largest worth; where some arcs are not free, they keep the flow that they have.

    The root is split: what goes out at its one side comes back at the other, along an arc of its own or through the
    groups. Nodes are given the heights that classes and groups ask for, so that no cost is negative.
    """
    back, n_rows = built.n_nodes, len(built.rows.leaf)
    head = np.where(built.head == 0, back, built.head).astype(np.int32)
    n_units = int(built.room[built.row_arcs : built.row_arcs + n_rows].sum())
    supply = np.zeros(back + 1, dtype=np.int64)
    supply[0], supply[back] = n_units, -n_units
    height = _heights(built, worth)
    cost = height[built.tail] - height[built.head] - worth
    top = max(0, -int(cost[: built.n_pairs].min(initial=0)))
    cost[: built.n_pairs] += top
    arcs = np.arange(built.n_arcs) if is_free is None else np.flatnonzero(is_free)
    if is_free is not None and flow is not None:
        fixed = np.where(is_free, 0, flow)
        np.subtract.at(supply, built.tail, fixed)
        np.add.at(supply, head, fixed)
    answer = cheapest_flow(
        Network(
            np.append(built.tail[arcs], np.int32(0)),
            np.append(head[arcs], np.int32(back)),
            np.append(built.room[arcs], n_units),
            np.append(cost[arcs], top),
            supply,
        )
    )
    if is_free is None or flow is None:
        return answer[:-1]
    flow = flow.copy()
    flow[arcs] = answer[:-1]
    return flow


def _heights(built: Circulation, worth: IntArray) -> IntArray:
    """Return a height for each node: from it the best way through the groups to the root costs nothing.

    Whatever heights are taken off, a turn costs the same, for it ends where it began.
    """
    n_rows, n_cols, rows, cols = len(built.rows.leaf), len(built.cols.leaf), built.rows, built.cols
    row_group_at = 1 + n_rows + n_cols
    col_group_at = row_group_at + rows.n_groups
    group_arcs, col_arcs = built.row_arcs + n_rows, built.col_arcs + n_cols
    height = np.zeros(built.n_nodes, dtype=np.int64)
    down = _of_groups(rows, worth[group_arcs : group_arcs + len(rows.arc_group)])
    up = _of_groups(cols, worth[col_arcs : col_arcs + len(cols.arc_group)])
    height[row_group_at:col_group_at] = -down
    height[col_group_at : col_group_at + cols.n_groups] = up
    row_worth = np.maximum(0, worth[built.row_arcs : group_arcs])
    height[1 : 1 + n_rows] = height[built.tail[built.row_arcs : group_arcs]] - row_worth
    col_worth = np.maximum(0, worth[built.col_arcs : col_arcs])
    height[1 + n_rows : row_group_at] = height[built.head[built.col_arcs : col_arcs]] + col_worth
    bridges = slice(built.n_pairs, built.row_arcs)
    height[built.head[bridges]] = height[built.tail[bridges]]
    return height


def _of_groups(forest: Bounded, worth: IntArray) -> IntArray:
    """Return what the best way from each group to the root is worth, at least nothing on each arc."""
    best = np.zeros(forest.n_groups, dtype=np.int64)
    np.maximum.at(best, forest.arc_group, worth)
    for group in range(forest.n_groups - 1, -1, -1):  # a parent stands after its children
        if forest.parent[group] >= 0:
            best[group] += best[forest.parent[group]]
    return best
