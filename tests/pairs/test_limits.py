"""Skills, categories, languages, areas, named pairs: what passes, what a null means, and what each index lists."""

import numpy as np
import pytest
from hypothesis import given

from pairs.towns import LIMITS, RANDOM_TOWNS, every_pair, pair, tables, town_columns
from servicematch.base.errors import PolicyError
from servicematch.base.protocols import passes
from servicematch.pairs.limits import Allowed, Booked, Categories, Forbidden, Languages, SameArea, Skills
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams


def values(limit, requests, teams):
    """Measure all pairs as a matrix."""
    requests, teams = Requests(requests), Teams(teams)
    return limit.prepare(requests, teams).values(*every_pair(requests, teams)).reshape(len(requests), -1).tolist()


def test_skills_count_what_is_lacking():
    """All asked skills are needed; who asks none passes, who has none lacks all."""
    requests = {"id": [1, 2, 3], "skills": ["dance|yoga|zither", "yoga", None]}
    teams = {"id": [1, 2, 3], "skills": ["yoga|dance|zither|law", "yoga", None]}
    assert values(Skills(), requests, teams) == [[0, 2, 3], [0, 0, 1], [0, 0, 0]]


def test_a_skill_that_no_team_has_is_lacking_everywhere():
    """An unknown word must not pass by being dropped."""
    assert values(Skills(), {"id": [1], "skills": ["levitation|yoga"]}, {"id": [1], "skills": ["yoga"]}) == [[1]]


def test_more_than_sixty_four_skills_keep_their_places():
    """One word of bits is not enough."""
    words = [f"s{i:03}" for i in range(200)]
    requests = {"id": list(range(200)), "skills": words}
    assert values(Skills(), requests, {"id": [0, 1], "skills": ["|".join(words[::2]), words[199]]}) == [
        [i % 2, int(i != 199)] for i in range(200)
    ]


def test_category_is_among_the_teams():
    """One category asked, several had."""
    requests = {"id": [1, 2], "category": ["sport", None]}
    assert values(Categories(), requests, {"id": [1, 2, 3], "categories": ["art|sport", "art", None]}) == [
        [0, 1, 1],
        [0, 0, 0],
    ]


def test_one_common_language_is_enough():
    """Languages are any of, not all of."""
    requests = {"id": [1, 2], "languages": ["mn|zh", None]}
    assert values(Languages(), requests, {"id": [1, 2, 3], "languages": ["zh", "en", None]}) == [[0, 1, 1], [0, 0, 0]]


def test_areas_agree_down_to_the_level():
    """Level 1 is the outermost; a request's shorter path is compared as far as it goes."""
    requests = {"id": [1, 2, 3], "area": ["A/x/p", "A", None]}
    teams = {"id": [1, 2, 3, 4], "area": ["A/x/q", "A/y", "B/x", None]}
    assert values(SameArea(level=1), requests, teams) == [[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]]
    assert values(SameArea(level=2), requests, teams) == [[0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]]
    assert values(SameArea(level=3), requests, teams) == [[1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]]


def test_allowed_pairs_are_the_only_ones():
    """A request that is not named may go nowhere."""
    ids = {"id": ["a", "b"]}
    assert values(Allowed([("a", "b")]), ids, ids) == [[1, 0], [1, 1]]
    assert values(Allowed({"a": ["a", "b"], "b": "b"}), ids, ids) == [[0, 0], [1, 0]]


def test_forbidden_pairs_are_the_only_ones_out():
    """All others may be; ids of another day do no harm."""
    ids = {"id": ["a", "b"]}
    assert values(Forbidden([("a", "b"), ("gone", "b")]), ids, ids) == [[0, 1], [0, 0]]


def test_named_pairs_may_come_from_a_generator():
    """They are written down at once, so that the limit works for many tables."""
    ids = {"id": [1, 2]}
    limit = Forbidden((i, i) for i in (1, 2))
    assert values(limit, ids, ids) == values(limit, ids, ids) == [[1, 0], [0, 1]]


@pytest.mark.parametrize("pairs", ["ab", 3, [("a",)], ["ab"]])
def test_what_is_no_pair_is_refused(pairs):
    """Before any table is seen."""
    with pytest.raises(PolicyError, match=r"limits\.allowed: expected pairs"):
        Allowed(pairs)


def test_ids_of_another_kind_are_refused():
    """The id 1 is never the id "1", so such a list would silently do nothing."""
    with pytest.raises(PolicyError, match=r"limits\.forbidden: expected ids of kind int"):
        Forbidden([("1", 1)]).prepare(Requests({"id": [1]}), Teams({"id": [1]}))


def test_a_booked_team_is_the_only_one():
    """A booking of a team that does not exist can go nowhere."""
    requests = {"id": [1, 2, 3], "booked_team": ["b", None, "gone"]}
    assert values(Booked(), requests, {"id": ["a", "b"]}) == [[1, 0], [0, 0], [1, 1]]


@pytest.mark.parametrize("limit", [Skills(), Categories(), Languages(), SameArea(1), Booked()])
def test_an_absent_column_switches_a_limit_off(limit):
    """Nothing is asked where nothing can be said."""
    assert limit.prepare(Requests({"id": [1]}), Teams({"id": [1]})) is None


@pytest.mark.parametrize("level", [0, -1, 1.0, True])
def test_a_level_is_a_whole_number_from_one(level):
    """Level 0 would be no limit at all."""
    with pytest.raises(PolicyError, match="level"):
        SameArea(level)


@RANDOM_TOWNS
@given(town_columns())
def test_every_index_lists_all_passing_pairs_once_and_no_more_than_it_said(columns):
    """A limit's index must not lose a pair, in any block; this holds for each limit by itself."""
    requests, teams = tables(columns)
    named = [(f"r{i}", f"t{i}") for i in range(4)]
    rows, cols = every_pair(requests, teams)
    for limit in (*LIMITS, SameArea(1), SameArea(2), Allowed(named), Forbidden(named)):
        prepared = limit.prepare(requests, teams)
        source = prepared.index() if prepared is not None and hasattr(prepared, "index") else None
        if source is None:
            continue
        middle = len(requests) // 2
        listed = [
            (int(r), int(c))
            for block in ((0, middle), (middle, len(requests)))
            for r, c in zip(*source.pairs(*block), strict=True)
        ]
        ok = passes(prepared, rows, cols)
        assert len(set(listed)) == len(listed)
        assert len(listed) <= source.estimate() or limit.name == "distance"  # its bands follow the block
        assert {(int(r), int(c)) for r, c in zip(rows[ok], cols[ok], strict=True)} <= set(listed)


@RANDOM_TOWNS
@given(town_columns())
def test_a_pair_passes_whatever_stands_beside_it(columns):
    """Limits are pure functions of a pair."""
    requests, teams = tables(columns)
    rows, cols = every_pair(requests, teams)
    for limit in LIMITS:
        prepared = limit.prepare(requests, teams)
        if prepared is not None:
            alone = [passes(prepared, *pair(r, c))[0] for r, c in zip(rows, cols, strict=True)]
            np.testing.assert_array_equal(passes(prepared, rows, cols), alone)
