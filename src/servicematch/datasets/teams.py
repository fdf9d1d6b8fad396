"""The volunteer teams of the data set: where they are, what they offer, how much they can take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.datasets.banners import BANNERS
from servicematch.datasets.draws import some
from servicematch.datasets.offers import write_names, write_offers
from servicematch.datasets.places import shifted
from servicematch.datasets.services import popularity, siblings

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, FloatArray, IntArray, ObjectArray
    from servicematch.datasets.places import Places
    from servicematch.datasets.vocabulary import Vocabulary

JUNGAR = next(k for k, banner in enumerate(BANNERS) if banner.name == "准格尔旗")
UXIN = next(k for k, banner in enumerate(BANNERS) if banner.name == "乌审旗")
CITY_TEAMS = 1923
JUNGAR_SHARE = 153 / CITY_TEAMS
"""153 of the city's 1,923 teams are in 准格尔旗: too few for its residents, so that something is scarce."""

TOWN_RADII_KM = (4.0, 8.0, 12.0, 20.0, 40.0)
COUNTRY_RADII_KM = (25.0, 40.0, 60.0, 80.0, 120.0)
RADIUS_SHARES = (0.15, 0.3, 0.3, 0.2, 0.05)
LANGUAGE_SHARES = (0.7, 0.24, 0.05, 0.01)
"""Teams that speak Chinese, Chinese and Mongolian, Mongolian; the last do not say."""
COACH = 0
"""The team in row 0 can always serve the order of 2 June: coaches of the sports platform in 嘎鲁图镇."""


@dataclass(frozen=True, slots=True)
class DrawnTeams:
    """The columns of the teams table, and what the requests are drawn from.

    ``services`` has shape (n, 3): positions of services, -1 where a team offers fewer than three.
    """

    columns: dict[str, AnyArray]
    home: IntArray
    lat: FloatArray
    lon: FloatArray
    services: IntArray


def draw_teams(
    n: int, where: Places, words: Vocabulary, rng: np.random.Generator, *, pen: np.random.Generator
) -> DrawnTeams:
    """Draw ``n`` teams at the given places; ``pen`` draws the words alone, so that languages differ in nothing else.

    Examples
    --------
    >>> from servicematch.datasets.places import places
    >>> from servicematch.datasets.vocabulary import vocabulary
    >>> rng, pen = np.random.default_rng(0), np.random.default_rng(1)
    >>> drawn = draw_teams(3, places(), vocabulary("zh"), rng, pen=pen)
    >>> drawn.columns["id"], drawn.columns["skills"][COACH]
    (array(['T00001', 'T00002', 'T00003'], dtype=object), '健身操|广场舞')
    """
    home, services = _homes(n, where, rng), _services(n, rng)
    spread_km = where.spread_km[home]
    lat, lon = shifted(where.lat[home], where.lon[home], *(rng.normal(size=(2, n)) * 0.5 * spread_km))
    capacity = 1 + rng.binomial(9, 0.3, size=n)
    spoken = (words.chinese, f"{words.chinese}|{words.mongolian}", words.mongolian, None)
    columns: dict[str, AnyArray] = {
        "id": np.array([f"T{i:05d}" for i in range(1, n + 1)], dtype=object),
        **_texts(np.array([words.place(path) for path in where.area], dtype=object)[home], services, words, pen),
        "languages": np.array(spoken, dtype=object)[rng.choice(len(spoken), n, p=LANGUAGE_SHARES)],
        "lat": np.where(some(n, 0.01, rng), np.nan, lat),
        "lon": lon,
        "radius_km": _radii(spread_km < 1.0, rng),
        "capacity": capacity,
        "used": rng.binomial(capacity, 0.12),
        **_record(n, rng),
    }
    columns["lon"] = np.where(np.isnan(columns["lat"]), np.nan, lon)
    if n > 0:
        known = {"lat": lat[COACH], "lon": lon[COACH], "languages": words.chinese}
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
    shares = popularity(0.4)
    first = rng.choice(len(shares), n, p=shares)
    second = siblings(first, rng)
    third = rng.integers(0, len(shares), n)
    third[some(n, 0.85, rng) | (third == first) | (third == second)] = -1
    second[some(n, 0.4, rng)] = -1
    services = np.column_stack((first, second, third)).astype(np.int64)
    services[:1] = (0, 1, -1)  # the coaches: 健身操, 广场舞
    return services


def _texts(area: ObjectArray, services: IntArray, words: Vocabulary, pen: np.random.Generator) -> dict[str, AnyArray]:
    """Write name, offers, categories and skills of each team, and the area they are read from."""
    offered = [[words.services[k] for k in row if k >= 0] for row in services.tolist()]
    categories = ["|".join(dict.fromkeys(service.platform for service in row)) for row in offered]
    return {
        "name": write_names(area, services, words, pen),
        "offers": write_offers(services, words, pen),
        "categories": np.array(categories, dtype=object),
        "skills": np.array(["|".join(service.skill for service in row) for row in offered], dtype=object),
        "area": area,
    }


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
