"""The waterfall of one score: what is shown adds up, in the drawing and in the terminal."""

import re
import unicodedata
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.reader import HOSTILE, assert_harmless
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
    view = ScoreView(text, text, columns, limits)
    assert_harmless(view._repr_html_())
    assert "\x1b" not in repr(view).splitlines()[0]
