"""Tiny random towns with slots, pins and rules, and what a plan is worth, read off its frames and the raw tables."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass, replace

import servicematch as sm
from servicematch.base.errors import TableWarning

R = sm.rules
HOURS = {"am": ("08:00", "10:30"), "noon": ("11:00", "13:00"), "pm": ("14:00", "18:00")}
RULES = [
    R.Quota("requests", "area", 2),
    R.Cap(1, per="day"),
    R.Floor("requests", "area", 1),
    R.SameTeam("series", points=0.2),
    R.SameTeam("series"),
    R.Apart("area", 1),
    R.Balance(0.3),
]


@dataclass(frozen=True)
class Town:
    """Raw tables, a policy and pins."""

    requests: dict
    teams: dict
    slots: dict
    policy: sm.Policy
    pins: tuple = ()

    def plan(self, **changes):
        """Plan it anew, with some parts changed."""
        town = replace(self, **changes)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TableWarning)
            return sm.assign(town.requests, town.teams, town.slots, policy=town.policy, pins=town.pins or None)

    @property
    def triples(self):
        """All requests at all slots, with their teams."""
        at = list(zip(self.slots["team_id"], self.slots["id"], strict=True))
        return [(request, *place) for request in self.requests["id"] for place in at]


def draw(rng, kind):
    """Draw a town: ``"plain"``, ``"rules"``, ``"bound"`` (units bound to each other) or ``"travel"``."""
    n, m = int(rng.integers(3, 6)), int(rng.integers(2, 4))
    units = rng.choice([1, 1, 2], n)
    requests = {
        "id": [f"r{i}" for i in range(n)],
        "priority": rng.integers(0, 2, n).tolist(),
        "hours": [[0.5, 1.0, 1.5, None][i] for i in rng.integers(0, 4, n)],
        "latest": [["2026-06-06T12:30Z", None, None][i] for i in rng.integers(0, 3, n)],
        "placed_at": [["2026-06-01T00:00Z", "2026-06-05T00:00Z"][i] for i in rng.integers(0, 2, n)],
        "skills": [[None, None, None, "a"][i] for i in rng.integers(0, 4, n)],
        "area": [["东", "西"][i] for i in rng.integers(0, 2, n)],
        "lat": (39.0 + rng.random(n) * 0.5).tolist(),
        "lon": [110.0] * n,
    }
    if kind != "travel":
        requests["units"] = units.tolist()
    if kind == "bound":
        requests["together"] = (rng.random(n) < 0.6).tolist()
        requests["min_units"] = [int(rng.integers(1, u + 1)) for u in units]
    teams = {
        "id": [f"t{i}" for i in range(m)],
        "skills": [["a", "b", "a|b"][i] for i in rng.integers(0, 3, m)],
        "mean_rating": (rng.integers(0, 5, m) / 4).tolist(),
        "n_rated": [50] * m,
        "lat": [39.2] * m,
        "lon": [110.1] * m,
    }
    if rng.random() < 0.5:
        teams["capacity"] = rng.integers(1, 4, m).tolist()
    places = [(t, day, at) for t in teams["id"] for day in "67" for at in HOURS if rng.random() < 0.4]
    slots = {
        "id": [f"{t}-{day}{at}" for t, day, at in places],
        "team_id": [t for t, _, _ in places],
        "start": [f"2026-06-0{day}T{HOURS[at][0]}Z" for _, day, at in places],
        "end": [f"2026-06-0{day}T{HOURS[at][1]}Z" for _, day, at in places],
        "capacity": ([1] * len(places) if kind == "travel" else rng.choice([1, 1, 2], len(places)).tolist()),
    }
    terms = [sm.terms.TrackRecord(weight=0.5), sm.terms.Sooner(weight=0.5, half_days=2.0)]
    rules = []
    if kind == "rules":
        rules = [RULES[i] for i in sorted(rng.choice(len(RULES), int(rng.integers(1, 3)), replace=False).tolist())]
        rules = rules[:1] if all(isinstance(rule, R.SameTeam) for rule in rules) else rules
        if any(isinstance(rule, R.SameTeam) for rule in rules):
            requests["series"] = [["s", None][i] for i in rng.integers(0, 2, n)]
            requests["units"] = [1] * n
    travel = sm.Travel(kmh=25, setup_minutes=10) if kind == "travel" else None
    limits = [sm.limits.Skills(), sm.limits.Within(days=6.4)]
    policy = sm.Policy(limits=limits, terms=terms, rules=rules, travel=travel)
    town = Town(requests, teams, slots, policy)
    return replace(town, pins=_pins(town, rng)) if places and rng.random() < 0.6 else town


def _pins(town, rng):
    """Pin a pair that the plan has, or forbid a slot or a team."""
    here = chosen(town.plan())
    forbid = town.triples[int(rng.integers(len(town.triples)))]
    pins = [(*here[int(rng.integers(len(here)))], "pin")] if here else []
    slot = forbid[2] if rng.random() < 0.5 else None
    is_free = all(pin[0] != forbid[0] or pin[1] != forbid[1] for pin in pins)
    return (*pins, *([(forbid[0], forbid[1], slot, "forbid")] if is_free else []))


def chosen(plan):
    """List who serves whom when."""
    rows = plan.assignments
    return list(zip(*(list(rows[name]) for name in ("request_id", "team_id", "slot_id")), strict=True))


def worth(town, plan):
    """Add a plan up tier by tier, pins counted: floors, units by priority, micro-points less what rules cost."""
    here, requests = chosen(plan), town.requests
    row_of = {id_: at for at, id_ in enumerate(requests["id"])}
    value = {}
    served = Counter(requests["area"][row_of[r]] for r, _, _ in here)
    if any(isinstance(rule, R.Floor) for rule in town.policy.rules):
        value["floors"] = sum(min(1, served[area]) for area in set(requests["area"]))
    for priority in sorted(set(requests["priority"]), reverse=True):
        value[f"priority={priority}"] = sum(requests["priority"][row_of[r]] == priority for r, _, _ in here)
    points = sum(round(score * 1e6) for score in plan.assignments["score"])
    value["score"] = points - sum(_cost(town, rule, here, row_of) for rule in town.policy.rules)
    return value


def _cost(town, rule, here, row_of):
    if isinstance(rule, R.SameTeam) and rule.points is not None:
        teams = Counter(team for r, team, _ in here if town.requests["series"][row_of[r]] is not None)
        return round(rule.points * 1e6) * (sum(teams.values()) - max(teams.values(), default=0))
    if isinstance(rule, R.Balance):
        return sum(_unevenness(town, rule, team, n) for team, n in Counter(team for _, team, _ in here).items())
    return 0


def _unevenness(town, rule, team, n):
    at = list(zip(town.slots["team_id"], town.slots["capacity"], strict=True))
    places = sum(capacity for whose, capacity in at if whose == team)
    if "capacity" in town.teams:
        places = min(places, town.teams["capacity"][town.teams["id"].index(team)])
    return sum(round(rule.points * 1e6 * (k + 0.5) / places) for k in range(n))


def gained(town, new, plan, new_town=None):
    """Say by tier what a plan is worth more than another."""
    after, before = worth(new_town or town, new), worth(town, plan)
    return {name: after[name] - before[name] for name in before}
