"""Random towns, and what their best plan is worth, worked out from the raw tables by other means than the library's.

Nothing here calls the library, but for the making of a policy. A town is two dicts of columns, pins and numbers of a
policy; `problem` reads them into pairs with its own haversine and its own scores; `exhaustive` and `tier_by_tier` say
what the best plan is worth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from math import asin, cos, isnan, radians, sin, sqrt

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, vstack

import servicematch as sm

RADIUS_KM = 6371.0088
SCALE = 1_000_000
SKILLS = ("dance", "piano", "yoga")
CATEGORIES = ("art", "sport", "talk")
LANGUAGES = ("mn", "zh")
AREAS = ("准格尔旗", "准格尔旗/薛家湾镇", "准格尔旗/沙圪堵镇/某站", "乌审旗/无定河镇", "乌审旗/无定河镇/沙沙滩村")


# --- a caller's own term -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ReadyScores:
    """Scores laid out by the positions of both tables."""

    matrix: np.ndarray

    def values(self, rows, cols):
        """Look the pairs up."""
        return self.matrix[rows, cols]


@dataclass(frozen=True, eq=False)
class FixedScores:
    """A term that reads the score of every pair from a mapping by ids; NaN says nothing."""

    scores: dict
    weight: float = 1.0
    name: str = "fixed"

    def prepare(self, requests, teams):
        """Lay the scores out in the order of the tables."""
        rows = [[self.scores[r, t] for t in teams.ids.tolist()] for r in requests.ids.tolist()]
        return ReadyScores(np.array(rows, dtype=float).reshape(len(requests), len(teams)))


# --- a town --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Town:
    """Two tables as dicts of columns, the pins, and the numbers of a policy."""

    requests: dict
    teams: dict
    scores: dict
    pins: list = field(default_factory=list)
    tiers: tuple = ("priority", "score")
    reserve: float | None = None
    skip_value: float = 0.0
    mixed: bool = False

    def policy(self):
        """Write the policy: the caller's own term, alone or beside the library's."""
        terms = [FixedScores(self.scores, weight=0.5)]
        if self.mixed:
            terms += [sm.terms.Proximity(), sm.terms.SkillFit(), sm.terms.AreaAffinity(), sm.terms.TrackRecord()]
        return sm.Policy(terms=terms, reserve=self.reserve, tiers=self.tiers, skip_value=self.skip_value)

    def assign(self, **changes):
        """Plan the town with the library; other tables or pins may be given."""
        tables = {"requests": self.requests, "teams": self.teams, "pins": self.pins or None} | changes
        return sm.assign(tables["requests"], tables["teams"], policy=self.policy(), pins=tables["pins"])


def permuted(table, rng):
    """Put the rows of a dict of columns into another order."""
    order = rng.permutation(len(table["id"]))
    return {name: [values[i] for i in order] for name, values in table.items()}


# --- what the raw tables mean --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    """Free pairs with their gains, what each request still needs, what each team still has, and the classes."""

    pairs: dict
    need: list
    places: list
    classes: list
    n_classes: int
    eligible: frozenset
    pinned: tuple

    def value(self, chosen):
        """Add up a choice of free pairs: units by class from the highest, then micro-points."""
        total = [0] * (self.n_classes + 1)
        for r, t in chosen:
            total[-1] += self.pairs[r, t]
            if self.classes[r]:
                total[-1 - self.classes[r]] += 1
        return tuple(total)


def words(cell):
    """Read a list or "a|b" as a set."""
    return frozenset(word for word in (cell.split("|") if isinstance(cell, str) else cell or ()) if word)


def given(cell):
    """Tell a value from None and NaN."""
    return cell is not None and not (isinstance(cell, float) and isnan(cell))


def rows_of(table):
    """Turn a dict of columns into a list of dicts."""
    return [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]


def km_between(a, b):
    """Great-circle kilometres, None where a place is missing."""
    if not all(given(x.get(c)) for x in (a, b) for c in ("lat", "lon")):
        return None
    lat1, lat2 = radians(a["lat"]), radians(b["lat"])
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(radians(b["lon"] - a["lon"]) / 2) ** 2
    return 2 * RADIUS_KM * asin(min(1.0, sqrt(h)))


def can(request, team, located):
    """Say whether the limits let a pair through; ``located`` tells that both tables have coordinates at all."""
    if "skills" in request and "skills" in team and not words(request["skills"]) <= words(team["skills"]):
        return False
    if "category" in request and "categories" in team:
        asked = request["category"]
        if given(asked) and asked not in words(team["categories"]):
            return False
    if "languages" in request and "languages" in team:
        asked = words(request["languages"])
        if asked and not asked & words(team["languages"]):
            return False
    radii = [x for x in (team.get("radius_km"), request.get("max_km")) if given(x)]
    if located and radii:
        km = km_between(request, team)
        if km is None or km > min(radii) + 1e-6:
            return False
    booked = request.get("booked_team")
    return not given(booked) or booked == team["id"]


def score_of(town, request, team, stars):
    """Work out the score of a pair: the mean of the terms that say something, by weight."""
    parts = [(0.5, town.scores[request["id"], team["id"]])]
    if town.mixed:
        parts += [(0.25, near(request, team)), (0.1, fit(request, team)), (0.1, area(request, team))]
        parts += [(0.1, record(team, stars))]
    said = [(w, v) for w, v in parts if v is not None and not isnan(v)]
    return sum(w * v for w, v in said) / sum(w for w, _ in said) if said else 0.0


def score_table(town):
    """Score all pairs of a town, by positions."""
    requests, teams = rows_of(town.requests), rows_of(town.teams)
    stars = _stars(town)
    return {(i, j): score_of(town, r, t, stars) for i, r in enumerate(requests) for j, t in enumerate(teams)}


def _stars(town):
    ratings = [x for x in town.teams.get("mean_rating", ()) if given(x)]
    return 5 if ratings and max(ratings) > 1 else 1


def near(request, team):
    """Half at 10 km; a team without a place gets 0."""
    if "lat" not in request or "lat" not in team or not given(request["lat"]):
        return None
    km = km_between(request, team)
    return 0.0 if km is None else 10 / (10 + km)


def fit(request, team):
    """Share of the wanted skills that the team has."""
    if "wanted_skills" not in request or "skills" not in team or not words(request["wanted_skills"]):
        return None
    wanted = words(request["wanted_skills"])
    return len(wanted & words(team["skills"])) / len(wanted)


def area(request, team):
    """Levels in common over the levels of the request's path."""
    if "area" not in request or "area" not in team or not given(request["area"]):
        return None
    path, other = request["area"].split("/"), (team["area"] or "").split("/")
    common = 0
    while common < min(len(path), len(other)) and path[common] == other[common]:
        common += 1
    return common / len(path)


