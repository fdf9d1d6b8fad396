"""HTML that cannot run: every text is escaped in one place, and only the builder here makes markup.

A str given to `tag` is always text. There is no way to say "this str is markup", so that nothing unescaped gets into a
page by accident. The blocks of our views (tables, bars, cards) are in `servicematch.base.blocks`, drawings in
`servicematch.base.svg`; both stand on this file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNKNOWN = "\ufffd"
# Beyond HTML's own five: what ends a JavaScript template literal, should the page be pasted into one.
_SPECIAL = "&<>\"'`${}\\"
# Marks that turn the direction of the text around them; also those that only lean on it.
_BIDI = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF)
_SPACES = "\t\n\r\x0b\x0c\x85\u2028\u2029"
_ESCAPES: dict[int, str] = {
    **dict.fromkeys(_CONTROLS, _UNKNOWN),
    **dict.fromkeys(_BIDI, _UNKNOWN),
    **dict.fromkeys(range(0xD800, 0xE000), _UNKNOWN),
    **dict.fromkeys(map(ord, _SPACES), " "),
    **{ord(character): f"&#{ord(character)};" for character in _SPECIAL},
}

_ELEMENTS = frozenset(
    (
        *("b", "bdi", "br", "code", "details", "div", "h3", "h4", "li", "p", "small", "span", "summary", "ul"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "tr"),
        *("g", "line", "path", "rect", "svg", "text", "title"),
    )
)
_EMPTY = frozenset(("br", "line", "path", "rect"))
_ATTRIBUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_LOADING = frozenset(
    ("action", "background", "cite", "data", "formaction", "href", "ping", "poster", "src", "srcdoc", "srcset")
)
# No parentheses: no url(), no expression().
_HARMLESS_STYLE = re.compile(r"[a-zA-Z0-9 .,:;%#-]*")


def escape(text: str) -> str:
    r"""Make a text inert in HTML text, in a quoted attribute, in SVG, and inside a JavaScript template literal.

    Special characters become numeric entities; line breaks and tabs become spaces; control characters, halves of
    characters (lone surrogates) and marks that turn the direction of the text are shown as U+FFFD.

    Examples
    --------
    >>> escape("<b onclick='x'> & ${1} `\x00")
    '&#60;b onclick=&#39;x&#39;&#62; &#38; &#36;&#123;1&#125; &#96;\ufffd'
    """
    return text.translate(_ESCAPES)


class Markup:
    """Markup that is safe to show; made by `tag` and `join` alone, read with ``str``.

    It is no str, so that the two cannot be taken for each other, neither by a reader nor by a type checker.

    Examples
    --------
    >>> str(tag("b", "<i>"))
    '<b>&#60;i&#62;</b>'
    >>> Markup("<i>")
    Traceback (most recent call last):
    TypeError: markup is made by tag() and join(), never from a text
    """

    __slots__ = ("_source",)

    _source: str

    def __init__(self, *_: object) -> None:
        raise TypeError("markup is made by tag() and join(), never from a text")

    def __str__(self) -> str:
        return self._source

    def __repr__(self) -> str:
        return f"Markup({len(self._source)} characters)"


Child: TypeAlias = "Markup | str | int | None"


def tag(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """Build one element; texts are escaped, whole numbers get their commas, None is left out.

    Parameters
    ----------
    name
        An element that shows something; those that run, load or link are refused.
    *children
        Markup, texts, whole numbers.
    **attributes
        ``class_`` is class, ``stroke_width`` is stroke-width; None leaves the attribute out. Attributes that run
        (``on...``) or load (``href``) are refused, and so is a style with parentheses.

    Raises
    ------
    ValueError
        If an element or an attribute is not allowed.

    Examples
    --------
    >>> str(tag("td", 1200, class_="n"))
    '<td class="n">1,200</td>'
    >>> tag("script", "alert(1)")
    Traceback (most recent call last):
    ValueError: element 'script' is not one that only shows something
    """
    if name not in _ELEMENTS:
        raise ValueError(f"element {name!r} is not one that only shows something")
    opening = name + "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if name in _EMPTY:
        assert not children, f"<{name}> holds nothing"
        return _made(f"<{opening}/>")
    return _made(f"<{opening}>{_source(children)}</{name}>")


def join(children: Iterable[Child]) -> Markup:
    """Put pieces one after the other.

    Examples
    --------
    >>> str(join([tag("b", "a"), " < ", 5]))
    '<b>a</b> &#60; 5'
    """
    return _made(_source(children))


def said(text: object, length: int = 40) -> Markup:
    """Show a text that somebody else wrote: cut, escaped, and kept apart from the direction of what stands around it.

    Examples
    --------
    >>> str(said("想要一名健身操教练")), str(said("x" * 100, 5))
    ('<bdi>想要一名健身操教练</bdi>', '<bdi>xxxx…</bdi>')
    """
    return tag("bdi", cut(str(text), length))


def cut(text: str, length: int) -> str:
    """Cut a text that is longer than ``length`` characters.

    Examples
    --------
    >>> cut("rehabilitation", 6), cut("yoga", 6)
    ('rehab…', 'yoga')
    """
    return text if len(text) <= length else text[: length - 1] + "…"


def stylesheet(css: str) -> Markup:
    """Hold style rules written in this library; what could end the element or load anything is refused.

    Examples
    --------
    >>> str(stylesheet(".a{color:red}"))
    '<style>.a{color:red}</style>'
    """
    if "<" in css or "url(" in css or "@import" in css or "\\" in css:
        raise ValueError("a stylesheet must be plain rules")
    return _made(f"<style>{css}</style>")


def document(body: Markup, title: str, lang: str = "en") -> str:
    """Write a complete page that stands alone: nothing in it runs, and the browser may load nothing.

    Examples
    --------
    >>> page = document(tag("p", "ok"), "Plan", "zh")
    >>> page.splitlines()[1], "default-src 'none'" in page
    ('<html lang="zh-Hans">', True)
    """
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return "\n".join(
        (
            "<!DOCTYPE html>",
            f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)}</title>",
            "<style>body{margin:1.5rem auto;max-width:60rem;padding:0 1rem}</style>",
            "</head>",
            f"<body>{body}</body>",
            "</html>\n",
        )
    )


def _made(source: str) -> Markup:
    made = object.__new__(Markup)
    made._source = source
    return made


def _source(children: Iterable[Child]) -> str:
    return "".join(map(_piece, children))


def _piece(child: Child) -> str:
    if isinstance(child, Markup):
        return str(child)
    if child is None:
        return ""
    return escape(child) if isinstance(child, str) else f"{child:,}"


def _attribute(key: str, value: str | float) -> str:
    name = key.removesuffix("_").replace("_", "-")
    if not _ATTRIBUTE.fullmatch(name) or name.lower().startswith("on") or name.lower() in _LOADING:
        raise ValueError(f"attribute {name!r} is not one that only shows something")
    text = value if isinstance(value, str) else f"{value:.6g}"
    if name == "style" and not _HARMLESS_STYLE.fullmatch(text):
        raise ValueError("a style must be plain words and numbers")
    return f' {name}="{escape(text)}"'
