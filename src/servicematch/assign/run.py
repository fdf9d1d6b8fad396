"""One assignment from tables to answer: candidates and scores, encode, solve. Pairs and solvers meet only here."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from operator import index
from time import perf_counter
from typing import TYPE_CHECKING, Any

from servicematch.assign.answer import Answer
from servicematch.assign.encode import encode
from servicematch.assign.hours import refuse_with_hours
from servicematch.assign.inputs import read_inputs
from servicematch.assign.pins import read_pins
from servicematch.assign.travel import tell_unknown_ways
from servicematch.base.errors import PolicyError
from servicematch.base.parallel import effective_workers
from servicematch.base.progress import QUIET, shown
from servicematch.pairs.scores import build_pairs
from servicematch.pairs.slot_scores import build_slot_pairs, prepare_slot_scorer
from servicematch.solve.compiled import has_kernels
from servicematch.solve.fair import solve_fair
from servicematch.solve.flow import ENGINES, FlowOptions, solve_flow
from servicematch.solve.hours.solve import LoadsOptions, solve_loads
from servicematch.solve.satisfied.solve import satisfy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.assign.inputs import Inputs
    from servicematch.assign.policy import Policy
    from servicematch.base.progress import Bar
    from servicematch.pairs.scores import ScoredPairs, Scorer
    from servicematch.pairs.slot_scores import SlotScorer
    from servicematch.solve.problem import Problem, Solution

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How to solve, not what: nothing here changes which plan is best.

    Attributes
    ----------
    work_limit, time_limit_s
        See `servicematch.solve.flow.FlowOptions`; with hours of teams, `servicematch.solve.hours.solve.LoadsOptions`.
    engine
        "auto", "flow", "near" or "warm": see `servicematch.solve.flow.FlowOptions`.
    n_jobs
        For joblib; None leaves it to ``joblib.parallel_config``.
    seed
        Noted in the manifest. The flow draws nothing; with hours of teams it steers the search.
    progress
        Show a bar for each layer (tqdm), or log its steps at level INFO; tell who does the work.
    """

    work_limit: int | None = None
    time_limit_s: float | None = None
    engine: str = "auto"
    n_jobs: int | None = None
    seed: int = 0
    progress: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.engine, str) or self.engine not in ENGINES:
            raise PolicyError(f"engine: expected one of {', '.join(ENGINES)}, got {self.engine!r}")
        if self.engine == "warm" and not has_kernels():
            raise PolicyError("engine 'warm' needs compiled loops: pip install 'servicematch[fast]'")
        if not (self.n_jobs is None or _counts_workers(self.n_jobs)):
            raise PolicyError(f"n_jobs: expected a whole number other than 0, or None, got {self.n_jobs!r}")
        for name in ("work_limit", "time_limit_s"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise PolicyError(f"{name}: expected a number of at least 0, got {value!r}")


def _counts_workers(n_jobs: Any) -> bool:
    """Tell whether joblib can mean it: a whole number, also one of numpy's, that is not 0."""
    try:
        return not isinstance(n_jobs, bool) and index(n_jobs) != 0
    except TypeError:
        return False


def run(
    requests: Any,
    teams: Any,
    policy: Policy | None = None,
    pins: Any = None,
    options: RunOptions | None = None,
    *,
    slots: Any = None,
) -> Answer:
    """Assign, and return the answer in positions."""
    seconds: dict[str, float] = {}
    options = options or RunOptions()
    if options.progress:
        logger.info("workers: %s", effective_workers(options.n_jobs))
    with _timed("tables", seconds, options):
        inputs = read_inputs(requests, teams, policy, slots)
    return run_inputs(inputs, pins, options, seconds)


def run_inputs(
    inputs: Inputs, pins: Any = None, options: RunOptions | None = None, seconds: dict[str, float] | None = None
) -> Answer:
    """Assign tables that are read already, by terms that may have learnt from other teams."""
    options, seconds = options or RunOptions(), {"tables": 0.0} if seconds is None else seconds
    began = perf_counter()
    if inputs.hours is not None:
        refuse_with_hours(inputs.policy, options)
    pin_index = read_pins(pins, inputs.requests, inputs.teams, inputs.timed)
    seconds["tables"] += perf_counter() - began
    with _timed("pairs", seconds, options) as bar:
        found = look(inputs, options.n_jobs, bar)
    tables = inputs.requests, inputs.teams, inputs.policy
    with _timed("encode", seconds, options):
        problem = encode(
            *tables,
            pins=pin_index,
            scorer=found.column_scorer,
            scored=found.scored,
            timed=inputs.timed,
            hours=inputs.hours,
        )
    if inputs.hours is not None and inputs.hours.way is not None:
        tell_unknown_ways(inputs.hours.way, problem, inputs.requests, inputs.teams)
    with _timed("solve", seconds, options) as bar:
        problem, solution = _solve(problem, inputs.policy, options, bar)
    return Answer(
        *tables,
        pin_index,
        found.scorer,
        found.scored,
        problem,
        solution,
        options.seed,
        seconds,
        inputs.timed,
        found.of_slots,
        inputs.hours,
    )


def _solve(problem: Problem, policy: Policy, options: RunOptions, bar: Bar) -> tuple[Problem, Solution]:
    """Solve a problem with loads by search, with fair shares in steps, any other as one flow."""
    if problem.load is not None:
        limits = LoadsOptions(time_limit_s=options.time_limit_s, work_limit=options.work_limit, seed=options.seed)
        return problem, solve_loads(problem, limits)
    flow_options = FlowOptions(
        canonical=policy.canonical,
        engine=options.engine,
        n_jobs=options.n_jobs,
        time_limit_s=options.time_limit_s,
        work_limit=options.work_limit,
    )
    if policy.shares is not None:
        return solve_fair(problem, policy.shares.most, flow_options, bar)
    solution = solve_flow(problem, flow_options, bar)
    if policy.satisfaction is not None:
        solution = satisfy(problem, solution, policy.satisfaction.steps, bar, canonical=policy.canonical)
    return problem, solution


@contextmanager
def _timed(layer: str, seconds: dict[str, float], options: RunOptions) -> Iterator[Bar]:
    """Note how long a layer takes, and show it where progress is asked for: names, counts and times only."""
    began = perf_counter()
    with shown(layer, is_asked=options.progress) as bar:
        yield bar
    seconds[layer] = perf_counter() - began


@dataclass(frozen=True, slots=True)
class Found:
    """The eligible pairs, what scored them, and with slots what scored these."""

    scorer: Scorer
    scored: ScoredPairs
    of_slots: SlotScorer | None = None

    @property
    def column_scorer(self) -> Scorer:
        """What scores requests and columns of the problem: teams, or slots where there are some."""
        return self.scorer if self.of_slots is None else self.of_slots.by_slot


def look(inputs: Inputs, n_jobs: int | None = None, bar: Bar = QUIET) -> Found:
    """Find and score the eligible pairs under a policy, of teams or of slots."""
    if inputs.timed is None:
        return Found(*find_pairs(inputs, n_jobs, bar))
    policy, timed = inputs.policy, inputs.timed
    of_slots = prepare_slot_scorer(
        inputs.requests,
        inputs.teams,
        timed.slots,
        team=timed.team,
        limits=policy.limits,
        terms=inputs.terms,
        min_relevance=policy.min_relevance,
    )
    scored = build_slot_pairs(of_slots, reserve=policy.reserve, n_jobs=n_jobs, bar=bar)
    return Found(of_slots.by_team, scored, of_slots)


def find_pairs(inputs: Inputs, n_jobs: int | None = None, bar: Bar = QUIET) -> tuple[Scorer, ScoredPairs]:
    """Find and score the eligible pairs of requests and teams under a policy."""
    policy = inputs.policy
    return build_pairs(
        inputs.requests,
        inputs.teams,
        policy.limits,
        inputs.terms,
        reserve=policy.reserve,
        min_relevance=policy.min_relevance,
        n_jobs=n_jobs,
        bar=bar,
    )
