"""Rules and slots together: caps by slot, day and week, floors, quotas and even work, proved by the stranger."""

from __future__ import annotations

import numpy as np
import pytest

import servicematch as sm
from solve.forests import milp_grouped

R = sm.rules


def _town(rng):
    n, m, k = int(rng.integers(4, 12)), int(rng.integers(2, 5)), int(rng.integers(3, 12))
    requests = {
        "id": [f"r{i}" for i in range(n)],
        "area": [["a/x", "a/y", "b", None][i] for i in rng.integers(0, 4, n)],
        "units": rng.integers(1, 3, n).tolist(),
        "priority": rng.integers(0, 2, n).tolist(),
    }
    teams = {"id": [f"t{i}" for i in range(m)], "mean_rating": rng.integers(0, 5, m) / 4, "n_rated": [50] * m}
    if rng.random() < 0.6:
        teams["capacity"] = rng.integers(0, 5, m).tolist()
    days = rng.choice([5, 6, 7, 8, 12, 13], k)  # 7 June 2026 is a Sunday: two weeks
    hours = rng.permutation(14)[:k] + 6
    slots = {
        "id": [f"s{i}" for i in range(k)],
        "team_id": [f"t{i}" for i in rng.integers(0, m, k)],
        "start": [f"2026-06-{day:02d}T{hour:02d}:00" for day, hour in zip(days, hours, strict=True)],
        "end": [f"2026-06-{day:02d}T{hour:02d}:50" for day, hour in zip(days, hours, strict=True)],
        "capacity": rng.integers(1, 3, k).tolist(),
    }
    rules = [
        R.Cap(1, per="day"),
        R.Cap({"t0": 1, "t1": 2}, per="week"),
        R.Cap(1, per="slot"),
        R.Floor("requests", ("area", 1), 0.6),
        R.Quota("requests", "area", 2),
        R.MinLoad(1),
        R.Cap(0.5),
        R.Balance(0.1),
    ]
    picked = rng.choice(len(rules), int(rng.integers(1, 5)), replace=False).tolist()
    return requests, teams, sm.Slots(slots, tz="Asia/Shanghai"), sm.Policy(rules=[rules[i] for i in picked])


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", range(25))
def test_every_plan_is_proved_by_the_stranger_and_equals_a_mixed_integer_program(seed):
    """Days and weeks are those of the slots' zone; totals of teams are bounds above them."""
    rng = np.random.default_rng(4000 + seed)
    requests, teams, slots, policy = _town(rng)
    plan = sm.assign(requests, teams, slots=slots, policy=policy)
    check = plan.verify()
    assert check.ok, check
    assert check.proved
    floors, rest = milp_grouped(plan.answer.problem)
    assert plan.answer.solution.objective == ((floors, *rest) if plan.answer.problem.has_floors else rest)
    assert plan.unassigned["units"].sum() + len(plan.assignments["request_id"]) == sum(requests["units"])


def test_a_day_cap_is_told():
    """Two slots on Saturday and one on Sunday, at most one a day: one request of three waits, though a slot is free."""
    requests = {"id": [1, 2, 3]}
    slots = sm.Slots(
        {
            "id": ["sa1", "sa2", "su"],
            "team_id": ["t"] * 3,
            "start": ["2026-06-06T08:00", "2026-06-06T19:00", "2026-06-07T08:00"],
            "end": ["2026-06-06T10:00", "2026-06-06T21:00", "2026-06-07T10:00"],
        },
        tz="Asia/Shanghai",
    )
    plan = sm.assign(requests, {"id": ["t"]}, slots=slots, policy=sm.Policy(rules=[R.Cap(1, per="day")]))
    assert plan.summary["units_served"] == 2
    assert plan.unassigned["reason"].tolist() == ["DAY_CAP"]
    assert "team t on 2026-06-0" in plan.unassigned["text"][0]
    assert plan.verify().proved
    week = sm.assign(requests, {"id": ["t"]}, slots=slots, policy=sm.Policy(rules=[R.Cap(1, per="week")]))
    assert week.summary["units_served"] == 1
    assert week.verify().proved


def test_days_are_those_of_the_zone(tmp_path):
    """A slot at 23:00 in Shanghai and one at 01:00 are two days, though one day of UTC; the proof survives a file."""
    slots = sm.Slots(
        {
            "id": [1, 2],
            "team_id": ["t", "t"],
            "start": ["2026-06-06T23:00", "2026-06-07T01:00"],
            "end": ["2026-06-06T23:30", "2026-06-07T01:30"],
        },
        tz="Asia/Shanghai",
    )
    requests, teams = {"id": [1, 2]}, {"id": ["t"]}
    plan = sm.assign(requests, teams, slots=slots, policy=sm.Policy(rules=[R.Cap(1, per="day"), R.MinLoad(2)]))
    assert plan.summary["units_served"] == 2
    assert plan.verify().proved
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams, slots=slots)
    assert again.verify().proved


def test_fairness_is_told_of_a_plan_with_slots():
    """Groups add up to the plan, teams are teams and not slots, and nobody envies a team that serves them already."""
    requests, teams, slots = sm.datasets.ordos(n_requests=300, n_teams=120, slots=True)
    policy = sm.Policy(rules=[R.Cap(1, per="day"), R.Floor("requests", ("area", 1), 0.55)])
    plan = sm.assign(requests, teams, slots=slots, policy=policy)
    told = plan.fairness(("area", 1))
    assert sum(row.served for row in told.rows) == told.total.served == plan.summary["units_served"]
    assert told.loads.n_teams + told.loads.n_left_out == 120
    assert {one.team_id for one in told.envy} <= set(teams.ids.tolist())
    held = set(zip(plan.assignments["request_id"].tolist(), plan.assignments["team_id"].tolist(), strict=True))
    assert not {(one.request_id, one.team_id) for one in told.envy} & held


def test_a_rule_about_teams_does_not_make_slots_totals():
    """Without a column of capacities only slots count, quota or not: no unit is told twice."""
    slots = {
        "id": ["8", "11"],
        "team_id": ["t", "t"],
        "start": ["2026-06-06T08:00Z", "2026-06-06T11:00Z"],
        "end": ["2026-06-06T10:00Z", "2026-06-06T13:00Z"],
    }
    requests, teams = {"id": ["a", "b"], "units": [1, 2]}, {"id": ["t"], "organisation": ["o"]}
    policy = sm.Policy(rules=[sm.rules.Quota("teams", "organisation", 3)])
    plan = sm.assign(requests, teams, slots=slots, policy=policy, pins=[("a", "t", "11", "pin")])
    assert plan.unassigned["units"].tolist() == [1]
    assert plan.unassigned["reason"].tolist() == ["TOO_FEW_TEAMS"]
