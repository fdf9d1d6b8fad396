"""Distances on the globe."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from servicematch.pairs.arcs import arc_km
from servicematch.pairs.geo import EARTH_RADIUS_KM, Spots, haversine_km

DATA = Path(os.environ.get("SERVICEMATCH_DATA", Path(__file__).parents[3] / "shared" / "data"))


def test_beijing_to_shanghai_is_1067_km():
    """A published distance, and one that swapped coordinates or degrees for radians would miss."""
    assert haversine_km(39.9042, 116.4074, 31.2304, 121.4737) == pytest.approx(1067.31, abs=0.01)


def test_a_quarter_of_the_meridian_is_a_quarter_of_the_circle():
    """From the equator to the pole the formula has a closed form."""
    assert haversine_km(0.0, 50.0, 90.0, -120.0) == pytest.approx(EARTH_RADIUS_KM * np.pi / 2)


def test_opposite_points_are_half_a_circle_apart_and_not_nan():
    """Rounding must not push the chord above one, where the arcsine is not a number."""
    lon = np.linspace(-180, 0, 1001)
    km = haversine_km(12.3456789, lon, -12.3456789, lon + 180)
    np.testing.assert_allclose(km, EARTH_RADIUS_KM * np.pi, rtol=1e-6)


def test_one_metre_is_one_metre():
    """The formula keeps its precision for neighbours."""
    metre = np.degrees(0.001 / EARTH_RADIUS_KM)
    assert haversine_km(39.86, 111.23, 39.86 + metre, 111.23) == pytest.approx(0.001, rel=1e-6)


def test_an_arc_is_that_of_the_arcsine_of_the_library():
    """The arcsine is worked out here so that its bits are the same everywhere; it must be as good as any."""
    haversine = np.concatenate(
        [np.linspace(0, 1, 10_001), np.geomspace(1e-30, 1, 1_001), 0.25 + np.linspace(-1e-9, 1e-9, 101)]
    )
    np.testing.assert_allclose(arc_km(haversine), 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(haversine)), rtol=1e-15)


def test_the_same_spot_is_exactly_zero_away():
    """A radius of 0 must let the very same spot through."""
    assert haversine_km(39.86, 111.23, 39.86, 111.23) == 0.0


def test_an_unknown_place_is_nan_away():
    """A missing coordinate is no distance at all, and no warning."""
    here, nowhere = Spots.from_degrees([39.8], [110.0]), Spots.from_degrees([np.nan], [np.nan])
    assert np.isnan(here.km(nowhere, np.array([0]), np.array([0]))).all()
    assert not nowhere.is_known.any()


def test_pairs_give_the_same_bits_as_points():
    """The limit and the term must see one and the same distance."""
    rng = np.random.default_rng(0)
    lat, lon = rng.uniform(-90, 90, 50), rng.uniform(-180, 180, 50)
    spots = Spots.from_degrees(lat, lon)
    rows, cols = rng.integers(0, 50, 200), rng.integers(0, 50, 200)
    np.testing.assert_array_equal(spots.km(spots, rows, cols), haversine_km(lat[rows], lon[rows], lat[cols], lon[cols]))


@pytest.mark.skipif(not (DATA / "ordos").is_dir(), reason="the data folder is not here")
def test_the_seats_of_ordos_are_as_far_apart_as_published():
    """36 distances between real places."""
    with (DATA / "ordos" / "ordos_places.csv").open(encoding="utf-8-sig") as file:
        seats = {r["name"]: r for r in csv.DictReader(file) if "(seat)" in r["level"] and "DataV" in r["source"]}
    with (DATA / "ordos" / "seat_distance_km.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    n_seen = 0
    for a, b, km in (row[:3] for row in rows[1:]):
        if a in seats and b in seats:
            ends = [float(seats[name][axis]) for name in (a, b) for axis in ("lat", "lon")]
            assert haversine_km(*ends) == pytest.approx(float(km), abs=0.01)
            n_seen += 1
    assert n_seen == 36
