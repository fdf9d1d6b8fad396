"""Waterfalls: who is left after each limit, and what stands in the way."""

import numpy as np
from hypothesis import given

from pairs.towns import LIMITS, RANDOM_TOWNS, steppe, tables, town_columns
from servicematch.base.protocols import passes
from servicematch.pairs import waterfall as module
from servicematch.pairs.limits import Distance, Languages, Skills
from servicematch.pairs.scores import prepare_scorer
from servicematch.pairs.waterfall import waterfall
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams


def test_the_steppe_falls_limit_by_limit():
    """r1: two of three teams have the skill, all have the category, one of the two has no place."""
    fall = waterfall(prepare_scorer(*steppe(), LIMITS, []), [0, 1])
    assert fall.limits == ("skills", "categories", "distance")
    assert fall.left.tolist() == [[2, 2, 1], [3, 3, 2]]
    assert fall.unmeasured.tolist() == [[0, 0, 1], [0, 0, 1]]
    assert fall.blocking.tolist() == [-1, -1]
    assert fall.blocking_limit(0) is None


def test_the_limit_that_leaves_nobody_is_named():
    """The first in the policy's order at which the last team falls."""
    requests = Requests({"id": [1, 2], "skills": ["law", "yoga"], "languages": ["mn", "mn"]})
    teams = Teams({"id": [1, 2], "skills": ["yoga", "yoga"], "languages": ["zh", "zh"]})
    fall = waterfall(prepare_scorer(requests, teams, [Skills(), Languages()], []), [0, 1])
    assert [fall.blocking_limit(i) for i in (0, 1)] == ["skills", "languages"]


def test_a_missing_place_is_told_from_a_long_way():
    """The request without a place, the one far away, the one whose only fitting team has no place, the one whose way is mixed."""
    requests = Requests(
        {
            "id": [1, 2, 3, 4],
            "lat": [None, 45.0, 39.8, 45.0],
            "lon": [None, 110.0, 110.0, 110.0],
            "skills": [None, "yoga", "law", None],
        }
    )
    teams = Teams(
        {"id": [1, 2], "lat": [39.8, None], "lon": [110.0, None], "radius_km": [5.0, 5.0], "skills": ["yoga", "law"]}
    )
    fall = waterfall(prepare_scorer(requests, teams, [Skills(), Distance()], []), [0, 1, 2, 3])
    assert fall.blocking.tolist() == [1, 1, 1, 1]
    assert fall.is_unlocated.tolist() == [True, False, True, False]


@RANDOM_TOWNS
@given(town_columns())
def test_counts_are_those_of_all_pairs(columns):
    """Against a plain count, request by request."""
    requests, teams = tables(columns)
    scorer = prepare_scorer(requests, teams, LIMITS, [])
    fall = waterfall(scorer, range(len(requests)))
    cols = np.arange(len(teams), dtype=np.int32)
    for r in range(len(requests)):
        ok = np.array([passes(limit, np.full_like(cols, r), cols) for _, limit in scorer.limits], dtype=bool).reshape(
            -1, len(teams)
        )
        assert fall.left[r].tolist() == [int(ok[: k + 1].all(axis=0).sum()) for k in range(len(ok))]


def test_small_blocks_change_nothing(monkeypatch):
    """Memory is bounded, counts are not."""
    scorer = prepare_scorer(*steppe(), LIMITS, [])
    whole = waterfall(scorer, [1, 0, 1])
    monkeypatch.setattr(module, "PAIRS_AT_ONCE", 1)
    pieces = waterfall(scorer, [1, 0, 1])
    np.testing.assert_array_equal(whole.left, pieces.left)
    np.testing.assert_array_equal(whole.unmeasured, pieces.unmeasured)


def test_without_teams_the_first_limit_has_nobody():
    """And no place is to blame for that."""
    requests = Requests({"id": [1], "skills": ["yoga"]})
    fall = waterfall(prepare_scorer(requests, Teams({"id": [], "skills": []}), [Skills()], []), [0])
    assert fall.blocking.tolist() == [0]
    assert fall.is_unlocated.tolist() == [False]


def test_without_limits_nobody_falls():
    """There is nothing to fail."""
    fall = waterfall(prepare_scorer(*steppe(), [], []), [0])
    assert fall.blocking.tolist() == [-1]
    assert fall.is_unlocated.tolist() == [False]
