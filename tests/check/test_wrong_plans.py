"""Planted wrong decisions: each is refused with its own code, and none is ever proved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from check.towns import Town, honest_claim, policy, refused, wrong_claim
from servicematch.base.claim import Pin
from servicematch.check.codes import Code
from servicematch.pairs.limits import Allowed, Forbidden, SameArea

GOOD = (("r1", "t3"), ("r2", "t2"), ("r3", "t2"), ("r4", "t1"))


def test_the_honest_plan_is_proved(village):
    """All plants start from this plan, so it must be without fault."""
    verification = village.verify(honest_claim(village))
    assert verification.proved, verification
    assert verification.n_pairs == 10


@pytest.mark.parametrize("proof", [True, False])
def test_over_capacity(village, proof):
    """A team takes one request more than it has places."""
    plan = (("r1", "t1"), ("r2", "t2"), ("r3", "t2"), ("r4", "t1"))
    found = refused(village.verify(wrong_claim(village, plan), proof=proof), Code.OVER_CAPACITY)
    assert (found.team_id, found.measured, found.limit) == ("t1", 2, 1)


def test_used_places_are_taken(village):
    """A place that is taken already is no place."""
    town = village.with_team("t3", used=1)
    refused(town.verify(wrong_claim(town, GOOD)), Code.OVER_CAPACITY)


@pytest.mark.parametrize(("metres", "ok"), [(10, False), (0.01, False), (0.0005, True), (-1, True)])
def test_ten_metres_beyond_the_radius(village, metres, ok):
    """Limits are inclusive with a millimetre of tolerance, and not a centimetre more."""
    km = 6371.0088 * np.radians(0.03)
    town = village.with_request("r4", lat=39.635, lon=109.801).with_team("t1", radius_km=km - metres / 1000)
    town = town.with_request("r4", max_km=None)
    verification = town.verify(wrong_claim(town, GOOD), proof=False)
    if ok:
        assert verification.ok, verification
    else:
        found = refused(verification, Code.LIMIT_BROKEN)
        assert (found.request_id, found.team_id, found.rule, found.unit) == ("r4", "t1", "distance", "km")
        assert found.measured == pytest.approx(km)
        assert found.limit == pytest.approx(km - metres / 1000)


def test_beyond_what_the_resident_accepts(village):
    """The smaller of both radii counts, also when it is the request's."""
    town = village.with_request("r4", max_km=0.5)
    assert refused(town.verify(wrong_claim(town, GOOD)), Code.LIMIT_BROKEN).limit == 0.5


def test_no_place_while_a_radius_applies(village):
    """Nobody knows whether a team without coordinates is near enough."""
    town = village.with_team("t1", lat=None, lon=None)
    assert refused(town.verify(wrong_claim(town, GOOD)), Code.LIMIT_BROKEN).rule == "distance"


@pytest.mark.parametrize(
    ("request_id", "changes", "rule"),
    [
        ("r3", {"skills": "taiji|qigong"}, "skills"),
        ("r1", {"category": "law"}, "categories"),
        ("r1", {"languages": "mn|en"}, "languages"),
        ("r1", {"booked_team": "t1"}, "booked"),
        ("r1", {"booked_team": "gone"}, "booked"),
    ],
)
def test_broken_limit(village, request_id, changes, rule):
    """What a request asks for must be there, limit by limit."""
    requests = [row | {"languages": None, "booked_team": None} for row in village.requests]
    town = replace(village, requests=requests, teams=[row | {"languages": "zh"} for row in village.teams])
    assert town.with_request(request_id).verify(wrong_claim(town, GOOD), proof=False).ok
    town = town.with_request(request_id, **changes)
    found = refused(town.verify(wrong_claim(town, GOOD)), Code.LIMIT_BROKEN)
    assert (found.request_id, found.rule, found.measured, found.limit) == (request_id, rule, 1, 0)


@pytest.mark.parametrize(
    ("limit", "rule"),
    [
        (Forbidden([("r1", "t3")]), "forbidden"),
        (Allowed({"r1": ["t1"], "r2": "t2", "r3": "t2", "r4": ["t1", "t2"]}), "allowed"),
        (SameArea(1), "same_area"),
    ],
)
def test_broken_named_limit(village, limit, rule):
    """The limits that are on only when named are looked at too."""
    requests = [row | {"area": "乌审旗/沙沙滩村"} for row in village.requests]
    teams = [row | {"area": "准格尔旗" if row["id"] == "t3" else "乌审旗/别处"} for row in village.teams]
    town = replace(village, requests=requests, teams=teams, policy=policy(limits=(limit,)))
    found = refused(town.verify(wrong_claim(town, GOOD), proof=False), Code.LIMIT_BROKEN)
    assert (found.request_id, found.team_id, found.rule) == ("r1", "t3", rule)


def test_doubled_pair(village):
    """One unit cannot be served twice by the same team."""
    claim = wrong_claim(village, (*GOOD, ("r3", "t2")))
    assert refused(village.verify(claim), Code.DOUBLED_PAIR).measured == 2


