"""The price of fairness is the difference of two plans, and the frontier rises from no fairness to the most there can be."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace

import pytest

import servicematch as sm
from servicematch.ask.frontier import frontier
from servicematch.assign.fairness import Leximin, MaxMin
from servicematch.base.errors import PolicyError, TableWarning

from .drawn import drawn_town


def fair_town(seed):
    """Draw a town and put its requests into streets."""
    town = drawn_town(seed)
    streets = ["abc"[(7 * i + seed) % 3] for i in range(len(town.requests["id"]))]
    return replace(town, requests={**town.requests, "street": streets})


def plan_of(town, fair, pins=None):
    """Plan a town under a fairness."""
    base = town.policy()
    tiers = base.tiers if base.tiers != ("score",) else ("served", "score")
    policy = sm.Policy(
        limits=base.limits,
        terms=base.terms,
        reserve=base.reserve,
        min_relevance=base.min_relevance,
        tiers=tiers,
        fairness=fair,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        return sm.assign(town.requests, town.teams, policy=policy, pins=pins or town.pins or None), policy


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("above", ["score", "priority"])
def test_the_price_is_what_planning_without_fairness_has_more(seed, above):
    """Tier by tier, to the last micro-point; and units are never lost in sum."""
    town = fair_town(seed)
    fair, _ = plan_of(town, Leximin(by="street", above=above))
    free, _ = plan_of(town, None)
    told = fair.fairness("street").price
    mine, best = fair.answer.solution.objective, free.answer.solution.objective
    counts = [n for at, n in enumerate(mine) if at != (0 if above == "priority" else len(mine) - 2)]
    assert tuple(told.by_tier.values()) == tuple(b - m for b, m in zip(best, counts, strict=True))
    assert told.is_exact
    assert sum(list(told.by_tier.values())[:-1]) == 0
    assert told.by_tier["score"] >= 0 or above == "priority"
    assert free.fairness("street").price is None
    assert told.without.to_dict()["rows"] == free.fairness("street").to_dict()["rows"]


@pytest.mark.parametrize("seed", range(20))
def test_the_frontier_rises_and_ends_where_no_plan_goes_further(seed):
    """Each point serves every group at least as far as asked, and never betters the one before it in the tiers."""
    town = fair_town(seed)
    _, policy = plan_of(town, None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        curve = frontier(town.requests, town.teams, by="street", policy=policy, points=4, pins=town.pins or None)
    asked = [one.asked for one in curve.rows]
    assert asked == sorted(asked)
    worth = [tuple(one.by_tier.values()) for one in curve.rows]
    assert worth == sorted(worth, reverse=True)
    assert not any(worth[0] if worth else ())
    for one in curve.rows:
        shares = [row.share for row in one.fairness.rows if row.servable]
        assert min(shares, default=1.0) >= one.asked - 1e-12
        assert one.is_proved
    most, _ = plan_of(town, MaxMin(by="street", above="priority"))
    shares = [row.share for row in most.fairness("street").rows if row.servable]
    assert [one.asked for one in curve.rows[-1:]] == pytest.approx([min(shares)] if shares else [1.0] * bool(asked))


REQUESTS = {"id": [1, 2, 3], "town": ["a", "a", "b"], "lat": [39.6, 39.6, 39.7], "lon": [109.8] * 3}
ONE_TEAM = {"id": ["t"], "lat": [39.6], "lon": [109.8], "radius_km": [20], "capacity": [2]}


def test_a_point_gives_its_plan():
    """What the curve says is what the plan says."""
    curve = sm.frontier(REQUESTS, ONE_TEAM, by="town", points=[0, 0.5, 1])
    assert [one.asked for one in curve.rows] == [0.0, 0.5]
    plan = curve.plan(1)
    assert isinstance(plan, sm.Plan)
    assert plan.summary["score_total"] == pytest.approx(curve.rows[1].points / 1e6, abs=1e-6)
    again = sm.assign(REQUESTS, ONE_TEAM, policy=plan.answer.policy)
    assert again.assignments["request_id"].tolist() == plan.assignments["request_id"].tolist()


def test_the_curve_is_data_and_reads_in_both_languages():
    """A frame, JSON, sentences, a card."""
    curve = sm.frontier(REQUESTS, ONE_TEAM, by="town", points=3)
    assert curve.frame["worst_share"].tolist() == [0.0, 0.5, 0.5]
    assert json.dumps(curve.to_dict(), allow_nan=False)
    assert "代价" in curve.describe("zh")
    assert "代价" in curve.show("zh")._repr_html_()


def test_a_frontier_of_nothing_is_empty():
    """No requests, no points."""
    assert "no requests" in sm.frontier({"id": []}, {"id": [1]}, by="id").describe()


@pytest.mark.parametrize("points", [1, True, "5", [], [0.5, 2], ["x"]])
def test_points_that_cannot_be_meant_are_refused(points):
    """A number of at least two, or shares."""
    with pytest.raises(PolicyError, match="points"):
        sm.frontier(REQUESTS, ONE_TEAM, by="town", points=points)
