"""The week in Ordos has the city's shape, is the same every time, and always holds the order of 2 June."""

import csv
import json
import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from servicematch.datasets import SHASHATAN_ORDER, ordos
from servicematch.datasets.asks import FREE_SHARE
from servicematch.datasets.banners import BANNERS, FAR_VILLAGES
from servicematch.datasets.places import SHASHATAN, places
from servicematch.datasets.teams import COACH
from servicematch.datasets.vocabulary import vocabulary
from servicematch.tables.cross import check_together

DATA = Path(os.environ.get("SERVICEMATCH_DATA", Path(__file__).parents[3] / "shared" / "data"))


def km(lat_a, lon_a, lat_b, lon_b):
    """Great-circle distance on a sphere of 6371.0088 km."""
    a, b = np.radians(lat_a), np.radians(lat_b)
    h = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(np.subtract(lon_b, lon_a)) / 2) ** 2
    return 2 * 6371.0088 * np.arcsin(np.sqrt(h))


def inside(lat, lon, rings):
    """Count the borders that a ray to the east crosses."""
    crossed = 0
    for ring in rings:
        (x, y), (x_next, y_next) = ring.T, np.roll(ring, -1, axis=0).T
        spans = (y > lat) != (y_next > lat)
        crossed += (lon < x[spans] + (x_next - x)[spans] * (lat - y[spans]) / (y_next - y)[spans]).sum()
    return crossed % 2 == 1


@pytest.fixture(scope="module")
def week():
    """Draw the default week."""
    return ordos()


def test_the_city_has_its_institutes_and_stations():
    """29 institutes and 85 stations under nine banners are facts of the city."""
    paths = [path.split("/") for path in places().area]
    assert len(BANNERS) == 9
    assert sum(len(banner.with_institute) for banner in BANNERS) == 29
    assert sum(len(path) == 3 and "/".join(path) not in FAR_VILLAGES for path in paths) == 85
    assert len({tuple(path) for path in paths}) == len(paths)
    assert {path[1] for path in paths} == {town for b in BANNERS for town in b.with_institute + b.others}


def test_weights_of_places_sum_to_one_in_each_banner():
    """The weights are shares of a banner, so that the banners' own shares hold."""
    where = places()
    assert np.bincount(where.banner, weights=where.weight) == pytest.approx(np.ones(9))


def test_some_villages_are_a_hundred_km_from_the_seat():
    """Distances in the country are what makes dispatching hard."""
    where = places()
    seats = np.array([banner.seat for banner in BANNERS])[where.banner]
    far = dict(zip(where.area, km(where.lat, where.lon, seats[:, 0], seats[:, 1]), strict=True))
    assert all(far[village] >= 100 for village in FAR_VILLAGES)
    assert max(far.values()) < 160


def test_far_villages_ask(week):
    """A village that nobody asks from would be scenery."""
    requests, _ = week
    asked = [path for path in requests.area if path in FAR_VILLAGES]
    assert len(asked) > 20
    assert set(asked) == set(FAR_VILLAGES)


@pytest.mark.skipif(not (DATA / "ordos" / "datav_150600_full.geojson").exists(), reason="the real borders are not here")
def test_every_place_lies_in_its_banner():
    """A made-up town beyond the border would be a plain mistake."""
    borders = json.loads((DATA / "ordos" / "datav_150600_full.geojson").read_text(encoding="utf-8"))["features"]
    rings = {
        one["properties"]["name"]: [np.array(ring) for part in one["geometry"]["coordinates"] for ring in part]
        for one in borders
    }
    where = places()
    outside = [
        area
        for area, number, lat, lon in zip(where.area, where.banner, where.lat, where.lon, strict=True)
        if not inside(lat, lon, rings[BANNERS[number].name])
    ]
    assert outside == []


@pytest.mark.skipif(not (DATA / "ordos" / "seat_distance_km.csv").exists(), reason="the real distances are not here")
def test_seats_lie_as_far_apart_as_published():
    """A slip in one coordinate of a seat would move a whole banner."""
    with (DATA / "ordos" / "seat_distance_km.csv").open(encoding="utf-8") as file:
        published = {(row[0], row[1]): float(row[2]) for row in list(csv.reader(file))[1:]}
    ours = {(a.name, b.name): float(km(*a.seat, *b.seat)) for a, b in combinations(BANNERS, 2)}
    assert len(published) == 36
    for pair, distance in published.items():
        assert ours.get(pair, ours.get(pair[::-1])) == pytest.approx(distance, abs=0.03)


def test_default_week_has_the_size_of_the_city(week):
    """5,000 requests, 1,923 teams, 153 of them in one banner alone."""
    requests, teams = week
    assert (len(requests), len(teams)) == (5000, 1923)
    assert sum(path.startswith("准格尔旗/") for path in teams.area) == 153
    assert len({path.split("/")[0] for path in teams.area}) == 9


def test_teams_stand_under_the_five_platforms_and_employment(week):
    """Categories are the platforms, and nothing else."""
    _, teams = week
    platforms = vocabulary("zh").platforms
    assert set(teams.categories.words) == set(platforms)
    assert len(platforms) == 6


