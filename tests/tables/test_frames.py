"""Any table in, the same kind out."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from servicematch.base.errors import TableError
from servicematch.tables.frames import KINDS, build, read_frame
from servicematch.tables.requests import Requests

ROWS = [
    {"id": "b", "need": "教练", "skills": ["yoga", "dance"], "units": 2, "lat": 39.5, "lon": 110.0, "phone": "1"},
    {"id": "001", "need": None, "skills": [], "units": 1, "lat": None, "lon": None, "phone": None},
    {"id": "a", "need": "x", "skills": None, "units": 3, "lat": -1.5, "lon": 8.0, "phone": "3"},
]
COLUMNS = {name: [row[name] for row in ROWS] for name in ROWS[0]}


@dataclass
class Row:
    """A request as an app may hold it."""

    id: str
    need: str | None
    skills: list | None
    units: int
    lat: float | None
    lon: float | None
    phone: str | None


class Capsule:
    """A foreign table that only speaks Arrow's stream protocol."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


TABLES = {
    "pandas": pd.DataFrame(COLUMNS),
    "pandas of objects": pd.DataFrame(COLUMNS, dtype=object),
    "pandas with nullable types": pd.DataFrame(COLUMNS).convert_dtypes(),
    "pandas of arrow": pa.table(COLUMNS).to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.DataFrame(COLUMNS),
    "pyarrow": pa.table(COLUMNS),
    "capsule": Capsule(pa.table(COLUMNS)),
    "dict of lists": COLUMNS,
    "dict of arrays": {name: np.fromiter(values, object) for name, values in COLUMNS.items()},
    "dict of pandas": dict(pd.DataFrame(COLUMNS).items()),
    "dict of polars": {column.name: column for column in pl.DataFrame(COLUMNS)},
    "dict of arrow": {name: pa.array(values) for name, values in COLUMNS.items()},
    "dict of chunks": {name: pa.chunked_array([values]) for name, values in COLUMNS.items()},
    "dict of iterators": {name: (value for value in values) for name, values in COLUMNS.items()},
    "list of dicts": ROWS,
    "list of dataclasses": [Row(**row) for row in ROWS],
    "tuple of dicts": tuple(ROWS),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_kind_of_table_reads_alike(name):
    """The same rows mean the same, whatever they come in."""
    requests = Requests(dict(TABLES[name]) if name == "dict of iterators" else TABLES[name])
    assert requests.ids.tolist() == ["001", "a", "b"]
    assert requests.position.tolist() == [1, 2, 0]
    assert requests.need.tolist() == [None, "x", "教练"]
    assert [requests.skills.of(i) for i in range(3)] == [(), (), ("dance", "yoga")]
    assert requests.units.tolist() == [1, 3, 2]
    np.testing.assert_array_equal(requests.lat, [np.nan, -1.5, 39.5])
    assert requests.extra["phone"].tolist() == [None, "3", "1"]
    assert requests.fingerprint == Requests(ROWS).fingerprint


@pytest.mark.parametrize("name", ["pandas", "polars", "pyarrow", "dict of lists"])
@pytest.mark.parametrize("kind", KINDS)
def test_frame_given_back_reads_as_the_same_table(name, kind):
    """Out and in again loses nothing, and keeps the caller's order of rows."""
    requests = Requests(TABLES[name])
    again = Requests(requests.to(kind))
    assert again.fingerprint == requests.fingerprint
    assert again.kind == kind
    assert again.position.tolist() == requests.position.tolist()
    assert again.extra["phone"].tolist() == requests.extra["phone"].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_kind_in_is_kind_out(kind):
    """A polars user gets polars."""
    requests = Requests(TABLES["dict of lists" if kind == "dict" else kind])
    assert type(requests.to()).__module__.split(".")[0] == {"dict": "builtins"}.get(kind, kind)


def test_two_columns_of_one_name_are_refused():
    """Which one is meant cannot be known."""
    with pytest.raises(TableError, match="a column name twice"):
        read_frame(pd.DataFrame([[1, 2]], columns=["id", "id"]), "requests")
    with pytest.raises(TableError, match="twice"):
        read_frame(pa.table([[1], [2]], names=["id", "id"]), "requests")
    with pytest.raises(TableError, match="different column names"):
        read_frame({1: [1], "1": [2]}, "requests")


def test_lazy_frame_is_told_to_collect():
    """A lazy frame has no rows yet."""
    with pytest.raises(TableError, match=r"requests: expected a table in memory.*call \.collect\(\) first"):
        Requests(pl.LazyFrame(COLUMNS))


def test_columns_may_have_any_name():
    """A column 'collect' makes no lazy frame, and pandas counts columns when nobody names them."""
    frame = pd.DataFrame({"id": [1, 2], "collect": [3, 4], 0: [5, 6]})
    extra = Requests(frame).extra
    assert extra["collect"].tolist() == [3, 4]
    assert extra["0"].tolist() == [5, 6]


def test_columns_of_different_lengths_are_named():
    """Silent cutting or broadcasting would move ids to other rows."""
    with pytest.raises(TableError, match="columns of one length, got id 2, units 1"):
        Requests({"id": [1, 2], "units": [1]})


@pytest.mark.parametrize("table", [5, "a.csv", None, np.zeros((2, 2)), [1, 2], {"id": "ab"}, {"id": 5}, {1, 2}])
def test_what_is_no_table_is_refused_with_its_type(table):
    """The message says what would be accepted."""
    with pytest.raises(TableError, match=r"expected (a |one value)"):
        Requests(table)


def test_array_of_two_dimensions_is_no_column():
    """An array of shape (n, 1) is a common slip."""
    with pytest.raises(TableError, match=r"requests\.id: expected one value a row, got an array of 2 dimensions"):
        Requests({"id": np.zeros((2, 1), dtype=int)})


@pytest.mark.parametrize("table", [pd.DataFrame(), pl.DataFrame(), pa.table({}), {}, [], {"id": []}])
def test_empty_table_is_legal(table):
    """A day without requests has an empty plan, not an error."""
    requests = Requests(table)
    assert len(requests) == 0
    assert len(requests.units) == 0
    assert len(requests.fingerprint) == 64
    assert len(requests.to("polars")) == 0


def test_empty_columns_of_a_typed_frame_are_legal():
    """A filter may leave no row."""
    requests = Requests(pl.DataFrame(COLUMNS).filter(pl.col("id") == "nobody"))
    assert len(requests) == 0
    assert len(requests.skills) == 0


@pytest.mark.parametrize("table", [pd.DataFrame(COLUMNS), pl.DataFrame(COLUMNS), pa.table(COLUMNS)])
def test_input_is_never_changed_and_shares_nothing(table):
    """The caller's frame is his; ours does not move when he writes into it."""
    requests = Requests(table)
    requests.to()
    before = Requests(table).fingerprint
    if isinstance(table, pd.DataFrame):
        pd.testing.assert_frame_equal(table, pd.DataFrame(COLUMNS))
        table.loc[0, "lat"] = 1.0
    assert requests.fingerprint == before


def test_arrays_of_a_dict_are_never_changed():
    """Read-only arrays work, and writing into the caller's own later moves nothing of ours."""
    lat, units = np.array([1.0, np.nan]), np.array([1, 2])
    lat.flags.writeable = False
    requests = Requests({"id": [1, 2], "lat": lat, "lon": lat, "units": units})
    units[0] = 99
    assert requests.units.tolist() == [1, 2]
    assert np.isnan(lat[1])
    assert requests.to("dict")["units"].flags.writeable


def test_lists_of_a_dict_are_never_changed():
    """Nulls and bars are read without touching the caller's lists."""
    skills = [["b", "a"], "c|d", None]
    Requests({"id": [1, 2, 3], "skills": skills})
    assert skills == [["b", "a"], "c|d", None]


def test_masked_array_reads_its_mask_as_null():
    """A mask is numpy's own null."""
    hours = np.ma.MaskedArray([1, 2], mask=[False, True])
    np.testing.assert_array_equal(Requests({"id": [1, 2], "hours": hours}).hours, [1.0, np.nan])


def test_categories_of_a_frame_read_as_texts():
    """Dictionary columns are only another way to hold texts."""
    for table in (
        pd.DataFrame({"id": [1, 2], "category": pd.Categorical(["x", None])}),
        pl.DataFrame({"id": [1, 2], "category": ["x", None]}, schema_overrides={"category": pl.Categorical}),
        pa.table({"id": [1, 2], "category": pa.array(["x", None]).dictionary_encode()}),
    ):
        assert Requests(table).category.tolist() == ["x", None]


def test_unknown_columns_keep_their_values_and_nulls():
    """Contact columns come back in worklists."""
    moment = datetime(2026, 6, 2, tzinfo=UTC)
    table = {"id": [2, 1], "n": [None, 5], "ok": [True, None], "when": [moment, None], "tags": [["x"], None]}
    for source in (table, pl.DataFrame(table), pa.table(table)):
        extra = Requests(source).extra
        assert extra["n"].tolist() == [5, None]
        assert extra["ok"].tolist() == [None, True]
        assert extra["tags"].tolist() == [None, ["x"]]
        assert Requests(source).to("dict")["when"].tolist() == [moment, None]


def test_wall_times_of_an_unknown_column_stay_wall_times():
    """Nobody said which zone they are in, so nobody may move them."""
    wall = datetime(2026, 6, 2, 9)  # noqa: DTZ001
    for source in (pd.DataFrame, pl.DataFrame, pa.table):
        requests = Requests(source({"id": [1, 2], "when": [wall, None]}), tz="Asia/Shanghai")
        assert requests.to("dict")["when"].tolist() == [wall, None]
        assert requests.to("polars")["when"].to_list() == [wall, None]
        assert requests.to("pandas")["when"].dtype.kind == "M"


@pytest.mark.parametrize("kind", KINDS)
def test_build_makes_columns_the_caller_may_write(kind):
    """A frame given back is the caller's own."""
    values = np.array([1.0, np.nan])
    values.flags.writeable = False
    frame = build({"id": np.array([1, 2]), "x": values, "t": np.array(["a", None], dtype=object)}, kind)
    if kind == "pandas":
        frame.loc[0, "x"] = 5.0
    elif kind == "dict":
        frame["x"][0] = 5.0
    assert values[0] == 1.0
    assert len(frame["id"]) == 2


def test_nan_goes_out_as_null_where_the_frame_has_nulls():
    """NaN means missing with us, and null means missing with them."""
    columns = {"x": np.array([1.0, np.nan])}
    assert build(columns, "polars")["x"].null_count() == 1
    assert build(columns, "pyarrow")["x"].null_count == 1


def test_unknown_kind_and_half_characters_are_refused_by_name():
    """Only pandas can hold half a character; Arrow cannot."""
    with pytest.raises(TableError, match="one of pandas, polars, pyarrow, dict"):
        build({}, "excel")
    half = {"need": np.array(["\ud800"], dtype=object)}
    assert build(half, "pandas")["need"].tolist() == ["\ud800"]
    for kind in ("polars", "pyarrow"):
        with pytest.raises(TableError, match=r"table\.need: .*half a character.*ask for"):
            build(half, kind)
