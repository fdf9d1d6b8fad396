"""The way there and back in the hours of teams: the best plan on tiny towns, checked by the stranger, told in words."""

import dataclasses
import json
import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import servicematch as sm
from face.hour_towns import best, draw, room
from servicematch.assign import travel
from servicematch.assign.answer import claim_of
from servicematch.assign.policy_file import policy_checksum, policy_from_dict, policy_to_dict
from servicematch.base.errors import DefaultUsed, PlanFileError, PolicyError, UnusedTravel
from servicematch.check.codes import Code
from servicematch.check.verify import verify

TIERS = [("priority", "score"), ("served", "score"), ("score",)]
MEASURES = ["straight", "detour", "table", "matrix", "function"]
ONE = {"id": ["a"], "hours": [1.0], "lat": [39.6], "lon": [109.8]}
NEAR, FAR = 39.645, 39.735  # 5.0 and 15.0 km from there: 20 and 60 minutes there and back at 30 km an hour


def haversine(here, there):
    """Measure a straight line in km, by the book."""
    (lat1, lon1), (lat2, lon2) = ([math.radians(one) for one in place] for place in (here, there))
    a = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(a))


def crow(lat1, lon1, lat2, lon2):
    """Stand in for a caller's function: degrees as if they were kilometres of a grid."""
    return 90 * np.abs(lat1 - lat2) + 70 * np.abs(lon1 - lon2)


def placed(seed):
    """Draw a tiny town with hours, and put it on the map; some places are not known."""
    requests, teams = draw(seed)
    rng = np.random.default_rng([seed, 1])
    for table in (requests, teams):
        n = len(table["id"])
        known = rng.random(n) < 0.85
        for name, at in (("lat", 39.6), ("lon", 109.8)):
            table[name] = [at + 0.1 * rng.random() if one else None for one in known]
    return requests, teams


def roads_of(requests, teams, measure, rng):
    """Return the option km of the limit, and the km of every pair, None where there is no way."""
    n_teams = len(teams["id"])
    spots = [list(zip(table["lat"], table["lon"], strict=True)) for table in (requests, teams)]
    known = [[None not in (*here, *there) for there in spots[1]] for here in spots[0]]
    pairs = [(i, j) for i in range(len(spots[0])) for j in range(n_teams)]
    km = dict.fromkeys(pairs)
    if measure in ("table", "matrix"):
        km |= {pair: round(float(rng.random() * 20), 1) for pair in pairs if rng.random() < 0.8}
    else:
        lines = {"straight": haversine, "detour": lambda a, b: 1.4 * haversine(a, b)}
        line = lines.get(measure, lambda a, b: float(crow(*a, *b)))
        km |= {(i, j): line(spots[0][i], spots[1][j]) for i, j in pairs if known[i][j]}
    given = {
        "table": [(requests["id"][i], teams["id"][j], one) for (i, j), one in km.items() if one is not None],
        "matrix": np.array([np.nan if km[pair] is None else km[pair] for pair in pairs]).reshape(-1, n_teams),
        "function": crow,
    }
    return given.get(measure), km


def town(seed, measure):
    """Draw a town, a policy with travel, and what each pair takes by arithmetic of the test's own."""
    requests, teams = placed(seed)
    rng = np.random.default_rng([seed, 2])
    given, km = roads_of(requests, teams, measure, rng)
    kmh, setup = float(rng.choice([4.0, 30.0, 41.7])), float(rng.choice([0.0, 0.0, 7.5, 20.0]))
    takes = [
        [whole(60 * (hours or 0) + setup + 120 * (km[i, j] or 0) / kmh) for j in range(len(teams["id"]))]
        for i, hours in enumerate(requests["hours"])
    ]
    distance = sm.limits.Distance(km=given, detour=1.4 if measure == "detour" else 1.0)
    limits = [sm.limits.Skills(), *([] if measure == "straight" else [distance])]
    options = {"limits": limits, "terms": [sm.terms.TrackRecord()], "travel": sm.Travel(kmh, setup)}
    return (requests, teams), options, takes


