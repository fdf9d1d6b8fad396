"""Lists that surely hold every eligible pair: by distance, by a word that must be shared, or simply all pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from servicematch.check.sphere import chord_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray

PAIRS_AT_ONCE = 400_000
_BANDS = 12  # teams of like radius are searched together


class Source(Protocol):
    """A superset of the eligible pairs, each once."""

    def count(self, start: int, stop: int) -> int:
        """Count what `pairs` would list for requests ``start <= r < stop``, without listing it."""

    def pairs(self, start: int, stop: int) -> tuple[Int32Array, Int32Array]:
        """List the pairs of requests ``start <= r < stop``."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """Teams by a key that a request needs: ``teams[indptr[key]:indptr[key + 1]]``; key -1 stands for all teams."""

    key: IntArray
    indptr: IntArray
    teams: Int32Array
    n_teams: int

    def _lengths(self, start: int, stop: int) -> IntArray:
        key = self.key[start:stop]
        sizes = np.append(np.diff(self.indptr), self.n_teams)  # the last one answers key -1
        lengths: IntArray = sizes[key]
        return lengths

    def count(self, start: int, stop: int) -> int:
        """Add the lengths of the lists."""
        return int(self._lengths(start, stop).sum())

    def pairs(self, start: int, stop: int) -> tuple[Int32Array, Int32Array]:
        """Write the lists of these requests one after another."""
        lengths = self._lengths(start, stop)
        everyone = np.append(self.teams, np.arange(self.n_teams, dtype=np.int32))
        begins = np.append(self.indptr[:-1], len(self.teams))[self.key[start:stop]]
        rows = np.repeat(np.arange(start, stop, dtype=np.int32), lengths)
        step = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return rows, everyone[np.repeat(begins, lengths) + step].astype(np.int32)


def everything(n_requests: int, n_teams: int) -> Keyed:
    """List all pairs.

    Examples
    --------
    >>> everything(2, 3).count(0, 2)
    6
    """
    nobody = np.empty(0, dtype=np.int32)
    return Keyed(np.full(n_requests, -1, dtype=np.int64), np.zeros(1, dtype=np.int64), nobody, n_teams)


def keyed(key: IntArray, team: IntArray, code: IntArray, n_keys: int, n_teams: int) -> Keyed:
    """Sort teams by their keys: ``team[i]`` is listed under ``code[i]``.

    Examples
    --------
    >>> source = keyed(np.array([1, -1]), np.array([0, 1]), np.array([0, 1]), 2, 2)
    >>> [part.tolist() for part in source.pairs(0, 2)]
    [[0, 1, 1], [1, 0, 1]]
    """
    order = np.argsort(code, kind="stable")
    indptr = np.concatenate([[0], np.cumsum(np.bincount(code, minlength=n_keys))])
    return Keyed(key, indptr, team[order].astype(np.int32), n_teams)


@dataclass(frozen=True, slots=True)
class Band:
    """Teams of like radius in a tree; ``tree`` is None for the band without a radius."""

    teams: IntArray
    tree: Any
    reach_km: float


@dataclass(frozen=True, slots=True)
class Near:
    """Pairs within reach, from trees on chords; pairs without any radius are listed in full.

    Attributes
    ----------
    points
        Unit vectors of the requests; NaN rows where a place is missing.
    max_km, radius_km
        Reach of requests and teams in straight kilometres, ``inf`` for none.
    bands
        Teams with a place and a radius, by radius; then those with a place and none.
    nowhere
        Teams without a place.
    allow_missing
        Whether a missing place passes.
    """

    points: FloatArray
    max_km: FloatArray
    radius_km: FloatArray
    bands: tuple[Band, ...]
    nowhere: IntArray
    allow_missing: bool

    def count(self, start: int, stop: int) -> int:
        """Count neighbours without listing them."""
        total = sum(len(rows) * len(cols) for rows, cols in self._crossed(start, stop))
        for tree, _, band, reach in self._searches(start, stop):
            total += int(tree.count_neighbors(band.tree, chord_of(reach)))
        return total

    def pairs(self, start: int, stop: int) -> tuple[Int32Array, Int32Array]:
        """Search the trees for the requests with a place, and cross what no distance bounds."""
        found = [(np.repeat(rows, len(cols)), np.tile(cols, len(rows))) for rows, cols in self._crossed(start, stop)]
        for tree, rows, band, reach in self._searches(start, stop):
            near = tree.sparse_distance_matrix(band.tree, chord_of(reach), output_type="ndarray")
            found.append((rows[near["i"]], band.teams[near["j"]]))
        rows, cols = (np.concatenate([part[side] for part in found]) for side in (0, 1))
        return rows.astype(np.int32), cols.astype(np.int32)

    def _searches(self, start: int, stop: int) -> Iterator[tuple[Any, IntArray, Band, float]]:
        """Give for each band the requests that it may reach, in a tree, and how far to look."""
        from scipy.spatial import cKDTree  # noqa: PLC0415  heavy, and only towns with places need it

        placed = start + np.flatnonzero(~np.isnan(self.points[start:stop, 0]))
        bounded = placed[np.isfinite(self.max_km[placed])]
        for rows, all_bands in ((bounded, True), (placed[np.isinf(self.max_km[placed])], False)):
            if not len(rows):
                continue
            tree = cKDTree(self.points[rows])
            longest = float(self.max_km[rows].max())
            for band in self.bands:
                if all_bands or np.isfinite(band.reach_km):
                    yield tree, rows, band, min(longest, band.reach_km)

    def _crossed(self, start: int, stop: int) -> Iterator[tuple[IntArray, IntArray]]:
        """Give the blocks of pairs that pass whatever their distance is; they do not overlap the searches."""
        rows = np.arange(start, stop)
        placed = ~np.isnan(self.points[start:stop, 0])
        free = np.isinf(self.max_km[start:stop])
        has_place = np.ones(len(self.radius_km), dtype=bool)
        has_place[self.nowhere] = False
        endless = np.isinf(self.radius_km)
        everyone = np.ones(len(endless), dtype=bool)
        if self.allow_missing:
            yield rows[~placed], np.flatnonzero(everyone)
            yield rows[placed], self.nowhere
            yield rows[placed & free], np.flatnonzero(endless & has_place)
        else:
            yield rows[free], np.flatnonzero(endless)


def near(
    requests: FloatArray, teams: FloatArray, max_km: FloatArray, radius_km: FloatArray, *, allow_missing: bool
) -> Near:
    """Plant the trees: teams with a place in bands of like radius, so that little is found in vain."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  as above

    has_place = ~np.isnan(teams[:, 0])
    bands = [
        Band(part, cKDTree(teams[part]), float(radius_km[part].max()))
        for part in _by_radius(radius_km, has_place)
        if len(part)
    ]
    return Near(requests, max_km, radius_km, tuple(bands), np.flatnonzero(~has_place), allow_missing)


