"""The best choice so far, which breaks no limit at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.certificate import exact_sum

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.hours.packing import Packing


class Incumbent:
    """A choice of pairs that is only ever exchanged, whole, for one that is at least as good.

    Attributes
    ----------
    is_chosen
        bool, one a pair; never changed in place.
    value
        Units by class from the highest, then the sum of gains.
    """

    def __init__(self, packing: Packing) -> None:
        self.packing = packing
        self.is_chosen: BoolArray = np.zeros(packing.n_pairs, dtype=np.bool_)
        self.value = (0,) * (packing.n_tiers + 1)

    @property
    def chosen(self) -> IntArray:
        """Positions of the chosen pairs, rising."""
        return np.flatnonzero(self.is_chosen)

    @property
    def missing(self) -> IntArray:
        """Units that each row still wants."""
        return self.packing.missing(self.chosen)

    @property
    def counts(self) -> IntArray:
        """Units of each class, from 0; those of class 0 count for nothing."""
        return np.array([0, *self.value[-2::-1]], dtype=np.int64)

    def offer(self, is_chosen: BoolArray) -> bool:
        """Take a choice if it breaks no limit and is not worse; tell whether it is better."""
        chosen = np.flatnonzero(is_chosen)
        value = value_of(self.packing, chosen)
        if value < self.value or not fits(self.packing, chosen):
            return False
        is_better = value > self.value
        self.is_chosen, self.value = is_chosen.copy(), value
        return is_better


def value_of(packing: Packing, chosen: IntArray) -> tuple[int, ...]:
    """Return what a choice is worth: units by class from the highest, then the sum of gains."""
    units = np.bincount(packing.tier[packing.row[chosen]], minlength=packing.n_tiers + 1)
    return (*(int(count) for count in units[:0:-1]), exact_sum(packing.gain[chosen]))


def fits(packing: Packing, chosen: IntArray) -> bool:
    """Tell whether no capacity, no place and no need is exceeded."""
    left = packing.room(chosen), packing.places_left(chosen), packing.missing(chosen)
    return all(bool((part >= 0).all()) for part in left)