def whole(minutes):
    """Round to the nearest minute, halves up; something is a minute at least."""
    return max(1, math.floor(minutes + 0.5)) if minutes else 0


def planned(tables, policy, **more):
    """Assign with a little work, and without a word."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sm.assign(*tables, policy=policy, work_limit=3_000_000, **more)


def pairs(plan):
    """List who serves whom."""
    return list(zip(plan.assignments["request_id"].tolist(), plan.assignments["team_id"].tolist(), strict=True))


def faulty(plan, policy=None, **changes):
    """Verify what a plan claims, with something changed in it; return the codes, and whether it is proved."""
    answer = plan.answer
    claim = dataclasses.replace(claim_of(answer), **changes)
    found = verify(answer.requests, answer.teams, policy or answer.policy, claim)
    return {one.code for one in found.violations}, found.proved


# ---- the best there is


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(TIERS), st.sampled_from(MEASURES))
def test_tiny_towns_get_the_best_plan_there_is(seed, tiers, measure):
    """Every choice is tried by a program of its own; PROVED means equal, and the stranger agrees in every figure."""
    tables, options, takes = town(seed, measure)
    plan, right = planned(tables, sm.Policy(tiers=tiers, **options)), best(*tables, tiers, takes=takes)
    solution = plan.answer.solution
    assert tuple(solution.objective) == right
    assert solution.bound >= right
    assert (plan.status == "PROVED") == (solution.bound == right)
    checked = plan.verify()
    assert checked.ok, checked
    assert checked.proved == (plan.status == "PROVED") or checked.n_ambiguous
    requests, teams = tables
    at = [(requests["id"].index(request), teams["id"].index(team)) for request, team in pairs(plan)]
    assert plan.assignments["takes_hours"].tolist() == [takes[i][j] / 60 for i, j in at]
    loads = pd.DataFrame(plan.loads)
    assert [round(60 * one) for one in loads.assigned_hours] == [
        sum(takes[i][j] for i, j in at if j == team) for team in range(len(teams["id"]))
    ]
    assert_sums(plan, loads)


def assert_sums(plan, loads):
    """Hold the figures of a plan against each other: asked, given, travel, left."""
    hours = plan.summary["hours"]
    had = hours["given_by_limited"] + hours["travel_by_limited"] + hours["left"]
    assert hours["had"] + hours["over"] == pytest.approx(had)
    assert hours["given"] + hours["travel"] == pytest.approx(loads.assigned_hours.sum())
    assert hours["travel"] == pytest.approx(loads.travel_hours.sum())
    assert (loads.travel_hours >= 0).all()
    limited = loads.dropna(subset="hours")
    kept = limited.used_hours + limited.assigned_hours + limited.free_hours
    assert (limited.hours + limited.over_hours).tolist() == pytest.approx(kept.tolist())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(MEASURES))
def test_pins_take_their_way_first(seed, measure):
    """Of the rest the plan is the best; what pins take beyond a team's hours, the way with it, is a notice."""
    tables, options, takes = town(seed, measure)
    requests, teams = tables
    rng = np.random.default_rng(seed)
    i, j = int(rng.integers(len(requests["id"]))), int(rng.integers(len(teams["id"])))
    plan = planned(tables, sm.Policy(**options), pins=[(requests["id"][i], teams["id"][j])])
    assert tuple(plan.answer.solution.objective) == best(*tables, TIERS[0], pins=[(i, j)], takes=takes)
    checked = plan.verify()
    assert checked.ok, checked
    if not checked.n_ambiguous:
        assert (Code.PIN_OVER_HOURS in {one.code for one in checked.notices}) == (takes[i][j] > room(teams, j))
    assert_sums(plan, pd.DataFrame(plan.loads))


