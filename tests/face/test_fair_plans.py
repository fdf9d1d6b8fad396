"""Plans with fairness, from tables to proof: random streets, priorities, pins and rules; files; planted lies."""

from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import combinations

import pytest

import servicematch as sm
from servicematch.base.errors import ServiceMatchError, TableWarning
from servicematch.check.codes import Code

from .test_semantics import by_score, chosen
from .towns import random_town


def streets_of(town, seed):
    """Put the requests of a town into streets, one of them nameless."""
    names = ["a", "b", "c", None]
    return [names[(5 * i + seed) % (2 + seed % 3)] for i in range(len(town.requests["id"]))]


def quietly(call, *args, **options):
    """Call without the warnings that drawn tables give."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        return call(*args, **options)


def fair_plan(seed, fairness, rules=()):
    """Plan a random town under a fairness; return the plan and the requests."""
    town = random_town(seed)
    base = town.policy()
    policy = sm.Policy(
        limits=base.limits,
        terms=base.terms,
        reserve=base.reserve,
        tiers=base.tiers if base.tiers != ("score",) else ("served", "score"),
        fairness=fairness,
        rules=rules,
    )
    requests = {**town.requests, "street": streets_of(town, seed)}
    return quietly(sm.assign, requests, town.teams, policy=policy, pins=town.pins or None), requests, town


@pytest.mark.parametrize("above", ["score", "priority"])
@pytest.mark.parametrize("seed", range(40))
def test_leximin_is_proved_again_by_the_stranger(seed, above):
    """From the tables, the policy and the prices alone, whatever is pinned."""
    plan, _, _ = fair_plan(seed, sm.fairness.Leximin(by="street", above=above))
    found = plan.verify()
    assert plan.status == "PROVED"
    assert found.ok, str(found)
    assert found.proved


@pytest.mark.parametrize("above", ["score", "priority"])
@pytest.mark.parametrize("seed", range(20))
def test_max_min_claims_a_proof_only_where_all_reach_what_was_asked(seed, above):
    """A share that was found is not proved again, so such a plan says FEASIBLE; all that it states is right."""
    for up_to in (None, 0.5, 0.0):
        plan, _, _ = fair_plan(seed, sm.fairness.MaxMin(by="street", above=above, up_to=up_to))
        reached = all(one.share >= (1 if up_to is None else up_to) for one in plan.fairness("street").rows)
        assert plan.status == ("PROVED" if reached else "FEASIBLE")
        found = plan.verify()
        assert found.ok, str(found)
        assert found.proved or plan.status == "FEASIBLE"


def test_a_share_that_was_not_reached_cannot_be_claimed():
    """A plan that leaves a street below the share asked says it is proved."""
    policy = by_score(SCORES, fairness=sm.fairness.MaxMin(by="street", up_to=0.5))
    plan = sm.assign(TOWN, TEAMS, policy=policy)
    assert plan.verify().proved
    answer = plan.answer
    worse = sm.assign(TOWN, TEAMS, policy=by_score(SCORES)).answer.solution.chosen
    lie = replace(answer, solution=replace(answer.solution, chosen=worse))
    assert Code.NOT_PROVED_OPTIMAL in {one.code for one in sm.Plan(lie).verify().violations}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", ["leximin", "maxmin", "rules"])
def test_a_fair_plan_comes_back_from_its_file(tmp_path, seed, kind):
    """Decisions, tiers, prices, proof and the share that was asked."""
    fair = sm.fairness.MaxMin(by="priority") if kind == "maxmin" else sm.fairness.Leximin(by="priority")
    rules = [sm.rules.Floor("requests", "id", 1)] if kind == "rules" else ()
    town = random_town(seed)
    policy = sm.Policy(limits=(), terms=(), min_relevance=0, fairness=fair, rules=rules)
    requests = {"priority": [0] * len(town.requests["id"]), **town.requests}
    plan = quietly(sm.assign, requests, town.teams, policy=policy)
    plan.to_json(tmp_path / "plan.json")
    back = quietly(sm.Plan.from_json, tmp_path / "plan.json", requests=requests, teams=town.teams)
    assert chosen(back) == chosen(plan)
    assert (dict(back.objective), back.status) == (dict(plan.objective), plan.status)
    assert back.verify().ok
    assert back.verify().proved == plan.verify().proved
    assert quietly(lambda: back.fairness("priority").to_dict()) == quietly(lambda: plan.fairness("priority").to_dict())


TOWN = {"id": [1, 2, 3, 4], "street": ["a", "a", "b", "b"]}
TEAMS = {"id": ["t0", "t1"]}
SCORES = {1: [0.9, 0.9], 2: [0.8, 0.8], 3: [0.2, 0.2], 4: [0.1, 0.1]}


def small(**more):
    """Plan four requests of two streets at two places."""
    return sm.assign(TOWN, TEAMS, policy=by_score(SCORES, fairness=sm.fairness.Leximin(by="street"), **more))


def test_an_unfair_plan_under_a_fair_policy_is_refused():
    """The best scores of all, both in street a, claimed to be fair."""
    plan, unfair = small(), sm.assign(TOWN, TEAMS, policy=by_score(SCORES))
    assert {request for request, _ in chosen(plan)} == {1, 3}
    lie = replace(plan.answer, solution=replace(plan.answer.solution, chosen=unfair.answer.solution.chosen))
    codes = {one.code for one in sm.Plan(lie).verify().violations}
    assert Code.OBJECTIVE_DIFFERS in codes
    value = {**dict(zip(("priority=0", "fairness", "score"), (2, 5, 1_700_000), strict=True))}
    honest = replace(lie, solution=replace(lie.solution, objective=tuple(value.values())))
    assert Code.NOT_PROVED_OPTIMAL in {one.code for one in sm.Plan(honest).verify().violations}


def test_prices_of_fairness_cannot_be_made_up():
    """Other prices of the groups give another bound, and never a smaller one that is true."""
    answer = small().answer
    prices = answer.solution.group_prices
    for change in (-1, 1):
        other = replace(prices, row_groups=prices.row_groups + change)
        lie = replace(answer, solution=replace(answer.solution, group_prices=other))
        assert not sm.Plan(lie).verify().proved


def test_what_a_pair_costs_is_told_with_fairness_in_it():
    """One place goes to the street of one; to force one of the street of two in makes the plan less fair."""
    policy = by_score({1: [0.9], 2: [0.8], 3: [0.1]}, fairness=sm.fairness.Leximin(by="street"))
    told = sm.assign({"id": [1, 2, 3], "street": ["a", "a", "b"]}, {"id": ["t0"]}, policy=policy).why_not(1, "t0")
    assert told.gain["fairness"] < 0
    assert "fairness" in told.describe()
    assert "公平" in told.describe("zh")


@pytest.mark.parametrize("question", ["recruit", "shortage", "bottlenecks", "repair"])
def test_questions_that_do_not_know_fairness_refuse(question):
    """Rather no answer than a wrong one."""
    asked = {"shortage": (2,), "bottlenecks": ("street",), "repair": ([2],)}.get(question, ())
    with pytest.raises(ServiceMatchError, match="fairness"):
        getattr(small(), question)(*asked)


def test_two_plans_differ_by_units_and_points():
    """Fairness is no part of what a single move gains."""
    fair, free = small(), sm.assign(TOWN, TEAMS, policy=by_score(SCORES))
    assert sm.diff(fair, free).gain == dict(fair.fairness("street").price.by_tier)
    assert fair.what_if(change_teams={"t0": {"capacity": 2}}).gain["priority=0"] == 1


def test_the_summary_says_what_is_fair():
    """In both languages, with the column."""
    assert "by street" in small().describe()
    assert "street" in small().describe("zh")
    assert small().summary["fairness"] == {"kind": "leximin", "column": "street", "above": "score"}


# --- rules beside it ------------------------------------------------------------------------------------------------


def shares(requests, pairs):
    """Return the shares of the streets, the least first."""
    asked, served = {}, {}
    for id_, street in zip(requests["id"], requests["street"], strict=True):
        asked[street] = asked.get(street, 0) + 1
        served[street] = served.get(street, 0) + any(id_ == r for r, _ in pairs)
    return tuple(sorted(served[street] / asked[street] for street in asked))


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("seed", range(15))
def test_a_quota_above_the_streets_leaves_leximin_exact(seed, most):
    """Districts of several streets have a quota: by levels, against all choices; the plan then claims no proof."""
    n = 6
    streets = [f"{'xy'[(i + seed) % 2]}/{'pq'[(i * i + seed) % 2]}{i % 2}" for i in range(n)]
    requests = {"id": list(range(n)), "area": streets, "street": streets}
    teams = {"id": ["t0", "t1"], "capacity": [2, 2]}
    table = {i: [((i * 7 + seed * 3) % 10) / 10, ((i * 3 + seed) % 10) / 10] for i in range(n)}
    rules = [sm.rules.Quota("requests", ("area", 1), most)]
    policy = by_score(table, rules=rules, fairness=sm.fairness.Leximin(by=("area", 2), above="priority"))
    plan = sm.assign(requests, teams, policy=policy)
    binds = [len({s for s in streets if s[0] == d}) > 1 and sum(s[0] == d for s in streets) > most for d in "xy"]
    assert plan.status == ("FEASIBLE" if any(binds) else "PROVED")
    assert plan.verify().ok, str(plan.verify())

    def order(pairs):
        return shares(requests, pairs), len(pairs), round(sum(table[r][int(t[1])] for r, t in pairs), 6)

    every = []
    for size in range(5):
        for rows in combinations(range(n), size):
            if any(sum(streets[r].startswith(d) for r in rows) > most for d in "xy"):
                continue
            for bits in range(2**size):
                pairs = [(r, f"t{bits >> k & 1}") for k, r in enumerate(rows)]
                if all(sum(t == team for _, t in pairs) <= 2 for team in ("t0", "t1")):
                    every.append(pairs)
    assert order(chosen(plan)) == max(map(order, every))


def test_rules_within_the_groups_keep_the_proof():
    """A floor and a quota inside of the groups, and one on the teams, do not bind groups together."""
    requests = {"id": [1, 2, 3, 4], "area": ["a/x", "a/y", "b/x", "b/x"]}
    rules = [sm.rules.Quota("requests", ("area", 2), 1), sm.rules.Quota("teams", "id", 2)]
    policy = sm.Policy(rules=rules, fairness=sm.fairness.Leximin(by=("area", 1)))
    plan = sm.assign(requests, {"id": ["t"], "area": ["a"], "capacity": [3]}, policy=policy)
    assert plan.status == "PROVED"
    assert plan.verify().proved
    assert [(one.value, one.served) for one in plan.fairness(("area", 1)).rows] == [("a", 1), ("b", 1)]


def test_fairness_that_crosses_a_rule_is_refused():
    """Groups that share requests with a group of a rule, neither inside of the other."""
    requests = {"id": [1, 2, 3], "street": ["a", "a", "b"], "kind": ["x", "y", "x"]}
    rules = [sm.rules.Quota("requests", "kind", 1)]
    policy = sm.Policy(rules=rules, fairness=sm.fairness.Leximin(by="street"))
    with pytest.raises(ServiceMatchError, match="fairness"):
        sm.assign(requests, {"id": [1]}, policy=policy)


@pytest.mark.parametrize("seed", range(4))
def test_fairness_with_slots_is_proved_priced_and_kept(tmp_path, seed):
    """Leximin over districts of a week with evenings, and its frontier."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        tables = sm.datasets.ordos(150, 25, slots=True, rng=seed)
        policy = sm.Policy(fairness=sm.fairness.Leximin(by=("area", 1), above="priority"))
        plan = sm.assign(*tables, policy=policy)
        assert plan.verify().proved, str(plan.verify())
        plan.to_json(tmp_path / "week.json")
        back = sm.Plan.from_json(tmp_path / "week.json", requests=tables[0], teams=tables[1], slots=tables[2])
        curve = sm.frontier(*tables, by=("area", 1), points=2)
    assert chosen(back) == chosen(plan)
    free = plan.fairness(("area", 1)).price.without
    assert free.worst.share <= plan.fairness(("area", 1)).worst.share
    assert curve.rows[0].asked <= curve.rows[-1].asked
    assert not any(curve.rows[0].by_tier.values())
