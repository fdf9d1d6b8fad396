"""The waterfall of one score: what is shown adds up, in the drawing and in the terminal."""

import re
import unicodedata
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import servicematch as sm
from base.reader import HOSTILE, Reader, assert_harmless
from servicematch.out.limit_table import asks
from servicematch.out.score_view import ScoreView, waterfall_drawing

SVG = "{http://www.w3.org/2000/svg}"


def terms(values, weights):
    """Build the columns of a breakdown; NaN is a missing term."""
    value = np.array(values, dtype=float)
    weight = np.where(np.isnan(value), 0.0, weights)
    weight = weight / weight.sum() if weight.sum() else weight
    names = np.array([f"term_{k}" for k in range(len(value))], dtype=object)
    return {"term": names, "value": value, "weight": weight, "contribution": weight * np.nan_to_num(value)}


VALUES = st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), min_size=1, max_size=8)


@given(VALUES)
def test_contributions_shown_add_up_to_the_score_shown(values):
    """Rounding each alone would leave a thousandth over."""
    view = ScoreView("R", "T", terms(values, [1.0] * len(values)))
    told = [int(float(text) * 1000 + 0.5) for text in re.findall(r"= (\d\.\d{3})", repr(view))]
    assert sum(told) == int(float(repr(view).split()[-1]) * 1000 + 0.5)


@given(VALUES)
def test_bars_stand_end_to_end(values):
    """Each bar begins where the one before it ended; the last is the score."""
    root = ET.fromstring(str(waterfall_drawing(terms(values, [1.0] * len(values)))))  # noqa: S314 - our own
    *bars, total = [(float(r.get("x")), float(r.get("width"))) for r in root.findall(SVG + "rect")]
    at = total[0]
    for x, width in bars:
        assert x == pytest.approx(at, abs=0.02)
        at = x + width
    assert at == pytest.approx(sum(total), abs=0.02)


def test_missing_terms_are_said_and_not_counted():
    """A term without anything to go by is no 0."""
    view = ScoreView("R", "T", terms([0.5, np.nan], [1, 1]))
    assert "term_1  nothing to go by" in repr(view)
    assert repr(view).endswith("0.500")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lines_are_aligned_in_the_terminal(lang):
    """Chinese characters are two columns wide, and the bars still stand below each other."""
    columns = terms([0.5, np.nan, 1.0], [2, 1, 1]) | {"term": np.array(["text", "area", "own"], dtype=object)}
    lines = [line for line in repr(ScoreView("R", "T", columns, lang=lang)).splitlines() if "|" in line]
    starts = {sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line.split("|")[0]) for line in lines}
    assert len(lines) == 3
    assert len(starts) == 1


def test_a_pair_that_breaks_a_limit_is_said_to():
    """A good score must not hide that the team cannot come."""
    limits = {"limit": ["distance"], "value": [40.0], "bound": [30.0], "unit": ["km"], "passes": [False]}
    view = ScoreView("R", "T", terms([1.0], [1]), limits)
    assert repr(view).endswith("This team cannot take this request: distance.")
    assert "This team cannot take this request: distance." in view._repr_html_()


def limits_of(view):
    """Read what the view says of each limit."""
    return {row[0]: row[1:] for row in Reader(view._repr_html_()).tables[-1][1:]}