def large(n_requests=120, n_teams=30):
    """Draw a town that no search proves in a moment."""
    rng = np.random.default_rng(0)
    requests, teams = (
        {"id": np.arange(n), "lat": 39 + 0.5 * rng.random(n), "lon": 109 + 0.5 * rng.random(n)}
        for n in (n_requests, n_teams)
    )
    requests |= {"hours": rng.integers(1, 9, n_requests) / 2, "priority": rng.integers(0, 2, n_requests)}
    teams |= {"hours": rng.integers(4, 21, n_teams) / 2, "radius_km": np.full(n_teams, 40.0)}
    return requests, teams


def test_a_larger_town_keeps_every_hour_and_its_bound():
    """What is not proved says so; the stranger comes to the same bounds by chords and knapsacks of its own."""
    plan = planned(large(), sm.Policy(travel=sm.Travel(kmh=40, setup_minutes=5)))
    checked = plan.verify()
    assert checked.ok, checked
    loads = pd.DataFrame(plan.loads)
    assert (loads.over_hours == 0).all()
    assert_sums(plan, loads)
    km = plan.assignments["distance_km"]
    own = [large()[0]["hours"][request] for request in plan.assignments["request_id"]]
    takes = np.floor(60 * np.array(own) + 5 + 120 * km / 40 + 0.5) / 60
    assert plan.assignments["takes_hours"].tolist() == takes.tolist()


# ---- what it means


def one_team(lat, hours, **more):
    """Put one team north of the request."""
    return {"id": ["t"], "hours": [hours], "lat": [lat], "lon": [109.8], **more}


def test_without_travel_nothing_is_different():
    """The hours of the request, no more columns, no more words."""
    plan = sm.assign(ONE, one_team(FAR, 1.0))
    assert pairs(plan) == [("a", "t")]
    assert "travel_hours" not in plan.loads
    assert "takes_hours" not in plan.assignments
    assert "travel" not in plan.summary["hours"]
    assert "travel" not in str(plan)


@pytest.mark.parametrize(("hours", "is_served"), [(2.0, False), (2 + 1 / 60, True)])
def test_the_way_there_and_back_is_taken_from_the_hours(hours, is_served):
    """15.011 km and back at 30 km an hour are an hour and 2.6 seconds, to the nearest minute an hour; 1 to set up."""
    plan = sm.assign(ONE, one_team(FAR, hours), policy=sm.Policy(travel=sm.Travel(30, 1)))
    assert (pairs(plan) == [("a", "t")]) == is_served
    assert plan.verify().proved


def test_a_near_team_is_preferred_where_hours_are_short():
    """Two jobs of an hour: whoever is near can do both, whoever is far one."""
    requests = {"id": ["a", "b"], "hours": [1.0, 1.0], "lat": [39.6, 39.6], "lon": [109.8, 109.8]}
    policy = sm.Policy(travel=sm.Travel())
    assert len(pairs(sm.assign(requests, one_team(NEAR, 3.0), policy=policy))) == 2
    assert len(pairs(sm.assign(requests, one_team(FAR, 3.0), policy=policy))) == 1


def test_hours_and_way_are_rounded_together_once():
    """29.4 and 0.4 minutes are 29.8: 30, not 29; nothing at all is nothing; a moment is a minute."""
    tables = {"id": ["a", "b", "c"], "hours": [29.4 / 60, None, 0.0]}, {"id": ["t"], "hours": [9]}
    roads = sm.limits.Distance(km=[("a", "t", 0.1), ("b", "t", 1e-6), ("c", "t", 0.0)])
    plan = planned(tables, sm.Policy(limits=[roads], travel=sm.Travel(kmh=30)))
    assert plan.assignments["takes_hours"].tolist() == [30 / 60, 1 / 60, 0.0]
    assert plan.loads["travel_hours"].tolist() == [2 / 60]  # of the 30 the request takes 29 by itself


def test_a_request_without_hours_takes_the_way_and_setting_up():
    """It says nothing of itself, but somebody has to get there."""
    with pytest.warns(DefaultUsed, match=r"requests\.hours: 1 of 1 requests say nothing"):
        plan = sm.assign({**ONE, "hours": [None]}, one_team(NEAR, 1), policy=sm.Policy(travel=sm.Travel(30, 6)))
    assert plan.assignments["takes_hours"].tolist() == [26 / 60]


