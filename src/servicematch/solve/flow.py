"""The exact engine: one min-cost flow, served first by certificate and cut instead of by a big number.

Serving a unit of class k is paid ``base + k * step``. If the cut then shows that no class can be served more, the
matching is optimal in every tier, whatever step was used, because among matchings with these counts the payments are
constant. If not, the step is raised once; then the counts are settled by a flow of their own and the gains decided on
its optimal face. Prices, bound and canonical choice follow; the solution is proved or refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import CostRangeError, SolverError
from servicematch.solve.canonical import choose_canonical
from servicematch.solve.certificate import find_margins, prove_bound, value_of
from servicematch.solve.cut import Cut, find_cut
from servicematch.solve.face import cheapest_on_face, find_face, move
from servicematch.solve.greedy import choose_greedily
from servicematch.solve.matching import Matching, checked, compress, index_matching
from servicematch.solve.network import Network, cheapest_flow, largest_cost
from servicematch.solve.prices import least_prices
from servicematch.solve.problem import Prices, Problem, Solution, Status
from servicematch.solve.residual import tied_rows

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray

_STEPS = (6, 24)
"""Payments for serving, in ranges of the gain. Four were too few where places just equal units of several a row, and a
second solve costs as much as the first; six sufficed on every town measured, and eight took up to a fifth longer."""

_SECONDS_PER_PAIR = 2e-6


@dataclass(frozen=True, slots=True)
class FlowOptions:
    """What a caller may ask of the flow.

    Attributes
    ----------
    canonical
        Whether ties are decided by rank and hash; without it only the objective is the same on every engine.
    time_limit_s
        When the size says that the flow takes longer than this, the greedy choice is returned with a bound.
    work_limit
        The same, counted in pairs given to the solver: it does not depend on the machine.
    """

    canonical: bool = True
    time_limit_s: float | None = None
    work_limit: int | None = None

    def stops(self, problem: Problem) -> str | None:
        """Name the limit that a flow on this problem would break."""
        if self.work_limit is not None and problem.n_pairs > self.work_limit:
            return "work"
        if self.time_limit_s is not None and problem.n_pairs * _SECONDS_PER_PAIR > self.time_limit_s:
            return "time"
        return None


def solve_flow(problem: Problem, options: FlowOptions | None = None) -> Solution:
    """Return a solution that is optimal in every tier, with the prices that prove it.

    Raises
    ------
    SolverError
        When the problem has parts that the plain flow cannot hold, or the flow solver's answer is not a proved optimum.

    Examples
    --------
    >>> pairs = np.array([0, 0, 1], dtype=np.int32), np.array([0, 1, 0], dtype=np.int32), np.array([9, 3, 8])
    >>> one = np.array([1, 1])
    >>> solution = solve_flow(Problem(*pairs, need=one, capacity=one, tier=one))
    >>> solution.chosen.tolist(), solution.objective, solution.status.value
    ([1, 2], (2, 11), 'PROVED')
    """
    options = options or FlowOptions()
    _refuse_what_is_no_plain_flow(problem)
    free, kept = _without_fixed(problem)
    limit = options.stops(free)
    solution = _greedy(free, limit) if limit else _exact_or_greedy(free, canonical=options.canonical)
    if problem.fixed is None:
        return solution
    fixed = np.flatnonzero(problem.fixed)
    return replace(solution, chosen=np.union1d(kept[solution.chosen], fixed))


def _exact_or_greedy(problem: Problem, *, canonical: bool) -> Solution:
    """Solve exactly; where the gains are too large for the solver on paths as long as these, still give a plan."""
    try:
        return _exact(problem, canonical=canonical)
    except CostRangeError:
        return _greedy(problem, "range")


def _exact(problem: Problem, *, canonical: bool) -> Solution:
    clock = [perf_counter()]
    matching, cut, n_solves = _lexicographic(problem)
    clock.append(perf_counter())
    prices = least_prices(matching, cut)
    margins = find_margins(problem, prices, matching)
    objective, bound = value_of(problem, matching.chosen), prove_bound(problem, prices, margins)
    if objective != bound:
        raise SolverError(
            f"the flow solver's answer is worth {objective}, but its prices only prove {bound}: it is not optimal"
        )
    clock.append(perf_counter())
    face = find_face(matching, prices, margins)
    if canonical:
        matching = choose_canonical(face)
        if value_of(problem, matching.chosen) != objective:
            raise SolverError("the choice among equally good solutions changed their value")
    tied = tied_rows(move(face, matching))
    clock.append(perf_counter())
    seconds = dict(zip(("flow", "proof", "canonical"), np.diff(clock).tolist(), strict=True))
    return Solution(matching.chosen, objective, bound, prices, Status.PROVED, None, tied, "flow", n_solves, seconds)


def _greedy(problem: Problem, limit: str) -> Solution:
    """Return the greedy choice, and the bound that prices of zero prove."""
    chosen = choose_greedily(problem)
    zero = np.zeros(problem.n_cols, dtype=np.int64)
    prices = Prices(zero, zero)
    bound = prove_bound(problem, prices, find_margins(problem, prices))
    objective = value_of(problem, chosen)
    proved = objective == bound
    status, stopped_by = (Status.PROVED, None) if proved else (Status.FEASIBLE, limit)
    return Solution(chosen, objective, bound, prices, status, stopped_by, np.empty(0, dtype=np.int64), "greedy", 0)


def _lexicographic(problem: Problem) -> tuple[Matching, Cut, int]:
    """Return a matching whose counts are maximal class by class and whose gain is maximal for them."""
    n_solves = 0
    for step in _STEPS:
        payment = _payments(problem, step)
        if payment.max(initial=0) > largest_cost(problem.n_rows + problem.n_cols + 1) // 4:
            break
        matching = _best_for(problem, problem.gain + payment[problem.tier[problem.row]])
        cut, n_solves = find_cut(matching), n_solves + 1
        if cut.holds:
            return matching, cut, n_solves
    return *_counts_then_gains(problem), n_solves + 2


def _payments(problem: Problem, step: int) -> IntArray:
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
    face = find_face(matching, prices, find_margins(bare, prices))
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


def _without_fixed(problem: Problem) -> tuple[Problem, IntArray]:
    """Take the fixed pairs out with their units and places; return the rest and where its pairs stand."""
    if problem.fixed is None:
        return problem, np.arange(problem.n_pairs)
    fixed, kept = np.flatnonzero(problem.fixed), np.flatnonzero(~problem.fixed)
    taken = np.bincount(problem.row[fixed], minlength=problem.n_rows)
    used = np.bincount(problem.col[fixed], minlength=problem.n_cols)
    if (taken > problem.need).any():
        raise SolverError("more pairs are fixed for a row than it needs")
    return replace(
        problem,
        row=problem.row[kept],
        col=problem.col[kept],
        gain=problem.gain[kept],
        need=problem.need - taken,
        capacity=np.maximum(0, problem.capacity - used),
        fixed=None,
    ), kept


def _refuse_what_is_no_plain_flow(problem: Problem) -> None:
    parts = {
        "row_groups": problem.row_groups,
        "col_groups": problem.col_groups,
        "load": problem.load,
        "owner": problem.owner,
    }
    given = [name for name, part in parts.items() if part is not None]
    if given:
        raise SolverError(
            f"the plain flow does not hold {', '.join(given)}: only needs, capacities, classes and fixed pairs"
        )
