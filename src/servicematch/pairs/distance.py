"""The distance limit: the smaller of the team's and the request's radius."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.base.errors import PolicyError
from servicematch.pairs.join import RadiusJoin
from servicematch.pairs.keyed import road_source
from servicematch.pairs.near import NearSource, Reach
from servicematch.pairs.roads import CalledKm, Kilometres, StraightKm, TableKm, prepare_km

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array
    from servicematch.base.protocols import PairSource

TOLERANCE_KM = 1e-6


@dataclass(frozen=True, slots=True)
class Distance:
    """The way from request to team is at most the smaller of ``teams.radius_km`` and ``requests.max_km``.

    A null radius is no limit from that side. Where a radius applies, a pair with a missing place fails (its value
    is NaN). Off when no table has a radius, or when there is nothing to measure with.

    Parameters
    ----------
    km
        Road kilometres: a matrix (requests x teams, in your row order, NaN for no way), a table of
        (request_id, team_id, km), or a function ``(lat1, lon1, lat2, lon2) -> km`` on arrays of pairs in degrees.
        Straight lines (great circles) when None.
    detour
        Straight lines times this factor, at least 1.
    missing
        ``"exclude"`` fails pairs with a missing place where a radius applies, ``"allow"`` lets them pass.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1], "lat": [39.80], "lon": [110.0]})
    >>> teams = Teams({"id": [1], "lat": [39.81], "lon": [110.0], "radius_km": [1.0]})
    >>> limit = Distance().prepare(requests, teams)
    >>> pair = np.array([0]), np.array([0])
    >>> limit.values(*pair).round(3), limit.bound(*pair)
    (array([1.112]), array([1.]))
    """

    km: Any = field(default=None, compare=False, repr=False)
    detour: float = 1.0
    missing: str = "exclude"

    def __post_init__(self) -> None:
        if self.missing not in ("exclude", "allow"):
            raise PolicyError(f"limits.distance.missing: expected 'exclude' or 'allow', got {self.missing!r}.")
        check_detour(self.km, self.detour, "limits.distance")

    @property
    def name(self) -> str:
        """The limit's name."""
        return "distance"

    def prepare(self, requests: Any, teams: Any) -> PreparedDistance | None:
        """Make the limit ready; None when there is no radius or nothing to measure with."""
        kilometres = prepare_km(self.km, self.detour, requests, teams, "limits.distance.km")
        if kilometres is None or (requests.max_km is None and teams.radius_km is None):
            return None
        return PreparedDistance(
            kilometres,
            Reach(*_places(requests), _no_limit(requests.max_km, len(requests))),
            Reach(*_places(teams), _no_limit(teams.radius_km, len(teams))),
            # Roads in a matrix or a table are known or not whatever the coordinates: only places can be missing.
            widen=self.missing == "allow" and isinstance(kilometres, StraightKm | CalledKm),
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedDistance:
    """Kilometres against radii."""

    kilometres: Kilometres
    requests: Reach
    teams: Reach
    widen: bool
    unit: ClassVar[str] = "km"
    tolerance: ClassVar[float] = TOLERANCE_KM
    cost: ClassVar[float] = 5.0

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Measure the way in km, NaN where a place is missing or there is no way."""
        return self.kilometres.km(rows, cols)

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give the smaller radius in km."""
        bound: FloatArray = np.minimum(self.requests.km[rows], self.teams.km[cols])
        if self.widen:
            bound[~(self.requests.is_located[rows] & self.teams.is_located[cols])] = np.inf
        return bound

    def index(self) -> PairSource | None:
        """List by radius for straight lines, by entry for a table of roads; no index for other roads."""
        if isinstance(self.kilometres, TableKm):
            return road_source(self.kilometres, self.requests, self.teams)
        if not isinstance(self.kilometres, StraightKm):
            return None
        # A straight line of this length is, with its detour and the tolerance, still within the radius.
        detour = self.kilometres.detour
        requests, teams = (
            Reach(side.lat, side.lon, (side.km + 2 * TOLERANCE_KM) / detour) for side in (self.requests, self.teams)
        )
        near = NearSource(requests, teams, self.widen).cheaper_side()
        return RadiusJoin(near, self.kilometres, self.requests, self.teams, self.tolerance)


def check_detour(km: Any, detour: float, owner: str) -> None:
    """Refuse a detour factor below 1, or one beside road kilometres.

    Examples
    --------
    >>> check_detour(None, 1.3, "limits.distance")
    """
    if not (math.isfinite(detour) and detour >= 1.0):
        raise PolicyError(f"{owner}.detour: expected a factor of at least 1, got {detour!r}.")
    if km is not None and detour != 1.0:
        raise PolicyError(f"{owner}.detour: a detour is for straight lines, but road kilometres were given in km.")


def _places(table: Any) -> tuple[FloatArray, FloatArray]:
    unknown = np.full(len(table), np.nan)
    return (unknown, unknown) if table.lat is None or table.lon is None else (table.lat, table.lon)


def _no_limit(radius_km: FloatArray | None, n: int) -> FloatArray:
    if radius_km is None:
        return np.full(n, np.inf)
    nulls: BoolArray = np.isnan(radius_km)
    return frozen(np.where(nulls, np.inf, radius_km))
