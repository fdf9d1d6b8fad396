"""Whatever a text holds, a page shows it and never runs it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.reader import HOSTILE, Reader
from servicematch.base.blocks import bar, card, table
from servicematch.base.html import Markup, cut, document, escape, join, said, stylesheet, tag


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_read_back_as_text(text):
    """In an element and in an attribute nothing but one text is found, whatever it holds."""
    page = Reader(str(tag("p", text, title=text)))
    assert page.elements == ["p"]
    assert [name for name, _ in page.attributes] == ["title"]
    assert "".join(page.texts) == page.attributes[0][1]


@given(st.text())
def test_no_special_character_is_left(text):
    """Inert in HTML, in quoted attributes, and in a template literal of JavaScript: a law for all texts."""
    made = escape(text)
    for character in "<>\"'`${}\\\0\u202e\u2066\u200f":
        assert character not in made
    assert all(piece.startswith("#") for piece in made.split("&")[1:])
    made.encode("utf-8")  # no half characters


def test_harmless_text_is_left_alone():
    """Chinese, Mongolian and emoji are what most texts are made of."""
    text = "想要一名健身操教练 ᠮᠣᠩᠭᠣᠯ 😀 R-104 (2 位)"
    assert escape(text) == text


def test_line_breaks_become_spaces():
    """A break of a line would end a comment or a literal around it."""
    assert escape("a\nb\tc\r\nd\u2028e") == "a b c  d e"


def test_markup_is_not_escaped_twice():
    """Built pieces go into larger ones as they are."""
    assert str(tag("p", tag("b", "&"))) == "<p><b>&#38;</b></p>"
    assert str(join([tag("b", "&")])) == "<b>&#38;</b>"


def test_nobody_makes_markup_of_a_text():
    """The one way around the escape is closed."""
    with pytest.raises(TypeError, match="never from a text"):
        Markup("<b>")
    assert not isinstance(tag("b", "x"), str)


@pytest.mark.parametrize("name", ["script", "style", "iframe", "img", "a", "b onclick=x", "B>"])
def test_elements_that_run_or_load_are_refused(name):
    """Views show; they neither run nor fetch."""
    with pytest.raises(ValueError, match="element"):
        tag(name, "x")


@pytest.mark.parametrize("name", ["onclick", "onLoad", "href", "src", "SRC", "formaction", "x y", "x=y", ">"])
def test_attributes_that_run_or_load_are_refused(name):
    """The same for attributes, which could carry a call or an address."""
    with pytest.raises(ValueError, match="attribute"):
        tag("b", **{name: "x"})


@pytest.mark.parametrize("style", ["background:url(//x)", "width:expression(1)", "a:b}c{", "x:\\75rl"])
def test_styles_that_could_load_are_refused(style):
    """A style may fetch a picture, and so tell somebody that the page was read."""
    with pytest.raises(ValueError, match="style"):
        tag("b", style=style)


@pytest.mark.parametrize("css", ["</style><b>", "a{background:url(x)}", "@import 'x'", "a{b:\\0}"])
def test_stylesheets_that_could_end_or_load_are_refused(css):
    """Style rules are the one text that is not escaped, so they may hold nothing special."""
    with pytest.raises(ValueError, match="stylesheet"):
        stylesheet(css)


def test_long_texts_are_cut():
    """A page must stay small, also for a text of a megabyte."""
    assert len(cut("x" * 1_000_000, 40)) == 40
    assert len(str(said("<" * 1_000_000))) < 400
    assert len(str(table(["a"], [["<" * 1_000_000]]))) < 600


def test_numbers_stand_on_the_right_and_ids_do_not():
    """Columns of numbers are compared by eye; an id is a name, also when it looks like a number."""
    page = str(table(["id", "n", "share"], [["1200", 1200, 0.5]], foot=["", 1200, float("nan")], decimals={2: 1}))
    assert "<td><bdi>1200</bdi></td>" in page
    assert '<td class="n">1,200</td>' in page
    assert '<td class="n">0.5</td>' in page
    assert '<td class="n">–</td>' in page


@pytest.mark.parametrize(
    ("amount", "whole", "width"), [(1, 4, "25.00%"), (4, 4, "100.00%"), (0, 4, None), (0, 0, None)]
)
def test_a_bar_is_as_long_as_its_share(amount, whole, width):
    """An empty whole divides nothing."""
    made = str(bar([(amount, "served")], whole))
    assert (f"width:{width}" in made) if width else ("width" not in made)


def test_a_document_may_load_nothing():
    """The page says itself that nothing may run and nothing may be fetched."""
    page = document(card("</title><script>"), "</title><script>", "zh")
    assert "<script" not in page
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert '<meta charset="utf-8">' in page
    page.encode("utf-8")
