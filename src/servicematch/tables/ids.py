"""Ids: texts, whole numbers or UUIDs, one kind a column, each once; the canonical order is theirs."""

from __future__ import annotations

from bisect import bisect_left
from difflib import get_close_matches
from itertools import pairwise
from operator import lt
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from servicematch.tables.column import without_nan
from servicematch.tables.report import described

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, IntArray, ObjectArray
    from servicematch.tables.column import Column
    from servicematch.tables.report import Inspection

_EXPECTED = "texts, whole numbers or UUIDs, one kind in a column"
_LONGEST_FIXED = 64
_FEW = 5_000
_AROUND = 300


def kind_of(value: Any) -> str:
    """Name the kind of one id: ``"str"``, ``"int"``, ``"UUID"``, or ``""`` where it cannot be an id.

    Examples
    --------
    >>> kind_of("001"), kind_of(7), kind_of(True), kind_of(1.0)
    ('str', 'int', '', '')
    """
    kind = _kind_of_type(type(value))
    return "" if kind == "int" and not -(2**63) <= int(value) < 2**63 else kind


def read_ids(column: Column, name: str, inspection: Inspection) -> tuple[AnyArray, IntArray]:
    """Read the id column and its canonical order; note what is missing, mixed, wrong or doubled.

    The ids are int64, or objects that are all str or all UUID.
    """
    column = without_nan(column)
    null = column.null
    hint = "whole numbers beside empty cells come as floats: fill the cells" if _are_floats(column) else ""
    inspection.ids = lambda row: _plain(column.values[row]) if column.lengths is None and not null[row] else None
    inspection.rows(name, "missing", "an id in every row", null, lambda _: "nothing", hint=hint)
    if column.values.dtype.kind in "iu" and column.lengths is None and column.values.max(initial=0) < 2**63:
        ids: AnyArray = column.values.astype(np.int64)
    else:
        ids = _one_kind(column, name, inspection, required=True)
    if null.any() or len(ids) < len(column):
        if len(ids) == len(column):
            _note_doubles(ids, null, name, inspection)
        return ids, np.arange(len(ids), dtype=np.int64)
    order, is_unique = canonical_order(ids)
    if not is_unique:
        _note_doubles(ids, null, name, inspection)
    return ids, order


def read_references(column: Column, name: str, inspection: Inspection) -> ObjectArray:
    """Read ids of another table, None where there is none; whole floats beside nulls are the ints they were."""
    if column.null.any() and _are_whole(column):
        ints = np.where(column.null, 0, column.values).astype(np.int64).astype(object)
        ints[column.null] = None
        return ints
    ids = _one_kind(column, name, inspection, required=False).astype(object)
    if len(ids) < len(column):  # refused, or nothing but nulls
        return np.full(len(column), None, dtype=object)
    ids[column.null] = None
    return ids


def _one_kind(column: Column, name: str, inspection: Inspection, *, required: bool) -> AnyArray:
    """Check that all ids present are of one kind; empty when they are not."""
    if column.lengths is not None:
        inspection.rows(name, "type", _EXPECTED, ~column.null, lambda _: "a list")
        return np.zeros(0, dtype=object)
    values, present = column.values.astype(object), ~column.null
    kinds = {kind: _kind_of_type(kind) for kind in column.kinds or set(map(type, values[present]))}
    bad = _bad_rows(column, values, kinds)
    if bad.any():
        if not (required and column.null.any() and _are_whole(column)):
            inspection.rows(name, "type", _EXPECTED, bad, lambda row: described(column.values[row]))
        return np.zeros(0, dtype=object)
    named = sorted(set(kinds.values()))
    if len(named) > 1:
        first = kinds[type(values[present.argmax()])]
        other = present & np.fromiter((kinds.get(type(v)) != first for v in values), dtype=bool, count=len(values))
        got = f"{' beside '.join(named)}"
        inspection.rows(name, "mixed", _EXPECTED, other, lambda _: got, hint="write all ids as texts")
        return np.zeros(0, dtype=object)
    if named == ["int"] and required and present.all():
        return values.astype(np.int64)
    return _plain_objects(values, kinds)


def _kind_of_type(kind: type) -> str:
    if issubclass(kind, str):
        return "str"
    if issubclass(kind, int | np.integer) and not issubclass(kind, bool | np.timedelta64):
        return "int"
    return "UUID" if issubclass(kind, UUID) else ""


def _bad_rows(column: Column, values: ObjectArray, kinds: dict[type, str]) -> BoolArray:
    if all(kind == "str" for kind in kinds.values()):
        return np.zeros(len(values), dtype=bool)
    good = (null or kind_of(value) != "" for value, null in zip(values, column.null, strict=True))
    return ~np.fromiter(good, dtype=bool, count=len(values))


