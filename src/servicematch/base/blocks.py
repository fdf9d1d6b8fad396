"""The blocks that every view is made of: card, table, bar, badge, figures.

A view is ``card(title, block, block, ...)``; ``str`` of it is what ``_repr_html_`` returns. All texts are escaped by the
builder below; colours are few, and read on light and on dark ground.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from servicematch.base.html import Markup, join, said, stylesheet, tag

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

Cell: TypeAlias = "Markup | str | int | float | np.integer[Any] | None"

COLOURS = {
    "served": "#2b7bba",
    "open": "#dd8530",
    "good": "#2e8b57",
    "bad": "#c8443c",
    "quiet": "#8a8a8a",
    "full": "#636b74",
    "roomy": "#b4bac1",
    "team": "currentColor",
}
"""The meaning of each colour, one each: blue against orange can be told apart by everybody, and so can dark and light."""

_FONTS = (
    'system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC","Noto Sans Mongolian",sans-serif'
)
_DECIMALS = 3
_NO_DECIMALS: Mapping[int, int] = MappingProxyType({})
# The class is written three times to stand above the rules that notebooks have for all tables.
_RULES = {
    "": f"font-family:{_FONTS};font-size:13px;line-height:1.45;color:inherit;max-width:58rem;overflow-x:auto",
    " h3": "font-size:16px;font-weight:600;margin:0 0 .4em;padding:0",
    " h4": "font-size:13px;font-weight:600;margin:1.3em 0 .35em;padding:0",
    " p": "margin:.25em 0",
    " table": "border-collapse:collapse;border:0;margin:0;font-size:inherit;width:auto;max-width:100%",
    " tr": "background:none",
    " th": "font-weight:500;opacity:.7;border:0;border-bottom:1px solid rgba(128,128,128,.5)",
    " td": "border:0;border-bottom:1px solid rgba(128,128,128,.18)",
    " tfoot td": "border-bottom:0;border-top:1px solid rgba(128,128,128,.5);font-weight:600",
    " th, td": "text-align:left;vertical-align:middle;padding:.2em .9em .2em 0;background:none;color:inherit",
    " .n": "text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap",
    " .note": "opacity:.7;font-size:12px",
    " .bar": "display:flex;height:.75em;width:14rem;max-width:100%;background:rgba(128,128,128,.16);border-radius:2px;overflow:hidden",
    " .wide": "width:100%;height:1em",
    " .figs": "display:flex;flex-wrap:wrap;gap:.3em 2.2em;margin:.6em 0",
    " .fig b": "display:block;font-size:19px;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.25",
    " .fig span": "opacity:.7;font-size:12px",
    " .badge": "display:inline-block;border-radius:3px;padding:.05em .55em;margin-right:.6em;font-weight:600;color:#fff",
    " .key": "display:inline-block;width:.75em;height:.75em;border-radius:2px;margin:0 .4em 0 0;vertical-align:-.05em",
    " svg": "display:block;max-width:100%;height:auto",
    " svg text": f"font-family:{_FONTS};fill:currentColor;unicode-bidi:isolate",
    " bdi": "unicode-bidi:isolate",
}


def _stylesheet() -> Markup:
    scope = ".smv.smv.smv"
    rules = (
        ",".join(scope + (part if part.startswith(" ") else " " + part) if part else scope for part in at.split(","))
        + "{"
        + rule
        + "}"
        for at, rule in _RULES.items()
    )
    return stylesheet("".join(rules))


def card(title: str, *blocks: Markup | None) -> Markup:
    """Frame a view: its title, its blocks one below the other, and the style of all of them.

    Examples
    --------
    >>> str(card("Plan", tag("p", "ok"))).endswith('<h3>Plan</h3><p>ok</p></div>')
    True
    """
    return tag("div", _stylesheet(), tag("h3", title), *blocks, class_="smv")


def section(title: str, *blocks: Markup | None) -> Markup:
    """Put a heading above some blocks of a card.

    Examples
    --------
    >>> str(section("Loads", note("3 teams")))
    '<h4>Loads</h4><p class="note">3 teams</p>'
    """
    return join([tag("h4", title), *blocks])


def table(
    headers: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    foot: Sequence[Cell] | None = None,
    decimals: Mapping[int, int] = _NO_DECIMALS,
    right: Collection[int] = (),
) -> Markup:
    """Build a table; give it the rows to show, it cuts none.

    Parameters
    ----------
    headers
        One text a column.
    rows
        A str is somebody's text: cut to 40 characters, escaped, kept apart in its direction. A whole number gets its
        commas, a float three decimals; both stand on the right (so give ids as str). None and NaN show as a dash.
        Markup (such as a `bar`) is shown as it is.
    foot
        A last row in bold, for totals.
    decimals
        How many a column's floats are to have, by the column's position, where that is not three.
    right
        Columns that stand on the right although they are Markup, by their position.

    Examples
    --------
    >>> str(table(["team", "places"], [["<b>", 1200]])).count("&#60;b&#62;")
    1
    """
    lines = [*rows, *([] if foot is None else [foot])]
    numeric = {i for row in lines for i, cell in enumerate(row) if isinstance(cell, (int, float, np.integer))}
    numeric.update(right)
    head = tag("tr", *(tag("th", name, class_="n" if i in numeric else None) for i, name in enumerate(headers)))
    return tag(
        "table",
        tag("thead", head),
        tag("tbody", *(_row(row, numeric, decimals) for row in rows)),
        None if foot is None else tag("tfoot", _row(foot, numeric, decimals)),
    )


def bar(parts: Sequence[tuple[float, str]], whole: float, *, wide: bool = False) -> Markup:
    """Draw parts of a whole as one bar; what they leave of it stays grey.

    Parameters
    ----------
    parts
        Amounts of at least 0, each with a name of `COLOURS`.
    whole
        The amount that fills the bar; 0 draws an empty one.
    wide
        As wide as the card, not as a column of a table.

    Examples
    --------
    >>> str(bar([(1, "served")], 4))
    '<div class="bar"><span style="width:25.00%;background:#2b7bba"></span></div>'
    """
    shares = [(100 * amount / whole if whole > 0 else 0.0, COLOURS[colour]) for amount, colour in parts]
    pieces = (tag("span", style=f"width:{share:.2f}%;background:{colour}") for share, colour in shares if share > 0)
    return tag("div", *pieces, class_="bar wide" if wide else "bar")


def figures(pairs: Sequence[tuple[str, str]]) -> Markup:
    """Set the figures that a reader looks for first in large type, each above its caption.

    Examples
    --------
    >>> str(figures([("4,213", "served")]))
    '<div class="figs"><div class="fig"><b>4,213</b><span>served</span></div></div>'
    """
    return tag("div", *(tag("div", tag("b", f), tag("span", c), class_="fig") for f, c in pairs), class_="figs")


def badge(text: str, colour: str) -> Markup:
    """Say a verdict in one word on a coloured ground; the word alone must be enough.

    Examples
    --------
    >>> str(badge("PROVED", "good"))
    '<span class="badge" style="background:#2e8b57">PROVED</span>'
    """
    return tag("span", text, class_="badge", style=f"background:{COLOURS[colour]}")


def key(colour: str, text: str) -> Markup:
    """Say in a legend what a colour means.

    Examples
    --------
    >>> str(key("open", "open"))
    '<span class="key" style="background:#dd8530"></span>open'
    """
    return join([tag("span", class_="key", style=f"background:{COLOURS[colour]}"), text])


def note(text: str) -> Markup:
    """Say something in small type: what was left out, what a number means.

    Examples
    --------
    >>> str(note("10 of 5,000 shown"))
    '<p class="note">10 of 5,000 shown</p>'
    """
    return tag("p", text, class_="note")


def _row(cells: Sequence[Cell], numeric: set[int], decimals: Mapping[int, int]) -> Markup:
    return tag("tr", *(_cell(cell, i in numeric, decimals.get(i, _DECIMALS)) for i, cell in enumerate(cells)))


def _cell(cell: Cell, is_numeric: bool, decimals: int) -> Markup:  # noqa: FBT001 - three facts of one cell
    if isinstance(cell, Markup):
        return tag("td", cell, class_="n" if is_numeric else None)
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return tag("td", "–", class_="n" if is_numeric else None)
    if isinstance(cell, str):
        return tag("td", said(cell) if cell else None)
    return tag("td", f"{cell:,.{decimals}f}" if isinstance(cell, float) else int(cell), class_="n")
