"""Frames out: columns of numpy become a frame of the kind that the caller uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.tables.report import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from servicematch.base.arrays import AnyArray

KINDS = ("pandas", "polars", "pyarrow", "dict")
"""The kinds of table that can be given back."""


def build(
    columns: Mapping[str, AnyArray], kind: str, *, tz: str | None = None, dtypes: Mapping[str, Any] | None = None
) -> Any:
    """Build a frame of the given kind; ``"dict"`` gives a dict of arrays.

    Parameters
    ----------
    columns
        Arrays of one length. Object arrays hold texts, lists or anything, None for null; NaN is null where the
        frame has nulls; ``datetime64`` is UTC.
    kind
        One of ``KINDS``.
    tz
        The zone in which times are given, UTC without one; in a dict, times are datetime objects.
    dtypes
        Dtypes of this kind of frame that some columns shall have, such as that of the caller's ids; None for any.

    Raises
    ------
    TableError
        If the kind is not known, its library is not installed, or it cannot hold a column.

    Examples
    --------
    >>> build({"id": np.array([1, 2])}, "dict")
    {'id': array([1, 2])}
    """
    if kind not in KINDS:
        raise refuse("table", "kind", f"one of {', '.join(KINDS)}", repr(kind)[:80])
    try:
        frame = _BUILDERS[kind](columns, tz or "UTC")
    except ImportError:
        raise refuse("table", "kind", "an installed library", f"no {kind}", f"pip install {kind}") from None
    for name, dtype in (dtypes or {}).items():
        if dtype is not None and name in columns:
            frame = _CASTS[kind](frame, name, dtype)
    return frame


def _to_dict(columns: Mapping[str, AnyArray], tz: str) -> Any:
    from servicematch.tables.times import MISSING_TIME, read_zone, zone_datetimes  # noqa: PLC0415

    def times(values: AnyArray) -> AnyArray:
        seconds = values.astype("datetime64[s]").view(np.int64)
        assert np.iinfo(np.int64).min == MISSING_TIME  # NaT and a missing time are the same number
        return zone_datetimes(seconds, read_zone(tz))

    return {name: times(values) if values.dtype.kind == "M" else values.copy() for name, values in columns.items()}


def _to_pandas(columns: Mapping[str, AnyArray], tz: str) -> Any:
    import pandas as pd  # noqa: PLC0415  only for those who use it

    def series(values: AnyArray) -> Any:
        if values.dtype.kind == "M":
            return pd.Series(values).dt.tz_localize("UTC").dt.tz_convert(tz)
        try:
            made = pd.Series(values.copy())
            return made.infer_objects() if values.dtype == object else made
        except UnicodeEncodeError:  # a lone surrogate; pandas can still hold it as an object
            return pd.Series(values.copy(), dtype=object)

    return pd.DataFrame({name: series(values) for name, values in columns.items()})


def _to_polars(columns: Mapping[str, AnyArray], tz: str) -> Any:
    import polars as pl  # noqa: PLC0415  only for those who use it

    def series(name: str, values: AnyArray) -> Any:
        if values.dtype.kind == "M":
            utc = pl.Series(values.astype("datetime64[ms]")).dt.replace_time_zone("UTC")
            return utc.dt.convert_time_zone(tz)
        if values.dtype != object:
            return pl.Series(values.copy(), nan_to_null=True)
        try:
            return pl.Series(values.tolist())
        except UnicodeEncodeError:
            raise _no_unicode(name, "polars") from None
        except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
            return pl.Series(values.tolist(), dtype=pl.Object)

    return pl.DataFrame({name: series(name, values) for name, values in columns.items()})


def _to_pyarrow(columns: Mapping[str, AnyArray], tz: str) -> Any:
    import pyarrow as pa  # noqa: PLC0415  only for those who use it

    def array(name: str, values: AnyArray) -> Any:
        if values.dtype.kind == "M":
            return pa.array(values.astype("datetime64[s]"), type=pa.timestamp("s", tz=tz))
        try:
            return pa.array(values.tolist()) if values.dtype == object else pa.array(values.copy(), from_pandas=True)
        except UnicodeEncodeError:
            raise _no_unicode(name, "pyarrow") from None
        except (pa.ArrowException, OverflowError, TypeError):
            raise refuse(
                "table", "kind", "values of one type", "values that pyarrow cannot hold", column=name
            ) from None

    return pa.table({name: array(name, values) for name, values in columns.items()})


def _no_unicode(column: str, kind: str) -> Exception:
    hint = 'ask for "pandas" or "dict"'
    return refuse(
        "table", "unicode", f"texts that {kind} can hold", "a text with half a character", hint, column=column
    )


_BUILDERS: Mapping[str, Callable[[Mapping[str, AnyArray], str], Any]] = {
    "dict": _to_dict,
    "pandas": _to_pandas,
    "polars": _to_polars,
    "pyarrow": _to_pyarrow,
}


def _cast_dict(frame: dict[str, Any], name: str, dtype: Any) -> Any:
    return {**frame, name: frame[name].astype(dtype)}


def _cast_pandas(frame: Any, name: str, dtype: Any) -> Any:
    return frame.astype({name: dtype})


def _cast_polars(frame: Any, name: str, dtype: Any) -> Any:
    return frame.with_columns(frame[name].cast(dtype))


def _cast_pyarrow(frame: Any, name: str, dtype: Any) -> Any:
    at = frame.column_names.index(name)
    return frame.set_column(at, name, frame[name].cast(dtype))


_CASTS: Mapping[str, Callable[[Any, str, Any], Any]] = {
    "dict": _cast_dict,
    "pandas": _cast_pandas,
    "polars": _cast_polars,
    "pyarrow": _cast_pyarrow,
}
