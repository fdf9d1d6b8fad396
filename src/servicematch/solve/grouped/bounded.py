"""A forest cut down to the groups that can matter, and the arcs through each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.forest import units_through

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.forest import Forest


@dataclass(frozen=True, slots=True)
class Bounded:
    """Groups that carry a bound or a cost, renumbered.

    Attributes
    ----------
    leaf
        int32, one a row (or column): the nearest built group above it, -1 for none.
    parent
        int32, one a built group: the nearest built group above it, -1 for none.
    group
        int64, one a built group: its number in the forest.
    arc_group, arc_room, arc_is_floor, arc_cost
        The arcs through the built groups: whose, how many units, whether they are units of its floor, and what each
        costs. Within a group the better arcs come first: floors, then what costs least.
    arc_worth
        What a unit on each arc is worth in the tiers of fairness, a line an arc and a column a tier.
    """

    leaf: Int32Array
    parent: Int32Array
    group: IntArray
    arc_group: IntArray
    arc_room: IntArray
    arc_is_floor: BoolArray
    arc_cost: IntArray
    arc_worth: IntArray

    @property
    def n_groups(self) -> int:
        """Number of built groups."""
        return len(self.parent)

    @property
    def n_fair(self) -> int:
        """Number of tiers of fairness."""
        return int(self.arc_worth.shape[1])

    def filled(self, units: IntArray) -> IntArray:
        """Return the units on each arc, the better arcs of a group first; ``units`` are those of the rows or columns.

        What is too much for all arcs of a group stands on its last one.
        """
        return fill(units_through(self.leaf, self.parent, units), self.arc_group, self.arc_room)


def fill(through: IntArray, arc_group: IntArray, arc_room: IntArray) -> IntArray:
    """Spread what comes through each group over its arcs, the better ones first, and all that is too much on its last.

    Examples
    --------
    >>> fill(np.array([4, 1]), np.array([0, 0, 1]), np.array([1, 2, 5])).tolist()
    [1, 3, 1]
    """
    before = np.cumsum(arc_room) - arc_room
    first = np.searchsorted(arc_group, arc_group)
    left = through[arc_group] - (before - before[first] if len(before) else before)
    is_last = np.append(arc_group[1:] != arc_group[:-1], len(before) > 0)[: len(before)]
    flow: IntArray = np.where(is_last, np.maximum(0, left), np.clip(left, 0, arc_room))
    return flow


def bounded(forest: Forest | None, units: IntArray) -> Bounded:
    """Keep the groups that carry a floor, a cost or a quota below what may come through; ``units`` are those beneath.

    Only what the tables say bounds an arc (units asked, places), so that whoever reads them again finds the same bound.

    Examples
    --------
    >>> from servicematch.solve.forest import Forest
    >>> leaf, parent = np.array([0, 0, 1], dtype=np.int32), np.array([2, 2, -1], dtype=np.int32)
    >>> forest = Forest(leaf, parent, np.array([0, 0, 1]), np.array([9, 1, 9]))
    >>> kept = bounded(forest, np.array([1, 1, 2]))
    >>> kept.group.tolist(), kept.leaf.tolist(), kept.parent.tolist(), kept.arc_room.tolist()
    ([1, 2], [1, 1, 0], [1, -1], [1, 1, 3])
    """
    empty = np.empty(0, dtype=np.int64)
    if forest is None:
        none = np.full(len(units), -1, dtype=np.int32)
        return Bounded(none, none[:0], empty, empty, empty, empty.astype(np.bool_), empty, empty.reshape(0, 0))
    comes = forest.through(units)
    has_cost = (
        np.zeros(forest.n_groups, dtype=np.bool_) if forest.cost_start is None else np.diff(forest.cost_start) > 0
    )
    room = np.minimum(forest.at_most, comes)
    has_worth = has_cost & False if forest.worth_start is None else np.diff(forest.worth_start) > 0
    kept = (forest.at_least > 0) | has_cost | has_worth | (forest.at_most < _beneath(forest, units, room))
    number, nearest = np.cumsum(kept) - 1, _nearest(forest.parent, kept)
    groups = np.flatnonzero(kept)
    above = forest.parent[groups]
    parent = np.where(above >= 0, nearest[above], -1)
    leaf = np.where(forest.leaf >= 0, np.append(nearest, -1)[forest.leaf], -1)
    arcs = [_arcs_of(forest, int(group), int(room[group])) for group in groups.tolist()]
    size = [len(part[0]) for part in arcs]
    none_at_all = (empty, empty.astype(np.bool_), empty, empty.reshape(0, forest.n_fair))
    arc_room, arc_is_floor, arc_cost, arc_worth = (
        (np.concatenate(parts) for parts in zip(*arcs, strict=True)) if arcs else none_at_all
    )
    return Bounded(
        leaf=_renumbered(leaf, number),
        parent=_renumbered(parent, number),
        group=groups,
        arc_group=np.repeat(np.arange(len(groups)), size),
        arc_room=arc_room,
        arc_is_floor=arc_is_floor,
        arc_cost=arc_cost,
        arc_worth=arc_worth,
    )


def _beneath(forest: Forest, units: IntArray, room: IntArray) -> IntArray:
    """Return what the quota of a group must be below to matter: what comes from beneath."""
    comes = np.zeros(forest.n_groups, dtype=np.int64)
    inside = forest.leaf >= 0
    np.add.at(comes, forest.leaf[inside], units[inside])
    has_parent = forest.parent >= 0
    np.add.at(comes, forest.parent[has_parent], room[has_parent])
    return comes


def _nearest(parent: Int32Array, kept: BoolArray) -> IntArray:
    """Return the nearest kept group at or above each group, -1 for none."""
    nearest = np.full(len(parent), -1, dtype=np.int64)
    for group in range(len(parent) - 1, -1, -1):
        nearest[group] = group if kept[group] else (nearest[parent[group]] if parent[group] >= 0 else -1)
    return nearest


def _renumbered(group: IntArray, number: IntArray) -> Int32Array:
    if len(number) == 0:
        return np.full(len(group), -1, dtype=np.int32)
    return np.where(group >= 0, number[group], -1).astype(np.int32)


def _arcs_of(forest: Forest, group: int, room: int) -> tuple[IntArray, BoolArray, IntArray, IntArray]:
    """Return room, floor, cost and worth of the arcs of one group: units of equal worth share an arc."""
    floor = min(int(forest.at_least[group]), room)
    costs, worths = forest.costs(group)[:room], forest.worths(group)[:room]
    if len(worths):
        first = np.flatnonzero(np.append(True, (np.diff(worths, axis=0) != 0).any(axis=1)))
        none = np.zeros(len(first), dtype=np.int64)
        return np.diff(np.append(first, room)), none.astype(np.bool_), none, worths[first]
    if len(costs) == 0:
        parts = [(floor, True, 0), (room - floor, False, 0)]
        parts = [part for part in parts if part[0] > 0] or [(0, False, 0)]
        size, is_floor, cost = zip(*parts, strict=True)
        worth = np.zeros((len(parts), forest.n_fair), dtype=np.int64)
        return np.array(size, dtype=np.int64), np.array(is_floor), np.array(cost, dtype=np.int64), worth
    met = np.arange(room) < floor
    new = np.concatenate([[True], (np.diff(costs) != 0) | (met[1:] != met[:-1])])
    first = np.flatnonzero(new)
    worth = np.zeros((len(first), forest.n_fair), dtype=np.int64)
    return np.diff(np.append(first, room)), met[first], costs[first], worth
