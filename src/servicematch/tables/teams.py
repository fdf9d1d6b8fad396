"""Teams: who can serve, where, and how many."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from servicematch.base.errors import TableError, ZeroCapacity, ZeroRadius
from servicematch.tables.checks import MOST_COUNT, Count, Number, Text, Words
from servicematch.tables.places import LAT_MAX, LON_MAX, check_coordinates
from servicematch.tables.table import Table, canonical, read_table, refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.base.arrays import FloatArray, IntArray, ObjectArray
    from servicematch.tables.checks import Reader
    from servicematch.tables.report import Inspection, Report
    from servicematch.tables.tags import Tags

_COUNT = "a whole number of at least 0"
_STARS = 5.0

COLUMNS: Mapping[str, Reader] = MappingProxyType(
    {
        "name": Text(),
        "offers": Text(),
        "categories": Words(),
        "skills": Words(),
        "languages": Words(),
        "lat": Number(-LAT_MAX, LAT_MAX, "degrees in [-90, 90]"),
        "lon": Number(-LON_MAX, LON_MAX, "degrees in [-180, 180]"),
        "area": Text(),
        "radius_km": Number(0.0, math.inf, "kilometres of at least 0"),
        "capacity": Count(1, 0, MOST_COUNT, _COUNT),
        "used": Count(0, 0, MOST_COUNT, _COUNT),
        "hours": Number(0.0, math.inf, "hours of at least 0"),
        "used_hours": Number(0.0, math.inf, "hours of at least 0"),
        "n_rated": Number(0.0, MOST_COUNT, _COUNT, whole=True),
        "mean_rating": Number(0.0, _STARS, "a rating in [0, 1], or in [0, 5] throughout"),
        "n_accepted": Number(0.0, MOST_COUNT, _COUNT, whole=True),
        "n_declined": Number(0.0, MOST_COUNT, _COUNT, whole=True),
    }
)
"""The columns that teams may have besides ``id``."""


class Teams(Table):
    """Teams, checked and held in canonical order; frozen.

    Parameters
    ----------
    table
        As for `Requests`. Only ``id`` is needed; columns not known are kept, for worklists and rules.
    tz
        The zone in which times without one are read; teams have no times of their own so far.

    Attributes
    ----------
    ids, position
        As for `Requests`.
    name, offers, area
        Objects, str or None.
    categories, skills, languages
        `Tags`: what the team can do; a team without words has none.
    lat, lon
        Degrees, NaN where missing.
    radius_km
        How far the team goes, NaN for no such limit.
    capacity, used, free
        int64: places, places taken already, and ``max(0, capacity - used)``.
    hours, used_hours
        float64: what the team has in all, NaN for no limit, and what was taken before.
    n_rated, n_accepted, n_declined
        float64, NaN where missing.
    mean_rating
        float64 in [0, 1]. If any rating of the column exceeds 1, all are read as stars in [0, 5] and divided by 5.

    An absent column is None, except ``capacity`` and ``used``.

    Raises
    ------
    TableError
        Once, with all faults of the table.

    Examples
    --------
    >>> teams = Teams({"id": [7, 3], "skills": ["yoga|dance", "piano"], "capacity": [2, 1]})
    >>> teams, teams.ids, teams.free
    (Teams(2 rows: id, skills, capacity), array([3, 7]), array([1, 2]))
    """

    __slots__ = (*COLUMNS, "free")

    NAME = "teams"
    COLUMNS: ClassVar[Mapping[str, Reader]] = COLUMNS
    DEFAULTS: ClassVar[Mapping[str, int]] = {"capacity": 1, "used": 0}

    name: ObjectArray | None
    offers: ObjectArray | None
    categories: Tags | None
    skills: Tags | None
    languages: Tags | None
    lat: FloatArray | None
    lon: FloatArray | None
    area: ObjectArray | None
    radius_km: FloatArray | None
    capacity: IntArray
    used: IntArray
    hours: FloatArray | None
    used_hours: FloatArray | None
    n_rated: FloatArray | None
    mean_rating: FloatArray | None
    n_accepted: FloatArray | None
    n_declined: FloatArray | None
    free: IntArray

    def __init__(self, table: Any, tz: Any = None) -> None:
        fields, inspection = _read(table, tz)
        inspection.settle()
        self._set(canonical(fields))

    @classmethod
    def check(cls, table: Any, tz: Any = None) -> Report:
        """Report all faults and warnings of a table, and raise nothing.

        Examples
        --------
        >>> print(Teams.check({"id": [1, 2], "capacity": [3, -1]}))
        teams.capacity: expected a whole number of at least 0, got -1 at row 1 (id 2), 1 of 2 rows.
        """
        try:
            return _read(table, tz)[1].report()
        except TableError as error:
            return refused(error)


def as_teams(table: Any, tz: Any = None) -> Teams:
    """Take teams as they are, or build them from any table.

    Examples
    --------
    >>> as_teams({"id": [1, 2]})
    Teams(2 rows: id)
    """
    return table if isinstance(table, Teams) else Teams(table, tz)


def _read(table: Any, tz: Any) -> tuple[dict[str, Any], Inspection]:
    fields, inspection = read_table(Teams, table, tz)
    check_coordinates(fields["lat"], fields["lon"], inspection)
    _note_zeros(fields, inspection)
    ratings = fields["mean_rating"]
    if ratings is not None and (ratings > 1).any():
        fields["mean_rating"] = ratings / _STARS
    fields["free"] = np.maximum(fields["capacity"] - fields["used"], 0)
    return fields, inspection


def _note_zeros(fields: Mapping[str, Any], inspection: Inspection) -> None:
    none = int((fields["capacity"] == 0).sum())
    if none:
        inspection.note(ZeroCapacity, "capacity", f"{none} of {inspection.n_rows} teams have 0 and can serve nobody")
    if fields["radius_km"] is not None and (zero := int((fields["radius_km"] == 0).sum())):
        text = f"{zero} of {inspection.n_rows} teams have 0 and only go to requests on their very spot"
        inspection.note(ZeroRadius, "radius_km", text)
