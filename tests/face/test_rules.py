"""Rules about groups through the public face: read again by the stranger, proved, broken on purpose, told."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import servicematch as sm
from servicematch.assign.answer import claim_of
from servicematch.base.errors import PolicyError, ServiceMatchError
from servicematch.check.verify import verify
from solve.forests import milp_grouped

from .claims import without

Quota, Floor, Cap, MinLoad, Balance = sm.rules.Quota, sm.rules.Floor, sm.rules.Cap, sm.rules.MinLoad, sm.rules.Balance
AREAS = ["旗一", "旗一/镇一", "旗一/镇一/站一", "旗一/镇二", "旗二/镇三", "旗二/镇三/站二", None]


def _town(rng):
    n, m = int(rng.integers(4, 14)), int(rng.integers(2, 7))
    requests = {
        "id": [f"r{i}" for i in range(n)],
        "area": [AREAS[i] for i in rng.integers(0, len(AREAS), n)],
        "units": rng.integers(1, 3, n).tolist(),
        "priority": rng.integers(0, 2, n).tolist(),
        "skills": [[None, "a", "b"][i] for i in rng.integers(0, 3, n)],
    }
    teams = {
        "id": [f"t{i}" for i in range(m)],
        "organisation": [["o1", "o2", None][i] for i in rng.integers(0, 3, m)],
        "capacity": rng.integers(0, 4, m).tolist(),
        "skills": [["a", "b", "a|b"][i] for i in rng.integers(0, 3, m)],
        "mean_rating": rng.integers(0, 5, m) / 4,
        "n_rated": [50] * m,
        "done": rng.integers(0, 4, m).tolist(),
    }
    rules = [
        Quota("requests", ("area", 1), float(rng.choice([0.3, 0.6, 1.0]))),
        Floor("requests", ("area", 2), int(rng.integers(0, 4))),
        Floor("requests", ("area", 1), {"旗一": 0.5, "旗二": int(rng.integers(0, 3))}),
        Quota("requests", "area", {"旗一/镇一/站一": 1}),
        Quota("teams", "organisation", {"o1": int(rng.integers(0, 4)), "o2": 0.5}),
        Cap(int(rng.integers(1, 4))),
        MinLoad(int(rng.integers(0, 3))),
        Balance(0.05),
        Balance(0.02, by="organisation", shape="target", target=0.5, offset="done"),
        Balance(0.1, offset="done"),
    ]
    picked = rng.choice(len(rules), int(rng.integers(1, 6)), replace=False).tolist()
    pins = [("r0", "t0")] if rng.random() < 0.3 else None
    tiers = [("priority", "score"), ("served", "score"), ("score",)][rng.integers(0, 3)]
    return requests, teams, sm.Policy(rules=[rules[i] for i in picked], tiers=tiers), pins


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", range(40))
def test_every_plan_is_proved_by_the_stranger_and_equals_a_mixed_integer_program(seed):
    """Rules on both sides, pins, all tiers: verify reads the rules by its own code and proves the plan optimal."""
    requests, teams, policy, pins = _town(np.random.default_rng(seed))
    plan = sm.assign(requests, teams, policy=policy, pins=pins)
    check = plan.verify()
    assert check.ok, check
    assert check.proved
    floors, rest = milp_grouped(plan.answer.problem)
    assert plan.answer.solution.objective == ((floors, *rest) if plan.answer.problem.has_floors else rest)
    asked = plan.unassigned["units"].sum() + len(plan.assignments["request_id"])
    assert asked == sum(requests["units"])


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", range(40))
def test_a_plan_with_a_decision_dropped_is_never_proved(seed):
    """Its own prices say that there is a better one."""
    rng = np.random.default_rng(900 + seed)
    requests, teams, policy, pins = _town(rng)
    plan = sm.assign(requests, teams, policy=policy, pins=pins)
    claim = claim_of(plan.answer)
    for drop in range(min(3, len(claim.request_ids))):
        if claim.pinned[drop]:
            continue
        check = verify(requests, teams, policy, without(claim, drop))
        assert not check.ok
        assert not check.proved


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", range(40))
def test_no_prices_prove_a_worse_plan(seed):
    """Whatever the prices of teams and groups are made to be, huge ones too, the bound stays above the best plan."""
    rng = np.random.default_rng(1300 + seed)
    requests, teams, policy, pins = _town(rng)
    claim = claim_of(sm.assign(requests, teams, policy=policy, pins=pins).answer)
    best = tuple(claim.objective.values())
    for size in (3, 10**6, 2**40, 2**62):
        vectors = rng.integers(-size, size, claim.price_vectors.shape)
        groups = tuple((r, v, tuple(rng.integers(-size, size, len(p)).tolist())) for r, v, p in claim.group_prices)
        check = verify(requests, teams, policy, replace(claim, price_vectors=vectors, group_prices=groups))
        assert tuple(check.bound.values()) >= best


def test_prices_of_many_groups_do_not_wrap():
    """Nine prices of minus 2^62 paid by one request would add up to a positive number in 64 bits, and prove nonsense."""
    requests, teams = {"id": [1], "area": ["a"]}, {"id": ["t"]}
    policy = sm.Policy(rules=[Quota("requests", "area", 5)] * 9)
    claim = claim_of(sm.assign(requests, teams, policy=policy).answer)
    prices = tuple((rule, "a", (0, -(2**62))) for rule in range(9))
    check = verify(requests, teams, policy, replace(claim, group_prices=prices))
    assert tuple(check.bound.values()) >= tuple(claim.objective.values())


def test_a_broken_quota_is_named():
    """A plan over the quota of a group says which rule and by how much."""
    requests = {"id": [1, 2], "area": ["a", "a"]}
    teams = {"id": ["t"], "capacity": [2]}
    free = sm.assign(requests, teams)
    claim = claim_of(free.answer)
    check = verify(requests, teams, sm.Policy(rules=[Quota("requests", "area", 1)]), claim, proof=False)
    assert [one.code.value for one in check.violations] == ["QUOTA_BROKEN"]
    assert "rules[0] 'a'" in str(check.violations[0])


@pytest.fixture
def shares():
    """Four requests of one banner, one of another, two places: without a floor the first takes both."""
    requests = {"id": [1, 2, 3, 4, 5], "area": ["a", "a", "a", "a", "b"], "priority": [1, 1, 1, 1, 0]}
    return requests, {"id": ["t"], "capacity": [2]}


def test_a_floor_displaces_and_says_so(shares):
    """The floor of b costs a priority unit of a, whose reason is the floor; the loser of a tie stays one."""
    plan = sm.assign(*shares, policy=sm.Policy(rules=[Floor("requests", "area", {"b": 1})]))
    assert plan.objective == {"floors": 1, "priority=1": 1, "priority=0": 1, "score": 0.0}
    assert 5 in plan.assignments["request_id"].tolist()
    assert sorted(plan.unassigned["reason"].tolist()) == ["FLOOR_DISPLACED", "LOST_TIE", "LOST_TIE"]


def test_a_full_quota_is_the_reason(shares):
    """With a quota of one for a, b has the other place; the rest of a waits for the quota."""
    plan = sm.assign(*shares, policy=sm.Policy(rules=[Quota("requests", "area", {"a": 1})]))
    assert plan.unassigned["reason"].tolist() == ["QUOTA_FULL"] * 3
    assert "All 1 units that a rule allows to area a" in plan.unassigned["text"][0]
    assert "最多 1 队次，已用完" in plan.reasons("zh")["text"][0]


def test_questions_are_answered_by_planning_again_or_refused(shares):
    """What forcing a pair costs, and places more or fewer, are exact; what is not answered yet says so."""
    policy = sm.Policy(rules=[Floor("requests", "area", {"b": 1})])
    plan = sm.assign(*shares, policy=policy)
    lost = plan.unassigned["request_id"][0]
    forced = sm.assign(*shares, policy=policy, pins=[(lost, "t")])
    found = plan.why_not(lost, "t")
    assert found.status.value == "IN_SOME_OPTIMUM"
    assert forced.verify().ok
    assert dict(plan.worth_of("t").gain_of_one_more) == {"floors": 0, "priority=1": 1, "priority=0": 0, "score": 0}
    assert [one.team_id for one in plan.alternates(lost).choices] == ["t"]
    assert plan.what_if(change_teams={"t": {"capacity": 3}}).gain["priority=1"] == 1
    for ask in (plan.bottlenecks, plan.shortage, plan.repair):
        with pytest.raises(ServiceMatchError, match="plans with rules"):
            ask("area" if ask == plan.bottlenecks else lost)


def test_a_saved_plan_keeps_its_proof(shares, tmp_path):
    """Rules, prices of groups and floors go through JSON and verify."""
    policy = sm.Policy(rules=[Floor("requests", ("area", 1), 0.5), Balance(0.05), Quota("teams", "id", {"t": 2})])
    plan = sm.assign(*shares, policy=policy)
    plan.to_json(tmp_path / "plan.json")
    assert json.loads((tmp_path / "plan.json").read_text())["rule_prices"] is not None
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=shares[0], teams=shares[1])
    assert again.verify().proved
    assert again.objective == plan.objective


def test_work_is_even_in_proportion_to_places():
    """Six units, teams of 2 and 4 places and equal scores: one third and two thirds of three units."""
    requests = {"id": list(range(3))}
    plan = sm.assign(requests, {"id": ["s", "l"], "capacity": [2, 4]}, policy=sm.Policy(rules=[Balance(0.1)]))
    assert plan.loads["assigned"].tolist() == [1, 2]
    assert plan.verify().proved


def test_history_counts():
    """Who did much before does less now."""
    teams = {"id": ["a", "b"], "capacity": [4, 4], "done": [3, 0]}
    plan = sm.assign({"id": list(range(3))}, teams, policy=sm.Policy(rules=[Balance(0.1, offset="done")]))
    assert plan.loads["assigned"].tolist() == [0, 3]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Quota("people", "area", 1), "Quota.side"),
        (lambda: Quota("requests", ("area", 0), 1), "level"),
        (lambda: Quota("requests", "area", 1.5), "share"),
        (lambda: Floor("requests", "area", -1), "at_least"),
        (lambda: Floor("requests", "area", {"a": True}), r"\['a'\]"),
        (lambda: Cap(1, per="month"), "Cap.per"),
        (lambda: Balance(0.0), "points"),
        (lambda: Balance(0.1, shape="target"), "target"),
        (lambda: Balance(0.1, shape="cubic"), "shape"),
        (lambda: sm.Policy(rules=[Quota]), "call it"),
        (lambda: sm.Policy(rules=["quota"]), "sm.rules"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused_at_once(make, said):
    """The message names the rule and the value."""
    with pytest.raises(PolicyError, match=said):
        make()


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([Quota("requests", "aera", 1)], "no column 'aera'"),
        ([Quota("requests", "skills", 1)], "several words"),
        ([Quota("requests", "need", 1)], "free text"),
        ([Cap(1, per="day")], "needs slots"),
        ([Balance(0.1, offset="name")], "whole units"),
    ],
)
def test_rules_that_the_tables_cannot_hold_are_refused_by_number(rules, said):
    """The message names the rule by its number in the policy."""
    requests = {
        "id": [1, 2, 3],
        "area": ["a", "a", "b"],
        "kind": ["k", "l", "k"],
        "skills": ["x|y", None, None],
        "need": ["想学", "want", "no"],
    }
    teams = {"id": ["t"], "skills": ["x|y"], "name": ["N"]}
    with pytest.raises(PolicyError, match=said) as error:
        sm.assign(requests, teams, policy=sm.Policy(rules=rules))
    assert "rules[" in str(error.value)


def test_a_group_that_no_row_has_is_a_warning():
    """A mapping may name a banner without a request today, but a misspelt one must not pass unseen."""
    with pytest.warns(sm.errors.UnusedRule, match="'bb'"):
        sm.assign(
            {"id": [1], "area": ["b"]}, {"id": [1]}, policy=sm.Policy(rules=[Quota("requests", "area", {"bb": 1})])
        )


def test_policy_files_keep_rules():
    """Every rule comes back equal from plain data."""
    rules = (
        Quota("requests", ("area", 2), {"b": 0.5, "a": 3}),
        Floor("teams", "id", 1),
        Cap(2),
        MinLoad(1),
        Balance(0.5),
    )
    from servicematch.assign.policy_file import policy_from_dict, policy_to_dict  # noqa: PLC0415

    policy = sm.Policy(rules=rules)
    assert policy_from_dict(json.loads(json.dumps(policy_to_dict(policy)))) == policy


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
def test_even_work_is_no_quota_where_pins_take_too_many():
    """Two pins fill a team of one place; the other team of its platform still has one."""
    teams = {"id": ["a", "b"], "capacity": [1, 1], "platform": ["p", "p"]}
    policy = sm.Policy(rules=[Balance(0.05, by="platform")])
    plan = sm.assign({"id": ["r0", "r1", "r2"]}, teams, policy=policy, pins=[("r0", "a"), ("r1", "a")])
    assert plan.summary["units_served"] == 3
    assert plan.verify().proved


@pytest.mark.parametrize(
    ("capacity", "organisation", "reason"), [([2, 1], ["o", None], "OUTCOMPETED"), ([2, 2], [None, "o"], "QUOTA_FULL")]
)
def test_a_team_that_came_already_is_no_place_left(capacity, organisation, reason):
    """A request's second unit goes to another team: only a quota over that one keeps it open."""
    requests = {"id": ["r", "z"], "units": [2, 1], "priority": [0, 1]}
    teams = {"id": ["A", "B"], "capacity": capacity, "organisation": organisation}
    limits = [sm.limits.Allowed({"r": ["A", "B"], "z": ["B"]})]
    policy = sm.Policy(limits=limits, rules=[Quota("teams", "organisation", 1)])
    assert sm.assign(requests, teams, policy=policy).unassigned["reason"].tolist() == [reason]


