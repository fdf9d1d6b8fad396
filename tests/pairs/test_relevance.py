"""The relevance rule."""

import pytest

from pairs.towns import steppe
from servicematch.base.errors import PolicyError
from servicematch.pairs.limits import Categories
from servicematch.pairs.relevance import Relevance
from servicematch.pairs.scores import build_pairs
from servicematch.pairs.terms import Text, TrackRecord
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams


def test_only_requests_without_category_skills_or_booking_are_asked():
    """Who says what is needed in a word has no need of the rule; a null is no word."""
    requests = Requests(
        {
            "id": [1, 2, 3, 4],
            "category": ["sport", None, None, None],
            "skills": [None, "yoga", None, None],
            "booked_team": [None, None, "t", None],
        }
    )
    assert Relevance(0.05).prepare(requests, ["categories", "skills", "booked"]).asks.tolist() == [
        False,
        False,
        False,
        True,
    ]


def test_irrelevant_teams_are_left_out_and_counted():
    """r2 asks for legal advice in words alone: only the legal team is left of three, and the counts say why."""
    _, pairs = build_pairs(*steppe(), [Categories()], [Text()])
    assert list(zip(pairs.rows.tolist(), pairs.cols.tolist(), strict=True)) == [(0, 0), (0, 1), (0, 2), (1, 1)]
    assert pairs.n_eligible_before_relevance.tolist() == [3, 3]
    assert pairs.n_after_relevance.tolist() == [3, 1]


def test_a_category_that_no_limit_looks_at_keeps_nobody_away():
    """Where the teams have no categories, r1's words must fit as r2's must; a proved plan full of nonsense is worse."""
    _, pairs = build_pairs(*steppe(), [], [Text()])
    assert list(zip(pairs.rows.tolist(), pairs.cols.tolist(), strict=True)) == [(0, 0), (1, 1)]


def test_a_value_that_reaches_the_minimum_stays():
    """Inclusive, up to rounding: a cosine of 0.6 reaches 0.6, and 0.61 is out of its reach."""
    requests, teams = Requests({"id": [1]}), Teams({"id": [1]})
    text = Text(vectors=([[3.0, 4.0]], [[1.0, 0.0]]))
    assert [len(build_pairs(requests, teams, [], [text], min_relevance=m)[1]) for m in (0.6, 0.61)] == [1, 0]


@pytest.mark.parametrize(("terms", "least"), [([Text()], 0.0), ([TrackRecord()], 0.5), ([], 0.5)])
def test_without_the_text_term_or_with_minimum_zero_all_stay(terms, least):
    """There is nothing to judge by."""
    requests, teams = steppe()
    assert len(build_pairs(requests, teams, [], terms, min_relevance=least)[1]) == 6


def test_a_request_without_words_passes():
    """A blank need is missing, not irrelevant."""
    requests, teams = Requests({"id": [1], "need": [" "]}), Teams({"id": [1], "offers": ["yoga"]})
    assert len(build_pairs(requests, teams, [], [Text()])[1]) == 1


@pytest.mark.parametrize("least", [-0.1, 1.1, float("nan")])
def test_the_minimum_is_a_value_of_the_term(least):
    """Else it would keep all or none."""
    with pytest.raises(PolicyError, match="min_relevance"):
        Relevance(least)
