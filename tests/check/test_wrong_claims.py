"""Planted wrong numbers: what a plan states of its scores, its optimum and its prices is looked into."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from check.towns import Town, honest_claim, policy, refused, unproved, value_of, worths, wrong_claim
from servicematch.base.claim import Pin
from servicematch.check.codes import Code
from servicematch.pairs.limits import Allowed, Distance
from servicematch.pairs.terms import Proximity, TrackRecord


@pytest.mark.parametrize("off", [1e-5, -1e-5, 2e-7, np.nan])
def test_score_off(village, off):
    """A stated score is the right one, to 1e-7."""
    claim = honest_claim(village)
    scores = claim.scores.copy()
    scores[2] += off
    found = refused(village.verify(replace(claim, scores=scores)), Code.SCORE_DIFFERS)
    assert found.request_id == claim.request_ids[2]
    assert village.verify(replace(claim, scores=claim.scores + 1e-9)).proved


def test_better_by_a_cycle_of_three_moves():
    """Three requests that each prefer the next one's team: no exchange of two helps, the cycle does."""
    allowed = {"a": ["x", "y"], "b": ["y", "z"], "c": ["z", "x"]}
    requests = [{"id": name, "wanted_skills": f"{teams[0]}|never"} for name, teams in allowed.items()]
    teams = [{"id": name, "skills": name} for name in "xyz"]
    others = frozenset((r, t) for r in allowed for t in "xyz" if t not in allowed[r])
    town = Town(requests, teams, policy(limits=(Allowed(allowed),)), hidden=others)
    assert town.verify(honest_claim(town)).proved
    turned = tuple((name, teams[1]) for name, teams in allowed.items())
    assert unproved(town.verify(wrong_claim(town, turned))).rule == "score"


def test_better_only_in_the_count(village):
    """A plan with a higher score that leaves one open is not the best."""
    plan = (("r1", "t1"), ("r2", "t2"), ("r3", "t2"))
    found = unproved(village.verify(wrong_claim(village, plan)))
    assert (found.rule, found.measured, found.limit) == ("priority=0", 2, 3)


def test_better_only_in_a_class(village):
    """The same number served, but one of the lower class instead of the higher."""
    town = village.with_team("t3", capacity=0)
    plan = (("r4", "t1"), ("r2", "t2"), ("r3", "t2"))
    found = unproved(town.verify(wrong_claim(town, plan)))
    assert (found.rule, found.measured, found.limit) == ("priority=5", 0, 1)


def test_better_only_in_the_score(village):
    """As many served of each class, but worth less."""
    plan = (("r1", "t1"), ("r2", "t2"), ("r3", "t2"), ("r4", "t3"))
    found = unproved(village.verify(wrong_claim(village, plan)))
    assert found.rule == "score"
    assert found.measured < found.limit


def test_pairs_hidden_from_the_solver(village):
    """A plan that is best only because pairs were hidden is found out, by their number and by its bound."""
    claim = honest_claim(replace(village, hidden=frozenset({("r4", "t1")})))
    verification = village.verify(claim)
    assert refused(verification, Code.PAIRS_DIFFER).measured == 9
    refused(verification, Code.NOT_PROVED_OPTIMAL)
    assert village.verify(claim, proof=False).ok


def test_a_hidden_pair_that_changes_nothing_is_still_missed(village):
    """The number of eligible pairs is a promise of its own."""
    claim = replace(honest_claim(village), n_pairs=9)
    assert refused(village.verify(claim), Code.PAIRS_DIFFER).limit == 10


@pytest.mark.parametrize(("team", "change"), [(0, 50_000), (0, -50_000), (1, 1), (1, -1), (2, 400_000)])
def test_price_tampered_with(village, team, change):
    """The plan is the best, but its prices no longer show it."""
    claim = honest_claim(village)
    prices = claim.price_score.copy()
    prices[team] += change
    verification = village.verify(replace(claim, price_score=prices))
    if verification.proved:  # other prices may prove the same plan, if they are right
        assert verification.bound == claim.bound
        return
    refused(verification, Code.NOT_PROVED_OPTIMAL)
    refused(verification, Code.BOUND_DIFFERS)


def test_some_tampered_price_is_refused(village):
    """A price of nothing for a place that people compete for proves nothing."""
    claim = honest_claim(village)
    refused(village.verify(replace(claim, price_score=claim.price_score * 0)), Code.NOT_PROVED_OPTIMAL)
    refused(village.verify(replace(claim, price_class=claim.price_class * 0)), Code.NOT_PROVED_OPTIMAL)


@pytest.mark.parametrize("price", [(0, -1), (-1, 5), (0, -(2**63)), (-(2**62), 2**62)])
def test_negative_price(village, price):
    """Below nothing, a price would lower the bound for free."""
    claim = honest_claim(village)
    classes, points = claim.price_class.copy(), claim.price_score.copy()
    classes[2], points[2] = price
    found = refused(village.verify(replace(claim, price_class=classes, price_score=points)), Code.NEGATIVE_PRICE)
    assert found.team_id == claim.price_teams[2]


