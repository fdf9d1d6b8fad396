"""One team for a group, or different ones: the best plan by trying all, its reasons, and what the stranger says."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

import servicematch as sm
from servicematch.assign.answer import claim_of
from servicematch.assign.policy_file import policy_from_dict, policy_to_dict
from servicematch.base.errors import PolicyError
from servicematch.check.verify import verify

from .claims import without

HOURS = ["08", "10", "14"]


def _town(rng, *, has_slots):
    n, m = int(rng.integers(3, 6)), int(rng.integers(2, 4))
    requests = {
        "id": [f"r{i}" for i in range(n)],
        "priority": rng.integers(0, 2, n).tolist(),
        "series": [["周二", "周五", None][i] for i in rng.integers(0, 3, n)],
        "family": [["f", "g", None][i] for i in rng.integers(0, 3, n)],
        "skills": [[None, "a", "b"][i] for i in rng.integers(0, 3, n)],
        "area": [["东", "西"][i] for i in rng.integers(0, 2, n)],
    }
    teams = {
        "id": [f"t{i}" for i in range(m)],
        "capacity": rng.integers(1, 4, m).tolist(),
        "skills": [["a", "b", "a|b"][i] for i in rng.integers(0, 3, m)],
        "mean_rating": rng.integers(0, 5, m) / 4,
        "n_rated": [50] * m,
    }
    rows = [(i, hour) for i in range(m) for hour in HOURS if rng.random() < 0.5]
    slots = {
        "id": [f"s{i}-{hour}" for i, hour in rows],
        "team_id": [f"t{i}" for i, _ in rows],
        "start": [f"2026-06-06T{hour}:00Z" for _, hour in rows],
        "end": [f"2026-06-06T{int(hour) + 2:02}:00Z" for _, hour in rows],
        "capacity": rng.integers(1, 3, len(rows)).tolist(),
    }
    points = [None, 0.05, 0.3][rng.integers(0, 3)]
    rules = [sm.rules.SameTeam("series", points), sm.rules.Apart("family", int(rng.integers(1, 3)))]
    rules = [rules, rules[:1], rules[1:]][rng.integers(0, 3)]
    if rng.random() < 0.3:
        rules = [sm.rules.Quota("requests", "area", 2), *rules]
    tiers = [("priority", "score"), ("served", "score")][rng.integers(0, 2)]
    return requests, teams, slots if has_slots and rows else None, sm.Policy(rules=rules, tiers=tiers)


def _is_lawful(policy, requests, chosen, pinned):
    """Look at the rules one by one; ``chosen`` has (request, team), pinned ones too, and the loss in points is returned."""
    lost = 0.0
    for rule in policy.rules:
        column = requests[rule.by]
        groups = {value for value in column if value is not None}
        for group in groups:
            of = [(r, t) for r, t in chosen if column[r] == group]
            free = [t for r, t in of if (r, t) not in pinned]
            all_of = [t for _, t in of]
            if rule.kind == "quota" and len(of) > max(rule.at_most, len(of) - len(free)):
                return None
            if rule.kind == "apart" and any(
                free.count(t) > max(0, rule.at_most - (all_of.count(t) - free.count(t))) for t in set(free)
            ):
                return None
            if rule.kind == "same_team" and rule.points is None:
                own = {t for r, t in of if (r, t) in pinned}
                if len(set(free)) > 1 or (own and not set(free) <= own):
                    return None
            elif rule.kind == "same_team":
                lost += rule.points * (len(all_of) - max((all_of.count(t) for t in all_of), default=0))
    return lost


def _best(plan, requests, policy):
    """Try every choice of pairs; return the best objective, of the free units alone but for what units elsewhere cost."""
    problem = plan.answer.problem
    team = plan.answer.team_of(np.arange(problem.n_cols))
    fixed = set() if problem.fixed is None else set(np.flatnonzero(problem.fixed).tolist())
    pinned = {(int(problem.row[p]), int(team[problem.col[p]])) for p in fixed}
    totals = plan.answer.teams.free if plan.answer.timed is not None else None
    options = []
    for row in range(problem.n_rows):
        pairs = range(*problem.row_start[row : row + 2].tolist())
        own = [p for p in pairs if p in fixed]
        options.append([own[0]] if own else [-1, *pairs])
    best = None
    for choice in product(*options):
        taken = [p for p in choice if p >= 0]
        free = [p for p in taken if p not in fixed]
        load = np.bincount(problem.col[taken], minlength=problem.n_cols)
        own = np.bincount(problem.col[sorted(fixed)], minlength=problem.n_cols)
        if (load > np.maximum(problem.capacity, own)).any():
            continue
        if totals is not None and (np.bincount(team[problem.col[taken]], minlength=len(totals)) > totals).any():
            continue
        lost = _is_lawful(policy, requests, [(int(problem.row[p]), int(team[problem.col[p]])) for p in taken], pinned)
        if lost is None:
            continue
        classes = [sum(int(problem.tier[problem.row[p]]) == k for p in free) for k in range(problem.n_tiers, 0, -1)]
        value = (*classes, sum(int(problem.gain[p]) for p in free) - round(lost * 1e6))
        best = value if best is None else max(best, value)
    return best


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("has_slots", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_the_plan_is_the_best_and_the_stranger_finds_its_bound(seed, has_slots, tmp_path):
    """Equal to trying all; the checker reads the rules off the tables and derives the same bound, or a tighter one."""
    rng = np.random.default_rng([31, seed])
    requests, teams, slots, policy = _town(rng, has_slots=has_slots)
    pins = [("r0", "t0"), ("r1", "t1")][: rng.integers(0, 3)] if slots is None else None
    plan = sm.assign(requests, teams, slots=slots, policy=policy, pins=pins)
    solution, check = plan.answer.solution, plan.verify()
    assert check.ok, check
    assert check.proved == (plan.status == "PROVED")
    assert solution.objective == _best(plan, requests, policy)
    assert all(mine <= stated for mine, stated in zip(check.bound.values(), solution.bound, strict=True))
    assert plan.unassigned["units"].sum() + len(plan.assignments["request_id"]) == len(requests["id"])
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams, slots=slots)
    assert again.verify() == check
    assert again.unassigned["text"].tolist() == plan.unassigned["text"].tolist()


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", range(20))
def test_a_worse_claim_is_refused(seed):
    """A decision left out, one given to a team that the rules do not allow, prices that prove too much."""
    rng = np.random.default_rng([32, seed])
    requests, teams, slots, policy = _town(rng, has_slots=bool(seed % 2))
    plan = sm.assign(requests, teams, slots=slots, policy=policy)
    claim = claim_of(plan.answer)
    for drop in range(min(3, len(claim.request_ids))):
        assert not verify(requests, teams, policy, without(claim, drop), slots=slots).ok
    raised = tuple((rule, value, tuple(1000 * one for one in price)) for rule, value, price in claim.group_prices)
    report = verify(requests, teams, policy, replace(claim, group_prices=raised), slots=slots)
    for bound, mine in zip(report.bound.values(), plan.answer.solution.objective, strict=True):
        assert bound >= mine  # whatever the prices are, no lawful plan is above their bound
        if bound > mine:
            break
    strange = replace(claim, group_prices=((0, ("nobody", "t0"), (1,) * len(claim.objective)), (0, [], "x")))
    assert not verify(requests, teams, policy, strange, slots=slots).ok


def _moved(claim, request, team):
    at = claim.request_ids.index(request)
    ids = list(claim.team_ids)
    ids[at] = team
    return replace(claim, team_ids=tuple(ids))


def test_two_that_share_a_team_are_found():
    """Two of a family that must not share a team, at one team; two of a series that must, at two."""
    requests = {"id": ["a", "b"], "family": ["f", "f"]}
    teams = {"id": ["x", "y"], "capacity": [2, 2]}
    apart, same = (sm.Policy(rules=[rule]) for rule in (sm.rules.Apart("family"), sm.rules.SameTeam("family")))
    plan = sm.assign(requests, teams, policy=apart)
    first, second = plan.assignments["team_id"].tolist()
    assert first != second
    broken = verify(requests, teams, apart, _moved(claim_of(plan.answer), "a", second))
    assert "QUOTA_BROKEN" in {one.code.value for one in broken.violations}
    assert "at team" in str(broken.violations[0])
    plan = sm.assign(requests, teams, policy=same)
    team = plan.assignments["team_id"].tolist()
    assert team[0] == team[1]
    other = {"x": "y", "y": "x"}[team[0]]
    broken = verify(requests, teams, same, _moved(claim_of(plan.answer), "a", other))
    assert "NOT_ONE_TEAM" in {one.code.value for one in broken.violations}


def test_reasons_name_the_group_and_its_team():
    """Three visits of a series and a team with two places; two of a family and one team."""
    teams = {"id": ["x", "y"], "capacity": [2, 1]}
    visits = {"id": ["v1", "v2", "v3"], "series": ["tuesdays"] * 3}
    plan = sm.assign(visits, teams, policy=sm.Policy(rules=[sm.rules.SameTeam("series")]))
    assert plan.unassigned["reason"].tolist() == ["SAME_TEAM"]
    assert "series tuesdays" in plan.unassigned["text"][0]
    assert "that is x" in plan.unassigned["text"][0]
    assert "同一支队伍" in plan.explain_unassigned(plan.unassigned["request_id"][0]).describe("zh")
    plan = sm.assign(
        {"id": [1, 2], "family": ["f", "f"]},
        {"id": ["x"], "capacity": [5]},
        policy=sm.Policy(rules=[sm.rules.Apart("family")]),
    )
    assert plan.unassigned["reason"].tolist() == ["APART"]
    assert "as x does" in plan.unassigned["text"][0]


def test_a_soft_series_is_charged_and_the_sums_are_told():
    """Four visits, a team with three places: one visit is of another team, which costs its points."""
    requests = {"id": [1, 2, 3, 4], "series": ["s"] * 4}
    plan = sm.assign(
        requests, {"id": ["x", "y"], "capacity": [3, 3]}, policy=sm.Policy(rules=[sm.rules.SameTeam("series", 0.25)])
    )
    assert plan.objective == {"priority=0": 4, "score": -0.25}
    assert "1, charged 0.25 points" in str(plan)
    assert "另计 0.25 分" in plan.describe("zh")
    assert plan.verify().proved


@pytest.mark.parametrize(
    ("rules", "part"),
    [
        ([sm.rules.SameTeam("series"), sm.rules.SameTeam("family", 0.1)], "there is one already"),
        ([sm.rules.SameTeam("nothing")], "no column"),
        ([sm.rules.Apart("skills")], "several words"),
    ],
)
def test_what_cannot_be_meant_is_refused(rules, part):
    """With the rule's number and name."""
    requests = {"id": [1], "series": ["s"], "family": ["f"], "skills": ["a|b"]}
    with pytest.raises(PolicyError, match=part):
        sm.assign(requests, {"id": [1], "skills": ["a|b"]}, policy=sm.Policy(rules=rules))


