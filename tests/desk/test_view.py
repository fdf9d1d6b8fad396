"""The notebook view of recommendations: the frame's figures, and nothing that runs."""

import re

import pytest

import servicematch as sm
from base.reader import HOSTILE, Reader, assert_harmless, number

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


def test_names_and_free_places_are_those_of_the_frame():
    """After a plan, what it left."""
    plan = sm.assign(REQUESTS, TEAMS)
    best = sm.recommend(REQUESTS, TEAMS, for_requests=["r1"], plan=plan)
    _, *rows = Reader(best._repr_html_()).table("#")
    frame = best.frame
    assert [row[:2] for row in rows] == [
        [str(rank), team] for rank, team in zip(frame["rank"], frame["team_id"], strict=True)
    ]
    names = dict(zip(TEAMS["id"], TEAMS["name"], strict=True))
    assert [row[2] for row in rows] == [names[team] or "" for team in frame["team_id"]]
    assert [number(row[3]) for row in rows] == frame["free"].tolist()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_id_and_no_name_runs(text):
    """In both directions and both languages."""
    requests, teams = {"id": [text, "r"], "need": ["yoga", "piano"]}, {"id": [text], "name": [text], "offers": ["yoga"]}
    for options in ({}, {"for_teams": [text]}):
        for lang in ("en", "zh"):
            assert_harmless(sm.recommend(requests, teams, **options).show(lang)._repr_html_())


def test_many_and_long_ones_are_cut():
    """Ten groups, and no more of an id than a line."""
    requests = {"id": [f"{k}" + "x" * 100_000 for k in range(12)]}
    page = sm.recommend(requests, {"id": ["t"]})._repr_html_()
    assert len(page) < 20_000
    assert "Not shown: 2 more." in page
