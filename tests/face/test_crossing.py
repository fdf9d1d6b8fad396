"""Rules that cross, through the face: the best plan, a bound that the stranger recomputes, and what is told of both."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import servicematch as sm
from servicematch.assign.answer import claim_of
from servicematch.base.errors import PolicyError, ServiceMatchError
from servicematch.check.verify import verify
from solve.forests import milp_grouped

from .claims import without

Quota, Floor, Balance = sm.rules.Quota, sm.rules.Floor, sm.rules.Balance


def _town(rng):
    n, m = int(rng.integers(5, 16)), int(rng.integers(2, 7))
    requests = {
        "id": [f"r{i}" for i in range(n)],
        "area": [["东/一", "东/二", "西", None][i] for i in rng.integers(0, 4, n)],
        "kind": [["画画", "电脑", None][i] for i in rng.integers(0, 3, n)],
        "age": [["old", "young"][i] for i in rng.integers(0, 2, n)],
        "units": rng.integers(1, 3, n).tolist(),
        "priority": rng.integers(0, 2, n).tolist(),
        "skills": [[None, "a", "b"][i] for i in rng.integers(0, 3, n)],
    }
    teams = {
        "id": [f"t{i}" for i in range(m)],
        "organisation": [["o1", "o2", None][i] for i in rng.integers(0, 3, m)],
        "platform": [["p1", "p2"][i] for i in rng.integers(0, 2, m)],
        "capacity": rng.integers(0, 4, m).tolist(),
        "skills": [["a", "b", "a|b"][i] for i in rng.integers(0, 3, m)],
        "mean_rating": rng.integers(0, 5, m) / 4,
        "n_rated": [50] * m,
    }
    rules = [
        Quota("requests", ("area", 1), float(rng.choice([0.3, 0.6]))),
        Floor("requests", "area", int(rng.integers(0, 4))),
        Quota("requests", "kind", int(rng.integers(1, 4))),
        Floor("requests", "kind", 0.5),
        Quota("requests", "age", float(rng.choice([0.3, 0.6]))),
        Floor("requests", "age", {"old": 0.8}),
        Quota("teams", "organisation", {"o1": int(rng.integers(0, 4)), "o2": 0.5}),
        Quota("teams", "platform", int(rng.integers(1, 5))),
        Balance(0.05, by="platform"),
    ]
    picked = rng.choice(len(rules), int(rng.integers(3, 7)), replace=False).tolist()
    tiers = [("priority", "score"), ("served", "score"), ("score",)][rng.integers(0, 3)]
    pins = [("r0", "t0")] if rng.random() < 0.3 else None
    return requests, teams, sm.Policy(rules=[rules[i] for i in picked], tiers=tiers), pins


def _crossing_towns(seed):
    """Draw towns until rules cross."""
    rng = np.random.default_rng([8, seed])
    while True:
        requests, teams, policy, pins = _town(rng)
        plan = sm.assign(requests, teams, policy=policy, pins=pins)
        if plan.answer.problem.crossing:
            return requests, teams, policy, plan


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", range(40))
def test_the_plan_is_the_best_and_the_stranger_finds_its_bound(seed):
    """Equal to a mixed-integer program in every tier; verify derives the very bound that the plan states."""
    *_, plan = _crossing_towns(seed)
    check = plan.verify()
    assert check.ok, check
    assert check.proved == (plan.status == "PROVED")
    floors, rest = milp_grouped(plan.answer.problem)
    best = (floors, *rest) if plan.answer.problem.has_floors else rest
    assert plan.answer.solution.objective == best
    assert tuple(check.bound.values()) == plan.answer.solution.bound
    assert all(bound >= value for bound, value in zip(check.bound.values(), best, strict=True))


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", range(20))
def test_no_prices_and_no_weights_prove_a_worse_plan(seed):
    """Whatever they are made to be, each tier's bound stays above the best plan, or the claim is refused."""
    requests, teams, policy, plan = _crossing_towns(seed)
    rng, claim = np.random.default_rng(seed), claim_of(plan.answer)
    best = tuple(claim.objective.values())
    n = len(best)
    for size in (3, 10**6, 2**47, 2**61):
        vectors = rng.integers(-size, size, claim.price_vectors.shape)
        groups = tuple((r, v, tuple(rng.integers(-size, size, len(p)).tolist())) for r, v, p in claim.group_prices)
        weights = np.tril(rng.integers(0, size, (n, n)), -1) + np.diag(
            rng.integers(1, size if size == 2**61 else min(size, 2**20), n)
        )
        changed = replace(
            claim, price_vectors=vectors, group_prices=groups, tier_weights=tuple(map(tuple, weights.tolist()))
        )
        check = verify(requests, teams, policy, changed)
        assert tuple(check.bound.values()) >= best
        assert any(one.code.value == "MALFORMED_CLAIM" for one in check.violations) == (size == 2**61)


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", range(20))
def test_a_plan_with_a_decision_dropped_is_never_proved(seed):
    """Its own prices say that there is a better one."""
    requests, teams, policy, plan = _crossing_towns(seed)
    claim = claim_of(plan.answer)
    for drop in np.flatnonzero(~claim.pinned)[:3].tolist():
        check = verify(requests, teams, policy, without(claim, drop))
        assert not check.ok
        assert not check.proved


