"""Pairs that people decided, read from any table or list: ids of requests and teams, as the tables have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.tables.frames import read_frame
from servicematch.tables.ids import kind_of, read_references
from servicematch.tables.report import Inspection, refuse

if TYPE_CHECKING:
    from servicematch.tables.table import Table

_COLUMNS = ("request_id", "team_id", "slot_id")
"""What a pair names; the slot only where slots are given."""
_KINDS = {"str": "texts", "int": "whole numbers", "UUID": "UUIDs"}


@dataclass(frozen=True, slots=True)
class OwnPairs:
    """The pairs of a plan made by people.

    Attributes
    ----------
    request_ids, team_ids, slot_ids
        One id a pair, in the order given; they may be in no table, and a pair may be there twice. No slots without slots.
    n_blank
        Rows without a team, which decide nothing.
    """

    request_ids: tuple[Any, ...]
    team_ids: tuple[Any, ...]
    n_blank: int
    slot_ids: tuple[Any, ...] = ()


def read_own_pairs(pairs: Any, requests: Table, teams: Table, slots: Table | None = None) -> OwnPairs:
    """Read a list of ``(request_id, team_id)``, with slots ``(request_id, team_id, slot_id)``, or any table of these.

    Other columns are left alone.

    Raises
    ------
    TableError
        When a column is missing, a request is, or the ids are of another kind than those of the table.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> read_own_pairs([("r1", "t1"), ("r2", None)], Requests({"id": ["r1", "r2"]}), Teams({"id": ["t1"]}))
    OwnPairs(request_ids=('r1',), team_ids=('t1',), n_blank=1, slot_ids=())
    """
    tables = (requests, teams) if slots is None else (requests, teams, slots)
    names = _COLUMNS[: len(tables)]
    frame = read_frame(_as_table(pairs, names), "pairs")
    for name in names:
        if name not in frame.columns and (frame.columns or frame.n_rows):
            raise refuse("pairs", "missing", f"a column {name}", "no column of this name", column=name)
    if not frame.columns:
        return OwnPairs((), (), 0)
    inspection = Inspection("pairs", frame.n_rows)
    columns = [read_references(frame.column(name), name, inspection) for name in names]
    has_team = np.array([team is not None for team in columns[1].tolist()], dtype=np.bool_)
    for name, what in (("request_id", "request"), ("slot_id", "slot")):
        if name in names:
            nameless = frame.column(name).null & has_team
            inspection.rows(name, "missing", f"a {what} for every team", nameless, lambda _: "nothing")
    inspection.settle()
    for name, ids, table in zip(names, columns, tables, strict=True):
        _check_kind(name, ids.tolist(), table)
    request_ids, team_ids, *slot_ids = (tuple(ids[has_team].tolist()) for ids in columns)
    return OwnPairs(request_ids, team_ids, int((~has_team).sum()), *slot_ids)


def _as_table(pairs: Any, names: tuple[str, ...]) -> Any:
    """Turn a list of pairs into columns; a table stays one."""
    if isinstance(pairs, Mapping) or not isinstance(pairs, Sequence) or isinstance(pairs, (str, bytes)):
        return pairs
    if not pairs or not all(isinstance(pair, (tuple, list)) for pair in pairs):
        return pairs
    for pair in pairs:
        if len(pair) != len(names):
            raise refuse("pairs", "length", f"({', '.join(names)})", f"{len(pair)} values in one of them")
    return {name: [pair[side] for pair in pairs] for side, name in enumerate(names)}


def _check_kind(name: str, ids: Sequence[Any], table: Table) -> None:
    """Refuse texts where the table has numbers: not one of them could be found."""
    given = next((kind_of(one) for one in ids if one is not None), "")
    if not given or not len(table) or given == kind_of(table.ids[0]):
        return
    own = _KINDS[kind_of(table.ids[0])]
    hint = "read both files in the same way"
    raise refuse("pairs", "kind", f"{own}, as in the {table.NAME}", _KINDS[given], hint, column=name)
