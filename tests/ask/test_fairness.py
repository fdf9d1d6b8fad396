"""Fairness: figures by hand and pair by pair, sums that are those of the plan, and envy only where a rule asks for it."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from face.towns import given, problem, rows_of, words
from servicematch.ask.fairness import fairness
from servicematch.assign.decode import summary_of
from servicematch.assign.policy import Policy
from servicematch.assign.run import run
from servicematch.base.errors import ServiceMatchError

from .drawn import answer_of, drawn_town, quietly


@pytest.fixture
def two_villages():
    """North asks four units and gets two, one 1.11 km away; south asks one and gets it on the spot; the fourth team is full."""
    requests = {
        "id": ["n1", "n2", "n3", "s1"],
        "area": ["north", "north", "north/far", "south"],
        "units": [2, 1, 1, 1],
        "lat": [39.6, 39.6, 39.6, 39.8],
        "lon": [109.8] * 4,
        "skills": ["yoga", "yoga", "piano", "yoga|dance"],
        "placed_at": [f"2025-06-0{day}T08:00+08:00" for day in (1, 2, 3, 4)],
    }
    teams = {
        "id": ["here", "near", "south", "full"],
        "lat": [39.6, 39.61, 39.8, 39.6],
        "lon": [109.8] * 4,
        "radius_km": [2, 2, 2, 2],
        "skills": ["yoga", "yoga", "yoga|dance", "yoga|piano"],
        "capacity": [1, 1, 2, 1],
        "used": [0, 0, 1, 1],
        "mean_rating": [0.9] * 4,
        "n_rated": [5] * 4,
    }
    return run(requests, teams)


def test_figures_of_two_villages_by_hand(two_villages):
    """Every figure can be worked out with a pencil."""
    found = fairness(two_villages, ("area", 1))
    north, south = found.rows
    assert (north.value, north.n_requests, north.demand, north.served, north.unassigned) == ("north", 3, 4, 2, 2)
    assert (south.value, south.n_requests, south.demand, south.served, south.unassigned) == ("south", 1, 1, 1, 0)
    assert (north.share, south.share, found.total.share) == (0.5, 1.0, 0.6)
    assert north.servable == 2  # two places at the only teams near enough
    assert (north.n_known, north.metres, north.mean_km) == (2, 1112, 0.556)
    assert (south.n_known, south.metres, south.mean_km) == (1, 0, 0.0)
    assert (found.worst, found.best, found.ratio) == (north, south, 0.5)
    assert found.gini == pytest.approx(2 / (5 * 3))  # |2 x 1 - 1 x 4| / (units asked x units served)


def test_loads_of_two_villages_by_hand(two_villages):
    """Places taken over places: 1, 1 and 2 of 2; the fourth team is full before the plan and could serve."""
    loads = fairness(two_villages, "area").loads
    assert (loads.n_teams, loads.n_left_out) == (4, 0)
    assert (loads.capacity, loads.used, loads.assigned, loads.n_idle, loads.n_full) == (5, 2, 3, 0, 4)
    assert (loads.least, loads.median, loads.most, loads.share, loads.gini) == (1.0, 1.0, 1.0, 1.0, 0.0)


def test_a_team_that_can_do_nothing_for_it_is_left_out():
    """No place, or no request that it may serve: its load of nothing is not unfair."""
    teams = {"id": ["a", "b", "c", "d"], "skills": ["x", "y", "x", "x"], "capacity": [2, 1, 0, 2]}
    loads = fairness(quietly(run, {"id": [1, 2], "skills": ["x", "x"]}, teams), "id").loads
    assert (loads.n_teams, loads.n_left_out, loads.assigned, loads.capacity) == (2, 2, 2, 4)
    assert loads.share == 0.5


def most_units(p, mine):
    """Count what some requests could have, one augmenting path after the other."""
    held = {}

    def finds(r, seen):
        for t in (t for q, t in p.pairs if q == r):
            if t in seen or (r, t) in held:
                continue
            seen.add(t)
            if sum(u == t for _, u in held) < p.places[t]:
                held[r, t] = True
                return True
            for q in [q for q, u in held if u == t]:
                del held[q, t]
                if finds(q, seen):
                    held[r, t] = True
                    return True
                held[q, t] = True
        return False

    return sum(finds(r, set()) for r in mine for _ in range(p.need[r])) + sum(r in mine for r, _ in p.pinned)


@pytest.mark.parametrize("seed", range(40))
def test_the_groups_add_up_to_the_plan_and_are_those_of_the_raw_tables(seed):
    """Every sum by every column is that of the summary, and each group is worked out request by request."""
    town = drawn_town(seed)
    answer, p = answer_of(town), problem(town)
    summary, requests = summary_of(answer, {}), rows_of(town.requests)
    served = dict(zip(answer.requests.ids.tolist(), answer.served.tolist(), strict=True))
    for column in ("priority", "id"):
        if column not in town.requests:
            continue
        found = fairness(answer, column)
        total = found.total
        assert (total.demand, total.served) == (summary["units_asked"], summary["units_served"])
        assert total.points / 1e6 == pytest.approx(summary["score_total"], abs=1e-4)
        assert found.loads.assigned == total.served
        assert found.loads.n_teams + found.loads.n_left_out == len(answer.teams)
        assert total.servable == total.served or town.tiers == ("score",)
        for name in ("n_requests", "demand", "served", "unassigned", "points", "metres", "n_known"):
            assert sum(getattr(one, name) for one in found.rows) == getattr(total, name)
        for one in found.rows:
            mine = [i for i, row in enumerate(requests) if one.value == (row[column] if given(row[column]) else 0)]
            assert one.n_requests == len(mine)
            assert one.served == sum(served[requests[i]["id"]] for i in mine)
            assert one.servable == most_units(p, mine)
            assert 0 <= one.served <= one.servable <= one.demand
            assert 0 <= one.share <= 1
        shares = [one.share for one in found.rows]
        assert shares == sorted(shares)
        assert 0 <= found.gini < 1
        assert math.isnan(found.ratio) == (total.served == 0)


@pytest.mark.parametrize("seed", range(40))
def test_a_proved_plan_without_rules_leaves_nobody_with_justified_envy(seed):
    """To give the envied unit to the one who envies would better the plan."""
    answer = answer_of(drawn_town(seed))
    assert answer.solution.status.value == "PROVED"
    assert fairness(answer, "id").envy == ()


def any_plan(answer, seed):
    """Take pairs as they come, pinned ones first, as long as units and places last."""
    problem = answer.problem
    need, places = problem.need.tolist(), problem.capacity.tolist()
    fixed = np.zeros(problem.n_pairs, bool) if problem.fixed is None else problem.fixed
    order = np.random.default_rng(seed).permutation(problem.n_pairs)
    taken = []
    for k in order[np.argsort(~fixed[order], kind="stable")].tolist():
        r, t = int(problem.row[k]), int(problem.col[k])
        if fixed[k] or (need[r] > 0 and places[t] > 0):
            need[r], places[t] = need[r] - 1, places[t] - 1
            taken.append(k)
    return np.sort(np.array(taken, dtype=np.int64))


@pytest.mark.parametrize("seed", range(40))
def test_justified_envy_is_found_pair_by_pair(seed):
    """In a plan of any quality: whoever has an open unit against whoever is served at a team that may serve both."""
    town = drawn_town(seed)
    answer, p = answer_of(town), problem(town)
    worse = replace(answer, solution=replace(answer.solution, chosen=any_plan(answer, seed)))
    requests, teams = rows_of(town.requests), rows_of(town.teams)
    at = {row["id"]: i for i, row in enumerate(requests)}, {row["id"]: i for i, row in enumerate(teams)}
    for plan in (answer, worse):
        ids = zip(plan.requests.ids[plan.rows].tolist(), plan.teams.ids[plan.cols].tolist(), strict=True)
        chosen = {(at[0][r], at[1][t]) for r, t in ids}
        still = {i: int(row.get("units") or 1) - sum(r == i for r, _ in chosen) for i, row in enumerate(requests)}
        envious = {
            requests[r]["id"]
            for r, t in p.pairs
            if still[r] > 0 and (r, t) not in chosen
            for q, u in chosen & set(p.pairs)
            if t == u and (p.classes[r], p.pairs[r, t]) > (p.classes[q], p.pairs[q, u])
        }
        found = fairness(plan, "id")
        assert {one.request_id for one in found.envy} == envious
        assert {one.value for one in found.rows if one.n_envious} == envious
        assert found.total.n_envious == len(envious)


class Ready:
    """A term of ready scores."""

    name, weight = "ready", 1.0

    def __init__(self, scores):
        self.scores = scores

    def prepare(self, requests, teams):
        """Look the scores up by position."""
        return self

    def values(self, rows, cols):
        """Give the score of each request, whatever the team."""
        return self.scores[rows]


def test_the_greatest_envy_is_told_and_hidden_where_asked():
    """A plan that people pinned has none; one that stopped early may have it, with what it is about."""
    policy = Policy(terms=[Ready(np.array([0.2, 0.9]))])
    requests, teams = {"id": ["r1", "r2"], "priority": [0, 0]}, {"id": ["t"]}
    pinned = run(requests, teams, policy, pins=[("r1", "t")])
    assert fairness(pinned, "id").envy == ()
    plan = run(requests, teams, policy)
    other = replace(plan, solution=replace(plan.solution, chosen=np.array([0])))
    (envy,) = fairness(other, "id").envy
    assert (envy.request_id, envy.team_id, envy.envied_id, envy.points) == ("r2", "t", "r1", 700_000)
    said = fairness(other, "id")
    assert "request 'r2' at team 't', where request 'r1' is served: 0.700000 score points more." in said.describe()
    assert "r1" not in said.describe(redact=True) + str(said.to_dict(redact=True))


def test_a_list_column_overlaps_and_says_so(two_villages):
    """A request with two skills counts in both lines; all requests counts it once."""
    found = fairness(two_villages, "skills")
    assert sum(one.demand for one in found.rows) == 6
    assert found.total.demand == 5
    assert "overlap" in found.describe()
    assert "重叠" in found.describe("zh")
    assert {one.value: one.demand for one in found.rows} == {
        word: sum(n for n, cell in ((2, "yoga"), (1, "yoga"), (1, "piano"), (1, "yoga|dance")) if word in words(cell))
        for word in ("yoga", "piano", "dance")
    }


def test_frames_keep_the_callers_kind_and_data_is_json(two_villages):
    """A frame in, a frame out; plain data has None where there is no number."""
    table = pd.DataFrame({"id": [1, 2], "street": ["a", None]})
    found = fairness(run(table, {"id": []}), "street")
    assert isinstance(found.frame, pd.DataFrame)
    assert found.frame["share"].tolist() == [0.0, 0.0]
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert (told["ratio"], told["gini"], told["rows"][0]["mean_score"], told["loads"]["median"]) == (
        None,
        0.0,
        None,
        None,
    )
    assert json.dumps(fairness(two_villages, "placed_at").to_dict(), allow_nan=False)


def test_no_requests_and_one_group_are_told_too():
    """Nothing to compare is no error."""
    assert "no requests" in fairness(run({"id": []}, {"id": [1]}), "id").describe()
    assert "没有" in fairness(run({"id": []}, {"id": [1]}), "id").show("zh")._repr_html_()
    alone = fairness(run({"id": [1]}, {"id": [1]}), "id")
    assert "Gini of the served" not in alone.describe()
    assert alone.ratio == 1.0


def test_views_have_the_total_at_the_foot(two_villages):
    """Numbers that add up stand above their sum."""
    html = fairness(two_villages, ("area", 1)).show("zh")._repr_html_()
    assert "<tfoot>" in html
    assert "全部点单" in html


@pytest.mark.parametrize(("by", "message"), [("need", "free text"), ("capacity", "no column"), (("area", 0), "level")])
def test_only_columns_of_the_requests_make_groups(by, message):
    """Texts and homes are no groups, and teams are not served."""
    answer = run({"id": [1], "need": ["x"]}, {"id": [1], "capacity": [1]})
    with pytest.raises(ServiceMatchError, match=message):
        fairness(answer, by)