def record(team, stars):
    """Mean rating drawn towards 0.8, which counts as five ratings."""
    if "mean_rating" not in team or "n_rated" not in team:
        return None
    mean, n = team["mean_rating"], team["n_rated"]
    if not given(mean) or not given(n):
        return 0.8
    return (4 + mean / stars * n) / (5 + n)


def micro(score):
    """Round to micro-points, half to even."""
    return round(score * SCALE)


def problem(town):
    """Read the raw tables of a town into free pairs."""
    requests, teams = rows_of(town.requests), rows_of(town.teams)
    at = {r["id"]: i for i, r in enumerate(requests)}, {t["id"]: j for j, t in enumerate(teams)}
    gains = _gains(town, requests, teams)
    eligible = frozenset(gains)
    need = [int(r["units"]) if given(r.get("units")) else 1 for r in requests]
    places = [
        max(
            0, (int(t["capacity"]) if given(t.get("capacity")) else 1) - (int(t["used"]) if given(t.get("used")) else 0)
        )
        for t in teams
    ]
    pinned = []
    for pin in town.pins:
        pair = at[0][pin[0]], at[1][pin[1]]
        gains.pop(pair, None)
        if len(pin) == 2:
            pinned.append(pair)
            need[pair[0]] -= 1
            places[pair[1]] = max(0, places[pair[1]] - 1)
    classes, n_classes = _classes(town, requests)
    if town.tiers == ("score",):
        floor = micro(town.skip_value)
        gains = {pair: gain - floor for pair, gain in gains.items()}
    return Problem(gains, need, places, classes, n_classes, eligible, tuple(pinned))


def _gains(town, requests, teams):
    located = all(c in table for table in (town.requests, town.teams) for c in ("lat", "lon"))
    scores = score_table(town)
    gains = {(i, j): micro(scores[i, j]) for i, j in scores if can(requests[i], teams[j], located)}
    if town.reserve is None:
        return gains
    return {pair: gain for pair, gain in gains.items() if gain >= micro(town.reserve)}


def _classes(town, requests):
    if town.tiers == ("score",):
        return [0] * len(requests), 0
    if town.tiers == ("served", "score"):
        return [1] * len(requests), 1
    priority = [int(r["priority"]) if given(r.get("priority")) else 0 for r in requests]
    ranks = {p: k for k, p in enumerate(sorted(set(priority)), start=1)}
    return [ranks[p] for p in priority], len(ranks)


