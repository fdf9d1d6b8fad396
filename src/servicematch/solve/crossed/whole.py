"""Whole units where the relaxation breaks some: a mixed-integer program on the pairs whose prices say they may matter.

What the relaxation reached in the tiers above is asked for, rounded down; what is missing costs more than any gain could
make up for. HiGHS stops after a fixed number of nodes, so the same problem has the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from servicematch.solve.crossed.relaxed import worth_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import FloatArray, IntArray
    from servicematch.solve.crossed.network import Crossed
    from servicematch.solve.crossed.relaxed import Program, Relaxed

_NEAR = 20_000
"""So many pairs at most, those nearest to gaining at the relaxation's prices."""

_NODES = 200
_GAP = 1e-7
_STEP, _DEAR = 4.0, 1e6
"""A unit missing in a tier costs so many times as much as one in the tier below, but never more than this."""


def whole_units(program: Program, last: Relaxed, reached: Sequence[int]) -> IntArray | None:
    """Return pairs, rising, that keep every bound; None where none were found in time.

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
    net, balance, left_s = program.net, program.balance, program.left_s
    if left_s <= 0:
        return None
    pairs = _near(net, last)
    arcs = np.concatenate([pairs, np.arange(net.built.n_pairs, net.n_arcs)])
    n_above = net.n_tiers - 1
    above = sparse.csr_array(np.stack([worth_of(net, tier)[arcs] for tier in range(n_above)])) if n_above else None
    is_whole = np.concatenate([np.ones(len(pairs)), np.zeros(len(arcs) - len(pairs) + n_above)])
    most = np.concatenate([net.room[arcs].astype(np.float64), np.full(n_above, np.inf)])
    rows = [LinearConstraint(sparse.hstack([balance[:, arcs], sparse.csc_array((balance.shape[0], n_above))]), 0, 0)]
    if above is not None:
        missing = sparse.hstack([above, sparse.eye_array(n_above)])
        rows.append(LinearConstraint(missing, np.array(reached[:n_above], dtype=np.float64), np.inf))
    answer = milp(
        np.concatenate([-worth_of(net, n_above)[arcs], _fines(net, n_above)]),
        integrality=is_whole,
        bounds=Bounds(np.zeros(len(most)), most),
        constraints=rows,
        options={"node_limit": _NODES, "mip_rel_gap": _GAP, "time_limit": left_s},
    )
    if answer.x is None:
        return None
    chosen: IntArray = pairs[answer.x[: len(pairs)] > 0.5]  # noqa: PLR2004 - whole but for a tolerance
    return chosen


def _near(net: Crossed, last: Relaxed) -> IntArray:
    """Return the pairs that the relaxation uses, and those nearest to gaining at its prices, rising."""
    n, built = net.built.n_pairs, net.built
    margin = worth_of(net, net.n_tiers - 1)[:n] + last.way[built.head[:n]] - last.way[built.tail[:n]]
    margin[last.flow[:n] > 0] = np.inf
    if n <= _NEAR:
        return np.arange(n)
    return np.sort(np.argpartition(-margin, _NEAR)[:_NEAR])


def _fines(net: Crossed, n_above: int) -> FloatArray:
    """Return what a unit missing costs in each tier above the gains."""
    gains = worth_of(net, n_above)
    lowest = _STEP * max(1e-3, float(np.abs(gains).max(initial=0)))
    fines: FloatArray = np.minimum(lowest * _STEP ** np.arange(n_above - 1, -1, -1), _DEAR)
    return fines
