"""The answer: what was asked, what was decided, and the proof; frozen, in positions, before any frame is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.pair_rules import apart_groups
from servicematch.assign.places import Columns, has_totals
from servicematch.assign.rule_forest import read_rules
from servicematch.assign.satisfaction import satisfaction_claim
from servicematch.base.claim import SCALE, Claim, SlotClaim, TierMultipliers
from servicematch.solve.leximin import asked_share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.hours import TeamHours
    from servicematch.assign.inputs import Timed
    from servicematch.assign.pins import PinIndex
    from servicematch.assign.policy import Policy
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from servicematch.pairs.scores import ScoredPairs, Scorer
    from servicematch.pairs.slot_scores import SlotScorer
    from servicematch.solve.problem import Problem, Solution
    from servicematch.tables.requests import Requests
    from servicematch.tables.slots import Slots
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
    scorer
        Limits and terms of requests and teams; with slots a team passes where one of its slots does.
    solution
        What the solver decided, with its proof.
    timed, of_slots
        The slots with their teams, and limits and terms of requests and slots; None without slots. The columns of
        ``problem`` are then slots.
    hours
        Where hours of teams count: what requests take and teams have, in minutes; the capacity in ``problem`` is then
        that. None elsewhere.
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
    timed: Timed | None = None
    of_slots: SlotScorer | None = None
    hours: TeamHours | None = None

    @property
    def slots(self) -> Slots | None:
        """The table of slots, None without."""
        return None if self.timed is None else self.timed.slots

    @property
    def has_rules(self) -> bool:
        """Whether anything holds beside limits and capacities: rules, fairness, units bound to each other, or the way."""
        return self.policy.has_group_rules or self.policy.fairness is not None or not self.problem.has_flow

    @property
    def rows(self) -> Int32Array:
        """Requests of the chosen pairs."""
        return self.problem.row[self.solution.chosen]

    @property
    def cols(self) -> Int32Array:
        """Teams of the chosen pairs."""
        return self.team_of(self.problem.col[self.solution.chosen])

    def team_of(self, columns: Int32Array) -> Int32Array:
        """Return the teams of columns of the problem: themselves, or with slots whose slots they are."""
        return columns if self.timed is None else self.timed.team[columns]

    @property
    def slot_of(self) -> Int32Array | None:
        """Slots of the chosen pairs, None without slots."""
        return None if self.timed is None else self.problem.col[self.solution.chosen]

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
    def capacity(self) -> IntArray:
        """Places of each team, those used before included: with slots no more than its slots have.

        With hours and without a column of capacities, as many as there are requests that the team may serve, at least one.
        """
        if self.hours is not None and not has_totals(self.teams):
            return self.teams.used + np.maximum(np.bincount(self.problem.col, minlength=len(self.teams)), 1)
        return Columns.of(self.teams, self.timed).capacity

    @property
    def missing(self) -> IntArray:
        """Units not served, one entry a request."""
        return self.requests.units - self.served

    def scores(self) -> FloatArray:
        """Return the scores of the chosen pairs, in [0, 1]."""
        return self.column_scorer.score(self.rows, self.problem.col[self.solution.chosen])

    @property
    def column_scorer(self) -> Scorer:
        """What scores requests and columns of the problem: teams, or slots where there are some."""
        return self.scorer if self.of_slots is None else self.of_slots.by_slot


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
    if policy.shares is None:
        return (*counts, "score")
    return (FAIRNESS, *counts, "score") if policy.shares.above == "priority" else (*counts, FAIRNESS, "score")


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
    prices, of_groups = answer.solution.prices, answer.solution.group_prices if answer.slots is None else None
    dear = (prices.tier != 0) | (prices.gain != 0) if of_groups is None else of_groups.col.any(axis=1)
    of_weights = None if answer.solution.group_prices is None else answer.solution.group_prices.weights
    has_prices = answer.slots is None and answer.hours is None
    priced = np.flatnonzero(dear) if has_prices else np.empty(0, dtype=np.int64)
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
        tier_weights=() if of_weights is None else tuple(map(tuple, of_weights.tolist())),
        cuts=_cuts_of(answer),
        fair_share=fair_share_of(answer),
        fingerprints=fingerprints_of(answer),
        slots=_slot_claim(answer),
        multipliers=_multipliers_of(answer),
        satisfaction=satisfaction_claim(answer),
    )


def _cuts_of(answer: Answer) -> tuple[tuple[tuple[tuple[Any, Any], ...], tuple[int, ...]], ...]:
    """Write the cuts that carry a price, in ids."""
    prices, problem = answer.solution.group_prices, answer.problem
    if prices is None or answer.slots is None:
        return ()
    return tuple(
        (
            tuple(
                zip(
                    answer.requests.ids[problem.row[pairs]].tolist(),
                    answer.slots.ids[problem.col[pairs]].tolist(),
                    strict=True,
                )
            ),
            tuple(line.tolist()),
        )
        for pairs, line in prices.cuts
    )


def _multipliers_of(answer: Answer) -> tuple[TierMultipliers, ...]:
    """Write what proves the bounds of a plan with hours of teams, in ids."""
    found = []
    for one in answer.solution.multipliers:
        charged = np.flatnonzero(one.row)
        ids, charge = answer.requests.ids[charged].tolist(), one.row[charged].tolist()
        found.append(TierMultipliers(one.scale, tuple(one.keep.tolist()), tuple(ids), tuple(charge)))
    return tuple(found)


def fingerprints_of(answer: Answer) -> dict[str, str]:
    """Return the fingerprint of each table, by its name."""
    tables = (answer.requests, answer.teams, answer.slots)
    return {table.NAME: table.fingerprint for table in tables if table is not None}


def slot_prices(answer: Answer) -> tuple[IntArray, IntArray]:
    """Return the prices of slots and of teams' totals, a row each and a column a tier, the highest first."""
    solution, n_tiers = answer.solution, len(answer.solution.objective)
    totals = np.zeros((len(answer.teams), n_tiers), dtype=np.int64)
    if solution.group_prices is not None:
        given = solution.group_prices.col_groups
        return solution.group_prices.col, totals if answer.has_rules or not len(given) else given
    prices = np.zeros((answer.problem.n_cols, n_tiers), dtype=np.int64)
    prices[:, -1] = solution.prices.gain
    counted = np.flatnonzero(solution.prices.tier)
    prices[counted, n_tiers - 1 - solution.prices.tier[counted]] += 1
    return prices, totals


