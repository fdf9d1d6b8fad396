"""Nested groups over rows or columns, with floors, quotas, and what further units cost or are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError

if TYPE_CHECKING:
    from servicematch.base.arrays import Int32Array, IntArray

SIDES = ("rows", "cols", "pairs")
"""What groups may be of."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Nested groups over the rows or the columns: each group lets through between a floor and a quota.

    Attributes
    ----------
    leaf
        int32, one a row (or column): the group it belongs to, -1 for none.
    parent
        int32, one a group: the group above, -1 for a root. A parent stands after its children, so nothing loops.
    at_least, at_most
        int64, one a group: units of its floor and of its quota.
    cost_start, cost
        int64, or None: the gain that each further unit through a group costs is ``cost[cost_start[g] :
        cost_start[g + 1]]``, never falling. A group without a cost has no entry, one with costs has ``at_most``.
    worth_start, worth
        int64, or None: what each further unit through a group is worth in the tiers of fairness, in the same way; a line
        a unit with a column a tier, the lines lexicographically never rising and never below nothing, for groups without
        a floor and a cost. See `servicematch.solve.leximin`.
    """

    leaf: Int32Array
    parent: Int32Array
    at_least: IntArray
    at_most: IntArray
    cost_start: IntArray | None = None
    cost: IntArray | None = None
    worth_start: IntArray | None = None
    worth: IntArray | None = None

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.parent)

    @property
    def n_fair(self) -> int:
        """Number of tiers of fairness."""
        return 0 if self.worth is None else int(self.worth.shape[1])

    def through(self, units: IntArray) -> IntArray:
        """Return the units that come through each group; ``units`` are those of its rows or columns.

        Examples
        --------
        >>> leaf, parent = np.array([0, 1], dtype=np.int32), np.array([1, -1], dtype=np.int32)
        >>> Forest(leaf, parent, np.array([0, 0]), np.array([9, 9])).through(np.array([2, 3]))
        array([2, 5])
        """
        return units_through(self.leaf, self.parent, units)

    def worths(self, group: int) -> IntArray:
        """Return what each further unit through a group is worth in the tiers of fairness, a line a unit."""
        if self.worth_start is None or self.worth is None:
            return np.empty((0, 0), dtype=np.int64)
        return self.worth[self.worth_start[group] : self.worth_start[group + 1]]

    def costs(self, group: int) -> IntArray:
        """Return what each further unit through a group costs; empty where units cost nothing."""
        if self.cost_start is None or self.cost is None:
            return np.empty(0, dtype=np.int64)
        return self.cost[self.cost_start[group] : self.cost_start[group + 1]]

    def __post_init__(self) -> None:
        n_groups = len(self.parent)
        law(len(self.at_least) == n_groups == len(self.at_most), "a forest needs one floor and one quota a group")
        law(bool(np.all((self.leaf >= -1) & (self.leaf < n_groups))), "a leaf names a group of its forest, or -1")
        above = self.parent == -1
        ordered = (self.parent > np.arange(n_groups)) & (self.parent < n_groups)
        law(bool(np.all(above | ordered)), "a group's parent stands after it, so that groups never loop")
        law(bool(np.all((self.at_least >= 0) & (self.at_most >= 0))), "floors and quotas are not negative")
        self._check_costs()
        self._check_worths()

    def _check_worths(self) -> None:
        if self.worth_start is None or self.worth is None:
            law(self.worth_start is None and self.worth is None, "worths come with where they start")
            return
        size = np.diff(self.worth_start)
        law(len(size) == self.n_groups and bool((size >= 0).all()), "worth_start has one entry a group, and one more")
        law(self.worth.ndim == 2 and int(self.worth_start[-1]) == len(self.worth), "a worth has a line a unit")  # noqa: PLR2004
        law(bool(np.all((size == 0) | (size == self.at_most))), "a group with worths has one for each of its units")
        law(not (self.at_least[size > 0] > 0).any(), "a group with worths has no floor: nest it in one that has")
        costs = np.zeros(self.n_groups, dtype=np.int64) if self.cost_start is None else np.diff(self.cost_start)
        law(not ((size > 0) & (costs > 0)).any(), "a group with worths has no costs: nest it in one that has")

    def _check_costs(self) -> None:
        if self.cost_start is None or self.cost is None:
            law(self.cost_start is None and self.cost is None, "costs come with where they start")
            return
        size = np.diff(self.cost_start)
        law(len(size) == self.n_groups and bool((size >= 0).all()), "cost_start has one entry a group, and one more")
        law(int(self.cost_start[-1]) == len(self.cost), "cost_start ends where the costs end")
        law(bool(np.all((size == 0) | (size == self.at_most))), "a group with costs has one for each of its units")
        rises = np.diff(self.cost) >= 0
        rises[self.cost_start[1:-1][(self.cost_start[1:-1] > 0) & (self.cost_start[1:-1] < len(self.cost))] - 1] = True
        law(bool(rises.all()), "costs of further units never fall")


@dataclass(frozen=True, slots=True)
class Crossing:
    """Groups that cross the nested ones: no flow holds both, see `servicematch.solve.crossed`.

    Attributes
    ----------
    side
        What they are groups of: ``"rows"``, ``"cols"`` or ``"pairs"``.
    forest
        The groups: a unit counts for them beside the nested ones.
    """

    side: str
    forest: Forest

    def __post_init__(self) -> None:
        law(self.side in SIDES, f"groups are of one of {', '.join(SIDES)}, got {self.side!r}")


def units_through(leaf: Int32Array, parent: Int32Array, units: IntArray) -> IntArray:
    """Add units up from the leaves; a parent stands after its children."""
    through = np.zeros(len(parent), dtype=np.int64)
    inside = leaf >= 0
    np.add.at(through, leaf[inside], units[inside])
    for group, above in enumerate(parent.tolist()):
        if above >= 0:
            through[above] += through[group]
    return through


def law(holds: bool, sentence: str) -> None:  # noqa: FBT001 - a law is its truth and its sentence
    """Refuse a problem that breaks a law of the waist."""
    if not holds:
        raise SolverError(f"Problem: {sentence}")
