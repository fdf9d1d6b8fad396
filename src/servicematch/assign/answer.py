"""The answer: what was asked, what was decided, and the proof; frozen, in positions, before any frame is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.rule_forest import read_rules
from servicematch.base.claim import SCALE, Claim
from servicematch.solve.leximin import asked_share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.pins import PinIndex
    from servicematch.assign.policy import Policy
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from servicematch.pairs.scores import ScoredPairs, Scorer
    from servicematch.solve.problem import Problem, Solution
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams

FAIRNESS = "fairness"
"""The tier of fairness: a sum of ranks, which says nothing by itself but that more is fairer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything about one assignment; all positions are canonical.

    Attributes
    ----------
    scored
        The eligible pairs, with counts of what was lost on the way.
    problem
        The pair axis that was solved: the eligible pairs without the forbidden ones, with the pinned ones.
    solution
        What the solver decided, with its proof.
    """

    requests: Requests
    teams: Teams
    policy: Policy
    pins: PinIndex
    scorer: Scorer
    scored: ScoredPairs
    problem: Problem
    solution: Solution
    seed: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def rows(self) -> Int32Array:
        """Requests of the chosen pairs."""
        return self.problem.row[self.solution.chosen]

    @property
    def cols(self) -> Int32Array:
        """Teams of the chosen pairs."""
        return self.problem.col[self.solution.chosen]

    @property
    def is_pinned(self) -> BoolArray:
        """Which of the chosen pairs were pinned."""
        fixed = self.problem.fixed
        return np.zeros(len(self.solution.chosen), dtype=np.bool_) if fixed is None else fixed[self.solution.chosen]

    @property
    def n_free_pairs(self) -> int:
        """Number of eligible pairs that are neither pinned nor forbidden: what was there to decide."""
        fixed = self.problem.fixed
        return self.problem.n_pairs - (0 if fixed is None else int(fixed.sum()))

    @property
    def served(self) -> IntArray:
        """Units served, one entry a request."""
        return np.bincount(self.rows, minlength=len(self.requests))

    @property
    def load(self) -> IntArray:
        """Units given, one entry a team."""
        return np.bincount(self.cols, minlength=len(self.teams))

    @property
    def missing(self) -> IntArray:
        """Units not served, one entry a request."""
        return self.requests.units - self.served

    def scores(self) -> FloatArray:
        """Return the scores of the chosen pairs, in [0, 1]."""
        return self.scorer.score(self.rows, self.cols)


def tier_names(policy: Policy, requests: Requests) -> tuple[str, ...]:
    """Name the tiers as people read them, highest first.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.tables.requests import Requests
    >>> tier_names(Policy(), Requests({"id": [1, 2], "priority": [0, 7]}))
    ('priority=7', 'priority=0', 'score')
    """
    counts: tuple[str, ...] = policy.tiers[:-1]
    if policy.tiers[0] == "priority":
        counts = tuple(f"priority={value}" for value in np.unique(requests.priority)[::-1])
    if policy.fairness is None:
        return (*counts, "score")
    return (FAIRNESS, *counts, "score") if policy.fairness.above == "priority" else (*counts, FAIRNESS, "score")


def by_tier(answer: Answer, values: tuple[int, ...]) -> dict[str, int]:
    """Put the names of the tiers to whole numbers, units and micro-points."""
    names = tier_names(answer.policy, answer.requests)
    floors = ("floors",) if answer.problem.has_floors else ()
    return dict(zip((*floors, *names), values, strict=True))


def for_people(tiers: Mapping[str, int]) -> dict[str, int | float]:
    """Turn the score tier from micro-points into score points."""
    return {name: value / SCALE if name == "score" else value for name, value in tiers.items()}


def claim_of(answer: Answer) -> Claim:
    """Write down what the plan claims, in ids and plain numbers, for the checker."""
    prices, of_groups = answer.solution.prices, answer.solution.group_prices
    dear = (prices.tier != 0) | (prices.gain != 0) if of_groups is None else of_groups.col.any(axis=1)
    priced = np.flatnonzero(dear)
    return Claim(
        request_ids=tuple(answer.requests.ids[answer.rows].tolist()),
        team_ids=tuple(answer.teams.ids[answer.cols].tolist()),
        scores=answer.scores(),
        pinned=answer.is_pinned,
        objective=by_tier(answer, answer.solution.objective),
        bound=by_tier(answer, answer.solution.bound),
        status=answer.solution.status.value,
        price_teams=tuple(answer.teams.ids[priced].tolist()),
        price_class=prices.tier[priced],
        price_score=prices.gain[priced],
        n_pairs=answer.n_free_pairs,
        pins=answer.pins.pins,
        price_vectors=None if of_groups is None else of_groups.col[priced],
        group_prices=group_prices_of(answer),
        fair_share=fair_share_of(answer),
        fingerprints={"requests": answer.requests.fingerprint, "teams": answer.teams.fingerprint},
    )


def fair_share_of(answer: Answer) -> tuple[int, int] | None:
    """Return the share that every group was to reach, None without one.

    Examples
    --------
    >>> from servicematch.assign.fairness import MaxMin
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.run import run
    >>> policy = Policy(fairness=MaxMin(by="street"))
    >>> fair_share_of(run({"id": [1, 2], "street": ["a", "a"]}, {"id": [1]}, policy))
    (1, 2)
    """
    fairness, forest = answer.policy.fairness, answer.problem.row_groups
    if fairness is None or fairness.most is None or forest is None:
        return None
    return asked_share(forest).as_integer_ratio()


def group_prices_of(answer: Answer) -> tuple[tuple[int, Any, tuple[int, ...]], ...]:
    """Return (number of the rule, value of the group, price) for each group of a rule that carries a price."""
    prices = answer.solution.group_prices
    if prices is None:
        return ()
    rules = read_rules(answer.policy, answer.requests, answer.teams)
    priced: list[tuple[int, Any, tuple[int, ...]]] = []
    for nested, lines in ((rules.rows, prices.row_groups), (rules.cols, prices.col_groups)):
        if nested is not None:
            dear = np.flatnonzero(lines.any(axis=1)).tolist()
            priced += [(int(nested.rule[g]), nested.values[g], tuple(lines[g].tolist())) for g in dear]
    return tuple(priced)