def test_places_that_are_not_known_count_as_no_way_and_are_counted():
    """Of those that may meet at all; who is limited to a radius cannot be matched anyway."""
    requests = {"id": ["a", "b"], "hours": [1, 1], "lat": [39.6, None], "lon": [109.8, None]}
    teams = {"id": ["t", "u", "v"], "hours": [1, 1.8, 0.5], "lat": [39.6, FAR, None], "lon": [109.8, 109.8, None]}
    policy = sm.Policy(travel=sm.Travel())
    text = r"the place of 1 of 2 requests and 1 of 3 teams is not known, so their way counts as none\. Hint"
    with pytest.warns(DefaultUsed, match=text):
        plan = sm.assign(requests, teams, policy=policy)
    assert sorted(pairs(plan)) == [("a", "t"), ("b", "u")]
    assert plan.verify().proved
    plan = sm.assign(requests, {**teams, "radius_km": [9, 9, 9]}, policy=policy)  # a warning would be an error
    assert pairs(plan) == [("a", "t")]
    with pytest.warns(DefaultUsed, match="place of 1 of 1 requests and 1 of 1 teams"):
        sm.assign({"id": [1], "hours": [1]}, {"id": [1], "hours": [1]}, policy=policy)


def test_roads_that_are_not_listed_are_no_way_and_told_where_nothing_else_keeps_them_out():
    """With a radius such a pair is not eligible at all."""
    requests, teams = {"id": ["a"], "hours": [1]}, {"id": ["t", "u"], "hours": [1.5, 1]}
    policy = sm.Policy(limits=[sm.limits.Distance(km=[("a", "t", 9.0)])], travel=sm.Travel())
    with pytest.warns(DefaultUsed, match="1 of 2 possible pairs have no road kilometres, so their way counts as none"):
        plan = sm.assign(requests, teams, policy=policy)
    assert pairs(plan) == [("a", "u")]
    plan = sm.assign(requests, {**teams, "radius_km": [20, 20]}, policy=policy)
    assert plan.summary["n_pairs"] == 1
    assert plan.unassigned["reason"].tolist() == ["NO_ELIGIBLE_TEAM"]
    assert plan.verify().proved


def test_ways_beyond_all_measure_are_a_million_hours():
    """A slip of a road table, or a speed of nothing: no number wraps, and both sides agree."""
    requests, teams = {"id": ["a", "b"], "hours": [1, 1]}, {"id": ["t", "u"], "hours": [999_999, None]}
    roads = np.array([[1e300, 2.0], [np.inf, np.inf]])
    for kmh in (30.0, 1e-300):
        policy = sm.Policy(limits=[sm.limits.Distance(km=roads)], travel=sm.Travel(kmh))
        plan = sm.assign(requests, teams, policy=policy)
        assert pairs(plan) == [("a", "u"), ("b", "u")]
        assert plan.assignments["takes_hours"].max() == 1e6
        assert plan.verify().proved
    plan = sm.assign(requests, {"id": ["t", "u"], "hours": [1e6, 0]}, policy=policy)
    assert len(pairs(plan)) == 1
    assert plan.verify().proved


def test_a_request_that_no_team_has_the_hours_for_is_told_with_its_way():
    """The hours alone would fit; the sentence says why they do not."""
    plan = sm.assign(ONE, one_team(FAR, 1.5), policy=sm.Policy(travel=sm.Travel()))
    assert plan.unassigned["reason"].tolist() == ["NO_ELIGIBLE_TEAM"]
    assert plan.unassigned["text"].tolist() == [
        "1 team could serve it, but had too few hours free to begin with: it takes 1 h, and with the way at least 2 h."
    ]
    assert "服务需 1 小时，连同路程至少 2 小时" in plan.reasons("zh")["text"][0]
    taken = {"id": ["a", "b"], "hours": [1, 1], "lat": [39.6] * 2, "lon": [109.8] * 2}
    plan = sm.assign(taken, one_team(FAR, 2.5), policy=sm.Policy(travel=sm.Travel()))
    assert plan.unassigned["reason"].tolist() == ["HOURS_FULL"]


