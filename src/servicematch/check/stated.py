"""What a plan states against what was worked out: objective, number of pairs, bound, optimality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.codes import Code, Violation
from servicematch.check.prices import FAIRNESS, FLOORS, exact_sum, whole
from servicematch.check.report import Proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


def changed_tables(claim: Claim, tables: Iterable[Any]) -> Iterator[Violation]:
    """Find tables that are not those that the plan was made from; a claim without fingerprints says nothing."""
    for table in tables:
        stated = claim.fingerprints.get(table.NAME)
        if stated is not None and stated != table.fingerprint:
            yield Violation(Code.TABLE_CHANGED, rule=table.NAME)


def objective_of(
    decisions: Decisions, scores: Scores, tiers: Tiers, of_groups: tuple[int, int, int] = (0, 0, 0)
) -> Objective:
    """Add up what the plan chose, each pair once; with rules also floors met, what further units cost, and fairness."""
    counted = ~decisions.is_pinned
    classes = tiers.classes[decisions.rows[counted]]
    floors, costs, fair = of_groups
    counts = {FLOORS: floors, FAIRNESS: fair}
    units = [counts.get(name, 0) for name in tiers.names[:-1]]
    for k, n in enumerate(np.bincount(classes, minlength=len(tiers.class_at)).tolist()[1:], start=1):
        units[tiers.class_at[k]] += n
    gains = (scores.gain, scores.low, scores.high)
    points = (exact_sum(gain[counted] - tiers.skip_micro) - costs for gain in gains)
    return Objective(tuple(units), *points)


def check_objective(claim: Claim, objective: Objective, tiers: Tiers) -> Iterator[Violation]:
    """Find tiers whose stated value is not the one that the plan has."""
    stated = tiers.read(claim.objective)
    right = dict(zip(tiers.names, (*objective.units, objective.score), strict=True))
    for tier, value in stated.items():
        rounds = tier == tiers.names[-1] and value is not None and objective.low <= value <= objective.high
        if value != right.get(tier, 0) and not rounds:  # nothing in a tier that is not there is no lie
            yield Violation(Code.OBJECTIVE_DIFFERS, measured=value, limit=right.get(tier, 0), rule=tier)


def outcome_of(objective: Objective, passed: Survey) -> Proof:
    """Judge the proof: proved if the bound is met, and the plan fits, with every ambiguous pair taken against it."""
    if vector(passed.worst) == (*objective.units, objective.low):
        return Proof.PROVED if passed.is_sure else Proof.AMBIGUOUS
    if passed.n_ambiguous and vector(passed.kindest) <= (*objective.units, objective.high):
        return Proof.AMBIGUOUS
    return Proof.GAP


def check_pairs(claim: Claim, passed: Survey) -> Iterator[Violation]:
    """Find a number of eligible pairs that is not the right one, pairs on an edge aside."""
    stated = whole(claim.n_pairs)
    if stated is None or not 0 <= passed.n_possible - stated <= passed.n_unsure:
        yield Violation(Code.PAIRS_DIFFER, measured=stated, limit=passed.n_pairs, unit="pairs")


def check_bound(claim: Claim, passed: Survey, tiers: Tiers) -> Iterator[Violation]:
    """Find tiers whose stated bound is not what the prices give; a plan that claims no proof may state a looser one."""
    stated = tiers.read(claim.bound)
    for tier, least, most in zip(tiers.names, vector(passed.kindest), vector(passed.worst), strict=True):
        value = stated[tier]
        if value is not None and value > max(least, most) and claim.status != Proof.PROVED:
            if claim.tier_weights:
                continue  # each tier is bounded by itself
            return  # looser in this tier, so looser altogether
        if value is None or not _agrees(value, least, most, passed.n_ambiguous):
            yield Violation(Code.BOUND_DIFFERS, measured=value, limit=most, rule=tier)
    for tier, value in stated.items():
        if tier not in tiers.names and value != 0:
            yield Violation(Code.BOUND_DIFFERS, measured=value, limit=0, rule=tier)


def check_optimal(
    claim: Claim, passed: Survey, objective: Objective, outcome: Proof, tiers: Tiers
) -> Iterator[Violation]:
    """Find a claim to be the best that the prices do not bear out, and the first tier where they do not."""
    if claim.status == Proof.PROVED and outcome is Proof.GAP:
        reached = (*objective.units, objective.high)
        bound = vector(passed.kindest)
        at = next(i for i, most in enumerate(bound) if most != reached[i])
        yield Violation(Code.NOT_PROVED_OPTIMAL, measured=reached[at], limit=bound[at], rule=tiers.names[at])


def _agrees(value: int, least: int, most: int, n_ambiguous: int) -> bool:
    """Allow a micro-point for each ambiguous pair, whichever way it was taken."""
    return min(least, most) - n_ambiguous <= value <= max(least, most) + n_ambiguous


def vector(total: Total) -> tuple[int, ...]:
    """Order a sum by tier: the highest class first, the score last."""
    return (*total.by_class[:0:-1], total.score)
