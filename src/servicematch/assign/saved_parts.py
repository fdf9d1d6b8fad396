"""The parts of a saved plan, each checked before anything is made of it: a file may be damaged, or not ours at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from servicematch.assign.satisfaction import SavedSatisfaction
from servicematch.assign.saved_hours import SavedMultipliers
from servicematch.assign.saved_slots import SavedSlots
from servicematch.base.errors import PlanFileError
from servicematch.solve.problem import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SCHEMA = 1
"""The version of the file; files of another version are refused, not guessed at."""

_PIN_LENGTH = 4


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What a plan file holds, as plain values of the right kinds and lengths."""

    fingerprints: Mapping[str, str]
    policy: Mapping[str, Any]
    policy_checksum: str | None
    pins: list[list[Any]]
    request_ids: list[Any]
    team_ids: list[Any]
    price_teams: list[Any]
    price_class: list[int]
    price_score: list[int]
    tied: list[Any]
    objective: tuple[int, ...]
    bound: tuple[int, ...]
    status: Status
    stopped_by: str | None
    solver: str
    n_solves: int
    n_pairs_solved: int
    seed: int
    slots: SavedSlots | None = None
    rule_prices: Mapping[str, Any] | None = None
    fair_share: tuple[int, int] | None = None
    multipliers: tuple[SavedMultipliers, ...] = ()
    satisfaction: SavedSatisfaction | None = None


def read_saved(data: Any) -> SavedPlan:
    """Check the parts of a plan file and take them out.

    Raises
    ------
    PlanFileError
        When the data are no plan, of another schema version, or a part is missing or of the wrong kind.

    Examples
    --------
    >>> read_saved({"schema": 0})
    Traceback (most recent call last):
    servicematch.base.errors.PlanFileError: this plan was saved with schema 0; this version reads schema 1
    """
    if not isinstance(data, dict) or "schema" not in data:
        raise PlanFileError("this is no saved plan: it has no schema version")
    if data["schema"] != SCHEMA or isinstance(data["schema"], bool):
        raise PlanFileError(f"this plan was saved with schema {data['schema']!r}; this version reads schema {SCHEMA}")
    has_slots = "slots" in _part(data, _is_dict, "fingerprints")
    sides = ("requests", "teams", *(["slots"] if has_slots else []))
    saved = SavedPlan(
        fingerprints={side: _part(data, _is_text, "fingerprints", side) for side in sides},
        policy=_part(data, _is_dict, "policy"),
        policy_checksum=_part(data, _is_text_or_none, "manifest", "policy"),
        pins=_part(data, _is_pins, "pins"),
        request_ids=_part(data, _is_ids, "assignments", "request_id"),
        team_ids=_part(data, _is_ids, "assignments", "team_id"),
        price_teams=[] if has_slots else _part(data, _is_ids, "prices", "team_id"),
        price_class=[] if has_slots else _part(data, _is_counts, "prices", "class"),
        price_score=[] if has_slots else _part(data, _is_numbers, "prices", "score"),
        tied=_part(data, _is_ids, "tied"),
        objective=tuple(_part(data, _is_numbers, "solution", "objective")),
        bound=tuple(_part(data, _is_numbers, "solution", "bound")),
        status=Status(_part(data, _is_status, "solution", "status")),
        stopped_by=_part(data, _is_stop, "solution", "stopped_by"),
        solver=_part(data, _is_text, "solution", "solver"),
        n_solves=_part(data, _is_count, "solution", "n_solves"),
        n_pairs_solved=_part(data, _is_count, "solution", "n_pairs_solved"),
        seed=_part(data, _is_number, "seed"),
        slots=_slots(data) if has_slots else None,
        fair_share=_part({"fair_share": None, **data}, _is_share_or_none, "fair_share"),
        rule_prices=_part({"rule_prices": None, **data}, _is_dict_or_none, "rule_prices"),
        satisfaction=_satisfaction(data) if "satisfaction" in data else None,
        multipliers=tuple(map(_multipliers, _part({"multipliers": [], **data}, _is_list, "multipliers"))),
    )
    _check_lengths(saved)
    return saved


