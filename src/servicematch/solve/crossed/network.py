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
from servicematch.solve.grouped.bounded import bounded
from servicematch.solve.grouped.circulation import circulation, flow_of

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, IntArray
    from servicematch.solve.grouped.bounded import Bounded
    from servicematch.solve.grouped.circulation import Circulation
    from servicematch.solve.problem import Problem


@dataclass(frozen=True, slots=True)
class Part:
    """One crossing forest: its groups, and whose units they count.

    Attributes
    ----------
    of_rows, groups
        Whose units, and the groups that can bind.
    units_at
        The arc of the circulation on which the units of its first row (or column) stand.
    """

    of_rows: bool
    groups: Bounded
    units_at: int


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
        return sum(part.groups.n_groups for part in self.parts)

    def worth_in(self, tier: int) -> IntArray:
        """Return what a unit on each arc is worth in one tier, gains in micro-points."""
        own = self.built.worth_in(tier)
        more = -self.cost if tier == self.built.n_counts else (self.is_floor & (tier == 0)).astype(np.int64)
        return np.concatenate([own, more[len(own) :]])

    def value(self, flow: IntArray) -> tuple[int, ...]:
        """Return what a flow is worth, tier by tier."""
        more = flow[self.built.n_arcs :]
        floors, costs = self.is_floor[self.built.n_arcs :], self.cost[self.built.n_arcs :]
        *counts, gain = self.built.value(flow[: self.built.n_arcs])
        met = int(more[floors].sum())
        return (*([counts[0] + met, *counts[1:]] if met else counts), gain - int((more * costs).sum()))

    def flow(self, problem: Problem, chosen: IntArray) -> IntArray:
        """Return the flow of a choice of pairs.

        Raises
        ------
        SolverError
            When the choice breaks a need, a capacity or a quota.
        """
        flow = flow_of(problem, self.built, chosen)
        more = [part.groups.filled(flow[part.units_at :][: len(part.groups.leaf)]) for part in self.parts]
        whole = np.concatenate([flow, *more])
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
            inside, at = np.flatnonzero(part.groups.leaf >= 0), len(part.groups.arc_group)
            rows += [first + part.groups.leaf[inside], first + part.groups.arc_group]
            cols += [part.units_at + inside, n + np.arange(at)]
            signs += [np.ones(len(inside)), -np.ones(at)]
            n, first = n + at, first + part.groups.n_groups
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
    >>> group = Crossing(of_rows=True, forest=Forest(leaf, root, np.array([0]), np.array([1])))
    >>> built = crossed(Problem(*pairs, need=two, capacity=np.array([2]), tier=two, crossing=(group,)))
    >>> built.n_arcs, built.n_groups, built.balance().toarray()[-1].tolist()
    (6, 1, [0.0, 0.0, 1.0, 1.0, 0.0, -1.0])
    """
    built = circulation(problem, has_floors=problem.has_floors if has_floors is None else has_floors)
    places = np.minimum(problem.capacity, int(problem.need.sum()) + 1)
    parts = tuple(
        Part(one.of_rows, bounded(one.forest, problem.need), built.row_arcs)
        if one.of_rows
        else Part(one.of_rows, bounded(one.forest, places), built.col_arcs)
        for one in problem.crossing
    )
    none = np.zeros(built.n_arcs, dtype=np.int64)
    return Crossed(
        built,
        parts,
        room=np.concatenate([built.room, *(part.groups.arc_room for part in parts)]),
        is_floor=np.concatenate([none.astype(np.bool_), *(part.groups.arc_is_floor for part in parts)]),
        cost=np.concatenate([none, *(part.groups.arc_cost for part in parts)]),
    )
