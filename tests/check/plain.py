"""The rules once more in plain Python loops over dicts: the slow oracle that the checker is held against."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import cache

RADIUS_KM = 6371.0088


def km_between(request, team, detour=1.0):
    """Give haversine kilometres, or None where a place is missing."""
    places = [side.get(name) for side in (request, team) for name in ("lat", "lon")]
    if any(place is None for place in places):
        return None
    lat1, lon1, lat2, lon2 = map(math.radians, places)
    h = math.sin((lat1 - lat2) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon1 - lon2) / 2) ** 2
    return 2 * RADIUS_KM * math.asin(min(1.0, math.sqrt(h))) * detour


def words(row, name):
    """Read the words of a cell."""
    return set((row.get(name) or "").split("|")) - {""}


def path(row):
    """Read the levels of an area."""
    return [part.strip() for part in (row.get("area") or "").split("/") if part.strip()]


def has(rows, name):
    """Tell whether a table has a column."""
    return any(name in row for row in rows)


def passes(request, team, requests, teams):
    """Tell whether a pair passes the five limits of the default policy."""
    if has(requests, "skills") and has(teams, "skills") and words(request, "skills") - words(team, "skills"):
        return False
    if has(requests, "category") and has(teams, "categories"):
        category = request.get("category")
        if category is not None and category not in words(team, "categories"):
            return False
    if has(requests, "languages") and has(teams, "languages"):
        asked = words(request, "languages")
        if asked and not asked & words(team, "languages"):
            return False
    if request.get("booked_team") is not None and request["booked_team"] != team["id"]:
        return False
    if not all(has(side, name) for side in (requests, teams) for name in ("lat", "lon")):
        return True
    reach = min([x for x in (request.get("max_km"), team.get("radius_km")) if x is not None], default=math.inf)
    km = km_between(request, team)
    return reach == math.inf or (km is not None and km <= reach + 1e-6)


@cache
def grams(text):
    """Count characters and pairs of characters."""
    folded = re.sub(r"\s\s+", " ", unicodedata.normalize("NFKC", text).casefold())
    return Counter(folded) + Counter(folded[i : i + 2] for i in range(len(folded) - 1))


def text_value(need, offer, offers):
    """Give the cosine of two texts, weighed by all offers; None where nothing is asked."""
    if not (need or "").strip():
        return None
    if not (offer or "").strip():
        return 0.0
    known = [grams(other) for other in offers if (other or "").strip()]

    def vector(text):
        return {
            gram: n * (math.log((1 + len(known)) / (1 + sum(gram in other for other in known))) + 1)
            for gram, n in grams(text).items()
        }

    a, b = vector(need), vector(offer)
    dot = sum(value * b.get(gram, 0.0) for gram, value in a.items())
    return dot / math.sqrt(sum(v * v for v in a.values())) / math.sqrt(sum(v * v for v in b.values()))


def term_values(request, team, requests, teams):
    """Give (weight, value) of each of the five terms that is on; value None where the request says nothing."""
    values = {}
    if has(requests, "need") and has(teams, "offers"):
        offers = tuple(other.get("offers") for other in teams)
        values["text"] = 0.45, text_value(request.get("need"), team.get("offers"), offers)
    if all(has(side, name) for side in (requests, teams) for name in ("lat", "lon")):
        km = km_between(request, team)
        no_place = request.get("lat") is None or request.get("lon") is None
        values["proximity"] = 0.25, None if no_place else 0.0 if km is None else 10 / (10 + km)
    if has(requests, "wanted_skills") and has(teams, "skills"):
        wanted = words(request, "wanted_skills")
        values["skill_fit"] = 0.10, len(wanted & words(team, "skills")) / len(wanted) if wanted else None
    if has(requests, "area") and has(teams, "area"):
        asked, there = path(request), path(team)
        common = next(
            (k for k, (a, b) in enumerate(zip(asked, there, strict=False)) if a != b), min(len(asked), len(there))
        )
        values["area_affinity"] = 0.10, common / len(asked) if asked else None
    if has(teams, "mean_rating") and has(teams, "n_rated"):
        mean, n = team.get("mean_rating"), team.get("n_rated")
        record = 0.8 if mean is None or n is None else (0.8 * 5 + mean * n) / (5 + n)
        values["track_record"] = 0.10, record
    return values


def score(request, team, requests, teams):
    """Give the score of a pair in [0, 1]."""
    said = [entry for entry in term_values(request, team, requests, teams).values() if entry[1] is not None]
    return sum(weight * value for weight, value in said) / sum(weight for weight, _ in said) if said else 0.0


def is_relevant(request, team, requests, teams, least):
    """Tell whether a request without category, skills and booking may go to this team."""
    if request.get("category") is not None or words(request, "skills") or request.get("booked_team") is not None:
        return True
    value = term_values(request, team, requests, teams).get("text", (0, None))[1]
    return value is None or value >= least - 1e-9


def eligible(requests, teams, reserve=None, least=0.05):
    """Give the gain in micro-points of every eligible pair, by the two ids."""
    pairs = {}
    for request in requests:
        for team in teams:
            if passes(request, team, requests, teams) and is_relevant(request, team, requests, teams, least):
                gain = round(score(request, team, requests, teams) * 1e6)
                if reserve is None or gain >= round(reserve * 1e6):
                    pairs[request["id"], team["id"]] = gain
    return pairs
