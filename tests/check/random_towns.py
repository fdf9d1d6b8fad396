"""Random tiny towns full of what goes wrong in life: nulls, ties, zero capacities, bookings, pins."""

from __future__ import annotations

from check.towns import Town, policy
from servicematch.base.claim import Pin

TEXTS = ["健身操教练", "广场舞", "想要一名健身操教练", "法律咨询", "Yoga", "ＹＯＧＡ  class", None, " "]
AREAS = ["甲/子/一", "甲/子", "甲/丑", "乙", None, "/"]
TIERS = [("priority", "score"), ("served", "score"), ("score",)]


def random_town(rng, n_requests=5, n_teams=4):
    """Draw a town: each column may be absent, each value may be null, and scores are often equal."""
    requests = [_request(rng, i) for i in range(min(n_requests, rng.integers(0, 2 * n_requests)))]
    teams = [_team(rng, i) for i in range(min(n_teams, rng.integers(0, 2 * n_teams)))]
    for rows, optional in (
        (requests, ["need", "category", "skills", "wanted_skills", "languages", "area", "max_km", "booked_team"]),
        (teams, ["offers", "categories", "languages", "area", "radius_km", "mean_rating"]),
    ):
        for name in optional:
            if rng.random() < 0.4:
                for row in rows:
                    del row[name]
    if rng.random() < 0.2:
        for row in requests:
            del row["lat"], row["lon"]
    changes = {
        "reserve": rng.choice([None, None, 0.3, 0.5]),
        "tiers": TIERS[rng.choice(3, p=[0.6, 0.2, 0.2])],
        "skip_value": float(rng.choice([0.0, 0.3])),
        "min_relevance": float(rng.choice([0.0, 0.05, 0.3])),
    }
    return Town(requests, teams, policy(**changes), _pins(rng, requests, teams))


def _request(rng, i):
    lat, lon = _place(rng)
    return {
        "id": f"r{i}",
        "need": rng.choice(TEXTS),
        "category": rng.choice(["a", "a", "b", None]),
        "skills": rng.choice(["s", "s|t", None, None, None, None]),
        "wanted_skills": rng.choice(["s", "s|t", None]),
        "languages": rng.choice(["zh|mn", "mn", None, None]),
        "lat": lat,
        "lon": lon,
        "area": rng.choice(AREAS),
        "units": rng.choice([1, 1, 2, 3, None]),
        "priority": rng.choice([0, 0, 2, -1, 10**9, None]),
        "max_km": rng.choice([3.0, 30.0, None, None, None]),
        "booked_team": rng.choice(["t0", "t1", *[None] * 8]),
    }


def _team(rng, i):
    lat, lon = _place(rng)
    return {
        "id": f"t{i}",
        "offers": rng.choice(TEXTS),
        "categories": rng.choice(["a", "a|b", "a|b", "b", None]),
        "skills": rng.choice(["s", "s|t", "t|u", None]),
        "languages": rng.choice(["zh", "mn|zh", None]),
        "lat": lat,
        "lon": lon,
        "area": rng.choice(AREAS),
        "radius_km": rng.choice([0.0, 5.0, 10.0, 50.0, None, None]),
        "capacity": int(rng.choice([0, 1, 1, 2, 3])),
        "used": int(rng.choice([0, 0, 0, 1])),
        "mean_rating": rng.choice([0.4, 0.9, None]),
        "n_rated": rng.choice([0, 5, None]),
    }


def _place(rng):
    """Draw from a coarse grid, so that distances tie; now and then nowhere."""
    if rng.random() < 0.1:
        return None, None
    return 39.6 + 0.02 * int(rng.integers(0, 4)), 109.8 + 0.02 * int(rng.integers(0, 4))


def _pins(rng, requests, teams):
    """Pin some pairs, whether they are eligible or not, but never more than a request asks for; forbid some others."""
    pins = []
    for row in requests:
        asked = row["units"] or 1
        drawn = rng.permutation([team["id"] for team in teams])[: rng.choice([0, 0, 0, 0, 0, 1, 2])].tolist()
        pins += [Pin(row["id"], team) for team in drawn[:asked]]
        if len(drawn) > asked:
            pins.append(Pin(row["id"], drawn[asked], "forbid"))
    return tuple(pins)