def test_ratings_crowd_near_the_top(week):
    """Star ratings in the field are nearly all five stars; who is not rated has none."""
    _, teams = week
    rated = teams.n_rated > 0
    assert np.isnan(teams.mean_rating[~rated]).all()
    assert np.median(teams.mean_rating[rated]) > 0.95


def test_requests_are_of_every_kind(week):
    """A data set without nulls, bookings and wishes would hide what real tables do."""
    requests, _ = week
    assert 0.01 < np.isnan(requests.lat).mean() < 0.03
    assert set(requests.units) == {1, 2, 3}
    assert set(requests.priority) == {0, 1, 2}
    free_text = np.equal(requests.category, None)
    assert free_text.mean() == pytest.approx(FREE_SHARE, abs=0.02)
    assert not any(requests.skills.of(i) for i in np.flatnonzero(free_text))
    assert all(need.strip() for need in requests.need[free_text])
    assert all(need is None or need.strip() for need in requests.need)
    assert 100 < sum(team is not None for team in requests.booked_team) < 400


def test_times_lie_in_the_week_before_the_order(week):
    """The order of 2 June closes the week; times are those of Asia/Shanghai."""
    requests, _ = week
    known = requests.placed_at[requests.placed_at > np.iinfo(np.int64).min]
    monday = np.datetime64("2025-05-25T16:00:00", "s").astype(np.int64)
    order = requests.placed_at[requests.index(SHASHATAN_ORDER)]
    assert order == np.datetime64("2025-06-02T01:00:00", "s").astype(np.int64)
    assert known.min() >= monday
    assert known.max() == order


def test_demand_is_uneven(week):
    """Demand follows a few services: the most asked skill is asked several times as often as the least."""
    requests, _ = week
    asked = np.bincount(requests.skills.codes)
    assert asked.max() > 4 * asked.min()


@pytest.mark.parametrize("n_requests", [1, 2, 50])
def test_order_of_2_june_is_always_there(n_requests):
    """Everybody who tries the library can look for it, whatever the size."""
    requests, _ = ordos(n_requests, 5, rng=7)
    i = requests.index(SHASHATAN_ORDER)
    assert (requests.need[i], requests.area[i], requests.units[i]) == ("想要一名健身操教练", SHASHATAN, 1)
    assert requests.booked_team is None or requests.booked_team[i] is None


@pytest.mark.parametrize("n_teams", [1, 3, 1923])
def test_coaches_can_reach_the_village(n_teams):
    """One fitting team with free places is in reach even of the smallest city."""
    requests, teams = ordos(1, n_teams)
    order, coach = requests.index(SHASHATAN_ORDER), COACH
    assert "健身操" in teams.skills.of(coach)
    distance = km(requests.lat[order], requests.lon[order], teams.lat[coach], teams.lon[coach])
    assert distance < teams.radius_km[coach]
    assert teams.free[coach] > 0


@pytest.mark.parametrize(("n_requests", "n_teams"), [(0, 0), (0, 3), (3, 0), (1, 1)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_empty_sides_are_legal(n_requests, n_teams, lang):
    """The smallest sizes are where generators break."""
    requests, teams = ordos(n_requests, n_teams, lang=lang, truth=True)
    assert (len(requests), len(teams)) == (n_requests, n_teams)


def test_negative_sizes_are_refused():
    """A negative size is a slip, not an empty table."""
    with pytest.raises(ValueError, match="got -1"):
        ordos(-1)


def test_same_seed_gives_the_same_week_and_another_another():
    """Benchmarks and bug reports name a seed."""
    first, again, other = (ordos(60, 20, rng=seed) for seed in (5, np.random.default_rng(5), 6))
    assert [table.fingerprint for table in first] == [table.fingerprint for table in again]
    assert first[0].fingerprint != other[0].fingerprint
    assert first[1].fingerprint != other[1].fingerprint


def test_generator_is_advanced():
    """A caller's generator gives a new week each time, as any draw does."""
    rng = np.random.default_rng(0)
    assert ordos(20, 10, rng=rng)[0].fingerprint != ordos(20, 10, rng=rng)[0].fingerprint


def test_teams_do_not_depend_on_the_number_of_requests():
    """Sweeping the demand against the same teams needs the same teams."""
    assert ordos(1, 30)[1].fingerprint == ordos(80, 30)[1].fingerprint


@pytest.mark.parametrize("n_teams", [1, 4])
def test_nobody_asks_for_a_skill_that_no_team_has(n_teams):
    """The menu lists what is on offer, so that small weeks raise no warnings."""
    requests, teams = ordos(300, n_teams)
    assert set(requests.skills.words) <= set(teams.skills.words)
    assert set(requests.wanted_skills.words) <= set(teams.skills.words)
    assert {team for team in requests.booked_team if team is not None} <= set(teams.ids)


@pytest.mark.parametrize(("n_requests", "n_teams"), [(5000, 1923), (300, 1), (3, 0)])
def test_tables_fit_each_other_without_a_warning(n_requests, n_teams):
    """A first run should be quiet; warnings fail this test."""
    check_together(*ordos(n_requests, n_teams))
