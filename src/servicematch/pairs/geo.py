"""Distances on the globe: the haversine formula on whole arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.pairs.arcs import EARTH_RADIUS_KM, arc_km
from servicematch.pairs.slices import slices

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import ArrayLike

    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array

__all__ = ["EARTH_RADIUS_KM", "Spots", "haversine_km"]

PAIRS_AT_ONCE = 1 << 15
"""What `Spots.km` works with for so many pairs, some 5 MB, stays in the processor's cache: twice as fast as more."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Spots:
    """Points on the globe, made ready once for many distances.

    Attributes
    ----------
    half
        Of shape (5, n): sine and cosine of half the latitude, sine and cosine of half the longitude, cosine of the
        latitude; NaN where a place is not known. With them a distance needs no sine of its own, which makes it
        faster, and the same whoever works it out: sines may differ in their last bit from library to library.
    """

    half: FloatArray

    @classmethod
    def from_degrees(cls, lat: ArrayLike, lon: ArrayLike) -> Spots:
        """Take decimal degrees, NaN for unknown.

        Examples
        --------
        >>> Spots.from_degrees([0.0, 90.0], [0.0, 0.0]).half[4].round(6)
        array([1., 0.])
        """
        return cls(frozen(np.array(_halves(lat, lon))))

    @property
    def is_known(self) -> BoolArray:
        """Tell which points have both coordinates."""
        known: BoolArray = ~np.isnan(self.half[0] + self.half[2])
        return known

    def km(self, other: Spots, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Measure from own point ``rows[i]`` to the other's point ``cols[i]``, in km; NaN where a point is unknown.

        Examples
        --------
        >>> equator = Spots.from_degrees([0.0, 0.0], [0.0, 1.0])
        >>> equator.km(equator, np.array([0, 0]), np.array([0, 1])).round(3)
        array([  0.   , 111.195])
        """
        km = np.empty(len(rows))
        for part in slices(len(rows), PAIRS_AT_ONCE):
            here, there = self.half.take(rows[part], axis=1), other.half.take(cols[part], axis=1)
            km[part] = arc_km(_haversine(here, there))
        return km

    def compiled_km(self, kernels: ModuleType, other: Spots, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Measure as `km` does, to the bit, in a compiled loop."""
        km: FloatArray = kernels.pair_km(self.half, other.half, rows, cols)
        return km


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
    return arc_km(_haversine(_halves(lat1, lon1), _halves(lat2, lon2)))


def _halves(lat: ArrayLike, lon: ArrayLike) -> tuple[FloatArray, ...]:
    """Give what `Spots` holds."""
    phi, theta = (np.radians(np.asarray(side, dtype=np.float64)) for side in (lat, lon))
    return np.sin(0.5 * phi), np.cos(0.5 * phi), np.sin(0.5 * theta), np.cos(0.5 * theta), np.cos(phi)


def _haversine(here: Any, there: Any) -> FloatArray:
    """Give ``sin²(Δlat/2) + cos(lat1) cos(lat2) sin²(Δlon/2)``, the sines of differences by their addition theorem.

    The compiled loops do these steps in this order, so that they come to the same bits.
    """
    up = here[0] * there[1] - here[1] * there[0]
    across = here[2] * there[3] - here[3] * there[2]
    haversine: FloatArray = up * up + here[4] * there[4] * (across * across)
    return haversine
