"""An index of ready lists: each request names the list of teams that it may go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.pairs.slices import ramp

if TYPE_CHECKING:
    from servicematch.base.arrays import Int32Array, IntArray

EVERY_TEAM = -1
NO_TEAM = -2


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ListSource:
    """Lists of teams by key, and the key of each request.

    Attributes
    ----------
    keys
        For each request a list's number, or `EVERY_TEAM`, or `NO_TEAM`.
    indptr, items
        List k is ``items[indptr[k]:indptr[k + 1]]``. The last two lists are always "no team" and "every team",
        so that these two need no special case.
    """

    keys: IntArray
    indptr: IntArray
    items: Int32Array

    @classmethod
    def of(cls, keys: IntArray, list_of: IntArray, teams: IntArray, *, n_lists: int, n_teams: int) -> ListSource:
        """Collect entries (list ``list_of[i]`` holds team ``teams[i]``) into lists.

        Examples
        --------
        >>> source = ListSource.of(np.array([0, -1, -2]), np.array([0]), np.array([1]), n_lists=1, n_teams=2)
        >>> source.estimate(), source.pairs(0, 3)
        (3, (array([0, 1, 1], dtype=int32), array([1, 0, 1], dtype=int32)))
        """
        order = np.argsort(list_of * max(n_teams, 1) + teams, kind="stable")
        counts = np.bincount(list_of, minlength=n_lists)
        indptr = np.concatenate([[0], np.cumsum(np.concatenate([counts, [0, n_teams]]))])
        items = np.concatenate([teams[order], np.arange(n_teams)]).astype(np.int32)
        return cls(np.where(keys < 0, n_lists + 2 + keys, keys), indptr, items)

    def estimate(self) -> int:
        """Count the pairs of all requests."""
        return int(np.diff(self.indptr)[self.keys].sum())

    def pairs(self, start: int, stop: int) -> tuple[Int32Array, Int32Array]:
        """List the pairs of requests ``start <= r < stop``, in canonical order."""
        keys = self.keys[start:stop]
        lengths = np.diff(self.indptr)[keys]
        where = ramp(lengths) + np.repeat(self.indptr[keys], lengths)
        return np.repeat(np.arange(start, stop, dtype=np.int32), lengths), self.items[where]
