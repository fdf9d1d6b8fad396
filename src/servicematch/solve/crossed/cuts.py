"""Cuts: jobs of some columns of an owner, of which it cannot do one in each in time; found where a plan breaks them.

As a column is of one unit, such jobs are at most one less than the columns. Two columns are looked at job by job, further
ones where the relaxation gives an owner most of a row of jobs that is too much.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.crossed.network import Crossed, Part
from servicematch.solve.days import late_chains

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, IntArray
    from servicematch.solve.days import Days
    from servicematch.solve.problem import Problem

_BROKEN = 1e-5
"""By how much a relaxation must break a cut to be told of it."""

_MOST_OF, _HALF, _TRIPLES = 0.3, 0.5, 60
"""Jobs that the relaxation does at least so much of may be of a row of three, and of a longer one; so many rows are tried."""


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Of these pairs, rising, at most so many: one less than their columns."""

    pairs: IntArray
    at_most: int


def with_cuts(net: Crossed, cuts: Sequence[Cut]) -> Crossed:
    """Return the arcs with a group for each cut, behind all others.

    Examples
    --------
    >>> from servicematch.solve.crossed.network import crossed
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32), np.array([5, 7])
    >>> two = np.array([1, 1])
    >>> net = crossed(Problem(*pairs, need=two, capacity=np.array([2]), tier=two))
    >>> with_cuts(net, [Cut(np.array([0, 1]), 1)]).balance().toarray()[-1].tolist()
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


def broken_cuts(problem: Problem, days: Days, flow: FloatArray, looked_at: IntArray) -> list[Cut]:
    """Find cuts that a broken flow on the pairs breaks: jobs of two columns of an owner, each of which excludes the others.

    An owner that breaks one gets all that its pairs make, of those ``looked_at``, or the next relaxation breaks another.

    Examples
    --------
    >>> from servicematch.solve.days import Days
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.array([5, 7])
    >>> one = np.ones(2, dtype=np.int64)
    >>> class Near:
    ...     def between(self, first, second):
    ...         return 10 * np.abs(first - second)
    ...
    ...     def are_known(self, rows):
    ...         return rows >= 0
    >>> days = Days(np.array([0, 5]), np.array([1, 9]), one, np.array([0, 5]), Near(), np.empty((0, 6), dtype=np.int64))
    >>> problem = Problem(*pairs, need=one, capacity=one, tier=one, owner=np.zeros(2, dtype=np.int32), days=days)
    >>> [cut.pairs.tolist() for cut in broken_cuts(problem, days, np.array([0.7, 0.5]), np.array([0, 1]))]
    [[0, 1]]
    """
    of_columns = _Columns.of(problem)
    used = np.flatnonzero(flow > _BROKEN)
    broken: list[list[IntArray]] = []
    for pairs, first, second in _of_two_columns(problem, days, used):
        most = max(_excluding(first, second), key=lambda both: _sum_of(flow[pairs], both))
        if _sum_of(flow[pairs], most) > 1.0 + _BROKEN:
            broken.append([pairs[most[0]], pairs[most[1]]])
    if not broken:
        chains = _broken_chains(problem, days, used, flow)
        widened = [(chain, _widened(problem, days, of_columns, np.split(chain, len(chain)))) for chain in chains]
        return [
            cut for chain, cut in widened if np.isin(chain, cut.pairs).all()
        ]  # else more than two places are needed to see it
    late = np.unique([problem.owners(first[:1])[0] for first, _ in broken])
    near = looked_at[np.isin(problem.owners(looked_at), late)]
    for pairs, first, second in _of_two_columns(problem, days, near):
        broken += [[pairs[earlier], pairs[later]] for earlier, later in _excluding(first, second)]
    cuts = (_widened(problem, days, of_columns, sets) for sets in broken)
    return list({cut.pairs.tobytes(): cut for cut in cuts}.values())


def _sum_of(flow: FloatArray, both: tuple[IntArray, IntArray]) -> float:
    return float(flow[both[0]].sum() + flow[both[1]].sum())


def _of_two_columns(problem: Problem, days: Days, pairs: IntArray) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Give, for two columns of an owner at a time, the pairs in order, and which of them it cannot do one after the other."""
    jobs = days.jobs(problem, pairs)
    order = np.lexsort((jobs[:, 2], jobs[:, 0]))
    pairs, jobs = pairs[order], jobs[order]
    first, second = _conflicting(problem.col[pairs], jobs, days)
    both = np.stack([problem.col[pairs[first]], problem.col[pairs[second]]])
    order = np.lexsort(both[::-1])
    new = np.flatnonzero((np.diff(both[:, order], axis=1) != 0).any(axis=0)) + 1
    for at in np.split(order, new) if len(order) else ():
        yield pairs, first[at], second[at]


