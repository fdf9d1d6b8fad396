"""Policies check themselves when they are made."""

import dataclasses

import numpy as np
import pytest

import servicematch as sm
from servicematch.assign.policy_file import policy_checksum, policy_from_dict, policy_to_dict
from servicematch.base.errors import PolicyError


class Weekday:
    """A caller's own limit."""

    name = "weekday"

    def prepare(self, requests, teams):
        """Switch off: this class only stands in policies here."""


def test_default_policy_is_the_documented_one():
    """The words of docs/semantics.md are its test."""
    policy = sm.Policy()
    assert [limit.name for limit in policy.limits] == ["skills", "categories", "languages", "distance", "booked"]
    weights = {term.name: term.weight for term in policy.terms}
    assert weights == {"text": 0.45, "proximity": 0.25, "skill_fit": 0.10, "area_affinity": 0.10, "track_record": 0.10}
    assert (policy.reserve, policy.min_relevance, policy.tiers) == (None, 0.26, ("priority", "score"))


def test_limits_and_terms_replace_and_never_merge():
    """A list that is given is the whole list."""
    policy = sm.Policy(limits=[], terms=[sm.terms.Proximity()])
    assert policy.limits == ()
    assert [term.name for term in policy.terms] == ["proximity"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"reserve": 1.5}, "reserve: expected a number in"),
        ({"reserve": float("nan")}, "reserve"),
        ({"min_relevance": -0.1}, "min_relevance"),
        ({"tiers": ("score", "priority")}, "tiers: expected one of"),
        ({"skip_value": 0.2}, "skip_value: only means something with tiers"),
        ({"limits": [sm.limits.Skills]}, "Hint: call it"),
        ({"limits": ["skills"]}, "expected objects with a name and prepare"),
        ({"limits": [sm.limits.Skills(), sm.limits.Skills()]}, "two share the name 'skills'"),
        ({"terms": [sm.terms.Proximity(), sm.terms.Proximity(weight=0.5)]}, "two share the name 'proximity'"),
    ],
)
def test_values_that_cannot_be_meant_are_refused(options, said):
    """The message names the option and the rule."""
    with pytest.raises(PolicyError, match=said):
        sm.Policy(**options)


def test_policy_is_frozen():
    """A plan carries its policy; nobody may change it afterwards."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        sm.Policy().reserve = 0.5


def test_policy_survives_the_way_through_plain_data():
    """What a file holds is everything but code."""
    policy = sm.Policy(
        limits=[sm.limits.Distance(detour=1.3), sm.limits.SameArea(2), sm.limits.Forbidden([("r1", "t1")])],
        terms=[sm.terms.Proximity(weight=0.7, half_km=5)],
        reserve=0.2,
        tiers=("score",),
        skip_value=0.1,
    )
    again = policy_from_dict(policy_to_dict(policy))
    assert policy_to_dict(again) == policy_to_dict(policy)
    assert policy_checksum(again) == policy_checksum(policy)
    assert policy_checksum(policy) != policy_checksum(sm.Policy())


@pytest.mark.parametrize(
    ("policy", "named"),
    [
        (sm.Policy(limits=[Weekday()]), "Weekday"),
        (sm.Policy(limits=[sm.limits.Distance(km=np.zeros((1, 1)))]), "Distance.km"),
        (sm.Policy(terms=[sm.terms.Text(encoder=len)]), "Text.encoder"),
    ],
)
def test_code_and_arrays_are_refused_by_name(policy, named):
    """A file that silently left them out would give another plan."""
    with pytest.raises(PolicyError, match=named):
        policy_to_dict(policy)
    assert policy_checksum(policy) is None


def test_unknown_kind_in_a_file_is_refused():
    """Loading never imports anything."""
    data = policy_to_dict(sm.Policy()) | {"limits": [{"kind": "os.system"}]}
    with pytest.raises(PolicyError, match=r"unknown kind 'os\.system'"):
        policy_from_dict(data)
