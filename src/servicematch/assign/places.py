"""What the solver's columns are: teams, or slots of teams; and how many places each team has in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.assign.inputs import Timed
    from servicematch.base.arrays import IntArray
    from servicematch.tables.slots import Slots
    from servicematch.tables.teams import Teams


@dataclass(frozen=True, slots=True)
class Columns:
    """What the solver's columns are: teams, or slots of teams.

    Attributes
    ----------
    team
        The team of each column.
    capacity, free
        Places of each team, and those still free: with slots no more than these have.
    pinned
        Units that pins give each team, however many are free.
    slots
        The table of slots, None without.
    """

    team: IntArray
    capacity: IntArray
    free: IntArray
    pinned: IntArray
    slots: Slots | None = None

    @classmethod
    def of(cls, teams: Teams, timed: Timed | None = None, pinned: IntArray | None = None) -> Columns:
        """Say whose the columns of a problem are; ``pinned`` are the columns of the pins, one a pin.

        Examples
        --------
        >>> from servicematch.tables.teams import Teams
        >>> Columns.of(Teams({"id": [1, 2], "capacity": [3, 4], "used": [1, 0]})).free.tolist()
        [2, 4]
        """
        team = np.arange(len(teams)) if timed is None else timed.team.astype(np.int64)
        given = np.bincount(team[np.empty(0, dtype=np.int64) if pinned is None else pinned], minlength=len(teams))
        if timed is None:
            return cls(team, teams.capacity, teams.free, given)
        places = slot_places(teams, timed)
        if not has_totals(teams):
            return cls(team, places + teams.used, places, given, timed.slots)
        capacity, free = np.minimum(teams.capacity, places + teams.used), np.minimum(teams.free, places)
        return cls(team, capacity, free, given, timed.slots)


def has_totals(teams: Teams) -> bool:
    """Tell whether teams have a capacity over all their slots: only where a column says so.

    Examples
    --------
    >>> from servicematch.tables.teams import Teams
    >>> has_totals(Teams({"id": [1]})), has_totals(Teams({"id": [1], "capacity": [1]}))
    (False, True)
    """
    return "capacity" in teams.present


def slot_places(teams: Teams, timed: Timed) -> IntArray:
    """Return the places of all slots of each team."""
    return np.bincount(timed.team, timed.slots.capacity, minlength=len(teams)).astype(np.int64)
