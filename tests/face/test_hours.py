"""Hours of teams: the best plan there is on tiny towns, always a lawful one, checked by the stranger, told in words."""

import dataclasses
import json
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import servicematch as sm
from face.hour_towns import best, draw, eligible, minutes, places, room
from servicematch.assign.answer import claim_of
from servicematch.base.errors import (
    DefaultUsed,
    PlanFileError,
    PolicyError,
    ServiceMatchError,
    TableError,
    UnusedColumn,
)
from servicematch.check.codes import Code
from servicematch.check.verify import verify
from servicematch.solve.hours import bound

WORK = 3_000_000
TIERS = [("priority", "score"), ("served", "score"), ("score",)]
JOBS = {"id": ["a", "b", "c"], "hours": [3, 2, 2]}
FOUR = {"id": ["t"], "hours": [4]}


def policy(tiers=TIERS[0], **more):
    """Build the policy of the drawn towns."""
    return sm.Policy(limits=[sm.limits.Skills()], terms=[sm.terms.TrackRecord()], tiers=tiers, **more)


def planned(tables, tiers=TIERS[0], **more):
    """Assign a drawn town with a little work."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sm.assign(*tables, policy=policy(tiers), **{"work_limit": WORK, **more})


def pairs(plan):
    """List who serves whom."""
    return list(zip(plan.assignments["request_id"].tolist(), plan.assignments["team_id"].tolist(), strict=True))


def vector(plan):
    """Give the objective in whole numbers."""
    return tuple(plan.answer.solution.objective)


# ---- the best there is


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(TIERS))
def test_tiny_towns_get_the_best_plan_there_is(seed, tiers):
    """Every choice is tried by a program of its own; no bound is below the best, and PROVED means equal."""
    tables = draw(seed)
    plan, right = planned(tables, tiers), best(*tables, tiers)
    assert vector(plan) == right
    most = plan.answer.solution.bound
    assert most >= right
    assert (plan.status == "PROVED") == (most == right)
    checked = plan.verify()
    assert checked.ok, checked
    assert checked.proved == (plan.status == "PROVED")
    assert all(mine <= theirs for mine, theirs in zip(checked.bound.values(), most, strict=True))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_pins_take_their_hours_first(seed):
    """Of the rest the plan is the best; what pins take beyond a team's hours is a notice, not a fault."""
    tables = draw(seed)
    requests, teams = tables
    rng = np.random.default_rng(seed)
    i, j = int(rng.integers(len(requests["id"]))), int(rng.integers(len(teams["id"])))
    plan = planned(tables, pins=[(requests["id"][i], teams["id"][j])])
    assert vector(plan) == best(*tables, TIERS[0], pins=[(i, j)])
    checked = plan.verify()
    assert checked.ok, checked
    codes = {one.code for one in checked.notices}
    assert (Code.PIN_OVER_HOURS in codes) == (minutes(requests["hours"][i]) > room(teams, j))
    assert (Code.PIN_OVER_CAPACITY in codes) == (places(teams, j) < 1)
    assert (Code.PIN_BREAKS_LIMIT in codes) == (not eligible(requests, teams, i, j))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_open_unit_has_one_reason_and_all_add_up(seed):
    """Each reason is true: too few hours means in no team left, HOURS_FULL means all are taken in this plan."""
    tables = draw(seed)
    requests, teams = tables
    plan = planned(tables)
    open_units = dict.fromkeys(requests["id"], 0)
    for request, units in zip(plan.unassigned["request_id"], plan.unassigned["units"], strict=True):
        open_units[request] += units
    served = [request for request, _ in pairs(plan)]
    asked = zip(requests["id"], requests["units"], strict=True)
    assert open_units == {request: n - served.count(request) for request, n in asked}
    used, held = dict.fromkeys(teams["id"], 0), dict.fromkeys(teams["id"], 0)
    for request, team in pairs(plan):
        used[team] += minutes(requests["hours"][requests["id"].index(request)])
        held[team] += 1
    for request, reason in zip(plan.unassigned["request_id"], plan.unassigned["reason"], strict=True):
        i = requests["id"].index(request)
        able = [j for j in range(len(teams["id"])) if eligible(requests, teams, i, j)]
        takes = minutes(requests["hours"][i])
        if reason == "HOURS_FULL":
            assert plan.status == "PROVED"
            others = [j for j in able if (request, teams["id"][j]) not in pairs(plan)]
            names = [teams["id"][j] for j in others]
            assert all(
                used[name] + takes > room(teams, j) or held[name] >= places(teams, j)
                for name, j in zip(names, others, strict=True)
            )
        elif reason == "NO_ELIGIBLE_TEAM" and able:
            fitting = [j for j in able if takes <= room(teams, j) and places(teams, j) > 0]
            assert len(fitting) < requests["units"][i]
        else:
            assert reason in {"NO_ELIGIBLE_TEAM", "TOO_FEW_TEAMS", "NOT_PROVED"}