@pytest.mark.parametrize(
    "weights",
    [
        ((1, 0),),
        ((0, 0), (0, 1)),
        ((1, 1), (0, 1)),
        ((1, 0), (-1, 1)),
        ((1.0, 0), (0, 1)),
        (("a", 0), (0, 1)),
        ((1,), (0, 1)),
    ],
)
def test_weights_that_prove_nothing_are_refused(weights):
    """A line a tier, something for itself, nothing below, no fewer than nothing above, whole numbers."""
    requests = {"id": [1, 2], "area": ["a", "b"], "kind": ["k", "k"]}
    policy = sm.Policy(rules=[Quota("requests", "area", 1), Quota("requests", "kind", 1)])
    claim = claim_of(sm.assign(requests, {"id": ["t"]}, policy=policy).answer)
    check = verify(requests, {"id": ["t"]}, policy, replace(claim, tier_weights=weights))
    assert "MALFORMED_CLAIM" in [one.code.value for one in check.violations]


@pytest.fixture
def triangle():
    """Three requests, three rules of at most one over each two of them: half of each would be three halves."""
    requests = {
        "id": ["x", "y", "z"],
        "one": ["a", "a", None],
        "two": [None, "b", "b"],
        "three": ["c", None, "c"],
    }
    teams = {"id": ["s", "t", "u"], "mean_rating": [1.0, 0.5, 0.5], "n_rated": [9, 9, 9]}
    rules = [Quota("requests", column, 1) for column in ("one", "two", "three")]
    return requests, teams, sm.Policy(rules=rules)


def test_what_prices_cannot_prove_is_a_gap(triangle):
    """One request is served, which is proved; its score is the best, but the prices leave room above it."""
    requests, teams, policy = triangle
    plan = sm.assign(requests, teams, policy=policy)
    assert plan.summary["units_served"] == 1
    assert plan.assignments["team_id"].tolist() == ["s"]
    assert (plan.status, plan.stopped_by) == ("FEASIBLE", "bound")
    assert plan.bound["priority=0"] == 1
    assert plan.bound["score"] > plan.objective["score"]
    check = plan.verify()
    assert check.ok, check
    assert not check.proved
    assert set(plan.unassigned["reason"]) == {"QUOTA_FULL"}
    assert "at most" in str(plan)


def test_a_crossed_plan_is_kept_in_a_file(triangle, tmp_path):
    """Prices of crossing groups and the weights of the tiers come back; so does what stopped the proof."""
    requests, teams, policy = triangle
    plan = sm.assign(requests, teams, policy=policy)
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams)
    assert again.verify().ok
    assert (again.bound, again.stopped_by, str(again)) == (plan.bound, plan.stopped_by, str(plan))


@pytest.mark.parametrize("limit", [{"work_limit": 0}, {"time_limit_s": 0.0}])
def test_there_is_a_plan_within_the_rules_at_any_moment(triangle, limit):
    """Without time or work the greedy plan is told, with a bound that verify accepts."""
    requests, teams, policy = triangle
    plan = sm.assign(requests, teams, policy=policy, **limit)
    assert plan.summary["units_served"] == 1
    assert plan.stopped_by == next(iter(limit)).split("_", maxsplit=1)[0]
    assert plan.verify().ok


