"""Small drawings in SVG: a frame with a few shapes, as light as it can be, and well-formed XML by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from servicematch.base.html import Markup, cut, tag

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 40


def drawing(width: float, height: float, *shapes: Markup, label: str) -> Markup:
    """Frame a drawing; it shrinks with a narrow window and keeps its proportions.

    Parameters
    ----------
    width, height
        Of the ground, in pixels; x grows to the right, y downwards.
    *shapes
        What is drawn, the first at the bottom.
    label
        What is to be seen, for those who have it read to them.

    Examples
    --------
    >>> str(drawing(10, 5, label="empty"))[:73]
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 5" width="10" hei'
    """
    return tag(
        "svg",
        tag("title", label),
        *shapes,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:.6g} {height:.6g}",
        width=width,
        height=height,
        role="img",
    )


def rectangle(x: float, y: float, width: float, height: float, colour: str) -> Markup:
    """Fill a rectangle.

    Examples
    --------
    >>> str(rectangle(1, 2, 3.25, 4, "#2b7bba"))
    '<rect x="1" y="2" width="3.25" height="4" fill="#2b7bba"/>'
    """
    return tag("rect", x=_px(x), y=_px(y), width=_px(width), height=_px(height), fill=colour)


def frame(width: float, height: float, *, opacity: float = 0.3) -> Markup:
    """Draw a thin frame around the ground from the left upper corner, in the colour of the text.

    Examples
    --------
    >>> str(frame(10, 5))
    '<rect x="0.5" y="0.5" width="9" height="4" fill="none" stroke="currentColor" stroke-opacity="0.3"/>'
    """
    return tag(
        "rect",
        x=0.5,
        y=0.5,
        width=_px(width - 1),
        height=_px(height - 1),
        fill="none",
        stroke="currentColor",
        stroke_opacity=opacity,
    )


def stroke(x1: float, y1: float, x2: float, y2: float, *, opacity: float = 1.0, dash: str | None = None) -> Markup:
    """Draw one thin line in the colour of the text.

    Examples
    --------
    >>> str(stroke(0, 0, 5, 0, opacity=0.3))
    '<line x1="0" y1="0" x2="5" y2="0" stroke="currentColor" stroke-opacity="0.3"/>'
    """
    return tag(
        "line",
        x1=_px(x1),
        y1=_px(y1),
        x2=_px(x2),
        y2=_px(y2),
        stroke="currentColor",
        stroke_opacity=opacity,
        stroke_dasharray=dash,
    )


def words(
    x: float,
    y: float,
    text: str,
    *,
    anchor: Literal["start", "middle", "end"] = "start",
    size: float = 13,
    bold: bool = False,
    opacity: float | None = None,
) -> Markup:
    """Write a short text at a point of its base line, in the colour of the page; longer ones are cut.

    Examples
    --------
    >>> str(words(0, 10, "0.62 < 1", anchor="end"))
    '<text x="0" y="10" text-anchor="end" font-size="13" fill="currentColor">0.62 &#60; 1</text>'
    """
    return tag(
        "text",
        cut(text, _LONGEST),
        x=_px(x),
        y=_px(y),
        text_anchor=anchor,
        font_size=size,
        font_weight="600" if bold else None,
        fill="currentColor",
        opacity=opacity,
    )


def marks(
    points: Iterable[tuple[int, int]], size: float, colour: str, *, square: bool = False, opacity: float = 1.0
) -> Markup:
    """Draw many equal marks as one path, a few bytes each when they come in order; a pixel is marked once.

    Examples
    --------
    >>> str(marks([(1, 2), (1, 2), (9, 4)], 5, "#2b7bba"))[:29]
    '<path d="m1 2h0m8 2h0" fill="'
    """
    path, at = [], (0, 0)  # a line of no length shows its caps, round or square
    for x, y in dict.fromkeys(points):
        path.append(f"m{x - at[0]} {y - at[1]}h0")
        at = (x, y)
    cap = "square" if square else "round"
    return _path("".join(path), colour, size, opacity, cap)


def threads(
    lines: Iterable[tuple[int, int, int, int]], colour: str, *, width: float = 1, opacity: float = 0.5
) -> Markup:
    """Draw many thin lines, each from one point to another, as one path.

    Examples
    --------
    >>> str(threads([(1, 2, 3, 4)], "#2b7bba"))[:20]
    '<path d="M1 2L3 4" f'
    """
    return _path("".join(f"M{a} {b}L{c} {d}" for a, b, c, d in lines), colour, width, opacity, None)


def _path(path: str, colour: str, width: float, opacity: float, cap: str | None) -> Markup:
    return tag(
        "path",
        d=path,
        fill="none",
        stroke=colour,
        stroke_width=width,
        stroke_opacity=opacity,
        stroke_linecap=cap,
    )


def _px(length: float) -> float:
    """Round to a hundredth of a pixel, which is enough."""
    return round(float(length), 2)
