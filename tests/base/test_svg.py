"""Drawings are well-formed, small, and as inert as the pages around them."""

import xml.etree.ElementTree as ET

import pytest

from base.reader import HOSTILE
from servicematch.base.svg import drawing, marks, rectangle, stroke, threads, words

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("text", HOSTILE)
def test_drawings_are_well_formed_whatever_is_written(text):
    """One bad text must not blank the drawing, nor become part of it."""
    made = drawing(100, 50, words(1, 2, text), rectangle(0, 0, 5, 5, "#2b7bba"), stroke(0, 0, 9, 9), label=text)
    root = ET.fromstring(str(made))  # noqa: S314 - our own text, that is the point
    assert [child.tag for child in root] == [SVG + name for name in ("title", "text", "rect", "line")]
    assert root[0].text == root[1].text


def test_long_texts_are_cut():
    """A label of a thousand characters would lie over everything."""
    assert "…" in str(words(0, 0, "x" * 1000))
    assert len(str(words(0, 0, "x" * 1000))) < 200


def test_marks_on_one_pixel_are_drawn_once():
    """Villages share a place; the drawing need not grow with every request."""
    assert str(marks([(3, 4)] * 1000, 5, "#2b7bba")) == str(marks([(3, 4)], 5, "#2b7bba"))


def test_marks_stand_where_they_were_put():
    """Steps from mark to mark add up to the places given."""
    points = [(3, 4), (10, 2), (0, 0), (7, 7)]
    path = ET.fromstring(str(marks(points, 5, "#2b7bba"))).get("d")  # noqa: S314 - our own text
    x = y = 0
    stood = []
    for step in path.split("m")[1:]:
        right, down = map(int, step.removesuffix("h0").split())
        x, y = x + right, y + down
        stood.append((x, y))
    assert stood == points


def test_threads_join_two_places_each():
    """A line a pair, and nothing between pairs."""
    assert 'd="M1 2L3 4M5 6L7 8"' in str(threads([(1, 2, 3, 4), (5, 6, 7, 8)], "#2b7bba"))
