"""Straight distances: points as unit vectors in three dimensions, angles from chords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray, Int32Array

EARTH_KM = 6371.0088
"""Mean radius of the earth."""
CHORD_DOUBT_KM = 5e-12
"""Chords and half angles agree on a line to 2.3e-12 km, over a million lines of a town, a country and the world."""
_FAR = 1.5  # beyond this chord the arcsine loses digits, and the sum of both vectors is taken to the rescue


@dataclass(frozen=True, slots=True)
class Sphere:
    """Where requests and teams are, as unit vectors; NaN rows where a place is missing."""

    requests: FloatArray
    teams: FloatArray

    def km(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Measure the great-circle distance of each pair in km, NaN where a place is missing.

        Examples
        --------
        >>> sphere = Sphere(unit_vectors(np.array([0.0]), np.array([0.0])), unit_vectors(np.array([0.0]), np.array([90.0])))
        >>> sphere.km(np.array([0], dtype=np.int32), np.array([0], dtype=np.int32)).round(1).tolist()
        [10007.6]
        """
        a, b = self.requests[rows], self.teams[cols]
        gap = a - b
        chord = np.sqrt(np.einsum("ij,ij->i", gap, gap))
        angle = 2.0 * np.arcsin(np.minimum(chord, 2.0) / 2.0)
        far = chord > _FAR
        if far.any():
            both = a[far] + b[far]
            angle[far] = 2.0 * np.arctan2(chord[far], np.sqrt(np.einsum("ij,ij->i", both, both)))
        km: FloatArray = EARTH_KM * angle
        return km


def unit_vectors(lat: FloatArray, lon: FloatArray) -> FloatArray:
    """Place degrees on the unit sphere: shape (n, 3), NaN rows where either is missing.

    Examples
    --------
    >>> unit_vectors(np.array([90.0]), np.array([0.0])).round(6).tolist()
    [[0.0, 0.0, 1.0]]
    """
    phi, theta = np.radians(lat), np.radians(lon)
    flat = np.cos(phi)
    return np.column_stack([flat * np.cos(theta), flat * np.sin(theta), np.sin(phi) + 0.0 * theta])


def chord_of(km: float) -> float:
    """Give a chord on the unit sphere that surely holds every point within ``km``: a little longer than exact.

    Examples
    --------
    >>> chord_of(30000.0) > 2.0, chord_of(0.0) > 0.0
    (True, True)
    """
    half = (km + 1e-5) / (2.0 * EARTH_KM)  # one centimetre of padding: exact distances decide later
    return 2.0 * (float(np.sin(half)) if half < np.pi / 2.0 else 1.0) + 1e-9