def test_limits_are_told_in_their_own_measure():
    """Skills are counted, kilometres have a tenth, and what was not asked for is said not to be."""
    requests = {
        "id": ["r", "s"],
        "skills": ["yoga", None],
        "category": [None, "sport"],
        "lat": [39.6, 39.6],
        "lon": [109.8, 109.8],
        "booked_team": ["t", None],
    }
    teams = {
        "id": ["t", "u"],
        "skills": ["yoga", None],
        "categories": ["art", "sport"],
        "lat": [39.7, None],
        "lon": [109.8, None],
        "radius_km": [None, 5],
    }
    plan = sm.assign(requests, teams)
    assert limits_of(plan.show_score("r", "t")) == {
        "skills": ["0", "0", "skills missing", "passes"],
        "category": ["not asked", "–", "", "passes"],
        "distance": ["11.1", "no limit", "km", "passes"],
        "booked team": ["asked", "–", "", "passes"],
    }
    assert limits_of(plan.show_score("s", "u", lang="zh")) == {
        "技能": ["未要求", "–", "项技能欠缺", "符合"],
        "服务类别": ["有要求", "–", "", "符合"],
        "距离": ["不明", "5.0", "公里", "不符合"],
        "直接预约": ["未要求", "–", "", "符合"],
    }
    assert limits_of(plan.show_score("r", "u"))["skills"] == ["1", "0", "skills missing", "fails"]


def test_a_limit_broken_by_a_hair_is_seen_to_be():
    """30.0 of 30.0 that fails would look like a fault of ours."""
    limits = {"limit": ["distance"], "value": [30.004], "bound": [30.0], "unit": ["km"], "passes": [False]}
    assert limits_of(ScoreView("R", "T", terms([1.0], [1]), limits))["distance"][:2] == ["30.004000", "30.000000"]


def test_a_limit_of_ones_own_keeps_its_measure():
    """What it goes by is not known here, so nobody says whether it was asked for."""
    limits = {
        "limit": ["rest", "own"],
        "value": [0.25, 0.0],
        "bound": [1.0, 0.0],
        "unit": ["h", ""],
        "passes": [True] * 2,
    }
    limits["asked"] = asks(sm.Requests({"id": [1]}), 0, limits["limit"])
    told = limits_of(ScoreView("R", "T", terms([1.0], [1]), limits))
    assert told == {"rest": ["0.25", "1", "h", "passes"], "own": ["–", "–", "", "passes"]}


def test_the_team_is_called_by_its_name():
    """T00542 means nothing to a reader; the name of a team is public."""
    plan = sm.assign({"id": [1]}, {"id": ["T1"], "name": ["健身队"], "mean_rating": [1.0], "n_rated": [5]})
    assert repr(plan.show_score(1, "T1")).startswith("Score 0.900 of request 1 at team 'T1' (健身队)\n")
    assert "T1 (健身队)" in plan.show_score(1, "T1")._repr_html_()
    assert "T1（健身队）" in plan.show_score(1, "T1", lang="zh")._repr_html_()
    nameless = sm.assign({"id": [1]}, {"id": ["T1"], "name": [None], "mean_rating": [1.0], "n_rated": [5]})
    assert repr(nameless.show_score(1, "T1")).startswith("Score 0.900 of request 1 at team 'T1'\n")
    assert len(ScoreView(1, 2, terms([1.0], [1]), team_name="x" * 1_000_000)._repr_html_()) < 10_000


def test_a_half_of_a_thousandth_is_rounded_once():
    """The sums, the last line and the title are one number, also on the edge between two."""
    view = ScoreView("R", "T", terms([0.0, 0.005], [1.0, 1.0]))
    shown = re.findall(r"= (\d\.\d{3})", repr(view)), repr(view).split()[1], repr(view).split()[-1]
    assert shown == (["0.000", "0.003"], "0.003", "0.003")


def test_a_score_without_terms_says_nothing():
    """A score of 0 that means nothing is told as such."""
    view = ScoreView("R", "T", terms([], []))
    assert view.score == 0
    assert "a score of 0 says nothing here" in view._repr_html_()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_gets_out_of_the_drawing(text):
    """Terms and limits may be named by anybody; ids are printed with their odd characters spelt out."""
    columns = terms([1.0], [1]) | {"term": np.array([text], dtype=object)}
    limits = {"limit": [text], "value": [1.0], "bound": [np.inf], "unit": [text], "passes": [False]}
    view = ScoreView(text, text, columns, limits, team_name=text)
    assert_harmless(view._repr_html_())
    assert not {"\x1b", "\0", "\u202e", "\ud800"} & set(repr(view).splitlines()[0])
