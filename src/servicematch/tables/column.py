"""One column of a table as it came: values beside a mask of its nulls, whatever kind of frame it came from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import AnyArray, BoolArray, IntArray, ObjectArray

_NULL_TYPES = {"NoneType", "NAType", "NaTType"}  # by name: pandas is not imported to look for its own nulls
_LISTS = (list, tuple, set, frozenset, np.ndarray)


@dataclass(frozen=True, slots=True)
class Column:
    """Values of one column in the caller's row order.

    Attributes
    ----------
    values
        One value a row; where ``lengths`` is given, the words of all rows one after another.
    null
        True where the row has no value; ``values`` holds a filler there (None in object arrays).
    aware
        True for time columns that know their zone: ``values`` are UTC then.
    zone
        The name of that zone, where the column has one.
    lengths
        Of a column of lists: how many words each row has (0 where it is null).
    kinds
        The types among the objects in ``values``, nulls apart; empty where these are no objects.
    """

    values: AnyArray
    null: BoolArray
    aware: bool = False
    zone: str | None = None
    lengths: IntArray | None = None
    kinds: frozenset[type] = frozenset()

    def __len__(self) -> int:
        return len(self.null)


def object_array(values: Sequence[Any]) -> ObjectArray:
    """Make a one-dimensional array of Python objects, also when the objects are lists of equal length.

    Examples
    --------
    >>> object_array([[1, 2], [3, 4]]).shape
    (2,)
    """
    return np.fromiter(values, dtype=object, count=len(values))


def is_list(value: Any) -> bool:
    """Tell whether a cell holds a list, as lists come: list, tuple, set, or array of one dimension.

    Examples
    --------
    >>> is_list(["a"]), is_list("a|b"), is_list(np.array(5))
    (True, False, False)
    """
    return isinstance(value, _LISTS) and not (isinstance(value, np.ndarray) and value.ndim != 1)


def null_mask(values: ObjectArray, kinds: set[type], *, nan_is_null: bool) -> BoolArray:
    """Find None, pandas' NA and NaT, NaT of numpy, and NaN where the source cannot tell NaN from null."""
    nulls = {kind for kind in kinds if kind.__name__ in _NULL_TYPES}
    odd: tuple[type, ...] = tuple(kind for kind in kinds if issubclass(kind, np.datetime64 | np.timedelta64))
    if nan_is_null:
        odd += tuple(kind for kind in kinds if issubclass(kind, float | np.floating))
    if odd:
        found = (type(v) in nulls or (isinstance(v, odd) and v != v) for v in values)  # noqa: PLR0124  NaN, NaT differ from themselves
    elif nulls:
        found = (type(v) in nulls for v in values)
    else:
        return np.zeros(len(values), dtype=bool)
    return np.fromiter(found, dtype=bool, count=len(values))


def from_objects(values: ObjectArray, *, nan_is_null: bool) -> Column:
    """Take an array of Python objects; a NaN beside values that are no numbers is a null in any case."""
    kinds = set(map(type, values.tolist()))
    numbers = all(issubclass(kind, int | float | np.number) or kind.__name__ in _NULL_TYPES for kind in kinds)
    null = null_mask(values, kinds, nan_is_null=nan_is_null or not numbers)
    if null.any():
        values = values.copy()
        values[null] = None
        kinds = set(map(type, values[~null].tolist()))
    if any(issubclass(kind, _LISTS) for kind in kinds):
        return _flattened(values, null, kinds)
    return Column(values, null, kinds=frozenset(kinds))


def without_nan(column: Column) -> Column:
    """Read NaN as null too, for columns that hold no numbers: there it says no more than None.

    Examples
    --------
    >>> without_nan(Column(np.array([np.nan]), np.array([False]))).null
    array([ True])
    """
    values = column.values
    if column.lengths is not None:
        return column
    if values.dtype.kind == "f":
        return replace(column, null=column.null | np.isnan(values))
    if any(issubclass(kind, float | np.floating) for kind in column.kinds):
        return from_objects(values, nan_is_null=True)
    return column


def _flattened(values: ObjectArray, null: BoolArray, kinds: set[type]) -> Column:
    """Lay a column of lists end to end; a text among the lists is cut at its bars; other cells stay a fault."""
    other = not all(issubclass(kind, (*_LISTS, str)) for kind in kinds)
    if other or (np.ndarray in kinds and not all(is_list(v) or isinstance(v, str | None) for v in values)):
        return Column(values, null, kinds=frozenset(kinds))
    if any(issubclass(kind, str) for kind in kinds):
        values = object_array([v.split("|") if isinstance(v, str) else v for v in values])
    rows = [() if v is None else v for v in values] if null.any() else values.tolist()
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    flat = list(chain.from_iterable(rows))
    return Column(object_array(flat), null, lengths=lengths, kinds=frozenset(map(type, flat)))


def from_numpy(values: AnyArray) -> Column:
    """Take a numpy array of one dimension; its NaN and NaT are nulls, for it has no other."""
    mask = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    values = np.asarray(values)
    if values.dtype.kind not in "biufM":
        column = from_objects(object_array(values.tolist()), nan_is_null=True)
    elif values.dtype.kind == "f":
        column = Column(values, np.isnan(values))
    elif values.dtype.kind == "M":
        column = Column(values, np.isnat(values))
    else:
        column = Column(values, np.zeros(len(values), dtype=bool))
    if mask is None or not mask.any():
        return column
    objects = object_array(values.tolist())
    objects[mask] = None
    return from_objects(objects, nan_is_null=True)
