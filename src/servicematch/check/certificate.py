"""The bound: what no plan can pass, from the prices and every eligible pair, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.check.prices import exact_sum

if TYPE_CHECKING:
    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.check.prices import Prices


@dataclass(slots=True)
class Total:
    """A growing sum by tier: units by class (class 0 counts nothing) and micro-points, as Python's whole numbers."""

    by_class: list[int]
    score: int = 0

    def count(self, classes: IntArray, sign: int) -> None:
        """Count units of their classes."""
        for k, n in enumerate(np.bincount(classes, minlength=len(self.by_class)).tolist()):
            self.by_class[k] += sign * n if k else 0

    def grow(self, other: Total) -> None:
        """Add another sum."""
        self.by_class = [mine + more for mine, more in zip(self.by_class, other.by_class, strict=True)]
        self.score += other.score


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the prices say: a request is worth its best margins, a place its price.

    Attributes
    ----------
    classes, need
        Class of each request, and its units that pins left open.
    places
        Places that pins left at each team.
    prices
        Legal prices.
    n_classes
        The highest class.
    skip_micro
        Taken off every gain.
    """

    classes: IntArray
    need: IntArray
    places: IntArray
    prices: Prices
    n_classes: int
    skip_micro: int

    @property
    def joint(self) -> None:
        """Every request is bounded by itself."""
        return None

    def utilities(self, rows: Int32Array, cols: Int32Array, gains: IntArray) -> Total:
        """Add the best margins of requests, of which all pairs must be given at once."""
        units = self.classes[rows] - self.prices.classes[cols]
        points = gains - self.skip_micro - self.prices.score[cols]
        # A team without a place takes nobody, whatever its price: its pairs bring nothing.
        useful = ((units > 0) | ((units == 0) & (points > 0))) & (self.places[cols] > 0)
        kept = np.flatnonzero(useful)
        best = kept[largest(rows[kept], units[kept], points[kept], self.need)]
        total = Total([0] * (self.n_classes + 1))
        total.count(self.classes[rows[best]], 1)
        total.count(self.prices.classes[cols[best]], -1)
        total.score = exact_sum(points[best])
        return total

    def worth_of_places(self, _n_pairs: IntArray) -> Total:
        """Add the prices of all places, also of those that no pair could take."""
        total = Total([0] * (self.n_classes + 1))
        for t in np.flatnonzero((self.prices.classes > 0) | (self.prices.score != 0)).tolist():
            places, k = int(self.places[t]), int(self.prices.classes[t])
            total.by_class[k] += places if k else 0
            total.score += places * int(self.prices.score[t])
        return total


def largest(rows: Int32Array, units: IntArray, points: IntArray, need: IntArray) -> IntArray:
    """Choose for each request its ``need[row]`` largest margins (units first, then points).

    Examples
    --------
    >>> rows = np.array([0, 0, 0, 1], dtype=np.int32)
    >>> largest(rows, np.array([0, 1, 1, 0]), np.array([9, 2, 3, 5]), np.array([2, 1])).tolist()
    [3, 2, 1]
    """
    one = need[rows] == 1
    single, several = np.flatnonzero(one), np.flatnonzero(~one)
    for values in (units, points):  # most requests ask for one team: a maximum is quicker than a sort
        most = np.full(len(need), np.iinfo(np.int64).min)
        np.maximum.at(most, rows[single], values[single])
        single = single[values[single] == most[rows[single]]]
    best = single[np.unique(rows[single], return_index=True)[1]]
    order = several[np.lexsort((-points[several], -units[several], rows[several]))]
    in_order = rows[order]
    rank = np.arange(len(order)) - np.searchsorted(in_order, in_order, side="left")
    return np.concatenate([best, order[rank < need[in_order]]])