def test_questions_are_answered_where_both_plans_are_proved(triangle):
    """A gap has no exact answer: that is said, and what_if still plans again."""
    requests, teams, policy = triangle
    plan = sm.assign(requests, teams, policy=policy)
    assert plan.why_not("z", "t").status.value == "NOT_PROVED"
    assert plan.what_if(drop_requests=["x"]).plan.summary["units_served"] == 1
    two = sm.Policy(rules=policy.rules[:2])
    proved = sm.assign(requests, teams, policy=two)
    assert proved.status == "PROVED"
    forced = sm.assign(requests, teams, policy=two, pins=[("y", "s")])
    gain = proved.why_not("y", "s").gain
    assert gain["priority=0"] == forced.summary["units_served"] - proved.summary["units_served"]
    with pytest.raises(ServiceMatchError, match="plans with rules"):
        proved.repair(["y"])


def test_fairness_does_not_cross():
    """Leximin is one flow over nested groups; a rule that crosses it is named."""
    requests = {"id": [1, 2, 3], "area": ["a", "a", "b"], "kind": ["k", "l", "k"]}
    policy = sm.Policy(rules=[Quota("requests", "kind", 1)], fairness=sm.fairness.Leximin(by="area"))
    with pytest.raises(PolicyError, match=r"rules\[0\] \(Quota by 'kind'\) crosses the fairness"):
        sm.assign(requests, {"id": ["t"]}, policy=policy)


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
def test_rows_may_come_in_any_order():
    """The plan speaks of ids: shuffled tables have the same one."""
    rng = np.random.default_rng(5)
    requests, teams, policy, plan = _crossing_towns(3)
    order, rows = rng.permutation(len(requests["id"])), rng.permutation(len(teams["id"]))
    requests = {name: [values[i] for i in order] for name, values in requests.items()}
    teams = {name: [values[i] for i in rows] for name, values in teams.items()}
    again = sm.assign(requests, teams, policy=policy, pins=plan.answer.pins.pins)
    assert again.objective == plan.objective
    pairs = [set(zip(one.assignments["request_id"], one.assignments["team_id"], strict=True)) for one in (plan, again)]
    assert pairs[0] == pairs[1]


def test_crossing_days_and_skills_of_teams_with_slots():
    """Caps by day and a quota by platform cross on the team side, slots and all; two runs are one."""
    requests, teams, slots = sm.datasets.ordos(n_requests=120, n_teams=40, slots=True)
    rules = [
        sm.rules.Cap(1, per="day"),
        Quota("teams", ("area", 1), 0.3),
        Quota("requests", "category", 8),
        Floor("requests", ("area", 1), 0.4),
    ]
    plan, again = (sm.assign(requests, teams, slots=slots, policy=sm.Policy(rules=rules)) for _ in range(2))
    assert plan.answer.problem.crossing
    check = plan.verify()
    assert check.ok, check
    assert again.objective == plan.objective
    assert again.assignments["slot_id"].tolist() == plan.assignments["slot_id"].tolist()


def test_a_bound_below_the_true_one_is_refused_behind_a_looser_one(triangle):
    """Each tier is bounded by itself: a loose count does not excuse a false score."""
    requests, teams, policy = triangle
    claim = claim_of(sm.assign(requests, teams, policy=policy).answer)
    false = replace(claim, bound={"priority=0": 2, "score": -(10**9)})
    assert not verify(requests, teams, policy, false).ok