def test_several_units_of_a_series_are_refused():
    """They go to different teams by themselves."""
    requests = {"id": ["double"], "series": ["s"], "units": [2]}
    with pytest.raises(PolicyError, match=r"rules\[0\] \(SameTeam\): request 'double' asks for 2 units"):
        sm.assign(requests, {"id": [1]}, policy=sm.Policy(rules=[sm.rules.SameTeam("series")]))
    with pytest.raises(PolicyError, match=r"SameTeam\.points"):
        sm.rules.SameTeam("series", points=0)
    with pytest.raises(PolicyError, match=r"Apart\.at_most"):
        sm.rules.Apart("series", at_most=0)


def test_a_stranger_looks_at_what_assign_refuses():
    """A second SameTeam, and several units in a group, are said; pins that split a strict group are a notice."""
    requests, teams = {"id": ["a", "b"], "f": ["x", "x"], "g": ["y", "y"]}, {"id": ["s", "t"], "capacity": [2, 2]}
    plan = sm.assign(requests, teams, policy=sm.Policy(rules=[sm.rules.SameTeam("f")]))
    claim = claim_of(plan.answer)
    both = sm.Policy(rules=[sm.rules.SameTeam("f"), sm.rules.SameTeam("g", 0.5)])
    assert "MALFORMED_CLAIM" in {one.code.value for one in verify(requests, teams, both, claim).violations}
    several = {**requests, "units": [2, 1]}
    report = verify(several, teams, plan.answer.policy, claim)
    assert any("several units" in str(one) for one in report.violations)
    pins = [("a", "s"), ("b", "t")]
    pinned = sm.assign(requests, teams, policy=plan.answer.policy, pins=pins).verify()
    assert pinned.ok
    assert [one.code.value for one in pinned.notices] == ["PIN_OVER_QUOTA"]


