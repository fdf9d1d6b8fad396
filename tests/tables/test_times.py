"""Times: zones, summer time, nulls, texts."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicematch.base.errors import TableError
from servicematch.tables.requests import Requests
from servicematch.tables.times import MISSING_TIME, wall_to_utc

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 6, 2, 9, tzinfo=SHANGHAI)
NINE_S = int(NINE.timestamp())
WALL = datetime(2026, 6, 2, 9)  # noqa: DTZ001  a wall clock


def read(values, tz=None):
    """Read a column of times to seconds of UTC."""
    return Requests({"id": list(range(len(values))), "placed_at": values}, tz=tz).placed_at.tolist()


AWARE = {
    "datetimes": [NINE, None],
    "other zone": [NINE.astimezone(UTC), None],
    "fixed offset": [NINE.astimezone(timezone(timedelta(hours=8))), None],
    "texts": ["2026-06-02T09:00:00+08:00", None],
    "texts in Z": ["2026-06-02 01:00Z", None],
    "parts of a second": ["2026-06-02T01:00:00.999Z", None],
    "pandas stamps": [pd.Timestamp(NINE), pd.NaT],
    "pandas": pd.Series([NINE, None]),
    "pandas ns": pd.Series(pd.DatetimeIndex([NINE, None]).as_unit("ns")),
    "polars": pl.Series([NINE, None]),
    "polars ms": pl.Series([NINE, None]).dt.cast_time_unit("ms"),
    "pyarrow": pa.chunked_array([pa.array([NINE, None], type=pa.timestamp("s", tz="Asia/Shanghai"))]),
}
NAIVE = {
    "datetimes": [WALL, None],
    "texts": ["2026-06-02T09:00:00", None],
    "short texts": ["2026-06-02 09:00", None],
    "numpy": np.array(["2026-06-02T09:00", "NaT"], dtype="datetime64[m]"),
    "numpy scalars": [np.datetime64("2026-06-02T09:00"), np.datetime64("NaT")],
    "pandas": pd.Series([WALL, None]),
    "polars": pl.Series([WALL, None]),
    "pyarrow": pa.chunked_array([pa.array([WALL, None], type=pa.timestamp("us"))]),
}


@pytest.mark.parametrize("name", AWARE)
@pytest.mark.parametrize("tz", [None, "America/New_York"])
def test_time_with_a_zone_is_that_moment_whatever_tz_says(name, tz):
    """The parameter tz is for times that do not say it themselves."""
    assert read(AWARE[name], tz) == [NINE_S, MISSING_TIME]


@pytest.mark.parametrize("name", NAIVE)
def test_time_without_a_zone_is_read_in_tz(name):
    """Nine o'clock in Ordos is one o'clock of UTC."""
    assert read(NAIVE[name], "Asia/Shanghai") == [NINE_S, MISSING_TIME]


@pytest.mark.parametrize("name", NAIVE)
def test_time_without_a_zone_is_refused_without_tz(name):
    """Guessing would move a whole table by eight hours."""
    with pytest.raises(TableError, match=r"placed_at: expected times with a zone.*at row 0 .*1 of 2 rows.*tz="):
        read(NAIVE[name])


@pytest.mark.parametrize("day", [date(2026, 6, 2), "2026-06-02", np.datetime64("2026-06-02")])
def test_day_without_a_time_is_its_midnight(day):
    """A date column is a wall clock too."""
    assert read([day], "Asia/Shanghai") == [NINE_S - 9 * 3600]


def test_dates_of_frames_are_midnights():
    """Both polars and pyarrow have a type for days."""
    for frame in (pl.DataFrame, pa.table):
        table = frame({"id": [1], "placed_at": [date(2026, 6, 2)]})
        assert Requests(table, tz="Asia/Shanghai").placed_at.tolist() == [NINE_S - 9 * 3600]


@pytest.mark.parametrize(
    "bad", ["01/02/2026", "tomorrow", "2026-13-01T00:00Z", "", "now", 1780362000, 1.5, True, ["2026-06-02"], "NaT"]
)
def test_what_is_no_iso_time_is_refused_and_not_shown(bad):
    """01/02/2026 is February in one office and January in the other."""
    with pytest.raises(TableError) as caught:
        read([bad, None], "UTC")
    (fault,) = caught.value.faults
    assert (fault.column, fault.rule, fault.count) == ("placed_at", "type", 1)
    assert not isinstance(bad, str) or len(bad) < 4 or bad not in str(fault)


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T03:00", "2026-03-29T01:00"),
        ("2026-10-25T01:59", "2026-10-24T23:59"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),
        ("2026-10-25T03:00", "2026-10-25T02:00"),
    ],
)
def test_summer_time_is_followed_to_the_minute(wall, utc):
    """In Berlin one hour is missing in March, and one comes twice in October, where the first is meant."""
    expected = int(datetime.fromisoformat(utc + "Z").timestamp())
    assert read([wall], "Europe/Berlin") == [expected]
    assert read(np.array([wall], dtype="datetime64[s]"), "Europe/Berlin") == [expected]


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2037, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"]),
)
def test_whole_columns_are_read_as_single_times_are(moment, name):
    """The fast road for arrays must agree with zoneinfo everywhere."""
    wall = np.array([np.datetime64(moment, "s")]).view(np.int64)
    expected = moment.replace(tzinfo=ZoneInfo(name), microsecond=0).timestamp()
    assert wall_to_utc(wall, ZoneInfo(name)).tolist() == [expected]


def test_years_beyond_the_calendar_do_not_break_a_column():
    """A typing slip such as the year 20260 must not end in an OverflowError."""
    far = np.array(["20260-06-02T09:00"], dtype="datetime64[s]")
    assert len(read(far, "Asia/Shanghai")) == 1
    assert len(read([datetime(9999, 12, 31, 23, tzinfo=SHANGHAI), datetime(1, 1, 1, tzinfo=UTC)])) == 2


def test_latest_before_earliest_is_refused_with_the_difference():
    """A window that ends before it begins can hold nobody."""
    table = {"id": ["a", "b"], "earliest": [NINE, NINE], "latest": [NINE, NINE - timedelta(hours=1)]}
    with pytest.raises(TableError, match=r"requests\.latest: .*got 3600 s before it at row 1 \(id 'b'\), 1 of 2 rows"):
        Requests(table)


def test_open_windows_are_legal():
    """A null on either side means no bound there."""
    table = {"id": [1, 2, 3], "earliest": [NINE, None, NINE], "latest": [None, NINE, NINE]}
    assert len(Requests(table)) == 3


def test_unknown_zone_is_refused_by_name():
    """'Asia/Ordos' does not exist."""
    with pytest.raises(TableError, match="expected the name of a time zone, got 'Asia/Ordos'"):
        Requests({"id": [1]}, tz="Asia/Ordos")


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "dict"])
def test_times_come_back_in_the_callers_zone(kind):
    """Whoever brings Shanghai times gets Shanghai times, without saying so again."""
    requests = Requests({"id": [2, 1], "placed_at": [NINE, None]})
    assert requests.tz == "Asia/Shanghai"
    back = requests.to(kind)["placed_at"]
    values = back.to_pylist() if kind == "pyarrow" else list(back)
    assert values[0].isoformat() == "2026-06-02T09:00:00+08:00"
    assert values[1] is None or values[1] is pd.NaT


def test_mixed_zones_come_back_in_utc():
    """Two zones in one table: neither is the caller's."""
    requests = Requests({"id": [1, 2], "placed_at": [NINE, datetime(2026, 6, 2, tzinfo=ZoneInfo("Europe/Berlin"))]})
    assert requests.tz is None
    assert requests.to("dict")["placed_at"][0].utcoffset() == timedelta(0)
