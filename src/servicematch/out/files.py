"""Tables as CSV files that a spreadsheet opens safely and with its Chinese intact."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import ServiceMatchError
from servicematch.tables.frames import read_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_UNSEEN = (
    r"\s\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
)
"""Spaces, controls, and marks without a width: what a spreadsheet or an eye may skip before a formula."""

# The wide and the small forms count in Chinese and Japanese spreadsheets.
_FORMULA = re.compile(rf"[\t\r\n\0]|[{_UNSEEN}]*[=+\-@＝＋－＠﹦﹢﹣﹫]")
_QUOTED = re.compile(r'[",;\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]|^\s|\s$')
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def csv_cell(value: object) -> object:
    """Make one value safe for a spreadsheet: text that could run as a formula gets a leading ``'``.

    A formula begins with ``= + - @``, in ASCII, wide or small form; spaces and marks that nobody sees before it are
    looked through, and a leading tab, line break or NUL counts as one. Numbers stay numbers, negative ones too; None,
    NaN and NaT become empty; times are written as ISO 8601; the words of a list are joined by ``|``. A lone surrogate,
    which no file in utf-8 can hold, becomes U+FFFD.

    Examples
    --------
    >>> csv_cell("=HYPERLINK(1)"), csv_cell("两位老师"), csv_cell(-3.5), csv_cell(None), csv_cell("-3.5")
    ("'=HYPERLINK(1)", '两位老师', -3.5, '', "'-3.5")
    """
    if _is_missing(value):
        return ""
    if isinstance(value, np.generic) and not isinstance(value, (np.datetime64, np.timedelta64)):
        value = value.item()
    if isinstance(value, (int, float, Decimal)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    text = "|".join(map(str, value)) if isinstance(value, (list, tuple, set, frozenset, np.ndarray)) else str(value)
    text = without_surrogates(text)
    return "'" + text if _FORMULA.match(text) else text


def without_surrogates(text: str) -> str:
    r"""Put U+FFFD where half of a surrogate pair stands alone, which utf-8 cannot hold.

    Examples
    --------
    >>> without_surrogates("a\ud800b") == "a\ufffdb"
    True
    """
    return _LONE_SURROGATE.sub("\ufffd", text)


def _is_missing(value: object) -> bool:
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return bool(np.isnat(value))
    if isinstance(value, (float, np.floating)):
        return math.isnan(value)
    if isinstance(value, Decimal):
        return value.is_nan()
    # pandas has its own nulls, known by name because pandas need not be here
    return value is None or type(value).__name__ in {"NAType", "NaTType"}


def write_csv(table: Any, path: str | Path) -> None:
    """Write a table as a CSV file in utf-8 with a byte order mark, each text cell and heading made safe.

    Cells are cut by commas, and quoted where they hold a comma, a quote, a line break, or what other programs cut at
    (semicolon, tab).

    Parameters
    ----------
    table
        A dict of columns, a pandas, polars or pyarrow table, or a list of dicts.
    path
        Where to write; an existing file is replaced.

    Raises
    ------
    ServiceMatchError
        If the columns differ in length, or there is no table.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "plan.csv"
    >>> write_csv({"team_id": ["T1", "@T2"], "score": np.array([0.5, np.nan])}, path)
    >>> path.read_text(encoding="utf-8-sig").splitlines()
    ['team_id,score', 'T1,0.5', "'@T2,"]
    """
    columns = _columns(table)
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ServiceMatchError(f"columns differ in length: {lengths}")
    cells = [[csv_cell(value) for value in values] for values in columns.values()]
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        if columns:
            file.write(_line(map(csv_cell, columns)))
        file.writelines(map(_line, zip(*cells, strict=True)))


def _columns(table: Any) -> Mapping[str, Sequence[Any]]:
    if isinstance(table, Mapping):
        return table
    frame = read_frame(table, "table")
    return {name: _listed(frame.source[name]) for name in frame.columns}


def _listed(series: Any) -> list[Any]:
    """Give the values of a column as Python's own, whichever library holds them."""
    listed: list[Any] = series.to_list() if hasattr(series, "to_list") else list(series)
    return listed


def _line(cells: Iterable[object]) -> str:
    line = ",".join(_field(cell) for cell in cells)
    return (line or '""') + "\r\n"  # a lone empty cell is quoted, because a blank line is no row


def _field(cell: object) -> str:
    text = str(cell)
    return '"' + text.replace('"', '""') + '"' if isinstance(cell, str) and _QUOTED.search(text) else text
