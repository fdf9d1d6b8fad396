"""The index of points by radius."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import BallTree

from servicematch.pairs.bands import Bands, listed
from servicematch.pairs.geo import EARTH_RADIUS_KM, haversine_km

LAT = st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, -89.9999, 0.0, 39.8, 89.9999, 90.0]))
LON = st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, -179.9999, 0.0, 179.9999, 180.0]))
RADIUS = st.one_of(st.sampled_from([0.0, 0.01, 5.0, 400.0, 10_000.0, 20_015.0, 20_016.0, np.inf]), st.floats(0, 25_000))


def found(lat, lon, centre_lat, centre_lon, radius):
    """List the pairs as a set, and check that none is listed twice."""
    bands = Bands.of(lat, lon, radius)
    spans = bands.spans(centre_lat, centre_lon, radius)
    points, centres = listed(bands, spans)
    pairs = set(zip(points.tolist(), centres.tolist(), strict=True))
    assert len(pairs) == len(points) == spans.n_pairs
    return pairs


@settings(deadline=None)
@given(
    st.lists(st.tuples(LAT, LON), min_size=1, max_size=12),
    st.lists(st.tuples(LAT, LON, RADIUS), min_size=1, max_size=5),
)
def test_no_point_within_a_radius_is_missed_anywhere_on_the_globe(points, centres):
    """An index that loses a pair near a pole or the 180th meridian would make the plan wrong and nobody would see it."""
    lat, lon = np.array(points).T
    centre_lat, centre_lon, radius = np.array(centres).T
    km = haversine_km(lat[:, None], lon[:, None], centre_lat, centre_lon)
    within = {(int(i), int(j)) for i, j in np.argwhere(km <= radius)}
    assert within <= found(lat, lon, centre_lat, centre_lon, radius)


def test_a_town_is_listed_as_by_ball_tree_with_few_pairs_more():
    """Held against scikit-learn's index on a town with radii of every size."""
    rng = np.random.default_rng(1)
    lat, lon = 39.8 + rng.normal(0, 0.1, 2000), 110 + rng.normal(0, 0.1, 2000)
    centre_lat, centre_lon = 39.8 + rng.normal(0, 0.1, 300), 110 + rng.normal(0, 0.1, 300)
    radius = rng.lognormal(0.5, 1.0, 300)
    tree = BallTree(np.radians(np.column_stack([lat, lon])), metric="haversine")
    near = tree.query_radius(np.radians(np.column_stack([centre_lat, centre_lon])), radius / EARTH_RADIUS_KM)
    wanted = {(int(i), j) for j, some in enumerate(near) for i in some}
    pairs = found(lat, lon, centre_lat, centre_lon, radius)
    assert wanted <= pairs
    assert len(pairs) < 1.3 * len(wanted)


def test_the_other_side_of_the_180th_meridian_is_near():
    """Fiji has people on both sides."""
    assert found(np.array([-17.0]), np.array([179.99]), np.array([-17.0]), np.array([-179.99]), np.array([5.0]))


def test_no_points_and_no_centres_give_no_pairs():
    """Empty tables are legal."""
    none, one = np.empty(0), np.array([1.0])
    assert found(none, none, one, one, one) == set()
    assert found(one, one, none, none, none) == set()
