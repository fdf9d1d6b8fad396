"""What questions to plans with slots say: each status by name, the slot in every sentence, and what they refuse."""

from __future__ import annotations

import json

import pytest

import servicematch as sm
from servicematch.ask.one_more import MOST_TRIED
from servicematch.base.errors import ServiceMatchError, TableError

SATURDAY = "2026-06-06T"


def _slots(**columns):
    """Two slots of t (morning, evening) and one of u (noon)."""
    return {
        "id": ["am", "pm", "u-noon"],
        "team_id": ["t", "t", "u"],
        "start": [f"{SATURDAY}{hour}:00Z" for hour in ("08", "18", "11")],
        "end": [f"{SATURDAY}{hour}:00Z" for hour in ("10", "20", "13")],
        **columns,
    }


def _plan(requests, teams=None, pins=None, policy=None, **columns):
    return sm.assign(requests, teams or {"id": ["t", "u"]}, _slots(**columns), policy=policy, pins=pins)


def _status(plan, *asked):
    return plan.why_not(*asked).status.value


def test_each_status_is_told_of_a_slot_and_of_a_team():
    """Three places, one of them pinned; a request that only comes at noon; a forbidden slot, and a forbidden team."""
    requests = {
        "id": ["a", "b", "noon"],
        "priority": [1, 0, 0],
        "earliest": [None, None, f"{SATURDAY}11:00Z"],
        "latest": [None, None, f"{SATURDAY}13:00Z"],
    }
    pins = [("a", "t", "am", "pin"), ("b", "t", "pm", "forbid")]
    plan = _plan(requests, pins=pins)
    assert (_status(plan, "a", "t"), _status(plan, "a", "t", "am")) == ("CHOSEN", "CHOSEN")
    assert (_status(plan, "a", "t", "pm"), _status(plan, "a", "u")) == ("PINNED_ELSEWHERE", "PINNED_ELSEWHERE")
    assert (_status(plan, "b", "t", "am"), _status(plan, "b", "t", "pm")) == ("NO_PLACE", "FORBIDDEN")
    assert _status(plan, "b", "t") == "NO_PLACE"
    assert _status(_plan(requests, pins=[("b", "t", None, "forbid")]), "b", "t") == "FORBIDDEN"
    told = plan.why_not("noon", "t")
    assert (told.status.value, told.slot_id, told.obstacles[0].limit, told.obstacles[0].unit) == (
        "INELIGIBLE", "am", "time", "h",
    )  # fmt: skip
    assert "team 't' in slot 'am'" in repr(told)
    assert "h lacking; set by requests.earliest, requests.latest, slots.start, slots.end" in repr(told)
    assert "（时段“am”）" in told.describe("zh")


def test_all_limits_that_fail_are_told_and_a_team_without_slots_by_that():
    """The team's own limits and those of the slot."""
    requests = {"id": [1], "skills": ["yoga"], "hours": [3.0]}
    teams = {"id": ["t", "u", "w"], "skills": ["yoga", None, "yoga"]}
    plan = _plan(requests, teams)
    assert [one.limit for one in plan.why_not(1, "u", "u-noon").obstacles] == ["skills", "time"]
    assert [one.limit for one in plan.why_not(1, "t").obstacles] == ["time"]
    nowhere = plan.why_not(1, "w")
    assert (nowhere.slot_id, nowhere.obstacles[0].value) == (None, None)
    assert "time: the team has no slots" in repr(nowhere)
    assert "该队没有时段" in nowhere.describe("zh")
    json.dumps(nowhere.to_dict(), allow_nan=False)


def test_the_reserve_is_held_against_the_slot():
    """Soon enough in the morning, too late in the evening: the team is judged by its best slot."""
    policy = sm.Policy(terms=[sm.terms.Sooner(weight=1.0, half_days=0.5)], reserve=0.55, limits=[])
    plan = _plan({"id": [1], "placed_at": [f"{SATURDAY}00:00Z"]}, policy=policy)
    assert (_status(plan, 1, "t", "am"), _status(plan, 1, "t", "pm")) == ("CHOSEN", "INELIGIBLE")
    assert [one.limit for one in plan.why_not(1, "t", "pm").obstacles] == ["reserve"]
    assert [one.limit for one in plan.why_not(1, "u").obstacles] == ["reserve"]
    assert all(step.n_failing == 1 for step in plan.explain_unassigned(1).waterfall)


