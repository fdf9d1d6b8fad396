"""Answers about requests and teams whose ids are UUIDs can be written as JSON."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

import servicematch as sm

R1, R2, R3, T1, T2 = (UUID(int=k) for k in range(1, 6))
REQUESTS = {"id": [R1, R2, R3], "skills": ["a", "a", "b"], "priority": [1, 0, 0], "lat": 3 * [39.0], "lon": 3 * [109.0]}
TEAMS = {"id": [T1, T2], "skills": ["a", "c"], "lat": 2 * [39.0], "lon": 2 * [109.0]}

ASKED = {
    "explain_unassigned": lambda plan: plan.explain_unassigned(R2),
    "explain without a team": lambda plan: plan.explain_unassigned(R3),
    "why": lambda plan: plan.why(R1),
    "why_not": lambda plan: plan.why_not(R2, T1),
    "alternates": lambda plan: plan.alternates(R2),
    "worth_of": lambda plan: plan.worth_of(T1),
    "shortage": lambda plan: plan.shortage(R2),
    "bottlenecks": lambda plan: plan.bottlenecks("id"),
    "recruit": lambda plan: plan.recruit(),
    "repair": lambda plan: plan.repair(R2),
    "no repair": lambda plan: plan.repair(R2, []),
    "fairness": lambda plan: plan.fairness("id"),
    "what_if": lambda plan: plan.what_if(change_teams={T1: {"capacity": 2}}),
    "diff": lambda plan: sm.diff(plan, plan.what_if(pins=[(R2, T1)]).plan),
    "evaluate": lambda plan: sm.evaluate(REQUESTS, TEAMS, [(R3, T1)]),
}


@pytest.fixture(scope="module")
def plan():
    """Two want the one place at T1; R3 asks for what nobody offers."""
    with pytest.warns(sm.errors.TableWarning):
        return sm.assign(REQUESTS, TEAMS)


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("name", ASKED)
def test_ids_that_are_uuids_become_texts(plan, name):
    """JSON takes the answer, and what is named in it is the text of the id."""
    told = json.dumps(ASKED[name](plan).to_dict())
    assert name in ("recruit", "what_if") or any(str(one) in told for one in (R1, R2, R3, T1, T2))
