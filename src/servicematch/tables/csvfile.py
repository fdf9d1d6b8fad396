"""CSV files in: known columns get their types, ids stay the texts they are."""

from __future__ import annotations

import csv
import io
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from servicematch.tables import requests, slots, teams
from servicematch.tables.checks import Count, Flag, Number
from servicematch.tables.report import column_shown, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

_ENCODINGS = ("utf-8-sig", "gb18030")  # the first also reads utf-8 without a mark
_READERS = {**requests.COLUMNS, **teams.COLUMNS, **slots.COLUMNS}
_LONGEST_CELL = 2**30
_LIMIT_LOCK = threading.Lock()


def read_csv(path: str | PathLike[str], *, rename: Mapping[str, str] | None = None) -> dict[str, list[Any]]:
    r"""Read a CSV file as `Requests`, `Teams` and `Slots` take it: a dict of columns.

    Columns of numbers become numbers; ids, times and all other columns stay texts, so ``'001'`` stays ``'001'``.
    An empty cell is None; lines of empty cells alone, which spreadsheets leave at the end, are no rows. A text in a column of numbers stays too, for the check of the table to name its row.

    Parameters
    ----------
    path
        A file with a header, in utf-8, utf-8 with a mark (as spreadsheets write it), or gb18030, cut by commas.
    rename
        What the file's headings mean, such as ``{"编号": "id", "需求": "need"}``; others stay as they are.

    Raises
    ------
    TableError
        If a heading to rename is not there, or the file is in none of these encodings, has a column twice or without a name, or has a line with
        another number of cells than the header.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "teams.csv"
    ...     _ = path.write_text("id,capacity,skills\n001,2,dance|yoga\n002,,\n", encoding="utf-8")
    ...     read_csv(path)
    {'id': ['001', '002'], 'capacity': [2, None], 'skills': ['dance|yoga', None]}
    """
    file = Path(path)
    rows = _rows(_decoded(file.read_bytes(), file.name), file.name)
    if not rows:
        return {}
    names = _renamed(_names(rows[0][1], file.name), rename or {}, file.name)
    columns: list[list[Any]] = [[] for _ in names]
    for line, cells in rows[1:]:
        if len(cells) != len(names):
            hint = "put quotes around texts with commas" if len(cells) > len(names) else ""
            got = f"{len(cells)} at line {line}"
            raise refuse(file.name, "cells", f"{len(names)} cells in each line", got, hint)
        for column, cell in zip(columns, cells, strict=True):
            column.append(cell or None)
    return {name: _typed(name, column) for name, column in zip(names, columns, strict=True)}


def _decoded(data: bytes, name: str) -> str:
    if data.startswith(b"PK"):
        raise refuse(name, "encoding", "a CSV file", "a spreadsheet or zip file", "save it as CSV UTF-8")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(name, "encoding", "a text file in utf-8 or gb18030", "other bytes", "save it as CSV UTF-8")


def _rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Give the lines that are not blank, each with its number in the file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    with _LIMIT_LOCK:  # csv has one limit for the whole process: it is put back before anybody else reads
        before = csv.field_size_limit(_LONGEST_CELL)
        try:
            return [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
        except csv.Error as error:
            raise refuse(name, "csv", "a file cut by commas", f"{error} at line {reader.line_num}") from None
        finally:
            csv.field_size_limit(before)


def _names(header: list[str], name: str) -> list[str]:
    names = [cell.strip() for cell in header]
    if "" in names:
        raise refuse(name, "columns", "a name for each column", f"none for column {names.index('') + 1}")
    if len(names) == 1 and ";" in names[0]:
        raise refuse(name, "csv", "a file cut by commas", "one cut by semicolons", "save it as CSV UTF-8 (comma)")
    doubled = next((column for column in names if names.count(column) > 1), None)
    if doubled is not None:
        raise refuse(name, "columns", "different column names", f"{column_shown(doubled)!r} twice")
    return names


def _renamed(names: list[str], rename: Mapping[str, str], name: str) -> list[str]:
    missing = next((heading for heading in rename if heading not in names), None)
    if missing is not None:
        headings = ", ".join(map(column_shown, names))
        raise refuse(name, "columns", f"a column {missing!r} to rename", f"the columns {headings}")
    renamed = [rename.get(heading, heading) for heading in names]
    doubled = next((column for column in renamed if renamed.count(column) > 1), None)
    if doubled is not None:
        raise refuse(name, "columns", "different column names", f"{column_shown(doubled)!r} twice after renaming")
    return renamed


_TRUTHS: dict[str, bool | None] = {
    "": None,
    **dict.fromkeys(("true", "1", "1.0", "yes", "是"), True),
    **dict.fromkeys(("false", "0", "0.0", "no", "否"), False),
}
"""How a spreadsheet may write a truth."""


def _typed(name: str, cells: list[Any]) -> list[Any]:
    reader = _READERS.get(name)
    if isinstance(reader, Count):
        return [_number(cell, int) for cell in cells]
    if isinstance(reader, Number):
        return [_number(cell, float) for cell in cells]
    if isinstance(reader, Flag):
        return [_TRUTHS.get((cell or "").strip().casefold(), cell) for cell in cells]
    return cells


def _number(cell: str | None, kind: Callable[[str], Any]) -> Any:
    """Read a number; ``2.0`` and ``2.5`` in a column of counts are floats, for the check to judge."""
    if cell is None or not cell.strip():
        return None
    if "_" in cell or not cell.isascii():  # Python reads 1_000 and １２ as numbers, a spreadsheet does not
        return cell
    for read in (kind, float):
        try:
            value = read(cell)
        except ValueError:
            continue
        return value
    return cell