def test_two_units_at_one_team(village):
    """Units go to different teams."""
    claim = wrong_claim(village, (("r2", "t2"), ("r2", "t2"), ("r4", "t1")))
    found = refused(village.verify(claim), Code.SAME_TEAM_TWICE)
    assert (found.request_id, found.team_id) == ("r2", "t2")


def test_more_teams_than_asked(village):
    """A request gets no more teams than it asked for."""
    claim = wrong_claim(village, (("r1", "t3"), ("r1", "t2"), ("r4", "t1")))
    assert refused(village.verify(claim), Code.OVER_UNITS).measured == 2


@pytest.mark.parametrize("stranger", ["r9", 1, None, 1.5, ["r1"], True])
def test_unknown_ids(village, stranger):
    """An id that is in no table is reported whatever it is, and never raised."""
    claim = honest_claim(village)
    request = replace(claim, request_ids=(stranger, *claim.request_ids[1:]))
    refused(village.verify(request), Code.UNKNOWN_REQUEST)
    team = replace(claim, team_ids=(stranger, *claim.team_ids[1:]))
    refused(village.verify(team), Code.UNKNOWN_TEAM)
    pin = replace(claim, pins=(Pin(stranger, "t1", "forbid"),))
    refused(village.verify(pin), Code.UNKNOWN_REQUEST)


def test_reserve_ignored(village):
    """A pair below the reserve is better left open; equal to it is enough."""
    town = replace(village, policy=policy(reserve=0.4))
    claim = replace(honest_claim(village), n_pairs=5)
    found = refused(town.verify(claim), Code.BELOW_RESERVE)
    worst = min(zip(claim.request_ids, claim.team_ids, strict=True), key=village.pairs().__getitem__)
    assert (found.request_id, found.team_id, found.limit) == (*worst, 0.4)
    exactly = village.pairs()[worst] / 1e6
    assert replace(village, policy=policy(reserve=exactly)).verify(honest_claim(village), proof=False).ok
    refused(
        replace(village, policy=policy(reserve=exactly + 1e-6)).verify(honest_claim(village), proof=False),
        Code.BELOW_RESERVE,
    )


def test_relevance_ignored(village):
    """Who says neither category nor skills goes only where the words fit."""
    town = village.with_request("r1", category=None, need="法律咨询")
    found = refused(town.verify(wrong_claim(town, GOOD)), Code.RELEVANCE_BROKEN)
    assert (found.request_id, found.team_id, found.limit) == ("r1", "t3", 0.05)


def test_pin_dropped(village):
    """What the caller fixed stays fixed."""
    claim = replace(honest_claim(village), pins=(Pin("r1", "t2"),))
    found = refused(village.verify(claim), Code.PIN_DROPPED)
    assert (found.request_id, found.team_id) == ("r1", "t2")


def test_forbidden_pair_used(village):
    """What the caller forbade is not done."""
    claim = honest_claim(village)
    used = claim.request_ids[0], claim.team_ids[0]
    refused(village.verify(replace(claim, pins=(Pin(*used, "forbid"),))), Code.FORBIDDEN_PAIR)


def test_a_pin_that_nobody_gave_excuses_nothing(village):
    """A plan cannot call a pair pinned to escape the limits: only the caller's pins count."""
    town = village.with_request("r1", category="law")
    claim = wrong_claim(town, GOOD)
    claim = replace(claim, pinned=np.ones(4, dtype=bool))
    refused(town.verify(claim), Code.LIMIT_BROKEN)


def test_capacity_changed_afterwards(village):
    """A plan belongs to the tables that it was made from."""
    changed = village.with_team("t2", capacity=3)
    verification = changed.verify(honest_claim(village))
    assert refused(verification, Code.TABLE_CHANGED).rule == "teams"
    refused(village.with_request("r1", priority=6).verify(honest_claim(village)), Code.TABLE_CHANGED)


def test_without_a_proof_only_the_chosen_pairs_are_looked_at(village):
    """A plan that is merely lawful passes, but is not called proved."""
    plan = (("r3", "t2"),)
    verification = village.verify(wrong_claim(village, plan), proof=False)
    assert verification.ok
    assert not verification.proved
    assert verification.n_pairs is None
    assert verification.bound == {}


def test_numbers_that_python_takes_for_an_id_are_unknown():
    """``True`` and ``1.0`` are equal to 1, and are no id."""
    town = Town([{"id": 1}], [{"id": 1}], policy(limits=(), terms=()))
    claim = honest_claim(town)
    assert town.verify(claim).proved
    for odd in (True, 1.0, np.True_):
        refused(town.verify(replace(claim, request_ids=(odd,))), Code.UNKNOWN_REQUEST)
        priced = replace(
            claim, price_teams=(odd,), price_class=np.ones(1, dtype=int), price_score=np.zeros(1, dtype=int)
        )
        refused(town.verify(priced), Code.UNKNOWN_PRICE_TEAM)


def test_status_that_does_not_exist_is_a_malformed_claim(village):
    """A plan that calls itself certain must not pass because nobody knows the word."""
    refused(village.verify(replace(honest_claim(village), status="CERTAINLY")), Code.MALFORMED_CLAIM)
