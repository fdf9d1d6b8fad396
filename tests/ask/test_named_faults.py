"""Errors of questions name the fault: which argument, what was expected, what came."""

from __future__ import annotations

import numpy as np
import pytest

import servicematch as sm


def plan():
    """Two requests and one team."""
    return sm.assign({"id": ["r1", "r2"]}, {"id": ["t1"]})


@pytest.mark.parametrize("radius_km", ["x", True, [5], float("nan"), -1])
def test_a_radius_that_is_none_is_named(radius_km):
    """Whatever its kind."""
    with pytest.raises(sm.errors.ServiceMatchError, match="radius_km: expected kilometres of at least 0"):
        plan().recruit(radius_km=radius_km)


def test_what_is_no_plan_is_named_with_its_side():
    """Either of the two."""
    with pytest.raises(sm.errors.ServiceMatchError, match=r"plan_b: expected a plan, .* got None"):
        sm.diff(plan(), None)
    with pytest.raises(sm.errors.ServiceMatchError, match=r"plan_a: expected a plan, .* got a str"):
        sm.diff("x", plan())


def test_numpy_numbers_are_numbers():
    """As in recruit and recommend."""
    asked = sm.assign({"id": ["r"]}, {"id": ["a", "b", "c"]})
    assert len(asked.alternates("r", k=np.int64(2))) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"change_teams": {"t1": {"id": "t5"}}}, "expected columns other than id, got the new id 't5' for 't1'"),
        ({"change_teams": {"t1": 3}}, r"change_teams: expected \{id: \{column: value\}\}.* got a int for 't1'"),
        ({"change_requests": {"r1": "x"}}, "change_requests: expected .* got a str for 'r1'"),
        ({"add_teams": {"t9": {"capacity": 2}}}, "add_teams: expected a list of rows .* got rows by id"),
    ],
)
def test_changes_in_the_wrong_form_are_named(change, message):
    """By their argument and the row."""
    with pytest.raises(sm.errors.TableError, match=message):
        plan().what_if(**change)


@pytest.mark.parametrize("view", ["describe", "show"])
def test_a_language_without_words_is_refused_by_name(view):
    """With those that there are, by every answer and by recommendations."""
    asked = plan()
    told = sm.recommend({"id": ["r1"]}, {"id": ["t1"]})
    for answer in (asked.why("r1"), asked.recruit(), asked.what_if(), asked.bottlenecks("id"), told):
        with pytest.raises(sm.errors.ServiceMatchError, match="lang must be one of 'en', 'zh', got 'fr'"):
            getattr(answer, view)("fr")
