"""A problem with groups as one circulation: root, groups of rows, rows, columns, groups of columns, and the root again.

Every unit is one turn through it. What it is worth stands on the arcs it takes: a class where it enters its row, a
floor where it is among a group's first units, the gain on its pair, less what further units through a group cost.
Groups without any bound are not built. A row that wants several units and meets an owner (a team) at several columns
(its slots) goes through a node of its own for the two, which lets one unit through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.grouped.bounded import Bounded, bounded

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, Int32Array, IntArray
    from servicematch.solve.problem import Problem


@dataclass(frozen=True, slots=True)
class Circulation:
    """All arcs alike; a flow on them that nowhere begins or ends is a choice of pairs.

    Attributes
    ----------
    tail, head
        int32, one an arc. Node 0 is the root, then rows, columns, groups of rows, groups of columns, bridges.
    room
        int64: units that fit through.
    tier
        int64: the count in which each unit on the arc is one, from 0 for the highest; -1 for none.
    gain
        int64: what each unit is worth in the last tier.
    n_nodes, n_counts
        Number of nodes, and of tiers above the gains.
    fair_at
        The first of the tiers of fairness (``rows.arc_worth`` has a column each), which stand together.
    n_pairs
        The pairs of the problem stand first among the arcs, in their order.
    rows, cols
        The two forests as they were built.
    row_arcs, col_arcs
        Where the arcs into the rows and out of the columns begin: one a row, one a column.
    """

    tail: Int32Array
    head: Int32Array
    room: IntArray
    tier: IntArray
    gain: IntArray
    n_nodes: int
    n_counts: int
    fair_at: int
    n_pairs: int
    rows: Bounded
    cols: Bounded
    row_arcs: int
    col_arcs: int

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.tail)

    def value(self, flow: IntArray) -> tuple[int, ...]:
        """Return what a flow is worth, tier by tier."""
        counts = [int((flow * self.worth_in(tier)).sum()) for tier in range(self.n_counts)]
        return (*counts, _exact_dot(flow, self.gain))

    def worth_in(self, tier: int) -> IntArray:
        """Return what a unit on each arc is worth in one tier."""
        if tier == self.n_counts:
            return self.gain
        worth: IntArray = (self.tier == tier).astype(np.int64)
        if 0 <= tier - self.fair_at < self.rows.n_fair:
            worth[self.row_group_arcs] = self.rows.arc_worth[:, tier - self.fair_at]
        return worth

    @property
    def row_group_arcs(self) -> slice:
        """Where the arcs through the groups of rows stand."""
        first = self.row_arcs + len(self.rows.leaf)
        return slice(first, first + len(self.rows.arc_group))


@dataclass(frozen=True, slots=True)
class _Arcs:
    """A bundle of arcs of one kind."""

    tail: AnyArray
    head: AnyArray
    room: AnyArray
    tier: AnyArray | int = -1
    gain: AnyArray | int = 0


def circulation(problem: Problem, *, has_floors: bool | None = None) -> Circulation:
    """Build the circulation of a problem without fixed pairs; ``has_floors`` where these have met all its floors.

    Examples
    --------
    Two rows of one group of at most one unit:

    >>> from servicematch.solve.forest import Forest

    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32), np.array([5, 7])
    >>> two = np.array([1, 1])
    >>> leaf, root = np.zeros(2, dtype=np.int32), np.array([-1], dtype=np.int32)
    >>> forest = Forest(leaf, root, np.array([0]), np.array([1]))
    >>> built = circulation(Problem(*pairs, need=two, capacity=np.array([2]), tier=two, row_groups=forest))
    >>> built.n_arcs, built.n_nodes
    (6, 5)
    """
    most = int(problem.need.sum()) + 1  # more than can ever come, so that it is no bound
    places = np.minimum(problem.capacity, most)
    rows, cols = bounded(problem.row_groups, problem.need), bounded(problem.col_groups, places)
    fair_at = int(problem.has_floors if has_floors is None else has_floors)
    n_counts = fair_at + problem.n_tiers + rows.n_fair
    lowest = n_counts if problem.fair_first else n_counts - rows.n_fair  # where class 0 would be
    fair_at += 0 if problem.fair_first else problem.n_tiers
    row_at, col_at = 1, 1 + problem.n_rows
    row_group_at = col_at + problem.n_cols
    col_group_at = row_group_at + rows.n_groups
    tail, bridges, n_bridges = _bridged(problem, col_group_at + cols.n_groups)
    classes = np.where(problem.tier > 0, lowest - problem.tier, -1)
    every_row, every_col = np.arange(problem.n_rows) + row_at, np.arange(problem.n_cols) + col_at
    bundles = [
        _Arcs(tail, problem.col + col_at, np.ones(problem.n_pairs, dtype=np.int64), gain=problem.gain),
        bridges,
        _Arcs(_node(rows.leaf, row_group_at), every_row, problem.need, classes),
        _group_arcs(rows, row_group_at, down=True),
        _Arcs(every_col, _node(cols.leaf, col_group_at), places),
        _group_arcs(cols, col_group_at, down=False),
    ]
    sizes = np.cumsum([len(bundle.room) for bundle in bundles])
    return Circulation(
        tail=np.concatenate([bundle.tail for bundle in bundles]).astype(np.int32),
        head=np.concatenate([bundle.head for bundle in bundles]).astype(np.int32),
        room=np.concatenate([bundle.room for bundle in bundles]),
        tier=np.concatenate([np.broadcast_to(bundle.tier, len(bundle.room)) for bundle in bundles]),
        gain=np.concatenate([np.broadcast_to(bundle.gain, len(bundle.room)) for bundle in bundles]),
        n_nodes=col_group_at + cols.n_groups + n_bridges,
        n_counts=n_counts,
        fair_at=fair_at,
        n_pairs=problem.n_pairs,
        rows=rows,
        cols=cols,
        row_arcs=int(sizes[1]),
        col_arcs=int(sizes[3]),
    )


def flow_of(problem: Problem, built: Circulation, chosen: IntArray) -> IntArray:
    """Return the flow of a choice of pairs; through each group the better arcs are filled first.

    Raises
    ------
    SolverError
        When the choice breaks a need, a capacity or a quota.
    """
    flow = np.zeros(built.n_arcs, dtype=np.int64)
    flow[chosen] = 1
    through = np.bincount(built.tail[chosen], minlength=built.n_nodes)
    bridges = slice(built.n_pairs, built.row_arcs)
    flow[bridges] = through[built.head[bridges]]
    served = np.bincount(problem.row[chosen], minlength=problem.n_rows)
    load = np.bincount(problem.col[chosen], minlength=problem.n_cols)
    n_down = len(built.rows.arc_group)
    flow[built.row_arcs : built.row_arcs + problem.n_rows] = served
    flow[built.col_arcs : built.col_arcs + problem.n_cols] = load
    down = built.row_arcs + problem.n_rows
    flow[down : down + n_down] = built.rows.filled(served)
    flow[built.col_arcs + problem.n_cols :] = built.cols.filled(load)
    if (flow > built.room).any():
        raise SolverError("the choice breaks a need, a capacity or a quota")
    return flow


def _node(group: Int32Array, first: int) -> IntArray:
    """Return the node of a group, the root for none."""
    return np.where(group >= 0, group.astype(np.int64) + first, 0)


def _bridged(problem: Problem, first: int) -> tuple[IntArray, _Arcs, int]:
    """Return where each pair begins: at its row, or at a bridge between the row and an owner met more than once."""
    row = problem.row.astype(np.int64)
    tail = row + 1
    none = np.empty(0, dtype=np.int64)
    if problem.owner is None or problem.n_pairs == 0:
        return tail, _Arcs(none, none, none), 0
    n_owners = int(problem.owner.max()) + 1
    key = row * n_owners + problem.owner[problem.col]
    several = np.flatnonzero(problem.need[row] > 1)
    both, at, n_met = np.unique(key[several], return_inverse=True, return_counts=True)
    is_bridge = n_met > 1
    number = np.cumsum(is_bridge) - 1 + first
    crosses = is_bridge[at]
    tail[several[crosses]] = number[at[crosses]]
    n_bridges = int(is_bridge.sum())
    one = np.ones(n_bridges, dtype=np.int64)
    return tail, _Arcs(both[is_bridge] // n_owners + 1, np.arange(n_bridges) + first, one), n_bridges


def _group_arcs(forest: Bounded, first: int, *, down: bool) -> _Arcs:
    """Return the arcs through the groups, from above to below or from below to above."""
    above, below = _node(forest.parent[forest.arc_group], first), forest.arc_group.astype(np.int64) + first
    tier = np.where(forest.arc_is_floor, 0, -1)
    tail, head = (above, below) if down else (below, above)
    return _Arcs(tail, head, forest.arc_room, tier, -forest.arc_cost)


def _exact_dot(flow: IntArray, gain: IntArray) -> int:
    """Add flow times gain without wrapping: gains are within 2^40, flows within 2^31."""
    used = np.flatnonzero((flow != 0) & (gain != 0))
    flow, gain = flow[used], gain[used]
    high = gain >> 20
    return (int((flow * high).sum()) << 20) + int((flow * (gain - (high << 20))).sum())
