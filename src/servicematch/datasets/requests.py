"""The requests of the data set: orders from the menu, needs in the residents' own words, direct bookings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.datasets.places import BANNERS, SHASHATAN, Places, shifted
from servicematch.datasets.services import FOR_WHOM, OPENINGS, SERVICES, WHEN, WISHES
from servicematch.datasets.teams import popularity, some

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, IntArray, ObjectArray
    from servicematch.datasets.teams import DrawnTeams

SHASHATAN_ORDER = "SHASHATAN-0602"
"""The id of the order of 2 June from 沙沙滩村: "想要一名健身操教练" (we would like an aerobics coach)."""

MONDAY = np.datetime64("2025-05-26T00:00:00", "s")
ORDER_TIME = np.datetime64("2025-06-02T09:00:00", "s")
DAY_S = 86_400
BOOKING_DRAWS = 16


def draw_requests(n: int, where: Places, teams: DrawnTeams, rng: np.random.Generator) -> dict[str, AnyArray]:
    """Draw ``n`` requests, of which the last is the order of 2 June; times are those of Asia/Shanghai.

    Examples
    --------
    >>> from servicematch.datasets.places import places
    >>> from servicematch.datasets.teams import draw_teams
    >>> rng = np.random.default_rng(0)
    >>> columns = draw_requests(4, places(), draw_teams(2, places(), rng), rng)
    >>> columns["id"][-1], columns["need"][-1]
    ('SHASHATAN-0602', '想要一名健身操教练')
    """
    share = where.weight * np.array([banner.share for banner in BANNERS])[where.banner]
    home = rng.choice(len(where), n, p=share / share.sum())
    lat, lon = shifted(where.lat[home], where.lon[home], *(rng.normal(size=(2, n)) * where.spread_km[home]))
    service = rng.choice(len(SERVICES), n, p=popularity(0.7))
    is_wish = some(n, 0.02, rng)
    from_menu = some(n, 0.6, rng) & ~is_wish
    nowhere = some(n, 0.02, rng)
    columns: dict[str, AnyArray] = {
        "id": np.array([f"R{i:06d}" for i in range(1, n + 1)], dtype=object),
        "need": _needs(service, is_wish, from_menu, rng),
        **_menu(service, from_menu, teams, rng),
        "languages": _only(some(n, 0.05, rng), np.full(n, "蒙古语", dtype=object)),
        "lat": np.where(nowhere, np.nan, lat),
        "lon": np.where(nowhere, np.nan, lon),
        "area": _only(some(n, 0.97, rng), where.area[home]),
        "units": 1 + rng.choice(3, n, p=(0.9, 0.07, 0.03)),
        "priority": rng.choice(3, n, p=(0.9, 0.08, 0.02)),
        "max_km": np.where(some(n, 0.08, rng), rng.choice((5.0, 10.0, 20.0, 40.0), n), np.nan),
        "placed_at": _times(n, rng),
        "booked_team": _bookings(service, some(n, 0.06, rng) & from_menu, (lat, lon), teams, rng),
    }
    return _with_the_order(columns, where)


def _with_the_order(columns: dict[str, AnyArray], where: Places) -> dict[str, AnyArray]:
    """Write the order of 2 June into the last row."""
    village = int(np.flatnonzero(where.area == SHASHATAN)[0])
    order = {"id": SHASHATAN_ORDER, "need": "想要一名健身操教练", "area": SHASHATAN, "placed_at": ORDER_TIME}
    order |= {"lat": where.lat[village], "lon": where.lon[village], "units": 1, "priority": 0, "max_km": np.nan}
    for name, column in columns.items():
        column[-1:] = order.get(name)  # an empty table has no last row, and stays empty
    return columns


def _only(mask: BoolArray, values: AnyArray) -> ObjectArray:
    """Keep the values of the marked rows, None in the others."""
    column: ObjectArray = np.full(len(mask), None, dtype=object)
    column[mask] = values[mask]
    return column


def _pick(words: tuple[str, ...], n: int, rng: np.random.Generator) -> ObjectArray:
    picked: ObjectArray = np.array(words, dtype=object)[rng.integers(0, len(words), n)]
    return picked


def _needs(service: IntArray, is_wish: BoolArray, from_menu: BoolArray, rng: np.random.Generator) -> ObjectArray:
    """Write each need in plain words; a third of those who order from the menu write none."""
    n = len(service)
    most = max(len(one.needs) for one in SERVICES)
    phrases = np.array([[one.needs[k % len(one.needs)] for k in range(most)] for one in SERVICES], dtype=object)
    words = _pick(OPENINGS, n, rng) + phrases[service, rng.integers(0, most, n)]
    words = words + _pick(FOR_WHOM, n, rng) + _pick(WHEN, n, rng)
    words = np.where(is_wish, _pick(WISHES, n, rng), words)
    return _only(~(from_menu & some(n, 0.35, rng)), words)


def _menu(service: IntArray, from_menu: BoolArray, teams: DrawnTeams, rng: np.random.Generator) -> dict[str, AnyArray]:
    """Fill what the menu knows: the platform, often the very skill; only skills that some team has are on it."""
    n = len(service)
    platform = np.array([one.platform for one in SERVICES], dtype=object)
    skill = np.array([one.skill for one in SERVICES], dtype=object)
    on_menu = np.isin(np.arange(len(SERVICES)), teams.services)
    asks_skill = from_menu & some(n, 0.6, rng) & on_menu[service]
    wishes_skill = from_menu & ~asks_skill & some(n, 0.5, rng) & on_menu[service]
    return {
        "category": _only(from_menu, platform[service]),
        "skills": _only(asks_skill, skill[service]),
        "wanted_skills": _only(wishes_skill, skill[service]),
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
    begin = np.searchsorted(offered[by_service], np.arange(len(SERVICES) + 1))
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
