"""Fairness in a policy: whose share it evens out, what stands above it, and what it refuses."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import servicematch as sm
from servicematch.assign.fairness import Leximin, MaxMin
from servicematch.assign.policy_file import policy_from_dict, policy_to_dict
from servicematch.base.errors import PolicyError


class Ready:
    """A term of ready scores: the first letter of the street says what a pair is worth."""

    name, weight = "ready", 1.0

    def prepare(self, requests, teams):
        """Read the scores off the requests."""
        self.scores = np.array([float(one) for one in requests.extra["worth"]])
        return self

    def values(self, rows, cols):
        """Give the score of each request, whatever the team."""
        return self.scores[rows]


def policy(**more):
    """Score by the column, and nothing else."""
    return sm.Policy(limits=(), terms=[Ready()], **more)


def town(**more):
    """Street a asks for four units of high score, street b for two of low score; there are three places."""
    streets = ["a", "a", "a", "a", "b", "b"]
    return {"id": list(range(6)), "street": streets, "worth": [0.9, 0.9, 0.8, 0.7, 0.2, 0.1], **more}


def shares(plan):
    """Return the share of each street."""
    return {one.value: Fraction(one.served, one.demand) for one in plan.fairness("street").rows}


TEAMS = {"id": ["t"], "capacity": [3]}


def test_leximin_lifts_the_least_served_then_the_next():
    """Three places: without fairness all go to a; with it two go to a and one to b, a half each."""
    assert shares(sm.assign(town(), TEAMS, policy=policy())) == {"a": Fraction(3, 4), "b": Fraction(0)}
    plan = sm.assign(town(), TEAMS, policy=policy(fairness=Leximin(by="street")))
    assert shares(plan) == {"a": Fraction(1, 2), "b": Fraction(1, 2)}
    assert plan.objective["priority=0"] == 3
    assert sorted(plan.assignments["request_id"].tolist()) == [0, 1, 4]


def test_max_min_asks_for_no_more_than_all_can_reach():
    """Five places: all can reach three quarters, which is three of four and two of two; leximin stops there as well."""
    teams = {"id": ["t"], "capacity": [4]}
    most = sm.assign(town(), teams, policy=policy(fairness=MaxMin(by="street")))
    assert shares(most) == {"a": Fraction(3, 4), "b": Fraction(1, 2)}
    least = sm.assign(town(), teams, policy=policy(fairness=Leximin(by="street")))
    assert shares(least) == {"a": Fraction(1, 2), "b": Fraction(1)}


def test_up_to_helps_nobody_beyond_a_share():
    """A quarter is one of four and one of two; the rest goes by the score."""
    teams = {"id": ["t"], "capacity": [5]}
    plan = sm.assign(town(), teams, policy=policy(fairness=MaxMin(by="street", up_to=0.25)))
    assert shares(plan) == {"a": Fraction(1), "b": Fraction(1, 2)}


@pytest.mark.parametrize(("above", "chosen"), [("score", [0, 1, 2]), ("priority", [0, 1, 4])])
def test_above_says_whether_priorities_or_shares_come_first(above, chosen):
    """Street a has the higher priority: with fairness right above the score it keeps all places."""
    requests = town(priority=[1, 1, 1, 1, 0, 0])
    plan = sm.assign(requests, TEAMS, policy=policy(fairness=Leximin(by="street", above=above)))
    assert sorted(plan.assignments["request_id"].tolist()) == chosen
    tiers = {"score": ["priority=1", "priority=0", "fairness", "score"]}
    assert list(plan.objective) == tiers.get(above, ["fairness", "priority=1", "priority=0", "score"])


def test_pinned_units_count_as_served():
    """A pin that gives b its share leaves the other places to a."""
    plan = sm.assign(town(), TEAMS, policy=policy(fairness=Leximin(by="street")), pins=[(5, "t")])
    assert shares(plan) == {"a": Fraction(1, 2), "b": Fraction(1, 2)}
    assert sorted(plan.assignments["request_id"].tolist()) == [0, 1, 5]


def test_requests_with_nothing_in_the_column_are_a_group():
    """Nobody is left out for an empty cell."""
    requests = town(street=["a", "a", "a", "a", None, None])
    assert shares(sm.assign(requests, TEAMS, policy=policy(fairness=Leximin(by="street"))))[None] == Fraction(1, 2)


def test_the_order_of_the_rows_does_not_matter():
    """Ties within groups and between them are decided by the ids."""
    requests = town(worth=[0.5] * 6)
    turned = {name: values[::-1] for name, values in requests.items()}
    chosen = [
        set(zip(plan.assignments["request_id"].tolist(), plan.assignments["team_id"].tolist(), strict=True))
        for table in (requests, turned)
        for plan in [sm.assign(table, TEAMS, policy=policy(fairness=Leximin(by="street")))]
    ]
    assert chosen[0] == chosen[1]


@pytest.mark.parametrize("fair", [Leximin(by=("area", 2), above="priority"), MaxMin(by="street", up_to=0.8), None])
def test_fairness_is_kept_in_a_file(fair):
    """What is written comes back as it was."""
    given = sm.Policy(fairness=fair)
    assert policy_from_dict(policy_to_dict(given)) == given


def test_a_file_from_before_has_no_fairness():
    """Old files stay good."""
    data = policy_to_dict(sm.Policy())
    del data["fairness"]
    assert policy_from_dict(data) == sm.Policy()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Leximin(by=3), "name of a column"),
        (lambda: Leximin(by="area", above="distance"), '"score" or "priority"'),
        (lambda: MaxMin(by="area", up_to=1.5), "a share from 0 to 1"),
        (lambda: MaxMin(by="area", up_to=True), "a share from 0 to 1"),
        (lambda: sm.Policy(fairness=Leximin), "call it"),
        (lambda: sm.Policy(fairness="leximin"), "sm.fairness"),
        (lambda: sm.Policy(fairness=Leximin(by="area"), tiers=("score",)), "a tier must"),
    ],
)
def test_what_cannot_be_meant_is_refused(make, message):
    """At the door, with the value that came."""
    with pytest.raises(PolicyError, match=message):
        make()


@pytest.mark.parametrize(
    ("by", "message"), [("streat", "no column"), ("words", "several words"), ("need", "free text")]
)
def test_a_column_that_makes_no_groups_is_refused(by, message):
    """A request of two groups would be served for both."""
    requests = town(words=[["x", "y"], *[["x"]] * 5], need=["?"] * 6)
    with pytest.raises(PolicyError, match=message):
        sm.assign(requests, TEAMS, policy=policy(fairness=Leximin(by=by)))
