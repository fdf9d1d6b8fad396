"""Slots against the other two tables: whose they are, and whether the requests' windows hold what they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import Fault, TableError
from servicematch.tables.ids import kind_of, nearest_id
from servicematch.tables.report import shown
from servicematch.tables.times import MISSING_TIME

if TYPE_CHECKING:
    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.tables.requests import Requests
    from servicematch.tables.slots import Slots
    from servicematch.tables.table import Table
    from servicematch.tables.teams import Teams

HOUR_S = 3600
ANY_TIME = 2**60
"""Stands, with either sign, for the open end of a window: beyond every time that a table can hold."""


def check_slots(requests: Requests, teams: Teams, slots: Slots) -> Int32Array:
    """Find the team of every slot, and check that every window is long enough for its request.

    Returns
    -------
    team
        int32, one a slot: the position of its team.

    Raises
    ------
    TableError
        When a slot names a team that is not there, or a window is shorter than its request's hours.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.slots import Slots
    >>> from servicematch.tables.teams import Teams
    >>> slots = Slots([{"id": 1, "team_id": "b", "start": "2026-06-06T09:00Z", "end": "2026-06-06T10:00Z"}])
    >>> check_slots(Requests({"id": [1]}), Teams({"id": ["a", "b"]}), slots)
    array([1], dtype=int32)
    """
    team = team_of(slots, teams)
    faults = [*_unknown_teams(slots, teams, team), *_short_windows(requests)]
    if faults:
        raise TableError(tuple(faults))
    return team


def team_of(slots: Slots, teams: Teams) -> Int32Array:
    """Find the team of each slot, -1 where no team has this id.

    Examples
    --------
    >>> from servicematch.tables.slots import Slots
    >>> from servicematch.tables.teams import Teams
    >>> slots = Slots([{"id": 1, "team_id": "b", "start": "2026-06-06T09:00Z", "end": "2026-06-06T10:00Z"}])
    >>> team_of(slots, Teams({"id": ["a"]}))
    array([-1], dtype=int32)
    """
    place = {value: i for i, value in enumerate(teams.ids.tolist())}
    return np.fromiter((place.get(value, -1) for value in slots.team_id), dtype=np.int32, count=len(slots))


def windows(requests: Requests) -> tuple[IntArray, IntArray]:
    """Give the window [earliest, latest) of each request, open ends as ``ANY_TIME`` with their sign.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> early, late = windows(Requests({"id": [1], "earliest": ["1970-01-01T00:01Z"]}))
    >>> early.tolist(), late.tolist() == [ANY_TIME]
    ([60], True)
    """
    return _or_open(requests.earliest, -ANY_TIME, len(requests)), _or_open(requests.latest, ANY_TIME, len(requests))


def durations(requests: Requests) -> IntArray:
    """Give the seconds that each request takes: its hours, and at least one second, also where nothing is said.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> durations(Requests({"id": [1, 2], "hours": [1.5, None]}))
    array([5400,    1])
    """
    if requests.hours is None:
        return np.ones(len(requests), dtype=np.int64)
    seconds = np.rint(np.nan_to_num(requests.hours) * HOUR_S)
    return np.clip(seconds, 1, ANY_TIME).astype(np.int64)


def _or_open(times: IntArray | None, otherwise: int, n: int) -> IntArray:
    return np.full(n, otherwise) if times is None else np.where(times == MISSING_TIME, otherwise, times)


def _unknown_teams(slots: Slots, teams: Teams, team: Int32Array) -> list[Fault]:
    unknown = np.flatnonzero(team < 0)
    if not len(unknown):
        return []
    first = unknown[slots.position[unknown].argmin()]
    named = slots.team_id[first]
    near = nearest_id(teams.ids, named)
    hint = "" if near is None else f"did you mean {shown(near)!r}?"
    if len(teams) and kind_of(named) != kind_of(teams.ids[0]):
        hint = "write the ids of both tables alike"
    expected = f"an id of the {len(teams)} teams"
    return [_fault(slots, "team_id", unknown, rule="unknown", expected=expected, got=repr(shown(named)), hint=hint)]


def _short_windows(requests: Requests) -> list[Fault]:
    early, late = windows(requests)
    short = np.flatnonzero(late - early < durations(requests))
    if not len(short):
        return []
    first = short[requests.position[short].argmin()]
    hours = None if requests.hours is None else float(requests.hours[first])
    long = f"{hours:g} h" if hours and not np.isnan(hours) else "a moment"
    got = f"a window of {(late - early)[first] / HOUR_S:g} h for {long}"
    expected = "a window that holds the hours of its request"
    hint = "latest is when the service must be over, not when it begins"
    return [_fault(requests, "latest", short, rule="short", expected=expected, got=got, hint=hint)]


def _fault(table: Table, column: str, rows: Any, *, rule: str, expected: str, got: str, hint: str) -> Fault:
    """Build a fault of canonical rows, told by the caller's first row."""
    first = rows[table.position[rows].argmin()]
    row, value = int(table.position[first]), table.ids[first]
    id_ = int(value) if isinstance(value, np.integer) else shown(value)
    return Fault(table.NAME, column, rule, expected, got, len(rows), len(table), row, id_, hint)