def test_units_that_may_tie_are_not_called_outcompeted():
    """Prices of broken units exclude less than they seem to: another plan just as good serves request 3."""
    may = {0: [1, 2], 2: [1], 3: [2], 4: [1], 5: [0, 1], 6: [0], 7: [1, 2], 8: [0, 1]}
    requests = {
        "id": list(may),
        "priority": [1, 1, 0, 1, 0, 1, 1, 0],
        "c0": ["b", "a", "a", "b", "a", "a", None, None],
        "c1": ["b", "b", "a", "a", None, "b", None, "b"],
        "c2": [None, None, "b", "a", "a", "a", "a", None],
    }
    teams = {"id": [0, 1, 2], "capacity": [1, 2, 1], "mean_rating": [1.0, 0.0, 0.5], "n_rated": [5] * 3}
    rules = [Quota("requests", f"c{k}", 2) for k in range(3)]
    plan = sm.assign(requests, teams, policy=sm.Policy(limits=[sm.limits.Allowed(may)], rules=rules))
    reasons = dict(zip(plan.unassigned["request_id"].tolist(), plan.unassigned["reason"].tolist(), strict=True))
    assert reasons[3] == "NOT_PROVED"
    assert plan.why_not(3, 2).status.value == "IN_SOME_OPTIMUM"


def test_large_weights_of_an_honest_plan_are_read():
    """Work done before makes a unit dear: hundreds of points against a gain."""
    requests = {"id": ["x", "y", "z"], "one": ["a", "a", None], "two": [None, "b", "b"]}
    teams = {"id": ["s", "t", "u"]}
    rules = [Quota("requests", "one", 1), Quota("requests", "two", 1), Balance(1.0, offset=dict.fromkeys("stu", 400))]
    plan = sm.assign(requests, teams, policy=sm.Policy(rules=rules))
    assert (plan.status, plan.verify().proved) == ("PROVED", True)


def test_a_hurried_plan_states_a_bound_that_the_stranger_finds():
    """Nobody can use more places than are asked for, and both sides say so."""
    teams = {"id": ["t0", "t1", "t2"], "capacity": [10] * 3, "g": ["a", "a", "b"], "h": ["c", "d", "d"]}
    rules = [Floor("teams", "g", 5), Quota("teams", "h", 9)]
    plan = sm.assign({"id": ["r0", "r1"]}, teams, policy=sm.Policy(rules=rules), work_limit=0)
    assert plan.verify().ok


@pytest.mark.parametrize("price", [(0, "a", (1, (2, 3))), (0, ["a"], (1, 2)), (0, "a", (1,)), (9, "a", (1, 2))])
def test_prices_that_are_none_are_refused(triangle, price):
    """A wrong claim is reported, never raised."""
    requests, teams, policy = triangle
    claim = claim_of(sm.assign(requests, teams, policy=policy).answer)
    check = verify(requests, teams, policy, replace(claim, group_prices=(price,)))
    assert "MALFORMED_CLAIM" in [one.code.value for one in check.violations]


def test_floors_that_cross_displace_and_say_so():
    """Two places: a minimum for one kind takes both from those of higher priority, and nobody else is displaced."""
    requests = {
        "id": [1, 2, 3, 4, 5],
        "area": ["a", "a", "a", "a", "b"],
        "kind": ["k", "k", "k", "l", "l"],
        "priority": [5, 4, 3, 2, 1],
    }
    rules = [Quota("requests", "area", 9), Floor("requests", "kind", {"l": 2})]
    plan = sm.assign(requests, {"id": ["t"], "capacity": [2]}, policy=sm.Policy(rules=rules))
    assert plan.answer.problem.crossing
    assert sorted(plan.assignments["request_id"].tolist()) == [4, 5]
    told = dict(zip(plan.unassigned["request_id"].tolist(), plan.unassigned["reason"].tolist(), strict=True))
    assert told == {1: "FLOOR_DISPLACED", 2: "FLOOR_DISPLACED", 3: "OUTCOMPETED"}


def test_a_tie_of_a_crossed_plan_is_not_claimed():
    """Three alike ask for one place: prices do not say who could have had it instead, so nothing is claimed."""
    requests = {"id": [1, 2, 3], "area": ["a", "a", "b"], "kind": ["k", "l", "l"]}
    rules = [Quota("requests", "area", 2), Quota("requests", "kind", 1)]
    plan = sm.assign(requests, {"id": ["t"]}, policy=sm.Policy(rules=rules))
    assert plan.status == "PROVED"
    assert set(plan.unassigned["reason"]) <= {"NOT_PROVED", "QUOTA_FULL"}
    assert "NOT_PROVED" in set(plan.unassigned["reason"])
