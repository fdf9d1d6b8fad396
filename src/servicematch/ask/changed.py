"""A table with rows added, dropped and changed; the one it is made from stays as it is."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from servicematch.base.errors import ServiceMatchError, TableWarning
from servicematch.tables.frames import build
from servicematch.tables.report import column_shown, refuse, shown
from servicematch.tables.requests import Requests
from servicematch.tables.spelling import meant
from servicematch.tables.table import Table
from servicematch.tables.tags import Tags
from servicematch.tables.teams import Teams

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, IntArray

AnyTable = TypeVar("AnyTable", Requests, Teams)
Places = dict[str, tuple[float, float]]


def changed(table: AnyTable, *, add: Any = None, drop: Any = None, change: Any = None) -> AnyTable:
    """Return the table with other rows; itself where nothing is asked.

    Parameters
    ----------
    table
        `Requests` or `Teams`.
    add
        Rows with new ids, in any form that the table's class takes. Columns that only one side has are empty on the
        other.
    drop
        A list of ids.
    change
        ``{id: {column: value}}`` or a list of dicts with ids: only those cells change. Or a table: all of its cells
        count, empty ones too.

    Raises
    ------
    TableError
        For an id that is not there, or is there already; for a column that the table has not; for values that break
        the rules of their columns.

    Examples
    --------
    >>> teams = Teams({"id": ["t1", "t2"], "capacity": [1, 1]})
    >>> changed(teams, add=[{"id": "t3"}], drop=["t1"], change={"t2": {"capacity": 4}}).to()
    {'id': array(['t2', 't3'], dtype=object), 'capacity': array([4, 1])}
    """
    added, patches = _read_new(table, add), _patches(table, change)
    gone = np.zeros(len(table), dtype=np.bool_)
    gone[_dropped(table, drop)] = True
    if added is None and not patches and not gone.any():
        return table
    _check(table, added, gone, patches)
    columns, places = _columns(table), _places(table)
    for name, rows, values in patches:
        columns[name] = _patched(columns.get(name), rows, values, len(table))
    back = np.argsort(table.position)
    kept = back[~gone[back]]
    columns = {name: values[kept] for name, values in columns.items()}
    if added is not None:
        columns = _joined(columns, _callers(added), table.COLUMNS)
        places = _places(added) | places
    return _read_again(table, columns, places, is_longer=added is not None)


def _read_new(table: AnyTable, add: Any) -> AnyTable | None:
    """Read the rows to add as a table of their own, so that what is wrong is told by their own rows."""
    if add is None:
        return None
    if isinstance(add, Mapping) and any(isinstance(row, Mapping) for row in add.values()):
        hint = f"write [{{'id': {next(iter(add))!r}, ...}}]"
        raise refuse(f"add_{table.NAME}", "rows", "a list of rows with their ids, or a table", "rows by id", hint)
    added = add if isinstance(add, type(table)) else type(table)(add, tz=table.tz)
    for id_ in added.ids.tolist() if len(table) else []:
        if _has(table, id_):
            hint = f"to change it, use change_{table.NAME}"
            raise refuse(f"add_{table.NAME}", "twice", "new ids", f"{shown(id_)!r}, which is there already", hint)
    return added if len(added) else None


def _has(table: Table, id_: Any) -> bool:
    try:
        table.index(id_)
    except ServiceMatchError:
        return False
    return True


def _dropped(table: Table, drop: Any) -> IntArray:
    if drop is None:
        return np.empty(0, dtype=np.int64)
    if isinstance(drop, str | bytes | Mapping) or not isinstance(drop, Iterable):
        hint = "put the id in brackets"
        raise refuse(table.NAME, "type", "a list of ids to take out", f"a {type(drop).__name__}", hint)
    return np.array([table.index(id_) for id_ in drop], dtype=np.int64)


Patch = tuple[str, "IntArray", "AnyArray"]


def _patches(table: Requests | Teams, change: Any) -> list[Patch]:
    """Turn changes into new cells: a column, its rows in canonical order, its values."""
    if change is None:
        return []
    if isinstance(change, Mapping) and all(isinstance(cells, Mapping) for cells in change.values()):
        return _patches_of_rows(table, list(change.items()))
    if isinstance(change, list | tuple) and all(isinstance(row, Mapping) for row in change):
        rows = [(row.get("id"), {name: cell for name, cell in row.items() if name != "id"}) for row in change]
        return _patches_of_rows(table, rows)
    if isinstance(change, Mapping) and "id" not in change:
        id_, cells = next((id_, cells) for id_, cells in change.items() if not isinstance(cells, Mapping))
        got = f"a {type(cells).__name__} for {shown(id_)!r}"
        raise refuse(f"change_{table.NAME}", "cells", "{id: {column: value}}, or a table with ids", got)
    read = change if isinstance(change, Table) else type(table)(change, tz=table.tz)
    at = _found(table, read.ids.tolist())
    given = {name: values for name, values in _columns(read).items() if name != "id"}
    _check_names(table, given)
    return [(name, at, values) for name, values in given.items() if name in read.present or name in read.extra]


def _patches_of_rows(table: Requests | Teams, rows: Sequence[tuple[Any, Mapping[Any, Any]]]) -> list[Patch]:
    at = _found(table, [id_ for id_, _ in rows])
    for id_, row in rows:
        if "id" in row:
            got = f"the new id {shown(row['id'])!r} for {shown(id_)!r}"
            hint = "ids stay; take the row out and add it anew"
            raise refuse(f"change_{table.NAME}", "id", "columns other than id", got, hint)
    names = list(dict.fromkeys(str(name) for _, cells in rows for name in cells))
    _check_names(table, names)
    patches: list[Patch] = []
    for name in names:
        having = np.array([name in cells for _, cells in rows], dtype=np.bool_)
        cells = [cells[name] for _, cells in rows if name in cells]
        patches.append((name, at[having], _as_read(table, name, table.ids[at[having]], cells)))
    return patches


def _as_read(table: Requests | Teams, name: str, ids: AnyArray, cells: list[Any]) -> AnyArray:
    """Read cells of one column as its table does: words cut, times in its zone, stars as shares."""
    if name in ("lat", "lon"):  # a table of one of them is refused; the whole is read again later
        return np.fromiter(cells, dtype=object, count=len(cells))
    read: Table = type(table)({"id": ids, name: cells}, tz=table.tz)
    column: AnyArray = _columns(read)[name][np.argsort(read.position)]
    return column


def _found(table: Table, ids: list[Any]) -> IntArray:
    at = np.array([table.index(id_) for id_ in ids], dtype=np.int64)
    if len(np.unique(at)) < len(at):
        twice = next(id_ for i, id_ in enumerate(ids) if int(at[i]) in at[:i].tolist())
        raise refuse(f"change_{table.NAME}", "twice", "each id once", f"{shown(twice)!r} again")
    return at


def _check_names(table: Table, names: Iterable[str]) -> None:
    known = (*table.COLUMNS, *table.extra)
    for name in names:
        if name not in known:
            near = meant(name, known, ())
            hint = "" if near is None else f"did you mean {near!r}?"
            got = f"{column_shown(name)!r}, which the {table.NAME} have not"
            raise refuse(f"change_{table.NAME}", "column", "a column", got, hint)


def _check(table: Table, added: Table | None, gone: BoolArray, patches: list[Patch]) -> None:
    touched = np.zeros(len(table), dtype=np.bool_)
    for _, rows, _ in patches:
        touched[rows] = True
    if (touched & gone).any():
        id_ = shown(table.ids[np.flatnonzero(touched & gone)].tolist()[0])
        raise refuse(f"change_{table.NAME}", "gone", "ids that stay", f"{id_!r}, which is taken out as well")
    if added is not None and len(table) and isinstance(added.ids[0], str) != isinstance(table.ids[0], str):
        got = f"a {type(added.ids[0]).__name__}"
        raise refuse(f"add_{table.NAME}", "kind", "ids of the kind that are there", got, "write the ids of both alike")


def _columns(table: Table) -> dict[str, AnyArray]:
    """Give the columns in canonical order, counts with their defaults, places that came from areas left out."""
    columns = {"id": table.ids}
    for name in table.COLUMNS:
        if name in table.present:
            columns[name] = _given(table, name)
    return columns | dict(table.extra)


def _given(table: Table, name: str) -> AnyArray:
    values: Any = getattr(table, name)
    if isinstance(values, Tags):
        return np.fromiter([list(values.of(i)) for i in range(len(values))], dtype=object, count=len(values))
    if name in ("placed_at", "earliest", "latest"):
        values = values.view("datetime64[s]")
    if name in ("lat", "lon") and isinstance(table, Requests):
        values = np.where(table.place_from_area, np.nan, values)
    column: AnyArray = values
    return column


def _callers(table: Table) -> dict[str, AnyArray]:
    back = np.argsort(table.position)
    return {name: values[back] for name, values in _columns(table).items()}


def _places(table: Table) -> Places:
    """Give the places of areas that the table was read with, as far as its rows use them."""
    if not isinstance(table, Requests) or table.area is None or table.lat is None or table.lon is None:
        return {}
    rows = np.flatnonzero(table.place_from_area).tolist()
    return {table.area[row]: (float(table.lat[row]), float(table.lon[row])) for row in rows}


def _patched(column: AnyArray | None, rows: IntArray, values: AnyArray, n_rows: int) -> AnyArray:
    if column is None:
        column = _empty(values.dtype, n_rows)
    if column.dtype != values.dtype:
        column = column.astype(object)
    column = column.copy()
    for row, value in zip(rows.tolist(), values, strict=True):  # one by one: a value may be a list
        column[row] = value
    return column


def _joined(upper: dict[str, AnyArray], lower: dict[str, AnyArray], known: Mapping[str, Any]) -> dict[str, AnyArray]:
    """Put rows below others; a column of one side only is empty on the other, a count has its default there."""
    n_upper, n_lower = len(upper["id"]), len(lower["id"])
    names = [*upper, *(name for name in lower if name not in upper)]
    ordered = [name for name in ("id", *known) if name in names] + [name for name in names if name not in known]
    joined = {}
    for name in dict.fromkeys(ordered):
        above, below = upper.get(name), lower.get(name)
        above = _empty(lower[name].dtype, n_upper, name) if above is None else above
        below = _empty(upper[name].dtype, n_lower, name) if below is None else below
        kinds = {part.dtype.kind for part in (above, below) if len(part)}
        alike = len(kinds) <= 1 or (kinds <= {"i", "u", "f"} and name in known)
        parts = [above, below] if alike else [above.astype(object), below.astype(object)]
        joined[name] = np.concatenate(parts)
    return joined


_DEFAULTS = {**Requests.DEFAULTS, **Teams.DEFAULTS}


def _empty(dtype: np.dtype[Any], n_rows: int, name: str = "") -> AnyArray:
    if name in _DEFAULTS:
        return np.full(n_rows, _DEFAULTS[name], dtype=np.int64)
    if dtype.kind == "f":
        return np.full(n_rows, np.nan)
    return np.full(n_rows, np.datetime64("NaT"), dtype=dtype) if dtype.kind == "M" else np.full(n_rows, None)


def _read_again(table: AnyTable, columns: dict[str, AnyArray], places: Places, *, is_longer: bool) -> AnyTable:
    """Read the columns as a table of the same kind and zone; what they warn of was said before."""
    given = {name: values if name == "id" else _listed(values) for name, values in columns.items()}
    neutral = build(given, "dict", tz=table.tz)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        if isinstance(table, Requests):
            read: Any = Requests(neutral, tz=table.tz, places=places or None)
        else:
            read = type(table)(neutral, tz=table.tz)
    kept = {"kind": table.kind, "tz": table.tz, "id_dtype": None if is_longer else table.id_dtype}
    made = object.__new__(type(table))
    made.__setstate__({**read.__getstate__(), **kept})
    return made


def _listed(values: AnyArray) -> AnyArray:
    """Write missing numbers of an object column as None."""
    if values.dtype != object:
        return values
    plain = [None if isinstance(v, float | np.floating) and v != v else v for v in values.tolist()]  # noqa: PLR0124 - NaN
    return np.fromiter(plain, dtype=object, count=len(plain))
