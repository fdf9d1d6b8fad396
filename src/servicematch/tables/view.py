"""How a table shows itself in a notebook: what columns it has, what is missing in them, its first rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.blocks import Cell, card, note, section, table
from servicematch.base.html import Markup, join
from servicematch.base.shown import words_in
from servicematch.tables.tags import Tags
from servicematch.tables.times import MISSING_TIME, read_zone, zone_datetimes

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray
    from servicematch.tables.table import Table

FIRST = 5
"""Rows shown."""

MOST_OWN = 20
"""Own columns listed by name; the others are counted."""

_PLACE = ("lat", "lon")

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "requests": "Requests: {n:,} rows",
        "teams": "Teams: {n:,} rows",
        "slots": "Slots: {n:,} rows",
        "columns": "Columns",
        "column": "column",
        "kind": "",
        "known": "known",
        "own": "your own",
        "missing": "missing",
        "holds": "holds",
        "different": "{n:,} different",
        "default": "a default where nothing was given",
        "from_area": "{n:,} from the place of its area",
        "from_areas": "{n:,} from the places of their areas",
        "more": "and {n:,} more columns of your own",
        "rows": "First rows",
        "shown": "{shown:,} of {n:,} shown, without coordinates, your own columns, and columns empty in these rows.",
    },
    "zh": {
        "requests": "点单：{n:,} 件",
        "teams": "队伍：{n:,} 支",
        "slots": "时段：{n:,} 个",
        "columns": "列",
        "column": "列名",
        "kind": "",
        "known": "已知",
        "own": "自定",
        "missing": "缺失",
        "holds": "内容",
        "different": "{n:,} 种",
        "default": "未填的取默认值",
        "from_area": "{n:,} 个取自所在辖区的位置",
        "from_areas": "{n:,} 个取自所在辖区的位置",
        "more": "另有 {n:,} 个自定列",
        "rows": "前几行",
        "shown": "显示 {shown:,} / {n:,} 行，不含坐标、自定列和这几行中为空的列。",
    },
}


def table_view(held: Table, lang: str = "en") -> Markup:
    """Build the view of a table: counts, columns with their missing values, and the first rows in the caller's order.

    Coordinates and the caller's own columns (phone numbers, say) are named and counted, never shown.

    Examples
    --------
    >>> from servicematch.tables.teams import Teams
    >>> view = str(table_view(Teams({"id": ["T1"], "skills": ["yoga"], "phone": ["0477-1"]})))
    >>> "yoga" in view, "phone" in view, "0477" in view
    (True, True, False)
    """
    say = words_in(lang, WORDS)
    known = [name for name in held.COLUMNS if name in held.present or _n_from_area(held, name)]
    own = list(held.extra)
    rows: list[list[Cell]] = [["id", say["known"], 0, say["different"].format(n=len(held))]]
    rows += [[name, say["known"], *_found(held, name, say)] for name in known]
    rows += [[name, say["own"], _n_missing(held.extra[name]), ""] for name in own[:MOST_OWN]]
    more = note(say["more"].format(n=len(own) - MOST_OWN)) if len(own) > MOST_OWN else None
    headers = [say[name] for name in ("column", "kind", "missing", "holds")]
    return card(
        say[held.NAME].format(n=len(held)),
        section(say["columns"], table(headers, rows), more),
        section(say["rows"], _first_rows(held, known, say)) if len(held) else None,
    )


def _found(held: Table, name: str, say: dict[str, str]) -> tuple[int | None, str]:
    """Say of a known column how many values are missing, and what the others are like."""
    values: Any = getattr(held, name)
    if isinstance(values, Tags):
        return int((values.counts() == 0).sum()), say["different"].format(n=len(values.words))
    if name in held.DEFAULTS:
        return None, ", ".join(filter(None, (_range(values), say["default"])))
    if values.dtype == object:
        return _n_missing(values), say["different"].format(n=len(set(values.tolist()) - {None}))
    if values.dtype.kind == "i":
        return int((values == MISSING_TIME).sum()), ""
    if name in _PLACE:
        n = _n_from_area(held, name)
        return _n_missing(values) + n, say["from_area" if n == 1 else "from_areas"].format(n=n) if n else ""
    return _n_missing(values), _range(values)


def _n_from_area(held: Table, name: str) -> int:
    """Count the places that the caller did not give, and that were taken from the area."""
    taken = getattr(held, "place_from_area", None)
    return 0 if taken is None or name not in _PLACE else int(taken.sum())


def _n_missing(values: AnyArray) -> int:
    if values.dtype == object:
        return sum(value is None for value in values.tolist())
    if values.dtype.kind in "mM":
        return int(np.isnat(values).sum())
    return int(np.isnan(values).sum()) if values.dtype.kind in "fc" else 0


def _range(values: AnyArray) -> str:
    given = values[~np.isnan(values)]
    if not len(given):
        return ""
    low, high = float(given.min()), float(given.max())
    return f"{low:,.10g}" if low == high else f"{low:,.10g} – {high:,.10g}"


def _first_rows(held: Table, known: list[str], say: dict[str, str]) -> Markup:
    first = np.argsort(held.position)[:FIRST]
    columns = {name: _cells(held, name, first) for name in known if name not in _PLACE}
    columns = {name: cells for name, cells in columns.items() if any(map(_is_given, cells))}
    ids: list[Cell] = [str(value) for value in held.ids[first].tolist()]
    decimals = {i: 0 if _all_whole(cells) else 2 for i, cells in enumerate(columns.values(), 1)}
    rows = list(zip(ids, *columns.values(), strict=True))
    told = note(say["shown"].format(shown=len(first), n=len(held)))
    return join([table(["id", *columns], rows, decimals=decimals), told])


def _cells(held: Table, name: str, rows: AnyArray) -> list[Cell]:
    values: Any = getattr(held, name)
    if isinstance(values, Tags):
        return [" ".join(values.of(int(row))) or None for row in rows]
    if values.dtype.kind == "i" and name not in held.DEFAULTS:
        times = zone_datetimes(values[rows], read_zone(held.tz or "UTC"))
        return [None if time is None else f"{time:%Y-%m-%d %H:%M}" for time in times.tolist()]
    if values.dtype == object:  # texts, and ids of booked teams
        return [None if value is None else str(value) for value in values[rows].tolist()]
    cells: list[Cell] = values[rows].tolist()
    return cells


def _all_whole(cells: list[Cell]) -> bool:
    return all(not isinstance(cell, float) or np.isnan(cell) or cell.is_integer() for cell in cells)


def _is_given(cell: Cell) -> bool:
    return cell is not None and not (isinstance(cell, float) and np.isnan(cell))
