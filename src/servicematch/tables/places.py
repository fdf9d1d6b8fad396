"""Latitude and longitude: pairs that belong together, the places of areas, and what looks like a slip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import NullIsland
from servicematch.tables.areas import area_path
from servicematch.tables.report import refuse

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, ObjectArray
    from servicematch.tables.report import Inspection

LAT_MAX, LON_MAX = 90.0, 180.0
Place = tuple[float, float]


def check_coordinates(lat: FloatArray | None, lon: FloatArray | None, inspection: Inspection) -> None:
    """Note a lone latitude or longitude, a likely swap, and (0, 0)."""
    if lat is None and lon is None:
        return
    if lat is None or lon is None:
        has, lacks = ("lat", "lon") if lon is None else ("lon", "lat")
        inspection.whole(has, "pair", "both lat and lon", f"a column {has} without a column {lacks}")
        return
    no_lat, no_lon = np.isnan(lat), np.isnan(lon)
    inspection.rows("lat", "pair", "lat and lon in the same rows", no_lat & ~no_lon, lambda _: "lon without lat")
    inspection.rows("lon", "pair", "lat and lon in the same rows", no_lon & ~no_lat, lambda _: "lat without lon")
    _hint_swap(lat, lon, inspection)
    n_null_island = int(((lat == 0) & (lon == 0)).sum())
    if n_null_island:
        text = f"{n_null_island} of {len(lat)} rows are at (0, 0), in the sea off Africa; leave unknown places empty"
        inspection.note(NullIsland, "lat", text)


def _hint_swap(lat: FloatArray, lon: FloatArray, inspection: Inspection) -> None:
    """Put the hint on the fault of the latitudes, where swapping would mend some of its rows."""
    swapped = np.isfinite(lat) & (np.abs(lat) > LAT_MAX) & (np.abs(lon) <= LAT_MAX)
    if swapped.any():
        inspection.hint("lat", "range", "are lat and lon swapped?")


def read_places(places: Any, name: str) -> dict[tuple[str, ...], Place]:
    """Read the known places of areas: a mapping from path to (lat, lon).

    Raises
    ------
    TableError
        When it is no mapping, or a place is not (lat, lon) in degrees.

    Examples
    --------
    >>> read_places({"乌审旗/沙沙滩村": (38.6, 108.8)}, "requests")
    {('乌审旗', '沙沙滩村'): (38.6, 108.8)}
    """
    if not isinstance(places, Mapping):
        raise refuse(name, "places", "a dict from area to (lat, lon)", f"a {type(places).__name__}")
    return {area_path(str(area)): _place(str(area), place, name) for area, place in places.items()}


def _place(area: str, place: Any, name: str) -> Place:
    try:
        lat, lon = (float(part) for part in place)
    except (TypeError, ValueError):
        raise refuse(name, "places", f"(lat, lon) for area {area[:80]!r}", f"a {type(place).__name__}") from None
    if not (abs(lat) <= LAT_MAX and abs(lon) <= LON_MAX):
        raise refuse(name, "places", f"degrees for area {area[:80]!r}", _out_of_range(lat, lon))
    return lat, lon


def _out_of_range(lat: float, lon: float) -> str:
    """Show what breaks the rule, and not the good half of a place."""
    wrong = [f"lat {lat!r}"] if not abs(lat) <= LAT_MAX else []
    wrong += [f"lon {lon!r}"] if not abs(lon) <= LON_MAX else []
    return ", ".join(wrong)


def fill_places(
    lat: FloatArray, lon: FloatArray, area: ObjectArray, places: Mapping[tuple[str, ...], Place]
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Give rows without coordinates the place of their area, where it is known; tell which rows."""
    nowhere = (float("nan"), float("nan"))
    known = {text: nowhere if text is None else places.get(area_path(text), nowhere) for text in dict.fromkeys(area)}
    found = np.array([known[text] for text in area], dtype=np.float64).reshape(len(area), 2)
    filled = np.isnan(lat) & np.isnan(lon) & ~np.isnan(found[:, 0])
    return np.where(filled, found[:, 0], lat), np.where(filled, found[:, 1], lon), filled
