"""Series written out: "every Tuesday, eight times" becomes eight requests of one group."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.tables.output import build
from servicematch.tables.report import described, refuse
from servicematch.tables.requests import Requests, as_requests
from servicematch.tables.times import MISSING_TIME, read_zone, zone_datetimes

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, IntArray

TIMES, EVERY = "times", "every_days"
_WEEK = 7
_MOST_TIMES, _MOST_DAYS = 1_000, 3_660
_SHIFTED = ("earliest", "latest")


def series(requests: Any, tz: Any = None) -> Requests:
    """Write every visit of a series as a request of its own.

    A request that is wanted ``times`` times, ``every_days`` days apart (a week by default), becomes so many rows: their
    ids are ``"id#1"``, ``"id#2"`` and so on, ``series`` holds the id, ``visit`` the number. ``earliest`` and ``latest``
    go on by whole days of the clock on the wall, summer time or not. All else is repeated. Requests wanted once stay as
    they are, with nothing in ``series``. Together with the rule ``sm.rules.SameTeam("series", points=...)`` the same
    team comes as far as possible.

    Parameters
    ----------
    requests
        `Requests`, or any table that they take, with a column ``times`` and perhaps ``every_days``: whole numbers from 1,
        nothing means once, and a week.
    tz
        As in `Requests`; not for `Requests`, which have their own.

    Returns
    -------
    Requests
        In the caller's order, a series' visits one after the other; all ids are texts.

    Raises
    ------
    TableError
        With all faults of the requests; when ``times`` is not there; when a number is none, with how many are not; when
        a column ``series`` or ``visit`` is there already.

    Examples
    --------
    >>> visits = series({"id": ["choir", "phones"], "times": [2, None], "earliest": ["2026-03-28T09:00", None]}, tz="Europe/Berlin")
    >>> visits.ids.tolist()
    ['choir#1', 'choir#2', 'phones']
    >>> [None if time is None else time.isoformat() for time in visits.to("dict")["earliest"]]
    ['2026-03-28T09:00:00+01:00', '2026-04-04T09:00:00+02:00', None]
    """
    table = as_requests(requests, tz)
    columns = table.to("dict")
    back = np.argsort(table.position)
    if table.lat is not None and table.lon is not None and table.place_from_area.any():
        columns |= {"lat": table.lat[back], "lon": table.lon[back]}
    for name in ("series", "visit"):
        if name in columns:
            raise refuse(table.NAME, "columns", "none of this name, for it is written here", "one", column=name)
    if TIMES not in columns:
        hint = "add one, or assign the requests as they are if each is wanted once"
        raise refuse(table.NAME, "columns", "a column times: how often each request is wanted", "none", hint)
    times = _numbers(table, columns, TIMES, 1, _MOST_TIMES)
    every = _numbers(table, columns, EVERY, _WEEK, _MOST_DAYS)
    row = np.repeat(np.arange(len(times)), times)
    visit = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    written = {name: values[row] for name, values in columns.items() if name not in (TIMES, EVERY)}
    is_series = times[row] > 1
    ids = [str(one) for one in written["id"].tolist()]
    written["id"] = np.array(
        [f"{one}#{k + 1}" if s else one for one, k, s in zip(ids, visit.tolist(), is_series.tolist(), strict=True)],
        dtype=object,
    )
    for name in _SHIFTED:
        if name in written:
            written[name] = _later(getattr(table, name)[back][row], visit * every[row], table.tz)
    written["series"] = np.array(
        [one if s else None for one, s in zip(ids, is_series.tolist(), strict=True)], dtype=object
    )
    written["visit"] = visit + 1
    return Requests(build(written, table.kind, tz=table.tz), table.tz)


def _numbers(table: Requests, columns: dict[str, AnyArray], name: str, default: int, most: int) -> IntArray:
    """Read whole numbers from 1; nothing is the default."""
    if name not in columns:
        return np.full(len(table), default, dtype=np.int64)
    numbers, bad = np.full(len(table), default, dtype=np.int64), []
    for row, value in enumerate(columns[name].tolist()):
        number = value.item() if isinstance(value, np.generic) else value
        if number is None or number != number:  # noqa: PLR0124 - NaN
            continue
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        if is_number and 1 <= number <= most and number == int(number):
            numbers[row] = int(number)
        else:
            bad.append((row, number if is_number else described(number)))
    if bad:
        row, got = bad[0]
        where = f"{got} at row {row} (id {columns['id'].tolist()[row]!r}), {len(bad)} of {len(table)} rows"
        raise refuse(table.NAME, "range", f"whole numbers from 1 to {most:,}", where, column=name)
    return numbers


def _later(seconds: IntArray, days: IntArray, tz: Any) -> AnyArray:
    """Move times on by whole days of their zone's clock."""
    zone = read_zone(tz)
    times = zone_datetimes(seconds, zone)
    for at in np.flatnonzero((seconds != MISSING_TIME) & (days > 0)).tolist():
        try:
            times[at] = times[at] + dt.timedelta(days=int(days[at]))  # wall-clock arithmetic
        except OverflowError:
            raise refuse(Requests.NAME, "range", "visits before the year 10000", "later ones", column=EVERY) from None
    return times
