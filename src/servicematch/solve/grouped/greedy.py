"""The hurried choice within groups: best pairs first, as long as row, owner, column and every group have room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.solve.forest import Forest
    from servicematch.solve.problem import Problem
    from servicematch.solve.regulars import Regulars


def choose_within_groups(problem: Problem) -> IntArray:
    """Take pairs one by one, by class, then gain, then position; return them rising.

    Pairs of negative gain are left out where serving is worth nothing by itself (class 0). Floors are not looked at.
    A row's first pair chooses its bundle; rows that end with fewer units than they take at least give them back.

    Examples
    --------
    >>> from servicematch.solve.forest import Forest
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32), np.array([5, 7])
    >>> leaf, root = np.array([0, 0], dtype=np.int32), np.array([-1], dtype=np.int32)
    >>> one = np.ones(2, dtype=np.int64)
    >>> forest = Forest(leaf, root, np.array([0]), np.array([1]))
    >>> choose_within_groups(Problem(*pairs, need=one, capacity=2 * one[:1], tier=one, row_groups=forest)).tolist()
    [1]
    """
    tier = problem.tier[problem.row]
    pairs = np.flatnonzero((tier > 0) | (problem.gain >= 0))
    pairs = pairs[np.lexsort((pairs, -problem.gain[pairs], -tier[pairs]))]
    need, room = problem.need.tolist(), problem.capacity.tolist()
    above = [(side, _ways(forest)) for side, forest in problem.forests]
    left = [forest.at_most.tolist() for _, forest in problem.forests]
    bundles = [-1] * problem.n_pairs if problem.bundle is None else problem.bundle.tolist()
    bundle_of: dict[int, int] = {}
    met: set[tuple[int, int]] = set()
    taken: list[int] = []
    owner = range(problem.n_cols) if problem.owner is None else problem.owner.tolist()
    regulars, days = _Strict.of(problem.regulars), _Days(problem)
    for pair, row, col in zip(pairs.tolist(), problem.row[pairs].tolist(), problem.col[pairs].tolist(), strict=True):
        if (
            need[row] == 0
            or room[col] == 0
            or (row, owner[col]) in met
            or bundle_of.get(row, bundles[pair]) != bundles[pair]
        ):
            continue
        place = {"rows": row, "cols": col, "pairs": pair}
        groups = [(at, one) for at, (side, ways) in enumerate(above) for one in ways.get(place[side], ())]
        is_full = any(left[at][group] == 0 for at, group in groups)
        if is_full or not (regulars.may_take(row, owner[col]) and days.takes(pair, owner[col])):
            continue
        regulars.take(row, owner[col])
        need[row] -= 1
        room[col] -= 1
        for at, group in groups:
            left[at][group] -= 1
        met.add((row, owner[col]))
        bundle_of[row] = bundles[pair]
        taken.append(pair)
    chosen = np.sort(np.array(taken, dtype=np.int64))
    if problem.least is None:
        return chosen
    served = np.bincount(problem.row[chosen], minlength=problem.n_rows)
    return chosen[(served >= problem.least)[problem.row[chosen]]]


@dataclass(slots=True)
class _Strict:
    """Groups that have one owner only: who that is, once it is known, and who it may be."""

    group: list[int]
    is_one: dict[int, int]
    may: dict[int, set[int]]

    @classmethod
    def of(cls, regulars: Regulars | None) -> _Strict:
        """Begin with what is decided already."""
        if regulars is None:
            return cls([], {}, {})
        may: dict[int, set[int]] = {}
        for group, owner, _ in regulars.before.tolist():
            may.setdefault(group, set()).add(owner)
        return cls(np.where(regulars.is_strict, regulars.group, -1).tolist(), {}, may)

    def may_take(self, row: int, owner: int) -> bool:
        """Whether a row may have a unit of an owner."""
        group = self.group[row] if self.group else -1
        return group < 0 or (owner in self.may.get(group, (owner,)) and self.is_one.get(group, owner) == owner)

    def take(self, row: int, owner: int) -> None:
        """Note that it has one: then this is the owner of its group."""
        if self.group and self.group[row] >= 0:
            self.is_one[self.group[row]] = owner


class _Days:
    """The jobs of each owner so far, where these have to be in time."""

    def __init__(self, problem: Problem) -> None:
        self.days, self.problem = problem.days, problem
        self.jobs: dict[int, IntArray] = {}
        if self.days is not None:
            for owner in np.unique(self.days.given[:, 0]).tolist():
                self.jobs[owner] = self.days.given[self.days.given[:, 0] == owner]

    def takes(self, pair: int, owner: int) -> bool:
        """Whether an owner can do this too; then it does."""
        if self.days is None:
            return True
        job = self.days.jobs(self.problem, np.array([pair]))
        jobs = np.concatenate([self.jobs[owner], job]) if owner in self.jobs else job
        if len(jobs) > 1 and not self.days.are_in_time(jobs):
            return False
        self.jobs[owner] = jobs
        return True


def _ways(forest: Forest) -> dict[int, tuple[int, ...]]:
    """Return the groups above each row or column that has any."""
    above: list[tuple[int, ...]] = [()] * forest.n_groups
    for group in range(forest.n_groups - 1, -1, -1):
        parent = int(forest.parent[group])
        above[group] = (group, *above[parent]) if parent >= 0 else (group,)
    return {node: above[leaf] for node, leaf in enumerate(forest.leaf.tolist()) if leaf >= 0}
