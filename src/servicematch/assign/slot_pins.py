"""Pins and forbids where slots are given: a pin names its slot, a forbid names one or means all of the team's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import PinError, TableError

if TYPE_CHECKING:
    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.base.claim import Pin
    from servicematch.tables.requests import Requests
    from servicematch.tables.slots import Slots
    from servicematch.tables.teams import Teams


def slot_keys(pin: Pin, tables: tuple[Requests, Teams, Slots], team: Int32Array) -> IntArray:
    """Find what a pin speaks of, as numbers ``request * n_slots + slot``; ``team`` is the position of each slot's team.

    Raises
    ------
    PinError
        For an unknown id, a slot of another team, or a pin that names no slot.

    Examples
    --------
    >>> from servicematch.base.claim import Pin
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.slots import Slots
    >>> from servicematch.tables.teams import Teams
    >>> slots = Slots([{"id": 9, "team_id": "t", "start": "2026-06-06T09:00Z", "end": "2026-06-06T10:00Z"}])
    >>> tables = Requests({"id": [1, 2]}), Teams({"id": ["t"]}), slots
    >>> slot_keys(Pin(2, "t", "forbid"), tables, np.array([0], dtype=np.int32))
    array([1])
    """
    requests, teams, slots = tables
    try:
        row, col = requests.index(pin.request_id), teams.index(pin.team_id)
        slot = None if pin.slot_id is None or pin.slot_id != pin.slot_id else slots.index(pin.slot_id)
    except TableError as error:
        raise PinError(f"pins: {error}") from error
    if slot is None and pin.kind == "pin":
        raise PinError(
            f"pins: request {pin.request_id!r} is pinned to team {pin.team_id!r} in no slot. "
            "Hint: with slots, write (request_id, team_id, slot_id, 'pin')"
        )
    if slot is not None and int(team[slot]) != col:
        owner = teams.ids[[int(team[slot])]].tolist()[0]
        raise PinError(f"pins: slot {pin.slot_id!r} is of team {owner!r}, not of team {pin.team_id!r}")
    found = np.flatnonzero(team == col) if slot is None else np.array([slot])
    return row * len(slots) + found.astype(np.int64)


def with_own_ids(pin: Pin, tables: tuple[Requests, Teams, Slots]) -> Pin:
    """Name a pin by the ids of the tables: a caller's numpy integer is the same id, but no plain value."""
    requests, teams, slots = tables

    def own(table: Requests | Teams | Slots, value: object) -> object:
        return table.ids[[table.index(value)]].tolist()[0]

    slot = None if pin.slot_id is None or pin.slot_id != pin.slot_id else own(slots, pin.slot_id)
    return replace(pin, request_id=own(requests, pin.request_id), team_id=own(teams, pin.team_id), slot_id=slot)


def check_teams(pinned: IntArray, tables: tuple[Requests, Teams, Slots], team: Int32Array) -> None:
    """Refuse two pins of one request to one team: its units go to different teams.

    Raises
    ------
    PinError
        Where a request is pinned to two slots of a team.
    """
    requests, teams, slots = tables
    row, slot = np.divmod(pinned, max(1, len(slots)))
    keys, counts = np.unique(row * max(1, len(teams)) + team[slot], return_counts=True)
    if (counts > 1).any():
        first, at = divmod(int(keys[counts > 1][0]), len(teams))
        raise PinError(
            f"pins: request {requests.ids[[first]].tolist()[0]!r} is pinned to two slots of team "
            f"{teams.ids[[at]].tolist()[0]!r}; its units go to different teams"
        )