def test_a_higher_class_may_have_a_negative_score_price():
    """Class first: a place worth a unit may cost score, and that is a legal price."""
    requests = [
        {"id": "a", "priority": 1, "skills": "s"},
        {"id": "b", "priority": 0, "skills": None, "wanted_skills": "s"},
    ]
    town = Town(requests, [{"id": "t", "skills": "s"}])
    claim = honest_claim(town)
    assert town.verify(claim).proved
    cheaper = replace(claim, price_class=np.array([1]), price_score=np.array([-5]))
    assert Code.NEGATIVE_PRICE not in {v.code for v in town.verify(cheaper).violations}


@pytest.mark.parametrize("price", [2**63 - 1, -(2**63)])
def test_absurd_prices_do_not_wrap(village, price):
    """Sums beyond 64 bits stay exact, so that no overflow can prove a plan."""
    town = village.with_team("t2", capacity=10**12)
    claim = honest_claim(village)
    absurd = replace(claim, price_score=np.full(3, price), n_pairs=10)
    verification = town.verify(absurd)
    assert not verification.proved
    assert verification.bound["priority=5"] >= 1


def test_price_of_an_unknown_team(village):
    """Prices speak of teams in the table."""
    claim = honest_claim(village)
    refused(village.verify(replace(claim, price_teams=("t1", "t2", "t9"))), Code.UNKNOWN_PRICE_TEAM)


def test_objective_overstated(village):
    """Each tier of the objective is added up again."""
    claim = honest_claim(village)
    for tier in claim.objective:
        stated = claim.objective | {tier: claim.objective[tier] + 1}
        found = refused(village.verify(replace(claim, objective=stated), proof=False), Code.OBJECTIVE_DIFFERS)
        assert found.rule == tier
    refused(village.verify(replace(claim, objective={"score": 1})), Code.OBJECTIVE_DIFFERS)
    refused(village.verify(replace(claim, objective=claim.objective | {"luck": 1})), Code.OBJECTIVE_DIFFERS)


def test_bound_understated(village):
    """A bound below what the prices give is not shown by them."""
    plan = (("r1", "t1"), ("r2", "t2"), ("r3", "t2"), ("r4", "t3"))
    claim = wrong_claim(village, plan, status="FEASIBLE")
    refused(village.verify(claim), Code.BOUND_DIFFERS)
    right = honest_claim(village).bound
    for looser in ({}, {"priority=5": 4, "score": 0}, {"score": 4_000_000}):
        verification = village.verify(replace(claim, bound=right | looser))
        assert verification.ok
        assert not verification.proved
    refused(village.verify(replace(claim, bound=right | {"luck": 1})), Code.BOUND_DIFFERS)


@pytest.mark.parametrize(
    "broken",
    [
        {"request_ids": ("r1",)},
        {"scores": np.zeros(0)},
        {"scores": np.array(["a"] * 4)},
        {"price_score": np.zeros(1, dtype=np.int64)},
        {"price_score": np.array([0.5, np.nan, 1.0])},
        {"price_teams": ("t1", "t1", "t2")},
        {"pins": (Pin("r1", "t1", "maybe"),)},
        {"n_pairs": None},
        {"bound": {}},
        {"objective": {"priority=5": None, "priority=0": "three", "score": 0.5}},
    ],
)
def test_unreadable_claims_are_reported(village, broken):
    """Garbage is a violation, not an exception."""
    verification = village.verify(replace(honest_claim(village), **broken))
    assert not verification.ok
    assert not verification.proved


def test_a_plan_worth_less_than_leaving_open_is_not_best():
    """With the score tier alone, a pair below the value of leaving open is a loss."""
    requests = [{"id": "a", "lat": 39.0, "lon": 109.0}]
    teams = [{"id": "t", "lat": 39.0, "lon": 109.3}]
    one_term = policy(limits=(Distance(),), terms=(Proximity(), TrackRecord()), tiers=("score",), skip_value=0.9)
    town = Town(requests, teams, one_term)
    assert town.verify(honest_claim(town)).proved
    assert honest_claim(town).objective == {"score": 0}
    claim = wrong_claim(town, (("a", "t"),))
    assert value_of(town, (("a", "t"),))[-1] < 0
    assert worths(town) == {}
    assert unproved(town.verify(claim)).rule == "score"


def test_a_negative_price_lowers_no_bound(village):
    """A team with places to spare and a negative price would pull the bound below the best plan."""
    town = village.with_team("t3", capacity=50)
    claim = honest_claim(town)
    classes, points = np.append(claim.price_class, 0), np.append(claim.price_score, -1000)
    assert "t3" not in claim.price_teams
    lower = replace(claim, price_teams=(*claim.price_teams, "t3"), price_class=classes, price_score=points)
    verification = town.verify(lower)
    refused(verification, Code.NEGATIVE_PRICE)
    assert tuple(verification.bound.values()) >= tuple(claim.objective.values())
