"""One assignment from tables to answer: candidates and scores, encode, solve. Pairs and solvers meet only here."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from servicematch.assign.answer import Answer
from servicematch.assign.encode import encode
from servicematch.assign.pins import read_pins
from servicematch.assign.policy import Policy
from servicematch.base.errors import PolicyError
from servicematch.pairs.scores import build_pairs
from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.tables.cross import check_together
from servicematch.tables.requests import as_requests
from servicematch.tables.teams import as_teams

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.pairs.scores import ScoredPairs, Scorer
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams

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
    policy, options = checked_policy(policy), options or RunOptions()
    with _timed("tables", seconds, options):
        requests, teams = read_tables(requests, teams)
        pin_index = read_pins(pins, requests, teams)
    with _timed("pairs", seconds, options):
        scorer, scored = find_pairs(requests, teams, policy, options.n_jobs)
    with _timed("encode", seconds, options):
        problem = encode(requests, teams, policy, pins=pin_index, scorer=scorer, scored=scored)
    with _timed("solve", seconds, options):
        solution = solve_flow(problem, FlowOptions(policy.canonical, options.time_limit_s, options.work_limit))
    return Answer(requests, teams, policy, pin_index, scorer, scored, problem, solution, options.seed, seconds)


@contextmanager
def _timed(layer: str, seconds: dict[str, float], options: RunOptions) -> Iterator[None]:
    """Note how long a layer takes, and log it where progress is asked for: names and times only."""
    began = perf_counter()
    yield
    seconds[layer] = perf_counter() - began
    if options.progress:
        logger.info("%s: %.2f s", layer, seconds[layer])


def checked_policy(policy: Policy | None) -> Policy:
    """Return the policy given, the default one for None.

    Raises
    ------
    PolicyError
        For anything else than a `Policy`.
    """
    if policy is not None and not isinstance(policy, Policy):
        raise PolicyError(f"policy: expected a Policy, got {type(policy).__name__}. Hint: write sm.Policy(...)")
    return Policy() if policy is None else policy


def read_tables(requests: Any, teams: Any) -> tuple[Requests, Teams]:
    """Read both tables and check that they fit each other."""
    requests, teams = as_requests(requests), as_teams(teams)
    check_together(requests, teams)
    return requests, teams


def find_pairs(
    requests: Requests, teams: Teams, policy: Policy, n_jobs: int | None = None
) -> tuple[Scorer, ScoredPairs]:
    """Find and score the eligible pairs under a policy."""
    return build_pairs(
        requests,
        teams,
        policy.limits,
        policy.terms,
        reserve=policy.reserve,
        min_relevance=policy.min_relevance,
        n_jobs=n_jobs,
    )
