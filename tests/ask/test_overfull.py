"""Teams that hold more than they have places for: one place more only makes up for that."""

from __future__ import annotations

import pytest

from servicematch.ask.bottlenecks import bottlenecks
from servicematch.ask.questions import Questions
from servicematch.ask.whatif import what_if
from servicematch.ask.whynot import PairStatus, why_not
from servicematch.ask.worth import worth_of
from servicematch.assign import run as planning
from servicematch.assign.policy import Policy
from servicematch.assign.rules import Quota

from .drawn import quietly

REQUESTS = {"id": ["r1", "r2", "r3"]}
RULED = Policy(rules=[Quota("requests", "id", 1)])


def answer_of(team, pins, policy=None):
    """Plan three requests for one team."""
    teams = {"id": ["t1"], **{name: [value] for name, value in team.items()}}
    return quietly(planning.run, REQUESTS, teams, policy, pins=pins)


@pytest.mark.parametrize("policy", [None, RULED], ids=["plain", "ruled"])
@pytest.mark.parametrize(
    ("team", "pins", "units"),
    [
        ({"capacity": 0}, [("r1", "t1")], 0),
        ({"capacity": 1}, [("r1", "t1"), ("r2", "t1")], 0),
        ({"capacity": 1, "used": 2}, [], 0),
        ({"capacity": 2, "used": 2}, [("r1", "t1")], 0),
        ({"capacity": 1}, [("r1", "t1")], 1),
        ({"capacity": 2, "used": 2}, [], 1),
    ],
)
def test_worth_of_a_place_is_what_planning_with_it_gives(team, pins, units, policy):
    """One place more brings what a plan with it has more, nothing where others are too many already."""
    answer = answer_of(team, pins, policy)
    found = worth_of(Questions(answer), "t1").gain_of_one_more
    assert found == what_if(answer, change_teams={"t1": {"capacity": team["capacity"] + 1}}).gain
    assert found["priority=0"] == units


def test_bottlenecks_know_no_worth_where_a_place_is_swallowed():
    """The dearest place that brings something is named, or none."""
    swallowed = bottlenecks(answer_of({"capacity": 0}, [("r1", "t1")]), "id", side="teams").rows[0]
    assert (swallowed.worth_tier, swallowed.worth_points, swallowed.best_team) == (None, 0, None)
    full = bottlenecks(answer_of({"capacity": 1}, [("r1", "t1")]), "id", side="teams").rows[0]
    assert (full.worth_tier, full.best_team) == ("priority=0", "t1")


def test_one_place_more_is_not_promised_where_it_is_swallowed():
    """A team with two places too few has nothing to say of one place more; a full one has."""
    swallowed = why_not(Questions(answer_of({"capacity": 0}, [("r1", "t1")])), "r2", "t1")
    assert (swallowed.status, swallowed.gain) == (PairStatus.NO_PLACE, None)
    assert len(swallowed.describe().splitlines()) == 1
    full = why_not(Questions(answer_of({"capacity": 1}, [("r1", "t1")])), "r2", "t1")
    assert (full.status, full.gain["priority=0"]) == (PairStatus.NO_PLACE, 1)