def _by_radius(radius_km: FloatArray, has_place: BoolArray) -> Iterator[IntArray]:
    bounded = np.flatnonzero(has_place & np.isfinite(radius_km))
    yield from np.array_split(bounded[np.argsort(radius_km[bounded], kind="stable")], _BANDS)
    yield np.flatnonzero(has_place & np.isinf(radius_km))


def cheapest(sources: Sequence[Source], n_requests: int) -> tuple[Source, int]:
    """Choose the shortest list, and tell how long it is."""
    lengths = [source.count(0, n_requests) for source in sources]
    shortest = int(np.argmin(lengths))
    return sources[shortest], lengths[shortest]


def blocks(source: Source, length: int, n_requests: int) -> Iterator[tuple[int, int]]:
    """Cut the requests into runs of at most about ``PAIRS_AT_ONCE`` listed pairs, or of one request.

    Examples
    --------
    >>> list(blocks(everything(4, 200_000), 800_000, 4))
    [(0, 2), (2, 4)]
    """
    step = max(1, n_requests * PAIRS_AT_ONCE // max(1, length))
    waiting = [(start, min(start + step, n_requests)) for start in range(0, n_requests, step)][::-1]
    while waiting:
        start, stop = waiting.pop()
        if stop - start > 1 and source.count(start, stop) > 1.5 * PAIRS_AT_ONCE:  # a crowded run: halve it
            middle = (start + stop) // 2
            waiting += [(middle, stop), (start, middle)]
        else:
            yield start, stop