def test_prices_that_add_up_to_too_much_never_wrap():
    """Four thousand requests of a group that would all gain from a huge price below nothing."""
    n = 4096
    requests = {"id": list(range(n)), "f": ["x"] * n}
    policy = sm.Policy(rules=[sm.rules.SameTeam("f", 0.3)])
    plan = sm.assign(requests, {"id": ["t"], "capacity": [1]}, policy=policy)
    claim = claim_of(plan.answer)
    for _ in range(len(claim.request_ids)):
        claim = without(claim, 0)
    price = np.array([[-(2**52) + 1_000_000, 0]])
    nothing = {"priority=0": 0, "score": 0}
    empty = replace(claim, price_teams=("t",), price_vectors=price, objective=nothing, bound=nothing)
    assert not verify(requests, {"id": ["t"], "capacity": [1]}, policy, empty).ok


def test_the_policy_file_keeps_both():
    """As data, with their numbers."""
    policy = sm.Policy(rules=[sm.rules.SameTeam("series", 0.3), sm.rules.Apart(("area", 2), 2)])
    assert policy_from_dict(policy_to_dict(policy)) == policy


def test_questions_do_not_offer_what_a_rule_forbids():
    """With a visit of a strict series pinned to one team, another team is no choice, and is not told as a tie."""
    requests, teams = {"id": ["a", "b"], "f": ["x", "x"]}, {"id": ["t1", "t2"], "capacity": [1, 2]}
    plan = sm.assign(requests, teams, policy=sm.Policy(rules=[sm.rules.SameTeam("f")]), pins=[("a", "t1")])
    assert plan.unassigned["reason"].tolist() == ["SAME_TEAM"]
    told = plan.why_not("b", "t2")
    assert told.status.value == "NO_PLACE"
    assert "in a group of a rule" in str(told)
    assert len(plan.alternates("b")) == 0
    split = sm.assign(
        {"id": ["a", "b", "c"], "f": ["x"] * 3},
        {"id": ["t1", "t2", "t3"]},
        policy=sm.Policy(rules=[sm.rules.SameTeam("f")]),
        pins=[("a", "t1"), ("b", "t2")],
    )
    assert "that is t1, t2" in split.unassigned["text"][0]


