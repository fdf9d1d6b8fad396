"""Random towns with slots, and what their best plan is worth by a mixed-integer program over the plainest loops.

Nothing here calls the library: windows, hours, skills, deadlines and scores are worked out from the raw tables.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

MONDAY = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
HALF_DAYS, WEIGHTS = 3.0, (0.6, 0.4)


def hour(n):
    """Give the n-th hour of the week, None for None."""
    return None if n is None else MONDAY + dt.timedelta(hours=float(n))


def draw(rng, n_requests, n_teams, n_slots, *, totals=True):
    """Draw three tables: dicts of columns."""
    first, length = rng.integers(0, 60, n_requests), rng.integers(2, 40, n_requests)
    some = rng.random((4, n_requests)) < 0.2
    requests = {
        "id": [f"r{i:03d}" for i in rng.permutation(n_requests)],
        "skills": rng.choice([None, None, "yoga", "dance"], n_requests).tolist(),
        "hours": [
            None if no else h for no, h in zip(some[0], rng.choice([0.5, 1.0, 2.0], n_requests).tolist(), strict=True)
        ],
        "earliest": [None if no else hour(at) for no, at in zip(some[1], first, strict=True)],
        "latest": [None if no else hour(at) for no, at in zip(some[2], first + length, strict=True)],
        "placed_at": [
            None if no else hour(at) for no, at in zip(some[3], rng.integers(-90, 10, n_requests), strict=True)
        ],
        "units": rng.choice([1, 1, 1, 2, 3], n_requests).tolist(),
        "priority": rng.choice([0, 0, 1], n_requests).tolist(),
    }
    teams = {
        "id": [f"t{i:03d}" for i in rng.permutation(n_teams)],
        "skills": rng.choice([None, "yoga", "dance|yoga"], n_teams).tolist(),
        "mean_rating": (rng.integers(0, 11, n_teams) / 10).tolist(),
        "n_rated": [5] * n_teams,
    }
    if totals:
        teams["capacity"] = rng.integers(0, 4, n_teams).tolist()
        teams["used"] = rng.choice([0, 0, 1], n_teams).tolist()
    start = rng.integers(0, 70, n_slots)
    slots = {
        "id": [f"s{i:03d}" for i in rng.permutation(n_slots)],
        "team_id": rng.choice(teams["id"], n_slots).tolist(),
        "start": [hour(at) for at in start],
        "end": [hour(at) for at in start + rng.integers(1, 12, n_slots)],
        "capacity": rng.integers(0, 3, n_slots).tolist(),
    }
    return requests, teams, slots


def rows(table):
    """Turn a dict of columns into a list of dicts."""
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]


def pairs(requests, teams, slots, days):
    """List (request, team, slot, micro-points) of all that may be."""
    coming, found = {team["id"]: team for team in rows(teams)}, []
    for request in rows(requests):
        for slot in rows(slots):
            team = coming[slot["team_id"]]
            early, late = request["earliest"] or slot["start"], request["latest"] or slot["end"]
            common = min(late, slot["end"]) - max(early, slot["start"])
            takes = max(dt.timedelta(seconds=1), dt.timedelta(hours=request["hours"] or 0))
            wait = (
                None if request["placed_at"] is None else (slot["start"] - request["placed_at"]) / dt.timedelta(days=1)
            )
            can = request["skills"] is None or request["skills"] in (team["skills"] or "").split("|")
            if can and common >= takes and (wait is None or wait <= days):
                record = (0.8 * 5 + team["mean_rating"] * 5) / 10
                soon = None if wait is None else HALF_DAYS / (HALF_DAYS + max(0.0, wait))
                score = record if soon is None else WEIGHTS[0] * record + WEIGHTS[1] * soon
                found.append((request["id"], team["id"], slot["id"], round(score * 1e6)))
    return found


def best(requests, teams, slots, days, tiers):
    """Return the value of the best plan, tier by tier: one program a tier, each keeping those before."""
    listed = pairs(requests, teams, slots, days)
    priority = {request["id"]: request["priority"] for request in rows(requests)}
    classes = sorted(set(priority.values()), reverse=True)
    units = [[priority[r] == k for r, *_ in listed] for k in classes]
    worths = {"priority": units, "served": [[True] * len(listed)], "score": []}[tiers[0]] + [[one[3] for one in listed]]
    if not listed:
        return (0,) * len(worths)
    sides = [
        (lambda one: one[0], {r["id"]: r["units"] for r in rows(requests)}),
        (lambda one: one[2], {s["id"]: s["capacity"] for s in rows(slots)}),
        (lambda one: one[:2], {}),
    ]
    if "capacity" in teams:
        sides.append((lambda one: one[1], {t["id"]: max(0, t["capacity"] - t["used"]) for t in rows(teams)}))
    limits = []
    for key_of, most in sides:
        keys = sorted({key_of(one) for one in listed})
        matrix = np.array([[key_of(one) == key for one in listed] for key in keys], dtype=float)
        limits.append(LinearConstraint(matrix, ub=[most.get(key, 1) for key in keys]))
    value = []
    for worth in (np.array(one, dtype=float) for one in worths):
        answer = milp(
            -worth,
            integrality=np.ones(len(listed)),
            bounds=Bounds(0, 1),
            constraints=limits,
            options={"mip_rel_gap": 0},
        )
        assert answer.status == 0, answer.message
        value.append(round(-answer.fun))
        limits.append(LinearConstraint(worth[None, :], lb=value[-1]))
    return tuple(value)
