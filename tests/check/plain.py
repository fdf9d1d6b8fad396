"""The rules once more in plain Python loops over dicts: the slow oracle that the checker is held against."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import cache

from servicematch.base.reading import FUNCTION_CHARACTERS, FUNCTION_WORDS, PHRASE_ENDS

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
def folded(text):
    """Fold width, case and blanks."""
    return re.sub(r"\s\s+", " ", unicodedata.normalize("NFKC", text).casefold())


@cache
def grams(text):
    """List characters and pairs of them; of spelt words, runs of four letters with the blanks at their ends."""
    found = set()
    for word in re.findall(r"[^\W\d_]+", text):
        for run in re.findall(r"[\u2e80-\U0010ffff]+|[^\u2e80-\U0010ffff]+", word):
            if run[0] >= "\u2e80":
                found |= set(run) | {run[i : i + 2] for i in range(len(run) - 1)}
            elif run not in FUNCTION_WORDS:
                found |= {f" {run} "[i : i + 4] for i in range(max(1, len(run) - 1))}
    return frozenset(gram for gram in found if not set(gram) <= FUNCTION_CHARACTERS)


@cache
def offered(offer, skills):
    """List what a team offers: phrases of its offer, and its skills; the needs of these tests refuse nothing."""
    cut = re.split(f"[{re.escape(PHRASE_ENDS)}]", folded(offer or ""))
    return frozenset(phrase.strip() for phrase in (*cut, *map(folded, skills)) if phrase.strip())


@cache
def weights(teams):
    """Weigh the grams of all offers: (weights, weight of any other gram, shortest length of a text)."""
    lists = [offered(*team) for team in teams]
    n = sum(map(bool, lists))
    counts = [Counter(skill for team in teams for skill in team[1])]
    chance = max(counts[0].values(), default=len(teams)) / len(teams)
    weighed = {}
    for gram in {gram for phrases in lists for phrase in phrases for gram in grams(phrase)}:
        users = [t for t, phrases in zip(teams, lists, strict=True) if any(gram in grams(p) for p in phrases)]
        share = max(Counter(skill for team in users for skill in team[1]).values(), default=0) / len(users)
        tells = 1.0 if chance >= 1 else min(1.0, max(0.0, (share - chance) / (1 - chance)))
        weighed[gram] = (math.log((1 + n) / (1 + len(users))) + 1) * (1 + tells) / 2
    squares = [sum(weighed[gram] ** 2 for gram in grams(phrase)) for phrases in lists for phrase in phrases]
    return weighed, math.log(1 + n) + 1, math.sqrt(sum(squares) / len(squares)) if squares else 0.0


def text_value(need, team, teams):
    """Give the value of a need at a team, as (offer, skills), among all teams; None where nothing is asked."""
    if not (need or "").strip():
        return None
    weighed, other, shortest = weights(teams)
    asked = grams(folded(need))
    unknown = {gram: other * (0.5 if gram[0] >= "\u2e80" else 1.0) for gram in asked if gram not in weighed}
    lengths = [weighed[gram] ** 2 for gram in asked if gram in weighed] + [value**2 for value in unknown.values()]
    length = max(shortest, math.sqrt(sum(lengths)))
    total = 0.0
    for phrase in offered(*team):
        there = max(shortest, math.sqrt(sum(weighed[gram] ** 2 for gram in grams(phrase))))
        dot = sum(weighed[gram] ** 2 for gram in asked & grams(phrase))
        total += (dot / length / there) ** 2 if dot else 0.0
    return min(1.0, math.sqrt(total))


def term_values(request, team, requests, teams):
    """Give (weight, value) of each of the five terms that is on; value None where the request says nothing."""
    values = {}
    if has(requests, "need") and has(teams, "offers"):
        said = tuple((other.get("offers"), tuple(sorted(words(other, "skills")))) for other in teams)
        values["text"] = 0.45, text_value(request.get("need"), said[teams.index(team)], said)
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
    """Tell whether a request that no limit keeps in its lane may go to this team."""
    in_lane = request.get("category") is not None and has(teams, "categories")
    if in_lane or (words(request, "skills") and has(teams, "skills")) or request.get("booked_team") is not None:
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
