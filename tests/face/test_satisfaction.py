"""Plans with satisfaction, from tables to proof: random towns against all plans that serve the same; files; planted lies."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest

import servicematch as sm
from servicematch.assign.answer import claim_of
from servicematch.assign.policy_file import policy_from_dict, policy_to_dict
from servicematch.base.errors import PlanFileError, PolicyError, ServiceMatchError
from servicematch.check.codes import Code
from servicematch.check.verify import verify

from .test_fair_plans import quietly
from .test_semantics import by_score, chosen
from .towns import problem, random_town

SATISFACTION = sm.fairness.Satisfaction()

TABLE = {"a": [1.0, 0.7], "b": [0.3, 0.06]}
"""In sum 'a' goes to t0 and 'b' to t1, at a fifth of what it could have; fair is a at t1, at seven tenths, and b at t0."""


def plan_of(fairness=SATISFACTION, **options):
    """Plan the small town."""
    policy = by_score(TABLE, fairness=fairness)
    return sm.assign({"id": list(TABLE)}, {"id": ["t0", "t1"]}, policy=policy, **options)


def random_plan(seed, fairness):
    """Plan a random town; return town and plan."""
    town = random_town(seed)
    base, tiers = town.policy(), town.tiers if town.tiers != ("score",) else ("served", "score")
    town = replace(town, tiers=tiers, skip_value=0.0)
    kept = {name: getattr(base, name) for name in ("limits", "terms", "reserve")}
    policy = sm.Policy(**kept, tiers=tiers, fairness=fairness)
    return town, quietly(sm.assign, town.requests, town.teams, policy=policy, pins=town.pins or None)


def levels(read, pairs, steps):
    """Return the sorted levels of pairs in positions, from the gains of the raw tables."""
    best = {}
    for (r, _), gain in read.pairs.items():
        best[r] = max(best.get(r, 0), gain)
    return sorted(read.pairs[r, t] * steps // best[r] if best[r] else steps for r, t in pairs)


def best_of(read, units, steps):
    """Try all plans that give each request so many units: the best levels, and the best score with them."""
    options = [list(combinations([p for p in read.pairs if p[0] == r], n)) for r, n in enumerate(units)]
    best = None
    for choice in product(*options):
        pairs = [pair for some in choice for pair in some]
        if all(sum(t == j for _, t in pairs) <= places for j, places in enumerate(read.places)):
            value = levels(read, pairs, steps), sum(read.pairs[pair] for pair in pairs)
            best = value if best is None else max(best, value)
    return best


@pytest.mark.parametrize("steps", [100, 7])
@pytest.mark.parametrize("seed", range(30))
def test_it_is_the_best_of_all_plans_that_serve_the_same(seed, steps):
    """From the raw tables by other means; and the stranger proves it again, with pins, units, limits and a reserve."""
    town, plan = random_plan(seed, sm.fairness.Satisfaction(steps=steps))
    _, plain = random_plan(seed, None)
    found = plan.verify()
    assert plan.status == "PROVED"
    assert found.proved, str(found)
    assert plan.answer.served.tolist() == plain.answer.served.tolist()
    assert (plan.gap, plan.bound) == (0, plain.objective)
    if len(town.requests["id"]) > 7:
        return
    read = problem(town)
    at = [{one: i for i, one in enumerate(table["id"])} for table in (town.requests, town.teams)]
    pairs = [(at[0][r], at[1][t]) for r, t in chosen(plan)]
    pairs = [pair for pair in pairs if pair not in read.pinned]
    units = [sum(r == i for r, _ in pairs) for i in range(len(read.need))]
    mine = levels(read, pairs, steps), sum(read.pairs[pair] for pair in pairs)
    assert mine == best_of(read, units, steps)


def test_the_least_satisfied_fares_better_and_the_price_is_told_exactly():
    """The town of this file, by hand."""
    plan, plain = plan_of(), plan_of(None)
    assert chosen(plain) == [("a", "t0"), ("b", "t1")]
    assert chosen(plan) == [("a", "t1"), ("b", "t0")]
    told = plan.fairness("id")
    assert told.satisfaction.level.tolist() == [70, 100]
    assert told.price.without.satisfaction.level.tolist() == [20, 100]
    assert told.price.by_tier == {"priority=0": 0, "score": 60_000}
    assert (plan.objective["score"], plan.bound["score"], plan.gap, plan.status) == (1.0, 1.06, 0, "PROVED")


@pytest.mark.parametrize("kind", ["pin", "forbid"])
def test_what_is_pinned_or_forbidden_is_not_what_could_have_been(kind):
    """Else 'a' would be at a fifth of its best at t2, and two fifths for both would be fair; so it is at a half."""
    policy = by_score({"a": [1.0, 0.4, 0.2], "b": [0.0, 0.8, 0.32]}, fairness=SATISFACTION)
    requests, teams = (
        {"id": ["a", "b"], "units": [1 + (kind == "pin"), 1]},
        {"id": ["t0", "t1", "t2"], "capacity": [1, 1, 1]},
    )
    pins = [("a", "t0", None, kind), *([("b", "t0", None, "forbid")] if kind == "forbid" else [])]
    plan = sm.assign(requests, teams, policy=policy, pins=pins)
    assert plan.fairness("id").satisfaction.level.tolist() == [50, 100]
    assert [pair for pair in chosen(plan) if pair[1] != "t0"] == [("a", "t2"), ("b", "t1")]
    assert plan.verify().proved


def test_row_order_and_engine_change_nothing():
    """One plan, also where everything ties."""
    rng = np.random.default_rng(7)
    table = {f"r{i}": (rng.integers(1, 5, 12) / 4).tolist() for i in range(40)}
    teams = {"id": [f"t{j}" for j in range(12)], "capacity": [3] * 12}
    policy, ids = by_score(table, fairness=sm.fairness.Satisfaction(steps=4)), list(table)
    plans = [sm.assign({"id": ids}, teams, policy=policy, engine=engine) for engine in ("flow", "near")]
    plans.append(sm.assign({"id": ids[::-1]}, teams, policy=policy))
    assert len({frozenset(chosen(plan)) for plan in plans}) == 1


@pytest.mark.parametrize("seed", range(8))
def test_a_plan_comes_back_from_its_file(tmp_path, seed):
    """Decisions, both proofs and the policy; and a damaged file is refused."""
    town, plan = random_plan(seed, SATISFACTION)
    plan.to_json(tmp_path / "plan.json")
    tables = {"requests": town.requests, "teams": town.teams}
    back = quietly(sm.Plan.from_json, tmp_path / "plan.json", policy=plan.answer.policy, **tables)
    assert chosen(back) == chosen(plan)
    assert back.verify().proved
    data = json.loads((tmp_path / "plan.json").read_text())
    data["satisfaction"]["levels"].append(101)
    (tmp_path / "bad.json").write_text(json.dumps(data))
    with pytest.raises(PlanFileError, match="satisfaction"):
        quietly(sm.Plan.from_json, tmp_path / "bad.json", policy=plan.answer.policy, **tables)


def test_a_policy_comes_back_from_its_file():
    """Steps and all."""
    policy = sm.Policy(fairness=sm.fairness.Satisfaction(steps=20))
    assert policy_from_dict(policy_to_dict(policy)) == policy
    assert sm.Policy(fairness=SATISFACTION) != policy


# --- lies ----------------------------------------------------------------------------------------------------------


@cache
def contested(seed=1):
    """Plan a town in which fairness moves somebody: half of the requests score a ninth of what the others do."""
    rng = np.random.default_rng(seed)
    scale = np.where(np.arange(12) % 2, 1.0, 1 / 9)
    teams = {"id": [f"t{j}" for j in range(6)], "capacity": [2] * 6}
    while True:
        table = {f"r{i}": (scale[i] * rng.integers(1, 10, 6) / 9).tolist() for i in range(12)}
        requests = {"id": list(table)}
        plans = [sm.assign(requests, teams, policy=by_score(table, fairness=one)) for one in (SATISFACTION, None)]
        if chosen(plans[0]) != chosen(plans[1]):
            return plans


def checked(plan, claim):
    """Let the stranger check a claim against the tables of a plan."""
    return verify(plan.answer.requests, plan.answer.teams, plan.answer.policy, claim)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_plan_in_sum_is_not_taken_for_fair(seed):
    """Whatever it says in proof: nothing, or what proves the fair plan."""
    fair, plain = contested(seed)
    claim = claim_of(plain.answer)
    for proof in (None, claim_of(fair.answer).satisfaction):
        found = checked(fair, replace(claim, satisfaction=proof))
        assert not found.proved
        assert Code.NOT_PROVED_OPTIMAL in {one.code for one in found.violations}, str(found)


@pytest.mark.parametrize("seed", range(40))
def test_tampered_prices_only_loosen_the_bound(seed):
    """A plan that is not the best is never proved; the best one may lose its proof, and then that is said."""
    rng = np.random.default_rng(seed)
    fair, plain = contested(seed % 5)
    proof = claim_of(fair.answer).satisfaction
    prices = proof.prices.copy()
    for _ in range(int(rng.integers(1, 4))):
        at = tuple(int(rng.integers(size)) for size in prices.shape)
        prices[at] += int(rng.choice([-(2**50), -1, 1, 2, 1000, 2**50]))
    tampered = replace(proof, prices=prices)
    assert not checked(fair, replace(claim_of(plain.answer), satisfaction=tampered)).proved
    found = checked(fair, replace(claim_of(fair.answer), satisfaction=tampered))
    codes = {one.code for one in found.violations}
    assert found.proved or codes <= {Code.NOT_PROVED_OPTIMAL, Code.NEGATIVE_PRICE}
    assert found.proved or codes


def test_a_plan_with_hours_cannot_pass_as_satisfying():
    """It is not planned, so nothing of the kind is proved."""
    requests, teams = {"id": [1], "hours": [1.0]}, {"id": [1], "hours": [2.0]}
    plan = sm.assign(requests, teams)
    found = verify(plan.answer.requests, plan.answer.teams, sm.Policy(fairness=SATISFACTION), claim_of(plan.answer))
    assert [one.code for one in found.violations] == [Code.MALFORMED_CLAIM]
    assert not found.proved


def test_who_is_served_must_be_settled_by_a_best_plan():
    """As many of the same class, and fair among themselves, but not those that the best plan in sum serves."""
    table = {"r0": [1.0, 0.9], "r1": [0.9, 0.8], "r2": [0.5, 0.4]}
    requests, teams, policy = {"id": list(table)}, {"id": ["t0", "t1"]}, by_score(table, fairness=SATISFACTION)
    right = sm.assign(requests, teams, policy=policy)
    other = sm.assign(requests, teams, policy=policy, pins=[("r1", t, None, "forbid") for t in ("t0", "t1")])
    parts = {name: getattr(claim_of(other.answer), name) for name in ("request_ids", "team_ids", "scores", "objective")}
    claim = replace(claim_of(right.answer), **parts, satisfaction=claim_of(other.answer).satisfaction)
    found = checked(right, claim)
    assert [one.code for one in found.violations] == [Code.NOT_PROVED_OPTIMAL], str(found)
    assert right.verify().proved


def test_what_is_stated_of_satisfaction_must_be_right():
    """Counts by level, levels, and lines a team."""
    fair, _ = contested()
    claim = claim_of(fair.answer)
    proof = claim.satisfaction
    counts = list(proof.counts)
    least = next(level for level, n in enumerate(counts) if n)
    counts[least], counts[100] = counts[least] - 1, counts[100] + 1
    malformed = {"counts": proof.counts[:-1]}, {"levels": (*proof.levels[:-1], 300)}, {"prices": proof.prices[:-1]}
    told = [({"counts": tuple(counts)}, Code.OBJECTIVE_DIFFERS), *((one, Code.MALFORMED_CLAIM) for one in malformed)]
    told += [({"price_teams": ("nobody", *proof.price_teams[1:])}, Code.UNKNOWN_PRICE_TEAM)]
    for change, code in told:
        found = checked(fair, replace(claim, satisfaction=replace(proof, **change)))
        assert code in {one.code for one in found.violations}, change
        assert not found.proved
    other = [("r0", "t0"), *zip(proof.first_requests, proof.first_teams, strict=True)]
    for pairs in (other, other[2:], [(r, "t0") for r, _ in other[1:]]):
        requests, teams = zip(*pairs, strict=True)
        found = checked(fair, replace(claim, satisfaction=replace(proof, first_requests=requests, first_teams=teams)))
        assert Code.MALFORMED_CLAIM in {one.code for one in found.violations}
    found = checked(
        fair, replace(claim, satisfaction=replace(proof, first_teams=claim.team_ids, first_requests=claim.request_ids))
    )
    assert Code.NOT_PROVED_OPTIMAL in {one.code for one in found.violations}
    better = {**claim.objective, "score": claim.objective["score"] + 1}
    assert Code.OBJECTIVE_DIFFERS in {one.code for one in checked(fair, replace(claim, objective=better)).violations}


def test_a_plan_that_was_stopped_claims_nothing():
    """It is the plan without fairness, and says that it is not proved."""
    plan = plan_of(work_limit=0)
    assert plan.status == "FEASIBLE"
    assert plan.answer.solution.satisfied is None
    assert plan.verify().ok


# --- words and questions -------------------------------------------------------------------------------------------


def test_the_price_of_fairness_is_what_the_best_plan_in_sum_has_more():
    """Exactly, and it is the distance of the score from its bound."""
    fair, plain = contested()
    told = fair.fairness("id")
    more = plain.answer.solution.objective[-1] - fair.answer.solution.objective[-1]
    assert told.price.by_tier == {"priority=0": 0, "score": more}
    assert fair.bound["score"] - fair.objective["score"] == pytest.approx(more / 1e6)
    least = told.satisfaction.level[0], told.price.without.satisfaction.level[0]
    assert least[0] >= least[1]
    assert sum(told.satisfaction.counts) == 12
    data = told.to_dict(redact=True)["satisfaction"]
    assert data["least_satisfied"][0]["level"] == least[0]
    assert "r" not in str(data["least_satisfied"][0]["request_id"])
    assert "Least satisfied: request 'r" in str(told)
    assert "最不满意的" in told.describe("zh")


def test_the_summary_says_what_is_proved_and_what_not():
    """Not that nothing scores more: the best plan in sum does."""
    fair, plain = contested()
    text = fair.describe()
    assert "Satisfaction, the score over the best that a request could have: least" in text
    assert "none leaves the least satisfied better off" in text
    assert "none that serves as many scores more" not in text
    assert "满意度" in fair.describe("zh")
    assert "Satisfaction" not in plain.describe()
    assert fair.summary["fairness"]["steps"] == 100


@pytest.mark.parametrize("question", ["alternates", "worth_of", "why_not", "bottlenecks", "repair", "recruit", "apply"])
def test_questions_about_sums_are_refused_by_name(question):
    """A sum is not what the least satisfied are compared by."""
    fair, _ = contested()
    (request, team), arguments = chosen(fair)[0], {}
    other = next(t for t in fair.answer.teams.ids.tolist() if (request, t) not in chosen(fair))
    arguments = {
        "alternates": (request,),
        "worth_of": (team,),
        "why_not": (request, other),
        "bottlenecks": ("category",),
        "repair": ([request],),
        "recruit": (),
        "apply": ([(request, team, None)],),
    }
    with pytest.raises(ServiceMatchError, match="fairness=Satisfaction"):
        getattr(fair, question)(*arguments[question])


def test_what_plans_again_is_answered():
    """Planned again with the same fairness; and why a request is served as it is, without what costs the plan."""
    fair, plain = contested()
    request, team = chosen(fair)[0]
    again = fair.what_if(change_teams={team: {"capacity": 3}})
    assert again.plan.verify().proved
    assert fair.why(request).next_by_plan is None
    assert str(fair.why(request))
    assert fair.why_not(request, team).status == "CHOSEN"
    assert sm.diff(plain, fair).chains


@pytest.mark.parametrize(
    ("options", "tables", "named"),
    [
        ({"rules": [sm.rules.Quota("requests", "area", 1)]}, {}, "together with rules"),
        ({"tiers": ("score",)}, {}, "Satisfaction keeps the units served"),
        ({}, {"slots": True}, "together with slots"),
        ({}, {"hours": True}, "fairness"),
        ({}, {"min_units": True}, "fairness"),
    ],
)
def test_what_is_not_planned_together_is_refused_by_name(options, tables, named):
    """Rather than forgotten."""
    requests, teams, slots = {"id": [1], "units": [2]}, {"id": [1, 2]}, None
    if "slots" in tables:
        day = np.array(["2025-06-02T09:00", "2025-06-02T11:00"], dtype="datetime64[s]")
        slots = sm.Slots({"id": [1], "team_id": [1], "start": day[:1], "end": day[1:]}, tz="Asia/Shanghai")
    if "hours" in tables:
        requests, teams = {**requests, "hours": [1.0]}, {**teams, "hours": [2.0, 2.0]}
    if "min_units" in tables:
        requests = {**requests, "min_units": [2]}
    with pytest.raises(PolicyError, match=named):
        quietly(sm.assign, requests, teams, slots, policy=sm.Policy(fairness=SATISFACTION, **options))


@pytest.mark.parametrize("steps", [1, 101, 2.0, True, "10", None])
def test_steps_are_a_whole_number(steps):
    """From 2 to 100."""
    with pytest.raises(PolicyError, match=r"Satisfaction\.steps"):
        sm.fairness.Satisfaction(steps=steps)