def _slot_claim(answer: Answer) -> SlotClaim | None:
    if answer.slots is None or answer.slot_of is None:
        return None
    of_slots, of_teams = slot_prices(answer)
    slots, teams = (np.flatnonzero(prices.any(axis=1)) for prices in (of_slots, of_teams))
    return SlotClaim(
        slot_ids=tuple(answer.slots.ids[answer.slot_of].tolist()),
        price_slots=tuple(answer.slots.ids[slots].tolist()),
        slot_prices=of_slots[slots],
        price_teams=tuple(answer.teams.ids[teams].tolist()),
        team_prices=of_teams[teams],
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
    fairness, forest = answer.policy.shares, answer.problem.row_groups
    if fairness is None or fairness.most is None or forest is None:
        return None
    return asked_share(forest).as_integer_ratio()


def group_prices_of(answer: Answer) -> tuple[tuple[int, Any, tuple[int, ...]], ...]:
    """Return (number of the rule, value of the group, price) for each group of a rule that carries a price."""
    prices = answer.solution.group_prices
    if prices is None:
        return ()
    if not answer.has_rules:
        return ()
    rules = read_rules(answer.policy, answer.requests, answer.teams, answer.timed, always=True)
    priced: list[tuple[int, Any, tuple[int, ...]]] = []
    nested_ones = (rules.rows, prices.row_groups), (rules.cols, prices.col_groups)
    problem = answer.problem
    apart = apart_groups(answer.policy, answer.requests, answer.teams, problem.row, answer.team_of(problem.col))
    crossing = zip((*(one for _, one in rules.crossing), *apart), prices.crossing, strict=True)
    for nested, lines in (*nested_ones, *crossing):
        if nested is not None:
            dear = np.flatnonzero(lines.any(axis=1)).tolist()
            priced += [(int(nested.rule[g]), nested.values[g], tuple(lines[g].tolist())) for g in dear]
    return tuple(priced)