def large(n_requests=300, n_teams=60, seed=0):
    """Draw a town that no search proves in a moment."""
    rng = np.random.default_rng(seed)
    requests = {
        "id": np.arange(n_requests),
        "hours": rng.integers(1, 9, n_requests).astype(float),
        "lat": 39.0 + rng.random(n_requests),
        "lon": 109.0 + rng.random(n_requests),
        "priority": rng.integers(0, 2, n_requests),
    }
    teams = {
        "id": np.arange(n_teams),
        "hours": rng.integers(4, 21, n_teams).astype(float),
        "lat": 39.0 + rng.random(n_teams),
        "lon": 109.0 + rng.random(n_teams),
        "radius_km": np.full(n_teams, 40.0),
        "capacity": rng.integers(1, 6, n_teams),
    }
    return requests, teams


LIMITS = [{"time_limit_s": 0.01}, {"time_limit_s": 0.0}, {"work_limit": 0}, {"work_limit": 50_000_000}]


@pytest.mark.parametrize("limit", LIMITS, ids=str)
def test_however_short_the_time_the_plan_breaks_no_limit(limit):
    """FEASIBLE with a gap, which the stranger confirms; the bound is never below the plan."""
    requests, teams = large()
    plan = sm.assign(requests, teams, **limit)
    checked = plan.verify()
    assert checked.ok, checked
    assert plan.status == ("PROVED" if plan.gap == 0 else "FEASIBLE")
    assert plan.answer.solution.bound >= plan.answer.solution.objective
    loads = pd.DataFrame(plan.loads)
    assert (loads.over_hours == 0).all()
    assert (loads.over == 0).all()
    assert (loads.assigned_hours <= loads.hours).all()
    assert plan.assignments["request_id"].size > 0


def test_one_seed_and_one_work_limit_give_one_plan_whatever_the_order_of_rows():
    """No clock decides; the plan hangs on the meaning of the tables alone."""
    requests, teams = large(120, 30)
    order, of_teams = np.random.default_rng(1).permutation(120), np.random.default_rng(2).permutation(30)
    turned = {name: column[order] for name, column in requests.items()}
    turned_teams = {name: column[of_teams] for name, column in teams.items()}
    options = {"seed": 5, "work_limit": 30_000_000}
    first, again = sm.assign(requests, teams, **options), sm.assign(turned, turned_teams, **options)
    assert sorted(pairs(first)) == sorted(pairs(again))
    assert first.bound == again.bound


def test_the_default_work_is_told_and_the_same_every_time():
    """Without limits the search ends by its own measure, and a plan that is proved at once ends it."""
    plan = sm.assign(JOBS, FOUR)
    assert (plan.status, plan.stopped_by, plan.manifest["solver"]) == ("PROVED", None, "hours")
    assert sorted(pairs(plan)) == [("b", "t"), ("c", "t")]


