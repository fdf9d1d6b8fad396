"""Tiny towns, their best plans by trying every plan, and the honest claims that go with them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np

from check.plain import eligible, score
from servicematch.base.claim import Claim, Pin
from servicematch.base.errors import TableWarning
from servicematch.check.codes import Code
from servicematch.check.verify import verify
from servicematch.pairs.limits import Booked, Categories, Distance, Languages, Skills
from servicematch.pairs.terms import AreaAffinity, Proximity, SkillFit, Text, TrackRecord
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams


def policy(**changes):
    """Give the default policy, with changes."""
    default = {
        "limits": (Skills(), Categories(), Languages(), Distance(), Booked()),
        "terms": (Text(), Proximity(), SkillFit(), AreaAffinity(), TrackRecord()),
        "reserve": None,
        "min_relevance": 0.05,
        "tiers": ("priority", "score"),
        "skip_value": 0.0,
    }
    return SimpleNamespace(**(default | changes))


@dataclass(frozen=True)
class Town:
    """Rows of dicts, a policy and pins; the oracle leaves out the ``hidden`` pairs."""

    requests: list[dict[str, Any]]
    teams: list[dict[str, Any]]
    policy: Any = field(default_factory=policy)
    pins: tuple[Pin, ...] = ()
    hidden: frozenset[tuple[Any, Any]] = frozenset()

    @property
    def tables(self):
        """Build the tables."""
        with warnings.catch_warnings():  # nulls and zero capacities are what these towns are made of
            warnings.simplefilter("ignore", TableWarning)
            return Requests(self.requests or {"id": []}), Teams(self.teams or {"id": []})

    def with_request(self, name, **changes):
        """Change one request."""
        return replace(self, requests=[row | changes if row["id"] == name else row for row in self.requests])

    def with_team(self, name, **changes):
        """Change one team."""
        return replace(self, teams=[row | changes if row["id"] == name else row for row in self.teams])

    def verify(self, claim, *, proof=True):
        """Check a claim of this town."""
        return verify(*self.tables, self.policy, claim, proof=proof)

    def kept(self, kind):
        """List the pairs of the pins of a kind."""
        return [(pin.request_id, pin.team_id) for pin in self.pins if pin.kind == kind]

    def pairs(self):
        """Give the gains of the pairs that the problem has: pinned and forbidden ones are apart."""
        found = eligible(self.requests, self.teams, self.policy.reserve, self.policy.min_relevance)
        apart = {*self.kept("pin"), *self.kept("forbid"), *self.hidden}
        return {pair: gain for pair, gain in found.items() if pair not in apart}

    def need(self):
        """Count the units that pins left open."""
        taken = [request for request, _ in self.kept("pin")]
        return {row["id"]: max(0, (row.get("units") or 1) - taken.count(row["id"])) for row in self.requests}

    def places(self):
        """Count the places that pins left."""
        taken = [team for _, team in self.kept("pin")]
        free = {row["id"]: max(0, row.get("capacity", 1) - row.get("used", 0)) for row in self.teams}
        return {team: max(0, places - taken.count(team)) for team, places in free.items()}

    def classes(self):
        """Rank the priorities from 1."""
        if "priority" not in self.policy.tiers:
            return {row["id"]: int("served" in self.policy.tiers) for row in self.requests}
        levels = sorted({row.get("priority") or 0 for row in self.requests})
        return {row["id"]: levels.index(row.get("priority") or 0) + 1 for row in self.requests}

    def tiers(self):
        """Name the tiers from the highest."""
        if "priority" in self.policy.tiers:
            levels = sorted({row.get("priority") or 0 for row in self.requests}, reverse=True)
            return [*(f"priority={level}" for level in levels), "score"]
        return ["served", "score"] if "served" in self.policy.tiers else ["score"]


def best(pairs, need, places, classes, *, n_classes, skip):
    """Try every plan: the largest vector (units from the highest class, then micro-points) and one plan that has it."""
    found = {"value": (0,) * (n_classes + 1), "plan": ()}
    rows = list(need)

    def add(value, request, gains):
        more = list(value)
        if classes[request]:
            more[n_classes - classes[request]] += len(gains)
        more[-1] += sum(gains) - skip * len(gains)
        return tuple(more)

    def search(at, left, value, plan):
        if at == len(rows):
            if value > found["value"]:
                found.update(value=value, plan=plan)
            return
        request = rows[at]
        teams = [team for (asking, team) in pairs if asking == request and left[team] > 0]
        for k in range(min(need[request], len(teams)) + 1):
            for chosen in combinations(teams, k):
                fewer = {team: n - (team in chosen) for team, n in left.items()}
                gains = [pairs[request, team] for team in chosen]
                search(at + 1, fewer, add(value, request, gains), plan + tuple((request, team) for team in chosen))

    search(0, places, found["value"], ())
    return found["value"], found["plan"]


def worths(town):
    """Price each place by what one place more would bring, found by trying every plan of the larger town."""
    pairs, need, places, classes = town.pairs(), town.need(), town.places(), town.classes()
    skip = skip_micro(town)
    n_classes = len(town.tiers()) - 1
    now, _ = best(pairs, need, places, classes, n_classes=n_classes, skip=skip)
    prices = {}
    for team in places:
        if places[team] == 0:  # a place that does not exist costs nothing, and nobody may want it
            prices[team] = (n_classes, 2_000_000)
            continue
        more, _ = best(pairs, need, places | {team: places[team] + 1}, classes, n_classes=n_classes, skip=skip)
        change = [b - a for a, b in zip(now, more, strict=True)]
        raised = [k for k, value in enumerate(change[:-1]) if value]
        prices[team] = (len(change) - 1 - raised[0] if raised else 0, change[-1])
    return {team: price for team, price in prices.items() if price != (0, 0)}


def skip_micro(town):
    """Give the worth of leaving a unit open."""
    return 0 if {"priority", "served"} & set(town.policy.tiers) else round(town.policy.skip_value * 1e6)


def honest_claim(town):
    """Claim the best plan, truthfully."""
    value, plan = best(
        town.pairs(), town.need(), town.places(), town.classes(), n_classes=len(town.tiers()) - 1, skip=skip_micro(town)
    )
    return claim_of(town, plan, value, worths(town))


def claim_of(town, plan, value, prices, status="PROVED"):
    """Claim a plan with these values and prices, its pins added."""
    pins = town.kept("pin")
    chosen = [*pins, *plan]
    request, team = ({row["id"]: row for row in side} for side in (town.requests, town.teams))
    scores = [score(request[r], team[t], town.requests, town.teams) for r, t in chosen]
    requests, teams = town.tables
    named = dict(zip(town.tiers(), value, strict=True))
    return Claim(
        request_ids=tuple(r for r, _ in chosen),
        team_ids=tuple(t for _, t in chosen),
        scores=np.array(scores, dtype=np.float64),
        pinned=np.array([True] * len(pins) + [False] * len(plan), dtype=bool),
        objective=named,
        bound=named,
        status=status,
        price_teams=tuple(prices),
        price_class=np.array([price[0] for price in prices.values()], dtype=np.int64),
        price_score=np.array([price[1] for price in prices.values()], dtype=np.int64),
        n_pairs=len(town.pairs()),
        pins=town.pins,
        fingerprints={"requests": requests.fingerprint, "teams": teams.fingerprint},
    )


def value_of(town, plan):
    """Give the vector of a plan, whether it is lawful or not; pairs outside the problem count by their score."""
    classes, pairs = town.classes(), town.pairs()
    request, team = ({row["id"]: row for row in side} for side in (town.requests, town.teams))
    value = [0] * len(town.tiers())
    for r, t in set(plan):
        gain = round(score(request[r], team[t], town.requests, town.teams) * 1e6)
        value[-1] += pairs.get((r, t), gain) - skip_micro(town)
        if classes[r]:
            value[len(value) - 1 - classes[r]] += 1
    return tuple(value)


def wrong_claim(town, plan, **changes):
    """Claim another plan as if it were the best: with its own true value, and with the honest prices."""
    value = value_of(town, plan)
    return replace(claim_of(town, plan, value, worths(town)), **changes)


def refused(verification, code):
    """Tell that a plan is refused with this code, and not proved."""
    assert not verification.ok
    assert not verification.proved
    codes = [violation.code for violation in verification.violations]
    assert code in codes, verification
    return verification.violations[codes.index(code)]


def unproved(verification):
    """Tell that a plan breaks nothing but its claim to be the best."""
    found = refused(verification, Code.NOT_PROVED_OPTIMAL)
    assert {v.code for v in verification.violations} <= {Code.NOT_PROVED_OPTIMAL, Code.BOUND_DIFFERS}
    return found
