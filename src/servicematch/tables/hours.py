"""Hours on both sides: whether they count in a call, and what is doubtful or cannot be meant about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import DefaultUsed, Fault, TableError
from servicematch.base.notices import notice
from servicematch.tables.report import shown

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray
    from servicematch.tables.requests import Requests
    from servicematch.tables.table import Table
    from servicematch.tables.teams import Teams

USED_BY_HOURS = ("requests.hours", "teams.hours", "teams.used_hours")
"""Columns that have an effect where both sides have hours, and no slots are given."""

MOST_HOURS = 1_000_000.0
"""More than a century: beyond this a cell is a slip, and sums of minutes stay far from the end of whole numbers."""


def hours_count(requests: Requests, teams: Teams) -> bool:
    """Tell whether the hours of teams limit what they are given: both sides have the column.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1], "hours": [2.0]}), Teams({"id": [1], "hours": [4.0]})
    >>> hours_count(requests, teams), hours_count(requests, Teams({"id": [1]}))
    (True, False)
    """
    return requests.hours is not None and teams.hours is not None


def check_hours(requests: Requests, teams: Teams) -> None:
    """Refuse hours beyond all measure, and say how many requests take no time because nothing is said.

    Raises
    ------
    TableError
        For more than a million hours in a cell.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> check_hours(Requests({"id": [1], "hours": [2.0]}), Teams({"id": ["t"], "hours": [1e7]}))
    Traceback (most recent call last):
    servicematch.base.errors.TableError: teams.hours: expected at most 1,000,000 hours, got 10000000.0 at row 0 (id 't'), \
1 of 1 rows.
    """
    columns = [
        (requests, "hours", requests.hours),
        (teams, "hours", teams.hours),
        (teams, "used_hours", teams.used_hours),
    ]
    faults = [fault for table, name, values in columns if (fault := _beyond(table, name, values)) is not None]
    if faults:
        raise TableError(tuple(faults))
    silent = 0 if requests.hours is None else int(np.isnan(requests.hours).sum())
    if silent:
        text = (
            f"requests.hours: {silent} of {len(requests)} requests say nothing, and take none of a team's hours. "
            "Hint: give each its hours, or the usual ones"
        )
        notice(text, DefaultUsed)


def _beyond(table: Table, column: str, values: FloatArray | None) -> Fault | None:
    rows = np.empty(0, dtype=np.int64) if values is None else np.flatnonzero(values > MOST_HOURS)
    if values is None or not len(rows):
        return None
    first = rows[table.position[rows].argmin()]
    value = table.ids[first]
    id_ = int(value) if isinstance(value, np.integer) else shown(value)
    expected, got = f"at most {MOST_HOURS:,.0f} hours", repr(float(values[first]))
    return Fault(table.NAME, column, "range", expected, got, len(rows), len(table), int(table.position[first]), id_)
