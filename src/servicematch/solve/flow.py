"""The door to the exact engines: each gives an optimal choice with prices, and here both are proved or refused.

Engines: ``"flow"`` gives all pairs to OR-Tools (`solve.plain`); ``"near"`` only those that can matter, chosen by an
auction (`solve.near`) or, without compiled loops, by smoothed prices (`solve.smooth`); and ``"warm"`` goes on from the
auction itself. Whoever found it, the bound that the prices
prove must equal the value of the choice, and the canonical choice makes the solution the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import CostRangeError, SolverError
from servicematch.base.progress import QUIET
from servicematch.solve.canonical import choose_canonical
from servicematch.solve.certificate import find_margins, prove, prove_bound, value_of
from servicematch.solve.compiled import has_kernels
from servicematch.solve.face import find_face, move
from servicematch.solve.fixed import without_fixed
from servicematch.solve.greedy import choose_greedily
from servicematch.solve.grouped.solve import has_groups, solve_grouped
from servicematch.solve.matching import checked, index_matching
from servicematch.solve.pieces import find_optimum
from servicematch.solve.problem import Prices, Problem, Solution, Status
from servicematch.solve.residual import tied_rows

if TYPE_CHECKING:
    from servicematch.base.progress import Bar

ENGINES = ("auto", "flow", "near", "warm")

_WORTHWHILE = 500_000
"""From so many pairs on the near way pays for loading its compiled loops (about a second in a fresh process)."""

_THIN = (5_000, 4)
"""From so many pairs on, of at most so many a row: long chains, on which the flow solver takes a hundred times as long
as augmenting paths."""

_SCARCE, _DENSE = 0.9, 0.25
"""With fewer places than this for each unit asked and several classes, the auction is mostly given up after as long as
the flow takes: always where rows need several units, else where a row reaches less than this share of the columns."""

_SECONDS_PER_PAIR = {"flow": 2e-6, "near": 1e-6, "warm": 1e-6}
"""Rather too much for the ways that are tried first; one that is given up takes longer (see benchmarks/README.md)."""


@dataclass(frozen=True, slots=True)
class FlowOptions:
    """What a caller may ask of the flow.

    Attributes
    ----------
    canonical
        Whether ties are decided by rank and hash; without it only the objective is the same on every engine.
    engine
        "flow", "near" or "warm" (see `servicematch.solve.flow`); "auto" is "near" for large problems, but where places
        are scarce for several classes, "warm" for long chains, else "flow". Without the extra ``fast`` there is no
        "warm", and "near" takes its prices from `smooth`. Near pairs that mostly tie are left to "warm", and what none
        can do in time to "flow": `Solution.solver` says what was done ("smooth" is "near" without the extra).
    n_jobs
        For pieces that hang together by no pair, as in joblib: None leaves it to ``joblib.parallel_config``.
    time_limit_s
        When the number of eligible pairs says that the engine tried first takes longer than this, the greedy choice is
        returned with a bound: 2 seconds a million pairs for "flow", 1 for "near" and "warm".
    work_limit
        The same where there are more eligible pairs than this, whatever the engine: it does not depend on the machine.
    """

    canonical: bool = True
    engine: str = "auto"
    n_jobs: int | None = None
    time_limit_s: float | None = None
    work_limit: int | None = None

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise SolverError(f"engine: expected one of {', '.join(ENGINES)}, got {self.engine!r}")
        if self.engine == "warm" and not has_kernels():
            raise SolverError(f"engine {self.engine!r} needs compiled loops: pip install 'servicematch[fast]'")

    def way(self, problem: Problem) -> str:
        """Return the engine that is tried first, judging by the inputs alone."""
        if self.engine != "auto":
            return self.engine
        is_thin = _THIN[0] <= problem.n_pairs <= _THIN[1] * problem.n_rows
        if is_thin and has_kernels():
            return "warm"
        is_large = problem.n_pairs >= _WORTHWHILE
        return "near" if is_large and not (_outlasts_auctions(problem) and has_kernels()) else "flow"

    def stops(self, problem: Problem) -> str | None:
        """Name the limit that a flow on this problem would break."""
        if self.work_limit is not None and problem.n_pairs > self.work_limit:
            return "work"
        if self.time_limit_s is not None and self._estimated_s(problem) > self.time_limit_s:
            return "time"
        return None

    def _estimated_s(self, problem: Problem) -> float:
        return problem.n_pairs * _SECONDS_PER_PAIR[self.way(problem)]


def _outlasts_auctions(problem: Problem) -> bool:
    """Tell where the auction would be given up, by the inputs alone."""
    needs = problem.need > 0
    classes = problem.tier[needs]
    if len(classes) == 0 or classes.min() == classes.max() or problem.room.sum() >= _SCARCE * problem.need.sum():
        return False
    is_sparse = problem.n_pairs < _DENSE * problem.n_rows * problem.n_cols
    return bool(is_sparse or (problem.need > 1).any())


def solve_flow(problem: Problem, options: FlowOptions | None = None, bar: Bar = QUIET) -> Solution:
    """Return a solution that is optimal in every tier, with the prices that prove it.

    Raises
    ------
    SolverError
        When pairs take loads, which no flow holds, or the flow solver's answer is not a proved optimum.

    Examples
    --------
    >>> pairs = np.array([0, 0, 1], dtype=np.int32), np.array([0, 1, 0], dtype=np.int32), np.array([9, 3, 8])
    >>> one = np.array([1, 1])
    >>> solution = solve_flow(Problem(*pairs, need=one, capacity=one, tier=one))
    >>> solution.chosen.tolist(), solution.objective, solution.status.value
    ([1, 2], (2, 11), 'PROVED')
    """
    options = options or FlowOptions()
    _refuse_loads(problem)
    if not problem.has_flow:
        from servicematch.solve.crossed.solve import solve_crossed  # noqa: PLC0415 - scipy is slow to import

        return solve_crossed(problem, bar, work_limit=options.work_limit, time_limit_s=options.time_limit_s)
    if has_groups(problem):
        return solve_grouped(problem, options.stops(problem), bar, canonical=options.canonical)
    free, kept = without_fixed(problem)
    limit = options.stops(free)
    solution = _greedy(free, limit) if limit else _exact_or_greedy(free, options, bar)
    if problem.fixed is None:
        return solution
    fixed = np.flatnonzero(problem.fixed)
    return replace(solution, chosen=np.union1d(kept[solution.chosen], fixed))


def _exact_or_greedy(problem: Problem, options: FlowOptions, bar: Bar) -> Solution:
    """Solve exactly; where the gains are too large for the solver on paths as long as these, still give a plan."""
    try:
        return _exact(problem, options, bar)
    except CostRangeError:
        return _greedy(problem, "range")


def _exact(problem: Problem, options: FlowOptions, bar: Bar) -> Solution:
    clock = [perf_counter()]
    found = find_optimum(problem, options.way(problem), options.n_jobs, bar)
    matching = checked(index_matching(problem, found.chosen))
    clock.append(perf_counter())
    bar.step("proof")
    objective = value_of(problem, matching.chosen)
    proof = prove(problem, found.prices, matching, compiled=found.solver != "flow" and has_kernels())
    if objective != proof.bound:
        raise SolverError(
            f"the {found.solver} solver's answer is worth {objective}, but its prices only prove {proof.bound}: "
            "it is not optimal"
        )
    clock.append(perf_counter())
    bar.step("ties")
    face = find_face(matching, found.prices, proof)
    if options.canonical:
        matching = choose_canonical(face)
        if value_of(problem, matching.chosen) != objective:
            raise SolverError("the choice among equally good solutions changed their value")
    tied = tied_rows(move(face, matching))
    clock.append(perf_counter())
    seconds = dict(zip(("flow", "proof", "canonical"), np.diff(clock).tolist(), strict=True))
    return Solution(
        chosen=matching.chosen,
        objective=objective,
        bound=proof.bound,
        prices=found.prices,
        status=Status.PROVED,
        stopped_by=None,
        tied=tied,
        solver=found.solver,
        n_solves=found.n_solves,
        n_pairs_solved=found.n_pairs_solved,
        seconds=seconds,
    )


def _greedy(problem: Problem, limit: str) -> Solution:
    """Return the greedy choice, and the bound that prices of zero prove."""
    chosen = choose_greedily(problem)
    zero = np.zeros(problem.n_cols, dtype=np.int64)
    prices = Prices(zero, zero)
    bound = prove_bound(problem, prices, find_margins(problem, prices))
    objective = value_of(problem, chosen)
    proved = objective == bound
    status, stopped_by = (Status.PROVED, None) if proved else (Status.FEASIBLE, limit)
    return Solution(chosen, objective, bound, prices, status, stopped_by, np.empty(0, dtype=np.int64), "greedy", 0, 0)


def _refuse_loads(problem: Problem) -> None:
    if problem.load is not None:
        raise SolverError("a flow does not hold load: every pair takes one place")
