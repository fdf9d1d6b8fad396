"""Times: with a zone, or read in the zone of the table; held as whole seconds of UTC."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from servicematch.tables.report import described

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.base.arrays import AnyArray, IntArray
    from servicematch.tables.column import Column
    from servicematch.tables.report import Inspection

MISSING_TIME = int(np.iinfo(np.int64).min)
"""Stands for a null among times; it is also what numpy's NaT holds."""

_DAY_S = 86_400
_AWARE = "times with a zone, such as 2026-06-02T10:00:00+08:00"
_TYPE = "times, or texts as in ISO 8601"
_WRONG, _NAIVE, _GOOD = 0, 1, 2


def read_zone(tz: Any) -> ZoneInfo | None:
    """Find a time zone by its name.

    Raises
    ------
    ValueError
        When no zone has this name.

    Examples
    --------
    >>> read_zone("Asia/Shanghai")
    zoneinfo.ZoneInfo(key='Asia/Shanghai')
    """
    if tz is None or isinstance(tz, ZoneInfo):
        return tz
    try:
        return ZoneInfo(str(tz))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(str(tz)) from None


def read_times(column: Column, name: str, inspection: Inspection) -> IntArray:
    """Read times to whole seconds of UTC, ``MISSING_TIME`` for null; parts of a second are dropped.

    A day without a time is its midnight. A time that the clock shows twice is the first of the two; one that it skips is
    read with the offset from before, so it is as long after the last whole hour as it says.
    """
    if column.lengths is not None:
        inspection.rows(name, "type", _TYPE, ~column.null, lambda _: "a list")
        return np.full(len(column), MISSING_TIME)
    if column.values.dtype.kind == "M":
        return _from_datetime64(column, name, inspection)
    if column.values.dtype == object:
        return _from_objects(column, name, inspection)
    inspection.rows(name, "type", _TYPE, ~column.null, lambda row: described(column.values[row]))
    return np.full(len(column), MISSING_TIME)


def _from_datetime64(column: Column, name: str, inspection: Inspection) -> IntArray:
    local = column.values.astype("datetime64[s]")
    seconds = local.view(np.int64).copy()
    null = column.null | np.isnat(local)
    if column.zone is not None:
        inspection.zones.add(column.zone)
    if not column.aware:
        if inspection.zone is None:
            _refuse_naive(~null, name, inspection)
        else:
            seconds[~null] = wall_to_utc(seconds[~null], inspection.zone)
    seconds[null] = MISSING_TIME
    return seconds


def _refuse_naive(bad: AnyArray, name: str, inspection: Inspection) -> None:
    hint = 'say which zone they are in: tz="Asia/Shanghai"'
    inspection.rows(name, "naive", _AWARE, bad, lambda _: "a time without a zone", hint=hint)


def wall_to_utc(wall: IntArray, zone: ZoneInfo) -> IntArray:
    """Turn wall-clock seconds of a zone into seconds of UTC, summer time included.

    Examples
    --------
    >>> wall = np.array(["2026-06-02T10:00:00"], dtype="datetime64[s]").view(np.int64)
    >>> int(wall[0] - wall_to_utc(wall, ZoneInfo("Asia/Shanghai"))[0])
    28800
    """
    days, at = np.unique(wall // _DAY_S, return_inverse=True)
    first = np.array([_offset(int(day) * _DAY_S, zone) for day in days], dtype=np.int64)
    last = np.array([_offset(int(day) * _DAY_S + _DAY_S - 1, zone) for day in days], dtype=np.int64)
    utc = wall - first[at]
    for i in np.flatnonzero((first != last)[at]):  # only on days when the clock is put forward or back
        utc[i] = wall[i] - _offset(int(wall[i]), zone)
    return utc


def _offset(wall_s: int, zone: ZoneInfo) -> int:
    try:
        moment = dt.datetime(1970, 1, 1, tzinfo=zone) + dt.timedelta(seconds=wall_s)  # wall-clock arithmetic
    except OverflowError:  # beyond the year 9999 zones say nothing
        return 0
    offset = moment.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _from_objects(column: Column, name: str, inspection: Inspection) -> IntArray:
    read = _reader(inspection.zone, inspection.zones)
    seconds, state = np.full(len(column), MISSING_TIME), np.full(len(column), _GOOD, dtype=np.int8)
    known: dict[Any, tuple[int, int]] = {}
    for row in np.flatnonzero(~column.null):
        value = column.values[row]
        key = value if type(value) is str else None
        found = known.get(key) if key is not None else None
        if found is None:
            found = read(value)
            if key is not None:
                known[key] = found
        seconds[row], state[row] = found
    hint = "write 2026-06-02T10:00:00+08:00" if any(type(v) is str for v in column.values[state == _WRONG]) else ""
    inspection.rows(name, "type", _TYPE, state == _WRONG, lambda row: described(column.values[row]), hint=hint)
    _refuse_naive(state == _NAIVE, name, inspection)
    return seconds


def _reader(zone: ZoneInfo | None, zones: set[str]) -> Callable[[Any], tuple[int, int]]:
    """Make the function that reads one time: its seconds, and whether it is good, naive or no time."""

    def read(value: Any) -> tuple[int, int]:
        moment = _moment(value)
        if moment is None:
            return MISSING_TIME, _WRONG
        if moment.tzinfo is None or moment.utcoffset() is None:
            if zone is None:
                return MISSING_TIME, _NAIVE
            moment = moment.replace(tzinfo=zone)
        elif isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key:
            zones.add(moment.tzinfo.key)
        try:
            return int(moment.timestamp() // 1), _GOOD
        except (OverflowError, ValueError):
            return MISSING_TIME, _WRONG

    return read


def _moment(value: Any) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, str):
        try:
            return dt.datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001  its zone is given later, or refused
    if isinstance(value, np.datetime64):
        whole = value.astype("datetime64[s]").item()
        return whole if isinstance(whole, dt.datetime) else None
    return None


def zone_datetimes(seconds: IntArray, zone: ZoneInfo | None) -> AnyArray:
    """Turn seconds of UTC into datetime objects of a zone (UTC without one), None where missing.

    Examples
    --------
    >>> zone_datetimes(np.array([0]), ZoneInfo("Asia/Shanghai"))[0].isoformat()
    '1970-01-01T08:00:00+08:00'
    """
    out = np.full(len(seconds), None, dtype=object)
    for row in np.flatnonzero(seconds != MISSING_TIME):
        out[row] = dt.datetime.fromtimestamp(int(seconds[row]), zone or dt.UTC)
    return out
