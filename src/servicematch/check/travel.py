"""What a visit takes of a team's hours, the way there and back with it: the fewest and the most honest minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.roads import kilometres
from servicematch.check.sphere import CHORD_DOUBT_KM, Sphere, unit_vectors

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, FloatArray, IntArray
    from servicematch.base.protocols import PolicyLike
    from servicematch.check.roads import Kilometres

_MOST_MINUTES = 60e6
_EDGE = 1e-9
"""Nearer than this, relatively, to a rounding boundary two honest sums may become different whole minutes."""


@dataclass(frozen=True, slots=True)
class Trips:
    """The minutes of a visit before they are whole.

    Attributes
    ----------
    fixed
        One a request: its own minutes and those of setting up.
    kmh
        How fast.
    km
        One way, as the policy measures it; None where there is nothing to measure with.
    doubt_km
        What honest measures of a straight line may differ by; 0 for roads, which are given.
    spots
        Latitudes and longitudes of requests and of teams, for lines of no length; None for roads.
    """

    fixed: FloatArray
    kmh: float
    km: Kilometres | None
    doubt_km: float
    spots: tuple[FloatArray, FloatArray, FloatArray, FloatArray] | None

    def minutes(self, rows: AnyArray, cols: AnyArray) -> tuple[IntArray, IntArray]:
        """Return the fewest and the most whole minutes that a visit may honestly be said to take."""
        near, far = self._ways(rows, cols)
        edge = np.where(far > 0.0, _EDGE, 0.0)  # without a way there is nothing to differ on
        with np.errstate(over="ignore"):
            low, high = (self.fixed[rows] + km * 120.0 / self.kmh for km in (near, far))
        return _whole(low, 1.0 - edge), _whole(high, 1.0 + edge)

    def _ways(self, rows: AnyArray, cols: AnyArray) -> tuple[FloatArray, FloatArray]:
        """Return the shortest and the longest honest way; what is not known is none."""
        if self.km is None:
            nothing = np.zeros(len(rows))
            return nothing, nothing
        km = self.km(rows, cols)
        doubt = np.full(len(rows), self.doubt_km)
        if self.spots is not None:
            lat, lon, team_lat, team_lon = self.spots
            doubt[(lat[rows] == team_lat[cols]) & (lon[rows] == team_lon[cols])] = 0.0
        unknown = np.isnan(km)
        return np.where(unknown, 0.0, np.maximum(km - doubt, 0.0)), np.where(unknown, 0.0, km + doubt)


def _whole(minutes: FloatArray, slack: FloatArray) -> IntArray:
    """Round to the nearest, halves up, a little lower or higher than is right; some time is a minute at least."""
    whole = np.floor(np.minimum(minutes, _MOST_MINUTES) * slack + 0.5)
    whole[(minutes > 0.0) & (whole < 1.0)] = 1.0
    return whole.astype(np.int64)


def read_trips(requests: Any, teams: Any, policy: PolicyLike) -> Trips | None:
    """Read what a visit takes; None where the policy has no travel.

    Examples
    --------
    >>> from types import SimpleNamespace as Made
    >>> requests, teams = (Made(lat=np.array([at]), lon=np.array([109.8]), hours=np.array([1.0])) for at in (39.6, 39.735))
    >>> policy = Made(limits=(), travel=Made(kmh=30.0, setup_minutes=5.0))
    >>> least, most = read_trips(requests, teams, policy).minutes(np.array([0]), np.array([0]))
    >>> least.tolist(), most.tolist()
    ([125], [125])
    """
    travel = getattr(policy, "travel", None)
    if travel is None:
        return None
    given, detour = _measure(policy)
    places = (requests.lat, requests.lon, teams.lat, teams.lon)
    sphere = None
    if all(column is not None for column in places):
        sphere = Sphere(unit_vectors(*places[:2]), unit_vectors(*places[2:]))
    is_straight = given is None and sphere is not None
    hours = np.nan_to_num(requests.hours)
    return Trips(
        fixed=hours * 60.0 + travel.setup_minutes,
        kmh=travel.kmh,
        km=kilometres(given, detour, requests, teams, sphere),
        doubt_km=CHORD_DOUBT_KM * detour if is_straight else 0.0,
        spots=places if is_straight else None,
    )


def _measure(policy: PolicyLike) -> tuple[Any, float]:
    """Find the roads and the detour of the policy's distance limit; straight lines where it has none."""
    for limit in policy.limits:
        kinds = {kind.__name__ for kind in type(limit).__mro__ if kind.__module__.startswith("servicematch.")}
        if "Distance" in kinds:
            return getattr(limit, "km", None), getattr(limit, "detour", 1.0)
    return None, 1.0