def test_summary_worklist_and_map_tell_the_travel(tmp_path):
    """Asked and given are the requests' own; what the way takes stands beside them."""
    requests = {"id": ["a", "b"], "hours": [1, 1], "lat": [39.6] * 2, "lon": [109.8] * 2}
    teams = {"id": ["t", "u"], "hours": [2.25, None], "capacity": [9, 1], "lat": [FAR, NEAR], "lon": [109.8] * 2}
    plan = sm.assign(requests, teams, policy=sm.Policy(travel=sm.Travel()))
    text = (
        "Hours: 2 of 2 asked are given, with 1.33 more of travel; 0.25 of the 2.25 that teams had are left, "
        "beside 1 without a limit, which give 1 and 0.33 of travel."
    )
    assert text in str(plan)
    assert "路上另需 1.33 小时" in plan.describe("zh")
    assert plan.worklist("t")["takes_hours"].tolist() == [2.0]
    plan.to_geojson(tmp_path / "map.geojson", only="teams")
    features = json.loads((tmp_path / "map.geojson").read_text(encoding="utf-8"))["features"]
    assert [one["properties"]["travel_hours"] for one in features] == [1.0, pytest.approx(1 / 3)]


# ---- what is refused, and what has no effect


@pytest.mark.parametrize(
    ("options", "text"),
    [
        *(
            ({"kmh": kmh}, r"travel\.kmh: expected a number above 0, got")
            for kmh in (0, -3, np.nan, np.inf, True, "30")
        ),
        *(({"setup_minutes": one}, r"travel\.setup_minutes: expected a number of at least 0") for one in (-1, np.inf)),
    ],
    ids=str,
)
def test_values_out_of_range_are_refused(options, text):
    """By name, value and rule."""
    with pytest.raises(PolicyError, match=text):
        sm.Travel(**options)


def test_what_is_no_travel_is_refused():
    """With a hint for those who forgot to call it."""
    with pytest.raises(PolicyError, match=r"travel: expected an sm\.Travel or None, got 30"):
        sm.Policy(travel=30)
    with pytest.raises(PolicyError, match=r"Hint: call it, as in Travel\(kmh=30\)"):
        sm.Policy(travel=sm.Travel)


def test_travel_without_hours_has_no_effect_and_says_so_once():
    """In plans without hours on both sides, and wherever nothing is assigned."""
    policy, tables = sm.Policy(travel=sm.Travel()), ({"id": [1]}, {"id": [1]})
    for call in (sm.assign, sm.score, sm.recommend):
        with pytest.warns(UnusedTravel, match=r"policy\.travel: has no effect in this call") as caught:
            call(*tables, policy=policy)
        assert len(caught) == 1
        assert caught[0].filename == __file__


# ---- files


def test_a_saved_plan_comes_back_with_its_travel(tmp_path):
    """Policy, frames, bound; and only with the travel that it was made with."""
    requests, teams = large()
    policy = sm.Policy(travel=sm.Travel(kmh=25, setup_minutes=3))
    plan = planned((requests, teams), policy, pins=[(3, 4)])
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams)
    assert again.answer.policy == policy
    assert str(again) == str(plan)
    for name in ("loads", "assignments", "unassigned"):
        pd.testing.assert_frame_equal(pd.DataFrame(getattr(again, name)), pd.DataFrame(getattr(plan, name)))
    assert again.verify().ok
    with pytest.raises(PlanFileError, match="policy given is not the one"):
        sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams, policy=sm.Policy())


