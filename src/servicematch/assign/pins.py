"""Decisions that the caller has taken: pairs that must be in the plan, pairs that must not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.slot_pins import check_teams, slot_keys, with_own_ids
from servicematch.base.claim import Pin
from servicematch.base.errors import PinError, TableError
from servicematch.tables.frames import read_frame

if TYPE_CHECKING:
    from servicematch.assign.inputs import Timed
    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.tables.column import Column
    from servicematch.tables.requests import Requests
    from servicematch.tables.slots import Slots
    from servicematch.tables.teams import Teams

_KINDS = ("pin", "forbid")
_LENGTHS = (2, 4)


@dataclass(frozen=True, slots=True)
class PinIndex:
    """Pins and forbids by position.

    Attributes
    ----------
    pins
        As given, in a fixed order.
    pinned, forbidden
        int64, sorted: ``request * n_teams + team`` of each; with slots ``request * n_slots + slot``, where a forbid of a
        team stands for all its slots.
    """

    pins: tuple[Pin, ...]
    pinned: IntArray
    forbidden: IntArray


def read_pins(pins: Any, requests: Requests, teams: Teams, timed: Timed | None = None) -> PinIndex:
    """Read pins given as `Pin`, ``(request_id, team_id)``, ``(request_id, team_id, slot_id, kind)``, dicts or a table.

    Raises
    ------
    PinError
        For an unknown id or kind, a pair named twice, or more pins than the request has units.
    """
    read = tuple(_as_pin(pin) for pin in _each(pins))
    if timed is not None:
        return _of_slots(read, (requests, teams, timed.slots), timed.team)
    for pin in read:
        if pin.slot_id is not None and pin.slot_id == pin.slot_id:  # NaN is a null
            raise PinError(f"pins: a slot is named ({pin.slot_id!r}), but no slots are given")
    keys = np.array([_key(pin, requests, teams) for pin in read], dtype=np.int64)
    given = tuple(_with_own_ids(pin, key, requests, teams) for pin, key in zip(read, keys.tolist(), strict=True))
    twice = [key for key, count in Counter(keys.tolist()).items() if count > 1]
    if twice:
        raise PinError(f"pins: {_names(twice[0], requests, teams)} is named more than once")
    order = np.argsort(keys, kind="stable")
    is_pin = np.array([pin.kind == "pin" for pin in given], dtype=np.bool_)
    pinned, forbidden = np.sort(keys[is_pin]), np.sort(keys[~is_pin])
    _check_units(pinned // max(1, len(teams)), requests)
    return PinIndex(tuple(given[i] for i in order), pinned, forbidden)


def _of_slots(read: tuple[Pin, ...], tables: tuple[Requests, Teams, Slots], team: Int32Array) -> PinIndex:
    """Read pins where slots are given."""
    requests, _, slots = tables
    keys = [slot_keys(pin, tables, team) for pin in read]
    everything = np.concatenate([np.empty(0, dtype=np.int64), *keys])
    values, counts = np.unique(everything, return_counts=True)
    if (counts > 1).any():
        row, slot = divmod(int(values[counts > 1][0]), len(slots))
        names = [table.ids[[at]].tolist()[0] for table, at in ((requests, row), (slots, slot))]
        raise PinError(f"pins: request {names[0]!r} in slot {names[1]!r} is named more than once")
    pinned, forbidden = (
        np.sort(
            np.concatenate(
                [np.empty(0, dtype=np.int64), *(k for k, pin in zip(keys, read, strict=True) if pin.kind == kind)]
            )
        )
        for kind in _KINDS
    )
    check_teams(pinned, tables, team)
    _check_units(pinned // max(1, len(slots)), requests)
    order = sorted(range(len(read)), key=lambda i: (keys[i].tolist(), i))
    return PinIndex(tuple(with_own_ids(read[i], tables) for i in order), pinned, forbidden)


def _each(pins: Any) -> Iterable[Any]:
    if pins is None:
        return ()
    if hasattr(pins, "columns") or hasattr(pins, "column_names") or isinstance(pins, Mapping):
        frame = read_frame(pins, "pins")
        columns = {name: frame.column(name) for name in frame.columns}
        return [{name: _cell(column, row) for name, column in columns.items()} for row in range(frame.n_rows)]
    if isinstance(pins, (str, bytes)) or not isinstance(pins, Iterable):
        raise PinError(f"pins: expected a list of pins or a table, got {type(pins).__name__}")
    return pins


def _cell(column: Column, row: int) -> Any:
    value = None if column.null[row] else column.values[row]
    return value.item() if isinstance(value, np.generic) else value


def _with_own_ids(pin: Pin, key: int, requests: Requests, teams: Teams) -> Pin:
    """Name the pair by the ids of the tables: a caller's numpy integer is the same id, but no plain value."""
    request, team = divmod(key, max(1, len(teams)))
    return replace(
        pin, slot_id=None, request_id=requests.ids[[request]].tolist()[0], team_id=teams.ids[[team]].tolist()[0]
    )


def _as_pin(pin: Any) -> Pin:
    if isinstance(pin, Mapping):
        unknown = set(pin) - {"request_id", "team_id", "slot_id", "kind"}
        if unknown or not {"request_id", "team_id"} <= set(pin):
            raise PinError(f"pins: expected request_id, team_id and maybe slot_id, kind, got {sorted(map(str, pin))}")
        pin = Pin(pin["request_id"], pin["team_id"], pin.get("kind") or "pin", pin.get("slot_id"))
    elif isinstance(pin, (tuple, list)):
        if len(pin) not in _LENGTHS:
            raise PinError(
                f"pins: expected (request_id, team_id) or (request_id, team_id, slot_id, kind), got {len(pin)} values"
            )
        pin = Pin(*pin) if len(pin) == _LENGTHS[0] else Pin(pin[0], pin[1], pin[3], pin[2])
    if not isinstance(pin, Pin):
        raise PinError(f"pins: expected a pin, got {type(pin).__name__}. Hint: write [(request_id, team_id)]")
    if pin.kind not in _KINDS:
        raise PinError(f"pins: expected kind 'pin' or 'forbid', got {pin.kind!r}")
    return pin


def _key(pin: Pin, requests: Requests, teams: Teams) -> int:
    try:
        return requests.index(pin.request_id) * len(teams) + teams.index(pin.team_id)
    except TableError as error:
        raise PinError(f"pins: {error}") from error


def _names(key: int, requests: Requests, teams: Teams) -> str:
    request, team = divmod(key, len(teams))
    return f"request {requests.ids[request]!r} with team {teams.ids[team]!r}"


def _check_units(pinned_requests: IntArray, requests: Requests) -> None:
    counts = np.bincount(pinned_requests, minlength=len(requests))
    over = np.flatnonzero(counts > requests.units)
    if len(over):
        first = over[0]
        raise PinError(
            f"pins: request {requests.ids[first]!r} asks for {requests.units[first]} units, but {counts[first]} are pinned"
        )
