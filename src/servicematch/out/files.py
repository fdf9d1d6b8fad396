"""Tables as CSV files that a spreadsheet opens safely and with its Chinese intact."""

from __future__ import annotations

import csv
import math
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import ServiceMatchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from servicematch.base.arrays import AnyArray

# Spreadsheets run cells that begin so; the wide forms count in Chinese and Japanese ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def csv_cell(value: object) -> object:
    """Make one value safe for a spreadsheet: text that could run as a formula gets a leading ``'``.

    Numbers stay numbers; None, NaN and NaT become empty; times are written as ISO 8601; the words of a list are
    joined by ``|``.

    Examples
    --------
    >>> csv_cell("=HYPERLINK(1)"), csv_cell("两位老师"), csv_cell(-3.5), csv_cell(None)
    ("'=HYPERLINK(1)", '两位老师', -3.5, '')
    """
    if _is_missing(value):
        return ""
    if isinstance(value, np.generic) and not isinstance(value, (np.datetime64, np.timedelta64)):
        value = value.item()
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    text = "|".join(map(str, value)) if isinstance(value, (list, tuple, set, frozenset, np.ndarray)) else str(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def _is_missing(value: object) -> bool:
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return bool(np.isnat(value))
    if isinstance(value, (float, np.floating)):
        return math.isnan(value)
    # pandas has its own nulls, known by name because pandas need not be here
    return value is None or type(value).__name__ in {"NAType", "NaTType"}


def write_csv(columns: Mapping[str, AnyArray | Sequence[Any]], path: str | Path) -> None:
    """Write columns as a CSV file in utf-8 with a byte order mark, each text cell and heading made safe.

    Parameters
    ----------
    columns
        Name to values, all of one length.
    path
        Where to write; an existing file is replaced.

    Raises
    ------
    ServiceMatchError
        If the columns differ in length.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "plan.csv"
    >>> write_csv({"team_id": ["T1", "@T2"], "score": np.array([0.5, np.nan])}, path)
    >>> path.read_text(encoding="utf-8-sig").splitlines()
    ['team_id,score', 'T1,0.5', "'@T2,"]
    """
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ServiceMatchError(f"columns differ in length: {lengths}")
    cells = [[csv_cell(value) for value in values] for values in columns.values()]
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([csv_cell(name) for name in columns])
        writer.writerows(zip(*cells, strict=True))
