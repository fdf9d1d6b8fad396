"""How high a team of a true service stands in the ranking by score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

import servicematch as sm
from measures.figures import share
from measures.town import places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from measures.town import Town


@dataclass(frozen=True, slots=True)
class Hits:
    """Of ``n`` reachable requests, how many have a team of a true service first, or among the first five."""

    n: int
    n_at_1: int
    n_at_5: int

    @property
    def at_1(self) -> float:
        """The share with a team of a true service first."""
        return share(self.n_at_1, self.n)

    @property
    def at_5(self) -> float:
        """The share with a team of a true service among the first five."""
        return share(self.n_at_5, self.n)


def first_right(town: Town, policy: sm.Policy) -> NDArray[np.int64]:
    """Return for each free-text request the rank, from 0, of the first team of a true service; -1 when none is listed.

    Listed are the pairs that the policy lets through, best score first. Equal scores stand in the order of the ids.
    """
    row, col = places(sm.score(town.free, town.teams, policy=policy), town.free, town.teams)
    begins = np.flatnonzero(np.diff(row, prepend=-1))  # the rows of one request stand together
    rank = np.arange(len(row)) - np.repeat(begins, np.diff(begins, append=len(row)))
    right = np.flatnonzero(town.has_service[row, col])[::-1]  # the best is written last, and stays
    first = np.full(len(town.free), -1, dtype=np.int64)
    first[row[right]] = rank[right]
    return first


def count_hits(town: Town, first: NDArray[np.int64], among: NDArray[np.bool_] | None = None) -> Hits:
    """Count the hits among the reachable requests, or among some of them; a request without any pair is a miss."""
    counted = first[town.is_reachable if among is None else town.is_reachable & among]
    at_1, at_5 = (int(((counted >= 0) & (counted < k)).sum()) for k in (1, 5))
    return Hits(len(counted), at_1, at_5)
