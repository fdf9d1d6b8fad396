"""Slots: when each team can come, and to how many requests at a time."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from servicematch.base.errors import TableError, ZeroCapacity
from servicematch.tables.checks import MOST_COUNT, Count, Reference, Time
from servicematch.tables.overlaps import overlapping
from servicematch.tables.report import shown
from servicematch.tables.table import Table, canonical, read_table, refused
from servicematch.tables.times import MISSING_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.base.arrays import BoolArray, IntArray, ObjectArray
    from servicematch.tables.checks import Reader
    from servicematch.tables.report import Inspection, Report

COLUMNS: Mapping[str, Reader] = MappingProxyType(
    {
        "team_id": Reference(),
        "start": Time(),
        "end": Time(),
        "capacity": Count(1, 0, MOST_COUNT, "a whole number of at least 0"),
    }
)
"""The columns that slots may have besides ``id``."""

_NEEDED = {"team_id": "the id of a team", "start": "a time", "end": "a time"}


class Slots(Table):
    """Slots, checked and held in canonical order; frozen.

    A slot is a stretch of time, [start, end), in which a team can come; it serves up to ``capacity`` requests.

    Parameters
    ----------
    table
        As for `Requests`. ``id``, ``team_id``, ``start`` and ``end`` are needed in every row.
    tz
        The zone in which times without one are read, such as ``"Asia/Shanghai"``; None refuses such times.
    parallel
        Whether slots of one team may overlap, as those of a team that works in several groups do.

    Attributes
    ----------
    ids, position
        As for `Requests`.
    team_id
        Objects: ids of teams. `servicematch.assign` checks that they are there.
    start, end
        Seconds of UTC. The end is no part of the slot, so slots whose ends touch do not overlap.
    capacity
        int64: how many requests the slot serves, 1 where nothing is said.

    Raises
    ------
    TableError
        Once, with all faults of the table.

    Examples
    --------
    >>> slots = Slots(
    ...     {"id": ["s2", "s1"], "team_id": ["t", "t"], "start": ["2026-06-06T14:00", "2026-06-06T09:00"],
    ...      "end": ["2026-06-06T17:00", "2026-06-06T14:00"]}, tz="Asia/Shanghai",
    ... )
    >>> slots, slots.ids.tolist(), (slots.end - slots.start).tolist()
    (Slots(2 rows: id, team_id, start, end), ['s1', 's2'], [18000, 10800])
    """

    __slots__ = (*COLUMNS,)

    NAME = "slots"
    COLUMNS: ClassVar[Mapping[str, Reader]] = COLUMNS
    DEFAULTS: ClassVar[Mapping[str, int]] = {"capacity": 1}

    team_id: ObjectArray
    start: IntArray
    end: IntArray
    capacity: IntArray

    def __init__(self, table: Any, tz: Any = None, *, parallel: bool = False) -> None:
        fields, inspection = _read(table, tz, parallel=parallel)
        inspection.settle()
        self._set(canonical(fields))

    @classmethod
    def check(cls, table: Any, tz: Any = None, *, parallel: bool = False) -> Report:
        """Report all faults and warnings of a table, and raise nothing.

        Examples
        --------
        >>> slot = {"id": "s", "team_id": "t", "start": "2026-06-06T09:00+08:00", "end": "2026-06-06T08:00+08:00"}
        >>> print(Slots.check([slot]))
        slots.end: expected a time after start, got 3600 s before it at row 0 (id 's'), 1 of 1 rows.
        """
        try:
            return _read(table, tz, parallel=parallel)[1].report()
        except TableError as error:
            return refused(error)


def as_slots(table: Any, tz: Any = None) -> Slots:
    """Take slots as they are, or build them from any table.

    Examples
    --------
    >>> as_slots({"id": [], "team_id": [], "start": [], "end": []})
    Slots(0 rows: id, team_id, start, end)
    """
    return table if isinstance(table, Slots) else Slots(table, tz)


def _read(table: Any, tz: Any, *, parallel: bool) -> tuple[dict[str, Any], Inspection]:
    fields, inspection = read_table(Slots, table, tz)
    if "id" in fields["present"]:
        for name, expected in _NEEDED.items():
            _check_given(fields[name], name, expected, inspection)
    if not inspection.faults:
        _check_ends(fields["start"], fields["end"], inspection)
    if not inspection.faults and not parallel:
        _check_overlaps(fields, inspection)
    none = int((fields["capacity"] == 0).sum())
    if none:
        inspection.note(ZeroCapacity, "capacity", f"{none} of {inspection.n_rows} slots have 0 and serve nobody")
    return fields, inspection


def _check_given(values: Any, name: str, expected: str, inspection: Inspection) -> None:
    """Note a column that is not there, and empty cells; a column that could not be read has its fault already."""
    if values is None:
        inspection.whole(name, "missing", f"a column {name}", "no column of this name")
        return
    if any(fault.column == name for fault in inspection.faults):
        return
    empty: BoolArray = (
        np.array([value is None for value in values], dtype=np.bool_)
        if values.dtype == object
        else values == MISSING_TIME
    )
    inspection.rows(name, "missing", f"{expected} in every row", empty, lambda _: "nothing")


def _check_ends(start: IntArray, end: IntArray, inspection: Inspection) -> None:
    bad = end <= start
    whole_days = bool(((end[bad] == start[bad]) & (start[bad] % 3600 == 0)).any())
    hint = "a whole day ends at the midnight after it: write the next day" if whole_days else ""

    def got(row: int) -> str:
        short = int(start[row] - end[row])
        return f"{short} s before it" if short else "the same time"

    inspection.rows("end", "window", "a time after start", bad, got, hint=hint)


def _check_overlaps(fields: Mapping[str, Any], inspection: Inspection) -> None:
    before = overlapping(fields["team_id"], fields["start"], fields["end"])

    def got(row: int) -> str:
        other = int(before[row])
        seconds = int(min(fields["end"][row], fields["end"][other]) - fields["start"][row])
        return f"{seconds} s in common with slot {shown(_plain(fields['ids'][other]))!r}"

    hint = "give parallel=True where a team can be at two places at once"
    inspection.rows("start", "overlap", "slots of one team that do not overlap", before >= 0, got, hint=hint)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
