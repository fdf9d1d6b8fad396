"""Whole units where the relaxation breaks some: mixed-integer programs on the pairs whose prices say they may matter.

The first asks for all that the relaxation reached in the tiers above the gains, rounded down, and mostly finds it. Where
it does not, one program follows for each tier from the first that falls short, each keeping what those before reached.
HiGHS stops after a fixed number of nodes, so the same problem has the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from servicematch.solve.crossed.binding import joined
from servicematch.solve.crossed.relaxed import charged, gain_of, worth_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import FloatArray, IntArray
    from servicematch.solve.crossed.binding import Binding
    from servicematch.solve.crossed.network import Crossed
    from servicematch.solve.crossed.relaxed import Program, Relaxed

_NEAR = 20_000
"""So many pairs at most, those nearest to gaining at the relaxation's prices."""

_NODES = 200
_GAP = 1e-7
_FAILED = 4


def whole_units(program: Program, last: Relaxed, reached: Sequence[int]) -> IntArray | None:
    """Return pairs, rising, that keep every bound and binding; None where none were found in time.

    Examples
    --------
    >>> from servicematch.solve.crossed.network import crossed
    >>> from servicematch.solve.crossed.relaxed import Program, relax
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 0], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.array([5, 7])
    >>> one = np.array([1])
    >>> program = Program.of(crossed(Problem(*pairs, need=one, capacity=np.array([1, 1]), tier=one)))
    >>> whole_units(program, relax(program, 1, (1,), np.array([0, 1])), (1,)).tolist()
    [1]
    """
    model, last_tier = _Model.of(program, _near(program.net, last)), program.net.n_tiers - 1
    chosen = model.best_in(last_tier, reached[:last_tier])
    if chosen is not None or program.left_s <= 0:
        return chosen
    values: list[int] = []
    for tier in range(program.net.n_tiers):
        more = model.best_in(tier, values)
        if more is None:
            return chosen
        chosen = more
        values.append(program.net.value(model.flow)[tier])
    return chosen


@dataclass(slots=True)
class _Model:
    """The integer program: pairs, the other arcs, then the unknowns of the bindings; ``flow`` is what it found last."""

    program: Program
    pairs: IntArray
    arcs: IntArray
    is_whole: IntArray
    most: FloatArray
    bindings: list[Binding]
    rows: list[LinearConstraint]
    flow: IntArray

    @classmethod
    def of(cls, program: Program, pairs: IntArray) -> _Model:
        net = program.net
        arcs = np.concatenate([pairs, np.arange(net.built.n_pairs, net.n_arcs)])
        bindings = [binding(pairs, True) for binding in program.bindings]  # noqa: FBT003 - it serves all tiers
        is_whole = np.repeat(np.array([1, 0]), [len(pairs), len(arcs) - len(pairs)])
        bound, high = joined(bindings, len(arcs))
        rows = [_padded(program.balance[:, arcs], bound.shape[1] - len(arcs), 0, 0)]
        if len(high):
            rows.append(LinearConstraint(bound, -np.inf, high))
        return cls(
            program,
            pairs,
            arcs,
            np.concatenate([is_whole, *(one.is_whole for one in bindings)]),
            np.concatenate([net.room[arcs].astype(np.float64), *(one.most for one in bindings)]),
            bindings,
            rows,
            np.zeros(net.n_arcs, dtype=np.int64),
        )

    def best_in(self, tier: int, least: Sequence[int]) -> IntArray | None:
        """Return the pairs that are best in one tier, with at least so much in those above; None where none were found."""
        net, n_more = self.program.net, len(self.most) - len(self.arcs)
        if self.program.left_s <= 0:
            return None
        rows = self.rows
        if least:
            above = sparse.csr_array(np.stack([worth_of(net, one)[self.arcs] for one in range(len(least))]))
            rows = [*rows, _padded(above, n_more, np.array(least, dtype=np.float64), np.inf)]
        for presolve in (True, False):  # where its presolve loses the answer, HiGHS finds it without
            answer = milp(
                -np.concatenate([worth_of(net, tier)[self.arcs], gain_of(self.program, self.bindings, tier)]),
                integrality=self.is_whole,
                bounds=Bounds(np.zeros(len(self.most)), self.most),
                constraints=rows,
                options={
                    "node_limit": _NODES,
                    "mip_rel_gap": _GAP,
                    "time_limit": self.program.left_s,
                    "presolve": presolve,
                },
            )
            if answer.status != _FAILED:
                break
        if answer.x is None:
            return None
        self.flow[self.arcs] = np.rint(answer.x[: len(self.arcs)]).astype(np.int64)
        chosen: IntArray = self.pairs[self.flow[self.pairs] > 0]
        return chosen


def _padded(
    rows: sparse.csr_array | sparse.csc_array, n_more: int, low: FloatArray | float, high: float
) -> LinearConstraint:
    """Write rows down that say nothing of the last unknowns."""
    return LinearConstraint(sparse.hstack([rows, sparse.csc_array((rows.shape[0], n_more))]), low, high)


def _near(net: Crossed, last: Relaxed) -> IntArray:
    """Return the pairs that the relaxation uses, and those nearest to gaining at its prices, rising."""
    n, built = net.built.n_pairs, net.built
    margin = worth_of(net, net.n_tiers - 1)[:n] + last.way[built.head[:n]] - last.way[built.tail[:n]]
    margin -= charged(net, last.group)
    margin[last.flow[:n] > 0] = np.inf
    if n <= _NEAR:
        return np.arange(n)
    return np.sort(np.argpartition(-margin, _NEAR)[:_NEAR])
