"""What a column may hold: one small reader a kind of column, each noting all that breaks its rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import DefaultUsed
from servicematch.tables.column import is_list, without_nan
from servicematch.tables.ids import read_references
from servicematch.tables.report import described
from servicematch.tables.tags import Tags, read_bars, read_words
from servicematch.tables.times import read_times

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, IntArray, ObjectArray
    from servicematch.tables.column import Column
    from servicematch.tables.report import Inspection

_NONE_NOT_NAN = "write None, not NaN, for a missing value"
MOST_COUNT = 10**12
MOST_EXACT = 2**53
"""Beyond it, whole numbers that went through floats are no longer exact."""


@dataclass(frozen=True, slots=True)
class Text:
    """Free text, kept letter by letter; None for null. ``label`` texts are compared, so spaces around them go."""

    label: bool = False

    def read(self, column: Column, name: str, inspection: Inspection) -> ObjectArray:
        """Read the texts of a column."""
        column = without_nan(column)
        null = column.null
        if column.lengths is not None:
            inspection.rows(name, "type", "texts", ~null, lambda _: "a list")
            return np.full(len(column), None, dtype=object)
        values = column.values.astype(object)
        wrong = _no_texts(values, null, column.kinds)
        inspection.rows(name, "type", "texts", wrong, lambda row: described(column.values[row], is_text=True))
        if null.any():
            values[null] = None
        if self.label and not wrong.any():
            short = {v: None if v is None else v.strip() or None for v in dict.fromkeys(values.tolist())}
            values = np.fromiter(map(short.__getitem__, values), dtype=object, count=len(values))
        return values


@dataclass(frozen=True, slots=True)
class Words:
    """Several words a row: a list, or one text cut at its bars."""

    def read(self, column: Column, name: str, inspection: Inspection) -> Tags:
        """Read the words of a column."""
        expected = 'lists of texts, or texts such as "a|b"'
        column = without_nan(column)
        if column.lengths is None:
            values = column.values.astype(object)
            wrong = _no_texts(values, column.null, column.kinds, lists_too=True)
            inspection.rows(name, "type", expected, wrong, lambda row: described(column.values[row]))
            if wrong.any():
                return read_words(np.zeros(len(column), dtype=np.int64), values[:0])
            values[column.null] = None
            return read_bars(values)
        words = column.values
        bad = _no_texts(words, np.zeros(len(words), dtype=bool), column.kinds - {type(None)})
        if bad.any():
            rows = np.repeat(np.arange(len(column)), column.lengths)[bad]
            wrong = np.bincount(rows, minlength=len(column)) > 0
            first = described(words[bad.argmax()])
            inspection.rows(name, "type", expected, wrong, lambda _: f"{first} in a list")
            return read_words(np.zeros(len(column), dtype=np.int64), words[:0])
        return read_words(column.lengths, words)


@dataclass(frozen=True, slots=True)
class Number:
    """A measure in [low, high], NaN for null; ``whole`` ones may not be fractions."""

    low: float
    high: float
    expected: str
    whole: bool = False

    def read(self, column: Column, name: str, inspection: Inspection) -> FloatArray:
        """Read the numbers of a column."""
        values, wrong = _numbers(column)
        numbers = values.astype(np.float64)
        _note_wrong(column, name, self.expected, wrong, inspection)
        checked = ~column.null & ~wrong
        _note_not_finite(numbers, name, self.expected, checked, inspection)
        with np.errstate(invalid="ignore"):
            out = checked & np.isfinite(numbers) & ((numbers < self.low) | (numbers > self.high))
            part = checked & np.isfinite(numbers) & ~out & (numbers != np.rint(numbers))
        inspection.rows(name, "range", self.expected, out, lambda row: repr(float(numbers[row])))
        if self.whole:
            inspection.rows(name, "fraction", self.expected, part, lambda row: repr(float(numbers[row])))
        numbers[~np.isfinite(numbers) | wrong] = np.inf  # refused, which is not missing
        numbers[column.null] = np.nan
        return numbers + 0.0  # -0.0 becomes 0.0, which looks the same and must have the same fingerprint


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number of at least ``low``; null is read as ``default`` and counted in a warning."""

    default: int
    low: int
    high: int
    expected: str

    def read(self, column: Column, name: str, inspection: Inspection) -> IntArray:
        """Read the counts of a column."""
        values, wrong = _numbers(column)
        _note_wrong(column, name, self.expected, wrong, inspection)
        checked = ~column.null & ~wrong
        out = np.zeros(len(values), dtype=bool)
        if values.dtype.kind == "f":
            finite = np.isfinite(values)
            _note_not_finite(values, name, self.expected, checked, inspection)
            checked = checked & finite
            part = checked & (np.where(finite, values, 0.0) % 1 != 0)
            inspection.rows(name, "fraction", self.expected, part, lambda row: repr(float(values[row])))
            checked = checked & ~part
        out[checked] = (values[checked] < self.low) | (values[checked] > self.high)
        inspection.rows(name, "range", self.expected, out, lambda row: f"{values[row]:.0f}")
        used = int(column.null.sum())
        if used:
            inspection.note(
                DefaultUsed, name, f"{used} of {len(column)} rows are empty and were read as {self.default}"
            )
        counts = np.full(len(values), self.default, dtype=np.int64)
        good = checked & ~out
        counts[good] = values[good].astype(np.int64)
        return counts


