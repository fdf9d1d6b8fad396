"""What a place in a slot is worth, or one of a team over all its slots: planned again with one more, and one fewer."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.ruled import gain_again
from servicematch.ask.worth import Worth
from servicematch.assign.columns import column_of
from servicematch.assign.encode import encode
from servicematch.assign.inputs import Timed
from servicematch.assign.places import has_totals
from servicematch.base.errors import ServiceMatchError, TableWarning
from servicematch.tables.report import shown

if TYPE_CHECKING:
    from servicematch.ask.questions import Questions
    from servicematch.assign.answer import Answer
    from servicematch.solve.problem import Problem


def worth_in_slot(asked: Questions, team_id: Any, slot_id: Any = None) -> Worth:
    """Say what one place more in a slot brings and what one fewer costs; without a slot, of the team's total.

    A slot or a team that pins fill beyond its places gains nothing by one more, and has none to lose.

    Raises
    ------
    ServiceMatchError
        For a team without a slot named, where the teams have no column ``capacity``; for a plan that is not proved, or
        whose changed plan is not.

    Examples
    --------
    >>> from servicematch.ask.questions import Questions
    >>> from servicematch.assign.run import run
    >>> slots = {"id": ["s"], "team_id": [7], "start": ["2026-06-06T09:00Z"], "end": ["2026-06-06T12:00Z"]}
    >>> worth_in_slot(Questions(run({"id": [1, 2]}, {"id": [7]}, slots=slots)), 7, "s")
    One place more at team 7 in slot 's': 1 more served of priority 0.
    One place fewer at team 7 in slot 's': 1 fewer served of priority 0.
    """
    answer = asked.answer
    col = answer.teams.index(team_id)
    slot = None if slot_id is None else column_of(answer, 0, col, slot_id)
    if slot is None and not has_totals(answer.teams):
        raise ServiceMatchError(
            f"slot_id: team {shown(team_id)!r} has no total over all its slots, for the teams have no column 'capacity'. "
            "Hint: name one of its slots, worth_of(team_id, slot_id)"
        )
    asked.refuse_unproved()
    more = gain_again(answer, _with_places(answer, col, slot, 1)) if _takes_more(answer, slot) else None
    fewer = gain_again(answer, _with_places(answer, col, slot, -1)) if _left(answer, col, slot) > 0 else None
    loss = None if fewer is None else {name: -value for name, value in fewer.items()}
    ids = None if slot is None or answer.slots is None else answer.slots.ids[[slot]].tolist()[0]
    return Worth(answer.teams.ids[[col]].tolist()[0], more, loss, (), (), ids)


def _takes_more(answer: Answer, slot: int | None) -> bool:
    """Tell whether a slot may have a place more: where time on the way counts, only one that has none."""
    return slot is None or answer.problem.days is None or not answer.problem.capacity[slot]


def _left(answer: Answer, col: int, slot: int | None) -> int:
    """Count the places of a slot, or of a team in all, that pins leave."""
    fixed = np.empty(0, dtype=np.int64) if answer.problem.fixed is None else np.flatnonzero(answer.problem.fixed)
    pinned = answer.problem.col[fixed]
    if slot is None:
        return int(answer.teams.free[col]) - int(np.count_nonzero(answer.team_of(pinned) == col))
    return int(answer.problem.capacity[slot]) - int(np.count_nonzero(pinned == slot))


def _with_places(answer: Answer, col: int, slot: int | None, change: int) -> Problem:
    """Return the problem of the same pairs where a slot, or a team over all its slots, has so many places more."""
    assert answer.timed is not None
    teams, timed = answer.teams, answer.timed
    if slot is None:
        teams = _changed(teams, col, change)
    else:
        timed = Timed(_changed(timed.slots, slot, change), timed.team)
    tables = answer.requests, teams, answer.policy
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        problem = encode(*tables, pins=answer.pins, scorer=answer.column_scorer, scored=answer.scored, timed=timed)
    if answer.policy.fairness is None:
        return problem
    return replace(problem, row_groups=answer.problem.row_groups)  # as far as the plan's groups were to come


def _changed(table: Any, at: int, change: int) -> Any:
    """Return slots or teams with another capacity in one row."""
    state = table.__getstate__()
    capacity = state["capacity"].copy()
    capacity[at] += change
    state |= {"capacity": capacity, "present": state["present"] | {"capacity"}, "_fingerprint": None}
    if "free" in state:
        state["free"] = np.maximum(capacity - state["used"], 0)
    made = object.__new__(type(table))
    made.__setstate__(state)
    return made
