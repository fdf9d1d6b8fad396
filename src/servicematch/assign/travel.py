"""The drive there and back: what it adds to the hours of a request, pair by pair, before any rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import DefaultUsed, PolicyError, UnusedTravel
from servicematch.base.notices import notice
from servicematch.pairs.limits import Distance
from servicematch.pairs.roads import MatrixKm, TableKm, prepare_km

if TYPE_CHECKING:
    from collections.abc import Iterable

    from servicematch.assign.policy import Policy
    from servicematch.base.arrays import AnyArray, FloatArray
    from servicematch.base.protocols import Limit
    from servicematch.pairs.roads import Kilometres
    from servicematch.solve.problem import Problem
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams

BOTH_WAYS = 2 * 60.0
"""Minutes that a kilometre takes there and back, at one kilometre an hour."""


@dataclass(frozen=True, slots=True)
class Travel:
    """What takes a team's time besides the service itself: setting up, and the way.

    With hours of teams, each unit of a request at a team takes the request's ``hours``, ``setup_minutes``, and the way
    there and back at ``kmh``: 2 x km / kmh hours. The kilometres are those that the policy measures: where it has the
    limit `Distance`, its straight lines times ``detour``, or its roads; straight lines otherwise. Where a place is
    missing the way counts as none, and a warning says for how many. All of it is rounded together, to the nearest
    minute, and is at most a million hours.

    With slots, a team is at one place at a time: between the end of a job and the begin of its next one lie
    ``setup_minutes`` and the straight way (times ``detour``) from one request to the other. Each job lies within its
    slot and its window. Without slots and without hours of teams it has no effect, and a warning says so.

    Parameters
    ----------
    kmh
        Kilometres an hour, above 0.
    setup_minutes
        Minutes that every visit takes besides, at least 0.

    Raises
    ------
    PolicyError
        When a value is out of range.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.run import run
    >>> request = {"id": [1], "hours": [2.0], "lat": [39.6], "lon": [109.8]}
    >>> team = {"id": [7], "hours": [4.0], "lat": [39.735], "lon": [109.8]}
    >>> run(request, team, Policy(travel=Travel(kmh=30))).problem.load.tolist()
    [180]
    """

    kmh: float = 30.0
    setup_minutes: float = 0.0

    def __post_init__(self) -> None:
        if not (_is_finite(self.kmh) and self.kmh > 0):
            raise PolicyError(f"travel.kmh: expected a number above 0, got {self.kmh!r}")
        if not (_is_finite(self.setup_minutes) and self.setup_minutes >= 0):
            raise PolicyError(f"travel.setup_minutes: expected a number of at least 0, got {self.setup_minutes!r}")


def _is_finite(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Way:
    """What a unit of a request takes at a team, in minutes that nobody has rounded yet.

    Attributes
    ----------
    travel
        How fast, and what comes on top.
    work
        float64, one a request: the minutes of its own hours, 0 where nothing is said.
    kilometres
        As the policy measures them; None where there is nothing to measure with.
    """

    travel: Travel
    work: FloatArray
    kilometres: Kilometres | None

    def minutes(self, rows: AnyArray, cols: AnyArray) -> FloatArray:
        """Add up work, setting up, and the way there and back; a way that is not known counts as none."""
        fixed: FloatArray = self.work[rows] + self.travel.setup_minutes
        if self.kilometres is None:
            return fixed
        km = self.kilometres.km(rows, cols)
        with np.errstate(over="ignore"):  # a way beyond all measure is infinite, and cut where it is rounded
            way = BOTH_WAYS * np.where(np.isnan(km), 0.0, km) / self.travel.kmh
        return fixed + way


def read_way(requests: Requests, teams: Teams, policy: Policy) -> Way | None:
    """Make the way ready for two tables; None where the policy says nothing of it.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> policy = Policy(limits=[Distance(km=[(1, 7, 3.0)])], travel=Travel(kmh=60, setup_minutes=5))
    >>> way = read_way(Requests({"id": [1], "hours": [1.0]}), Teams({"id": [7, 8]}), policy)
    >>> way.minutes(np.array([0, 0]), np.array([0, 1])).tolist()
    [71.0, 65.0]
    """
    if policy.travel is None:
        return None
    hours = np.zeros(len(requests)) if requests.hours is None else requests.hours
    work = np.where(np.isnan(hours), 0.0, hours) * 60.0
    return Way(policy.travel, work, policy_km(policy.limits, requests, teams))


def policy_km(limits: Iterable[Limit], requests: Requests, teams: Teams) -> Kilometres | None:
    """Measure as the distance limit among some does, else in straight lines; None where a table has no places.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> policy_km([], Requests({"id": [1]}), Teams({"id": [7]})) is None
    True
    """
    limit = next((limit for limit in limits if isinstance(limit, Distance)), Distance())
    return prepare_km(limit.km, limit.detour, requests, teams, "limits.distance.km")


def check_travel(policy: Policy, *, has_slots: bool, has_hours: bool) -> None:
    """Say where travel has no effect.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> check_travel(Policy(travel=Travel()), has_slots=True, has_hours=False)
    """
    if policy.travel is not None and not (has_slots or has_hours):
        why = "it counts in assign, with slots, or where requests and teams both have a column hours"
        notice(f"policy.travel: has no effect in this call ({why})", UnusedTravel)


def tell_unknown_ways(way: Way, problem: Problem, requests: Requests, teams: Teams) -> None:
    """Say of how many requests and teams, of those that may meet at all, the place is not known, or the road.

    Examples
    --------
    >>> import warnings
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.run import run
    >>> with warnings.catch_warnings(record=True, action="always") as caught:
    ...     _ = run({"id": [1], "hours": [1.0]}, {"id": [1], "hours": [2.0]}, Policy(travel=Travel()))
    >>> print(caught[0].message)
    policy.travel: the place of 1 of 1 requests and 1 of 1 teams is not known, so their way counts as none. Hint: give \
lat and lon
    """
    if isinstance(way.kilometres, MatrixKm | TableKm):
        n_unknown = int(np.isnan(way.kilometres.km(problem.row, problem.col)).sum())
        text = f"{n_unknown} of {problem.n_pairs} possible pairs have no road kilometres, so their way counts as none"
    else:
        sides = (requests, problem.row), (teams, problem.col)
        counts = [len(np.unique(at[_is_nowhere(table)[at]])) for table, at in sides]
        n_unknown = sum(counts)
        told = " and ".join(f"{n} of {len(one)} {one.NAME}" for n, (one, _) in zip(counts, sides, strict=True) if n)
        text = f"the place of {told} is not known, so their way counts as none. Hint: give lat and lon"
    if n_unknown:
        notice(f"policy.travel: {text}", DefaultUsed)


def _is_nowhere(table: Requests | Teams) -> AnyArray:
    if table.lat is None or table.lon is None:
        return np.ones(len(table), dtype=np.bool_)
    return np.isnan(table.lat) | np.isnan(table.lon)