def test_policies_are_data_and_those_without_travel_keep_their_checksum():
    """Files from before there was any travel are read as ever."""
    policy = sm.Policy(travel=sm.Travel(kmh=25, setup_minutes=3))
    data = json.loads(json.dumps(policy_to_dict(policy)))
    assert data["travel"] == [{"kind": "Travel", "kmh": 25, "setup_minutes": 3}]
    assert policy_from_dict(data) == policy
    assert "travel" not in policy_to_dict(sm.Policy())
    assert policy_checksum(policy) != policy_checksum(sm.Policy())
    for bad in ([{"kind": "Travel", "kmh": -1}], [{"kind": "Drive"}], {}, [{"kind": "Travel", "wings": 2}]):
        with pytest.raises(PolicyError):
            policy_from_dict({**data, "travel": bad})


# ---- the stranger


def test_a_plan_whose_ways_do_not_fit_is_refused():
    """Two jobs of an hour fit into three hours by themselves, but not with an hour of way to each."""
    requests = {"id": ["a", "b"], "hours": [1, 1], "lat": [39.6] * 2, "lon": [109.8] * 2}
    plan = sm.assign(requests, one_team(FAR, 3), policy=sm.Policy(travel=sm.Travel()))
    both = {"request_ids": ("a", "b"), "team_ids": ("t", "t"), "pinned": np.zeros(2, dtype=bool)}
    codes, proved = faulty(plan, **both, scores=np.full(2, float(plan.assignments["score"][0])))
    assert Code.OVER_HOURS in codes
    assert not proved
    score = plan.assignments["score"][0]
    claim = dataclasses.replace(claim_of(plan.answer), **both, scores=np.full(2, score))
    found = verify(plan.answer.requests, plan.answer.teams, plan.answer.policy, claim, proof=False)
    (broken,) = [one for one in found.violations if one.code is Code.OVER_HOURS]
    assert str(broken) == "Team 't' has 3 free hours and is given 4."


def test_a_plan_made_with_a_faster_drive_is_refused():
    """The policy says how fast they go, not the plan."""
    requests = {"id": ["a", "b"], "hours": [1, 1], "lat": [39.6] * 2, "lon": [109.8] * 2}
    plan = sm.assign(requests, one_team(FAR, 3), policy=sm.Policy(travel=sm.Travel(kmh=60)))
    assert plan.status == "PROVED"
    codes, proved = faulty(plan, sm.Policy(travel=sm.Travel(kmh=30)))
    assert codes >= {Code.OVER_HOURS}
    assert not proved


def test_claims_that_do_not_follow_are_never_proved():
    """A bound lowered by one, and a plan that says PROVED although its bound is above it."""
    plan = planned(large(), sm.Policy(travel=sm.Travel(kmh=40)))
    assert plan.status == "FEASIBLE"
    claim = claim_of(plan.answer)
    assert faulty(plan) == (set(), False)
    lower = {**claim.bound, "score": claim.bound["score"] - 1}
    assert Code.BOUND_DIFFERS in faulty(plan, bound=lower)[0]
    codes, proved = faulty(plan, status="PROVED", bound=dict(claim.objective))
    assert codes >= {Code.NOT_PROVED_OPTIMAL}
    assert not proved


def test_an_open_request_that_the_way_would_let_in_is_no_proof():
    """Who claims that nobody can be served is asked for the bound; doubled ways are no excuse."""
    plan = sm.assign(ONE, one_team(FAR, 2.5), policy=sm.Policy(travel=sm.Travel(kmh=10)))
    assert (pairs(plan), plan.status) == ([], "PROVED")
    codes, proved = faulty(plan, sm.Policy(travel=sm.Travel(kmh=30)))
    assert codes & {Code.BOUND_DIFFERS, Code.NOT_PROVED_OPTIMAL}
    assert not proved