def _broken_chains(problem: Problem, days: Days, used: IntArray, flow: FloatArray) -> Iterator[IntArray]:
    """Give rows of three or more jobs of an owner that are too much, one an owner, of which the relaxation has too many."""
    most = used[flow[used] > _MOST_OF]
    jobs = np.concatenate([days.jobs(problem, most), days.given])
    pair = np.concatenate([most, np.full(len(days.given), -1)])
    order = np.lexsort((jobs[:, 2], jobs[:, 0]))
    for at in np.split(order, np.flatnonzero(np.diff(jobs[order, 0])) + 1):
        for some in islice(combinations(at.tolist(), 3), _TRIPLES):
            of_three = pair[list(some)]
            free = of_three[of_three >= 0]
            columns = {int(col) for col in problem.col[free]}
            is_broken = len(columns) == len(free) > 1 and flow[free].sum() > len(free) - 1 + _BROKEN
            if is_broken and days.lateness(jobs[list(some)]).any():
                yield free
                break
        else:
            whole = at[np.append(flow, 1.0)[pair[at]] > _HALF]
            for chain in late_chains(problem, days, pair[whole][pair[whole] >= 0]) if len(whole) > 3 else ():  # noqa: PLR2004
                if flow[chain].sum() > len(chain) - 1 + _BROKEN:
                    yield chain


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
    late = jobs[first, 3] + jobs[first, 5] + days.way(jobs[first], jobs[second]) > jobs[second, 4]
    return first[late], second[late]


def _excluding(first: IntArray, second: IntArray) -> Iterator[tuple[IntArray, IntArray]]:
    """Give jobs of two columns that each exclude all of the other's, as many as can be: for each that excludes any."""
    rows, row = np.unique(first, return_inverse=True)
    cols, col = np.unique(second, return_inverse=True)
    conflicts = np.zeros((len(rows), len(cols)), dtype=np.bool_)
    conflicts[row, col] = True
    for later in np.unique(conflicts, axis=0):
        yield rows[conflicts[:, later].all(axis=1)], cols[later]


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


def _widened(problem: Problem, days: Days, columns: _Columns, sets: Sequence[IntArray]) -> Cut:
    """Take in all further pairs of the last and of the first column with which the jobs stay too much."""
    sets = list(sets)
    for end in (len(sets) - 1, 0):
        others = columns.pairs(int(problem.col[sets[end][0]]))
        sets[end] = others[_are_too_much(problem, days, sets, end, others)]
    return Cut(np.sort(np.concatenate(sets)), len(sets) - 1)


def _are_too_much(problem: Problem, days: Days, sets: Sequence[IntArray], end: int, others: IntArray) -> BoolArray:
    """Tell which pairs of the first or last column nobody can do in time with one job of each other column."""
    jobs = [days.jobs(problem, one) for one in sets]
    jobs[end] = days.jobs(problem, others)
    if end:
        begin = days.earliest(jobs[:-1])
        return days.soonest(jobs[-2], begin, jobs[-1]) > jobs[-1][:, 4]
    latest = days.latest(jobs[1:])
    too_late: BoolArray = jobs[0][:, 3] > days.last_start(jobs[0], jobs[1], latest)
    return too_late


def cuts_of_chains(problem: Problem, days: Days, chains: Sequence[IntArray]) -> list[Cut]:
    """Turn rows of jobs that are too much into cuts, with all that are too much in the place of the first and last ones."""
    columns, found = _Columns.of(problem), []
    for chain in chains:
        order = np.argsort(days.begins[problem.col[chain]], kind="stable")
        cut = Cut(np.sort(chain), len(chain) - 1)
        if days.lateness(days.jobs(problem, chain[order])).any():
            widened = _widened(problem, days, columns, np.split(chain[order], len(chain)))
            cut = widened if np.isin(chain, widened.pairs).all() else cut
        found.append(cut)
    return found
