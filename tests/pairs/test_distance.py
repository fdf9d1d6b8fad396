"""The distance limit: radii, missing places, roads, and its index."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from pairs.towns import every_pair, pair
from servicematch.base.errors import PolicyError
from servicematch.base.protocols import passes
from servicematch.pairs.geo import EARTH_RADIUS_KM
from servicematch.pairs.limits import Distance
from servicematch.pairs.near import NearSource, Reach
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

NORTH = np.degrees(1 / EARTH_RADIUS_KM)  # degrees of latitude in one kilometre


def towards_north(km, radius_km=5.0, max_km=None):
    """One team, and one request so many km north of it."""
    requests = Requests({"id": [1], "lat": [39.8 + km * NORTH], "lon": [110.0], "max_km": [max_km]})
    return requests, Teams({"id": [1], "lat": [39.8], "lon": [110.0], "radius_km": [radius_km]})


@pytest.mark.parametrize(("km", "ok"), [(4.99, True), (5.0, True), (5.01, False)])
def test_the_radius_is_inclusive_and_ten_metres_beyond_it_fails(km, ok):
    """Both sides of the boundary, and the boundary."""
    limit = Distance().prepare(*towards_north(km))
    assert passes(limit, *pair(0, 0)).tolist() == [ok]
    assert len(limit.index().pairs(0, 1)[0]) >= ok


@pytest.mark.parametrize(
    ("radius_km", "max_km", "bound"), [(5, 3, 3), (3, 5, 3), (None, 3, 3), (5, None, 5), (None, None, np.inf)]
)
def test_the_smaller_radius_counts_and_null_is_no_limit(radius_km, max_km, bound):
    """Both sides may limit the way."""
    assert Distance().prepare(*towards_north(1.0, radius_km, max_km)).bound(*pair(0, 0)) == [bound]


def test_a_detour_lengthens_the_way():
    """4 km as the crow flies are 5.2 km by road."""
    limit = Distance(detour=1.3).prepare(*towards_north(4.0))
    assert limit.values(*pair(0, 0)) == pytest.approx([5.2])
    assert not passes(limit, *pair(0, 0)).any()
    assert passes(Distance(detour=1.25).prepare(*towards_north(4.0)), *pair(0, 0)).all()


def lost():
    """Place requests here and nowhere, each without and with a max_km; teams in the same way, with a radius."""
    side = {"id": [0, 1, 2, 3], "lat": [39.8, None, 39.8, None], "lon": [110.0, None, 110.0, None]}
    radius = [None, None, 5.0, 5.0]
    return Requests({**side, "max_km": radius}), Teams({**side, "radius_km": radius})


def test_a_missing_place_fails_only_where_a_radius_applies():
    """Who sets no limit may meet anywhere."""
    limit = Distance().prepare(*lost())
    ok = passes(limit, *every_pair(*lost())).reshape(4, 4)
    assert ok.tolist() == [
        [True, True, True, False],
        [True, True, False, False],
        [True, False, True, False],
        [False, False, False, False],
    ]
    assert np.isnan(limit.values(*pair(0, 3))).all()


def test_a_missing_place_passes_when_allowed():
    """The caller may widen."""
    assert passes(Distance(missing="allow").prepare(*lost()), *every_pair(*lost())).all()


@pytest.mark.parametrize("missing", ["exclude", "allow"])
def test_the_index_lists_every_passing_pair_once(missing):
    """Places may be missing on either side, radii too."""
    limit = Distance(missing=missing).prepare(*lost())
    rows, cols = every_pair(*lost())
    ok = passes(limit, rows, cols)
    listed = [(int(r), int(c)) for block in ((0, 1), (1, 4)) for r, c in zip(*limit.index().pairs(*block), strict=True)]
    assert len(listed) == len(set(listed)) == limit.index().estimate()
    assert {(int(r), int(c)) for r, c in zip(rows[ok], cols[ok], strict=True)} <= set(listed)


def test_without_radii_or_places_the_limit_is_off():
    """A column that is absent switches it off."""
    here = {"id": [1], "lat": [39.8], "lon": [110.0]}
    assert Distance().prepare(Requests(here), Teams(here)) is None
    assert Distance().prepare(Requests({"id": [1]}), Teams({**here, "radius_km": [3.0]})) is None


ROADS = [[1.0, 9.0], [np.nan, 2.0]]


def road_tables():
    """Two requests and two teams, given in the reverse of their canonical order."""
    return Requests({"id": ["b", "a"]}), Teams({"id": [8, 7], "radius_km": [5.0, 5.0]})


@pytest.mark.parametrize(
    "km",
    [
        np.array(ROADS),
        [("b", 8, 1.0), ("b", 7, 9.0), ("a", 7, 2.0), ("gone", 7, 1.0)],
        {"request_id": ["b", "b", "a"], "team_id": [8, 7, 7], "km": [1.0, 9.0, 2.0]},
    ],
    ids=["matrix", "triples", "columns"],
)
def test_roads_are_read_in_the_callers_order_and_no_way_fails(km):
    """A matrix speaks of rows as they were given, a table of ids; the tables are sorted inside."""
    limit = Distance(km=km).prepare(*road_tables())
    rows, cols = every_pair(*road_tables())
    np.testing.assert_array_equal(limit.values(rows, cols), [2.0, np.nan, 9.0, 1.0])  # a-7, a-8, b-7, b-8
    assert passes(limit, rows, cols).tolist() == [True, False, False, True]


def test_a_road_table_is_an_index_of_its_own_pairs():
    """Only listed pairs can pass, so only they are looked at."""
    limit = Distance(km=[("b", 8, 1.0), ("a", 7, 2.0)]).prepare(*road_tables())
    assert [part.tolist() for part in limit.index().pairs(0, 2)] == [[0, 1], [0, 1]]
    assert Distance(km=np.array(ROADS)).prepare(*road_tables()).index() is None


def test_a_function_is_asked_in_degrees_and_only_for_known_places():
    """A road service must not be sent NaN."""
    asked = []

    def manhattan(lat1, lon1, lat2, lon2):
        asked.append((lat1, lon1, lat2, lon2))
        return (abs(lat1 - lat2) + abs(lon1 - lon2)) * 100

    requests = Requests({"id": [1, 2], "lat": [39.8, None], "lon": [110.0, None]})
    teams = Teams({"id": [1], "lat": [39.81], "lon": [110.02], "radius_km": [5.0]})
    km = Distance(km=manhattan).prepare(requests, teams).values(np.array([0, 1]), np.array([0, 0]))
    assert km[0] == pytest.approx(3.0)
    assert np.isnan(km[1])
    assert [side.tolist() for side in asked[0]] == [[39.8], [110.0], [39.81], [110.02]]


@pytest.mark.parametrize(
    ("km", "words"),
    [
        (np.zeros((2, 3)), r"shape \(2, 2\)"),
        (np.array([[-1.0, 0], [0, 0]]), "at least 0"),
        ([("a", 7, 1.0), ("a", 7, 2.0)], "listed twice"),
        ([("a", 7, "far")], "as numbers"),
        ([(1, 7, 1.0)], "kind str"),
        ({"request_id": ["a"], "km": [1.0]}, "without team_id"),
    ],
)
def test_wrong_roads_are_refused_with_the_limit_named(km, words):
    """The message alone should do."""
    with pytest.raises(PolicyError, match=rf"limits\.distance\.km.*{words}"):
        Distance(km=km).prepare(*road_tables())


@pytest.mark.parametrize(
    "options", [{"detour": 0.5}, {"detour": np.nan}, {"missing": "maybe"}, {"km": len, "detour": 1.2}]
)
def test_wrong_options_are_refused(options):
    """A detour is at least 1 and for straight lines only."""
    with pytest.raises(PolicyError, match="distance"):
        Distance(**options)


def test_a_function_that_answers_wrongly_is_named():
    """One km a pair."""
    here = {"id": [1], "lat": [39.8], "lon": [110.0]}
    limit = Distance(km=lambda *_: [1.0, 2.0]).prepare(Requests(here), Teams({**here, "radius_km": [3.0]}))
    with pytest.raises(PolicyError, match="one km a pair"):
        limit.values(*pair(0, 0))


def test_a_prepared_limit_survives_pickling():
    """Workers get it that way."""
    limit = pickle.loads(pickle.dumps(Distance().prepare(*lost())))  # noqa: S301  our own bytes
    assert limit.bound(*pair(2, 0)) == [5.0]


def reaches(radii, seed=0):
    """Place points in a small town, with these radii."""
    rng = np.random.default_rng(seed)
    n = len(radii)
    return Reach(39.8 + rng.normal(0, 0.02, n), 110 + rng.normal(0, 0.02, n), np.array(radii))


@pytest.mark.parametrize(
    ("max_km", "radius_km", "by_team"),
    [
        ([np.inf] * 40, [1.0, 2.0] * 20, True),
        ([1.0, 2.0] * 20, [np.inf] * 40, False),
        ([1.0, 1.0] * 20, [1.0, 1.0] * 20, True),
        ([0.1] * 39 + [9.0], [0.5, 3.0] * 20, False),
        ([0.5, 3.0] * 20, [0.1] * 39 + [9.0], True),
    ],
)
def test_the_side_with_the_shorter_radii_asks(max_km, radius_km, by_team):
    """It lists fewer pairs; equal sides ask by team."""
    near = NearSource(reaches(max_km), reaches(radius_km, 1), widen=False)
    chosen = near.cheaper_side()
    assert chosen.by_team == by_team
    assert chosen.estimate() <= 1.05 * replace(chosen, by_team=not by_team).estimate()  # bands list some in vain


def test_an_estimate_some_centres_at_a_time_is_the_same(monkeypatch):
    """A million centres at once would need gigabytes."""
    source = NearSource(reaches([np.inf] * 50), reaches([1.0, 2.0] * 25, 1), widen=False)
    whole = source.estimate()
    monkeypatch.setattr("servicematch.pairs.near.CENTRES_AT_ONCE", 7)
    assert source.estimate() == whole > 0
    assert source.guess() == whole
    monkeypatch.setattr("servicematch.pairs.near.CENTRES_IN_A_GUESS", 25)
    assert 0.5 * whole < source.guess() < 2 * whole
