"""One assignment from tables to answer: candidates and scores, encode, solve. Pairs and solvers meet only here."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from servicematch.assign.answer import Answer
from servicematch.assign.encode import encode
from servicematch.assign.inputs import read_inputs
from servicematch.assign.pins import read_pins
from servicematch.base.errors import PolicyError
from servicematch.pairs.scores import build_pairs
from servicematch.solve.flow import FlowOptions, solve_flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.assign.inputs import Inputs
    from servicematch.assign.policy import Policy
    from servicematch.pairs.scores import ScoredPairs, Scorer

ENGINES = ("auto", "flow")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How to solve, not what: nothing here changes which plan is best.

    Attributes
    ----------
    work_limit, time_limit_s
        See `servicematch.solve.flow.FlowOptions`.
    engine
        "auto" or "flow".
    n_jobs
        For joblib; None leaves it to ``joblib.parallel_config``.
    seed
        Noted in the manifest; the flow draws nothing.
    progress
        Log a line a layer, at level INFO of the logger "servicematch.assign.run".
    """

    work_limit: int | None = None
    time_limit_s: float | None = None
    engine: str = "auto"
    n_jobs: int | None = None
    seed: int = 0
    progress: bool = False

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise PolicyError(f"engine: expected one of {', '.join(ENGINES)}, got {self.engine!r}")
        for name in ("work_limit", "time_limit_s"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise PolicyError(f"{name}: expected a number of at least 0, got {value!r}")


def run(
    requests: Any, teams: Any, policy: Policy | None = None, pins: Any = None, options: RunOptions | None = None
) -> Answer:
    """Assign, and return the answer in positions."""
    seconds: dict[str, float] = {}
    options = options or RunOptions()
    with _timed("tables", seconds, options):
        inputs = read_inputs(requests, teams, policy)
        pin_index = read_pins(pins, inputs.requests, inputs.teams)
    with _timed("pairs", seconds, options):
        scorer, scored = find_pairs(inputs, options.n_jobs)
    tables = inputs.requests, inputs.teams, inputs.policy
    with _timed("encode", seconds, options):
        problem = encode(*tables, pins=pin_index, scorer=scorer, scored=scored)
    with _timed("solve", seconds, options):
        flow_options = FlowOptions(inputs.policy.canonical, options.time_limit_s, options.work_limit)
        solution = solve_flow(problem, flow_options)
    return Answer(*tables, pin_index, scorer, scored, problem, solution, options.seed, seconds)


@contextmanager
def _timed(layer: str, seconds: dict[str, float], options: RunOptions) -> Iterator[None]:
    """Note how long a layer takes, and log it where progress is asked for: names and times only."""
    began = perf_counter()
    yield
    seconds[layer] = perf_counter() - began
    if options.progress:
        logger.info("%s: %.2f s", layer, seconds[layer])


def find_pairs(inputs: Inputs, n_jobs: int | None = None) -> tuple[Scorer, ScoredPairs]:
    """Find and score the eligible pairs under a policy."""
    policy = inputs.policy
    return build_pairs(
        inputs.requests,
        inputs.teams,
        policy.limits,
        inputs.terms,
        reserve=policy.reserve,
        min_relevance=policy.min_relevance,
        n_jobs=n_jobs,
    )
