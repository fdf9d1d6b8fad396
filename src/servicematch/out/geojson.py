"""A plan on the map: RFC 7946 GeoJSON of who goes where, for any program that draws maps."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from servicematch.base.errors import ServiceMatchError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from servicematch.base.arrays import AnyArray, FloatArray
    from servicematch.tables.requests import Requests
    from servicematch.tables.table import Table
    from servicematch.tables.teams import Teams

    Columns: TypeAlias = Mapping[str, AnyArray | Sequence[Any]]

Only: TypeAlias = Literal["all", "pairs", "requests", "teams"]
"""Which features a map holds."""

_KINDS = ("pairs", "teams", "requests")

_TIMES = ("start", "end", "begin", "finish")
_HOURS = ("hours", "used_hours", "assigned_hours", "travel_hours")
_COUNTED = ("capacity", "used", "assigned", *_HOURS)
"""What is told of a team, as far as its columns are there."""


def feature_collection(
    requests: Requests,
    teams: Teams,
    assignments: Columns,
    unassigned: Columns,
    loads: Columns,
    *,
    pinned: Collection[tuple[Any, Any]] = (),
    only: Only = "all",
    decimals: int | None = 5,
) -> dict[str, Any]:
    """Make a GeoJSON FeatureCollection of a plan, as plain data.

    There are three kinds of feature, in the caller's order: ``"pair"``, a line from the request to its team
    (request_id, team_id, score, distance_km, pinned, with slots also slot_id, start and end, and begin and finish where
    they are known, in UTC); ``"team"``, a point (team_id, name, capacity, used, assigned,
    and hours where they count; no capacity where nothing limits how many);
    ``"request"``, a point (request_id, units, served, and the codes of its reasons, cut by ``|``, while it is open).
    A feature whose place is not known has no geometry; the foreign member ``n_without_place`` counts them.

    No word of a resident is among the features, but pairs and requests hold residents' places, often their homes:
    give the file only to those who may know them, blur it with ``decimals=2``, or take ``only="teams"``.

    Parameters
    ----------
    requests, teams
        The tables, for places, units and names.
    assignments
        Columns request_id, team_id, score, distance_km; perhaps slot_id, start, end, begin and finish.
    unassigned
        Columns request_id, units, reason; a request may be there several times.
    loads
        Columns team_id, used, assigned; perhaps capacity, hours, used_hours, assigned_hours and travel_hours.
    pinned
        Pairs of ids that a person has fixed.
    only
        ``"all"``, or one kind: ``"pairs"``, ``"requests"``, ``"teams"``.
    decimals
        Decimals of the degrees: 5 is about a metre, 2 about a kilometre; None leaves them as they are. Kilometres are
        rounded alike, so that they do not give away what the degrees do not.

    Raises
    ------
    ServiceMatchError
        When ``only`` or ``decimals`` cannot be meant so.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": ["r"], "lat": [39.6], "lon": [109.8]})
    >>> teams = Teams({"id": ["t"], "lat": [39.7], "lon": [109.9]})
    >>> assignments = {"request_id": ["r"], "team_id": ["t"], "score": [0.5], "distance_km": [14.05]}
    >>> loads = {"team_id": ["t"], "capacity": [1], "used": [0], "assigned": [1]}
    >>> unassigned = {"request_id": [], "units": [], "reason": []}
    >>> made = feature_collection(requests, teams, assignments, unassigned, loads)
    >>> made["features"][0]["geometry"]
    {'type': 'LineString', 'coordinates': [[109.8, 39.6], [109.9, 39.7]]}
    >>> [feature["properties"]["kind"] for feature in made["features"]]
    ['pair', 'team', 'request']
    """
    _check(only, decimals)
    at_request, at_team = _Places.of(requests, decimals), _Places.of(teams, decimals)
    kinds = {
        "pairs": lambda: _pairs(assignments, set(pinned), at_request, at_team, decimals),
        "teams": lambda: _teams(loads, at_team),
        "requests": lambda: _requests(requests, unassigned, at_request),
    }
    made = {kind: kinds[kind]() for kind in _KINDS if only in ("all", kind)}
    return {
        "type": "FeatureCollection",
        "n_without_place": {kind: sum(one["geometry"] is None for one in listed) for kind, listed in made.items()},
        "features": [feature for listed in made.values() for feature in listed],
    }


def write_geojson(collection: Mapping[str, Any], path: str | Path) -> None:
    r"""Write GeoJSON as strict JSON in ASCII that may also stand in a web page: every ``<`` is written as ``\u003c``.

    Raises
    ------
    ValueError
        For a number that JSON does not know, such as NaN.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "plan.geojson"
    >>> write_geojson({"type": "FeatureCollection", "features": []}, path)
    >>> path.read_text(encoding="ascii")
    '{"type": "FeatureCollection", "features": []}'
    """
    Path(path).write_text(safe_json(collection), encoding="ascii")


def safe_json(data: Any) -> str:
    r"""Write plain data as strict JSON in ASCII, which neither a page nor a script can read as anything else.

    Examples
    --------
    >>> print(safe_json({"name": "</script>\u2028"}))
    {"name": "\u003c/script>\u2028"}
    """
    return json.dumps(data, allow_nan=False).replace("<", "\\u003c")


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each id of a table is, as [lon, lat]; None where that is not known."""

    listed: list[list[float] | None]
    row: dict[Any, int]

    @classmethod
    def of(cls, table: Table, decimals: int | None) -> _Places:
        lat, lon = getattr(table, "lat", None), getattr(table, "lon", None)
        row = {one: i for i, one in enumerate(table.ids.tolist())}
        return cls([None] * len(table) if lat is None or lon is None else _positions(lat, lon, decimals), row)

    def __getitem__(self, id: Any) -> list[float] | None:  # noqa: A002 - it is an id
        return self.listed[self.row[id]]


