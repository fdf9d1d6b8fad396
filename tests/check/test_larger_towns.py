"""Towns too large to try every plan: plans and prices from a linear program, which knows nothing of the library."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

import servicematch as sm
from check.towns import Town, claim_of, policy, value_of
from servicematch.check import sources
from servicematch.check.codes import Code

K = 10**8  # one served unit, in micro-points: more than all scores together


def large_town(seed, tiers, n_requests=60, n_teams=25):
    """Scatter a town over 40 km; scores tie often, for there are few places and ratings."""
    rng = np.random.default_rng(seed)
    requests = [
        {
            "id": 1000 + i,
            "lat": 39.6 + 0.04 * int(rng.integers(0, 10)),
            "lon": 109.8 + 0.04 * int(rng.integers(0, 10)),
            "units": int(rng.integers(1, 4)),
            "area": str(rng.choice(["甲/子", "甲/丑", "乙"])),
        }
        for i in range(n_requests)
    ]
    teams = [
        {
            "id": 7 * i,
            "lat": 39.6 + 0.04 * int(rng.integers(0, 10)),
            "lon": 109.8 + 0.04 * int(rng.integers(0, 10)),
            "radius_km": float(rng.choice([8.0, 20.0])),
            "capacity": int(rng.integers(0, 6)),
            "area": str(rng.choice(["甲/子", "甲", "乙"])),
            "mean_rating": float(rng.choice([0.5, 1.0])),
            "n_rated": 5,
        }
        for i in range(n_teams)
    ]
    return Town(requests, teams, policy(tiers=tiers, skip_value=0.2))


def solved(town):
    """Solve the town as a linear program: a best plan, and the price of each team's places."""
    pairs, need, places = town.pairs(), town.need(), town.places()
    row, col = ({name: i for i, name in enumerate(side)} for side in (need, places))
    gains = np.array(list(pairs.values())) + (K if "served" in town.policy.tiers else -200_000)
    at = np.arange(len(pairs))
    rows = [row[r] for r, _ in pairs] + [len(row) + col[t] for _, t in pairs]
    matrix = csr_matrix((np.ones(2 * len(at)), (rows, np.tile(at, 2))))
    bounds = [*need.values(), *places.values()]
    answer = linprog(-gains, A_ub=matrix, b_ub=bounds[: matrix.shape[0]], bounds=(0, 1), method="highs-ds")
    plan = [pair for pair, x in zip(pairs, answer.x, strict=True) if x > 0.5]
    duals = np.rint(-answer.ineqlin.marginals[len(row) :]).astype(int)
    classes = (duals + K // 2) // K if "served" in town.policy.tiers else 0 * duals
    prices = {t: (int(k), int(p - K * k)) for t, p, k in zip(places, duals, classes, strict=False)}
    return plan, {team: price for team, price in prices.items() if price != (0, 0)}


@pytest.mark.parametrize("tiers", [("served", "score"), ("score",)])
@pytest.mark.parametrize("seed", range(4))
def test_a_plan_of_a_linear_program_is_proved(seed, tiers, monkeypatch):
    """Its prices prove it, in small blocks as well; one unit fewer, or one hidden pair, and they do not."""
    monkeypatch.setattr(sources, "PAIRS_AT_ONCE", 50)
    town = large_town(seed, tiers)
    plan, prices = solved(town)
    claim = claim_of(town, plan, value_of(town, plan), prices)
    verification = town.verify(claim)
    assert verification.proved, verification
    assert verification.n_pairs == len(town.pairs()) > 200
    worse = claim_of(town, plan[1:], value_of(town, plan[1:]), prices)
    assert Code.NOT_PROVED_OPTIMAL in {v.code for v in town.verify(worse).violations}
    hidden = frozenset(plan[:3])
    other, wrong = solved(replace(town, hidden=hidden))
    found = town.verify(claim_of(replace(town, hidden=hidden), other, value_of(town, other), wrong))
    assert not found.proved
    assert Code.PAIRS_DIFFER in {v.code for v in found.violations}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("simplify", [False, True])
def test_the_words_of_a_city_are_read_alike_by_both(lang, simplify):
    """Refusals, typos, both scripts, synonyms, two languages: thousands of needs, read twice by different code."""
    if simplify:
        pytest.importorskip("opencc")
    requests, teams = sm.datasets.ordos(600, 150, lang=lang, rng=7)
    text = sm.terms.Text(synonyms=sm.datasets.ordos_synonyms(lang), simplify=simplify)
    plan = sm.assign(requests, teams, policy=sm.Policy(terms=[text, *sm.Policy().terms[1:]], min_relevance=0.05))
    verification = plan.verify()
    assert verification.proved, verification
