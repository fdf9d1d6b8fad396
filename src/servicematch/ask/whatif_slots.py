"""Slots when the tables beside them change: those of teams that are gone go, and another table may stand in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import ServiceMatchError
from servicematch.tables.ids import find
from servicematch.tables.slot_teams import team_of
from servicematch.tables.slots import Slots, as_slots

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import BoolArray
    from servicematch.tables.teams import Teams


def slots_of(answer: Answer, teams: Teams, given: Any = None) -> Slots | None:
    """Return the slots given, else those of the answer whose teams are still there; None without any.

    Raises
    ------
    ServiceMatchError
        For slots where the answer has none.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> from servicematch.tables.teams import Teams
    >>> slots = {"id": [1, 2], "team_id": [7, 8], "start": ["2026-06-06T09:00Z"] * 2, "end": ["2026-06-06T12:00Z"] * 2}
    >>> answer = run({"id": [1]}, {"id": [7, 8]}, slots=slots)
    >>> slots_of(answer, Teams({"id": [8]})).ids.tolist()
    [2]
    """
    if answer.slots is None:
        if given is not None:
            raise ServiceMatchError("slots: this plan has no slots. Hint: assign again with slots, and compare")
        return None
    if given is not None:
        return as_slots(given, answer.slots.tz)
    is_there = team_of(answer.slots, teams) >= 0
    return answer.slots if is_there.all() else _some(answer.slots, is_there)


def _some(slots: Slots, wanted: BoolArray) -> Slots:
    """Return the slots of some rows; whoever reads them again is not warned of what was said before."""
    state = slots.__getstate__()
    for name in ("ids", "team_id", "start", "end", "capacity"):
        state[name] = state[name][wanted]
    state["extra"] = {name: values[wanted] for name, values in state["extra"].items()}
    state["position"] = np.argsort(np.argsort(state["position"][wanted]))
    made = object.__new__(Slots)
    made.__setstate__({**state, "_fingerprint": None})
    return made


def has_slot(slots: Slots, slot_id: Any, team_id: Any) -> bool:
    """Tell whether a slot is there, and is still the team's.

    Examples
    --------
    >>> slots = Slots({"id": [1], "team_id": [7], "start": ["2026-06-06T09:00Z"], "end": ["2026-06-06T12:00Z"]})
    >>> has_slot(slots, 1, 7), has_slot(slots, 1, 8), has_slot(slots, 2, 7)
    (True, False, False)
    """
    at = find(slots.ids, slot_id)
    return at >= 0 and bool(slots.team_id[at] == team_id)


def n_without_slots(answer: Answer, teams: Teams, slots: Slots | None) -> int:
    """Count the new teams that have no slots, where slots are given."""
    if slots is None:
        return 0
    having = np.bincount(team_of(slots, teams), minlength=len(teams))
    return sum(find(answer.teams.ids, id_) < 0 for id_ in teams.ids[having == 0].tolist())
