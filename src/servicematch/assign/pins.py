"""Decisions that the caller has taken: pairs that must be in the plan, pairs that must not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.claim import Pin
from servicematch.base.errors import PinError, TableError

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.tables.requests import Requests
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
        int64, sorted: ``request * n_teams + team`` of each.
    """

    pins: tuple[Pin, ...]
    pinned: IntArray
    forbidden: IntArray


def read_pins(pins: Any, requests: Requests, teams: Teams) -> PinIndex:
    """Read pins given as `Pin`, ``(request_id, team_id)``, ``(request_id, team_id, slot_id, kind)`` or dicts.

    Raises
    ------
    PinError
        For an unknown id or kind, a pair named twice, or more pins than the request has units.
    """
    given = tuple(_as_pin(pin) for pin in _each(pins))
    keys = np.array([_key(pin, requests, teams) for pin in given], dtype=np.int64)
    twice = [key for key, count in Counter(keys.tolist()).items() if count > 1]
    if twice:
        raise PinError(f"pins: {_names(twice[0], requests, teams)} is named more than once")
    order = np.argsort(keys, kind="stable")
    is_pin = np.array([pin.kind == "pin" for pin in given], dtype=np.bool_)
    pinned, forbidden = np.sort(keys[is_pin]), np.sort(keys[~is_pin])
    _check_units(pinned // max(1, len(teams)), requests)
    return PinIndex(tuple(given[i] for i in order), pinned, forbidden)


def _each(pins: Any) -> Iterable[Any]:
    if pins is None:
        return ()
    if isinstance(pins, (str, bytes, Mapping)) or not isinstance(pins, Iterable):
        raise PinError(f"pins: expected a list of pins, got {type(pins).__name__}")
    return pins


def _as_pin(pin: Any) -> Pin:
    if isinstance(pin, Mapping):
        unknown = set(pin) - {"request_id", "team_id", "slot_id", "kind"}
        if unknown or not {"request_id", "team_id"} <= set(pin):
            raise PinError(f"pins: expected request_id, team_id and maybe slot_id, kind, got {sorted(map(str, pin))}")
        pin = Pin(pin["request_id"], pin["team_id"], pin.get("kind", "pin"), pin.get("slot_id"))
    elif isinstance(pin, (tuple, list)):
        if len(pin) not in _LENGTHS:
            raise PinError(
                f"pins: expected (request_id, team_id) or (request_id, team_id, slot_id, kind), got {len(pin)} values"
            )
        pin = Pin(*pin) if len(pin) == _LENGTHS[0] else Pin(pin[0], pin[1], pin[3], pin[2])
    if not isinstance(pin, Pin):
        raise PinError(f"pins: expected a pin, got {type(pin).__name__}")
    if pin.kind not in _KINDS:
        raise PinError(f"pins: expected kind 'pin' or 'forbid', got {pin.kind!r}")
    if pin.slot_id is not None:
        raise PinError(f"pins: a slot is named ({pin.slot_id!r}), but no slots are given")
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
