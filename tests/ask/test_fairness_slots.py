"""Fairness of plans with slots: what a group could have, who envies whom, how long people wait."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

import servicematch as sm
from servicematch.ask.fairness import fairness
from servicematch.ask.servable import servable_units
from servicematch.base.errors import TableWarning
from servicematch.solve.flow import solve_flow
from servicematch.tables.groups import groups_by

DAY = {day: f"2025-06-{day:02d}T08:00+08:00" for day in range(1, 10)}
REQUESTS = {
    "id": ["a1", "a2", "b1"],
    "street": ["a", "a", "b"],
    "units": [2, 1, 1],
    "placed_at": [DAY[1], DAY[2], None],
}
TEAMS = {"id": ["t", "u"]}


def slots(**more):
    """Team t has two mornings, team u one."""
    begin, end = ([f"2025-06-0{d}T0{h}:00+08:00" for d in (2, 3, 3)] for h in (8, 9))
    return {"id": ["t1", "t2", "u1"], "team_id": ["t", "t", "u"], "start": begin, "end": end, **more}


def test_a_request_meets_each_team_once():
    """Two units from two teams, although team t has two slots: street a could have three, street b one."""
    found = fairness(sm.assign(REQUESTS, TEAMS, slots()).answer, "street")
    assert {one.value: one.servable for one in found.rows} == {"a": 3, "b": 1}


def test_waits_are_from_placing_to_the_slot_by_hand():
    """Placed on the first or second of June; served on the second or third; a request without a time counts nowhere."""
    plan = sm.assign(REQUESTS, TEAMS, slots())
    found = fairness(plan.answer, "street")
    start = dict(zip(("t1", "t2", "u1"), (2, 3, 3), strict=True))
    placed = {"a1": 1, "a2": 2}
    rows = zip(plan.assignments["request_id"].tolist(), plan.assignments["slot_id"].tolist(), strict=True)
    waits = [start[slot] - placed[request] for request, slot in rows if request in placed]
    assert found.total.mean_wait_days == pytest.approx(np.mean(waits))
    assert found.total.n_waited == len(waits)
    assert "mean wait" in found.describe()
    assert "平均等待" in found.show("zh")._repr_html_()
    assert np.isnan(fairness(sm.assign(REQUESTS, TEAMS).answer, "street").total.mean_wait_days)


@pytest.mark.parametrize("seed", range(12))
def test_servable_is_what_planning_for_the_group_alone_serves(seed):
    """Everybody else asks for nothing, and the town is planned again: slots, totals of teams, units, pins."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        requests, teams, times = sm.datasets.ordos(80, 12 + seed, slots=True, rng=seed)
        first = sm.assign(requests, teams, times)
        pins = None
        if seed % 2 and len(first.assignments["request_id"]):
            pins = [(*(first.assignments[name][0] for name in ("request_id", "team_id", "slot_id")), "pin")]
        answer = sm.assign(requests, teams, times, pins=pins).answer
    groups = groups_by(answer.requests, answer.teams, ("area", 1), "requests")
    pinned = np.bincount(answer.rows[answer.is_pinned], minlength=len(answer.requests))
    for number, servable in enumerate(servable_units(answer, groups).tolist()):
        mine = np.zeros(len(answer.requests), dtype=bool)
        mine[groups.row[groups.group == number]] = True
        alone = replace(answer.problem, need=np.where(mine, answer.problem.need, pinned), gain=answer.problem.gain * 0)
        chosen = solve_flow(alone).chosen
        assert servable == mine[answer.problem.row[chosen]].sum()


@pytest.mark.parametrize("seed", range(6))
def test_no_justified_envy_in_a_proved_plan_with_slots(seed):
    """Exchanging two requests within a slot would better the plan."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        answer = sm.assign(*sm.datasets.ordos(120, 20, slots=True, rng=seed)).answer
    found = fairness(answer, "id")
    assert answer.solution.status.value == "PROVED"
    assert found.envy == ()
    assert found.loads.assigned == found.total.served
