"""One assignment from tables to answer: candidates and scores, encode, solve. Pairs and solvers meet only here."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

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
    from servicematch.pairs.scores import ScoredPairs, Scorer
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams

ENGINES = ("auto", "flow")


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
    """

    work_limit: int | None = None
    time_limit_s: float | None = None
    engine: str = "auto"
    n_jobs: int | None = None
    seed: int = 0

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
    clock = [perf_counter()]
    policy, options = policy or Policy(), options or RunOptions()
    requests, teams = read_tables(requests, teams)
    pin_index = read_pins(pins, requests, teams)
    clock.append(perf_counter())
    scorer, scored = find_pairs(requests, teams, policy, options.n_jobs)
    clock.append(perf_counter())
    problem = encode(requests, teams, policy, pins=pin_index, scorer=scorer, scored=scored)
    clock.append(perf_counter())
    limits = FlowOptions(policy.canonical, options.time_limit_s, options.work_limit)
    solution = solve_flow(problem, limits)
    clock.append(perf_counter())
    seconds = dict(zip(("tables", "pairs", "encode", "solve"), np.diff(clock).tolist(), strict=True))
    return Answer(requests, teams, policy, pin_index, scorer, scored, problem, solution, options.seed, seconds)


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
