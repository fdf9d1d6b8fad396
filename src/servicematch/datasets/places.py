"""Where Ordos lives: 85 stations of 29 institutes, the towns without one, and villages far out.

The facts stand in `banners`. Made up are the places of all towns that no gazetteer gave (around the middle of their
banner; subdistricts around its seat), and the stations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.datasets.banners import BANNERS, CHOSEN_TOWNS, FAR_VILLAGES, KNOWN_TOWNS, Banner

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, FloatArray, IntArray, ObjectArray

SHASHATAN = "乌审旗/无定河镇/沙沙滩村"
"""The village of the order of 2 June, by the path of its area."""

KM_PER_DEGREE = 6371.0088 * np.pi / 180.0
GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))
VILLAGE_SHARE = 0.03
"""How much of a banner lives in each of its far villages."""
COUNTRY_KM = 4.0


@dataclass(frozen=True, slots=True)
class Places:
    """Everywhere a resident or a team may be at home: the 85 stations, each town without an institute, far villages.

    ``area`` is the path of the place, ``banner`` its position in `BANNERS`; ``weight`` sums to 1 in each banner;
    ``spread_km`` is how far homes scatter around it (towns densely, the country widely).
    """

    area: ObjectArray
    banner: IntArray
    lat: FloatArray
    lon: FloatArray
    weight: FloatArray
    spread_km: FloatArray

    def __len__(self) -> int:
        return len(self.area)


def shifted(lat: AnyArray, lon: AnyArray, north_km: AnyArray, east_km: AnyArray) -> tuple[FloatArray, FloatArray]:
    """Move points by kilometres on the ground and return their latitude and longitude in degrees.

    Examples
    --------
    >>> lat, lon = shifted(np.array([39.6]), np.array([109.8]), np.array([111.195]), np.array([0.0]))
    >>> lat.round(3), lon
    (array([40.6]), array([109.8]))
    """
    return lat + north_km / KM_PER_DEGREE, lon + east_km / (KM_PER_DEGREE * np.cos(np.radians(lat)))


def places() -> Places:
    """List the places of the city, the same ones every time.

    Examples
    --------
    >>> where = places()
    >>> len(where), SHASHATAN in where.area
    (139, True)
    """
    rows = [row for number, banner in enumerate(BANNERS) for row in _banner_rows(number, banner)]
    area, banner_of, lat, lon, weight, spread_km = zip(*rows, strict=True)
    return Places(
        area=frozen(np.array(area, dtype=object)),
        banner=frozen(np.array(banner_of, dtype=np.int64)),
        lat=frozen(np.array(lat)),
        lon=frozen(np.array(lon)),
        weight=frozen(np.array(weight)),
        spread_km=frozen(np.array(spread_km)),
    )


def _banner_rows(number: int, banner: Banner) -> list[tuple[str, int, float, float, float, float]]:
    """List (area, banner, lat, lon, weight, spread_km) of each place of one banner."""
    rows: list[tuple[str, int, float, float, float, float]] = []
    towns = banner.with_institute + banner.others
    for rank, (town, lat, lon) in enumerate(_towns(banner)):
        weight, spread_km = 1.0 / (rank + 1.0), 0.8 if town.endswith("街道") else COUNTRY_KM
        names = _stations(town, 2 if banner.name == "康巴什区" else 3) if town in banner.with_institute else ("",)
        for k, station in enumerate(names):
            area = "/".join(part for part in (banner.name, town, station) if part)
            north, east = spread_km * np.array([np.sin(k * 2.1), np.cos(k * 2.1)]) * (k > 0)
            y, x = shifted(np.array(lat), np.array(lon), north, east)
            rows.append((area, number, float(y), float(x), weight / len(names), spread_km))
    total = sum(1.0 / (rank + 1.0) for rank in range(len(towns)))
    villages = [(path, *at) for path, at in FAR_VILLAGES.items() if path.startswith(f"{banner.name}/")]
    total /= 1.0 - VILLAGE_SHARE * len(villages)
    rows = [(area, of, lat, lon, weight / total, spread) for area, of, lat, lon, weight, spread in rows]
    return rows + [(path, number, lat, lon, VILLAGE_SHARE, COUNTRY_KM) for path, lat, lon in villages]


def _stations(town: str, n: int) -> tuple[str, ...]:
    names = tuple(f"{town.removesuffix('街道').removesuffix('镇')}{order}站" for order in "一二三"[:n])
    return ("沙沙滩村", *names[1:]) if town == "无定河镇" else names


def _towns(banner: Banner) -> list[tuple[str, float, float]]:
    """Place each town: where it is known to be, else on a sunflower around the seat or the middle of its banner."""
    towns = banner.with_institute + banner.others
    inner = [town for town in towns if town.endswith("街道")]
    where = KNOWN_TOWNS | CHOSEN_TOWNS
    outer = [town for town in towns if town not in inner and town not in KNOWN_TOWNS]
    for names, (lat, lon), reach_km in ((inner, banner.seat, 4.0), (outer, banner.middle, banner.reach_km)):
        for k, town in enumerate(names):
            radius, angle = reach_km * np.sqrt((k + 0.7) / len(names)), GOLDEN_ANGLE * (k + 1)
            y, x = shifted(np.array(lat), np.array(lon), radius * np.sin(angle), radius * np.cos(angle))
            where.setdefault(town, (float(y), float(x)))
    return [(town, *where[town]) for town in towns]