def test_an_interrupt_returns_the_best_so_far(monkeypatch, tmp_path):
    """Ctrl-C ends the search, not the plan, and the plan can be saved."""

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("servicematch.solve.hours.search.find_neighbours", interrupt)
    requests, teams = large(120, 30)
    plan = sm.assign(requests, teams, work_limit=60_000_000)
    assert (plan.status, plan.stopped_by) == ("FEASIBLE", "interrupt")
    assert plan.verify().ok
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams)
    assert again.stopped_by == "interrupt"


# ---- what the columns mean


def test_a_team_without_hours_has_no_limit():
    """As with a radius: nothing said is no such limit."""
    plan = sm.assign(JOBS, {"id": ["t", "u"], "hours": [0, None]})
    assert pairs(plan) == [("a", "u"), ("b", "u"), ("c", "u")]
    assert np.isnan(plan.loads["hours"]).tolist() == [False, True]


def test_a_request_without_hours_takes_none_and_is_counted_in_a_warning():
    """Null asks nothing; but whoever forgot the hours wants to know."""
    with pytest.warns(DefaultUsed, match=r"requests\.hours: 2 of 3 requests say nothing, and take none"):
        plan = sm.assign({"id": ["a", "b", "c"], "hours": [4, None, None]}, FOUR)
    assert len(pairs(plan)) == 3
    assert plan.loads["assigned_hours"].tolist() == [4.0]


def test_without_a_capacity_only_hours_limit_how_many():
    """Who gives hours means hours; a column of capacities holds beside them."""
    six = {"id": list(range(6)), "hours": [0.5] * 6}
    assert len(pairs(sm.assign(six, FOUR))) == 6
    plan = sm.assign(six, FOUR | {"capacity": [3]})
    assert len(pairs(plan)) == 3
    assert plan.status == "PROVED"
    assert plan.verify().proved


def test_each_unit_takes_the_hours():
    """Two teams of three hours: one unit each of two hours, and an hour left in both."""
    plan = sm.assign({"id": ["a"], "hours": [2], "units": [2]}, {"id": ["t", "u"], "hours": [3, 3]})
    assert plan.loads["free_hours"].tolist() == [1.0, 1.0]


def test_hours_are_whole_minutes_to_the_nearest():
    """Three thirds of an hour are an hour; what takes any time takes a minute."""
    plan = sm.assign({"id": [1, 2, 3], "hours": [0.3333] * 3}, {"id": ["t"], "hours": [1]})
    assert len(pairs(plan)) == 3
    plan = sm.assign({"id": [1, 2], "hours": [0.0001] * 2}, {"id": ["t"], "hours": [1 / 60]})
    assert len(pairs(plan)) == 1


def test_used_hours_are_taken_before():
    """Four hours of which one and a half are gone: one job of two, and half an hour is left."""
    plan = sm.assign(JOBS, FOUR | {"used_hours": [1.5]})
    assert len(pairs(plan)) == 1
    (line,) = pd.DataFrame(plan.loads).to_dict("records")
    assert line["hours"] + line["over_hours"] == line["used_hours"] + line["assigned_hours"] + line["free_hours"]
    assert (line["used_hours"], line["assigned_hours"], line["free_hours"]) == (1.5, 2.0, 0.5)


def test_a_team_overbooked_before_has_nothing_left():
    """What was taken beyond its hours is told, and nothing comes on top."""
    plan = sm.assign(JOBS, FOUR | {"used_hours": [5]})
    assert pairs(plan) == []
    assert plan.loads["over_hours"].tolist() == [1.0]
    assert plan.verify().ok


@pytest.mark.parametrize(("side", "column"), [("requests", "hours"), ("teams", "hours"), ("teams", "used_hours")])
def test_hours_on_one_side_alone_are_without_effect(side, column):
    """Both sides have to speak of hours."""
    tables = {"requests": {"id": [1]}, "teams": {"id": [1]}}
    tables[side][column] = [1.0]
    with pytest.warns(UnusedColumn, match=rf"{side}\.{column}: has no effect"):
        plan = sm.assign(tables["requests"], tables["teams"])
    assert "hours" not in plan.summary


