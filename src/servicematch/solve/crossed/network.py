"""A circulation and the groups that cross its forests: beside the turns that units take, each crossing group counts them.

A crossing group has arcs of its own, as a nested one has, but they belong to no turn: what is on them is as much as its
members' units, and that is a row of the linear program. So a unit is worth what stands on its turn and on the arcs of
the crossing groups it is in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from servicematch.base.errors import SolverError
from servicematch.solve.grouped.bounded import bounded, fill
from servicematch.solve.grouped.circulation import circulation, flow_of
from servicematch.solve.regulars import cost_elsewhere

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, IntArray
    from servicematch.solve.forest import Crossing
    from servicematch.solve.grouped.circulation import Circulation
    from servicematch.solve.problem import Problem


@dataclass(frozen=True, slots=True)
class Part:
    """One crossing forest, cut down to the groups that can bind.

    Attributes
    ----------
    group
        int64, one a group: its number in the forest.
    member, of
        int64: the arcs of the circulation whose units count, and the group that each counts for.
    arc_group, arc_room, arc_is_floor, arc_cost
        The arcs of the groups, as `servicematch.solve.grouped.bounded.Bounded` has them.
    """

    group: IntArray
    member: IntArray
    of: IntArray
    arc_group: IntArray
    arc_room: IntArray
    arc_is_floor: BoolArray
    arc_cost: IntArray

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.group)

    def filled(self, flow: IntArray) -> IntArray:
        """Return the units on the arcs of the groups; ``flow`` is that of the circulation."""
        through = np.zeros(self.n_groups, dtype=np.int64)
        np.add.at(through, self.of, flow[self.member])
        return fill(through, self.arc_group, self.arc_room)


@dataclass(frozen=True, slots=True)
class Crossed:
    """The arcs of a circulation, then those of the crossing groups, part by part.

    Attributes
    ----------
    built
        The circulation of the nested part.
    parts
        The crossing forests.
    room, is_floor, cost
        int64, bool, int64, an arc each: units that fit, whether they are units of a crossing group's floor, and what
        each costs there.
    """

    built: Circulation
    parts: tuple[Part, ...]
    room: IntArray
    is_floor: BoolArray
    cost: IntArray

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.room)

    @property
    def n_tiers(self) -> int:
        """Number of tiers, the gains among them."""
        return self.built.n_counts + 1

    @property
    def n_groups(self) -> int:
        """Number of crossing groups."""
        return sum(part.n_groups for part in self.parts)

    def worth_in(self, tier: int) -> IntArray:
        """Return what a unit on each arc is worth in one tier, gains in micro-points."""
        own = self.built.worth_in(tier)
        more = -self.cost if tier == self.built.n_counts else (self.is_floor & (tier == 0)).astype(np.int64)
        return np.concatenate([own, more[len(own) :]])

    def value(self, flow: IntArray) -> tuple[int, ...]:
        """Return what a flow is worth, tier by tier, without what regulars cost."""
        more = flow[self.built.n_arcs :]
        floors, costs = self.is_floor[self.built.n_arcs :], self.cost[self.built.n_arcs :]
        *counts, gain = self.built.value(flow[: self.built.n_arcs])
        met = int(more[floors].sum())
        return (*([counts[0] + met, *counts[1:]] if met else counts), gain - int((more * costs).sum()))

    def worth(self, problem: Problem, chosen: IntArray) -> tuple[int, ...]:
        """Return what a choice of pairs is worth, tier by tier, less what units elsewhere than at the regulars cost."""
        *counts, gain = self.value(self.flow(problem, chosen))
        return (*counts, gain - cost_elsewhere(problem, chosen))

    def flow(self, problem: Problem, chosen: IntArray) -> IntArray:
        """Return the flow of a choice of pairs.

        Raises
        ------
        SolverError
            When the choice breaks a need, a capacity or a quota.
        """
        flow = flow_of(problem, self.built, chosen)
        whole = np.concatenate([flow, *(part.filled(flow) for part in self.parts)])
        if (whole > self.room).any():
            raise SolverError("the choice breaks a quota")
        return whole

    def balance(self) -> sparse.csc_array:
        """Return the rows of the linear program that must be 0: a node each but the root's, then a crossing group each."""
        n, built = self.built.n_arcs, self.built
        arc = np.arange(n)
        rows: list[AnyArray] = [built.head - 1, built.tail - 1]
        cols, signs = [arc, arc], [np.ones(n), -np.ones(n)]
        first = built.n_nodes - 1
        for part in self.parts:
            at = len(part.arc_group)
            rows += [first + part.of, first + part.arc_group]
            cols += [part.member, n + np.arange(at)]
            signs += [np.ones(len(part.member)), -np.ones(at)]
            n, first = n + at, first + part.n_groups
        row, col, sign = np.concatenate(rows), np.concatenate(cols), np.concatenate(signs)
        kept = row >= 0
        shape = (first, self.n_arcs)
        return sparse.csc_array((sign[kept], (row[kept], col[kept])), shape=shape)


def crossed(problem: Problem, *, has_floors: bool | None = None) -> Crossed:
    """Build the arcs of a problem without fixed pairs; ``has_floors`` where these have met all its floors.

    Examples
    --------
    Two rows of one group of at most one unit, which nothing crosses here:

    >>> from servicematch.solve.forest import Crossing, Forest
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32), np.array([5, 7])
    >>> two, leaf, root = np.array([1, 1]), np.zeros(2, dtype=np.int32), np.array([-1], dtype=np.int32)
    >>> group = Crossing("rows", Forest(leaf, root, np.array([0]), np.array([1])))
    >>> built = crossed(Problem(*pairs, need=two, capacity=np.array([2]), tier=two, crossing=(group,)))
    >>> built.n_arcs, built.n_groups, built.balance().toarray()[-1].tolist()
    (6, 1, [0.0, 0.0, 1.0, 1.0, 0.0, -1.0])
    """
    built = circulation(problem, has_floors=problem.has_floors if has_floors is None else has_floors)
    parts = tuple(_part_of(problem, built, one) for one in problem.crossing)
    none = np.zeros(built.n_arcs, dtype=np.int64)
    return Crossed(
        built,
        parts,
        room=np.concatenate([built.room, *(part.arc_room for part in parts)]),
        is_floor=np.concatenate([none.astype(np.bool_), *(part.arc_is_floor for part in parts)]),
        cost=np.concatenate([none, *(part.arc_cost for part in parts)]),
    )


def _part_of(problem: Problem, built: Circulation, crossing: Crossing) -> Part:
    """Cut a crossing forest down; pairs, rows and columns each have arcs of their own, in their order."""
    units, first = {
        "rows": (problem.need, built.row_arcs),
        "cols": (np.minimum(problem.capacity, int(problem.need.sum()) + 1), built.col_arcs),
        "pairs": (np.ones(problem.n_pairs, dtype=np.int64), 0),
    }[crossing.side]
    kept = bounded(crossing.forest, units)
    inside = np.flatnonzero(kept.leaf >= 0)
    of_arcs = kept.arc_group, kept.arc_room, kept.arc_is_floor, kept.arc_cost
    return Part(kept.group, first + inside, kept.leaf[inside].astype(np.int64), *of_arcs)
