"""Which column of the problem a question means: a team, or with slots one of the team's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import ServiceMatchError
from servicematch.pairs.timetable import LimitOfBestSlot

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer


def column_of(answer: Answer, row: int, col: int, slot_id: Any = None) -> int:
    """Return the team itself without slots; else the slot named, or the one chosen, or the best one.

    The best slot is the eligible one that scores most; where none is eligible, the one that lacks least time.

    Raises
    ------
    ServiceMatchError
        For a slot where there are none or of another team, and for a team without slots.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> slots = {"id": ["s1", "s2"], "team_id": ["t", "t"], "start": ["2026-06-06T09:00Z", "2026-06-07T09:00Z"],
    ...          "end": ["2026-06-06T12:00Z", "2026-06-07T12:00Z"]}
    >>> answer = run({"id": [1]}, {"id": ["t"]}, slots=slots, pins=[(1, "t", "s2", "pin")])
    >>> column_of(answer, 0, 0), column_of(answer, 0, 0, "s1")
    (1, 0)
    """
    if answer.timed is None or answer.of_slots is None:
        if slot_id is not None:
            raise ServiceMatchError(f"slot_id: this plan has no slots, got {slot_id!r}")
        return col
    slots, team = answer.timed.slots, answer.timed.team
    if slot_id is not None:
        at = slots.index(slot_id)
        if int(team[at]) != col:
            named = [table.ids[[i]].tolist()[0] for table, i in ((answer.teams, int(team[at])), (answer.teams, col))]
            raise ServiceMatchError(f"slot_id: slot {slot_id!r} is of team {named[0]!r}, not of team {named[1]!r}")
        return at
    start, stop = answer.problem.row_start[row : row + 2].tolist()
    mine = start + np.flatnonzero(team[answer.problem.col[start:stop]] == col)
    if len(mine):
        chosen = mine[np.isin(mine, answer.solution.chosen)]
        best = chosen[0] if len(chosen) else mine[answer.problem.gain[mine].argmax()]
        return int(answer.problem.col[best])
    return _least_lacking(answer, row, col)


def _least_lacking(answer: Answer, row: int, col: int) -> int:
    """Find the slot of a team that comes nearest to a request's time, where none will do."""
    pair = np.array([row], dtype=np.int32), np.array([col], dtype=np.int32)
    last = next(limit for _, limit in answer.scorer.limits[::-1] if isinstance(limit, LimitOfBestSlot))
    slot = last.best(*pair)[1]
    if not len(slot):
        raise ServiceMatchError(
            f"team {answer.teams.ids[[col]].tolist()[0]!r} has no slots, so there is none to look at"
        )
    return int(slot[0])
