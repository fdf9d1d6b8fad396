"""The four terms without words: their formulas, and what a missing value means on either side."""

import numpy as np
import pytest

from servicematch.base.errors import PolicyError
from servicematch.pairs.geo import EARTH_RADIUS_KM
from servicematch.pairs.terms import AreaAffinity, Proximity, SkillFit, Text, TrackRecord
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams


def values(term, requests, teams):
    """Value all pairs as a matrix."""
    requests, teams = Requests(requests), Teams(teams)
    rows, cols = np.divmod(np.arange(len(requests) * len(teams)), len(teams))
    return term.prepare(requests, teams).values(rows, cols).reshape(len(requests), -1)


def test_proximity_is_one_on_the_spot_and_one_half_at_half_km():
    """A missing place leaves the term out for the request, and is 0 for the team."""
    ten_km = 39.8 + np.degrees(10 / EARTH_RADIUS_KM)
    requests = {"id": [1, 2], "lat": [39.8, None], "lon": [110.0, None]}
    teams = {"id": [1, 2, 3], "lat": [39.8, ten_km, None], "lon": [110.0, 110.0, None]}
    np.testing.assert_allclose(values(Proximity(), requests, teams), [[1, 0.5, 0], [np.nan] * 3])
    np.testing.assert_allclose(values(Proximity(half_km=5, detour=1.5), requests, teams)[0], [1, 0.25, 0])


def test_proximity_follows_roads_when_they_are_given():
    """No way is as far as can be."""
    ids = {"id": [1, 2]}
    roads = np.array([[0.0, 30.0], [np.nan, np.inf]])
    np.testing.assert_allclose(values(Proximity(km=roads), ids, ids), [[1.0, 0.25], [0.0, 0.0]])


def test_skill_fit_is_the_share_of_the_wanted():
    """Who wants none leaves the term out; who has none fits nothing."""
    requests = {"id": [1, 2], "wanted_skills": ["dance|yoga|flying", None]}
    expected = [[2 / 3, 1 / 3, 0], [np.nan] * 3]
    np.testing.assert_allclose(
        values(SkillFit(), requests, {"id": [1, 2, 3], "skills": ["yoga|dance", "yoga", None]}), expected
    )


def test_area_affinity_is_common_levels_over_the_requests_depth():
    """Equal names in different towns are different places."""
    requests = {"id": [1, 2, 3], "area": ["A/x/p", "A", None]}
    teams = {"id": [1, 2, 3, 4], "area": ["A/x/q", "A/y/p", "B/x/p", None]}
    expected = [[2 / 3, 1 / 3, 0, 0], [1, 1, 0, 0], [np.nan] * 4]
    np.testing.assert_allclose(values(AreaAffinity(), requests, teams), expected)


def test_track_record_draws_few_ratings_to_the_prior():
    """Five ratings weigh as much as the prior; none leave it."""
    teams = {"id": [1, 2, 3, 4], "mean_rating": [1.0, 0.0, None, 1.0], "n_rated": [5, 15, 3, 0]}
    np.testing.assert_allclose(values(TrackRecord(), {"id": [1]}, teams), [[0.9, 0.2, 0.8, 0.8]])
    np.testing.assert_allclose(values(TrackRecord(prior=0.5, prior_weight=15), {"id": [1]}, teams)[0, 0], 0.625)


@pytest.mark.parametrize("term", [Text(), Proximity(), SkillFit(), AreaAffinity(), TrackRecord()])
def test_an_absent_column_switches_a_term_off(term):
    """Nothing is valued where nothing is known."""
    assert term.prepare(Requests({"id": [1]}), Teams({"id": [1]})) is None


@pytest.mark.parametrize("term", [Text, Proximity, SkillFit, AreaAffinity, TrackRecord])
@pytest.mark.parametrize("weight", [-0.1, np.nan, np.inf, "0.5", None])
def test_a_weight_is_a_finite_number_of_at_least_zero(term, weight):
    """A negative weight would reward the far away."""
    with pytest.raises(PolicyError, match="weight"):
        term(weight=weight)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Proximity(half_km=0),
        lambda: Proximity(detour=0.9),
        lambda: TrackRecord(prior=1.1),
        lambda: TrackRecord(prior_weight=0),
    ],
)
def test_numbers_of_a_term_are_checked_at_once(make):
    """Not after the tables were read."""
    with pytest.raises(PolicyError, match=r"terms\."):
        make()


def test_areas_may_have_more_levels_than_a_byte_counts():
    """Nobody has 200 levels, but a slash is soon typed."""
    path = "/".join(str(level) for level in range(200))
    given = values(
        AreaAffinity(), {"id": [1], "area": [path]}, {"id": [1, 2], "area": [path, path[: path.index("/150")]]}
    )
    np.testing.assert_array_equal(given, [[1.0, 0.75]])