def tier_names(town):
    """Name the tiers as a plan does."""
    if town.tiers != ("priority", "score"):
        return town.tiers
    priority = {int(r["priority"]) if given(r.get("priority")) else 0 for r in rows_of(town.requests)}
    return (*(f"priority={p}" for p in sorted(priority, reverse=True)), "score")


# --- what the best plan is worth -----------------------------------------------------------------------------------


def exhaustive(p, at_least=None):
    """Try every choice of teams for every request; ``at_least`` (request, units) asks that one gets so many.

    Returns the best value, or None when no plan gives the request its units.
    """
    reach = [[t for t in range(len(p.places)) if (r, t) in p.pairs] for r in range(len(p.need))]

    @cache
    def best(r, places):
        if r == len(p.need):
            return (0,) * (p.n_classes + 1)
        least = at_least[1] if at_least and at_least[0] == r else 0
        found = None
        open_teams = [t for t in reach[r] if places[t] > 0]
        for n in range(least, min(p.need[r], len(open_teams)) + 1):
            for teams in combinations(open_teams, n):
                rest = best(r + 1, tuple(c - (t in teams) for t, c in enumerate(places)))
                if rest is not None:
                    here = p.value([(r, t) for t in teams])
                    total = tuple(a + b for a, b in zip(here, rest, strict=True))
                    found = total if found is None else max(found, total)
        return found

    return best(0, tuple(p.places))


def tier_by_tier(p, at_least=None):
    """Solve one integer program a tier, each holding what the tiers above it reached; ``at_least`` as in `exhaustive`."""
    if not p.pairs:
        return None if at_least else (0,) * (p.n_classes + 1)
    pairs = list(p.pairs)
    n = len(pairs)
    rows, cols = np.array(pairs).T
    ones, column = np.ones(n), np.arange(n)
    matrix = vstack(
        [
            csr_matrix((ones, (rows, column)), shape=(len(p.need), n)),
            csr_matrix((ones, (cols, column)), shape=(len(p.places), n)),
        ]
    )
    upper = [*p.need, *p.places]
    lower = [0.0] * len(upper)
    if at_least:
        lower[at_least[0]] = float(at_least[1])
    value = []
    for values in _tiers(p, pairs):
        found = milp(
            -values,
            integrality=np.ones(n),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, lower, upper),
            options={"mip_rel_gap": 0.0},
        )
        if at_least and found.status == 2:
            return None
        assert found.success, found.message
        x = np.rint(found.x)
        assert np.all(matrix @ x <= upper), "the integer program is not feasible"
        reached = int(values.astype(np.int64) @ x.astype(np.int64))
        value.append(reached)
        matrix, upper, lower = vstack([matrix, csr_matrix(values)]), [*upper, np.inf], [*lower, reached]
    return tuple(value)


def _tiers(p, pairs):
    for k in range(p.n_classes, 0, -1):
        yield np.array([float(p.classes[r] == k) for r, _ in pairs])
    yield np.array([float(p.pairs[pair]) for pair in pairs])


# --- drawing towns -------------------------------------------------------------------------------------------------


def random_town(seed):
    """Draw a town: two in three are small enough to try every plan, the others go to 60 x 25."""
    rng = np.random.default_rng([20250602, seed])
    while True:
        small = seed % 3 != 2
        n, m = (
            (int(rng.integers(0, 8)), int(rng.integers(0, 5)))
            if small
            else (int(rng.integers(8, 61)), int(rng.integers(5, 26)))
        )
        town = _draw(rng, n, m)
        if not _near_a_half(town):
            return town


def _draw(rng, n, m):
    request_ids, team_ids = _ids(rng, n, "r"), _ids(rng, m, "t")
    mixed = bool(rng.random() < 0.4)
    requests = {"id": request_ids, **_request_columns(rng, n, [*team_ids, *_unknown(team_ids)], mixed=mixed)}
    teams = {"id": team_ids, **_team_columns(rng, m, mixed=mixed)}
    if "skills" not in teams:
        requests.pop("skills", None)
    tiers = (("priority", "score"), ("priority", "score"), ("served", "score"), ("score",))[int(rng.integers(4))]
    town = Town(
        requests=requests,
        teams=teams,
        scores=_scores(rng, request_ids, team_ids, grid=bool(rng.random() < 0.6)),
        tiers=tiers,
        reserve=float(rng.choice([0.3, 0.5])) if rng.random() < 0.3 else None,
        skip_value=float(rng.choice([0.0, 0.3])) if tiers == ("score",) else 0.0,
        mixed=mixed,
    )
    return Town(**{**town.__dict__, "pins": _pins(rng, town) if rng.random() < 0.5 else []})