def test_hours_on_both_sides_draw_no_warning():
    """Warnings are errors here."""
    plan = sm.assign(JOBS, FOUR)
    assert plan.summary["columns_without_effect"] == ()


def test_with_slots_hours_are_how_long_a_service_takes():
    """The slots say when a team can; its hours then have no effect, and that is said."""
    slots = [{"id": 1, "team_id": "t", "start": "2026-06-06T09:00Z", "end": "2026-06-06T12:00Z", "capacity": 3}]
    with pytest.warns(UnusedColumn, match=r"teams\.hours: has no effect.*no slots are given"):
        plan = sm.assign(JOBS, FOUR, slots)
    assert len(pairs(plan)) == 3
    assert plan.answer.hours is None
    assert plan.verify().proved


def test_scores_and_recommendations_say_that_hours_do_not_matter_there():
    """Nothing is assigned, so nothing is taken."""
    for call in (sm.score, sm.recommend):
        with pytest.warns(UnusedColumn, match=r"teams\.hours"), pytest.warns(UnusedColumn, match=r"requests\.hours"):
            call(JOBS, FOUR)


BAD = [
    ("requests", [1.0, -2.0], "range", "-2"),
    ("requests", [1.0, float("inf")], "", "inf"),
    ("requests", [1.0, "two"], "type", ""),
    ("requests", [1.0, 1e7], "range", "10000000"),
    ("teams", [1.0, -0.5], "range", "-0.5"),
    ("teams", [1.0, float("nan")], "", "nan"),
    ("teams", [1.0, "lots"], "type", ""),
    ("teams", [1.0, 2e6], "range", "2000000"),
]


@pytest.mark.parametrize(("side", "values", "rule", "got"), BAD, ids=str)
def test_hours_that_cannot_be_meant_are_refused_by_row_column_value_and_rule(side, values, rule, got):
    """The message alone lets somebody mend the spreadsheet."""
    tables = {"requests": {"id": ["x", "y"], "hours": [1.0, 1.0]}, "teams": {"id": ["x", "y"], "hours": [1.0, 1.0]}}
    tables[side]["hours"] = values
    with pytest.raises(TableError) as caught:
        sm.assign(tables["requests"], tables["teams"])
    (fault,) = caught.value.faults
    assert (fault.table, fault.column, fault.row, fault.id) == (side, "hours", 1, "y")
    assert rule in fault.rule
    assert got in str(caught.value).lower()
    assert "lots" not in str(caught.value)


def test_rules_and_fairness_are_refused_by_name():
    """Better than forgetting one of them."""
    with pytest.raises(PolicyError, match=r"rules: not planned together with hours of teams yet\. Hint: leave out"):
        sm.assign(JOBS, FOUR, policy=sm.Policy(rules=[sm.rules.Quota("requests", "id", 1)]))
    with pytest.raises(PolicyError, match="fairness: not planned together"):
        sm.assign(JOBS, FOUR, policy=sm.Policy(fairness=sm.fairness.Leximin(by="id")))
    with pytest.raises(PolicyError, match="engine: with hours of teams there is none to choose, got 'flow'"):
        sm.assign(JOBS, FOUR, engine="flow")
    with pytest.raises(PolicyError, match="seed: with hours of teams it steers the search"):
        sm.assign(JOBS, FOUR, seed=-1)


# ---- what is told


def test_the_summary_tells_the_hours_and_they_add_up():
    """Given and left are what teams had; in both languages."""
    teams = {"id": ["t", "u", "v"], "hours": [4, 1.25, None], "capacity": [9, 9, 1], "used_hours": [0, 0.25, 0]}
    plan = sm.assign({"id": ["a", "b", "c"], "hours": [3.5, 2, 0.75]}, teams)
    hours = plan.summary["hours"]
    assert hours["had"] + hours["over"] == pytest.approx(hours["given_by_limited"] + hours["left"])
    assert hours["asked"] == 6.25
    assert "Hours: 6.25 of 6.25 asked are given; " in str(plan)
    assert "beside 1 without a limit" in str(plan)
    assert "costs, shortages and recruits" not in str(plan)
    assert "工时：所需 6.25 小时已派 6.25 小时" in plan.describe("zh")


