"""Prices as a frame: one place more brings no more than its price, and nothing where none is listed."""

from __future__ import annotations

import numpy as np
import pytest

import servicematch as sm
from servicematch.base.errors import ServiceMatchError


def _town(rng):
    n, m = 9, 4
    requests = {
        "id": [f"r{i}" for i in range(n)],
        "priority": rng.integers(0, 2, n).tolist(),
        "area": [["a/x", "a/y", "b"][i] for i in rng.integers(0, 3, n)],
        "skills": [[None, "a", "b"][i] for i in rng.integers(0, 3, n)],
    }
    teams = {
        "id": [f"t{i}" for i in range(m)],
        "capacity": rng.integers(1, 3, m).tolist(),
        "skills": [["a", "b", "a|b"][i] for i in rng.integers(0, 3, m)],
        "mean_rating": rng.integers(0, 5, m) / 4,
        "n_rated": [50] * m,
    }
    return requests, teams


def _vector(plan, of, name):
    prices = plan.prices
    at = [
        i
        for i, (kind, one) in enumerate(zip(prices["of"], prices[name], strict=True))
        if kind == of[0] and one == of[1]
    ]
    return [sum(round(prices[tier][i] * 1e6) for i in at) for tier in plan.objective]


def _gain(plan, other):
    return [round((other.objective[tier] - plan.objective[tier]) * 1e6) for tier in plan.objective]


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("has_rules", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_one_place_more_brings_no_more_than_its_price(seed, has_rules):
    """At a team, and in a group of a quota: by making the plan again."""
    requests, teams = _town(np.random.default_rng([51, seed]))

    def made(capacity, at_most):
        rules = [sm.rules.Quota("requests", ("area", 1), {"a": at_most, "b": 9})] if has_rules else []
        return sm.assign(requests, {**teams, "capacity": capacity}, policy=sm.Policy(rules=rules))

    capacity = teams["capacity"]
    plan = made(capacity, 3)
    for at, team in enumerate(teams["id"]):
        more = [places + (at == i) for i, places in enumerate(capacity)]
        assert _gain(plan, made(more, 3)) <= _vector(plan, ("team", team), "id")
    if has_rules:
        assert _gain(plan, made(capacity, 4)) <= _vector(plan, ("group", "a"), "group")
        assert set(plan.prices["column"]) <= {"", "area (level 1)"}


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
def test_slots_and_crossing_rules_have_prices_too():
    """A full slot, a full team, two rules that cross."""
    slots = {
        "id": ["s1", "s2"],
        "team_id": ["t", "t"],
        "start": ["2026-06-06T08:00Z", "2026-06-06T10:00Z"],
        "end": ["2026-06-06T09:00Z", "2026-06-06T11:00Z"],
    }
    requests = {"id": [1, 2, 3], "area": ["a", "a", "b"], "category": ["x", "y", "y"]}
    plan = sm.assign(requests, {"id": ["t"], "capacity": [1]}, slots=slots)
    assert ("team", "t") in set(zip(plan.prices["of"], plan.prices["id"], strict=True))
    rules = [sm.rules.Quota("requests", "area", 1), sm.rules.Quota("requests", "category", 1)]
    crossed = sm.assign(
        requests, {"id": ["t"], "capacity": [3]}, slots={**slots, "capacity": [3, 3]}, policy=sm.Policy(rules=rules)
    )
    assert crossed.objective["priority=0"] == 2
    assert set(crossed.prices["rule"].tolist()) <= {-1, 0, 1}
    assert sum(crossed.prices["priority=0"]) >= 2


def test_plans_with_hours_have_none():
    """Said, not left empty."""
    plan = sm.assign({"id": [1], "hours": [1.0]}, {"id": [1], "hours": [1.0]})
    with pytest.raises(ServiceMatchError, match="prices"):
        _ = plan.prices