def test_moving_to_another_slot_says_from_where():
    """The morning is sooner: the evening costs exactly what is lost by waiting, and a score above would do."""
    policy = sm.Policy(terms=[sm.terms.Sooner(weight=1.0, half_days=1.0)], limits=[])
    plan = _plan({"id": [1], "placed_at": [f"{SATURDAY}08:00Z"]}, policy=policy)
    told = plan.why_not(1, "t", "pm")
    assert (told.from_slot, dict(told.gain)) == (
        "am",
        {"priority=0": 0, "score": round(1e6 / (1 + 10 / 24)) - 1_000_000},
    )
    assert "Moving request 1 to team 't' in slot 'pm', from team 't' in slot 'am', changes the plan by" in repr(told)
    assert "从队伍“t”（时段“am”）改到队伍“t”（时段“pm”）" in told.describe("zh")
    assert told.winning_score is None  # a score above 1 there is none


def test_a_wrong_slot_is_named():
    """A slot that is not there, and one of another team; none at all where there are none."""
    plan = _plan({"id": [1]})
    for ask in (lambda *asked: plan.why_not(1, *asked), plan.worth_of):
        with pytest.raises(ServiceMatchError, match="slot 'am' is of team 't', not of team 'u'"):
            ask("u", "am")
        with pytest.raises(TableError, match="did you mean 'u-noon'"):
            ask("u", "u-noon ")
    bare = sm.assign({"id": [1]}, {"id": ["t"]})
    for call in (
        lambda: bare.why_not(1, "t", "am"),
        lambda: bare.worth_of("t", "am"),
        lambda: bare.what_if(slots=_slots()),
    ):
        with pytest.raises(ServiceMatchError, match="this plan has no slots"):
            call()


def test_choices_name_their_slot_and_the_first_of_equal_ones():
    """In the frame, in the data, in the sentence."""
    plan = _plan({"id": [1, 2, 3, 4], "priority": [1, 1, 1, 0]})
    (choice, other) = plan.alternates(4).choices
    assert (choice.team_id, choice.slot_id, other.slot_id) == ("t", "am", "u-noon")
    found = plan.alternates(4, 1)
    assert found.columns()["slot_id"].tolist() == ["am"]
    assert found.to_dict()["choices"][0]["slot_id"] == "am"
    assert "1. team 't' in slot 'am'" in repr(found)
    assert (found.n_possible, found.choices[0].n_moves) == (2, -1)
    why = plan.explain_unassigned(4)
    assert (why.displacement.slot_id, why.displacement.n_pairs) == ("am", 3)
    assert "costs least at team 't' in slot 'am', of 2 teams" in repr(why)
    assert why.to_dict(redact=True)["displacement"]["slot_id"] == "am"
    assert "强制派一队次" in why.describe("zh")


def test_pairs_that_are_not_tried_are_told():
    """A floor comes before all units, so each pair is planned by itself, and only so many of them."""
    n = MOST_TRIED + 3
    slots = {
        "id": list(range(n)),
        "team_id": list(range(n)),
        "start": [f"{SATURDAY}08:00Z"] * n,
        "end": [f"{SATURDAY}10:00Z"] * n,
    }
    requests = {"id": [f"r{i:02}" for i in range(n + 1)], "area": ["c"] * (n + 1), "priority": [1] * n + [0]}
    policy = sm.Policy(rules=[sm.rules.Floor("requests", "area", 1)])
    told = sm.assign(requests, {"id": list(range(n))}, slots, policy=policy).explain_unassigned(f"r{n}")
    assert (told.displacement.n_tried, told.displacement.n_pairs) == (MOST_TRIED, n)
    assert f"Only the {MOST_TRIED} best by score of its {n} pairs" in repr(told)
    assert f"只试了评分最好的 {MOST_TRIED} 个" in told.describe("zh")
    assert told.displacement.gain == {"floors": 0, "priority=1": -1, "priority=0": 1, "score": 0}


def test_a_request_that_wants_several_or_none_says_so():
    """What one unit costs is no question there."""
    requests = {"id": [1, 2, 3, 4], "units": [1, 1, 1, 2], "min_units": [1, 1, 1, 2], "priority": [1, 1, 1, 0]}
    plan = _plan(requests)
    with pytest.raises(ServiceMatchError, match="wants several teams or none"):
        plan.why_not(4, "t")
    assert "not told of a request that wants several teams or none" in repr(plan.explain_unassigned(4))


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.ZeroCapacity")
def test_with_time_on_the_way_no_slot_takes_two():
    """One place more is refused by name, one fewer is told; a slot without a place may have one."""
    policy = sm.Policy(travel=sm.Travel(kmh=30))
    requests = {"id": [1, 2], "hours": [2.0, 2.0], "lat": [39.0, 39.0], "lon": [110.0, 110.0]}
    plan = _plan(requests, policy=policy, capacity=[1, 0, 0])
    worth = plan.worth_of("t", "am")
    assert worth.gain_of_one_more is None
    assert dict(worth.loss_of_one_fewer) == {"priority=0": 1, "score": 0}
    assert "One place more at team 't' in slot 'am' is not told" in repr(worth)
    assert "同一时间只能在一处" in worth.describe("zh")
    json.dumps(worth.to_dict())
    assert plan.worth_of("t", "pm").gain_of_one_more["priority=0"] == 1
    assert plan.worth_of("t", "pm").loss_of_one_fewer is None


