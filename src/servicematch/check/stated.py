"""What a plan states against what was worked out: objective, number of pairs, bound, optimality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.codes import Code, Violation
from servicematch.check.prices import exact_sum
from servicematch.check.report import Proof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.base.claim import Claim
    from servicematch.check.book import Scores
    from servicematch.check.certificate import Total
    from servicematch.check.decisions import Decisions
    from servicematch.check.prices import Tiers
    from servicematch.check.proof import Survey


@dataclass(frozen=True, slots=True)
class Objective:
    """The value of a plan by tier, pins apart; the last is the score as rounded, and at worst either way."""

    units: tuple[int, ...]
    score: int
    low: int
    high: int


def changed_tables(claim: Claim, requests: Any, teams: Any) -> Iterator[Violation]:
    """Find tables that are not those that the plan was made from; a claim without fingerprints says nothing."""
    for name, table in (("requests", requests), ("teams", teams)):
        if name in claim.fingerprints and claim.fingerprints[name] != table.fingerprint:
            yield Violation(Code.TABLE_CHANGED, rule=name)


def objective_of(decisions: Decisions, scores: Scores, tiers: Tiers) -> Objective:
    """Add up what the plan chose, each pair once."""
    counted = ~decisions.is_pinned
    classes = tiers.classes[decisions.rows[counted]]
    units = np.bincount(classes, minlength=tiers.n_classes + 1)[:0:-1]
    points = (exact_sum(gain[counted] - tiers.skip_micro) for gain in (scores.gain, scores.low, scores.high))
    return Objective(tuple(units.tolist()), *points)


def check_objective(claim: Claim, objective: Objective, tiers: Tiers) -> Iterator[Violation]:
    """Find tiers whose stated value is not the one that the plan has."""
    stated = tiers.read(claim.objective)
    right = dict(zip(tiers.names, (*objective.units, objective.score), strict=True))
    for tier, value in stated.items():
        rounds = tier == tiers.names[-1] and value is not None and objective.low <= value <= objective.high
        if value != right.get(tier, 0) and not rounds:  # nothing in a tier that is not there is no lie
            yield Violation(Code.OBJECTIVE_DIFFERS, measured=value, limit=right.get(tier, 0), rule=tier)


def outcome_of(objective: Objective, passed: Survey) -> Proof:
    """Judge the proof: proved if the bound is met with every ambiguous pair taken against the plan."""
    if vector(passed.worst) == (*objective.units, objective.low):
        return Proof.PROVED
    if passed.n_ambiguous and vector(passed.kindest) <= (*objective.units, objective.high):
        return Proof.AMBIGUOUS
    return Proof.GAP


def check_proof(
    claim: Claim, passed: Survey, objective: Objective, outcome: Proof, tiers: Tiers
) -> Iterator[Violation]:
    """Find what the plan states wrongly about all pairs, about its bound, and about being optimal."""
    if not 0 <= passed.n_possible - claim.n_pairs <= passed.n_unsure:
        yield Violation(Code.PAIRS_DIFFER, measured=claim.n_pairs, limit=passed.n_pairs, unit="pairs")
    stated = tiers.read(claim.bound)
    kindest, worst = vector(passed.kindest), vector(passed.worst)
    for tier, least, most in zip(tiers.names, kindest, worst, strict=True):
        value = stated.pop(tier)
        if value is None or not _agrees(value, least, most, passed.n_ambiguous):
            if value is not None and value > max(least, most) and claim.status != Proof.PROVED:
                break  # a looser bound than the prices give is still true
            yield Violation(Code.BOUND_DIFFERS, measured=value, limit=most, rule=tier)
    for tier in (name for name, value in stated.items() if value != 0):
        yield Violation(Code.BOUND_DIFFERS, measured=stated[tier], limit=0, rule=tier)
    if claim.status == Proof.PROVED and outcome is Proof.GAP:
        reached = (*objective.units, objective.high)
        at = next(i for i, most in enumerate(kindest) if most != reached[i])
        yield Violation(Code.NOT_PROVED_OPTIMAL, measured=reached[at], limit=kindest[at], rule=tiers.names[at])


def _agrees(value: int, least: int, most: int, n_ambiguous: int) -> bool:
    """Allow a micro-point for each ambiguous pair, whichever way it was taken."""
    return min(least, most) - n_ambiguous <= value <= max(least, most) + n_ambiguous


def vector(total: Total) -> tuple[int, ...]:
    """Order a sum by tier: the highest class first, the score last."""
    return (*total.by_class[:0:-1], total.score)
