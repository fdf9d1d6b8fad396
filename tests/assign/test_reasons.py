"""One reason for every missing unit."""

import pytest

import servicematch as sm


def reasons(plan):
    """Request, units and reason of every row, in order."""
    frame = plan.unassigned
    return list(zip(frame["request_id"].tolist(), frame["units"].tolist(), frame["reason"].tolist(), strict=True))


HERE = {"lat": [39.6], "lon": [109.8]}
FAR = {"lat": [38.0], "lon": [107.0]}

CASES = {
    "nothing passes the limits": ({"skills": ["yoga"]}, {"skills": ["law"]}, {}, [(1, 1, "NO_ELIGIBLE_TEAM")]),
    "too far": (HERE, FAR | {"radius_km": [5]}, {}, [(1, 1, "NO_ELIGIBLE_TEAM")]),
    "place not known": ({"lat": [None], "lon": [None]}, HERE | {"radius_km": [5]}, {}, [(1, 1, "NO_LOCATION")]),
    "booked team too far": (HERE | {"booked_team": [1]}, FAR | {"radius_km": [5]}, {}, [(1, 1, "BOOKED_TEAM_CANNOT")]),
    "booked team unknown": ({"booked_team": [9]}, {}, {}, [(1, 1, "BOOKED_TEAM_CANNOT")]),
    "booked team full": ({"booked_team": [1]}, {"capacity": [0]}, {}, [(1, 1, "BOOKED_TEAM_CANNOT")]),
    "nobody offers it": ({"need": ["修水管"]}, {"offers": ["健身操"]}, {}, [(1, 1, "NO_RELEVANT_TEAM")]),
    "more teams than there are": ({"units": [3]}, {}, {}, [(1, 2, "TOO_FEW_TEAMS")]),
    "below the reserve": (
        HERE,
        FAR,
        {"reserve": 0.5, "terms": [sm.terms.Proximity()]},
        [(1, 1, "BELOW_RESERVE")],
    ),
    "no place free": ({}, {"capacity": [3], "used": [3]}, {}, [(1, 1, "NO_ELIGIBLE_TEAM")]),
    "not worth it": (
        HERE,
        FAR,
        {"tiers": ("score",), "skip_value": 0.5, "terms": [sm.terms.Proximity()]},
        [(1, 1, "NOT_WORTH_IT")],
    ),
}


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("case", CASES)
def test_each_cause_has_its_own_reason(case):
    """The smallest town in which this alone is in the way."""
    request, team, policy, expected = CASES[case]
    plan = sm.assign({"id": [1]} | request, {"id": [1]} | team, policy=sm.Policy(**policy))
    assert reasons(plan) == expected
    assert plan.verify().proved


def test_the_one_who_lost_is_outcompeted():
    """The nearer request takes the only place, and the other could not have it for nothing."""
    requests = {"id": ["near", "far"], "lat": [39.60, 39.70], "lon": [109.8, 109.8]}
    plan = sm.assign(requests, {"id": ["t"], "lat": [39.6], "lon": [109.8]})
    assert reasons(plan) == [("far", 1, "OUTCOMPETED")]


def test_equal_claims_are_told_as_a_tie():
    """Nothing but the tie-break stands between them."""
    plan = sm.assign({"id": ["a", "b"]}, {"id": ["t"]})
    assert [reason for _, _, reason in reasons(plan)] == ["LOST_TIE"]


def test_a_higher_priority_is_no_tie():
    """Equal scores, but a tier above them decides."""
    plan = sm.assign({"id": ["a", "b"], "priority": [0, 1]}, {"id": ["t"]})
    assert reasons(plan) == [("a", 1, "OUTCOMPETED")]


def test_who_came_first_wins_the_tie():
    """Earlier ``placed_at`` decides below the score."""
    requests = {"id": ["a", "b"], "placed_at": ["2025-06-02T09:00:00+08:00", "2025-06-02T08:00:00+08:00"]}
    plan = sm.assign(requests, {"id": ["t"]})
    assert plan.assignments["request_id"].tolist() == ["b"]
    assert reasons(plan) == [("a", 1, "LOST_TIE")]


def test_a_request_may_have_several_reasons_and_they_add_up():
    """Four units asked: one served, one lost to a rival, two that nobody is there for."""
    requests = {"id": ["a", "b"], "units": [4, 1], "priority": [0, 1]}
    plan = sm.assign(requests, {"id": ["t1", "t2"]})
    assert reasons(plan) == [("a", 2, "TOO_FEW_TEAMS"), ("a", 1, "OUTCOMPETED")]
    assert sum(plan.summary["by_reason"].values()) + plan.summary["units_served"] == plan.summary["units_asked"]


def test_outcompeted_is_only_said_of_a_proved_plan():
    """A greedy plan knows nothing of what could have been."""
    requests = {"id": [1, 2, 3], "lat": [39.6, 39.61, 39.62], "lon": [109.8] * 3}
    plan = sm.assign(requests, {"id": [1], "lat": [39.6], "lon": [109.8]}, work_limit=0)
    assert (plan.status, plan.stopped_by) == ("FEASIBLE", "work")
    assert {reason for _, _, reason in reasons(plan)} == {"NOT_PROVED"}


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.ZeroCapacity")
def test_sentences_come_in_both_languages():
    """The same rows, told for either reader."""
    plan = sm.assign({"id": ["a"], "skills": ["yoga"]}, {"id": ["t"], "skills": ["yoga"], "capacity": [0]})
    assert "free place" in plan.reasons("en")["text"][0]
    assert "空余名额" in plan.reasons("zh")["text"][0]


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.ZeroCapacity")
def test_sentences_are_true_of_a_request_that_is_partly_served():
    """One of two teams came: nobody may read that none can."""
    plan = sm.assign({"id": [1], "units": [2]}, {"id": [1, 2], "capacity": [1, 0]})
    assert plan.unassigned["text"].tolist() == ["1 team could serve it, but had no free place to begin with."]
    near_and_far = {"id": [1, 2], "lat": [39.6, 38.0], "lon": [109.8, 107.0]}
    policy = sm.Policy(reserve=0.5, terms=[sm.terms.Proximity()])
    plan = sm.assign({"id": [1], "units": [2], **HERE}, near_and_far, policy=policy)
    assert plan.unassigned["reason"].tolist() == ["BELOW_RESERVE"]
    assert plan.unassigned["text"][0].startswith("Beyond the 1 found, its best score")