def test_pins_beyond_hours_are_told_like_pins_beyond_capacity():
    """They hold, nobody else comes on top, and everybody can see it."""
    plan = sm.assign(JOBS, FOUR, pins=[("a", "t"), ("b", "t")])
    assert sorted(pairs(plan)) == [("a", "t"), ("b", "t")]
    assert plan.loads["over_hours"].tolist() == [1.0]
    assert "pins take 1 more than there were" in str(plan)
    assert "人工指定超出 1 小时" in plan.describe("zh")
    checked = plan.verify()
    assert checked.ok
    (notice,) = checked.notices
    assert str(notice) == "Team 't' has 4 free hours, and 5 are pinned."
    assert notice.sentence("zh") == "队伍 't' 有 4 小时可用，却固定了 5 小时。"
    assert plan.unassigned["text"][0].startswith("1 team could serve it, but had less than the 2 h free")


def test_a_request_of_more_hours_than_any_team_has_is_told_so():
    """That is a limit and no matter of competition, whatever is proved."""
    plan = sm.assign({"id": ["a"], "hours": [4.5]}, {"id": ["t", "u"], "hours": [4, 3]}, work_limit=0)
    assert plan.unassigned["reason"].tolist() == ["NO_ELIGIBLE_TEAM"]
    assert plan.unassigned["text"].tolist() == [
        "2 teams could serve it, but had less than the 4.5 h free that it takes to begin with."
    ]
    assert plan.reasons("zh")["text"].tolist() == [" 2 支队伍本可承接，但一开始就不足其所需的 4.5 小时。".strip()]
    booked = sm.assign({"id": ["a"], "hours": [4.5], "booked_team": ["t"]}, FOUR)
    assert "free hours" in booked.unassigned["text"][0]


def test_what_is_left_open_in_a_proved_plan_says_that_hours_are_taken():
    """Not that others do more good with them: of equal plans nobody knows."""
    plan = sm.assign(JOBS, FOUR)
    assert plan.unassigned["reason"].tolist() == ["HOURS_FULL"]
    assert plan.unassigned["text"][0].startswith("1 team could serve it, but no plan is better")
    assert plan.summary["by_reason"] == {"HOURS_FULL": 1}
    assert "hours of its teams taken (1)" in str(plan)


def test_what_is_left_open_in_a_plan_that_is_not_proved_says_so():
    """Nobody can tell."""
    requests, teams = large()
    plan = sm.assign(requests, teams, work_limit=0)
    assert plan.status == "FEASIBLE"
    assert set(plan.unassigned["reason"]) <= {"NOT_PROVED", "NO_ELIGIBLE_TEAM"}
    assert "NOT_PROVED" in set(plan.unassigned["reason"])


def test_worklists_and_files_know_the_hours(tmp_path):
    """What a team is to do, and how long it takes."""
    plan = sm.assign(JOBS | {"lat": [39.6] * 3, "lon": [109.8] * 3}, FOUR | {"lat": [39.6], "lon": [109.8]})
    assert plan.worklist("t")["hours"].tolist() == [2.0, 2.0]
    plan.to_csv(tmp_path / "loads.csv", "loads")
    assert "assigned_hours" in (tmp_path / "loads.csv").read_text(encoding="utf-8-sig")
    plan.to_geojson(tmp_path / "map.geojson", only="teams")
    (team,) = json.loads((tmp_path / "map.geojson").read_text(encoding="utf-8"))["features"]
    assert (team["properties"]["hours"], team["properties"]["assigned_hours"]) == (4.0, 4.0)
    assert "capacity" not in team["properties"]
    plan.to_html(tmp_path / "plan.html")
    assert "Hours: 4 of 7 asked are given" in (tmp_path / "plan.html").read_text(encoding="utf-8")