def test_new_teams_without_slots_are_told_and_a_slot_that_changed_hands_frees_its_pin():
    """A pin whose slot is another team's now is a pin whose slot is gone."""
    plan = _plan({"id": [1]}, pins=[(1, "t", "pm", "pin")])
    more = plan.what_if(add_teams=[{"id": "v"}, {"id": "w"}])
    assert "2 of the new teams have no slots" in repr(more)
    assert "新队伍中有 2 支没有时段" in more.describe("zh")
    assert more.to_dict()["n_without_slots"] == 2
    other = plan.what_if(slots=_slots(team_id=["t", "u", "u"], capacity=[1, 1, 1]))
    assert [pin.slot_id for pin in other.dropped_pins] == ["pm"]
    assert "team 't' in slot 'pm': one of what it names is gone" in repr(other)
    assert other.to_dict()["dropped_pins"][0]["slot_id"] == "pm"
    assert "other slots" in repr(other)
    assert other.plan.verify().proved


def test_a_plan_that_is_not_proved_tells_no_cost():
    """Nobody knows what a change of it costs."""
    requests = {"id": [1, 2, 3, 4, 5]}
    plan = sm.assign(requests, {"id": ["t", "u"]}, _slots(), work_limit=1)
    assert plan.status == "FEASIBLE"
    (open_one, *_) = plan.unassigned["request_id"].tolist()
    assert _status(plan, open_one, "t") == "NOT_PROVED"
    for call in (lambda: plan.alternates(open_one), lambda: plan.worth_of("t", "am")):
        with pytest.raises(ServiceMatchError, match="not proved optimal"):
            call()


def test_a_plan_with_time_on_the_way_may_serve_nobody():
    """Then there are no visits to order, and no errors either."""
    requests = {"id": [1], "hours": [5.0], "lat": [39.0], "lon": [110.0]}
    plan = _plan(requests, policy=sm.Policy(travel=sm.Travel(kmh=30)))
    assert len(plan.assignments["request_id"]) == 0
    assert _status(plan, 1, "t") == "INELIGIBLE"


def test_why_names_slots_and_a_saved_plan_answers_alike(tmp_path):
    """The better slot of its own team is taken by a request of more weight; read again, the plan says the same."""
    policy = sm.Policy(terms=[sm.terms.Sooner(weight=1.0, half_days=1.0)], limits=[])
    requests = {
        "id": ["a", "b"],
        "placed_at": [f"{SATURDAY}08:00Z"] * 2,
        "latest": [None, f"{SATURDAY}10:00Z"],
        "priority": [0, 1],
    }
    tables = {"requests": requests, "teams": {"id": ["t", "u"]}, "slots": _slots()}
    plan = sm.assign(**tables, policy=policy, pins=[("a", "u", None, "forbid")])
    told = plan.why("a")
    assert (told.services[0].slot_id, told.top.slot_id, told.top.from_slot) == ("pm", "am", "pm")
    assert (told.next_by_score, told.next_by_plan, told.n_forbidden) == (None, None, 1)
    assert "Its best team by score, team 't' in slot 'am' (1.000000), is not the one: Moving request 'a'" in repr(told)
    assert told.to_dict()["services"][0]["contributions"] == {"sooner": told.services[0].score}
    free = sm.assign(**tables, policy=policy).why("a")
    assert (free.services[0].slot_id, free.next_by_plan.slot_id) == ("u-noon", "pm")
    assert "Next best for the whole plan: team 't' in slot 'pm'" in repr(free)
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", **tables)
    for ask in (
        lambda one: one.why("a"),
        lambda one: one.why_not("a", "t"),
        lambda one: one.why_not("a", "t", "am"),
        lambda one: one.alternates("b"),
        lambda one: one.worth_of("t", "am"),
        lambda one: one.what_if(remove_teams=["u"]),
    ):
        assert ask(again).to_dict() == ask(plan).to_dict()
