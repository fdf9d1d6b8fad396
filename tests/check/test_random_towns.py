"""On random towns the best plan is always proved, and no other plan ever is."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from check.random_towns import random_town
from check.towns import honest_claim, wrong_claim
from servicematch.check.codes import NOTICES, Code
from servicematch.check.report import Proof

N_TOWNS = 10_000 if os.environ.get("SERVICEMATCH_LONG") else 150
BETTER_EXISTS = {Code.NOT_PROVED_OPTIMAL, Code.BOUND_DIFFERS}


def test_the_best_plan_is_proved():
    """No good plan is refused: nulls, ties, zero capacities, classes, reserve, bookings, pins and empty tables."""
    n_pairs = n_chosen = 0
    for seed in range(N_TOWNS):
        town = random_town(np.random.default_rng(seed))
        claim = honest_claim(town)
        verification = town.verify(claim)
        assert verification.ok, (seed, str(verification))
        assert verification.proved or verification.proof is Proof.AMBIGUOUS, (seed, str(verification))
        assert verification.objective == claim.objective == verification.bound
        assert {notice.code for notice in verification.notices} <= NOTICES
        n_pairs += verification.n_pairs
        n_chosen += len(claim.request_ids)
    assert n_pairs > 2 * N_TOWNS
    assert n_chosen > N_TOWNS / 2


def test_no_other_plan_is_proved():
    """A lawful plan that is not the best is refused for that alone; with another best plan, it is proved as well."""
    n_worse = 0
    for seed in range(N_TOWNS):
        rng = np.random.default_rng(seed)
        town = random_town(rng)
        plan = _some_plan(town, rng)
        honest = honest_claim(town)
        claim = replace(wrong_claim(town, plan), bound=honest.bound)
        is_best = list(claim.objective.values()) == list(honest.objective.values())
        verification = town.verify(claim)
        assert verification.proved == is_best, (seed, str(verification))
        assert {violation.code for violation in verification.violations} <= {Code.NOT_PROVED_OPTIMAL}
        assert Code.NOT_PROVED_OPTIMAL not in _codes(town.verify(replace(claim, status="FEASIBLE")))
        n_worse += not is_best
    assert n_worse > N_TOWNS / 4


def test_wrong_prices_prove_nothing():
    """Whatever the prices, the bound is never below the best plan, so a worse plan cannot meet it."""
    for seed in range(N_TOWNS):
        rng = np.random.default_rng(seed)
        town = random_town(rng)
        honest = honest_claim(town)
        claim = replace(
            honest,
            price_class=np.maximum(honest.price_class + rng.integers(-1, 2, len(honest.price_class)), 0),
            price_score=honest.price_score + rng.integers(-300_000, 300_000, len(honest.price_score)),
        )
        verification = town.verify(claim)
        assert tuple(verification.bound.values()) >= tuple(honest.objective.values()), seed


@pytest.mark.parametrize("change", ["units", "capacity", "priority", "max_km"])
def test_a_plan_of_other_tables_is_noticed(change):
    """A change of the tables after the plan was made never goes unnoticed."""
    for seed in range(20):
        town = random_town(np.random.default_rng(seed))
        if not (town.requests and town.teams):
            continue
        claim = honest_claim(town)
        rows = town.teams if change == "capacity" else town.requests
        changed = [rows[0] | {change: (rows[0].get(change) or 0) + 2}, *rows[1:]]
        other = replace(town, **{"teams" if change == "capacity" else "requests": changed})
        assert Code.TABLE_CHANGED in _codes(other.verify(claim))


def _codes(verification):
    return {violation.code for violation in verification.violations}


def _some_plan(town, rng):
    """Draw a lawful plan: pairs in random order while there are units and places."""
    need, places = town.need(), town.places()
    plan = []
    pairs = list(town.pairs())
    for k in rng.permutation(len(pairs)).tolist():
        request, team = pairs[k]
        if need[request] and places[team] and rng.random() < 0.8:
            need[request] -= 1
            places[team] -= 1
            plan.append((request, team))
    return tuple(plan)