def _ids(rng, n, prefix):
    numbers = rng.permutation(n) * 7 + 3
    return [int(k) for k in numbers] if rng.random() < 0.4 else [f"{prefix}{k}" for k in numbers]


def _unknown(ids):
    """Give an id of the same kind that no team has."""
    return [] if not ids else [10_000 if isinstance(ids[0], int) else "nobody"]


def _scores(rng, request_ids, team_ids, *, grid):
    scores = {}
    for r in request_ids:
        silent = rng.random() < 0.08
        for t in team_ids:
            drawn = int(rng.integers(0, 11)) / 10 if grid else float(rng.random())
            scores[r, t] = float("nan") if silent else drawn
    return scores


def _request_columns(rng, n, bookable, *, mixed):
    columns = {
        "units": _cells(rng, n, lambda: int(rng.choice([1, 1, 1, 2, 3]))),
        "priority": _cells(rng, n, lambda: int(rng.choice([-1, 0, 5]))),
        "skills": _cells(rng, n, lambda: _some(rng, SKILLS, 0.2)),
        "category": _cells(rng, n, lambda: str(rng.choice(CATEGORIES)), null=0.6),
        "languages": _cells(rng, n, lambda: _some(rng, LANGUAGES, 0.4)),
        "max_km": _cells(rng, n, lambda: float(rng.integers(5, 60)), null=0.6),
    }
    if bookable:
        columns["booked_team"] = _cells(rng, n, lambda: bookable[int(rng.integers(len(bookable)))], null=0.85)
    if mixed:
        columns["wanted_skills"] = _cells(rng, n, lambda: _some(rng, SKILLS, 0.5))
        columns["area"] = _cells(rng, n, lambda: str(rng.choice(AREAS)))
    return {**_kept(rng, columns), **_places(rng, n)}


def _team_columns(rng, m, *, mixed):
    columns = {
        "capacity": _cells(rng, m, lambda: int(rng.choice([0, 1, 1, 2, 3, 4]))),
        "used": _cells(rng, m, lambda: int(rng.choice([0, 0, 1, 2])), null=0.0),
        "skills": _cells(rng, m, lambda: _some(rng, SKILLS, 0.7)),
        "categories": _cells(rng, m, lambda: _some(rng, CATEGORIES, 0.7)),
        "languages": _cells(rng, m, lambda: _some(rng, LANGUAGES, 0.8)),
        "radius_km": _cells(rng, m, lambda: float(rng.integers(0, 60)), null=0.3),
    }
    if mixed:
        columns["area"] = _cells(rng, m, lambda: str(rng.choice(AREAS)))
        columns["n_rated"] = _cells(rng, m, lambda: int(rng.integers(0, 20)))
        top = 5 if rng.random() < 0.5 else 1
        columns["mean_rating"] = _cells(rng, m, lambda: round(float(rng.random()) * top, 2))
    return {**_kept(rng, columns), **_places(rng, m)}


def _cells(rng, n, draw, null=0.15):
    return [None if rng.random() < null else draw() for _ in range(n)]


def _some(rng, all_words, share):
    return "|".join(word for word in all_words if rng.random() < share)


def _kept(rng, columns):
    """Leave out some of the columns altogether."""
    return {name: values for name, values in columns.items() if rng.random() < 0.75}


def _places(rng, n):
    if rng.random() < 0.15:
        return {}
    missing = rng.random(n) < 0.1
    lat = [None if gone else 39.5 + 0.4 * float(rng.random()) for gone in missing]
    lon = [None if gone else 109.8 + 0.5 * float(rng.random()) for gone in missing]
    return {"lat": lat, "lon": lon}


def _pins(rng, town):
    """Pin and forbid some pairs, whatever the limits and capacities say, but never more than a request's units."""
    left = {r["id"]: int(r["units"]) if given(r.get("units")) else 1 for r in rows_of(town.requests)}
    pairs = [(r, t) for r in town.requests["id"] for t in town.teams["id"]]
    pins = []
    for k in rng.permutation(len(pairs))[: int(rng.integers(0, 6))]:
        r, t = pairs[int(k)]
        if rng.random() < 0.5:
            pins.append((r, t, None, "forbid"))
        elif left[r]:
            left[r] -= 1
            pins.append((r, t))
    return pins


def _near_a_half(town):
    """Tell a town where two honest roundings could differ."""
    return any(abs(x * SCALE - round(x * SCALE)) > 0.499 for x in score_table(town).values())
