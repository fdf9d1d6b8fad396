"""Rows that want one owner for all: who comes to most of a group is its regular, and a unit of another costs, or cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.forest import law

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.problem import Problem

NEVER = -1
"""The cost of units that cannot be."""


@dataclass(frozen=True, slots=True, eq=False)
class Regulars:
    """Groups of rows of one unit each.

    Attributes
    ----------
    group
        int64, one a row: its group, -1 for none.
    cost
        int64, one a group: the gain that each unit costs that is not of the regular, or `NEVER`.
    before
        int64, a line each: a group, an owner, and units that are decided already. They count like all others, and where
        units of others cannot be, the regular is among these owners.
    """

    group: IntArray
    cost: IntArray
    before: IntArray

    def __post_init__(self) -> None:
        n = len(self.cost)
        law(bool(((self.group >= -1) & (self.group < n)).all()), "a row is of a group of the regulars, or of none")
        law(bool((self.cost >= NEVER).all()), "what units of others cost is not negative")
        law(self.before.ndim == 2 and self.before.shape[1] == 3, "units before are a group, an owner and a number")  # noqa: PLR2004

    @classmethod
    def of(cls, group: IntArray, cost: IntArray) -> Regulars:
        """Make groups in which nothing is decided."""
        return cls(group, cost, np.empty((0, 3), dtype=np.int64))

    @property
    def is_strict(self) -> BoolArray:
        """One a row: whether its group can have one owner only."""
        strict: BoolArray = np.append(self.cost, 0)[self.group] == NEVER
        return strict

    def after(self, problem: Problem, pairs: IntArray) -> Regulars:
        """Return the groups once some pairs are decided."""
        lines = np.stack([self.group[problem.row[pairs]], problem.owners(pairs), np.ones(len(pairs), dtype=np.int64)])
        return Regulars(self.group, self.cost, np.concatenate([self.before, lines.T[lines[0] >= 0]]))


def units_elsewhere(problem: Problem, chosen: IntArray) -> IntArray:
    """Count for each group of the regulars the units that are not of the owner who has most, those before included.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.arange(3, dtype=np.int32), np.array([0, 0, 1], dtype=np.int32), np.array([5, 7, 9])
    >>> one = np.ones(3, dtype=np.int64)
    >>> regulars = Regulars.of(0 * one, np.array([4]))
    >>> problem = Problem(*pairs, need=one, capacity=2 * one[:2], tier=one, regulars=regulars)
    >>> units_elsewhere(problem, np.arange(3))
    array([1])
    """
    regulars = problem.regulars
    assert regulars is not None
    now = regulars.after(problem, chosen).before
    whose, at = np.unique(now[:, :2], axis=0, return_inverse=True)
    units = np.bincount(at.reshape(-1), now[:, 2], minlength=len(whose)).astype(np.int64)
    total, most = np.zeros(len(regulars.cost), dtype=np.int64), np.zeros(len(regulars.cost), dtype=np.int64)
    np.add.at(total, whose[:, 0], units)
    np.maximum.at(most, whose[:, 0], units)
    return total - most


def cost_elsewhere(problem: Problem, chosen: IntArray) -> int:
    """Return what units of others than the regulars cost a choice of pairs."""
    if problem.regulars is None:
        return 0
    return int((units_elsewhere(problem, chosen) * np.maximum(0, problem.regulars.cost)).sum())


def keeps_regulars(problem: Problem, chosen: IntArray) -> bool:
    """Tell whether each group that can have one owner only has one, or only some of those before."""
    regulars = problem.regulars
    if regulars is None:
        return True
    of_strict = chosen[regulars.is_strict[problem.row[chosen]]]
    new = np.unique(np.stack([regulars.group[problem.row[of_strict]], problem.owners(of_strict)], axis=1), axis=0)
    if len(np.unique(new[:, 0])) < len(new):
        return False
    decided = {tuple(line) for line in regulars.before[:, :2].tolist()}
    bound = {group for group, _ in decided}
    return all(group not in bound or (group, owner) in decided for group, owner in new.tolist())
