"""Requests: what residents ask for."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from servicematch.base.errors import TableError, ZeroRadius
from servicematch.tables.checks import MOST_COUNT, MOST_EXACT, Count, Flag, Number, Reference, Text, Time, Words
from servicematch.tables.places import LAT_MAX, LON_MAX, check_coordinates, fill_places, read_places
from servicematch.tables.table import Table, canonical, read_table, refused
from servicematch.tables.times import MISSING_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, IntArray, ObjectArray
    from servicematch.tables.checks import Reader
    from servicematch.tables.report import Inspection, Report
    from servicematch.tables.tags import Tags

_KM = "kilometres of at least 0"

COLUMNS: Mapping[str, Reader] = MappingProxyType(
    {
        "need": Text(),
        "category": Text(label=True),
        "skills": Words(),
        "wanted_skills": Words(),
        "languages": Words(),
        "lat": Number(-LAT_MAX, LAT_MAX, "degrees in [-90, 90]"),
        "lon": Number(-LON_MAX, LON_MAX, "degrees in [-180, 180]"),
        "area": Text(),
        "units": Count(1, 1, MOST_COUNT, "a whole number of at least 1"),
        "min_units": Count(1, 1, MOST_COUNT, "a whole number of at least 1"),
        "together": Flag(),
        "hours": Number(0.0, math.inf, "hours of at least 0"),
        "priority": Count(0, -MOST_EXACT, MOST_EXACT, "a whole number"),
        "max_km": Number(0.0, math.inf, _KM),
        "placed_at": Time(),
        "earliest": Time(),
        "latest": Time(),
        "booked_team": Reference(),
    }
)
"""The columns that requests may have besides ``id``."""


class Requests(Table):
    """Requests, checked and held in canonical order; frozen.

    Parameters
    ----------
    table
        A pandas, polars or pyarrow table, any table with Arrow's ``__arrow_c_stream__``, a dict of columns, or a
        list of dicts or dataclasses. It is never changed. Only ``id`` is needed; columns not known are kept.
    tz
        The zone in which times without one are read, such as ``"Asia/Shanghai"``; None refuses such times.
    places
        Places of areas, ``{"banner/town": (lat, lon)}``, for requests that have an area but no coordinates.
        The whole path must be equal.

    Attributes
    ----------
    ids
        int64, or objects (all str or all UUID), ascending.
    position
        ``position[i]`` is the caller's row of canonical row i.
    need, category, area
        Objects, str or None.
    skills, wanted_skills, languages
        `Tags`: all needed, nice to have, any of.
    lat, lon
        Degrees, NaN where missing; ``place_from_area`` is True where they came from ``places``.
    units, priority
        int64; how many different teams are asked (at least 1), and the class (higher first).
    min_units, together
        int64; fewer units than this are not worth coming for: then none is served (at least 1, at most ``units``); and 1
        where all units are wanted at the same time (with slots), else 0.
    hours, max_km
        float64, NaN for none.
    placed_at, earliest, latest
        Seconds of UTC, ``MISSING_TIME`` for none; a window is half-open.
    booked_team
        Objects: the id of the only team wanted, or None.

    An absent column is None, except ``units``, ``priority``, ``min_units`` and ``together``.

    Raises
    ------
    TableError
        Once, with all faults of the table.

    Examples
    --------
    >>> requests = Requests([{"id": "R-2", "need": "想要一名健身操教练"}, {"id": "R-1", "lat": 39.8, "lon": 110.0}])
    >>> requests
    Requests(2 rows: id, need, lat, lon)
    """

    __slots__ = (*COLUMNS, "place_from_area")

    NAME = "requests"
    COLUMNS: ClassVar[Mapping[str, Reader]] = COLUMNS
    DEFAULTS: ClassVar[Mapping[str, int]] = {"units": 1, "priority": 0, "min_units": 1, "together": 0}

    need: ObjectArray | None
    category: ObjectArray | None
    skills: Tags | None
    wanted_skills: Tags | None
    languages: Tags | None
    lat: FloatArray | None
    lon: FloatArray | None
    area: ObjectArray | None
    units: IntArray
    min_units: IntArray
    together: IntArray
    hours: FloatArray | None
    priority: IntArray
    max_km: FloatArray | None
    placed_at: IntArray | None
    earliest: IntArray | None
    latest: IntArray | None
    booked_team: ObjectArray | None
    place_from_area: BoolArray

    def __init__(self, table: Any, tz: Any = None, places: Any = None) -> None:
        fields, inspection = _read(table, tz, places)
        inspection.settle()
        self._set(canonical(fields))

    @classmethod
    def check(cls, table: Any, tz: Any = None, places: Any = None) -> Report:
        """Report all faults and warnings of a table, and raise nothing.

        Examples
        --------
        >>> Requests.check({"id": [1], "units": [0.5]}).ok
        False
        """
        try:
            return _read(table, tz, places)[1].report()
        except TableError as error:
            return refused(error)

    def _given(self, name: str) -> AnyArray:
        values = super()._given(name)
        return np.where(self.place_from_area, np.nan, values) if name in ("lat", "lon") else values


def as_requests(table: Any, tz: Any = None) -> Requests:
    """Take requests as they are, or build them from any table.

    Examples
    --------
    >>> as_requests({"id": [1, 2]})
    Requests(2 rows: id)
    """
    return table if isinstance(table, Requests) else Requests(table, tz)


def _read(table: Any, tz: Any, places: Any) -> tuple[dict[str, Any], Inspection]:
    fields, inspection = read_table(Requests, table, tz)
    check_coordinates(fields["lat"], fields["lon"], inspection)
    _check_window(fields["earliest"], fields["latest"], inspection)
    units, least = fields["units"], fields["min_units"]
    if {"units", "min_units"} <= fields["present"]:  # with one of them alone, a table may be one of changes
        inspection.rows(
            "min_units", "units", "at most units", least > units, lambda row: f"{least[row]} of {units[row]}"
        )
    if fields["max_km"] is not None and (zero := int((fields["max_km"] == 0).sum())):
        inspection.note(
            ZeroRadius, "max_km", f"{zero} of {inspection.n_rows} rows have 0: only teams on the very spot can come"
        )
    fields["place_from_area"] = np.zeros(inspection.n_rows, dtype=bool)
    if places is not None and fields["area"] is not None and not inspection.faults:
        nothing = np.full(inspection.n_rows, np.nan)
        lat, lon = (nothing if fields[name] is None else fields[name] for name in ("lat", "lon"))
        known = read_places(places, Requests.NAME)
        fields["lat"], fields["lon"], fields["place_from_area"] = fill_places(lat, lon, fields["area"], known)
    return fields, inspection


def _check_window(earliest: IntArray | None, latest: IntArray | None, inspection: Inspection) -> None:
    if earliest is None or latest is None:
        return
    known = (earliest != MISSING_TIME) & (latest != MISSING_TIME)
    bad = known & (latest < earliest)
    inspection.rows(
        "latest", "window", "a time not before earliest", bad, lambda row: f"{earliest[row] - latest[row]} s before it"
    )
