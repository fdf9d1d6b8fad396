"""The plain way: one min-cost flow over all pairs, served first by certificate and cut instead of by a big number.

Serving a unit of class k is paid ``base + k * step``. If the cut then shows that no class can be served more, the
matching is optimal in every tier, whatever step was used, because among matchings with these counts the payments are
constant. If not, the step is raised once; then the counts are settled by a flow of their own and the gains decided on
its optimal face.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.certificate import prove
from servicematch.solve.cut import Cut, find_cut
from servicematch.solve.face import cheapest_on_face, find_face
from servicematch.solve.matching import Matching, checked, compress, index_matching
from servicematch.solve.network import Network, cheapest_flow, largest_cost
from servicematch.solve.problem import Prices, Problem

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray

_STEPS = (6, 24)
"""Payments for serving, in ranges of the gain. Four were too few where places just equal units of several a row, and a
second solve costs as much as the first; six sufficed on every town measured, and eight took up to a fifth longer."""


def solve_plain(problem: Problem) -> tuple[Matching, Cut, int]:
    """Return a matching whose counts are maximal class by class and whose gain is maximal for them."""
    n_solves = 0
    for step in _STEPS:
        payment = payments(problem, step)
        if payment.max(initial=0) > largest_cost(problem.n_rows + problem.n_cols + 1) // 4:
            break
        matching = _best_for(problem, problem.gain + payment[problem.tier[problem.row]])
        cut, n_solves = find_cut(matching), n_solves + 1
        if cut.holds:
            return matching, cut, n_solves
    return *_counts_then_gains(problem), n_solves + 2


def payments(problem: Problem, step: int) -> IntArray:
    """Return what serving one unit of each class is paid, class 0 nothing."""
    if problem.n_tiers == 0 or problem.n_pairs == 0:
        return np.zeros(problem.n_tiers + 1, dtype=np.int64)
    low, high = int(problem.gain.min()), int(problem.gain.max())
    one = step * max(1, high - low)
    payment = np.arange(problem.n_tiers + 1, dtype=np.int64) * one + max(0, -low)
    payment[0] = 0
    return payment


def _counts_then_gains(problem: Problem) -> tuple[Matching, Cut]:
    """Settle the counts by a flow without gains, then the gains on its optimal face: no large number anywhere."""
    bare = replace(problem, gain=np.zeros(problem.n_pairs, dtype=np.int64))
    matching = _best_for(bare, problem.tier[problem.row])
    cut = find_cut(matching)
    prices = Prices(cut.tier, np.zeros(problem.n_cols, dtype=np.int64))
    face = find_face(matching, prices, prove(bare, prices, matching))
    gain = problem.gain[face.pairs]
    top = max(0, int(gain.max(initial=0)))
    matching = cheapest_on_face(face, top - gain, np.full(problem.n_rows, top))
    return index_matching(problem, matching.chosen), cut


def _best_for(problem: Problem, value: IntArray) -> Matching:
    """Return the matching of the largest total value; leaving a unit open is worth 0."""
    if problem.n_pairs == 0:
        return index_matching(problem, np.empty(0, dtype=np.int64))
    pairs = _usable_pairs(problem)
    flow = cheapest_flow(_network(problem, pairs, value))[: len(pairs)]
    if (flow > 1).any():
        raise SolverError("the flow solver's answer uses a pair twice")
    return checked(index_matching(problem, pairs[flow > 0]))


def _usable_pairs(problem: Problem) -> IntArray:
    if problem.capacity.min() > 0 and problem.need.min() > 0:
        return np.arange(problem.n_pairs)
    return np.flatnonzero((problem.capacity > 0)[problem.col] & (problem.need > 0)[problem.row])


def _network(problem: Problem, pairs: IntArray, value: IntArray) -> Network:
    """Build rows -> columns -> sink with supplies on the rows, and an arc from each row to the sink for staying open."""
    rows, row_at = compress(problem.row[pairs], problem.n_rows)
    cols, col_at = compress(problem.col[pairs], problem.n_cols)
    n_pairs, n_rows, n_cols = len(pairs), len(rows), len(cols)
    sink = n_rows + n_cols
    top = max(0, int(value.max(initial=0)))
    tail = np.empty(n_pairs + sink, dtype=np.int32)
    head = np.full(n_pairs + sink, sink, dtype=np.int32)
    room = np.ones(n_pairs + sink, dtype=np.int64)
    cost = np.zeros(n_pairs + sink, dtype=np.int64)
    tail[:n_pairs], head[:n_pairs] = row_at, col_at + n_rows
    tail[n_pairs:] = np.arange(sink)
    room[n_pairs:] = np.concatenate([problem.need[rows], problem.capacity[cols]])
    np.subtract(top, value[pairs], out=cost[:n_pairs])
    cost[n_pairs : n_pairs + n_rows] = top
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:n_rows] = problem.need[rows]
    supply[sink] = -supply.sum()
    return Network(tail, head, room, cost, supply)
