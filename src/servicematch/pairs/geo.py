"""Distances on the globe: the haversine formula on whole arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.arrays import frozen

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG), in kilometres."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Spots:
    """Points on the globe, made ready once for many distances.

    Attributes
    ----------
    lat, lon
        Radians; NaN where a place is not known.
    cos_lat
        Cosine of the latitude.
    """

    lat: FloatArray
    lon: FloatArray
    cos_lat: FloatArray

    @classmethod
    def from_degrees(cls, lat: ArrayLike, lon: ArrayLike) -> Spots:
        """Take decimal degrees, NaN for unknown.

        Examples
        --------
        >>> Spots.from_degrees([0.0, 90.0], [0.0, 0.0]).cos_lat.round(6)
        array([1., 0.])
        """
        radians = np.radians(np.asarray(lat, dtype=np.float64))
        return cls(frozen(radians), frozen(np.radians(np.asarray(lon, dtype=np.float64))), frozen(np.cos(radians)))

    @property
    def is_known(self) -> BoolArray:
        """Tell which points have both coordinates."""
        return ~(np.isnan(self.lat) | np.isnan(self.lon))

    def km(self, other: Spots, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Measure from own point ``rows[i]`` to the other's point ``cols[i]``, in km; NaN where a point is unknown.

        Examples
        --------
        >>> equator = Spots.from_degrees([0.0, 0.0], [0.0, 1.0])
        >>> equator.km(equator, np.array([0, 0]), np.array([0, 1])).round(3)
        array([  0.   , 111.195])
        """
        return _km(
            self.lat[rows] - other.lat[cols], self.lon[rows] - other.lon[cols], self.cos_lat[rows] * other.cos_lat[cols]
        )


def haversine_km(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> FloatArray:
    """Give the great-circle distance in km between points in decimal degrees.

    The arguments broadcast against each other as numpy arrays do. The haversine formula keeps its precision for
    points close together: ``2 R asin(sqrt(sin²(Δlat/2) + cos(lat1) cos(lat2) sin²(Δlon/2)))`` with R = 6371.0088 km.

    Examples
    --------
    Beijing to Shanghai:

    >>> round(float(haversine_km(39.9042, 116.4074, 31.2304, 121.4737)), 2)
    1067.31
    """
    a_lat, a_lon, b_lat, b_lon = (np.radians(np.asarray(side, dtype=np.float64)) for side in (lat1, lon1, lat2, lon2))
    return _km(a_lat - b_lat, a_lon - b_lon, np.cos(a_lat) * np.cos(b_lat))


def _km(delta_lat: Any, delta_lon: Any, cosines: Any) -> FloatArray:
    """Apply the haversine formula to differences in radians."""
    half = np.sin(0.5 * delta_lat)
    across = np.sin(0.5 * delta_lon)
    # Rounding may push the sum a hair above one for opposite points, where arcsin would give NaN.
    chord = np.minimum(1.0, np.sqrt(half * half + cosines * (across * across)))
    km: FloatArray = 2.0 * EARTH_RADIUS_KM * np.arcsin(chord)
    return km
