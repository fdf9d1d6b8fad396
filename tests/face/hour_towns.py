"""Tiny towns with hours on both sides, and their best plan by trying every choice.

Nothing here calls the library: minutes, limits and scores are worked out from the raw tables.
"""

from __future__ import annotations

from itertools import product

import numpy as np

SKILLS = ("art", "law", "tea")


def draw(seed, *, most_requests=5, most_teams=3):
    """Draw a town whose hours are tight: halves and thirds, empty cells, hours used before, sometimes capacities."""
    rng = np.random.default_rng(seed)
    n_requests, n_teams = int(rng.integers(1, most_requests + 1)), int(rng.integers(1, most_teams + 1))
    effort = rng.choice([0.0, 1 / 3, 0.5, 1.0, 1.75, 2.0, 3.0], n_requests).tolist()
    given = rng.choice([0.0, 0.5, 1.0, 2.0, 3.5, 5.0], n_teams).tolist()
    requests = {
        "id": [f"r{i}" for i in range(n_requests)],
        "hours": [None if rng.random() < 0.1 else one for one in effort],
        "skills": [[str(rng.choice(SKILLS))] if rng.random() < 0.5 else [] for _ in range(n_requests)],
        "units": rng.choice([1, 1, 2], n_requests).tolist(),
        "priority": rng.integers(0, 3, n_requests).tolist(),
    }
    teams = {
        "id": [f"t{j}" for j in range(n_teams)],
        "hours": [None if rng.random() < 0.15 else one for one in given],
        "skills": [[word for word in SKILLS if rng.random() < 0.7] for _ in range(n_teams)],
        "mean_rating": rng.choice([0.1, 0.4, 0.8, 1.0], n_teams).round(2).tolist(),
        "n_rated": rng.integers(0, 9, n_teams).tolist(),
    }
    if rng.random() < 0.4:
        teams["used_hours"] = rng.choice([0.0, 0.25, 1.0], n_teams).tolist()
    if rng.random() < 0.5:
        teams["capacity"] = rng.integers(0, 4, n_teams).tolist()
    return requests, teams


def minutes(hours):
    """Round to the nearest minute, halves up; something is a minute at least, nothing said is nothing."""
    return 0 if not hours else max(1, int(hours * 60 + 0.5))


def room(teams, j):
    """Return the free minutes of a team, infinite where it says nothing."""
    if teams["hours"][j] is None:
        return np.inf
    used = teams.get("used_hours", [0.0] * len(teams["id"]))[j]
    return max(0, minutes(teams["hours"][j]) - minutes(used))


def places(teams, j):
    """Return how many requests a team may be given."""
    return teams["capacity"][j] if "capacity" in teams else np.inf


def eligible(requests, teams, i, j):
    """Tell whether a team has what a request asks."""
    return set(requests["skills"][i]) <= set(teams["skills"][j])


def points(teams, j):
    """Return the micro-points of any pair with a team: its record, five ratings of 0.8 mixed in."""
    n = teams["n_rated"][j]
    return round((teams["mean_rating"][j] * n + 0.8 * 5) / (n + 5) * 1_000_000)


def choices(requests, teams, pins=(), takes=None):
    """Give every lawful set of pairs beside the pinned ones, which take their units, hours and places first.

    ``takes`` has a line a request with the minutes that it takes at each team; its own hours everywhere by default.
    """
    n_requests, n_teams = len(requests["id"]), len(teams["id"])
    if takes is None:
        takes = [[minutes(one)] * n_teams for one in requests["hours"]]
    pinned = set(pins)
    free = [
        (i, j)
        for i, j in product(range(n_requests), range(n_teams))
        if eligible(requests, teams, i, j) and (i, j) not in pinned
    ]
    units = [n - sum(i == row for row, _ in pinned) for i, n in enumerate(requests["units"])]
    left = [max(0, room(teams, j) - sum(takes[r][c] for r, c in pinned if c == j)) for j in range(n_teams)]
    spare = [max(0, places(teams, j) - sum(c == j for _, c in pinned)) for j in range(n_teams)]
    for taken in product((False, True), repeat=len(free)):
        chosen = [pair for pair, is_in in zip(free, taken, strict=True) if is_in]
        if (
            all(sum(row == i for row, _ in chosen) <= units[i] for i in range(n_requests))
            and all(sum(takes[r][c] for r, c in chosen if c == j) <= left[j] for j in range(n_teams))
            and all(sum(c == j for _, c in chosen) <= spare[j] for j in range(n_teams))
        ):
            yield chosen


def best(requests, teams, tiers, pins=(), takes=None):
    """Return the best vector: units by priority, the highest first (or served), then micro-points."""
    return max(worth(requests, teams, chosen, tiers) for chosen in choices(requests, teams, pins, takes))


def worth(requests, teams, chosen, tiers):
    """Add pairs up, tier by tier."""
    score = sum(points(teams, j) for _, j in chosen)
    if tiers[0] == "score":
        return (score,)
    if tiers[0] == "served":
        return len(chosen), score
    levels = sorted(set(requests["priority"]), reverse=True)
    return (*(sum(requests["priority"][i] == level for i, _ in chosen) for level in levels), score)
