"""The pairs derived again: every list of candidates leads to the same pairs as trying them all."""

from __future__ import annotations

import numpy as np
import pytest

from check.plain import eligible, km_between
from check.random_towns import random_town
from check.towns import Town, policy
from servicematch.check import sources
from servicematch.check.book import open_book
from servicematch.check.eligible import eligible_pairs, judged
from servicematch.check.sources import blocks, cheapest, everything
from servicematch.check.sphere import Sphere, unit_vectors
from servicematch.pairs.limits import Allowed, Booked, Categories, Distance, Languages, SameArea, Skills

NOTHING = np.empty(0, dtype=np.int64)
LIMITS = {
    "skills": Skills(),
    "categories": Categories(),
    "languages": Languages(),
    "distance": Distance(),
    "detour": Distance(detour=1.4),
    "allow": Distance(missing="allow"),
    "detour and allow": Distance(detour=1.4, missing="allow"),
    "area": SameArea(1),
    "deep area": SameArea(3),
    "allowed": Allowed({"r0": ["t0", "t1"], "r3": ["t2", "gone"], "gone": ["t1"]}),
    "booked": Booked(),
}


def keys(pairs, n_teams):
    """Give one number a pair, sorted."""
    return sorted((pairs.rows.astype(np.int64) * n_teams + pairs.cols).tolist())


def everybody(requests, teams):
    """List all pairs."""
    every = everything(len(requests), len(teams))
    return every.pairs(0, len(requests))


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
def test_every_source_holds_every_passing_pair_once(limit):
    """A list may be too long, never too short, and its own count is the number that it lists."""
    n_passing = n_listed = 0
    for seed in range(60):
        town = random_town(np.random.default_rng(seed), n_requests=12, n_teams=8)
        requests, teams = town.tables
        book = open_book(requests, teams, policy(limits=(limit,), terms=()))
        passing = set(keys(judged(book, *everybody(requests, teams)), len(teams)))
        for source in book.sources:
            for start, stop in ((0, len(requests)), (2, 5)):
                rows, cols = source.pairs(min(start, len(requests)), min(stop, len(requests)))
                listed = (rows.astype(np.int64) * len(teams) + cols).tolist()
                assert len(listed) == source.count(min(start, len(requests)), min(stop, len(requests)))
                assert len(set(listed)) == len(listed)
                assert {key for key in passing if start <= key // len(teams) < stop} <= set(listed)
                n_listed += len(listed)
        n_passing += len(passing)
    assert n_passing > 50
    assert n_listed > 50 or limit.name == "languages"


@pytest.mark.parametrize("size", [1, 3, 400_000])
def test_blocks_change_nothing(size, monkeypatch):
    """However small the blocks, the same pairs come out, those of a request together."""
    monkeypatch.setattr(sources, "PAIRS_AT_ONCE", size)
    for seed in range(40):
        town = random_town(np.random.default_rng(seed), n_requests=9, n_teams=6)
        requests, teams = town.tables
        book = open_book(requests, teams, town.policy)
        parts = list(eligible_pairs(book, len(requests), len(teams), NOTHING))
        found = [key for part in parts for key in keys(part, len(teams))]
        wanted = eligible(town.requests, town.teams, town.policy.reserve, town.policy.min_relevance)
        place = {
            side: {row["id"]: i for i, row in enumerate(rows)}
            for side, rows in (("r", town.requests), ("t", town.teams))
        }
        assert sorted(found) == sorted(place["r"][r] * len(teams) + place["t"][t] for r, t in wanted)
        rows = [set(part.rows.tolist()) for part in parts]
        assert sum(map(len, rows)) == len(set().union(*rows))


def test_gains_are_those_of_the_plain_oracle():
    """Scores come out the same to the last micro-point by two quite different computations."""
    n_pairs = 0
    for seed in range(60):
        town = random_town(np.random.default_rng(seed), n_requests=9, n_teams=6)
        requests, teams = town.tables
        book = open_book(requests, teams, town.policy)
        wanted = eligible(town.requests, town.teams, town.policy.reserve, town.policy.min_relevance)
        for part in eligible_pairs(book, len(requests), len(teams), NOTHING):
            sure = ~part.ambiguous
            ids = zip(requests.ids[part.rows[sure]], teams.ids[part.cols[sure]], strict=True)
            assert [wanted[pair] for pair in ids] == part.gain[sure].tolist()
            n_pairs += int(sure.sum())
    assert n_pairs > 300


def test_the_shortest_list_is_chosen():
    """Where an index lists few pairs, not all of them are tried."""
    requests = [{"id": i, "lat": 39.0 + i, "lon": 109.0, "category": "a"} for i in range(6)]
    teams = [{"id": i, "lat": 39.0 + i, "lon": 109.0, "categories": "a", "radius_km": 5.0} for i in range(6)]
    tables = Town(requests, teams).tables
    book = open_book(*tables, policy())
    assert cheapest([everything(6, 6), *book.sources], 6)[1] == 6


def test_crowded_runs_are_halved():
    """Where one corner holds most of the pairs, its blocks are cut again, so that memory stays small."""
    lat = [39.0] * 50 + [20.0 + i for i in range(50)]
    requests = [{"id": i, "lat": place, "lon": 109.0} for i, place in enumerate(lat)]
    teams = [{"id": i, "lat": 39.0, "lon": 109.0, "radius_km": 1.0} for i in range(40_000)]
    tables = Town(requests, teams).tables
    source = open_book(*tables, policy()).sources[0]
    runs = list(blocks(source, source.count(0, 100), 100))
    assert [start for start, _ in runs] == [0, *(stop for _, stop in runs)][:-1]
    assert runs[-1][1] == 100
    assert max(source.count(*run) for run in runs) <= 1.5 * sources.PAIRS_AT_ONCE


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((89.9, 0.0), (89.9, 180.0)),
        ((0.0, 179.99), (0.0, -179.99)),
        ((10.0, 20.0), (-10.0, -160.0)),
        ((39.6, 109.8),) * 2,
    ],
    ids=["over the pole", "over the date line", "opposite points", "the same point"],
)
@pytest.mark.parametrize("factor", [1 + 1e-7, 1 - 1e-6])
def test_far_and_near_places_are_found(a, b, factor):
    """The list by chords misses nothing over poles, date line and opposite points, to a few metres (the plain oracle is no better for opposite points)."""
    request, team = ({"id": 1, "lat": lat, "lon": lon} for lat, lon in (a, b))
    km = km_between(request, team)
    town = Town([request], [team | {"radius_km": km * factor}])
    book = open_book(*town.tables, policy(terms=()))
    found = [part for part in eligible_pairs(book, 1, 1, NOTHING) if len(part.rows)]
    assert bool(found) == (factor > 1.0 or km == 0.0)


