"""Tiny towns for the tests of this room: one to read, and as many random ones as wanted."""

import warnings

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from servicematch.base.errors import TableWarning
from servicematch.pairs.limits import Booked, Categories, Distance, Languages, Skills
from servicematch.pairs.terms import AreaAffinity, Proximity, SkillFit, Text, TrackRecord
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

RANDOM_TOWNS = settings(deadline=None, max_examples=60)

LIMITS = (Skills(), Categories(), Languages(), Distance(), Booked())
TERMS = (Text(), Proximity(), SkillFit(), AreaAffinity(), TrackRecord())

AREAS = [None, "准格尔旗", "准格尔旗/薛家湾镇", "准格尔旗/沙圪堵镇", "乌审旗/嘎鲁图镇", "乌审旗"]
NEEDS = [None, " ", "想要一名健身操教练", "想学广场舞", "a yoga class for beginners", "法律咨询", "水管漏水", "🧘"]
OFFERS = [None, "", "健身操、广场舞教练", "Yoga and dance classes", "法律援助与咨询", "水电维修", "想要一名健身操教练"]
WORDS = [None, "dance", "yoga", "dance|yoga", "law", "law|plumbing|yoga"]
SPEECH = [None, "zh", "mn|zh", "en"]


def steppe():
    """Two requests and three teams around Xuejiawan: one near, one 5 km off, one without a place."""
    requests = Requests(
        {
            "id": ["r1", "r2"],
            "need": ["想要一名健身操教练", "法律咨询"],
            "category": ["sport", None],
            "skills": ["aerobics", None],
            "lat": [39.86, 39.86],
            "lon": [111.23, 111.23],
        }
    )
    teams = Teams(
        {
            "id": ["t1", "t2", "t3"],
            "offers": ["健身操教练", "法律援助与咨询", None],
            "categories": ["sport", "law|sport", "sport"],
            "skills": ["aerobics|yoga", None, "aerobics"],
            "lat": [39.861, 39.905, None],
            "lon": [111.231, 111.23, None],
            "radius_km": [3.0, 10.0, 10.0],
        }
    )
    return requests, teams


def pair(row, col):
    """Make arrays of one pair."""
    return np.array([row], dtype=np.int32), np.array([col], dtype=np.int32)


def every_pair(requests, teams):
    """List all pairs of two tables, in canonical order."""
    rows, cols = np.divmod(np.arange(len(requests) * len(teams)), max(1, len(teams)))
    return rows.astype(np.int32), cols.astype(np.int32)


def column(draw, n, values):
    """Draw n values, nulls among them."""
    return draw(st.lists(st.sampled_from(values), min_size=n, max_size=n))


@st.composite
def town_columns(draw, max_requests=7, max_teams=5):
    """Draw the columns of both tables; any column but the id may be absent, any value null."""
    n, m = draw(st.integers(1, max_requests)), draw(st.integers(1, max_teams))
    lats, lons = [None, 39.8, 39.81, 39.9, 40.3], [None, 110.0, 110.02, 110.5]
    requests = {
        "need": column(draw, n, NEEDS),
        "category": column(draw, n, [None, "sport", "law"]),
        "skills": column(draw, n, WORDS),
        "wanted_skills": column(draw, n, WORDS),
        "languages": column(draw, n, SPEECH),
        "area": column(draw, n, AREAS),
        "max_km": column(draw, n, [None, 0.0, 3.0, 20.0]),
        "booked_team": column(draw, n, [None, None, None, "t0", "t1", "gone"]),
    }
    teams = {
        "offers": column(draw, m, OFFERS),
        "categories": column(draw, m, [None, "sport", "law|sport"]),
        "skills": column(draw, m, WORDS),
        "languages": column(draw, m, SPEECH),
        "area": column(draw, m, AREAS),
        "radius_km": column(draw, m, [None, 0.0, 2.0, 15.0]),
        "mean_rating": column(draw, m, [None, 0.0, 0.9, 1.0]),
        "n_rated": column(draw, m, [None, 0, 3]),
    }
    for table, size in ((requests, n), (teams, m)):
        lat = column(draw, size, lats)
        table["lat"] = lat
        table["lon"] = [None if at is None else lon for at, lon in zip(lat, column(draw, size, lons[1:]), strict=True)]
    for table in (requests, teams):
        for name in draw(st.lists(st.sampled_from(sorted(table)), max_size=3, unique=True)):
            for gone in ("lat", "lon") if name in ("lat", "lon") else (name,):
                table.pop(gone, None)
    return {"id": [f"r{i}" for i in range(n)], **requests}, {"id": [f"t{i}" for i in range(m)], **teams}


def tables(columns):
    """Make tables of drawn columns."""
    requests, teams = columns
    with warnings.catch_warnings():  # a radius of 0, a skill that nobody has: all of it is meant
        warnings.simplefilter("ignore", TableWarning)
        return Requests(requests), Teams(teams)


def permuted(table, order):
    """Put the rows of a dict of columns into another order."""
    return {name: [values[i] for i in order] for name, values in table.items()}
