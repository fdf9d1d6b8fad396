"""The relaxation: each tier a linear program on the pairs that can matter, until no other pair could better it.

HiGHS solves it on a part of the pairs; its prices are then asked about all of them, and those that would gain are taken
in. Crossing groups leave few units broken, often none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from servicematch.base.claim import SCALE
from servicematch.solve.crossed.binding import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import AnyArray, FloatArray, IntArray
    from servicematch.solve.crossed.binding import Binding
    from servicematch.solve.crossed.network import Crossed
    from servicematch.solve.problem import Problem
    from servicematch.solve.regulars import Regulars

_ALL = 30_000
"""With so few pairs all of them are taken at once."""

_BEST, _MORE = 10, 8
"""Pairs of each row and of each column that are taken first, and that are added at a time."""

_LIKELY = 20
"""Owners of each group of the regulars whose pairs are taken first."""

_NEARLY = 0.05
"""Points: pairs this near to gaining come along with those that do, or the next prices would ask for them."""

_NOTHING = 1e-7
"""What a pair must gain, in units or points, to be taken in: what HiGHS itself takes for nothing."""


Bind = Callable[["IntArray", bool], "Binding"]
"""Says for some pairs, and whether it is of the last tier, what binds units to each other."""


@dataclass(frozen=True, slots=True)
class Program:
    """The arcs, the rows that must balance, and when the clock runs out (by `time.perf_counter`; None: never).

    ``bindings`` say, for the pairs that are looked at, what binds their units to each other, in the last tier or above.
    ``proves`` tells whether the prices of a relaxation bound its tier as tightly as it can be: then no further pairs are
    taken in, though with their bindings left aside they might gain.
    """

    net: Crossed
    balance: sparse.csc_array
    until: float | None = None
    bindings: tuple[Bind, ...] = ()
    proves: Callable[[int, Relaxed, Sequence[int]], bool] | None = None

    @classmethod
    def of(cls, net: Crossed, time_limit_s: float | None = None, bindings: tuple[Bind, ...] = ()) -> Program:
        """Write the rows down, and start the clock."""
        return cls(net, net.balance(), None if time_limit_s is None else perf_counter() + time_limit_s, bindings)

    def of_net(self, net: Crossed) -> Program:
        """Return the program of other arcs, with the same clock."""
        return replace(self, net=net, balance=net.balance())

    @property
    def left_s(self) -> float:
        """Seconds that are left."""
        return np.inf if self.until is None else max(0.0, self.until - perf_counter())


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The best broken flow of one tier, under what the tiers above have.

    Attributes
    ----------
    flow
        float64, one an arc.
    value
        What it is worth in its tier, units or points.
    way, group, beside
        Duals: a node, a crossing group, a tier above (how much of this tier a unit there costs).
    pairs
        int64, the pairs that were looked at, rising.
    """

    flow: FloatArray
    value: float
    way: FloatArray
    group: FloatArray
    beside: tuple[float, ...]
    pairs: IntArray

    def is_whole(self) -> bool:
        """Whether no unit is broken."""
        return bool((np.abs(self.flow - np.rint(self.flow)) < 1e-6).all())  # noqa: PLR2004 - HiGHS' own tolerance


def first_pairs(problem: Problem) -> IntArray:
    """Choose the pairs to begin with: all of few, else the best of each row and of each column.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32), np.array([5, 7])
    >>> one = np.ones(2, dtype=np.int64)
    >>> first_pairs(Problem(*pairs, need=one, capacity=one[:1], tier=one)).tolist()
    [0, 1]
    """
    if problem.n_pairs <= _ALL:
        return np.arange(problem.n_pairs)
    best = [
        _best_of(side, problem.gain, np.maximum(_BEST, 2 * most))
        for side, most in ((problem.row, problem.need), (problem.col, problem.room))
    ]
    found = np.union1d(*best)
    return found if problem.regulars is None else np.union1d(found, _of_likely_regulars(problem, problem.regulars))


def _of_likely_regulars(problem: Problem, regulars: Regulars) -> IntArray:
    """Return all pairs of each group with the owners that serve most of its rows, the best ones first."""
    pairs = np.flatnonzero(regulars.group[problem.row] >= 0)
    owners = problem.owners(pairs)
    cells = np.stack([regulars.group[problem.row[pairs]], owners, problem.row[pairs]])
    order = np.lexsort((-problem.gain[pairs], *cells[::-1]))
    pairs, cells = pairs[order], cells[:, order]
    best = np.flatnonzero(np.append(True, (np.diff(cells, axis=1) != 0).any(axis=0))[: len(pairs)])
    teams, at = np.unique(cells[:2], axis=1, return_inverse=True)
    at = at.reshape(-1)
    n_rows = np.bincount(at[best], minlength=teams.shape[1])
    gain = np.zeros(teams.shape[1], dtype=np.int64)
    np.add.at(gain, at[best], problem.gain[pairs[best]])
    ranked = np.lexsort((-gain, -n_rows, teams[0]))
    place = np.arange(len(ranked)) - np.searchsorted(teams[0][ranked], teams[0][ranked])
    is_likely = np.zeros(teams.shape[1], dtype=np.bool_)
    is_likely[ranked[place < _LIKELY]] = True
    return np.sort(pairs[is_likely[at]])


