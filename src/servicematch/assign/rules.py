"""Rules about groups: what a share, a cap, a minimum and even work mean, each as one inequality.

A group is what the requests (or the teams) with one value of a column have in common; ``("area", 2)`` groups by the
first two names of an area's path. Amounts are whole numbers of units, or shares as floats in [0, 1]: of the units that
the group asks for, or of the places that its teams have. Rows with nothing in the column are in no group.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from servicematch.base.errors import PolicyError

__all__ = ("Apart", "Balance", "Cap", "Floor", "MinLoad", "Quota", "SameTeam")

SIDES = ("requests", "teams")
MOST_DONE = 10**9
"""Units done before, more than which nobody has done."""
_PERIODS = ("total", "slot", "day", "week")
_SHAPES = ("quadratic", "target")
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many units in each group: ``units served of the group <= at_most``.

    Parameters
    ----------
    side
        Whose column it is: ``"requests"`` or ``"teams"``.
    by
        A column, or ``("area", level)``.
    at_most
        Units, or a share of those asked (of the places, for teams), rounded down; or a mapping from group to either.

    Raises
    ------
    PolicyError
        When a value cannot be meant so.

    Examples
    --------
    >>> Quota("teams", "organisation", 300)
    Quota(side='teams', by='organisation', at_most=300)
    >>> Quota("requests", "category", {"yoga": 0.5}).at_most
    (('yoga', 0.5),)
    """

    kind: ClassVar[str] = "quota"
    side: str
    by: Any
    at_most: Any

    def __post_init__(self) -> None:
        _check_side("Quota", self.side)
        _keep(self, "by", read_by("Quota", self.by))
        _keep(self, "at_most", _amount("Quota.at_most", self.at_most))


