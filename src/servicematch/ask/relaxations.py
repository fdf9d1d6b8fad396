"""What may be given up to serve a request: more places, limits waived for a pair, wider radii, skills taught."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from servicematch.base.claim import SCALE
from servicematch.base.errors import PolicyError
from servicematch.tables.report import shown

__all__ = ["Place", "Teach", "Waive", "WiderRadius"]

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray
    from servicematch.tables.teams import Teams

MOST_COST = 1_000_000
"""Costs are numbers from 0 to this; they are counted in whole millionths."""


@dataclass(frozen=True, slots=True)
class Place:
    """One more place at a team, paid place by place; where more is held than there are places, that is made up first.

    Parameters
    ----------
    cost
        Of each place.
    teams
        Ids of the teams that may get places; None for all.
    at_most
        So many places at each of these teams; None for any number.

    Examples
    --------
    >>> Place(2.5, teams=["t1"], at_most=1)
    Place(cost=2.5, teams=('t1',), at_most=1)
    """

    cost: float = 1.0
    teams: Collection[Any] | None = None
    at_most: int | None = None

    def __post_init__(self) -> None:
        _settle(self)
        most = self.at_most
        if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 0):
            raise PolicyError(f"Place.at_most: expected a whole number of at least 0 or None, got {shown(most)!r}")


@dataclass(frozen=True, slots=True)
class Waive:
    """One pair of a request that is to be served is let through although it fails a limit, paid pair by pair.

    Parameters
    ----------
    limit
        The name of a limit (``"distance"``), or of several (``("distance", "skills")``): the pair fails these and no
        others. ``"relevance"`` and ``"reserve"`` are the policy's thresholds.
    cost
        Of each pair.

    Examples
    --------
    >>> Waive("distance", 2.0).limits, Waive(["skills", "distance"]).limits
    (('distance',), ('skills', 'distance'))
    """

    limit: str | Collection[str]
    cost: float = 1.0

    def __post_init__(self) -> None:
        if not isinstance(self.limit, str):
            object.__setattr__(self, "limit", tuple(self.limit))
        if not self.limits or not all(isinstance(name, str) for name in self.limits):
            raise PolicyError('Waive.limit: expected the name of a limit or of several, such as "distance"')
        _settle(self)

    @property
    def limits(self) -> tuple[str, ...]:
        """The names of the limits that the pair may fail."""
        return (self.limit,) if isinstance(self.limit, str) else tuple(self.limit)


@dataclass(frozen=True, slots=True)
class WiderRadius:
    """A team goes as far as ``to_km``, paid once, however many requests that helps; their ``max_km`` stays.

    Parameters
    ----------
    to_km
        The new ``radius_km`` of a team whose own is smaller.
    cost
        Of each team.
    teams
        Ids of the teams that may be asked; None for all.

    Examples
    --------
    >>> WiderRadius(20, cost=3)
    WiderRadius(to_km=20, cost=3, teams=None)
    """

    to_km: float
    cost: float = 1.0
    teams: Collection[Any] | None = None

    def __post_init__(self) -> None:
        _settle(self)
        if not (_is_number(self.to_km) and 0 <= self.to_km < math.inf):
            raise PolicyError(f"WiderRadius.to_km: expected kilometres of at least 0, got {shown(self.to_km)!r}")


@dataclass(frozen=True, slots=True)
class Teach:
    """A team learns a skill, paid once, however many requests that helps.

    Parameters
    ----------
    skill
        As requests write it.
    cost
        Of each team.
    teams
        Ids of the teams that may learn it; None for all.

    Examples
    --------
    >>> Teach("yoga", 4.0, teams=["t1"]).teams
    ('t1',)
    """

    skill: str
    cost: float = 1.0
    teams: Collection[Any] | None = None

    def __post_init__(self) -> None:
        _settle(self)
        if not isinstance(self.skill, str) or not self.skill.strip() or "|" in self.skill:
            raise PolicyError("Teach.skill: expected the name of one skill")
        object.__setattr__(self, "skill", self.skill.strip())


Relaxation: TypeAlias = Place | Waive | WiderRadius | Teach


def micro_cost(relaxation: Relaxation) -> int:
    """Count a cost in whole millionths.

    Examples
    --------
    >>> micro_cost(Place(0.1))
    100000
    """
    return round(relaxation.cost * SCALE)


def default_relaxations(limits_on: Collection[str]) -> tuple[Relaxation, ...]:
    """Return what is allowed where nothing is said: places for 1, the distance of a pair for 2, its skills for 3.

    Only limits that are on are waived.

    Examples
    --------
    >>> default_relaxations(["skills"])
    (Place(cost=1.0, teams=None, at_most=None), Waive(limit='skills', cost=3.0))
    """
    waived = [Waive(name, cost) for name, cost in (("distance", 2.0), ("skills", 3.0)) if name in limits_on]
    return (Place(), *waived)


def read_relaxations(given: Any, limits_on: Collection[str], limits: Collection[str]) -> tuple[Relaxation, ...]:
    """Read one relaxation or several, the default ones for None.

    Raises
    ------
    PolicyError
        For anything that is no relaxation, and for the name of a limit that the policy has not.

    Examples
    --------
    >>> read_relaxations(Place(), [], [])
    (Place(cost=1.0, teams=None, at_most=None),)
    """
    if given is None:
        return default_relaxations(limits_on)
    read = (given,) if isinstance(given, Relaxation) else tuple(given) if isinstance(given, Iterable) else (given,)
    known = (*limits, "relevance", "reserve")
    for one in read:
        if not isinstance(one, Relaxation):
            raise PolicyError(
                f"relaxations: expected Place, Waive, WiderRadius or Teach, got {_kind(one)}. Hint: write [Place(1.0)]"
            )
        unknown = [name for name in one.limits if name not in known] if isinstance(one, Waive) else []
        if unknown:
            raise PolicyError(f"relaxations: no limit {shown(unknown[0])!r} in the policy, only {', '.join(known)}")
    return read


def teams_meant(teams: Teams, relaxation: Place | WiderRadius | Teach) -> BoolArray:
    """Mark the teams that a relaxation speaks of.

    Raises
    ------
    TableError
        When no team has one of the ids.

    Examples
    --------
    >>> from servicematch.tables.teams import Teams
    >>> teams_meant(Teams({"id": [1, 2]}), Place(teams=[2]))
    array([False,  True])
    """
    if relaxation.teams is None:
        return np.ones(len(teams), dtype=np.bool_)
    meant = np.zeros(len(teams), dtype=np.bool_)
    meant[[teams.index(id_) for id_ in relaxation.teams]] = True
    return meant


def _kind(value: Any) -> str:
    return f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _settle(relaxation: Relaxation) -> None:
    """Check the cost, and keep the ids of teams as a tuple."""
    name, cost = type(relaxation).__name__, relaxation.cost
    if not (_is_number(cost) and 0 <= cost <= MOST_COST):
        raise PolicyError(f"{name}.cost: expected a number from 0 to {MOST_COST:,}, got {shown(cost)!r}")
    teams = getattr(relaxation, "teams", None)
    if teams is None:
        return
    if isinstance(teams, str | bytes) or not isinstance(teams, Iterable):
        raise PolicyError(f"{name}.teams: expected a list of ids, got {_kind(teams)}. Hint: put the id in brackets")
    object.__setattr__(relaxation, "teams", tuple(teams))
