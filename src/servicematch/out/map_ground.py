"""The ground of a map: where a place falls on the drawing, and which places are too far off to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, IntArray

EDGE = 12.0
"""Pixels between the frame and the outermost places."""

_WIDTH = 720.0
_HEIGHTS = ((10, 240.0), (60, 340.0))  # a few places need no large ground
_HEIGHT = 460.0
_KM_A_DEGREE = 111.195  # of a great circle, radius 6371.0 km
_LEAST_KM = 2.0  # a single village is not blown up to the whole width
_FAR = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A local map: where a place falls on the drawing, in whole pixels, and how large the drawing is."""

    lat: float
    lon: float
    west_km: float
    north_km: float
    px_a_km: float
    width: float
    height: float

    @classmethod
    def of(cls, lat: FloatArray, lon: FloatArray) -> Ground:
        """Choose the ground on which all these places lie (equirectangular around their middle), small for a few.

        Examples
        --------
        >>> Ground.of(np.array([39.0, 40.0]), np.array([109.0, 109.0])).pixels(np.array([40.0]), np.array([109.0]))
        array([[130,  12]])
        """
        turns = np.radians(lon)  # a mean on the circle, so that a date line amid the places does no harm
        middle = float(np.degrees(np.arctan2(np.sin(turns).mean(), np.cos(turns).mean())))
        ground = cls(float(lat.min() + lat.max()) / 2, middle, 0.0, 0.0, 1.0, 0.0, 0.0)
        x, y = ground._km(lat, lon)
        wide, high = (max(float(np.ptp(part)), _LEAST_KM) for part in (x, y))
        n_places = len(np.unique(np.column_stack([lat, lon]), axis=0))
        highest = next((height for most, height in _HEIGHTS if n_places <= most), _HEIGHT)
        px = min((_WIDTH - 2 * EDGE) / wide, (highest - 2 * EDGE) / high)
        width, height = max(260.0, wide * px + 2 * EDGE), max(120.0, high * px + 2 * EDGE)
        west = float(x.min() + x.max()) / 2 - width / 2 / px
        north = float(y.min() + y.max()) / 2 + height / 2 / px
        return cls(ground.lat, middle, west, north, px, width, height)

    def pixels(self, lat: FloatArray, lon: FloatArray) -> IntArray:
        """Put places on the drawing: whole x and y, shape (n, 2); (0, 0) for a place that is missing."""
        x, y = self._km(lat, lon)
        return np.rint(np.nan_to_num(np.column_stack([x - self.west_km, self.north_km - y]) * self.px_a_km)).astype(
            np.int64
        )

    def holds(self, lat: FloatArray, lon: FloatArray) -> BoolArray:
        """Tell which places fall on the drawing."""
        x, y = self.pixels(lat, lon).T
        held: BoolArray = (x >= 0) & (x <= self.width) & (y >= 0) & (y <= self.height)
        return held

    def _km(self, lat: FloatArray, lon: FloatArray) -> tuple[FloatArray, FloatArray]:
        east = (lon - self.lon + 180) % 360 - 180
        return east * _KM_A_DEGREE * max(np.cos(np.radians(self.lat)), 0.01), (lat - self.lat) * _KM_A_DEGREE


def is_central(places: FloatArray) -> BoolArray:
    """Tell which places (lat and lon in degrees, shape (n, 2)) to lay the ground for: nearly always all.

    Left out are only the outermost one in fifty (one of five places, two of ten, where there are few), and only when
    they are six times as far from the middle as the outermost of the others: a slip, or one guest from far away,
    would squeeze a whole town into a dot.

    Examples
    --------
    >>> town = [[39.6 + k / 100, 109.8] for k in range(9)]
    >>> is_central(np.array([*town, [0.0, 0.0]])).sum(), is_central(np.array([*town, [39.8, 109.8]])).sum()
    (np.int64(9), np.int64(10))
    """
    distinct, at = np.unique(places, axis=0, return_inverse=True)
    middle = np.median(distinct, axis=0)
    east = ((distinct[:, 1] - middle[1] + 180) % 360 - 180) * np.cos(np.radians(middle[0]))
    away = np.hypot(distinct[:, 0] - middle[0], east) * _KM_A_DEGREE
    most = max(len(away) // 50, min(len(away) // 5, 2))
    core = max(float(np.sort(away)[len(away) - 1 - most]), _LEAST_KM)
    central: BoolArray = (away <= _FAR * core)[at.ravel()]
    return central
