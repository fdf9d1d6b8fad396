"""Pins and forbids at the door."""

import pytest

import servicematch as sm
from servicematch.base.errors import PinError

REQUESTS = {"id": ["r1", "r2"], "units": [1, 2]}
TEAMS = {"id": ["t1", "t2", "t3"]}


def pairs(plan):
    """Return the decisions of a plan."""
    return set(zip(plan.assignments["request_id"], plan.assignments["team_id"], strict=True))


@pytest.mark.parametrize(
    "pin",
    [("r1", "t3"), ("r1", "t3", None, "pin"), {"request_id": "r1", "team_id": "t3"}, sm.Pin("r1", "t3")],
)
def test_every_way_to_write_a_pin_holds(pin):
    """Tuples, dicts and `Pin` mean the same."""
    assert ("r1", "t3") in pairs(sm.assign(REQUESTS, TEAMS, pins=[pin]))


@pytest.mark.parametrize(
    ("pins", "said"),
    [
        ([("r9", "t1")], "r9"),
        ([("r1", "team-1")], "teams.id: expected an id of the 3 teams, got 'team-1'"),
        ([("r1", "t1", None, "must")], "'pin' or 'forbid'"),
        ([("r1", "t1", "s1", "pin")], "no slots are given"),
        ([("r1",)], "1 values"),
        ([("r1", "t1"), ("r1", "t1", None, "forbid")], "more than once"),
        ([("r1", "t1"), ("r1", "t2")], "asks for 1 units, but 2 are pinned"),
        ([{"request": "r1", "team_id": "t1"}], "expected request_id"),
        ([7], "got int"),
        ("r1", "expected a list of pins"),
    ],
)
def test_a_pin_that_cannot_be_meant_is_refused(pins, said):
    """A dispatcher mistypes; the message tells what."""
    with pytest.raises(PinError, match=said):
        sm.assign(REQUESTS, TEAMS, pins=pins)


def test_a_forbid_keeps_the_pair_out_and_is_its_reason():
    """Without the forbid there would be a plan for it."""
    plan = sm.assign({"id": ["r1"]}, {"id": ["t1"]}, pins=[("r1", "t1", None, "forbid")])
    assert pairs(plan) == set()
    assert plan.unassigned["reason"].tolist() == ["PIN_FORBIDS"]
    assert plan.verify().proved


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
def test_a_pin_beyond_every_limit_holds_and_is_reported():
    """A pin is a decision of people; the plan keeps it and says what it breaks."""
    requests = {"id": ["r1", "r2"], "skills": ["yoga", None]}
    teams = {"id": ["t1"], "skills": ["law"], "capacity": [0]}
    plan = sm.assign(requests, teams, pins=[("r1", "t1")])
    report = plan.verify()
    assert pairs(plan) == {("r1", "t1")}
    assert report.ok
    assert report.proved
    assert {notice.code.value for notice in report.notices} == {"PIN_BREAKS_LIMIT", "PIN_OVER_CAPACITY"}
    assert (plan.loads["free"].tolist(), plan.loads["over"].tolist()) == ([0], [1])


def test_pins_take_their_unit_and_place_first():
    """What remains is decided around them."""
    plan = sm.assign({"id": ["r1", "r2"], "priority": [0, 5]}, {"id": ["t1"]}, pins=[("r1", "t1")])
    assert pairs(plan) == {("r1", "t1")}
    assert plan.unassigned["reason"].tolist() == ["NO_ELIGIBLE_TEAM"]
    assert plan.summary["n_pinned"] == 1


def test_pins_may_come_as_a_table_and_with_numpy_ids(tmp_path):
    """Today's plan, fixed for tomorrow: its own frame is the natural list of pins."""
    requests, teams = {"id": [1, 2]}, {"id": [1, 2]}
    today = sm.assign(requests, teams).assignments
    table = {name: today[name] for name in ("request_id", "team_id")}
    rows = list(zip(today["request_id"], today["team_id"], strict=True))
    for pins in (table, rows):
        plan = sm.assign(requests, teams, pins=pins)
        assert plan.summary["n_pinned"] == 2
        plan.to_json(tmp_path / "plan.json")
        assert pairs(sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams)) == pairs(plan)


def test_the_proof_says_that_it_holds_under_the_pins():
    """Without the forbid one unit more would be served, so the sentence must name the pins."""
    plan = sm.assign({"id": ["r1"]}, {"id": ["t1"]}, pins=[("r1", "t1", None, "forbid")])
    assert "under these limits and pins" in repr(plan)
    assert "1 forbidden" in repr(plan)
