"""The volunteer teams of the data set: where they are, what they offer, how much they can take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.datasets.places import BANNERS, Places, shifted
from servicematch.datasets.services import AUDIENCES, SERVICES

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, IntArray, ObjectArray

JUNGAR = next(k for k, banner in enumerate(BANNERS) if banner.name == "准格尔旗")
UXIN = next(k for k, banner in enumerate(BANNERS) if banner.name == "乌审旗")
CITY_TEAMS = 1923
JUNGAR_SHARE = 153 / CITY_TEAMS
"""153 of the city's 1,923 teams are in 准格尔旗: too few for its residents, so that something is scarce."""

TOWN_RADII_KM = (4.0, 8.0, 12.0, 20.0, 40.0)
COUNTRY_RADII_KM = (25.0, 40.0, 60.0, 80.0, 120.0)
RADIUS_SHARES = (0.15, 0.3, 0.3, 0.2, 0.05)
LANGUAGES = ("汉语", "汉语|蒙古语", "蒙古语", None)
COACH = 0
"""The team in row 0 can always serve the order of 2 June: coaches of the sports platform in 嘎鲁图镇."""


@dataclass(frozen=True, slots=True)
class DrawnTeams:
    """The columns of the teams table, and what the requests are drawn from.

    ``services`` has shape (n, 3): positions in `SERVICES`, -1 where a team offers fewer than three.
    """

    columns: dict[str, AnyArray]
    home: IntArray
    lat: FloatArray
    lon: FloatArray
    services: IntArray


def draw_teams(n: int, where: Places, rng: np.random.Generator) -> DrawnTeams:
    """Draw ``n`` teams at the given places.

    Examples
    --------
    >>> from servicematch.datasets.places import places
    >>> drawn = draw_teams(3, places(), np.random.default_rng(0))
    >>> drawn.columns["id"], drawn.columns["skills"][COACH]
    (array(['T00001', 'T00002', 'T00003'], dtype=object), '健身操|广场舞')
    """
    home, services = _homes(n, where, rng), _services(n, rng)
    spread_km = where.spread_km[home]
    lat, lon = shifted(where.lat[home], where.lon[home], *(rng.normal(size=(2, n)) * 0.5 * spread_km))
    capacity = 1 + rng.binomial(9, 0.3, size=n)
    columns: dict[str, AnyArray] = {
        "id": np.array([f"T{i:05d}" for i in range(1, n + 1)], dtype=object),
        **_texts(where.area[home], services, rng),
        "languages": np.array(LANGUAGES, dtype=object)[rng.choice(4, n, p=(0.7, 0.24, 0.05, 0.01))],
        "lat": np.where(some(n, 0.01, rng), np.nan, lat),
        "lon": lon,
        "area": where.area[home],
        "radius_km": _radii(spread_km < 1.0, rng),
        "capacity": capacity,
        "used": rng.binomial(capacity, 0.12),
        **_record(n, rng),
    }
    columns["lon"] = np.where(np.isnan(columns["lat"]), np.nan, lon)
    if n > 0:
        known = {"lat": lat[COACH], "lon": lon[COACH], "languages": "汉语"}
        for name, value in (known | {"radius_km": 100.0, "capacity": 10, "used": 1}).items():
            columns[name][COACH] = value
    return DrawnTeams(columns, home, lat, lon, services)


def _homes(n: int, where: Places, rng: np.random.Generator) -> IntArray:
    """Draw a place for each team: the coaches' first, the known share in 准格尔旗, the rest over the other banners."""
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    in_jungar = np.where(where.banner == JUNGAR, where.weight, 0.0)
    elsewhere = where.weight * np.array([banner.team_share for banner in BANNERS])[where.banner]
    n_jungar = round(n * JUNGAR_SHARE)
    home = np.concatenate(
        (
            rng.choice(len(where), n_jungar, p=in_jungar / in_jungar.sum()),
            rng.choice(len(where), n - 1 - n_jungar, p=elsewhere / elsewhere.sum()),
        )
    )
    rng.shuffle(home)
    return np.concatenate(([np.flatnonzero(where.banner == UXIN)[0]], home))