@dataclass(frozen=True, slots=True)
class Floor:
    """At least so many units in each group, as far as possible: ``sum over groups of min(units, at_least)`` comes first.

    Floors stand above priority. What cannot be met is told, never an error.

    Parameters
    ----------
    side
        Whose column it is: ``"requests"`` or ``"teams"``.
    by
        A column, or ``("area", level)``.
    at_least
        Units, or a share of those asked (of the places, for teams), rounded up; or a mapping from group to either.

    Examples
    --------
    >>> Floor("requests", ("area", 1), 0.8)
    Floor(side='requests', by=('area', 1), at_least=0.8)
    """

    kind: ClassVar[str] = "floor"
    side: str
    by: Any
    at_least: Any

    def __post_init__(self) -> None:
        _check_side("Floor", self.side)
        _keep(self, "by", read_by("Floor", self.by))
        _keep(self, "at_least", _amount("Floor.at_least", self.at_least))


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many units of a team: ``units of the team within one period <= at_most``.

    Parameters
    ----------
    at_most
        Units, a share of the team's places rounded down, or a mapping from team id to either.
    per
        ``"total"``: over all. ``"slot"``, ``"day"`` and ``"week"`` (from Monday) need slots.

    Examples
    --------
    >>> Cap(2, per="week")
    Cap(at_most=2, per='week')
    """

    kind: ClassVar[str] = "cap"
    at_most: Any
    per: str = "total"

    def __post_init__(self) -> None:
        if self.per not in _PERIODS:
            raise PolicyError(f"Cap.per: expected one of {', '.join(_PERIODS)}, got {self.per!r}")
        _keep(self, "at_most", _amount("Cap.at_most", self.at_most))


@dataclass(frozen=True, slots=True)
class MinLoad:
    """At least so many units for each team, as far as possible: a `Floor` by team.

    Parameters
    ----------
    at_least
        Units, a share of the team's places rounded up, or a mapping from team id to either.

    Examples
    --------
    >>> MinLoad(2)
    MinLoad(at_least=2)
    """

    kind: ClassVar[str] = "min_load"
    at_least: Any

    def __post_init__(self) -> None:
        _keep(self, "at_least", _amount("MinLoad.at_least", self.at_least))


@dataclass(frozen=True, slots=True)
class Balance:
    """Even work: further units of a group cost score points.

    ``"quadratic"``: the k-th unit costs ``points * (k - 1/2 + history) / places``, so work is even where each group
    has the same part of its places. ``"target"``: each unit further away from ``target`` (history counted) costs
    ``points``, in either direction. The cost is a part of the score tier, never above it.

    Parameters
    ----------
    points
        Score points, above 0.
    by
        A column of the teams, ``"id"`` for the teams themselves.
    shape
        ``"quadratic"`` or ``"target"``.
    target
        Units, a share of the places, or a mapping from group to either; with ``"target"`` only.
    offset
        History: a column of the teams with units done before, or a mapping from group to units; none by default.

    Examples
    --------
    >>> Balance(0.05)
    Balance(points=0.05, by='id', shape='quadratic', target=None, offset=None)
    """

    kind: ClassVar[str] = "balance"
    points: float
    by: Any = "id"
    shape: str = "quadratic"
    target: Any = None
    offset: Any = None

    def __post_init__(self) -> None:
        _check_points("Balance", self.points)
        if self.shape not in _SHAPES:
            raise PolicyError(f"Balance.shape: expected one of {', '.join(_SHAPES)}, got {self.shape!r}")
        if (self.shape == "target") != (self.target is not None):
            raise PolicyError('Balance.target: goes with shape="target", and only with it')
        _keep(self, "by", read_by("Balance", self.by))
        if self.target is not None:
            _keep(self, "target", _amount("Balance.target", self.target))
        if self.offset is not None and not isinstance(self.offset, str):
            _keep(self, "offset", _amount("Balance.offset", self.offset))
            most = max((one for _, one in self.offset), default=0) if isinstance(self.offset, tuple) else self.offset
            if most > MOST_DONE:
                raise PolicyError(f"Balance.offset: expected at most {MOST_DONE:,} units done before, got {most!r}")


@dataclass(frozen=True, slots=True)
class SameTeam:
    """One team for all requests of a group: the visits of a series, the needs of one household.

    With ``points`` as far as possible: each unit that is not of the team with the most units of its group costs so many
    score points. Without, all units of a group are of one team, and what that team cannot do stays open. Pinned units
    count too.

    Parameters
    ----------
    by
        A column of the requests, or ``("area", level)``; requests of a group ask for one unit each.
    points
        Score points above 0; None where nothing else will do.

    Examples
    --------
    >>> SameTeam("series", points=0.3)
    SameTeam(by='series', points=0.3)
    """

    kind: ClassVar[str] = "same_team"
    by: Any
    points: float | None = None

    def __post_init__(self) -> None:
        _keep(self, "by", read_by("SameTeam", self.by))
        if self.points is not None:
            _check_points("SameTeam", self.points)


@dataclass(frozen=True, slots=True)
class Apart:
    """Different teams for the requests of a group: ``units of the group at each team <= at_most``.

    Parameters
    ----------
    by
        A column of the requests, or ``("area", level)``.
    at_most
        Whole units, at least 1.

    Examples
    --------
    >>> Apart("quarrel")
    Apart(by='quarrel', at_most=1)
    """

    kind: ClassVar[str] = "apart"
    by: Any
    at_most: int = 1

    def __post_init__(self) -> None:
        _keep(self, "by", read_by("Apart", self.by))
        at_most = self.at_most
        if isinstance(at_most, bool) or not isinstance(at_most, int) or at_most < 1:
            raise PolicyError(f"Apart.at_most: expected whole units of at least 1, got {at_most!r}")


Rule = Quota | Floor | Cap | MinLoad | Balance | SameTeam | Apart
RULES: tuple[type, ...] = (Quota, Floor, Cap, MinLoad, Balance, SameTeam, Apart)
OF_PAIRS = ("same_team", "apart")
"""Kinds of rules that speak of requests and teams together: no group of either side says what they say."""


def _keep(rule: Any, name: str, value: Any) -> None:
    object.__setattr__(rule, name, value)


def _check_points(name: str, points: object) -> None:
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points <= 1:
        raise PolicyError(f"{name}.points: expected score points above 0, up to 1, got {points!r}")


def _check_side(name: str, side: object) -> None:
    if side not in SIDES:
        raise PolicyError(f'{name}.side: expected "requests" or "teams", got {side!r}')


def read_by(name: str, by: Any) -> Any:
    """Read what groups are made by: a column, or ``("area", level)``.

    Examples
    --------
    >>> read_by("Quota", ["area", 2])
    ('area', 2)
    """
    if isinstance(by, str) and by:
        return by
    if isinstance(by, list | tuple) and len(by) == _PAIR and by[0] == "area":
        level = by[1]
        if isinstance(level, int) and not isinstance(level, bool) and level >= 1:
            return ("area", level)
    raise PolicyError(f'{name}.by: expected the name of a column, or ("area", level) from level 1, got {by!r}')


def _amount(where: str, amount: Any) -> Any:
    """Check an amount; a mapping becomes pairs in the order of its groups, so that rules can be compared and hashed."""
    if isinstance(amount, Mapping):
        amount = tuple(amount.items())
    if not isinstance(amount, list | tuple):
        return _number(where, amount)
    pairs = []
    for entry in amount:
        if not isinstance(entry, list | tuple) or len(entry) != _PAIR:
            raise PolicyError(f"{where}: expected a number or a mapping from group to number, got {amount!r}")
        pairs.append((entry[0], _number(f"{where}[{entry[0]!r}]", entry[1])))
    groups = [group for group, _ in pairs]
    if len(set(groups)) != len(groups):
        raise PolicyError(f"{where}: a group is named twice")
    return tuple(sorted(pairs, key=lambda pair: (type(pair[0]).__name__, pair[0])))


def _number(where: str, amount: Any) -> int | float:
    if isinstance(amount, int) and not isinstance(amount, bool) and amount >= 0:
        return amount
    if isinstance(amount, float) and math.isfinite(amount) and 0 <= amount <= 1:
        return amount
    raise PolicyError(
        f"{where}: expected whole units from 0, or a share as a float from 0.0 to 1.0, got {amount!r}. "
        "A share is of what is asked (or of the places), never of what was served."
    )
