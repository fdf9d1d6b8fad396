"""The index of the distance limit: pairs within the smaller of the two radii, and those that no radius speaks of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.pairs.bands import Bands, Spans, listed
from servicematch.pairs.slices import outer

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reach:
    """Where one side stands and how far it reaches.

    Attributes
    ----------
    lat, lon
        Degrees, NaN for unknown.
    km
        Straight kilometres, inf for no limit.
    """

    lat: FloatArray
    lon: FloatArray
    km: FloatArray

    @property
    def is_located(self) -> BoolArray:
        """Tell which points have both coordinates."""
        return ~(np.isnan(self.lat) | np.isnan(self.lon))

    def at(self, positions: IntArray) -> Reach:
        """Take some of the points."""
        return Reach(self.lat[positions], self.lon[positions], self.km[positions])

    def longest(self) -> float:
        """Give the longest reach of a located point, 0 when there is none."""
        return float(self.km[self.is_located].max(initial=0.0))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NearSource:
    """Lists the pairs that can pass the distance limit.

    Attributes
    ----------
    requests, teams
        Where they stand and how far they reach.
    widen
        Pairs with a missing place pass.
    by_team
        Ask the requests' index for each team (else the teams' index for each request).
    """

    requests: Reach
    teams: Reach
    widen: bool
    by_team: bool = True

    def cheaper_side(self) -> NearSource:
        """Ask from the side whose radii let fewer pairs through."""
        other = replace(self, by_team=not self.by_team)
        return self if self.estimate() <= other.estimate() else other

    def estimate(self) -> int:
        """Count the pairs that `pairs` lists for all requests.

        Examples
        --------
        >>> here = Reach(np.array([0.0]), np.array([0.0]), np.array([5.0]))
        >>> NearSource(here, here, widen=False).estimate()
        1
        """
        n = len(self.requests.lat)
        _, spans, _ = self._spans(0, n)
        return spans.n_pairs + sum(len(rows) * len(cols) for rows, cols in self._products(0, n))

    def pairs(self, start: int, stop: int) -> tuple[Int32Array, Int32Array]:
        """List the pairs of requests ``start <= r < stop`` that can pass.

        Examples
        --------
        >>> here = Reach(np.array([0.0]), np.array([0.0]), np.array([5.0]))
        >>> NearSource(here, here, widen=False).pairs(0, 1)
        (array([0], dtype=int32), array([0], dtype=int32))
        """
        bands, spans, (points, centres) = self._spans(start, stop)
        at_points, at_centres = listed(bands, spans)
        found = points[at_points], centres[at_centres]
        parts = [found if self.by_team else found[::-1]]
        parts += [outer(rows, cols) for rows, cols in self._products(start, stop)]
        return np.concatenate([rows for rows, _ in parts]), np.concatenate([cols for _, cols in parts])

    def _spans(self, start: int, stop: int) -> tuple[Bands, Spans, tuple[Int32Array, Int32Array]]:
        """Search among the located; also give which points and which centres were meant."""
        rows = start + np.flatnonzero(self.requests.is_located[start:stop])
        cols = np.flatnonzero(self.teams.is_located)
        points, centres = (rows, cols) if self.by_team else (cols, rows)
        of_points, of_centres = (self.requests, self.teams) if self.by_team else (self.teams, self.requests)
        indexed, asking = of_points.at(points), of_centres.at(centres)
        radius = np.minimum(asking.km, of_points.longest())
        bands = Bands.of(indexed.lat, indexed.lon, radius)
        spans = bands.spans(asking.lat, asking.lon, radius)
        return bands, spans, (points.astype(np.int32), centres.astype(np.int32))

    def _products(self, start: int, stop: int) -> list[tuple[IntArray, IntArray]]:
        """Give the pairs with a missing place that pass all the same: every row of each part with every column."""
        rows, cols = np.arange(start, stop), np.arange(len(self.teams.lat))
        here, there = self.requests.is_located[start:stop], self.teams.is_located
        if self.widen:
            return [(rows[~here], cols), (rows[here], cols[~there])]
        free, open_ = np.isinf(self.requests.km[start:stop]), np.isinf(self.teams.km)
        return [(rows[~here & free], cols[open_]), (rows[here & free], cols[~there & open_])]