def _services(n: int, rng: np.random.Generator) -> IntArray:
    """Draw one to three services for each team: a first, a second of the same platform, seldom a third of any."""
    first = rng.choice(len(SERVICES), n, p=popularity(0.4))
    platform = np.unique([service.platform for service in SERVICES], return_inverse=True)[1]
    begin = np.array([np.flatnonzero(platform == k)[0] for k in platform])
    size = np.bincount(platform)[platform]
    step = rng.integers(1, size[first])
    second = begin[first] + (first - begin[first] + step) % size[first]
    third = rng.integers(0, len(SERVICES), n)
    second[some(n, 0.4, rng)] = -1
    third[some(n, 0.85, rng) | (third == first) | (third == second)] = -1
    services = np.column_stack((first, second, third)).astype(np.int64)
    services[:1] = (0, 1, -1)  # the coaches: 健身操, 广场舞
    return services


def _interleaved() -> IntArray:
    """Rank the services so that every platform has popular and rare ones."""
    within: dict[str, int] = {}
    keys = []
    for service in SERVICES:
        within[service.platform] = within.get(service.platform, -1) + 1
        keys.append(within[service.platform])
    rank = np.empty(len(keys), dtype=np.int64)
    rank[np.argsort(keys, kind="stable")] = np.arange(len(keys))
    return rank


def some(n: int, share: float, rng: np.random.Generator) -> BoolArray:
    """Mark about ``share`` of ``n`` rows, each by its own throw.

    Examples
    --------
    >>> some(2, 1.0, np.random.default_rng(0))
    array([ True,  True])
    """
    marked: BoolArray = rng.random(n) < share
    return marked


def popularity(exponent: float) -> FloatArray:
    """Give each service its Zipf share ``rank ** -exponent``, summing to 1.

    Examples
    --------
    >>> shares = popularity(1.0)
    >>> int(shares.argmax()), round(float(shares.sum()), 9)
    (0, 1.0)
    """
    weights = (1.0 + _interleaved()) ** -exponent
    shares: FloatArray = weights / weights.sum()
    return shares


def _texts(area: ObjectArray, services: IntArray, rng: np.random.Generator) -> dict[str, AnyArray]:
    """Write name, offers, categories and skills of each team."""
    audiences = rng.integers(0, len(AUDIENCES), len(area))
    names, offers, categories, skills = [], [], [], []
    for number, (path, row, audience) in enumerate(zip(area, services.tolist(), audiences, strict=True), start=1):
        offered = [SERVICES[k] for k in row if k >= 0]
        names.append(f"{path.split('/')[1]}{offered[0].skill}志愿服务{number}队")
        offers.append("；".join(service.offer for service in offered) + AUDIENCES[audience])
        categories.append("|".join(dict.fromkeys(service.platform for service in offered)))
        skills.append("|".join(service.skill for service in offered))
    columns = {"name": names, "offers": offers, "categories": categories, "skills": skills}
    return {name: np.array(values, dtype=object) for name, values in columns.items()}


def _radii(in_town: AnyArray, rng: np.random.Generator) -> FloatArray:
    """Draw how far each team travels, in km, the farther the fewer they are; NaN (anywhere) for a few."""
    n = len(in_town)
    pick = rng.choice(len(RADIUS_SHARES), n, p=RADIUS_SHARES)
    radius = np.where(in_town, np.array(TOWN_RADII_KM)[pick], np.array(COUNTRY_RADII_KM)[pick])
    thinness = np.clip(np.sqrt(CITY_TEAMS / max(n, 1)), 0.5, 4.0)  # so that a small city is served as a large one
    return np.where(some(n, 0.01, rng), np.nan, np.round(radius * thinness, 1))


def _record(n: int, rng: np.random.Generator) -> dict[str, AnyArray]:
    """Draw ratings in stars, crowded near five as they are everywhere; no column that nothing would use."""
    n_rated = np.floor(rng.lognormal(2.0, 1.2, size=n)).astype(np.int64)
    stars = np.round(np.clip(5.0 - rng.gamma(0.6, 0.25, size=n), 1.0, 5.0), 2)
    return {"n_rated": n_rated, "mean_rating": np.where(n_rated > 0, stars, np.nan)}