def _positions(lat: FloatArray, lon: FloatArray, decimals: int | None) -> list[list[float] | None]:
    both = np.column_stack((lon, lat))
    known = np.isfinite(lat) & np.isfinite(lon)
    rounded = (both if decimals is None else both.round(decimals)) + 0.0  # -0.0 becomes 0.0
    return [place if is_known else None for place, is_known in zip(rounded.tolist(), known.tolist(), strict=True)]


def _pairs(
    assignments: Columns,
    pinned: set[tuple[Any, Any]],
    at_request: _Places,
    at_team: _Places,
    decimals: int | None,
) -> list[dict[str, Any]]:
    features = []
    km_decimals = None if decimals is None else max(decimals - 2, 0)  # a hundredth of a degree is about a kilometre
    timed = [name for name in ("slot_id", *_TIMES) if "start" in assignments and name in assignments]
    for request, team, score, km, *times in _rows(assignments, "request_id", "team_id", "score", "distance_km", *timed):
        properties: dict[str, Any] = {"request_id": _id(request), "team_id": _id(team), "score": _number(score)}
        properties |= {"distance_km": _number(km, km_decimals), "pinned": (request, team) in pinned}
        properties |= {
            name: f"{one:%Y-%m-%dT%H:%M:%SZ}" if name in _TIMES else _id(one)
            for name, one in zip(timed, times, strict=True)
        }
        ends = [at_request[request], at_team[team]]
        features.append(_feature("pair", "LineString", None if None in ends else ends, properties))
    return features


def _teams(loads: Columns, at_team: _Places) -> list[dict[str, Any]]:
    names = list(loads["name"]) if "name" in loads else [None] * len(loads["team_id"])
    features = []
    told = [name for name in _COUNTED if name in loads]
    for name, (team, *counts) in zip(names, _rows(loads, "team_id", *told), strict=True):
        properties: dict[str, Any] = {"team_id": _id(team), "name": None if name is None else str(name)}
        properties |= {key: _number(one) if key in _HOURS else one for key, one in zip(told, counts, strict=True)}
        features.append(_feature("team", "Point", at_team[team], properties))
    return features


def _requests(requests: Requests, unassigned: Columns, at_request: _Places) -> list[dict[str, Any]]:
    open_units: dict[Any, int] = {}
    reasons: dict[Any, list[str]] = {}
    for request, units, reason in _rows(unassigned, "request_id", "units", "reason"):
        open_units[request] = open_units.get(request, 0) + units
        reasons.setdefault(request, []).append(str(reason))
    order = np.argsort(requests.position, kind="stable")
    features = []
    for request, units in zip(requests.ids[order].tolist(), requests.units[order].tolist(), strict=True):
        properties = {"request_id": _id(request), "units": units, "served": units - open_units.get(request, 0)}
        properties["reason"] = "|".join(reasons[request]) if request in reasons else None
        features.append(_feature("request", "Point", at_request[request], properties))
    return features


def _rows(columns: Columns, *names: str) -> list[tuple[Any, ...]]:
    """Give the rows of some columns in Python's own types."""
    return list(zip(*(_listed(columns[name]) for name in names), strict=True))


def _listed(values: AnyArray | Sequence[Any]) -> Sequence[Any]:
    if isinstance(values, np.ndarray):
        listed: list[Any] = values.tolist()
        return listed
    return [value.item() if isinstance(value, np.generic) else value for value in values]


def _feature(kind: str, shape: str, coordinates: Any, properties: dict[str, Any]) -> dict[str, Any]:
    geometry = None if coordinates is None else {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": {"kind": kind, **properties}}


def _id(value: Any) -> int | str:
    return value if isinstance(value, int) else str(value)


def _number(value: float, decimals: int | None = None) -> float | None:
    """Give a number that JSON knows: NaN, where nobody could measure, is null."""
    if np.isnan(value):
        return None
    return float(value) if decimals is None else round(float(value), decimals)


def _check(only: str, decimals: int | None) -> None:
    if only not in get_args(Only):
        raise ServiceMatchError(f"only: expected one of {', '.join(get_args(Only))}, got {only!r}")
    if decimals is not None and (isinstance(decimals, bool) or not isinstance(decimals, int) or decimals < 0):
        raise ServiceMatchError(f"decimals: expected a whole number of at least 0 or None, got {decimals!r}")
