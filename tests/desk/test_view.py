"""The notebook view of recommendations: the frame's figures, and nothing that runs."""

import re

import pytest

import servicematch as sm

REQUESTS = {
    "id": ["r1", "<r2>"],
    "need": ["学书法", "<script>alert(1)</script>"],
    "lat": [39.6, 39.6],
    "lon": [109.8, 109.8],
}
TEAMS = {
    "id": ["t1", "t2"],
    "name": ["<b>书法社</b>", None],
    "offers": ["书法教学", "书法"],
    "lat": [39.62, 39.7],
    "lon": [109.8, 109.8],
    "capacity": [3, 1],
}


def test_the_view_says_what_the_frame_says():
    """Score, kilometres and free places of every choice."""
    best = sm.recommend(REQUESTS, TEAMS, for_requests=["r1"])
    page = best._repr_html_()
    assert "For request r1: 2 of 2 eligible teams" in page
    for score, km in zip(best.frame["score"], best.frame["distance_km"], strict=True):
        assert f">{score:.3f}<" in page
        assert f">{km:.1f}<" in page


def test_who_finds_nobody_is_told_so():
    """With the number of those who were looked at."""
    page = sm.recommend(REQUESTS, TEAMS)._repr_html_()
    assert "None of 2 teams is eligible" in page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_names_are_escaped_and_words_stay_out(lang):
    """Ids and names are somebody's texts; the needs are nobody's business here."""
    for options in ({}, {"for_teams": ["t1"]}):
        view = sm.recommend(REQUESTS, TEAMS, **options).show(lang)
        page = view._repr_html_()
        assert not re.search(r"<(script|b>书|r2)", page)
        assert "alert" not in page + repr(view)


def test_it_shows_in_chinese():
    """The desk reads Chinese."""
    view = sm.recommend(REQUESTS, TEAMS, for_requests=["r1"]).show("zh")
    assert "可承接队伍 2 支，列出 2 支" in view._repr_html_()
    assert repr(view).startswith("点单 r1：2 支可承接队伍中的前 2 支：")
