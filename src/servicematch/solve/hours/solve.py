"""The door to problems with loads: a problem in, the best plan found and the bound that its multipliers prove out."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.hours.budget import Budget
from servicematch.solve.hours.packing import pack
from servicematch.solve.hours.search import Search
from servicematch.solve.problem import Prices, Problem, Solution, Status


@dataclass(frozen=True, slots=True)
class LoadsOptions:
    """What a caller may ask of the search.

    Attributes
    ----------
    time_limit_s
        Seconds until the best plan so far is returned; a step that has begun is finished first.
    work_limit
        The same as a number of pairs looked at, over all steps, whatever the machine: no clock decides then, and the
        same seed gives the same plan. Without both limits it is two thousand million, some twenty seconds.
    seed
        Of the search's random choices.
    """

    time_limit_s: float | None = None
    work_limit: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name, limit in (("time_limit_s", self.time_limit_s), ("work_limit", self.work_limit)):
            if limit is not None and not limit >= 0:
                raise SolverError(f"{name}: expected a number of at least 0, got {limit!r}")


def solve_loads(problem: Problem, options: LoadsOptions | None = None) -> Solution:
    """Return a good solution of a problem with loads, at any moment, with a bound that its multipliers prove.

    The bound of a tier holds for every choice that serves at least as many units of each class above it as this one:
    where a tier above is not proved, there may be choices that serve more and gain more.

    Raises
    ------
    SolverError
        When the problem has parts that this way cannot hold.

    Examples
    --------
    >>> pairs = np.array([0, 1, 2], dtype=np.int32), np.array([0, 0, 0], dtype=np.int32), np.array([9, 5, 5])
    >>> one = np.ones(3, dtype=np.int64)
    >>> hours = {"capacity": np.array([4]), "load": np.array([3, 2, 2])}
    >>> solution = solve_loads(Problem(*pairs, need=one, tier=0 * one, **hours))
    >>> solution.chosen.tolist(), solution.objective, solution.bound, solution.status.value
    ([1, 2], (10,), (10,), 'PROVED')
    """
    options = options or LoadsOptions()
    began = perf_counter()
    packing = pack(problem)
    budget = Budget(options.time_limit_s, options.work_limit)
    search = Search(packing, budget, np.random.default_rng(options.seed))
    interrupted = False
    try:
        search.run()
    except KeyboardInterrupt:
        interrupted = True
    status = Status.PROVED if search.is_proved else Status.FEASIBLE
    stopped_by = None if search.is_settled else "interrupt" if interrupted else budget.name
    chosen = packing.kept[search.best.chosen]
    if problem.fixed is not None:
        chosen = np.union1d(chosen, np.flatnonzero(problem.fixed))
    return Solution(
        chosen=np.sort(chosen),
        objective=search.best.value,
        bound=search.bound,
        prices=Prices(np.zeros(problem.n_cols, dtype=np.int64), np.rint(search.price / packing.unit).astype(np.int64)),
        status=status,
        stopped_by=stopped_by,
        tied=np.empty(0, dtype=np.int64),
        solver="hours",
        n_solves=search.n_blocks,
        n_pairs_solved=search.n_block_pairs,
        seconds={"hours": perf_counter() - began},
        multipliers=search.bounds.multipliers(search.best.counts),
        claimed=search.claimed,
    )
