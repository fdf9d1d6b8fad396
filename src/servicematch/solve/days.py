"""Days: the jobs of an owner follow each other, each at its place, with time enough on the way in between.

A column is a time of its owner for one job. The jobs of an owner, in the order of their columns, are in time when each
can begin at the latest when it may, if all before it begin as early as they can.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.problem import Problem


NOT_AT_ALL, FOR_EVER = 2**60, 2**50
"""A time that never comes, and a way that never ends."""


class Ways(Protocol):
    """How long it takes from one row to another, in the unit of the days."""

    def between(self, first: IntArray, second: IntArray) -> IntArray:
        """Return the time from each first row to each second one, 0 where a place is not known.

        No way is shorter by a row in between whose place is known.
        """

    def are_known(self, rows: IntArray) -> BoolArray:
        """Tell which rows have a place; a row without one is where the owner was before."""


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """When the work of each pair may begin, and how long it takes; any unit of time.

    Attributes
    ----------
    early, late, takes
        int64, one a pair: when its work may begin at the earliest and at the latest (never before that), and how long it
        takes, with what has to be done before the next.
    begins
        int64, one a column: the jobs of an owner are done in this order, which no two of its columns share.
    ways
        From row to row.
    given
        int64, a line each: owner, row, begins, early, late and takes of jobs that are decided already.
    """

    early: IntArray
    late: IntArray
    takes: IntArray
    begins: IntArray
    ways: Ways
    given: IntArray

    def part(self, pairs: IntArray) -> Days:
        """Return the days of some pairs."""
        return replace(self, early=self.early[pairs], late=self.late[pairs], takes=self.takes[pairs])

    def jobs(self, problem: Problem, pairs: IntArray) -> IntArray:
        """Write pairs down as jobs, a line each: owner, row, begins, early, late, takes."""
        lines = (
            problem.owners(pairs),
            problem.row[pairs].astype(np.int64),
            self.begins[problem.col[pairs]],
            self.early[pairs],
            self.late[pairs],
            self.takes[pairs],
        )
        return np.stack(lines, axis=1)

    def after(self, problem: Problem, pairs: IntArray) -> Days:
        """Return the days once some pairs are decided."""
        return replace(self, given=np.concatenate([self.given, self.jobs(problem, pairs)]))

    def lateness(self, jobs: IntArray) -> IntArray:
        """Return how much too late each job of one owner begins, 0 for in time; the jobs are in order.

        Examples
        --------
        >>> class Near:
        ...     def between(self, first, second):
        ...         return 10 * np.abs(first - second)
        ...
        ...     def are_known(self, rows):
        ...         return rows >= 0
        >>> none = np.empty(0, dtype=np.int64)
        >>> days = Days(none, none, none, none, Near(), none.reshape(0, 6))
        >>> days.lateness(np.array([[0, 1, 0, 0, 50, 30], [0, 3, 40, 40, 45, 30], [0, 3, 80, 80, 90, 30]])).tolist()
        [0, 5, 0]
        """
        late: IntArray = np.maximum(0, self.begin(jobs) - jobs[:, 4])
        return late

    def _onward(self, jobs: IntArray) -> list[int]:
        """Return the way from each job of one owner to the next, from where the owner was last known to be; 0 from the last."""
        rows = jobs[:, 1]
        last = np.maximum.accumulate(np.where(self.ways.are_known(rows), np.arange(len(rows)), 0))
        places = rows[last]
        return [*self.ways.between(places[:-1], places[1:]).tolist(), 0][: len(rows)]

    def begin(self, jobs: IntArray) -> IntArray:
        """Return when each job of one owner begins, in order, if each begins as early as it can; late ones too."""
        begins: list[int] = []
        free = None
        for (_, _, _, early, _, takes), further in zip(jobs.tolist(), self._onward(jobs), strict=True):
            begins.append(early if free is None else max(early, free))
            free = begins[-1] + takes + further
        return np.array(begins, dtype=np.int64)

    def are_in_time(self, jobs: IntArray) -> bool:
        """Tell whether all jobs of one owner are in time, in whatever order they are given."""
        return not self.lateness(jobs[np.argsort(jobs[:, 2], kind="stable")]).any()

    def earliest(self, sets: Sequence[IntArray]) -> IntArray:
        """Return when each job of the last set can begin, after one of each set before; `NOT_AT_ALL` for never."""
        begin = sets[0][:, 3].copy()
        for before, jobs in pairwise(sets):
            soonest = self.soonest(before, begin, jobs)
            begin = np.where(soonest > jobs[:, 4], NOT_AT_ALL, soonest)
        return begin

    def soonest(self, before: IntArray, begin: IntArray, jobs: IntArray) -> IntArray:
        """Return when each job can begin after the best of those before, which begin then; too late or not."""
        free = begin + before[:, 5]
        arrives = np.minimum(free[:, None] + self._way(before, jobs), NOT_AT_ALL).min(axis=0, initial=NOT_AT_ALL)
        soonest: IntArray = np.maximum(jobs[:, 3], arrives)
        return soonest

    def latest(self, sets: Sequence[IntArray]) -> IntArray:
        """Return when each job of the first set may begin at the latest for one of each set after it to be in time."""
        last = sets[-1][:, 4].copy()
        for jobs, after in pairwise(reversed(sets)):
            last = np.minimum(after[:, 4], self.last_start(after, jobs, last))
            last = np.where(last < after[:, 3], -NOT_AT_ALL, last)
        return last

    def last_start(self, jobs: IntArray, after: IntArray, last: IntArray) -> IntArray:
        """Return when each job may begin at the latest for the best of those after it, which may begin at their last."""
        leaves = (last[None, :] - self._way(jobs, after)).max(axis=1, initial=-NOT_AT_ALL)
        last_start: IntArray = np.maximum(leaves - jobs[:, 5], -NOT_AT_ALL)
        return last_start

    def _way(self, first: IntArray, second: IntArray) -> IntArray:
        n, m = len(first), len(second)
        return self.way(np.repeat(first, m, axis=0), np.tile(second, (n, 1))).reshape(n, m)

    def way(self, first: IntArray, second: IntArray) -> IntArray:
        """Return the time from jobs to jobs of an owner; none leads from a row to itself, for it has one unit of an owner."""
        way: IntArray = np.where(first[:, 1] == second[:, 1], FOR_EVER, self.ways.between(first[:, 1], second[:, 1]))
        return way


def possible_beside_given(problem: Problem, days: Days) -> BoolArray:
    """Tell which pairs their owners could do beside what is decided already; nothing, where that is not in time itself.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0], dtype=np.int32), np.array([0], dtype=np.int32), np.array([5])
    >>> one = np.ones(1, dtype=np.int64)
    >>> class Near:
    ...     def between(self, first, second):
    ...         return 10 * np.abs(first - second)
    ...
    ...     def are_known(self, rows):
    ...         return rows >= 0
    >>> days = Days(0 * one, 9 * one, one, one, Near(), np.array([[0, 3, 0, 0, 0, 1]]))
    >>> possible_beside_given(Problem(*pairs, need=one, capacity=one, tier=one, days=days), days)
    array([False])
    """
    possible = np.ones(problem.n_pairs, dtype=np.bool_)
    owners = problem.owners(np.arange(problem.n_pairs))
    for owner in np.unique(days.given[:, 0]).tolist():
        given, pairs = days.given[days.given[:, 0] == owner], np.flatnonzero(owners == owner)
        for pair, job in zip(pairs.tolist(), days.jobs(problem, pairs), strict=True):
            possible[pair] = days.are_in_time(np.concatenate([given, job[None, :]]))
    return possible


def late_chains(problem: Problem, days: Days, chosen: IntArray) -> Iterator[IntArray]:
    """Give for each owner that is not in time the chosen pairs of one row of jobs that is too much, as few as can be.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.array([5, 7])
    >>> one = np.ones(2, dtype=np.int64)
    >>> class Near:
    ...     def between(self, first, second):
    ...         return 10 * np.abs(first - second)
    ...
    ...     def are_known(self, rows):
    ...         return rows >= 0
    >>> none = np.empty((0, 6), dtype=np.int64)
    >>> days = Days(np.array([0, 5]), np.array([1, 9]), one, np.array([0, 5]), Near(), none)
    >>> problem = Problem(*pairs, need=one, capacity=one, tier=one, owner=np.zeros(2, dtype=np.int32), days=days)
    >>> [chain.tolist() for chain in late_chains(problem, days, np.array([0, 1]))]
    [[0, 1]]
    """
    jobs = np.concatenate([days.jobs(problem, chosen), days.given])
    pair = np.concatenate([chosen, np.full(len(days.given), -1)])
    order = np.lexsort((jobs[:, 2], jobs[:, 0]))
    jobs, pair = jobs[order], pair[order]
    for at in np.split(np.arange(len(jobs)), np.flatnonzero(np.diff(jobs[:, 0])) + 1):
        if len(at) == 0 or not (pair[at] >= 0).any():
            continue
        late = np.flatnonzero(days.lateness(jobs[at]))
        if len(late) == 0:
            continue
        last = int(late[0]) + 1
        first = next(i for i in range(last - 2, -1, -1) if days.lateness(jobs[at[i:last]]).any())
        chain = pair[at[first:last]]
        free: IntArray = chain[chain >= 0]
        yield free if len(free) else pair[at][pair[at] >= 0]


def in_time(problem: Problem, days: Days, chosen: IntArray) -> IntArray:
    """Take out of a choice, owner by owner, what is worth least in each row of jobs that is too much."""
    while chains := list(late_chains(problem, days, chosen)):
        out = [min(chain.tolist(), key=lambda p: (problem.tier[problem.row[p]], problem.gain[p])) for chain in chains]
        chosen = np.setdiff1d(chosen, np.array(out, dtype=np.int64))
    return chosen
