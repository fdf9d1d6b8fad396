"""Laws that hold for every town, each under its conditions, on random towns: the plan before and after a change."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

from servicematch.base.errors import TableWarning

from .towns import given, random_town, rows_of

SEEDS = range(1000, 1040)


def planned(town):
    """Plan a town in silence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        return town.assign()


def vector(plan):
    """Give the objective, highest tier first, in whole numbers."""
    return tuple(round(v * 1_000_000) if name == "score" else v for name, v in plan.objective.items())


def decisions(plan):
    """List the chosen pairs in no order."""
    return set(zip(plan.assignments["request_id"].tolist(), plan.assignments["team_id"].tolist(), strict=True))


def table_of(rows, like):
    """Turn dicts back into columns."""
    return {name: [row[name] for row in rows] for name in like}


@pytest.mark.parametrize("seed", SEEDS)
def test_relabelling_ids_keeps_the_objective(seed):
    """Names decide ties at most."""
    town = random_town(seed)
    rng = np.random.default_rng(seed)
    rows, cols = town.requests["id"], town.teams["id"]
    to_row = {r: f"x{k}" for r, k in zip(rows, rng.permutation(len(rows)).tolist(), strict=True)}
    to_col = {t: f"y{k}" for t, k in zip(cols, rng.permutation(len(cols)).tolist(), strict=True)}
    requests = {**town.requests, "id": [to_row[r] for r in rows]}
    if "booked_team" in requests:
        requests["booked_team"] = [to_col.get(b, "nobody") if given(b) else None for b in requests["booked_team"]]
    other = replace(
        town,
        requests=requests,
        teams={**town.teams, "id": [to_col[t] for t in cols]},
        scores={(to_row[r], to_col[t]): s for (r, t), s in town.scores.items()},
        pins=[(to_row[pin[0]], to_col[pin[1]], *pin[2:]) for pin in town.pins],
    )
    assert planned(other).objective == planned(town).objective


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if random_town(seed).teams["id"]])
def test_one_more_team_never_lowers_the_objective(seed):
    """It may always stay at home."""
    town = random_town(seed)
    teams = rows_of(town.teams)
    new = {**teams[0], "id": 99_999 if isinstance(teams[0]["id"], int) else "new", "capacity": 2, "used": 0}
    like = dict.fromkeys([*town.teams, "capacity", "used"])
    filled = [{"capacity": 1, "used": 0, **team} for team in teams]
    filled = [{**team, "capacity": 1 if team["capacity"] is None else team["capacity"]} for team in filled]
    rng = np.random.default_rng(seed)
    scores = {**town.scores, **{(r, new["id"]): float(rng.random()) for r in town.requests["id"]}}
    before = replace(town, teams=table_of(filled, like))
    after = replace(town, teams=table_of([*filled, new], like), scores=scores)
    assert vector(planned(before)) == vector(planned(town))
    assert vector(planned(after)) >= vector(planned(before))


@pytest.mark.parametrize("seed", SEEDS)
def test_team_split_in_two_keeps_the_objective(seed):
    """When units are 1 and no rule speaks of teams: places are places."""
    town = random_town(seed)
    requests = {k: v for k, v in town.requests.items() if k not in {"units", "booked_team"}}
    teams, scores = [], dict(town.scores)
    for team in rows_of(town.teams):
        places = team.get("capacity")
        places = 1 if places is None else places
        used = min(team.get("used", 0) or 0, places)
        left = (places - used) // 2
        twin = team["id"] + 50_000 if isinstance(team["id"], int) else team["id"] + "-twin"
        teams += [
            {**team, "capacity": places - used - left, "used": 0},
            {**team, "id": twin, "capacity": left, "used": 0},
        ]
        scores |= {(r, twin): town.scores[r, team["id"]] for r in town.requests["id"]}
    like = dict.fromkeys([*town.teams, "capacity", "used"])
    whole = replace(town, requests=requests, pins=[])
    split = replace(whole, teams=table_of(teams, like) if teams else town.teams, scores=scores)
    assert planned(split).objective == planned(whole).objective


@pytest.mark.parametrize("seed", SEEDS)
def test_limit_tightened_never_raises_the_objective(seed):
    """Half the radius, a higher reserve, one more skill asked."""
    town = random_town(seed)
    before = vector(planned(town))
    if "radius_km" in town.teams:
        half = [None if x is None else x / 2 for x in town.teams["radius_km"]]
        assert vector(planned(replace(town, teams={**town.teams, "radius_km": half}))) <= before
    assert vector(planned(replace(town, reserve=max(0.6, town.reserve or 0.0)))) <= before
    if "skills" in town.teams:
        more = [f"{x or ''}|yoga" for x in town.requests.get("skills", [None] * len(town.requests["id"]))]
        assert vector(planned(replace(town, requests={**town.requests, "skills": more}))) <= before


@pytest.mark.parametrize("seed", SEEDS)
def test_dropping_an_unserved_request_changes_nothing_but_ties(seed):
    """Who gets nothing takes nothing."""
    town = random_town(seed)
    plan = planned(town)
    served = {r for r, _ in decisions(plan)}
    for gone in [r for r in town.requests["id"] if r not in served][:3]:
        rows = [row for row in rows_of(town.requests) if row["id"] != gone]
        pins = [pin for pin in town.pins if pin[0] != gone]
        after = planned(replace(town, requests=table_of(rows, town.requests), pins=pins)).objective
        before = {name: value for name, value in plan.objective.items() if name in after}
        assert {name: after[name] for name in before} == before
        assert all(plan.objective[name] == 0 for name in plan.objective if name not in after)


@pytest.mark.parametrize("seed", SEEDS)
def test_scaling_all_scores_keeps_the_plan(seed):
    """Half of every score on a grid of 0.1 is as exact, and orders all plans alike."""
    town = replace(random_town(seed), mixed=False, reserve=None, skip_value=0.0)
    town = replace(town, scores={pair: round(s, 1) for pair, s in town.scores.items()})
    half = replace(town, scores={pair: s / 2 for pair, s in town.scores.items()})
    assert decisions(planned(half)) == decisions(planned(town))