def test_a_full_group_names_who_holds_it():
    """The blocking set: by value of the requests, of the teams, and at one team; more than five are counted."""
    requests = {"id": [f"r{i}" for i in range(9)], "area": ["a"] * 8 + ["b"], "priority": [1] * 7 + [0, 0]}
    plan = sm.assign(
        requests, {"id": ["t"], "capacity": [9]}, policy=sm.Policy(rules=[sm.rules.Quota("requests", "area", 7)])
    )
    told = plan.explain_unassigned("r7")
    assert [request for request, _ in told.blocking] == [f"r{i}" for i in range(7)]
    assert "Held by request 'r0' (team 't'), " in str(told)
    assert "2 more." in str(told)
    assert "另有 2 个" in told.describe("zh")
    assert "r0" not in told.describe(redact=True) + str(told.to_dict(redact=True))
    family = sm.Policy(rules=[sm.rules.Apart("area")])
    apart = sm.assign({"id": [1, 2], "area": ["a", "a"]}, {"id": ["t"], "capacity": [2]}, policy=family)
    left = apart.unassigned["request_id"][0]
    assert apart.explain_unassigned(left).blocking == ((3 - left, "t"),)
    organisations = {"id": ["t", "u"], "organisation": ["o", "o"]}
    of_teams = sm.assign(
        {"id": [1, 2]}, organisations, policy=sm.Policy(rules=[sm.rules.Quota("teams", "organisation", 1)])
    )
    left = of_teams.unassigned["request_id"][0]
    assert [request for request, _ in of_teams.explain_unassigned(left).blocking] == [3 - left]
