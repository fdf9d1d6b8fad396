"""Points sorted into bands of latitude: finds everything within a radius with two binary searches a band.

A plain numpy index. It was measured against scikit-learn's BallTree on 100,000 points and 20,000 centres in a
clustered town: it lists 8.6 million pairs in a quarter of the time, knows their number before it lists them, and
does not need 1.5 s to import. The tests hold it against BallTree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.pairs.geo import EARTH_RADIUS_KM
from servicematch.pairs.slices import ramp

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray, Int32Array, IntArray

STRIDE = 1000.0  # in the sort key ``band * STRIDE + lon``: wider than any longitude with its window
SLACK = 1e-7  # degrees, about 1 cm: more than the rounding of a key with MAX_BANDS bands
ROUNDING = 1e-15  # of a sine or cosine squared: at a pole it opens the window all the way round
MAX_BANDS = 100_000
HALF_TURN = 180.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Spans:
    """For each centre runs of consecutive points of an index: ``centres[i]`` has the points ``first[i] : stop[i]``."""

    centres: IntArray
    first: IntArray
    stop: IntArray

    @property
    def n_pairs(self) -> int:
        """Count the (centre, point) pairs."""
        return int((self.stop - self.first).sum())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Bands:
    """Points in bands of equal height from south to north, sorted by longitude within each band.

    Attributes
    ----------
    south, height
        Degrees: the southern edge of band 0 and the height of a band.
    n_bands
        How many bands.
    order
        The points as they stand in the index.
    keys
        ``band * STRIDE + lon`` of each, ascending.
    """

    south: float
    height: float
    n_bands: int
    order: IntArray
    keys: FloatArray

    @classmethod
    def of(cls, lat: FloatArray, lon: FloatArray, radius_km: FloatArray) -> Bands:
        """Index points given in degrees (finite), for the radii that will be asked for.

        A quarter of their mean is a good height whatever their spread: about ten bands a centre on average, and at
        most a sixth more pairs than there are within the radii (points spread evenly).
        """
        south, north = (float(lat.min()), float(lat.max())) if len(lat) else (0.0, 0.0)
        extent = north - south
        reach = np.minimum(np.degrees(radius_km / EARTH_RADIUS_KM), extent)
        mean_reach = float(reach.mean()) if len(reach) else 0.0
        height = max(mean_reach / 4, extent / MAX_BANDS, 1e-6)
        band = np.floor((lat - south) / height)
        keys = band * STRIDE + lon
        order = np.argsort(keys, kind="stable")
        return cls(south, height, int(extent / height) + 1, order, keys[order])

    def spans(self, lat: FloatArray, lon: FloatArray, radius_km: FloatArray) -> Spans:
        """Find runs that hold every point within ``radius_km`` of each centre (in degrees), and few others.

        Examples
        --------
        >>> points = Bands.of(np.array([0.0, 0.0, 5.0]), np.array([0.0, 3.0, 0.0]), np.array([200.0]))
        >>> points.spans(np.array([0.0]), np.array([1.0]), np.array([200.0])).n_pairs
        1
        """
        radius = np.minimum(radius_km / EARTH_RADIUS_KM, np.pi)
        centre, band = self._bands_in_reach(lat, np.degrees(radius) + SLACK)
        width = self._half_widths(lat[centre], band, radius[centre])
        width[width >= HALF_TURN - 1e-6] = 2 * HALF_TURN  # all the way round, once
        west, east = lon[centre] - width, lon[centre] + width
        # A window that crosses the 180th meridian goes on, one turn away, on the other side.
        over_west, over_east = np.flatnonzero(west < -HALF_TURN), np.flatnonzero(east > HALF_TURN)
        west, east = np.maximum(west, -HALF_TURN), np.minimum(east, HALF_TURN)
        again = np.concatenate([over_west, over_east])
        turned = np.concatenate([lon[centre[over_west]] + 360.0, lon[centre[over_east]] - 360.0])
        again, turned = again[width[again] < HALF_TURN], turned[width[again] < HALF_TURN]
        west = np.concatenate([west, np.maximum(turned - width[again], -HALF_TURN)])
        east = np.concatenate([east, np.minimum(turned + width[again], HALF_TURN)])
        centre, band = np.concatenate([centre, centre[again]]), np.concatenate([band, band[again]])
        first = np.searchsorted(self.keys, band * STRIDE + (west - SLACK), side="left")
        stop = np.searchsorted(self.keys, band * STRIDE + (east + SLACK), side="right")
        return Spans(centre, first, np.maximum(first, stop))

    def _bands_in_reach(self, lat: FloatArray, reach: FloatArray) -> tuple[IntArray, IntArray]:
        """Pair each centre with the bands that its radius touches."""
        low = np.clip(np.floor((lat - reach - self.south) / self.height), 0, self.n_bands).astype(np.int64)
        high = np.clip(np.floor((lat + reach - self.south) / self.height), -1, self.n_bands - 1).astype(np.int64)
        n_bands = np.maximum(high - low + 1, 0)
        centre = np.repeat(np.arange(len(lat), dtype=np.int64), n_bands)
        return centre, low[centre] + ramp(n_bands)

    def _half_widths(self, lat: FloatArray, band: IntArray, radius: FloatArray) -> FloatArray:
        """Give the largest difference in longitude (degrees) at which a point of the band can be within the radius.

        From the haversine formula, with the point's latitude taken where the bound is widest: at the height nearest
        to the centre for the first summand, at the band's edge nearest to a pole for the cosine.
        """
        low = self.south + band * self.height - SLACK
        high = self.south + (band + 1) * self.height + SLACK
        nearest = np.radians(np.clip(lat, low, high) - lat)
        room = np.sin(radius / 2) ** 2 - np.sin(nearest / 2) ** 2 + ROUNDING
        edge = np.minimum(90.0, np.maximum(np.abs(low), np.abs(high)))
        cosines = np.maximum(np.cos(np.radians(lat)) * np.cos(np.radians(edge)), ROUNDING)
        widths: FloatArray = np.degrees(2 * np.arcsin(np.sqrt(np.clip(room / cosines, 0.0, 1.0)))) + SLACK
        return widths


def listed(bands: Bands, spans: Spans) -> tuple[Int32Array, Int32Array]:
    """List the (point, centre) pairs of the spans, each once.

    Examples
    --------
    >>> points = Bands.of(np.array([0.0, 0.0, 5.0]), np.array([0.0, 3.0, 0.0]), np.array([200.0]))
    >>> listed(points, points.spans(np.array([0.0]), np.array([1.0]), np.array([200.0])))
    (array([0], dtype=int32), array([0], dtype=int32))
    """
    lengths = spans.stop - spans.first
    where = ramp(lengths)
    where += np.repeat(spans.first, lengths)
    return bands.order.astype(np.int32)[where], np.repeat(spans.centres.astype(np.int32), lengths)
