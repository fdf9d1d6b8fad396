"""The terms of a policy by the checker's own arithmetic; a caller's own term through its protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from servicematch.tables.areas import area_codes

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.base.arrays import FloatArray, Int32Array, ObjectArray
    from servicematch.base.protocols import PreparedTerm
    from servicematch.check.held import Held


class Value(Protocol):
    """What a term says of pairs, in [0, 1]; NaN leaves it out."""

    def values(self, rows: Int32Array, cols: Int32Array, /) -> FloatArray:
        """Value each pair."""


@dataclass(frozen=True, slots=True)
class Part:
    """One term of the policy, ready to value pairs."""

    name: str
    weight: float
    value: Value | PreparedTerm


@dataclass(frozen=True, slots=True)
class Nearness:
    """Half a point at ``half_km``; NaN where the request has no place, 0 where the team has none.

    ``doubt_km`` is how far two honest ways to measure the same line may lie apart.
    """

    distance: Callable[[Int32Array, Int32Array], FloatArray]
    half_km: float
    no_place: FloatArray
    doubt_km: float

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value the distances."""
        near = self.half_km / (self.half_km + self.distance(rows, cols))
        return np.where(np.isnan(near), self.no_place[rows], near)

    def doubt(self, values: FloatArray) -> FloatArray:
        """Tell how much of each value hangs on that: the slope of the value times the kilometres in doubt."""
        return values * values * (self.doubt_km / self.half_km)


@dataclass(frozen=True, slots=True)
class Share:
    """The share of the wished words that a team holds; NaN where nothing is wished."""

    pairs: Held

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Divide what is held by what is wished."""
        n_asked, n_held = self.pairs.found(rows, cols)
        with np.errstate(invalid="ignore", divide="ignore"):
            return n_held / n_asked


@dataclass(frozen=True, slots=True)
class Affinity:
    """Common levels of two area paths, as a share of the request's path; codes are -1 below the end of a path."""

    of_requests: Int32Array
    of_teams: Int32Array

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Count equal levels; equal codes mean equal paths down to their level."""
        common, depth = np.zeros(len(rows)), np.zeros(len(rows))
        for level in range(self.of_requests.shape[1]):
            asked = self.of_requests[rows, level]
            depth += asked >= 0
            common += (asked >= 0) & (asked == self.of_teams[cols, level])
        with np.errstate(invalid="ignore"):
            return common / depth


@dataclass(frozen=True, slots=True)
class OfTeam:
    """A value that belongs to the team alone."""

    by_team: FloatArray

    def values(self, _rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Repeat the team's value."""
        found: FloatArray = self.by_team[cols]
        return found


def area_affinity(requests: ObjectArray, teams: ObjectArray) -> Affinity:
    """Give the areas of both sides their codes, level by level.

    Examples
    --------
    >>> affinity = area_affinity(np.array(["a/x", None], dtype=object), np.array(["a/y", "b"], dtype=object))
    >>> affinity.values(np.array([0, 0, 1], dtype=np.int32), np.array([0, 1, 0], dtype=np.int32)).tolist()
    [0.5, 0.0, nan]
    """
    of_requests, of_teams = area_codes(requests, teams)
    return Affinity(of_requests, of_teams)


def track_record(mean_rating: FloatArray, n_rated: FloatArray, prior: float, prior_weight: float) -> OfTeam:
    """Draw the mean rating of a team towards the prior; teams that nobody rated have the prior itself.

    Examples
    --------
    >>> track_record(np.array([1.0, np.nan]), np.array([5.0, 0.0]), 0.8, 5.0).by_team.round(3).tolist()
    [0.9, 0.8]
    """
    count = np.where(np.isnan(mean_rating) | np.isnan(n_rated), 0.0, n_rated)
    rating = np.where(count > 0.0, mean_rating, 0.0)
    weight = prior_weight + count
    with np.errstate(invalid="ignore", divide="ignore"):
        record = (prior * prior_weight + rating * count) / weight
    return OfTeam(np.clip(np.where(weight > 0.0, record, prior), 0.0, 1.0))
