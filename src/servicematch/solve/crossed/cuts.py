"""Cuts: of some jobs that an owner cannot do one after the other in time, at most one; found where a plan breaks them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.crossed.network import Crossed, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import AnyArray, FloatArray, IntArray
    from servicematch.solve.days import Days
    from servicematch.solve.problem import Problem

_BROKEN = 1e-5
"""By how much a relaxation must break a cut to be told of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Of these pairs, rising, at most so many."""

    pairs: IntArray
    at_most: int = 1


def with_cuts(net: Crossed, cuts: Sequence[Cut]) -> Crossed:
    """Return the arcs with a group for each cut, behind all others.

    Examples
    --------
    >>> from servicematch.solve.crossed.network import crossed
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32), np.array([5, 7])
    >>> two = np.array([1, 1])
    >>> net = crossed(Problem(*pairs, need=two, capacity=np.array([2]), tier=two))
    >>> with_cuts(net, [Cut(np.array([0, 1]))]).balance().toarray()[-1].tolist()
    [1.0, 1.0, 0.0, 0.0, 0.0, -1.0]
    """
    if not cuts:
        return net
    n, zero = len(cuts), np.zeros(len(cuts), dtype=np.int64)
    every, size = np.arange(n), [len(cut.pairs) for cut in cuts]
    room = np.array([cut.at_most for cut in cuts], dtype=np.int64)
    members = np.concatenate([cut.pairs for cut in cuts])
    part = Part(every, members, np.repeat(every, size), every, room, zero.astype(np.bool_), zero)
    return replace(
        net,
        parts=(*net.parts, part),
        room=np.concatenate([net.room, room]),
        is_floor=np.concatenate([net.is_floor, part.arc_is_floor]),
        cost=np.concatenate([net.cost, zero]),
    )


def broken_cuts(problem: Problem, days: Days, flow: FloatArray) -> list[Cut]:
    """Find cuts that a broken flow on the pairs breaks: jobs of two columns of an owner, each of which excludes the others.

    Examples
    --------
    >>> from servicematch.solve.days import Days
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.array([5, 7])
    >>> one = np.ones(2, dtype=np.int64)
    >>> class Near:
    ...     def between(self, first, second):
    ...         return 10 * np.abs(first - second)
    >>> days = Days(np.array([0, 5]), np.array([1, 9]), one, np.array([0, 5]), Near(), np.empty((0, 6), dtype=np.int64))
    >>> problem = Problem(*pairs, need=one, capacity=one, tier=one, owner=np.zeros(2, dtype=np.int32), days=days)
    >>> [cut.pairs.tolist() for cut in broken_cuts(problem, days, np.array([0.7, 0.5]))]
    [[0, 1]]
    """
    used = np.flatnonzero(flow > _BROKEN)
    jobs = days.jobs(problem, used)
    order = np.lexsort((jobs[:, 2], jobs[:, 0]))
    used, jobs = used[order], jobs[order]
    first, second = _conflicting(problem.col[used], jobs, days)
    of_columns = _Columns.of(problem)
    both = np.stack([problem.col[used[first]], problem.col[used[second]]])
    order = np.lexsort(both[::-1])
    new = np.flatnonzero((np.diff(both[:, order], axis=1) != 0).any(axis=0)) + 1
    found: list[Cut] = []
    for at in np.split(order, new):
        best = _most_broken(first[at], second[at], flow[used])
        if best is not None:
            found.append(Cut(_widened(problem, days, of_columns, used[best[0]], used[best[1]])))
    return found


def _conflicting(cols: AnyArray, jobs: IntArray, days: Days) -> tuple[IntArray, IntArray]:
    """List the jobs of each owner that it cannot do one after the other, by their places: an earlier and a later one."""
    firsts, seconds = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for apart in range(1, len(jobs)):
        same = np.flatnonzero(jobs[:-apart, 0] == jobs[apart:, 0])
        if len(same) == 0:
            break
        same = same[cols[same] != cols[same + apart]]
        firsts.append(same)
        seconds.append(same + apart)
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    way = days.ways.between(jobs[first, 1], jobs[second, 1])
    late = jobs[first, 3] + jobs[first, 5] + way > jobs[second, 4]
    return first[late], second[late]


def _most_broken(first: IntArray, second: IntArray, flow: FloatArray) -> tuple[IntArray, IntArray] | None:
    """Choose of conflicting jobs of two columns some that each exclude all of the other's, with most flow, if more than 1."""
    rows, row = np.unique(first, return_inverse=True)
    cols, col = np.unique(second, return_inverse=True)
    conflicts = np.zeros((len(rows), len(cols)), dtype=np.bool_)
    conflicts[row, col] = True
    best, most = None, 1.0 + _BROKEN
    for one in range(len(rows)):
        later = conflicts[one]
        earlier = conflicts[:, later].all(axis=1)
        total = float(flow[rows[earlier]].sum() + flow[cols[later]].sum())
        if total > most:
            best, most = (rows[earlier], cols[later]), total
    return best


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """The pairs of each column."""

    pair: IntArray
    start: IntArray

    @classmethod
    def of(cls, problem: Problem) -> _Columns:
        order = np.argsort(problem.col, kind="stable")
        return cls(order, np.searchsorted(problem.col[order], np.arange(problem.n_cols + 1)))

    def pairs(self, col: int) -> IntArray:
        return self.pair[self.start[col] : self.start[col + 1]]


def _widened(problem: Problem, days: Days, columns: _Columns, first: IntArray, second: IntArray) -> IntArray:
    """Take in all further pairs of both columns that exclude all of the other column's."""
    of_first, of_second = (columns.pairs(int(problem.col[some[0]])) for some in (first, second))
    later = of_second[days.conflicts(days.jobs(problem, first), days.jobs(problem, of_second)).all(axis=0)]
    earlier = of_first[days.conflicts(days.jobs(problem, of_first), days.jobs(problem, later)).all(axis=1)]
    return np.union1d(earlier, later)


def cuts_of_chains(problem: Problem, days: Days, chains: Sequence[IntArray]) -> list[Cut]:
    """Turn rows of jobs that are too much into cuts: two of them with all that exclude each other, else one less of them."""
    columns = _Columns.of(problem)
    found = []
    for chain in chains:
        if len(chain) == 2 and days.conflicts(*(days.jobs(problem, chain[[at]]) for at in (0, 1))).all():  # noqa: PLR2004
            found.append(Cut(_widened(problem, days, columns, chain[:1], chain[1:])))
        else:
            found.append(Cut(np.sort(chain), len(chain) - 1))
    return found