@dataclass(frozen=True, slots=True)
class Flag:
    """A truth, held as 0 or 1; null is 0."""

    def read(self, column: Column, name: str, inspection: Inspection) -> IntArray:
        """Read the truths of a column: True and False, or the numbers 1 and 0."""
        expected = "True or False"
        if column.lengths is None and column.values.dtype.kind == "b":
            return np.where(column.null, 0, column.values).astype(np.int64)
        if column.lengths is None and column.values.dtype.kind == "O":
            numbered = [int(one) if isinstance(one, bool | np.bool_) else one for one in column.values]
            values = np.fromiter(numbered, dtype=object, count=len(numbered))
            column = replace(column, values=values, kinds=frozenset(map(type, values[~column.null])))
        numbers, wrong = _numbers(column)
        _note_wrong(column, name, expected, wrong, inspection)
        checked = ~column.null & ~wrong
        with np.errstate(invalid="ignore"):
            out = checked & (numbers != 0) & (numbers != 1)
        inspection.rows(name, "range", expected, out, lambda row: f"{numbers[row]:g}")
        return np.where(checked & ~out, numbers, 0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Time:
    """A moment, held as whole seconds of UTC."""

    def read(self, column: Column, name: str, inspection: Inspection) -> IntArray:
        """Read the times of a column."""
        return read_times(without_nan(column), name, inspection)


@dataclass(frozen=True, slots=True)
class Reference:
    """An id of another table, None where there is none."""

    def read(self, column: Column, name: str, inspection: Inspection) -> ObjectArray:
        """Read the ids of a column."""
        return read_references(without_nan(column), name, inspection)


Reader = Text | Words | Number | Count | Flag | Time | Reference


def _no_texts(values: ObjectArray, null: BoolArray, kinds: frozenset[type], *, lists_too: bool = False) -> BoolArray:
    """Find the rows with something else than a text, or a list where lists will do too."""
    if kinds and all(issubclass(kind, str) for kind in kinds):
        return np.zeros(len(values), dtype=bool)
    good = (value is None or isinstance(value, str) or (lists_too and is_list(value)) for value in values)
    found: BoolArray = ~null & ~np.fromiter(good, dtype=bool, count=len(values))
    return found


def _numbers(column: Column) -> tuple[AnyArray, BoolArray]:
    """Give int64 or float64 values, and where a value is no number (truths and texts are none)."""
    n, kind = len(column), column.values.dtype.kind
    if column.lengths is not None:
        return np.zeros(n), ~column.null
    if kind in "iu":
        too_big = kind == "u" and column.values.max(initial=0) >= 2**63
        return column.values.astype(np.float64 if too_big else np.int64), np.zeros(n, dtype=bool)
    if kind == "f":
        return column.values.astype(np.float64), np.zeros(n, dtype=bool)
    if kind != "O":
        return np.zeros(n), ~column.null
    return _object_numbers(column.values, column.null, {kind: _is_number(kind) for kind in column.kinds})


def _object_numbers(values: ObjectArray, null: BoolArray, kinds: dict[type, bool]) -> tuple[AnyArray, BoolArray]:
    if all(issubclass(kind, int | np.integer) for kind, good in kinds.items() if good):
        cast: type = np.int64
    else:
        cast = np.float64
    wrong = np.zeros(len(values), dtype=bool)
    if not all(kinds.values()):
        wrong = ~null & ~np.fromiter((kinds.get(type(v), False) for v in values), dtype=bool, count=len(values))
    if null.any() or wrong.any():
        values = values.copy()
        values[null | wrong] = 0
    try:
        return values.astype(cast), wrong
    except OverflowError:
        return np.fromiter(map(_float, values), dtype=np.float64, count=len(values)), wrong


def _is_number(kind: type) -> bool:
    if issubclass(kind, bool | np.bool_ | np.timedelta64):
        return False
    return issubclass(kind, int | float | np.integer | np.floating) or kind.__name__ == "Decimal"


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _note_wrong(column: Column, name: str, expected: str, wrong: BoolArray, inspection: Inspection) -> None:
    def got(row: int) -> str:
        return "a list" if column.lengths is not None else described(column.values[row])

    inspection.rows(name, "type", expected, wrong, got)


def _note_not_finite(numbers: FloatArray, name: str, expected: str, checked: BoolArray, inspection: Inspection) -> None:
    bad = checked & ~np.isfinite(numbers)
    hint = _NONE_NOT_NAN if np.isnan(numbers[bad]).any() else ""
    inspection.rows(
        name, "finite", expected, bad, lambda row: repr(float(numbers[row])).replace("nan", "NaN"), hint=hint
    )
