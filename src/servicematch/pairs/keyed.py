"""An index of pairs that are named one by one: allowed pairs, road kilometres given as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import Int32Array
    from servicematch.pairs.near import Reach
    from servicematch.pairs.pairkeys import PairKeys
    from servicematch.pairs.roads import TableKm


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class KeySource:
    """Lists given pairs."""

    listed: PairKeys

    def estimate(self) -> int:
        """Count the pairs."""
        return len(self.listed)

    def pairs(self, start: int, stop: int) -> tuple[Int32Array, Int32Array]:
        """List the pairs of requests ``start <= r < stop``.

        Examples
        --------
        >>> from servicematch.pairs.pairkeys import PairKeys
        >>> KeySource(PairKeys.of(np.array([0, 1]), np.array([1, 0]), 2)).pairs(1, 2)
        (array([1], dtype=int32), array([0], dtype=int32))
        """
        n_cols = self.listed.n_cols
        first, last = np.searchsorted(self.listed.keys, [start * n_cols, stop * n_cols])
        rows, cols = np.divmod(self.listed.keys[first:last], max(n_cols, 1))
        return rows.astype(np.int32), cols.astype(np.int32)


def road_source(roads: TableKm, requests: Reach, teams: Reach) -> KeySource | None:
    """Index the listed pairs; None where some pair has no radius at all and so passes without being listed.

    Examples
    --------
    >>> from servicematch.pairs.near import Reach
    >>> from servicematch.pairs.pairkeys import PairKeys
    >>> from servicematch.pairs.roads import TableKm
    >>> roads = TableKm(PairKeys.of(np.array([0]), np.array([0]), 1), np.array([2.0]))
    >>> here, free = (Reach(np.zeros(1), np.zeros(1), np.array([km])) for km in (5.0, np.inf))
    >>> road_source(roads, here, free).estimate(), road_source(roads, free, free)
    (1, None)
    """
    is_open = bool(np.isinf(requests.km).any()) and bool(np.isinf(teams.km).any())
    return None if is_open else KeySource(roads.pairs)
