"""The requests of the data set: orders from the menu, needs in the residents' own words, direct bookings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.datasets.asks import draw_wanted, write_asks
from servicematch.datasets.banners import BANNERS
from servicematch.datasets.draws import only, some
from servicematch.datasets.places import SHASHATAN, shifted
from servicematch.datasets.services import platform_of

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, IntArray, ObjectArray
    from servicematch.datasets.asks import Wanted
    from servicematch.datasets.places import Places
    from servicematch.datasets.teams import DrawnTeams
    from servicematch.datasets.vocabulary import Vocabulary

SHASHATAN_ORDER = "SHASHATAN-0602"
"""The id of the order of 2 June from 沙沙滩村: "想要一名健身操教练" (we would like an aerobics coach)."""

MONDAY = np.datetime64("2025-05-26T00:00:00", "s")
ORDER_TIME = np.datetime64("2025-06-02T09:00:00", "s")
DAY_S = 86_400
BOOKING_DRAWS = 16


def draw_requests(
    n: int,
    where: Places,
    teams: DrawnTeams,
    words: Vocabulary,
    rng: np.random.Generator,
    *,
    pen: np.random.Generator,
) -> dict[str, AnyArray]:
    """Draw ``n`` requests, of which the last is the order of 2 June; times are those of Asia/Shanghai.

    ``pen`` draws the words alone, so that languages differ in nothing else. The truth stands in ``true_services``
    and ``true_platforms``.

    Examples
    --------
    >>> from servicematch.datasets.places import places
    >>> from servicematch.datasets.teams import draw_teams
    >>> from servicematch.datasets.vocabulary import vocabulary
    >>> rng, pen, words = np.random.default_rng(0), np.random.default_rng(1), vocabulary("zh")
    >>> teams = draw_teams(2, places(), words, rng, pen=pen)
    >>> columns = draw_requests(4, places(), teams, words, rng, pen=pen)
    >>> columns["id"][-1], columns["need"][-1], columns["true_services"][-1]
    ('SHASHATAN-0602', '想要一名健身操教练', '健身操')
    """
    share = where.weight * np.array([banner.share for banner in BANNERS])[where.banner]
    home = rng.choice(len(where), n, p=share / share.sum())
    lat, lon = shifted(where.lat[home], where.lon[home], *(rng.normal(size=(2, n)) * where.spread_km[home]))
    wanted = draw_wanted(n, rng)
    nowhere, is_mongolian = some(n, 0.02, rng), some(n, 0.05, rng)
    area = np.array([words.place(path) for path in where.area], dtype=object)
    columns: dict[str, AnyArray] = {
        "id": np.array([f"R{i:06d}" for i in range(1, n + 1)], dtype=object),
        "need": only(wanted.is_free | some(n, 0.65, rng), write_asks(wanted, is_mongolian, words, pen)),
        **_menu(wanted, teams, words, rng),
        "languages": only(is_mongolian, np.full(n, words.mongolian, dtype=object)),
        "lat": np.where(nowhere, np.nan, lat),
        "lon": np.where(nowhere, np.nan, lon),
        "area": only(some(n, 0.97, rng), area[home]),
        "units": 1 + rng.choice(3, n, p=(0.9, 0.07, 0.03)),
        "priority": rng.choice(3, n, p=(0.9, 0.08, 0.02)),
        "max_km": np.where(some(n, 0.08, rng), rng.choice((5.0, 10.0, 20.0, 40.0), n), np.nan),
        "placed_at": _times(n, rng),
        "booked_team": _bookings(wanted.service, some(n, 0.06, rng) & ~wanted.is_free, (lat, lon), teams, rng),
        "true_services": wanted.truth([service.skill for service in words.services]),
        "true_platforms": wanted.truth([service.platform for service in words.services]),
    }
    return _with_the_order(columns, where, words)


def _with_the_order(columns: dict[str, AnyArray], where: Places, words: Vocabulary) -> dict[str, AnyArray]:
    """Write the order of 2 June into the last row."""
    village, aerobics = int(np.flatnonzero(where.area == SHASHATAN)[0]), words.services[0]
    order = {"id": SHASHATAN_ORDER, "need": words.ask["order_of_2_june"], "area": words.place(SHASHATAN)}
    order |= {"lat": where.lat[village], "lon": where.lon[village], "placed_at": ORDER_TIME}
    order |= {"units": 1, "priority": 0, "max_km": np.nan}
    order |= {"true_services": aerobics.skill, "true_platforms": aerobics.platform}
    for name, column in columns.items():
        column[-1:] = order.get(name)  # an empty table has no last row, and stays empty
    return columns


def _menu(wanted: Wanted, teams: DrawnTeams, words: Vocabulary, rng: np.random.Generator) -> dict[str, AnyArray]:
    """Fill what the menu knows: the platform, often the very skill; only skills that some team has are on it."""
    n, service, from_menu = len(wanted), wanted.service, ~wanted.is_free
    platform = np.array([one.platform for one in words.services], dtype=object)
    skill = np.array([one.skill for one in words.services], dtype=object)
    on_menu = np.isin(np.arange(len(skill)), teams.services)
    asks_skill = from_menu & some(n, 0.6, rng) & on_menu[service]
    wishes_skill = from_menu & ~asks_skill & some(n, 0.5, rng) & on_menu[service]
    return {
        "category": only(from_menu, platform[service]),
        "skills": only(asks_skill, skill[service]),
        "wanted_skills": only(wishes_skill, skill[service]),
    }


def _times(n: int, rng: np.random.Generator) -> AnyArray:
    """Draw times between 7 and 22 o'clock in the week before 2 June, in order; a few are not known."""
    seconds = rng.integers(0, 7, n) * DAY_S + 7 * 3600 + (rng.beta(2.0, 2.5, n) * 15 * 3600).astype(np.int64)
    times: AnyArray = MONDAY + np.sort(seconds).astype("timedelta64[s]")
    times[some(n, 0.005, rng)] = np.datetime64("NaT", "s")
    return times


def _bookings(
    service: IntArray,
    wanted: BoolArray,
    spot: tuple[FloatArray, FloatArray],
    teams: DrawnTeams,
    rng: np.random.Generator,
) -> ObjectArray:
    """Book, where wanted, the nearest of a few teams that offer the service; not all of them travel so far."""
    team, column = np.nonzero(teams.services >= 0)
    offered = teams.services[team, column]
    by_service = np.argsort(offered, kind="stable")
    begin = np.searchsorted(offered[by_service], np.arange(len(platform_of()) + 1))
    rows = np.flatnonzero(wanted & (np.diff(begin)[service] > 0))
    booked: ObjectArray = np.full(len(service), None, dtype=object)
    if len(rows) == 0:
        return booked
    lat, lon, of = spot[0][rows, np.newaxis], spot[1][rows, np.newaxis], service[rows, np.newaxis]
    pick = begin[of] + (rng.random((len(rows), BOOKING_DRAWS)) * (begin[of + 1] - begin[of])).astype(np.int64)
    candidates = team[by_service[pick]]
    nearest = np.hypot(teams.lat[candidates] - lat, (teams.lon[candidates] - lon) * np.cos(np.radians(lat))).argmin(
        axis=1
    )
    booked[rows] = teams.columns["id"][candidates[np.arange(len(rows)), nearest]]
    return booked
