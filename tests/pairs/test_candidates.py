"""Candidates: the search finds exactly what a filter of all pairs finds, in canonical order, within bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pairs.towns import LIMITS, RANDOM_TOWNS, every_pair, steppe, tables, town_columns
from servicematch.base.errors import PolicyError, TooManyPairsError
from servicematch.pairs.candidates import AllPairs, Search, _canonical
from servicematch.pairs.limits import Allowed, Distance, Skills
from servicematch.pairs.scorer import prepare_scorer
from servicematch.pairs.scores import build_pairs
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams


def found(search, size):
    """List what the search finds in blocks of about ``size`` pairs."""
    blocks = [search.eligible(*block) for block in search.blocks(size)]
    return [np.concatenate(side).tolist() for side in zip(*blocks, strict=True)]


@RANDOM_TOWNS
@given(town_columns(), st.sampled_from([1, 3, 1000]))
def test_the_search_equals_a_filter_of_all_pairs(columns, size):
    """From any index, in blocks of any size, in the order request, then team."""
    requests, teams = tables(columns)
    scorer = prepare_scorer(requests, teams, LIMITS, [])
    rows, cols = every_pair(requests, teams)
    ok = scorer.passes(rows, cols)
    search = Search.plan(scorer.limits, len(requests), len(teams))
    assert found(search, size) == [rows[ok].tolist(), cols[ok].tolist()]


class Shuffled:
    """A caller's limit whose index lists every pair twice, backwards."""

    name, unit = "shuffled", ""

    def prepare(self, requests, teams):
        """Take the tables."""
        self.every = AllPairs(len(requests), len(teams))
        return self

    def values(self, rows, cols):
        """Measure each pair."""
        return (rows + cols) % 2.0

    def bound(self, rows, cols):
        """Allow none."""
        return np.zeros(len(rows))

    def index(self):
        """List for itself."""
        return self

    def estimate(self):
        """Promise nothing."""
        return 0

    def pairs(self, start, stop):
        """List backwards, and twice."""
        rows, cols = self.every.pairs(start, stop)
        return np.tile(rows[::-1], 2), np.tile(cols[::-1], 2)


def test_an_index_may_list_in_any_order():
    """The order of pairs is the library's, not the index's."""
    requests, teams = Requests({"id": [1, 2, 3]}), Teams({"id": [1, 2]})
    _, pairs = build_pairs(requests, teams, [Shuffled()], [])
    assert pairs.by == "shuffled"
    assert list(zip(pairs.rows.tolist(), pairs.cols.tolist(), strict=True)) == [(0, 0), (1, 1), (2, 0)]


def test_the_index_with_the_fewest_pairs_is_taken():
    """Distance lists three pairs of the steppe, two skills would list four, two allowed ones beat both."""
    requests, teams = steppe()
    assert build_pairs(requests, teams, [Skills(), Distance()], [])[1].by == "distance"
    assert build_pairs(requests, teams, [Skills(), Distance(), Allowed([("r1", "t1")])], [])[1].by == "allowed"
    assert build_pairs(requests, teams, [], [])[1].by == "all pairs"


def test_too_many_pairs_to_look_at_are_refused_before_the_search():
    """The message has the number and what to tighten."""
    with pytest.raises(TooManyPairsError, match=r"about 6 pairs .* all pairs.*at most 5.*radius_km"):
        build_pairs(*steppe(), [], [], max_looked_at=5)
    assert len(build_pairs(*steppe(), [], [], max_looked_at=6)[1]) == 6


def test_too_many_pairs_to_hold_are_refused_with_an_estimate():
    """Memory for more is never taken."""
    with pytest.raises(TooManyPairsError, match=r"about 6 pairs through .*at most 5"):
        build_pairs(*steppe(), [], [], max_pairs=5)
    assert len(build_pairs(*steppe(), [], [], max_pairs=6)[1]) == 6


class Short:
    """A limit that answers once for all pairs."""

    name, unit = "short", ""

    def prepare(self, requests, teams):
        """Take the tables."""
        return self

    def values(self, rows, cols):
        """Measure each pair."""
        return np.zeros(1)

    def bound(self, rows, cols):
        """Allow none."""
        return np.zeros(1)


def test_a_limit_that_does_not_answer_for_each_pair_is_named():
    """Numpy would stretch one answer over all pairs."""
    with pytest.raises(PolicyError, match=r"limits\.short"):
        build_pairs(*steppe(), [Short()], [])


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 2), (2, 0)])
def test_empty_tables_give_no_pairs(n, m):
    """They are legal."""
    requests = Requests(
        {"id": list(range(n)), "lat": [39.8] * n, "lon": [110.0] * n, "skills": ["a"] * n, "need": ["a"] * n}
    )
    teams = Teams(
        {"id": list(range(m)), "lat": [39.8] * m, "lon": [110.0] * m, "radius_km": [1.0] * m, "skills": ["a"] * m}
    )
    _, pairs = build_pairs(requests, teams, LIMITS, [])
    assert len(pairs) == 0
    assert pairs.n_after_relevance.tolist() == [0] * n


@pytest.mark.parametrize("n_rows", [1, 300, 70_000, 200_000])
def test_a_long_block_is_sorted_by_request_then_team(n_rows):
    """Requests are sorted by 16 bits at a time; a block may have more of them."""
    rng = np.random.default_rng(n_rows)
    keys = rng.permutation(n_rows * 5)[:20_000] + 3 * 5
    by_team = keys[np.argsort(keys % 5, kind="stable")]
    for listed in (keys, by_team):
        rows, cols = _canonical(*(part.astype(np.int32) for part in np.divmod(listed, 5)), 5)
        np.testing.assert_array_equal(rows * 5 + cols, np.sort(keys))