def _best_of(side: AnyArray, gain: IntArray, most: IntArray) -> IntArray:
    """Return the positions of the pairs of each row (or column) with the largest gains, rising."""
    order = np.lexsort((-gain, side))
    inside = side[order]
    place = np.arange(len(order)) - np.searchsorted(inside, inside)
    return np.sort(order[place < most[inside]])


def relax(program: Program, tier: int, reached: Sequence[int], pairs: IntArray) -> Relaxed | None:
    """Solve the relaxation of one tier; None where the clock runs out.

    Examples
    --------
    >>> from servicematch.solve.crossed.network import crossed
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 0], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.array([5, 7])
    >>> one = np.array([1])
    >>> program = Program.of(crossed(Problem(*pairs, need=one, capacity=np.array([1, 1]), tier=one)))
    >>> relax(program, 0, (), np.array([0])).value
    1.0
    >>> round(relax(program, 1, (1,), np.array([0])).value * 1e6)
    7
    """
    while True:
        found = _solve(program, tier, reached, pairs)
        if found is None:
            return None
        if program.proves is not None and program.proves(tier, found, reached):
            return found
        more = _better(program.net, tier, found)
        if len(more) == 0:
            return found
        pairs = np.union1d(pairs, more)


def worth_of(net: Crossed, tier: int) -> FloatArray:
    """Return what a unit on each arc is worth in one tier, gains in points."""
    worth = net.worth_in(tier).astype(np.float64)
    return worth / SCALE if tier == net.n_tiers - 1 else worth


def charged(net: Crossed, group: FloatArray) -> FloatArray:
    """Return what each pair pays for the groups of pairs that it is in, at their prices."""
    paid, first, group = np.zeros(net.built.n_pairs), 0, padded(group, net)
    for part in net.parts:
        of_pairs = part.member < net.built.n_pairs
        np.add.at(paid, part.member[of_pairs], group[first + part.of[of_pairs]])
        first += part.n_groups
    return paid


def padded(group: FloatArray, net: Crossed) -> FloatArray:
    """Return a price for every group of the arcs: those that were found after the relaxation have none."""
    return np.concatenate([group, np.zeros(net.n_groups - len(group))])


def _solve(program: Program, tier: int, reached: Sequence[int], pairs: IntArray) -> Relaxed | None:
    net, left_s = program.net, program.left_s
    if left_s <= 0:
        return None
    arcs = np.concatenate([pairs, np.arange(net.built.n_pairs, net.n_arcs)])
    bindings = [binding(pairs, tier == net.n_tiers - 1) for binding in program.bindings]
    bound, high = joined(bindings, len(arcs))
    n_more = bound.shape[1] - len(arcs)
    above = [sparse.csr_array((-worth_of(net, one)[arcs])[None, :]) for one in range(tier)]
    at_most = [sparse.hstack([one, sparse.csr_array((1, n_more))]) for one in above]
    most = np.concatenate([net.room[arcs].astype(np.float64), *(one.most for one in bindings)])
    answer = linprog(  # type: ignore[call-overload]  # scipy's stubs know no sparse rows
        -np.concatenate([worth_of(net, tier)[arcs], gain_of(program, bindings, tier)]),
        A_ub=sparse.csr_array(sparse.vstack([*at_most, bound])) if tier or len(high) else None,
        b_ub=np.concatenate([-np.array(reached, dtype=np.float64), high]) if tier or len(high) else None,
        A_eq=_widened(program.balance[:, arcs], n_more),
        b_eq=np.zeros(program.balance.shape[0]),
        bounds=np.stack([np.zeros(len(most)), most], axis=1),
        method="highs-ipm" if bindings else "highs-ds",
        options={"time_limit": left_s},
    )
    if answer.status != 0:
        return None
    flow = np.zeros(net.n_arcs)
    flow[arcs] = answer.x[: len(arcs)]
    n_nodes, duals = net.built.n_nodes, answer.eqlin.marginals
    beside = tuple((-answer.ineqlin.marginals[:tier]).tolist()) if tier else ()
    way = np.concatenate([np.zeros(1), duals[: n_nodes - 1]])
    return Relaxed(flow, -float(answer.fun), way, -duals[n_nodes - 1 :], beside, pairs)


def gain_of(program: Program, bindings: Sequence[Binding], tier: int) -> FloatArray:
    """Return what the unknowns of the bindings are worth in a tier: only in the last one anything."""
    gain = np.concatenate([np.empty(0), *(one.gain for one in bindings)])
    return gain if tier == program.net.n_tiers - 1 else np.zeros_like(gain)


def _widened(rows: sparse.csc_array, n_more: int) -> sparse.csc_array:
    return sparse.csc_array(sparse.hstack([rows, sparse.csc_array((rows.shape[0], n_more))])) if n_more else rows


def _better(net: Crossed, tier: int, found: Relaxed) -> IntArray:
    """Return pairs that were not looked at where one of them would gain: those, and in points those that nearly do."""
    built, n = net.built, net.built.n_pairs
    margin = worth_of(net, tier)[:n] + found.way[built.head[:n]] - found.way[built.tail[:n]]
    margin -= charged(net, found.group)
    margin[found.pairs] = 0.0
    if not (margin > _NOTHING).any():
        return np.empty(0, dtype=np.int64)
    margin[found.pairs] = -np.inf
    good = np.flatnonzero(margin > (-_NEARLY if tier == net.n_tiers - 1 else _NOTHING))
    most = np.full(built.n_nodes, _MORE)
    return good[_best_of(built.tail[good], np.rint(margin[good] * SCALE).astype(np.int64), most)]