def test_a_saved_plan_comes_back_with_its_proof(tmp_path):
    """Decisions, bound, gap and multipliers; the stranger is content with it."""
    requests, teams = large(120, 30)
    plan = sm.assign(requests, teams, work_limit=20_000_000, pins=[(3, 4)])
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams)
    assert pairs(again) == pairs(plan)
    assert (again.bound, again.gap, again.status) == (plan.bound, plan.gap, plan.status)
    assert str(again) == str(plan)
    pd.testing.assert_frame_equal(pd.DataFrame(again.loads), pd.DataFrame(plan.loads))
    pd.testing.assert_frame_equal(pd.DataFrame(again.unassigned), pd.DataFrame(plan.unassigned))
    assert claim_of(again.answer).multipliers == claim_of(plan.answer).multipliers
    assert again.verify().ok


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data["multipliers"].pop(),
        lambda data: data["multipliers"][0].pop("keep"),
        lambda data: data["multipliers"][0].update(charge=[1.5]),
        lambda data: data["multipliers"][0].update(request_id=["nobody"], charge=[1]),
        lambda data: data["multipliers"][0].update(charge=[1, 2, 3, 4]),
        lambda data: data.update(multipliers={}),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, damage):
    """Never a crash, never a guess."""
    path = tmp_path / "plan.json"
    sm.assign(JOBS, FOUR).to_json(path)
    data = json.loads(path.read_text(encoding="utf-8"))
    damage(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(PlanFileError):
        sm.Plan.from_json(path, requests=JOBS, teams=FOUR)


# ---- the stranger


def faulty(plan, **changes):
    """Verify what a plan claims, with something changed in it."""
    answer = plan.answer
    claim = dataclasses.replace(claim_of(answer), **changes)
    return {one.code for one in verify(answer.requests, answer.teams, answer.policy, claim).violations}


def test_hours_exceeded_are_seen():
    """A third job is slipped in; the team has no hour left for it."""
    plan = sm.assign(JOBS, FOUR)
    ids = {"request_ids": ("a", "b", "c"), "team_ids": ("t",) * 3, "scores": np.zeros(3)}
    found = faulty(plan, **ids, pinned=np.zeros(3, dtype=bool), objective={"priority=0": 3, "score": 0})
    assert Code.OVER_HOURS in found
    answer = plan.answer
    claim = dataclasses.replace(claim_of(answer), **ids, pinned=np.zeros(3, dtype=bool))
    report = verify(answer.requests, answer.teams, answer.policy, claim, proof=False)
    (broken,) = [one for one in report.violations if one.code is Code.OVER_HOURS]
    assert (broken.measured, broken.limit, broken.unit) == (7.0, 4.0, "h")
    assert str(broken) == "Team 't' has 4 free hours and is given 7."
    assert "7 小时" in broken.sentence("zh")


def test_efforts_that_the_planner_reads_wrong_are_seen(monkeypatch):
    """Were minutes halved on the way to the solver, its plan would look fine to itself."""
    module = sys.modules["servicematch.assign.hours"]
    right = module.whole_minutes
    monkeypatch.setattr(module, "whole_minutes", lambda hours: right(hours) // (2 if len(hours) == 3 else 1))
    plan = sm.assign(JOBS, FOUR)
    assert len(pairs(plan)) == 3
    assert {one.code for one in plan.verify(proof=False).violations} == {Code.OVER_HOURS}


def test_a_solver_that_proves_too_much_is_seen(monkeypatch):
    """Knapsacks of half their worth give bounds that do not follow from the multipliers."""
    right = bound.fill

    def halved(*given):
        filled = right(*given)
        return dataclasses.replace(filled, worth=filled.worth // 2)

    monkeypatch.setattr(bound, "fill", halved)
    plan = sm.assign(*large(120, 30), work_limit=3_000_000)
    assert Code.BOUND_DIFFERS in {one.code for one in plan.verify().violations}


def test_a_bound_that_is_too_low_is_seen():
    """The multipliers of the plan do not give it."""
    plan = sm.assign(*large(120, 30), work_limit=3_000_000)
    assert plan.status == "FEASIBLE"
    claim = claim_of(plan.answer)
    lower = dict(claim.bound)
    lower["score"] -= 1
    assert faulty(plan) == set()
    assert Code.BOUND_DIFFERS in faulty(plan, bound=lower)
    assert Code.NOT_PROVED_OPTIMAL in faulty(plan, status="PROVED", bound=dict(claim.objective))


def test_damaged_multipliers_prove_nothing():
    """Negative ones, a scale of nothing, payment for a class that is not above, requests that are not there."""
    plan = sm.assign(*large(120, 30), work_limit=3_000_000)
    first, *others = claim_of(plan.answer).multipliers
    for change in (
        {"scale": 0},
        {"keep": (5, 5, 5)},
        {"keep": (0,)},
        {"request_ids": (0, 0), "charge": (1, 1)},
        {"request_ids": (10**6,), "charge": (1,)},
        {"request_ids": (0,), "charge": (-1,)},
        {"request_ids": (0,), "charge": (0.5,)},
    ):
        spoilt = (dataclasses.replace(first, **change), *others)
        assert Code.MALFORMED_CLAIM in faulty(plan, multipliers=spoilt), change
    assert Code.MALFORMED_CLAIM in faulty(plan, multipliers=())


def test_multipliers_of_no_use_prove_less_than_is_stated():
    """Any multipliers bound every plan; these bound it too loosely for what is claimed."""
    plan = sm.assign(*large(120, 30), work_limit=3_000_000)
    loose = [dataclasses.replace(one, request_ids=(), charge=()) for one in claim_of(plan.answer).multipliers]
    assert Code.BOUND_DIFFERS in faulty(plan, multipliers=tuple(loose))


# ---- questions


def test_questions_that_rest_on_prices_are_refused_and_say_what_to_ask():
    """No price proves the plan, so no loss would be exact."""
    plan = sm.assign(JOBS, FOUR)
    for ask in (
        lambda: plan.why("b"),
        lambda: plan.why_not("a", "t"),
        lambda: plan.explain_unassigned("a"),
        lambda: plan.alternates("b"),
        lambda: plan.worth_of("t"),
        lambda: plan.shortage("a"),
        lambda: plan.bottlenecks("id"),
        lambda: plan.fairness("id"),
        plan.recruit,
        lambda: plan.repair("a"),
        lambda: plan.apply([("a", None, "t")]),
        lambda: sm.diff(plan, plan),
        lambda: sm.recommend(JOBS, FOUR, plan=plan),
    ):
        with pytest.raises(ServiceMatchError, match=r"hours of teams.*what_if"):
            ask()
    with pytest.raises(ServiceMatchError, match="evaluate: not supported yet where requests and teams have hours"):
        sm.evaluate(JOBS, FOUR, [("a", "t")])


def test_what_if_plans_again():
    """Three hours more: the third job is served too."""
    plan = sm.assign(JOBS, FOUR)
    changed = plan.what_if(change_teams={"t": {"hours": 7}})
    assert changed.gain["priority=0"] == 1
    assert changed.proved
    assert changed.plan.loads["assigned_hours"].tolist() == [7.0]


def test_breakdowns_and_scores_of_pairs_are_as_ever():
    """They know nothing of hours."""
    plan = sm.assign(JOBS, FOUR | {"mean_rating": [1.0], "n_rated": [5]})
    assert plan.breakdown("a", "t")["contribution"].sum() == pytest.approx(0.9)
    assert "Score 0.900" in str(plan.show_score("a", "t"))


def test_a_pin_beyond_the_hours_leaves_no_reason_of_less_than_nothing():
    """What takes no time fits into no time."""
    plan = sm.assign(
        {"id": ["a", "b"], "hours": [5, 0], "units": [1, 2]}, {"id": ["t"], "hours": [1]}, pins=[("a", "t")]
    )
    assert plan.unassigned["units"].tolist() == [1]
    assert plan.unassigned["reason"].tolist() == ["TOO_FEW_TEAMS"]