def test_charges_add_up_as_they_are_read():
    """To two decimals, with half a cent of charge."""
    requests = {"id": [1, 2, 3], "f": ["x"] * 3, "skills": ["a", "a", "b"]}
    teams = {"id": ["s", "t"], "skills": ["a", "b"], "mean_rating": [0.9, 0.3], "n_rated": [7, 3], "capacity": [2, 1]}
    for points in (0.005, 0.015, 0.125):
        plan = sm.assign(requests, teams, policy=sm.Policy(rules=[sm.rules.SameTeam("f", points)]))
        score = float(re.search(r"Score: ([0-9.]+)", str(plan)).group(1))
        charge, left = map(float, re.search(r"charged ([0-9.]+) points; .* is ([0-9.]+)\.\n", str(plan)).groups())
        assert round(score - charge, 2) == left


def test_a_hurried_plan_is_no_worse_than_nobody():
    """Where serving is worth nothing by itself, and another team costs more than it brings."""
    requests = {"id": [1, 2], "f": ["x", "x"], "skills": ["a", "b"]}
    policy = sm.Policy(tiers=("score",), rules=[sm.rules.SameTeam("f", 0.3)], terms=[])
    plan = sm.assign(requests, {"id": ["s", "t"], "skills": ["a", "b"]}, policy=policy, work_limit=0)
    assert plan.objective["score"] == 0
