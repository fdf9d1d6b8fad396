"""Cases of another tool (reinterpretcat/vrp, facts restated): ours must come out as docs/howto/why.md maps them."""

import pytest

import servicematch as sm

DEGREE_KM = 111.195  # of latitude


def test_skill_nobody_has_is_no_eligible_team_by_skills():
    """Theirs: SKILL_CONSTRAINT."""
    with pytest.warns(sm.errors.UnknownSkill):
        plan = sm.assign(
            {"id": ["job1"], "skills": ["unique_skill"]}, {"id": ["v"], "skills": [None], "capacity": [10]}
        )
    told = plan.explain_unassigned("job1")
    assert told.codes == ("NO_ELIGIBLE_TEAM",)
    assert told.reasons[0].facts["limit"] == "skills"


def test_hundred_kilometres_for_a_reach_of_ninety_nine_is_no_eligible_team_by_distance():
    """Theirs: MAX_DISTANCE_CONSTRAINT."""
    requests = {"id": ["job1"], "lat": [39.0 + 100 / DEGREE_KM], "lon": [109.0]}
    plan = sm.assign(requests, {"id": ["v"], "lat": [39.0], "lon": [109.0], "radius_km": [99]})
    told = plan.explain_unassigned("job1")
    assert told.codes == ("NO_ELIGIBLE_TEAM",)
    step = told.waterfall[0]
    assert (step.limit, step.nearest_team, step.nearest.bound) == ("distance", "v", 99)
    assert step.nearest.value == pytest.approx(100, abs=0.01)


def test_third_job_of_a_team_for_two_is_outcompeted():
    """Theirs: TOUR_SIZE_CONSTRAINT; the farthest stays open."""
    requests = {"id": ["job1", "job2", "job3"], "lat": [39.01, 39.02, 39.03], "lon": [109.0] * 3}
    plan = sm.assign(requests, {"id": ["v"], "lat": [39.0], "lon": [109.0], "capacity": [2]})
    assert sorted(plan.assignments["request_id"].tolist()) == ["job1", "job2"]
    assert plan.explain_unassigned("job3").codes == ("OUTCOMPETED",)
    assert plan.shortage("job3").shortage == 1


def test_lower_priority_is_outcompeted_and_told_what_it_would_cost():
    """Theirs: CAPACITY_CONSTRAINT."""
    plan = sm.assign({"id": ["job1", "job2"], "priority": [0, 100]}, {"id": ["v"], "capacity": [1]})
    assert plan.assignments["request_id"].tolist() == ["job2"]
    told = plan.explain_unassigned("job1")
    assert told.codes == ("OUTCOMPETED",)
    assert told.displacement.gain["priority=100"] == -1


@pytest.mark.parametrize(
    ("rules", "counts", "km"),
    [
        ([], [4, 2], 6),
        ([sm.rules.Balance(0.30)], [4, 2], 6),
        ([sm.rules.Balance(0.31)], [3, 3], 7),
        ([sm.rules.Balance(1.0)], [3, 3], 7),
    ],
)
def test_six_jobs_are_three_each_once_even_work_outweighs_the_way(rules, counts, km):
    """Theirs: balance of job counts above cost; ours weighs it: a quarter of the points against 0.0758 for the way."""
    lat = [39.0 + at / DEGREE_KM for at in (0, 1, 2, 3)]
    jobs = {"id": ["j0", "j1", "j2", "j3", "k0", "k1"], "lat": [lat[1]] * 4 + [lat[2]] * 2, "lon": [109.0] * 6}
    teams = {"id": ["v1", "v2"], "lat": [lat[0], lat[3]], "lon": [109.0] * 2, "capacity": [4, 4]}
    plan = sm.assign(jobs, teams, policy=sm.Policy(rules=rules))
    assert len(plan.unassigned["request_id"]) == 0
    assert plan.loads["assigned"].tolist() == counts
    assert plan.assignments["distance_km"].sum() == pytest.approx(km, abs=0.001)
    assert plan.verify().proved
