"""Where everything of a plan lies, on a ground where a kilometre is as long to the east as to the north."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import FloatArray

_LEAST_DEGREES = 0.02
_MARGIN = 1.06
_HEIGHTS = (160, 760)
_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Ground:
    """Points and lines as rows of degrees, the window around them, and how high it is in pixels."""

    points: list[dict[str, Any]]
    lines: list[dict[str, float]]
    lat: list[float]
    lon: list[float]
    height: int
    n_without_place: int


def ground(answer: Answer, width: int) -> Ground:
    """Lay out the places of a plan on a ground of ``width`` pixels.

    Examples
    --------
    >>> from servicematch.planning import assign
    >>> town = {"id": [1, 2], "lat": [39.5, 39.7], "lon": [109.8, 109.9]}
    >>> made = ground(assign(town, town).answer, 500)
    >>> [point["kind"] for point in made.points], len(made.lines), made.n_without_place
    (['served', 'served', 'team', 'team'], 2, 0)
    """
    requests, teams = _degrees(answer.requests), _degrees(answer.teams)
    kinds = np.where(answer.missing > 0, "open", "served").tolist()
    points = _points(requests, kinds) + _points(teams, ["team"] * len(teams))
    ends = np.hstack((requests[answer.rows], teams[answer.cols]))
    known = ends[~np.isnan(ends).any(axis=1)].round(_DECIMALS).tolist()
    lines = [dict(zip(("lat", "lon", "lat2", "lon2"), end, strict=True)) for end in known]
    both = np.vstack((requests, teams))
    lat, lon, height = _window(both[~np.isnan(both).any(axis=1)], width)
    return Ground(points, lines, lat, lon, height, len(ends) - len(known))


def _degrees(table: Any) -> FloatArray:
    """Give (lat, lon) a row, NaN where they are not known."""
    if table.lat is None or table.lon is None:
        return np.full((len(table), 2), np.nan)
    degrees: FloatArray = np.column_stack((table.lat, table.lon))
    return degrees


def _points(degrees: FloatArray, kinds: list[str]) -> list[dict[str, Any]]:
    rounded = degrees.round(_DECIMALS).tolist()
    return [
        {"lat": lat, "lon": lon, "kind": kind}
        for (lat, lon), kind in zip(rounded, kinds, strict=True)
        if not (math.isnan(lat) or math.isnan(lon))
    ]


def _window(degrees: FloatArray, width: int) -> tuple[list[float], list[float], int]:
    """Find the window around all points, widened until its height fits a page."""
    low, high = (degrees.min(axis=0), degrees.max(axis=0)) if len(degrees) else (np.zeros(2), np.zeros(2))
    middle = (low + high) / 2
    tall, wide = np.maximum(high - low, _LEAST_DEGREES) * _MARGIN
    east = max(math.cos(math.radians(middle[0])), 0.01)  # how much shorter a degree of longitude is
    height = min(max(width * tall / (wide * east), _HEIGHTS[0]), _HEIGHTS[1])
    wide = max(wide, width * tall / (height * east))
    tall = height * wide * east / width
    lat, lon = (
        [round(float(at - span / 2), 6), round(float(at + span / 2), 6)]
        for at, span in zip(middle, (tall, wide), strict=True)
    )
    return lat, lon, round(height)