@pytest.mark.parametrize("bug", ["one way", "no rounding of the sum", "setup forgotten"])
def test_a_planner_that_reckons_wrong_is_seen(bug, monkeypatch):
    """Its plan looks fine to itself; the stranger has distances and sums of its own."""
    requests = {"id": list(range(8)), "hours": [0.2567] * 8, "lat": [39.6] * 8, "lon": [109.8] * 8}
    teams = one_team(FAR, 398 / 60)  # 79.8 minutes each, so five take 400
    policy = sm.Policy(travel=sm.Travel(kmh=30, setup_minutes=4.4))
    honest = sm.assign(requests, teams, policy=policy)
    assert honest.verify().ok
    if bug == "one way":
        monkeypatch.setattr(travel, "BOTH_WAYS", 60.0)
    elif bug == "setup forgotten":
        monkeypatch.setattr(
            travel.Way, "minutes", lambda way, rows, cols, right=travel.Way.minutes: right(way, rows, cols) - 4.4
        )
    else:
        right = travel.Way.minutes
        monkeypatch.setattr(travel.Way, "minutes", lambda way, rows, cols: np.floor(right(way, rows, cols) - 0.5))
    plan = sm.assign(requests, teams, policy=policy)
    assert len(pairs(plan)) > len(pairs(honest))
    assert {one.code for one in plan.verify(proof=False).violations} == {Code.OVER_HOURS}


# ---- on the edge of rounding


@pytest.mark.parametrize(("minutes", "fits"), [(48, False), (49, True)])
def test_half_a_minute_is_judged_against_the_plan_but_not_refused(minutes, fits):
    """48.5 minutes are 49 here; another honest sum might come to 48, so what hangs on it is not proved."""
    requests, teams = {"id": ["a"], "hours": [0]}, {"id": ["t"], "hours": [minutes / 60]}
    policy = sm.Policy(limits=[sm.limits.Distance(km=[("a", "t", 12.125)])], travel=sm.Travel(kmh=30))
    plan = sm.assign(requests, teams, policy=policy)
    assert (len(pairs(plan)) == 1, plan.status) == (fits, "PROVED")
    checked = plan.verify()
    assert checked.ok
    assert (checked.proved, checked.n_ambiguous) == (fits, 1)


def test_a_plan_that_fits_in_one_rounding_only_is_kept_but_not_proved():
    """As somebody would claim whose sum came to 48.4999999999."""
    requests, teams = {"id": ["a"], "hours": [0]}, {"id": ["t"], "hours": [48 / 60]}
    made = [
        sm.Policy(limits=[sm.limits.Distance(km=[("a", "t", km)])], travel=sm.Travel(kmh=30))
        for km in (12.1249, 12.125)
    ]
    plan = sm.assign(requests, teams, policy=made[0])
    assert plan.verify().proved
    assert faulty(plan, made[1]) == (set(), False)


def test_a_pin_on_the_edge_leaves_the_rest_unproved_where_the_minute_matters():
    """The pin takes 48 or 49 of 109 minutes, and 60 or 61 are left for the other request of 61."""
    requests, teams = {"id": ["a", "b"], "hours": [0, 61 / 60]}, {"id": ["t"], "hours": [109 / 60]}
    roads = sm.limits.Distance(km=[("a", "t", 12.125), ("b", "t", 0.0)])
    plan = sm.assign(requests, teams, policy=sm.Policy(limits=[roads], travel=sm.Travel()), pins=[("a", "t")])
    assert (pairs(plan), plan.status) == ([("a", "t")], "PROVED")
    checked = plan.verify()
    assert (checked.ok, checked.proved, checked.n_ambiguous) == (True, False, 1)


def test_a_team_on_the_spot_takes_no_minute_for_it():
    """A line of no length is none, however it is measured; across the date line it may be a hair, and counts as doubt."""
    here = {"id": ["a"], "hours": [0.0], "lat": [39.6], "lon": [180.0]}
    for lon, n_ambiguous in ((180.0, 0), (-180.0, 1)):
        team = {"id": ["t"], "hours": [1.0], "lat": [39.6], "lon": [lon]}
        plan = sm.assign(here, team, policy=sm.Policy(travel=sm.Travel()))
        checked = plan.verify()
        assert (checked.proved, checked.n_ambiguous) == (True, n_ambiguous)
        assert plan.assignments["takes_hours"][0] <= 1 / 60
