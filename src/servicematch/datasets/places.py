"""Where Ordos lives: nine banners and districts, their towns by name, 29 institutes with 85 stations.

Facts are the names, the seats and the middles of the nine banners (as in public administrative maps) and the
places of nine towns (GeoNames, CC BY 4.0, to 0.01 degrees). Made up are the places of all other towns (around the
middle of their banner; subdistricts around its seat), which towns hold an institute, and the stations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.arrays import frozen

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, FloatArray, IntArray, ObjectArray

SHASHATAN = "乌审旗/无定河镇/沙沙滩村"
"""The village of the order of 2 June, by the path of its area."""

KM_PER_DEGREE = 6371.0088 * np.pi / 180.0
GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))


@dataclass(frozen=True, slots=True)
class Banner:
    """A banner or district.

    ``seat`` and ``middle`` are (lat, lon) in decimal degrees, ``reach_km`` is how far from the middle its
    farthest town is put. The first towns of ``with_institute`` are its liveliest; ``share`` (of the requests) and
    ``team_share`` (of the teams) are weights among the nine.
    """

    name: str
    seat: tuple[float, float]
    middle: tuple[float, float]
    reach_km: float
    share: float
    team_share: float
    with_institute: tuple[str, ...]
    others: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


BANNERS: tuple[Banner, ...] = (
    Banner(
        "东胜区",
        (39.8179, 109.9895),
        (39.8285, 109.7502),
        15.0,
        0.28,
        0.32,
        _words("天骄街道 交通街道 公园街道 罕台镇"),
        _words(
            "林荫街道 建设街道 富兴街道 诃额伦街道 巴音门克街道 幸福街道 纺织街道 兴胜街道 民族街道 铜川镇 泊尔江海子镇"
        ),
    ),
    Banner(
        "康巴什区",
        (39.6075, 109.7901),
        (39.6435, 109.8251),
        10.0,
        0.09,
        0.12,
        _words("哈巴格希街道 青春山街道"),
        _words("滨河街道 康新街道"),
    ),
    Banner(
        "达拉特旗",
        (40.4041, 110.0403),
        (40.2150, 109.8565),
        30.0,
        0.15,
        0.14,
        _words("树林召镇 工业街道 白泥井镇 王爱召镇"),
        _words("昭君街道 锡尼街道 白塔街道 西园街道 平原街道 吉格斯太镇 昭君镇 恩格贝镇 中和西镇 风水梁镇 展旦召苏木"),
    ),
    Banner(
        "准格尔旗",
        (39.8652, 111.2383),
        (39.7884, 110.8797),
        40.0,
        0.12,
        0.0,  # its number of teams is known: see `teams.JUNGAR_SHARE`
        _words("薛家湾镇 兴隆街道 沙圪堵镇 大路镇"),
        _words("迎泽街道 蓝天街道 友谊街道 纳日松镇 龙口镇 准格尔召镇 魏家峁镇 暖水乡 十二连城乡 布尔陶亥苏木"),
    ),
    Banner(
        "鄂托克前旗",
        (38.1833, 107.4817),
        (38.2716, 107.5807),
        40.0,
        0.05,
        0.06,
        _words("敖勒召其镇 上海庙镇 城川镇"),
        _words("昂素镇"),
    ),
    Banner(
        "鄂托克旗",
        (39.0958, 107.9826),
        (39.2782, 107.7445),
        60.0,
        0.07,
        0.08,
        _words("乌兰镇 棋盘井镇 蒙西镇"),
        _words("木凯淖尔镇 苏米图苏木 阿尔巴斯苏木"),
    ),
    Banner(
        "杭锦旗",
        (39.8318, 108.7363),
        (40.2051, 108.2057),
        80.0,
        0.06,
        0.06,
        _words("锡尼镇 独贵塔拉镇 巴拉贡镇"),
        _words("吉日嘎朗图镇 呼和木独镇 伊和乌素苏木"),
    ),
    Banner(
        "乌审旗",
        (38.5966, 108.8425),
        (38.6356, 108.8850),
        40.0,
        0.07,
        0.09,
        _words("嘎鲁图镇 无定河镇 图克镇"),
        _words("乌审召镇 乌兰陶勒盖镇 苏力德苏木"),
    ),
    Banner(
        "伊金霍洛旗",
        (39.6043, 109.7874),
        (39.4179, 109.6995),
        25.0,
        0.11,
        0.13,
        _words("阿勒腾席热镇 伊金霍洛镇 乌兰木伦镇"),
        _words("札萨克镇 纳林陶亥镇 苏布尔嘎镇 红庆河镇"),
    ),
)

KNOWN_TOWNS: dict[str, tuple[float, float]] = {
    "天骄街道": (39.83, 110.00),
    "树林召镇": (40.39, 110.03),
    "薛家湾镇": (39.87, 111.22),
    "沙圪堵镇": (39.65, 110.86),
    "敖勒召其镇": (38.18, 107.48),
    "乌兰镇": (39.09, 107.98),
    "锡尼镇": (39.84, 108.73),
    "嘎鲁图镇": (38.60, 108.85),
    "阿勒腾席热镇": (39.58, 109.76),
}


@dataclass(frozen=True, slots=True)
class Places:
    """Everywhere a resident or a team may be at home: the 85 stations, and each town without an institute.

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
    (133, True)
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
        weight, spread_km = 1.0 / (rank + 1.0), 0.8 if town.endswith("街道") else 4.0
        names = _stations(town, 2 if banner.name == "康巴什区" else 3) if town in banner.with_institute else ("",)
        for k, station in enumerate(names):
            area = "/".join(part for part in (banner.name, town, station) if part)
            north, east = spread_km * np.array([np.sin(k * 2.1), np.cos(k * 2.1)]) * (k > 0)
            y, x = shifted(np.array(lat), np.array(lon), north, east)
            rows.append((area, number, float(y), float(x), weight / len(names), spread_km))
    total = sum(1.0 / (rank + 1.0) for rank in range(len(towns)))
    return [(area, of, lat, lon, weight / total, spread) for area, of, lat, lon, weight, spread in rows]


def _stations(town: str, n: int) -> tuple[str, ...]:
    names = tuple(f"{town[:-1]}{order}站" for order in "一二三"[:n])
    return ("沙沙滩村", *names[1:]) if town == "无定河镇" else names


def _towns(banner: Banner) -> list[tuple[str, float, float]]:
    """Place each town: where it is known to be, else on a sunflower around the seat or the middle of its banner."""
    towns = banner.with_institute + banner.others
    inner = [town for town in towns if town.endswith("街道")]
    outer = [town for town in towns if town not in inner and town not in KNOWN_TOWNS]
    where = dict(KNOWN_TOWNS)
    for names, (lat, lon), reach_km in ((inner, banner.seat, 4.0), (outer, banner.middle, banner.reach_km)):
        for k, town in enumerate(names):
            radius, angle = reach_km * np.sqrt((k + 0.7) / len(names)), GOLDEN_ANGLE * (k + 1)
            y, x = shifted(np.array(lat), np.array(lon), radius * np.sin(angle), radius * np.cos(angle))
            where.setdefault(town, (float(y), float(x)))
    return [(town, *where[town]) for town in towns]
