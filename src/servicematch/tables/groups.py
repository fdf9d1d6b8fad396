"""Rows put into groups by the values of a column; a list puts its row into each group of its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import ServiceMatchError
from servicematch.tables.areas import area_path
from servicematch.tables.report import column_shown
from servicematch.tables.spelling import meant
from servicematch.tables.tags import Tags
from servicematch.tables.times import MISSING_TIME

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from servicematch.base.arrays import AnyArray, IntArray
    from servicematch.tables.requests import Requests
    from servicematch.tables.table import Table
    from servicematch.tables.teams import Teams

_NO_GROUPS = ("need", "offers", "lat", "lon")
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of a column.

    Attributes
    ----------
    side
        ``"requests"`` or ``"teams"``.
    column
        As it is told, such as ``"skills"`` or ``"area (level 1)"``.
    values
        One a group, None for rows with nothing there (which come last).
    row, group
        One entry for each row in each of its groups.
    n_rows
        Rows of the table.
    """

    side: str
    column: str
    values: tuple[Any, ...]
    row: IntArray
    group: IntArray
    n_rows: int

    def matrix(self) -> csr_matrix:
        """Mark which rows are in which group: groups x rows."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import

        shape = len(self.values), self.n_rows
        return csr_matrix((np.ones(len(self.row), dtype=np.int64), (self.group, self.row)), shape=shape)


def groups_by(requests: Requests, teams: Teams, by: Any, side: str | None = None) -> Groups:
    """Group the rows of the table that has the column; the requests where both have it and ``side`` says nothing.

    Raises
    ------
    ServiceMatchError
        When neither table, or not the one asked for, has the column, and for free texts and coordinates.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1, 2], "area": ["a/x", "a/y"]})
    >>> groups_by(requests, Teams({"id": [1]}), ("area", 1)).values
    ('a',)
    """
    column, level = _column(by)
    if side not in {None, "requests", "teams"}:
        raise ServiceMatchError(f'side: expected "requests" or "teams", got {side!r}')
    tables: tuple[Table, ...] = (requests, teams)
    having = [table for table in tables if _has(table, column) and side in {None, table.NAME}]
    if not having:
        raise _unknown(column, tables, side)
    if column in _NO_GROUPS:
        raise ServiceMatchError(
            f"by: {column!r} is free text or a place and makes no groups; group by area or category"
        )
    table = having[0]
    row, values = _cells(table, column, level)
    known = sorted({value for value in values if value is not None}, key=lambda value: (type(value).__name__, value))
    ordered = (*known, *([None] if any(value is None for value in values) else []))
    number = {value: i for i, value in enumerate(ordered)}
    group = np.fromiter((number[value] for value in values), dtype=np.int64, count=len(values))
    told = column if level is None else f"{column} (level {level})"
    return Groups(table.NAME, told, ordered, row, group, len(table))


def _column(by: Any) -> tuple[str, int | None]:
    if isinstance(by, str):
        return by, None
    if isinstance(by, tuple | list) and len(by) == _PAIR and by[0] == "area":
        level = by[1]
        if isinstance(level, int | np.integer) and not isinstance(level, bool) and level >= 1:
            return "area", int(level)
    raise ServiceMatchError(f'by: expected the name of a column, or ("area", level) from level 1, got {by!r}')


def _has(table: Table, column: str) -> bool:
    return column in table.present or column in table.extra


def _unknown(column: str, tables: tuple[Table, ...], side: str | None) -> ServiceMatchError:
    known = {name for table in tables if side in {None, table.NAME} for name in (*table.present, *table.extra)}
    near = meant(column, tuple(sorted(known)), ())
    hint = "" if near is None else f" Hint: did you mean {near!r}?"
    where = "the tables" if side is None else f"the {side}"
    return ServiceMatchError(f"by: {where} have no column {column_shown(column)!r}.{hint}")


def _cells(table: Table, column: str, level: int | None) -> tuple[IntArray, list[Any]]:
    """List the rows and the values, a row with several words as often as it has words."""
    rows = np.arange(len(table), dtype=np.int64)
    values: Any = table.ids if column == "id" else table.extra.get(column)
    if values is None:
        values = getattr(table, column)
    if isinstance(values, Tags):
        return _words([list(values.of(i)) for i in range(len(values))])
    if column in ("placed_at", "earliest", "latest"):
        return rows, [None if one == MISSING_TIME else np.datetime64(one, "s") for one in values.tolist()]
    if column == "area":
        return rows, [_path(one, level) for one in values.tolist()]
    if any(isinstance(one, list | tuple) for one in values.tolist()):
        return _words([list(one) if isinstance(one, list | tuple) else [one] for one in values.tolist()])
    return rows, [_plain(one) for one in _listed(values)]


def _listed(values: AnyArray) -> list[Any]:
    return list(values) if values.dtype.kind == "M" else values.tolist()


def _words(rows: list[list[Any]]) -> tuple[IntArray, list[Any]]:
    filled = [list(dict.fromkeys(map(_plain, words))) or [None] for words in rows]
    row = np.repeat(np.arange(len(rows), dtype=np.int64), [len(words) for words in filled])
    return row, [word for words in filled for word in words]


def _plain(value: Any) -> Any:
    """Write what is missing (NaN, NaT) as None."""
    return None if value is None or value != value else value  # noqa: PLR0124 - NaN


def _path(area: str | None, level: int | None) -> str | None:
    path = () if area is None else area_path(area)
    return "/".join(path if level is None else path[:level]) or None
