"""Any table in, the same kind out: pandas, polars, pyarrow, Arrow capsules, dicts of columns, lists of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.tables.column import Column, from_numpy, from_objects, object_array
from servicematch.tables.output import KINDS, build
from servicematch.tables.report import column_shown, refuse

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KINDS", "Frame", "build", "read_frame", "read_values"]


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

    def dtype(self, name: str) -> Any:
        """Return the caller's own dtype of a column, None where it is a list or an array of objects."""
        values = self.source[name]
        if isinstance(values, np.ndarray):
            return values.dtype if values.dtype.kind in "iu" else None
        native = values.to_native() if hasattr(values, "to_native") else values
        return getattr(native, "type", getattr(native, "dtype", None))


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
                hint = "for a single row, put its dict in a list: [{...}]"
                raise refuse(name, "type", "a list or an array of values", got, hint, column=column_shown(str(key)))
            values = list(values)  # noqa: PLW2901  an iterator is read once, here
        source[str(key)] = values
    lengths = {key: len(values) for key, values in source.items()}
    if len(set(lengths.values())) > 1:
        got = ", ".join(f"{column_shown(key)} {length}" for key, length in lengths.items())
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
    from servicematch.tables.natives import open_native  # noqa: PLC0415 - narwhals, only where a frame is given

    kind, given, series, n_rows = open_native(table, name)
    columns = _unique([str(column) for column in dict.fromkeys(map(str, given))], len(given), name)
    return Frame(name, kind, n_rows, columns, dict(zip(columns, series, strict=True)))


def read_values(values: Any, where: str, kind: str) -> Column:
    """Read one column of any kind: a series, an array, a list."""
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            table, column = where.split(".", 1)
            raise refuse(table, "type", "one value a row", f"an array of {values.ndim} dimensions", column=column)
        return from_numpy(values)
    if isinstance(values, list | tuple):
        return from_objects(object_array(values), nan_is_null=False)
    from servicematch.tables.natives import read_series  # noqa: PLC0415 - narwhals, only where a series is given

    read = read_series(values, kind)
    if read is not None:
        return read
    listed: Callable[[], list[Any]] | None = getattr(values, "to_pylist", None)
    return from_objects(object_array(list(values) if listed is None else listed()), nan_is_null=False)
