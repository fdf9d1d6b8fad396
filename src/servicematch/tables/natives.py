"""Dataframes at the door, through narwhals: pandas, polars, pyarrow, and Arrow capsules of anybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
from narwhals.exceptions import DuplicateError

from servicematch.tables.column import Column, from_objects, object_array
from servicematch.tables.output import KINDS
from servicematch.tables.report import refuse

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray

_ACCEPTED = "a pandas, polars or pyarrow table, a dict of columns, or a list of dicts or dataclasses"


def open_native(table: Any, name: str) -> tuple[str, list[Any], list[nw.Series[Any]], int]:
    """Open a dataframe: its kind, its column names as given, its columns, its number of rows.

    Raises
    ------
    TableError
        For a lazy frame, two columns of one name, or something that is no dataframe.
    """
    kind_name = f"{type(table).__module__.split('.')[0]} {type(table).__name__}".removeprefix("builtins ")
    try:
        frame = nw.from_native(table, eager_only=True)
    except DuplicateError:
        raise refuse(name, "columns", "different column names", "a column name twice", "rename one") from None
    except TypeError:
        if "Lazy" in type(table).__name__:
            raise refuse(name, "lazy", "a table in memory", f"a {kind_name}", "call .collect() first") from None
        return _open_capsule(table, name, kind_name)
    kind = str(frame.implementation)
    if kind not in KINDS:
        return _open_capsule(table, name, kind_name)
    return kind, list(frame.columns), list(frame.iter_columns()), len(frame)


def _open_capsule(table: Any, name: str, kind_name: str) -> tuple[str, list[Any], list[nw.Series[Any]], int]:
    """Read a foreign Arrow table through pyarrow, which also becomes the kind given back."""
    if not hasattr(table, "__arrow_c_stream__"):
        raise refuse(name, "type", _ACCEPTED, f"a {kind_name}")
    try:
        import pyarrow as pa  # noqa: PLC0415  only for those who bring Arrow capsules
    except ImportError:
        raise refuse(name, "type", _ACCEPTED, f"a {kind_name}", "install pyarrow to read it") from None
    return open_native(pa.table(table), name)


def read_series(values: Any, kind: str) -> Column | None:
    """Read a series of any dataframe library; None when it is none."""
    if isinstance(values, nw.Series):
        return _from_series(values, kind)
    series = nw.from_native(values, series_only=True, pass_through=True)
    return _from_series(series, str(series.implementation)) if isinstance(series, nw.Series) else None


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