def _are_floats(column: Column) -> bool:
    if column.lengths is not None:
        return False
    kinds = column.kinds
    return column.values.dtype.kind == "f" or (bool(kinds) and all(issubclass(k, float | np.floating) for k in kinds))


def _are_whole(column: Column) -> bool:
    """Tell whether these are floats that may have been ints before nulls came among them."""
    if not _are_floats(column):
        return False
    values = column.values[~column.null].astype(np.float64)
    return bool(((values == np.rint(values)) & (np.abs(values) < 2**53)).all())


def _plain_objects(values: ObjectArray, kinds: dict[type, str]) -> ObjectArray:
    """Turn numpy's own texts and ints into Python's, so that they look alike in every output."""
    if all(kind in (str, int, UUID) for kind in kinds):
        return values
    return np.fromiter((_plain(value) for value in values), dtype=object, count=len(values))


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return str(value) if isinstance(value, str) and type(value) is not str else value


def _note_doubles(ids: AnyArray, null: BoolArray, name: str, inspection: Inspection) -> None:
    listed = [(row, value) for row, value in enumerate(ids.tolist()) if not null[row]]
    first: dict[Any, int] = {}
    again = np.zeros(len(ids), dtype=bool)
    again[[row for row, value in listed if first.setdefault(value, row) != row]] = True
    if again.any():
        hint = f"first at row {first[ids.tolist()[int(again.argmax())]]}"
        inspection.rows(
            name, "duplicate", "different ids", again, lambda at: f"{inspection.id_at(at)!r} again", hint=hint
        )


def canonical_order(ids: AnyArray) -> tuple[IntArray, bool]:
    """Give the rows sorted by id (texts by code point, UUIDs by their number), and whether each id is there once.

    Examples
    --------
    >>> canonical_order(np.array(["b", "a", "B"], dtype=object))
    (array([2, 1, 0]), True)
    """
    if ids.dtype != object:
        return _radix_order(ids[:, None])
    listed = ids.tolist()
    if all(map(lt, listed, listed[1:])):
        return np.arange(len(listed), dtype=np.int64), True
    if isinstance(listed[0], str) and max(map(len, listed)) <= _LONGEST_FIXED:
        joined = "".join(listed)
        if joined.isascii() and "\0" not in joined:
            return _radix_order(_as_numbers(ids))
    order = sorted(range(len(listed)), key=listed.__getitem__)
    is_unique = all(listed[a] != listed[b] for a, b in pairwise(order))
    return np.array(order, dtype=np.int64), is_unique


def _as_numbers(ids: ObjectArray) -> AnyArray:
    """Read short ASCII texts as big-endian numbers of eight letters each, which sort alike, and twice as fast."""
    fixed = ids.astype("S")
    n_words = -(-fixed.itemsize // 8)
    words = fixed.astype(f"S{8 * n_words}").view(">u8").reshape(len(ids), n_words)
    return words.astype(np.uint64)


def _radix_order(words: AnyArray) -> tuple[IntArray, bool]:
    order = np.lexsort(tuple(words[:, k] for k in reversed(range(words.shape[1]))))
    ordered = words[order]
    return order, not bool((ordered[1:] == ordered[:-1]).all(axis=1).any())


def find(ids: AnyArray, value: Any) -> int:
    """Find the position of an id in sorted ids, -1 where it is not among them.

    Examples
    --------
    >>> find(np.array([2, 5, 9]), 5), find(np.array([2, 5, 9]), "5")
    (1, -1)
    """
    if not len(ids) or kind_of(value) != kind_of(ids[0]):
        return -1
    at = int(np.searchsorted(ids, value)) if ids.dtype != object else bisect_left(ids, value)
    return at if at < len(ids) and ids[at] == value else -1


def nearest_id(ids: AnyArray, value: Any) -> Any:
    """Look for an id that may have been meant: of another kind, or spelt nearly so; None without one.

    Examples
    --------
    >>> nearest_id(np.array(["R-1", "R-22"], dtype=object), "R-2 2")
    'R-22'
    >>> nearest_id(np.array([1, 22]), "22")
    22
    """
    if not len(ids):
        return None
    text = str(value)[:_LONGEST_FIXED]
    near = ids
    if len(ids) > _FEW:  # a million comparisons of spelling would take minutes: look around its place only
        target = value if kind_of(value) == kind_of(ids[0]) else ids[0]
        at = int(np.searchsorted(ids, target)) if ids.dtype != object else bisect_left(ids, target)
        near = ids[max(0, at - _AROUND) : at + _AROUND]
    names = {str(v)[:_LONGEST_FIXED]: v for v in near.tolist()}
    for candidate in (text, text.strip()):
        if candidate in names:
            return names[candidate]
    found = get_close_matches(text, names, n=1, cutoff=0.7)
    return names[found[0]] if found else None
