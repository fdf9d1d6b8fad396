"""Random plans of random towns: the checker proves a plan exactly when it is lawful and worth the optimum."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from servicematch.assign.answer import claim_of
from servicematch.base.errors import TableWarning
from servicematch.check.verify import verify

from .towns import exhaustive, problem, random_town, score_table, tier_names

SEEDS = [seed for seed in range(2000, 2120) if seed % 3 != 2]


def is_lawful(p, chosen, forbidden):
    """Say whether a list of pairs keeps pins, forbids, limits, units and places."""
    if len(set(chosen)) < len(chosen) or not set(p.pinned) <= set(chosen):
        return False
    free = [pair for pair in chosen if pair not in p.pinned]
    return (
        set(free) <= set(p.pairs)
        and not set(chosen) & forbidden
        and all(n <= p.need[r] for r, n in Counter(r for r, _ in free).items())
        and all(n <= p.places[t] for t, n in Counter(t for _, t in free).items())
    )


def tampered(rng, p, chosen):
    """Drop, add, move or swap something."""
    pairs = [(r, t) for r in range(len(p.need)) for t in range(len(p.places))]
    chosen = list(chosen)
    for _ in range(int(rng.integers(1, 4))):
        how = rng.integers(4)
        if how == 0 and chosen:
            chosen.pop(int(rng.integers(len(chosen))))
        elif how == 1:
            chosen.append(pairs[int(rng.integers(len(pairs)))])
        elif how == 2 and chosen:
            k = int(rng.integers(len(chosen)))
            chosen[k] = chosen[k][0], int(rng.integers(len(p.places)))
        elif len(chosen) > 1:
            k, m = rng.choice(len(chosen), 2, replace=False).tolist()
            chosen[k], chosen[m] = (chosen[k][0], chosen[m][1]), (chosen[m][0], chosen[k][1])
    return chosen


@pytest.mark.parametrize("seed", SEEDS)
def test_plan_is_proved_exactly_when_it_is_lawful_and_the_best(seed):
    """With the prices of the library's own plan, which prove every plan that is as good."""
    town, rng = random_town(seed), np.random.default_rng(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        claim, p, scores = claim_of(town.assign().answer), problem(town), score_table(town)
        best = exhaustive(p)
        rows, cols = town.requests["id"], town.teams["id"]
        forbidden = {(rows.index(pin[0]), cols.index(pin[1])) for pin in town.pins if len(pin) == 4}
        honest = [(rows.index(r), cols.index(t)) for r, t in zip(claim.request_ids, claim.team_ids, strict=True)]
        for _ in range(8 if rows and cols else 0):
            chosen = tampered(rng, p, honest)
            free = [pair for pair in chosen if pair not in p.pinned]
            value = p.value([pair for pair in free if pair in p.pairs])
            planted = replace(
                claim,
                request_ids=tuple(rows[r] for r, _ in chosen),
                team_ids=tuple(cols[t] for _, t in chosen),
                scores=np.array([scores[pair] for pair in chosen]),
                pinned=np.array([pair in p.pinned for pair in chosen], dtype=bool),
                objective=dict(zip(tier_names(town), value, strict=True)),
            )
            report = verify(town.requests, town.teams, town.policy(), planted)
            lawful = is_lawful(p, chosen, forbidden)
            assert report.proved == (lawful and value == best), (chosen, str(report))
            assert lawful or not report.ok, (chosen, str(report))
            report = verify(town.requests, town.teams, town.policy(), replace(planted, status="FEASIBLE"))
            assert report.ok == lawful, (chosen, str(report))
