"""The radius join: the index of the distance limit with the limit itself, so that compiled loops do both at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.pairs.slices import outer

if TYPE_CHECKING:
    from types import ModuleType

    from servicematch.base.arrays import FloatArray, Int32Array
    from servicematch.pairs.geo import Spots
    from servicematch.pairs.near import NearSource, Reach
    from servicematch.pairs.roads import StraightKm


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RadiusJoin:
    """Lists the pairs that can pass the distance limit; in compiled loops, exactly those that pass.

    Attributes
    ----------
    near
        The index.
    straight
        The way of a pair.
    requests, teams
        How far each side goes, as the limit has it.
    tolerance
        The limit's, in km.
    """

    near: NearSource
    straight: StraightKm
    requests: Reach
    teams: Reach
    tolerance: float

    def estimate(self) -> int:
        """Count the pairs that the index lists."""
        return self.near.estimate()

    def pairs(self, start: int, stop: int) -> tuple[Int32Array, Int32Array]:
        """List the pairs of requests ``start <= r < stop`` that can pass."""
        return self.near.pairs(start, stop)

    def compiled_pairs(self, kernels: ModuleType, start: int, stop: int) -> tuple[Int32Array, Int32Array]:
        """List the pairs of requests ``start <= r < stop`` that pass the limit, mostly by request, then team."""
        by_team = self.near.by_team
        search = self.near.search(start, stop)
        sides = (self.straight.requests, self.requests, start), (self.straight.teams, self.teams, 0)
        of_points, of_centres = sides if by_team else sides[::-1]
        spans, points = search.spans, search.points[search.bands.order]
        found = kernels.within(
            (spans.centres, spans.first, spans.stop),
            _at(points, *of_points),
            _at(search.centres, *of_centres),
            self.straight.detour,
            self.tolerance,
        )
        if not by_team:  # by request, but the teams of each as they stand in the index
            found = kernels.ordered(*found, len(self.teams.km))[::-1]
        rows, cols = kernels.ordered(*found, stop - start)
        parts = [(rows + np.int32(start), cols)]
        parts += [outer(*part) for part in self.near.unlocated(start, stop)]
        return np.concatenate([rows for rows, _ in parts]), np.concatenate([cols for _, cols in parts])


def _at(positions: Int32Array, spots: Spots, reach: Reach, start: int) -> tuple[FloatArray, FloatArray, Int32Array]:
    """Take some points of a side: what distances need, how far each goes, and its number from ``start`` on."""
    return spots.half.take(positions, axis=1), reach.km[positions], positions - np.int32(start)
