"""The index of the distance limit: pairs within the smaller of the two radii, and those that no radius speaks of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.pairs.bands import Bands, Spans, listed
from servicematch.pairs.slices import outer, slices

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray

CENTRES_AT_ONCE = 1 << 16
CENTRES_IN_A_GUESS = 20_000


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
class NearSearch:
    """One side as an index of points, and for each centre of the other side runs of it that hold all within reach.

    ``points`` and ``centres`` say which requests or teams they are.
    """

    bands: Bands
    spans: Spans
    points: Int32Array
    centres: Int32Array


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
        """Ask from the side whose radii let fewer pairs through.

        Mostly one side reaches no farther than the other does at least, which settles it without a search.

        Examples
        --------
        >>> here = np.array([0.0])
        >>> far, near = Reach(here, here, np.array([np.inf])), Reach(here, here, np.array([5.0]))
        >>> NearSource(far, near, widen=False).cheaper_side().by_team
        True
        """
        sides = self, replace(self, by_team=not self.by_team)
        mine, theirs = (side.asking()[1].km for side in sides)
        if mine.max(initial=0.0) <= theirs.min(initial=np.inf):
            return sides[0]
        if theirs.max(initial=0.0) <= mine.min(initial=np.inf):
            return sides[1]
        return min(sides, key=NearSource.guess)

    def guess(self) -> int:
        """Count the pairs within reach of some of the centres, and multiply."""
        return self._n_within(step=1 + len(self.asking()[0]) // CENTRES_IN_A_GUESS)

    def estimate(self) -> int:
        """Count the pairs that `pairs` lists for all requests.

        Examples
        --------
        >>> here = Reach(np.array([0.0]), np.array([0.0]), np.array([5.0]))
        >>> NearSource(here, here, widen=False).estimate()
        1
        """
        n_unlocated = sum(len(rows) * len(cols) for rows, cols in self.unlocated(0, len(self.requests.lat)))
        return self._n_within() + n_unlocated

    def pairs(self, start: int, stop: int) -> tuple[Int32Array, Int32Array]:
        """List the pairs of requests ``start <= r < stop`` that can pass.

        Examples
        --------
        >>> here = Reach(np.array([0.0]), np.array([0.0]), np.array([5.0]))
        >>> NearSource(here, here, widen=False).pairs(0, 1)
        (array([0], dtype=int32), array([0], dtype=int32))
        """
        search = self.search(start, stop)
        at_points, at_centres = listed(search.bands, search.spans)
        found = search.points[at_points], search.centres[at_centres]
        parts = [found if self.by_team else found[::-1]]
        parts += [outer(rows, cols) for rows, cols in self.unlocated(start, stop)]
        return np.concatenate([rows for rows, _ in parts]), np.concatenate([cols for _, cols in parts])

    def search(self, start: int, stop: int) -> NearSearch:
        """Search among the located, of requests ``start <= r < stop``."""
        centres, asking = self.asking(start, stop)
        points, bands = self._index(asking.km, start, stop)
        spans = bands.spans(asking.lat, asking.lon, asking.km)
        return NearSearch(bands, spans, points.astype(np.int32), centres.astype(np.int32))

    def unlocated(self, start: int, stop: int) -> list[tuple[IntArray, IntArray]]:
        """Give the pairs with a missing place that pass all the same: every row of each part with every column."""
        rows, cols = np.arange(start, stop), np.arange(len(self.teams.lat))
        here, there = self.requests.is_located[start:stop], self.teams.is_located
        if self.widen:
            return [(rows[~here], cols), (rows[here], cols[~there])]
        free, open_ = np.isinf(self.requests.km[start:stop]), np.isinf(self.teams.km)
        return [(rows[~here & free], cols[open_]), (rows[here & free], cols[~there & open_])]

    def asking(self, start: int = 0, stop: int | None = None) -> tuple[IntArray, Reach]:
        """Give the centres and how far they ask: no farther than any point reaches."""
        of_points, of_centres = (self.requests, self.teams) if self.by_team else (self.teams, self.requests)
        centres = _located(of_centres) if self.by_team else _located(of_centres, start, stop)
        asking = of_centres.at(centres)
        return centres, replace(asking, km=np.minimum(asking.km, of_points.longest()))

    def _index(self, radius_km: FloatArray, start: int = 0, stop: int | None = None) -> tuple[IntArray, Bands]:
        """Index the points for these radii."""
        side = self.requests if self.by_team else self.teams
        points = _located(side, start, stop) if self.by_team else _located(side)
        return points, Bands.of(side.lat[points], side.lon[points], radius_km)

    def _n_within(self, step: int = 1) -> int:
        """Count the pairs in the spans of every step-th centre, some centres at a time, and multiply."""
        _, asking = self.asking()
        _, bands = self._index(asking.km)
        lat, lon, km = (values[::step] for values in (asking.lat, asking.lon, asking.km))
        parts = slices(len(lat), CENTRES_AT_ONCE)
        return step * sum(bands.spans(lat[part], lon[part], km[part]).n_pairs for part in parts)


def _located(side: Reach, start: int = 0, stop: int | None = None) -> IntArray:
    """Find the located among ``start <= i < stop``."""
    return start + np.flatnonzero(side.is_located[start:stop])