def test_a_pair_on_the_edge_of_a_radius_is_counted_as_ambiguous():
    """Nearer than a micrometre to radius and tolerance, another honest computation may say otherwise."""
    request, team = {"id": 1, "lat": 39.6, "lon": 109.8}, {"id": 1, "lat": 39.7, "lon": 109.9}
    radius = km_between(request, team) - 1e-6
    for off, unsure, passing in ((0.0, True, None), (2e-9, False, True), (-2e-9, False, False)):
        book = open_book(*Town([request], [team | {"radius_km": radius + off}]).tables, policy(terms=()))
        pairs = judged(book, *everybody([1], [1]))
        assert pairs.unsure.tolist() == ([unsure] if unsure or passing else [])
        assert passing is None or pairs.passing.tolist() == [True] * passing


def test_many_words_fit():
    """More than 64 different words are told apart."""
    names = [f"w{i:03}" for i in range(200)]
    requests = [{"id": i, "skills": f"{name}|{names[0]}"} for i, name in enumerate(names)]
    teams = [{"id": i, "skills": f"{name}|{names[0]}|other"} for i, name in enumerate(names)]
    book = open_book(*Town(requests, teams).tables, policy(terms=()))
    parts = list(eligible_pairs(book, 200, 200, NOTHING))
    found = {key for part in parts for key in keys(part, 200)}
    assert found == {i * 200 + i for i in range(200)} | set(range(200))


@pytest.mark.parametrize("degrees", [1e-7, 1e-4, 1.0, 89.0, 91.0, 179.0, 179.9999, 180 - 1e-7])
def test_distances_are_exact_everywhere(degrees):
    """From a centimetre to the opposite point, a degree of latitude has its length to a millimetre."""
    a = unit_vectors(np.array([-90.0 + degrees / 2]), np.array([30.0]))
    b = unit_vectors(np.array([-90.0 + degrees / 2]), np.array([-150.0]))
    km = Sphere(a, b).km(np.zeros(1, dtype=np.int32), np.zeros(1, dtype=np.int32))
    assert abs(km[0] - 6371.0088 * np.radians(degrees)) < 1e-6