def _slots(data: Any) -> SavedSlots:
    return SavedSlots(
        slot_ids=_part(data, _is_ids, "assignments", "slot_id"),
        price_slots=_part(data, _is_ids, "prices", "slots", "id"),
        slot_prices=_part(data, _is_vectors, "prices", "slots", "price"),
        price_teams=_part(data, _is_ids, "prices", "teams", "id"),
        team_prices=_part(data, _is_vectors, "prices", "teams", "price"),
    )


def _multipliers(data: Any) -> SavedMultipliers:
    one = {"multipliers": data}
    return SavedMultipliers(
        scale=_part(one, _is_count, "multipliers", "scale"),
        keep=_part(one, _is_counts, "multipliers", "keep"),
        request_ids=_part(one, _is_ids, "multipliers", "request_id"),
        charge=_part(one, _is_counts, "multipliers", "charge"),
    )


def _satisfaction(data: Any) -> SavedSatisfaction:
    return SavedSatisfaction(
        levels=_part(data, _is_counts, "satisfaction", "levels"),
        team_ids=_part(data, _is_ids, "satisfaction", "team_id"),
        prices=_part(data, _is_vectors, "satisfaction", "price"),
        first_requests=_part(data, _is_ids, "satisfaction", "first", "request_id"),
        first_teams=_part(data, _is_ids, "satisfaction", "first", "team_id"),
    )


def _part(data: Any, fits: Callable[[Any], bool], *path: str) -> Any:
    """Follow a path into the data and check what is there."""
    value = data
    for name in path:
        if not isinstance(value, dict) or name not in value:
            raise PlanFileError(f"this plan file is damaged: it has no {'.'.join(path)}")
        value = value[name]
    if not fits(value):
        raise PlanFileError(f"this plan file is damaged: {'.'.join(path)} is not of the right kind")
    return value


def _check_lengths(saved: SavedPlan) -> None:
    columns: dict[str, tuple[list[Any], ...]] = {
        "assignments": (saved.request_ids, saved.team_ids),
        "prices": (saved.price_teams, saved.price_class, saved.price_score),
    }
    if saved.slots is not None:
        columns["assignments"] = (*columns["assignments"], saved.slots.slot_ids)
        columns["prices.slots"] = (saved.slots.price_slots, saved.slots.slot_prices)
        columns["prices.teams"] = (saved.slots.price_teams, saved.slots.team_prices)
    if saved.satisfaction is not None:
        columns["satisfaction"] = (saved.satisfaction.team_ids, saved.satisfaction.prices)
        columns["satisfaction.first"] = (saved.satisfaction.first_requests, saved.satisfaction.first_teams)
    for number, one in enumerate(saved.multipliers):
        columns[f"multipliers[{number}]"] = (one.request_ids, one.charge)
    for name, parts in columns.items():
        if len({len(part) for part in parts}) > 1:
            raise PlanFileError(f"this plan file is damaged: the columns of {name} differ in length")


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_dict_or_none(value: Any) -> bool:
    return value is None or isinstance(value, dict)


def _is_share_or_none(value: Any) -> bool:
    is_pair = isinstance(value, list) and len(value) == 2 and all(map(_is_count, value))  # noqa: PLR2004
    return value is None or (is_pair and value[0] <= value[1] > 0)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0


def _is_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_number, value))


def _is_vectors(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_numbers, value))


def _is_counts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_count, value))


def _is_id(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def _is_ids(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_id, value))


def _is_pins(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(pin, list) and len(pin) == _PIN_LENGTH for pin in value)


def _is_status(value: Any) -> bool:
    return value in tuple(Status) and isinstance(value, str)


def _is_stop(value: Any) -> bool:
    return value is None or value in ("time", "work", "bound", "interrupt")
