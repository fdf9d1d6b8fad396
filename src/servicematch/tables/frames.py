"""Any table in, the same kind out: pandas, polars, pyarrow, Arrow capsules, dicts of columns, lists of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
from narwhals.exceptions import DuplicateError

from servicematch.tables.column import Column, from_numpy, from_objects, object_array
from servicematch.tables.output import KINDS, build
from servicematch.tables.report import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.base.arrays import AnyArray

__all__ = ["KINDS", "Frame", "build", "read_frame", "read_values"]

_ACCEPTED = "a pandas, polars or pyarrow table, a dict of columns, or a list of dicts or dataclasses"


@dataclass(frozen=True, slots=True)
class Frame:
    """A table at the door: its kind, its column names, and each column when it is asked for."""

    name: str
    kind: str
    n_rows: int
    columns: tuple[str, ...]
    source: Mapping[str, Any]

    def column(self, name: str) -> Column:
        """Read one column, nulls first."""
        return read_values(self.source[name], f"{self.name}.{name}", self.kind)


def read_frame(table: Any, name: str) -> Frame:
    """Open any accepted table without copying or changing it.

    Raises
    ------
    TableError
        For a lazy frame, for two columns of one name, for columns of different lengths, for a kind not known.

    Examples
    --------
    >>> frame = read_frame([{"id": 1, "units": 2}, {"id": 2}], "requests")
    >>> frame.kind, frame.n_rows, frame.columns
    ('dict', 2, ('id', 'units'))
    """
    if isinstance(table, Mapping):
        return _from_columns(table, name)
    if isinstance(table, Sequence) and not isinstance(table, str | bytes):
        return _from_records(table, name)
    return _from_native(table, name)


def _from_columns(table: Mapping[Any, Any], name: str) -> Frame:
    source: dict[str, Any] = {}
    for key, values in table.items():
        if isinstance(values, str | bytes | Mapping) or not hasattr(values, "__len__"):
            if isinstance(values, str | bytes | Mapping) or not hasattr(values, "__iter__"):
                got = f"a {type(values).__name__}"
                raise refuse(name, "type", "a list or an array of values", got, column=str(key))
            values = list(values)  # noqa: PLW2901  an iterator is read once, here
        source[str(key)] = values
    lengths = {key: len(values) for key, values in source.items()}
    if len(set(lengths.values())) > 1:
        got = ", ".join(f"{key} {length}" for key, length in lengths.items())
        raise refuse(name, "length", "columns of one length", got)
    n_rows = next(iter(lengths.values()), 0)
    return Frame(name, "dict", n_rows, _unique(list(source), len(table), name), source)


def _from_records(table: Sequence[Any], name: str) -> Frame:
    rows = [_record(row, name, position) for position, row in enumerate(table)]
    keys = dict.fromkeys(key for row in rows for key in row)
    source = {str(key): [row.get(key) for row in rows] for key in keys}
    return Frame(name, "dict", len(rows), _unique(list(source), len(keys), name), source)


def _record(row: Any, name: str, position: int) -> Mapping[Any, Any]:
    if isinstance(row, Mapping):
        return row
    if is_dataclass(row) and not isinstance(row, type):
        return {field.name: getattr(row, field.name) for field in fields(row)}
    raise refuse(name, "type", "a list of dicts or dataclasses", f"a {type(row).__name__} at row {position}")


def _unique(columns: list[str], n_given: int, name: str) -> tuple[str, ...]:
    if len(columns) < n_given:
        raise refuse(name, "columns", "different column names", "names that are equal as texts, such as 1 and '1'")
    return tuple(columns)


def _from_native(table: Any, name: str) -> Frame:
    kind_name = f"{type(table).__module__.split('.')[0]} {type(table).__name__}".removeprefix("builtins ")
    try:
        frame = nw.from_native(table, eager_only=True)
    except DuplicateError:
        raise refuse(name, "columns", "different column names", "a column name twice", "rename one") from None
    except TypeError:
        if "Lazy" in type(table).__name__:
            raise refuse(name, "lazy", "a table in memory", f"a {kind_name}", "call .collect() first") from None
        return _from_capsule(table, name, kind_name)
    kind = str(frame.implementation)
    if kind not in KINDS:
        return _from_capsule(table, name, kind_name)
    return _from_narwhals(frame, name, kind)


def _from_capsule(table: Any, name: str, kind_name: str) -> Frame:
    """Read a foreign Arrow table through pyarrow, which also becomes the kind given back."""
    if not hasattr(table, "__arrow_c_stream__"):
        raise refuse(name, "type", _ACCEPTED, f"a {kind_name}")
    try:
        import pyarrow as pa  # noqa: PLC0415  only for those who bring Arrow capsules
    except ImportError:
        raise refuse(name, "type", _ACCEPTED, f"a {kind_name}", "install pyarrow to read it") from None
    return _from_native(pa.table(table), name)


def _from_narwhals(frame: nw.DataFrame[Any], name: str, kind: str) -> Frame:
    given = list(frame.columns)
    columns = _unique([str(column) for column in dict.fromkeys(map(str, given))], len(given), name)
    source = dict(zip(columns, frame.iter_columns(), strict=True))  # frame[0] would be a row, not the column 0
    return Frame(name, kind, len(frame), columns, source)


def read_values(values: Any, where: str, kind: str) -> Column:
    """Read one column of any kind: a series, an array, a list."""
    if isinstance(values, nw.Series):
        return _from_series(values, kind)
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            table, column = where.split(".", 1)
            raise refuse(table, "type", "one value a row", f"an array of {values.ndim} dimensions", column=column)
        return from_numpy(values)
    if isinstance(values, list | tuple):
        return from_objects(object_array(values), nan_is_null=False)
    series = nw.from_native(values, series_only=True, pass_through=True)
    if isinstance(series, nw.Series):
        return _from_series(series, str(series.implementation))
    listed: Callable[[], list[Any]] | None = getattr(values, "to_pylist", None)
    return from_objects(object_array(list(values) if listed is None else listed()), nan_is_null=False)


def _from_series(series: nw.Series[Any], kind: str) -> Column:
    dtype = series.dtype
    null = np.array(series.is_null().to_numpy(), dtype=bool)
    if dtype.is_integer():
        return Column((series.fill_null(0) if null.any() else series).to_numpy(), null)
    if dtype.is_float():
        values = series.to_numpy()
        return Column(values, null | np.isnan(values) if kind == "pandas" else null)
    if isinstance(dtype, nw.Datetime | nw.Date):
        zone = getattr(dtype, "time_zone", None)
        return Column(series.to_numpy(), null, aware=zone is not None, zone=zone)
    if isinstance(dtype, nw.List) and kind in ("polars", "pyarrow"):
        return _from_lists(series, null, kind)
    if isinstance(dtype, nw.String | nw.Categorical | nw.Enum):
        return Column(_texts(series, null, kind), null, kinds=frozenset((str,)))
    return from_objects(object_array(series.to_list()), nan_is_null=kind == "pandas")


def _texts(series: nw.Series[Any], null: AnyArray, kind: str) -> AnyArray:
    # to_numpy of polars would make fixed-width texts: one long text times a million rows
    values = series.to_numpy() if kind == "pandas" else object_array(series.to_list())
    if values.dtype != object:
        values = object_array(series.to_list())
    if null.any():
        values = values.copy()
        values[null] = None
    return values


def _from_lists(series: nw.Series[Any], null: AnyArray, kind: str) -> Column:
    """Lay an Arrow column of lists end to end without making a Python list for each row."""
    native = series.to_native()
    if kind == "polars":
        lengths = np.array(series.list.len().fill_null(0).to_numpy(), dtype=np.int64)
        words = native.filter(native.list.len() > 0).explode().to_list()
    else:
        import pyarrow.compute as pc  # noqa: PLC0415  it is there: the series is its own

        lengths = np.array(series.list.len().fill_null(0).to_numpy(), dtype=np.int64)
        words = pc.list_flatten(native).to_pylist()
    return Column(object_array(words), null, lengths=lengths, kinds=frozenset(map(type, words)))
