"""Plans with slots: the best there is, by an independent program; checked by the stranger; told in times."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import servicematch as sm
from face.slot_towns import best, draw, hour, pairs
from servicematch.assign.answer import claim_of
from servicematch.base.claim import Pin
from servicematch.base.errors import PinError, PlanFileError, ServiceMatchError, TableError
from servicematch.check.codes import Code
from servicematch.check.verify import verify

pytestmark = pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
ZONE = "Asia/Shanghai"
DAYS = 3.0


def policy(tiers=("priority", "score")):
    """Build the policy of the drawn towns."""
    terms = [sm.terms.TrackRecord(weight=0.6), sm.terms.Sooner(weight=0.4, half_days=3.0)]
    return sm.Policy(limits=[sm.limits.Skills(), sm.limits.Within(days=DAYS)], terms=terms, tiers=tiers)


def planned(tables, tiers=("priority", "score"), **more):
    """Assign a drawn town."""
    requests, teams, slots = tables
    return sm.assign(requests, teams, sm.Slots(slots, parallel=True), policy=policy(tiers), **more)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.sampled_from([("priority", "score"), ("served", "score"), ("score",)]), st.booleans()
)
def test_a_plan_with_slots_is_the_best_there_is(seed, tiers, totals):
    """Units to different teams, slots and totals kept, and no plan better in any tier: an independent program says so."""
    rng = np.random.default_rng(seed)
    tables = draw(rng, int(rng.integers(1, 9)), int(rng.integers(1, 5)), int(rng.integers(1, 12)), totals=totals)
    plan = planned(tables, tiers)
    assert plan.answer.solution.objective == best(*tables, DAYS, tiers)
    assert plan.status == "PROVED"
    assert len(plan.answer.scored) == len(pairs(*tables, DAYS))
    found = plan.verify()
    assert found.proved, str(found)
    assert sum(plan.unassigned["units"]) + len(plan.assignments["score"]) == sum(tables[0]["units"])
    loads = plan.loads
    assert (loads["capacity"] + loads["over"] == loads["used"] + loads["assigned"] + loads["free"]).all()
    assert plan.slot_loads["assigned"].sum() == loads["assigned"].sum() == len(plan.assignments["score"])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_pins_and_forbids_of_slots_are_kept_and_the_rest_is_proved(seed):
    """A pin takes its unit, its place and its team first; whatever is left is still the best there is."""
    rng = np.random.default_rng(seed)
    tables = draw(rng, 6, 3, 8)
    requests, slots = tables[0]["id"], list(zip(tables[2]["team_id"], tables[2]["id"], strict=True))
    pins = []
    for request in rng.permutation(requests)[:3].tolist():
        team, slot = slots[rng.integers(len(slots))]
        pins.append(
            [(request, team, slot, "pin"), (request, team, slot, "forbid"), (request, team, None, "forbid")][
                rng.integers(3)
            ]
        )
    plan = planned(tables, pins=pins)
    found = plan.verify()
    assert found.proved, str(found)
    chosen = set(zip(*(plan.assignments[name] for name in ("request_id", "team_id", "slot_id")), strict=True))
    for request, team, slot, kind in pins:
        if kind == "pin":
            assert (request, team, slot) in chosen
        else:
            assert not [one for one in chosen if one[:2] == (request, team) and slot in (None, one[2])]
    assert sum(plan.unassigned["units"]) + len(chosen) == sum(tables[0]["units"])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_row_order_changes_no_decision(seed):
    """Slots are sorted by their ids, as the other tables are."""
    rng = np.random.default_rng(seed)
    tables = draw(rng, 7, 3, 9)
    order = [rng.permutation(len(table["id"])) for table in tables]
    mixed = [
        {name: [values[i] for i in at] for name, values in table.items()}
        for table, at in zip(tables, order, strict=True)
    ]
    chosen = [
        set(zip(*(planned(one).assignments[name] for name in ("request_id", "team_id", "slot_id")), strict=True))
        for one in (tables, mixed)
    ]
    assert chosen[0] == chosen[1]


def week(**columns):
    """Two teams, four slots of a Saturday and a Sunday."""
    return {
        "id": ["s1", "s2", "s3", "s4"],
        "team_id": ["t", "t", "u", "u"],
        "start": ["2026-06-06T09:00", "2026-06-07T09:00", "2026-06-06T14:00", "2026-06-07T14:00"],
        "end": ["2026-06-06T12:00", "2026-06-07T12:00", "2026-06-06T17:00", "2026-06-07T17:00"],
        **columns,
    }


def simple(requests, teams=None, *, slots=None, **more):
    """Assign requests to the teams of that weekend."""
    teams = {"id": ["t", "u"]} if teams is None else teams
    return sm.assign(sm.Requests(requests, tz=ZONE), teams, sm.Slots(slots or week(), tz=ZONE), **more)


def test_units_of_a_request_go_to_different_teams_in_different_slots():
    """Two units are two teams, even where one team has two slots."""
    plan = simple({"id": [1], "units": [3]})
    assert sorted(plan.assignments["team_id"].tolist()) == ["t", "u"]
    assert plan.unassigned["reason"].tolist() == ["TOO_FEW_TEAMS"]
    assert plan.verify().proved


def test_without_a_capacity_only_the_slots_limit_a_team():
    """An absent capacity is no limit with slots; a given one is the total over all of them, less what is used."""
    requests = {"id": [1, 2, 3, 4]}
    assert len(simple(requests).assignments["score"]) == 4
    limited = simple(requests, {"id": ["t", "u"], "capacity": [1, 5], "used": [0, 4]})
    assert sorted(limited.assignments["team_id"].tolist()) == ["t", "u"]
    assert limited.loads["free"].tolist() == [0, 0]
    assert limited.verify().proved
    assert set(limited.unassigned["reason"]) <= {"LOST_TIE", "OUTCOMPETED"}


def test_full_slots_are_the_reason_where_teams_have_places_in_all():
    """A dispatcher must know that it is the time that is short, not the team."""
    early = {"id": [1, 2, 3], "latest": ["2026-06-06T12:00"] * 3}
    plan = simple(early, {"id": ["t", "u"], "capacity": [9, 9]})
    assert plan.unassigned["reason"].tolist() == ["SLOT_FULL"] * 2
    assert "every slot of theirs that suits it is taken" in plan.unassigned["text"][0]
    assert plan.reasons("zh")["text"][0] == "有 1 支队伍能承接，但时间合适的时段均已约满。"
    assert plan.summary["by_reason"] == {"SLOT_FULL": 2}


def test_a_slot_without_places_is_a_full_one():
    """Full from the beginning is full."""
    plan = simple({"id": [1], "latest": ["2026-06-06T12:00"]}, slots=week(capacity=[0, 1, 1, 1]))
    assert plan.unassigned["reason"].tolist() == ["SLOT_FULL"]


def test_who_finds_no_slot_in_time_is_told_so():
    """The limit that leaves nobody is the time, and the waterfall counts teams."""
    plan = simple({"id": [1], "earliest": ["2026-06-08T09:00"]})
    assert plan.unassigned["text"][0] == "Of 2 teams none can serve it: this limit leaves nobody: time."
    assert plan.reasons("zh")["text"][0] == "2 支队伍中没有能承接的：按“时间”要求已无队伍可选。"
    late = simple(
        {"id": [1], "placed_at": ["2026-05-01T09:00"]},
        policy=sm.Policy(limits=[sm.limits.Time(), sm.limits.Within(days=7)], terms=[]),
    )
    assert late.unassigned["text"][0].endswith("this limit leaves nobody: days of waiting.")


def test_a_booked_team_without_a_slot_in_time_cannot():
    """The booking stands, and the reason names the limit."""
    plan = simple({"id": [1], "booked_team": ["u"], "latest": ["2026-06-06T12:00"]})
    assert plan.unassigned["reason"].tolist() == ["BOOKED_TEAM_CANNOT"]
    assert "because of this limit: time" in plan.unassigned["text"][0]


def test_times_come_out_in_the_callers_zone():
    """A team that reads UTC comes eight hours late."""
    requests = pd.DataFrame({"id": [1], "placed_at": ["2026-06-02T09:00"]})
    plan = simple(requests, pins=[(1, "u", "s4", "pin")])
    frame = plan.assignments
    assert [str(frame[name][0]) for name in ("start", "end")] == [
        "2026-06-07 14:00:00+08:00",
        "2026-06-07 17:00:00+08:00",
    ]
    assert str(plan.slot_loads["start"][3]) == "2026-06-07 14:00:00+08:00"


def test_a_worklist_is_in_the_order_of_the_day():
    """What comes first stands first, with its times and the columns of the request."""
    slots = week(team_id=["t", "t", "t", "u"], id=["s9", "s2", "s5", "s1"])
    requests = {"id": [1, 2, 3], "phone": ["a", "b", "c"], "hours": [1.0, 2.0, 3.0]}
    pins = [(1, "t", "s2", "pin"), (2, "t", "s9", "pin"), (3, "t", "s5", "pin")]
    listed = simple(requests, slots=slots, pins=pins).worklist("t")
    assert listed["request_id"].tolist() == [2, 3, 1]
    assert listed["slot_id"].tolist() == ["s9", "s5", "s2"]
    assert (listed["phone"].tolist(), listed["hours"].tolist()) == (["b", "c", "a"], [2.0, 3.0, 1.0])
    assert listed["start"][0].isoformat() == "2026-06-06T09:00:00+08:00"


def test_a_spreadsheet_has_times_with_their_zone(tmp_path):
    """A spreadsheet knows no zone, so the text must."""
    plan = simple({"id": [1]}, pins=[(1, "t", "s1", "pin")])
    plan.to_csv(tmp_path / "a.csv")
    assert "1,t,s1,2026-06-06T09:00:00+08:00,2026-06-06T12:00:00+08:00" in (tmp_path / "a.csv").read_text("utf-8-sig")
    plan.to_csv(tmp_path / "b.csv", table="slot_loads")
    assert (tmp_path / "b.csv").read_text("utf-8-sig").count("\n") == 5


def test_a_breakdown_is_of_the_slot_named_else_chosen_else_best():
    """The score of a pair depends on when."""
    terms = [sm.terms.Sooner(weight=1.0, half_days=1.0)]
    requests = {"id": [1, 2], "placed_at": ["2026-06-06T09:00"] * 2}
    plan = simple(requests, pins=[(1, "t", "s2", "pin")], policy=sm.Policy(terms=terms))
    assert plan.breakdown(1, "t")["value"].tolist() == [0.5]
    assert plan.breakdown(1, "t", "s1")["value"].tolist() == [1.0]
    assert plan.breakdown(1, "u")["value"].round(4).tolist() == [round(1 / (1 + 5 / 24), 4)]
    assert "1.000" in repr(plan.show_score(2, "t", "s1"))
    with pytest.raises(ServiceMatchError, match="slot 's3' is of team 'u', not of team 't'"):
        plan.breakdown(1, "t", "s3")
    with pytest.raises(TableError, match="did you mean 's1'"):
        plan.breakdown(1, "t", "s11")


def test_questions_that_only_know_teams_are_refused():
    """A wrong answer is worse than none."""
    plan = simple({"id": [1, 2]})
    calls = [
        lambda: plan.shortage(1), lambda: plan.bottlenecks("id"), plan.recruit,
        lambda: plan.repair([1]), lambda: plan.apply([]), lambda: sm.diff(plan, plan),
        lambda: sm.recommend({"id": [1]}, {"id": ["t"]}, plan=plan),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(ServiceMatchError, match="not answered on plans with slots yet"):
            call()


def test_plans_without_slots_have_no_slot_loads():
    """The message says how to get some."""
    with pytest.raises(ServiceMatchError, match="this plan has no slots"):
        _ = sm.assign({"id": [1]}, {"id": [1]}).slot_loads


@pytest.mark.parametrize(
    ("pins", "message"),
    [
        ([(1, "t")], "is pinned to team 't' in no slot"),
        ([(1, "t", "s3", "pin")], "slot 's3' is of team 'u', not of team 't'"),
        ([(1, "t", "s9", "pin")], "expected an id of the 4 slots"),
        ([(2, "t", "s1", "pin"), (2, "t", "s2", "pin")], "is pinned to two slots of team 't'"),
        ([(1, "t", "s1", "pin"), (1, "t", None, "forbid")], "request 1 in slot 's1' is named more than once"),
        ([(1, "t", "s1", "pin"), (1, "u", "s3", "pin")], "asks for 1 units, but 2 are pinned"),
    ],
)
def test_pins_that_cannot_be_meant_are_refused(pins, message):
    """With slots, a pin says when."""
    with pytest.raises(PinError, match=message):
        simple({"id": [1, 2], "units": [1, 2]}, pins=pins)


def test_a_pin_beyond_the_window_is_kept_and_reported():
    """A person decides; the plan says what it breaks."""
    plan = simple({"id": [1], "latest": ["2026-06-06T12:00"]}, pins=[Pin(1, "u", "pin", "s4")])
    assert plan.assignments["slot_id"].tolist() == ["s4"]
    assert plan.summary["n_pinned_beyond_limits"] == 1
    notice = plan.verify().notices[0]
    assert (notice.code, notice.rule, notice.slot_id) == (Code.PIN_BREAKS_LIMIT, "time", "s4")


def test_a_saved_plan_comes_back_with_its_slots(tmp_path):
    """Ids, decisions, prices; and the slots of that day."""
    rng = np.random.default_rng(5)
    requests, teams, slots = draw(rng, 12, 4, 12)
    slots = sm.Slots(slots, parallel=True)
    plan = sm.assign(requests, teams, slots, policy=policy(), pins=[("r001", slots.team_id[0], slots.ids[0], "forbid")])
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams, slots=slots)
    assert again.assignments["slot_id"].tolist() == plan.assignments["slot_id"].tolist()
    assert again.verify().proved
    assert again.objective == plan.objective
    with pytest.raises(PlanFileError, match="was made with slots: give them as slots="):
        sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams)
    fewer = sm.Slots({name: values[1:] for name, values in slots.to("dict").items()}, parallel=True)
    with pytest.raises(PlanFileError, match="the slots are not those"):
        sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams, slots=fewer)


def test_views_show_a_plan_with_slots(tmp_path):
    """Pages, plots and words know slots, in both languages."""
    place = {"lat": [39.6, 39.7], "lon": [109.8, 109.9]}
    plan = simple({"id": [1, 2], **place}, {"id": ["t", "u"], **place})
    assert "2 teams with 4 slots" in repr(plan)
    assert "时段 4 个" in plan.describe("zh")
    assert "<svg" in plan._repr_html_()
    plan.to_html(tmp_path / "a.html", lang="zh")
    plan.to_geojson(tmp_path / "a.geojson")
    for plot in (sm.plots.loads(plan), sm.plots.waterfall(plan, 1, "t", "s2"), sm.plots.places(plan)):
        assert plot["$schema"]
    assert "时段：4 个" in plan.answer.slots.show("zh")._repr_html_()
    assert plan.manifest["n_slots"] == 4
    assert set(plan.manifest["fingerprints"]) == {"requests", "teams", "slots"}


# --- the stranger -------------------------------------------------------------------------------------------------


def judged(plan, slots=None, **changes):
    """Have a changed claim of a plan checked, and return its codes."""
    answer = plan.answer
    claim = claim_of(answer)
    inner = {name: changes.pop(name) for name in list(changes) if hasattr(claim.slots, name)}
    claim = dataclasses.replace(claim, slots=dataclasses.replace(claim.slots, **inner), **changes)
    slots = answer.slots if slots is None else slots
    return {one.code for one in verify(answer.requests, answer.teams, answer.policy, claim, slots=slots).violations}


@pytest.fixture(name="plan", scope="module")
def _plan():
    requests = {"id": [1, 2, 3], "units": [2, 1, 1], "latest": [None, "2026-06-06T12:00", None]}
    return simple(requests, {"id": ["t", "u"], "capacity": [2, 1], "mean_rating": [0.9, 0.3], "n_rated": [9, 9]})


def test_a_true_claim_passes(plan):
    """Before wrong plans are refused, the right one must pass."""
    assert judged(plan) == set()
    assert plan.assignments["slot_id"].tolist() == ["s2", "s3", "s1"] or plan.verify().proved


def with_slot(plan, request, slot, team):
    """Move a request of the claim to another slot."""
    claim = claim_of(plan.answer)
    at = claim.request_ids.index(request)
    slots, teams = list(claim.slots.slot_ids), list(claim.team_ids)
    slots[at], teams[at] = slot, team
    return {"slot_ids": tuple(slots), "team_ids": tuple(teams)}


@pytest.mark.parametrize(
    ("slot", "team", "code"),
    [
        ("s2", "t", Code.LIMIT_BROKEN),
        ("s3", "t", Code.SLOT_OF_ANOTHER_TEAM),
        ("s9", "t", Code.UNKNOWN_SLOT),
        ("s1", "x", Code.SLOT_OF_ANOTHER_TEAM),
    ],
)
def test_a_wrong_slot_is_refused(plan, slot, team, code):
    """Request 2 must be served on Saturday morning, by team t in s1."""
    assert code in judged(plan, **with_slot(plan, 2, slot, team))


def test_an_overfull_slot_and_an_overfull_team_are_refused(plan):
    """Two requests in a slot for one; three units for a team with two."""
    claim = claim_of(plan.answer)
    more = {
        "request_ids": (*claim.request_ids, 3),
        "team_ids": (*claim.team_ids, "t"),
        "slot_ids": (*claim.slots.slot_ids, "s1"),
        "scores": np.append(claim.scores, 0.85),
        "pinned": np.append(claim.pinned, False),
    }
    found = judged(plan, **more)
    assert {Code.SLOT_OVER_CAPACITY, Code.OVER_CAPACITY} <= found


def test_two_units_at_one_team_are_refused():
    """Different slots of one team are one team."""
    plan = simple({"id": [1], "units": [2]})
    assert Code.SAME_TEAM_TWICE in judged(plan, slot_ids=("s1", "s2"), team_ids=("t", "t"))


def test_prices_prove_and_others_do_not(plan):
    """Any prices give a true bound; tampered ones give a looser one, which is then no proof."""
    claim = claim_of(plan.answer).slots
    assert len(claim.price_slots) + len(claim.price_teams)
    nothing = np.zeros((0, 2), dtype=np.int64)
    without = judged(plan, price_slots=(), slot_prices=nothing, price_teams=(), team_prices=nothing)
    assert Code.NOT_PROVED_OPTIMAL in without
    dear = judged(plan, price_slots=("s1",), slot_prices=np.array([[1, 10**9]]))
    assert Code.BOUND_DIFFERS in dear
    assert Code.UNKNOWN_SLOT in judged(plan, price_slots=("s9",), slot_prices=np.array([[1, 0]]))
    assert Code.MALFORMED_CLAIM in judged(plan, price_slots=("s1",), slot_prices=np.array([[1.5, 0]]))


def test_a_worse_plan_is_not_proved(plan):
    """One assignment fewer is still lawful, and not the best."""
    claim = claim_of(plan.answer)
    fewer = {
        "request_ids": claim.request_ids[1:], "team_ids": claim.team_ids[1:], "slot_ids": claim.slots.slot_ids[1:],
        "scores": claim.scores[1:], "pinned": claim.pinned[1:],
    }  # fmt: skip
    assert Code.NOT_PROVED_OPTIMAL in judged(plan, **fewer)


def test_other_slots_are_noticed(plan):
    """A plan is checked against the slots it was made with."""
    moved = sm.Slots(week(end=["2026-06-06T10:00", *week()["end"][1:]]), tz=ZONE)
    assert Code.TABLE_CHANGED in judged(plan, slots=moved)
    assert not plan.verify(slots=moved).ok


def test_a_plan_with_slots_is_never_taken_for_one_without(plan):
    """Without the table of slots nothing about them can be said."""
    answer = plan.answer
    found = verify(answer.requests, answer.teams, answer.policy, claim_of(answer))
    assert not found.ok
    assert Code.UNKNOWN_SLOT in {one.code for one in found.violations}


def test_columns_of_time_have_an_effect_with_slots():
    """No warning says that nothing reads them."""
    plan = simple({"id": [1], "hours": [1.0], "earliest": ["2026-06-06T09:00"], "latest": ["2026-06-06T12:00"]})
    assert plan.summary["columns_without_effect"] == ()


@pytest.mark.parametrize("hours", [25.0, 24.0])
def test_a_whole_day_holds_as_many_hours_as_its_clock_shows(hours):
    """The day on which the clock is put back has 25 hours, an ordinary one 24."""
    slots = sm.Slots([{"id": 1, "team_id": "t", "start": "2026-10-25", "end": "2026-10-26"}], tz="Europe/Berlin")
    plain = sm.Slots([{"id": 1, "team_id": "t", "start": "2026-10-26", "end": "2026-10-27"}], tz="Europe/Berlin")
    served = [
        len(sm.assign({"id": [1], "hours": [hours]}, {"id": ["t"]}, one).assignments["score"]) for one in (slots, plain)
    ]
    assert served == [1, int(hours <= 24)]


def test_a_limited_search_still_gives_a_plan_that_keeps_every_rule():
    """Too little time is no excuse for a broken slot."""
    tables = draw(np.random.default_rng(3), 30, 5, 20)
    plan = planned(tables, work_limit=0)
    assert plan.status == "FEASIBLE"
    assert plan.verify().ok
    assert not plan.verify().proved
    assert hour(1) > hour(0)
