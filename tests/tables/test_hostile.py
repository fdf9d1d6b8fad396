"""Whatever comes in, the answer is a table or a TableError, never another exception."""

import datetime as dt
import math
import warnings
from decimal import Decimal
from uuid import UUID

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicematch.base.errors import TableError, TableWarning
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

CELLS = st.sampled_from(
    [
        None,
        float("nan"),
        math.inf,
        -0.0,
        0,
        1,
        -1,
        2.5,
        True,
        10**9,
        2**63,
        2**64,
        10**400,
        1e300,
        "",
        "a",
        "a|b",
        "001",
        "=1+1",
        "😀",
        "\ud800",
        "2026-06-02T09:00:00+08:00",
        "2026-06-02",
        b"a",
        [],
        ["a"],
        ["a", None],
        [1],
        [["a"]],
        ("b", "a"),
        {"a"},
        {},
        {"a": 1},
        Decimal("1.5"),
        Decimal("NaN"),
        1j,
        object,
        UUID(int=7),
        np.int8(3),
        np.uint64(2**64 - 1),
        np.float32("nan"),
        np.bool_(True),  # noqa: FBT003
        np.str_("x"),
        np.array(["a", "b"]),
        np.array(5),
        np.datetime64("2026-06-02"),
        np.datetime64("NaT"),
        np.timedelta64(5, "s"),
        pd.NA,
        pd.NaT,
        pd.Timestamp("2026-06-02"),
        pd.Timestamp("2026-06-02", tz="UTC"),
        dt.date(2026, 6, 2),
        dt.datetime(1, 1, 1, tzinfo=dt.UTC),
        dt.datetime(9999, 12, 31, 23, 59),  # noqa: DTZ001
        dt.timedelta(1),
        dt.time(9),
    ]
)


def read(kind, table, **options):
    """Read a table by both doors, which must agree; give it, or None where it is refused."""
    report = kind.check(table, **options)
    assert len(str(report)) < 100_000
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        if report.ok:
            return kind(table, **options)
        with pytest.raises(TableError):
            kind(table, **options)
    return None


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in (Requests, Teams) for name in ("id", *kind.COLUMNS, "other")]
)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_cells_make_a_table_or_a_table_error(kind, name, data):
    """One odd cell of an import must not end in a traceback from the depths."""
    cells = data.draw(st.lists(CELLS, min_size=1, max_size=4))
    table = {"id": list(range(len(cells))), name: cells}
    if name in ("lat", "lon"):
        table["lon" if name == "lat" else "lat"] = [1.0] * len(cells)
    held = read(kind, table, tz="Asia/Shanghai")
    if held is not None:
        assert held.ids.tolist() == sorted(held.ids.tolist())
        assert len(held.fingerprint) == 64
        held.to("dict")
    objects = np.empty(len(cells), dtype=object)
    for row, cell in enumerate(cells):
        objects[row] = cell
    read(kind, pd.DataFrame({**table, name: pd.Series(objects, dtype=object)}), tz="Asia/Shanghai")


DTYPES = [
    pl.Null,
    pl.Boolean,
    pl.Int8,
    pl.UInt64,
    pl.Float32,
    pl.Decimal(10, 2),
    pl.Date,
    pl.Datetime("ns", "UTC"),
    pl.Duration,
    pl.Time,
    pl.String,
    pl.Categorical,
    pl.Binary,
    pl.List(pl.String),
    pl.List(pl.Int64),
    pl.List(pl.List(pl.String)),
    pl.Array(pl.String, 2),
    pl.Struct({"a": pl.Int64}),
    pl.Object,
]


@pytest.mark.parametrize("kind", [Requests, Teams])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_any_type_of_a_frame_makes_a_table_or_a_table_error(kind, dtype):
    """Columns of nulls of every type, in every known column, through polars and pyarrow."""
    for name in ("id", *kind.COLUMNS, "other"):
        empty = pl.DataFrame({"id": [1, 2], name: pl.Series([None, None], dtype=dtype)})
        frames = [empty, empty.head(0)] if dtype == pl.Object else [empty, empty.head(0), empty.to_arrow()]
        for frame in frames:
            if name in ("lat", "lon"):
                continue
            held = read(kind, frame, tz="Asia/Shanghai")
            assert name == "id" or held is not None or dtype == pl.Struct({"a": pl.Int64})
