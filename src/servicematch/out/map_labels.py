"""The names of the areas on a map, each amid its own places, as many as stand apart."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.html import cut
from servicematch.base.svg import words
from servicematch.tables.areas import area_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from servicematch.base.arrays import IntArray
    from servicematch.base.html import Markup
    from servicematch.out.map_ground import Ground

MOST = 12
"""Labels on a map; those of the areas with the most places."""

_SIZE = 12.0
_LONGEST = 16
_GAP, _ABOVE = 3.0, 8.0


def area_labels(layers: Iterable[tuple[IntArray, Sequence[str | None]]], ground: Ground) -> list[Markup]:
    """Write the name of each area's first level above the median of its places, unless it would touch another name.

    Parameters
    ----------
    layers
        Pixels, shape (n, 2), and beside them areas (``"banner/town"``, None for none).
    ground
        Of the map.

    Examples
    --------
    >>> from servicematch.out.map_ground import Ground
    >>> ground = Ground.of(np.array([39.0, 40.0]), np.array([109.0, 110.0]))
    >>> spots = np.array([[40, 60], [44, 60], [130, 200], [131, 201]])
    >>> len(area_labels([(spots, ["a/x", "a/y", "b", "c"])], ground))  # c would touch b
    2
    """
    spots: dict[str, list[IntArray]] = {}
    for pixels, areas in layers:
        first = {text: (area_path(text) or ("",))[0] if text else "" for text in set(areas)}
        for spot, text in zip(pixels, areas, strict=True):
            spots.setdefault(first[text], []).append(spot)
    spots.pop("", None)
    ordered = sorted(spots.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST]
    labels: list[Markup] = []
    taken: list[tuple[float, float, float]] = []
    for name, at in ordered:
        text = cut(name, _LONGEST)
        half = _width(text) / 2
        x, y = np.median(np.array(at), axis=0).tolist()
        x = min(max(x, half + _GAP), ground.width - half - _GAP)
        y += -_ABOVE if y - _ABOVE > _SIZE + _GAP else _ABOVE + _SIZE  # below its place where there is no room above
        if all(abs(x - other) >= half + room + _GAP or abs(y - base) >= _SIZE + _GAP for other, base, room in taken):
            taken.append((x, y, half))
            labels.append(words(x, y, text, anchor="middle", size=_SIZE, bold=True))
    return labels


def _width(text: str) -> float:
    """Estimate the pixels that a text takes: a Chinese character is about as wide as it is high."""
    return _SIZE * sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.6 for character in text)
