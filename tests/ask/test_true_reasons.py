"""Reasons say what is so: what pins took or forbid, what somebody decided, what is not known."""

from __future__ import annotations

import pytest

import servicematch as sm


def decided_otherwise():
    """Two requests and two teams; a person leaves the first request open."""
    plan = sm.assign({"id": ["r1", "r2"]}, {"id": ["t", "u"]})
    return plan.apply([("r1", "t", None)])


def test_a_place_that_a_pin_took_was_free_to_begin_with():
    """The dispatcher who pinned can take it back; the team is not to blame."""
    plan = sm.assign({"id": ["r1", "r2"]}, {"id": ["t"]}, pins=[("r2", "t")])
    (told,) = plan.explain_unassigned("r1").reasons
    assert dict(told.facts) == {"limit": "capacity", "full_teams": 1, "pinned_teams": 1}
    text = plan.explain_unassigned("r1").describe()
    assert "no free place is left: pinned decisions took those of 1 team" in text
    assert "to begin with" not in text
    assert "由人工指定占用" in plan.explain_unassigned("r1").describe("zh")


def test_a_team_without_places_had_none_to_begin_with():
    """No pin is to blame for it."""
    plan = sm.assign({"id": ["r1"]}, {"id": ["t"], "capacity": [1], "used": [1]})
    assert "had no free place to begin with" in plan.explain_unassigned("r1").describe()


def test_a_unit_that_somebody_left_open_was_not_a_search_that_stopped():
    """The plan was proved before a person changed it."""
    found = decided_otherwise().explain_unassigned("r1")
    assert found.codes == ("NOT_PROVED",)
    assert "Somebody decided otherwise, though 2 teams could serve it." in found.describe()
    assert "stopped" not in found.describe()
    assert "人工另行决定" in found.describe("zh")


def test_a_choice_of_a_plan_that_is_not_proved_claims_no_reason():
    """Priority or score need not have decided."""
    found = decided_otherwise().shortage("r1")
    assert found.kind == "CHOICE"
    assert not found.is_proved
    assert "not proved optimal, so why it is not used is not known" in found.describe()
    assert "by priority or score" not in found.describe()
    assert "未证明最优" in found.describe("zh")


@pytest.mark.parametrize(
    ("pins", "asked", "told"),
    [
        ([("r2", "t")], "r1", "1 other team could serve request 'r1', but no place can be made there"),
        ([("r1", "t", None, "forbid")], "r1", "1 other team could serve request 'r1', but a pin forbids it"),
        ([("r2", "t")], "r2", "All units of request 'r2' are pinned"),
    ],
)
def test_no_alternate_says_whether_pins_or_places_stand_against_it(pins, asked, told):
    """That nobody else could serve it would be false."""
    plan = sm.assign({"id": ["r1", "r2"]}, {"id": ["t"]}, pins=pins)
    found = plan.alternates(asked)
    assert told in found.describe()
    assert "no other team could serve" not in found.describe()
    assert found.describe("zh")


def test_no_alternate_where_no_other_team_is():
    """Then it is so."""
    assert "no other team could serve" in sm.assign({"id": ["r"]}, {"id": ["t"]}).alternates("r").describe()


def test_why_names_pins_that_forbid_the_others():
    """Not that there are none."""
    plan = sm.assign({"id": ["r1"]}, {"id": ["t", "u"]}, pins=[("r1", "u", None, "forbid")])
    found = plan.why("r1")
    assert found.n_forbidden == found.to_dict()["n_forbidden"] == 1
    assert "A pin forbids the 1 other team that could serve it." in found.describe()
    assert "被人工指定禁止" in found.describe("zh")
