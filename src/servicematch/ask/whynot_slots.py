"""Why a request does not go to a team in a slot: the limits that fail there, or exactly what forcing the pair costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.forced import Choice, cheapest, choice_of
from servicematch.ask.obstacles import Obstacle, obstacles_of, scores_of
from servicematch.ask.whynot import PairStatus, WhyNot, with_gain
from servicematch.assign.columns import column_of
from servicematch.pairs.timetable import LimitOfBestSlot

if TYPE_CHECKING:
    from servicematch.ask.questions import Questions
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray


def why_not_in_slot(asked: Questions, request_id: Any, team_id: Any, slot_id: Any = None) -> WhyNot:
    """Say why a request does not go to a team in a slot, or without one in the best of the team's slots.

    Examples
    --------
    >>> from servicematch.ask.questions import Questions
    >>> from servicematch.assign.run import run
    >>> slots = {"id": ["s", "u"], "team_id": [7, 7], "start": ["2026-06-06T09:00Z", "2026-06-07T09:00Z"],
    ...          "end": ["2026-06-06T12:00Z", "2026-06-07T12:00Z"]}
    >>> answer = run({"id": ["r"]}, {"id": [7]}, slots=slots)
    >>> why_not_in_slot(Questions(answer), "r", 7, "u").status.value in ("CHOSEN", "IN_SOME_OPTIMUM")
    True
    """
    answer = asked.answer
    row, col = answer.requests.index(request_id), answer.teams.index(team_id)
    slot = None if slot_id is None else column_of(answer, row, col, slot_id)
    request, team = answer.requests.ids[[row]].tolist()[0], answer.teams.ids[[col]].tolist()[0]
    told = WhyNot(request, team, PairStatus.COSTS, 0.0, (), None, (), None, has_slots=True)
    here = _serving(asked, row, col)
    if here is not None and slot in (None, here):
        nothing, score = dict.fromkeys(asked.tiers, 0), _score(answer, row, here)
        told = replace(told, status=PairStatus.CHOSEN, gain=nothing, winning_score=score)
        return _at(answer, told, row, here)
    told = _at(answer, told, row, slot, col)
    if here is not None:
        told = replace(told, from_slot=_slot_id(answer, here))
    obstacles = _obstacles(answer, row, col, slot)
    if obstacles:
        near = slot if slot is not None else _nearest(answer, row, col, obstacles)
        return _at(answer, replace(told, status=PairStatus.INELIGIBLE, obstacles=obstacles), row, near, col)
    if not asked.is_proved:
        return replace(told, status=PairStatus.NOT_PROVED)
    choice = choice_of(answer, row)
    cols = answer.problem.col[choice.pairs]
    return _forced(answer, told, row, choice.of(answer.team_of(cols) == col if slot is None else cols == slot))


def _forced(answer: Answer, told: WhyNot, row: int, choice: Choice) -> WhyNot:
    """Complete the answer about pairs that pass every limit, those of one team; forbidden ones are not among them."""
    if not len(choice.pairs):
        return replace(told, status=PairStatus.FORBIDDEN)
    best = cheapest(answer, row, choice.possible)
    if best is None:
        is_elsewhere = bool(choice.is_elsewhere.all())
        return replace(told, status=PairStatus.PINNED_ELSEWHERE if is_elsewhere else PairStatus.NO_PLACE)
    n_slots = len(choice.possible) if told.slot_id is None else 0
    return with_gain(replace(_at(answer, told, row, int(answer.problem.col[best.pair])), n_slots=n_slots), best.gain)


def _serving(asked: Questions, row: int, col: int) -> int | None:
    """Return the slot in which a team serves a request, None where it does not."""
    slots = asked.answer.problem.col[asked.chosen_of(row)]
    found: list[int] = slots[asked.answer.team_of(slots) == col].tolist()
    return found[0] if found else None


def _obstacles(answer: Answer, row: int, col: int, slot: int | None) -> tuple[Obstacle, ...]:
    """Return the limits that fail; none for a team one of whose slots passes them all."""
    if slot is None and _is_eligible(answer, row, col):
        return ()
    return obstacles_of(answer, row, col, slot)


def _is_eligible(answer: Answer, row: int, col: int) -> bool:
    start, stop = answer.scored.indptr[row : row + 2].tolist()
    return bool((answer.scored.cols[start:stop] == col).any())


def _nearest(answer: Answer, row: int, col: int, obstacles: tuple[Obstacle, ...]) -> int | None:
    """Return the slot that a limit of time was measured at, None where none fails or the team has none."""
    failed = {one.limit for one in obstacles}
    pair = np.array([row], dtype=np.int32), np.array([col], dtype=np.int32)
    for name, limit in answer.scorer.limits:
        if name in failed and isinstance(limit, LimitOfBestSlot):
            slots: list[int] = limit.best(*pair)[1].tolist()
            return slots[0] if slots else None
    return None


def _at(answer: Answer, told: WhyNot, row: int, slot: int | None, col: int | None = None) -> WhyNot:
    """Tell of a slot, with the score there; without one, the best score of the team."""
    if slot is not None:
        return replace(told, slot_id=_slot_id(answer, slot), score=_score(answer, row, slot))
    pair = np.array([row], dtype=np.int32), np.array([col], dtype=np.int32)
    return replace(told, score=float(scores_of(answer, *pair)[0]))


def _score(answer: Answer, row: int, slot: int) -> float:
    pair: tuple[IntArray, IntArray] = np.array([row]), np.array([slot])
    return float(answer.column_scorer.score(pair[0].astype(np.int32), pair[1].astype(np.int32))[0])


def _slot_id(answer: Answer, slot: int) -> Any:
    assert answer.slots is not None
    return answer.slots.ids[[slot]].tolist()[0]
