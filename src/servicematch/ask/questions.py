"""What questions about forced units stand on: the ways out of every team, built once, and losses told by tier."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from servicematch.ask.loose import class_names, loose_matching
from servicematch.ask.ruled import refuse_rules
from servicematch.assign.answer import tier_names
from servicematch.base.claim import SCALE
from servicematch.base.errors import ServiceMatchError
from servicematch.base.moves import Move, added
from servicematch.pairs.micro import quantise
from servicematch.solve.exits import Exits, build_exits
from servicematch.solve.problem import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray
    from servicematch.solve.displacement import Change
    from servicematch.solve.ways import Step


@dataclass(frozen=True, eq=False, repr=False)
class Questions:
    """An answer with all that its questions share; what takes time is built at the first one."""

    answer: Answer

    @property
    def is_proved(self) -> bool:
        """Whether the plan is proved optimal: only then are losses and displacements known."""
        return self.answer.solution.status is Status.PROVED

    @cached_property
    def exits(self) -> Exits:
        """The ways out of every team.

        Raises
        ------
        ServiceMatchError
            When the plan is not proved optimal.
        """
        self.refuse_unproved()
        without_slots(self.answer)
        refuse_rules(self.answer, "this question")
        matching = loose_matching(self.answer)
        return build_exits(matching.problem, matching.chosen, self.answer.solution.prices)

    def refuse_unproved(self) -> None:
        """Refuse a plan that is not proved optimal.

        Raises
        ------
        ServiceMatchError
            For such a plan.
        """
        if not self.is_proved:
            raise ServiceMatchError(
                "this plan is not proved optimal, so nobody can tell what a change of it costs. "
                "Hint: assign again without a time or work limit, with your own decisions as pins"
            )

    @cached_property
    def classes(self) -> tuple[str | None, ...]:
        """The tier of each class, None for the class that is not counted."""
        return class_names(self.answer)

    @cached_property
    def tiers(self) -> tuple[str, ...]:
        """All tiers, highest first; ``"score"`` is last."""
        floors = ("floors",) if self.answer.problem.has_floors else ()
        return (*floors, *tier_names(self.answer.policy, self.answer.requests))

    def chosen_of(self, row: int) -> IntArray:
        """Return the positions of the pairs that a request has, pinned ones among them."""
        chosen = self.answer.solution.chosen
        start, stop = np.searchsorted(chosen, self.answer.problem.row_start[row : row + 2]).tolist()
        return chosen[start:stop]

    def gain_of(self, row: int, col: int) -> int:
        """Return the micro-points of any pair, eligible or not."""
        gain: int = self._gains(np.array([row]), np.array([col])).tolist()[0]
        return gain

    def _gains(self, rows: IntArray, cols: IntArray) -> IntArray:
        score = self.answer.scorer.score(rows.astype(np.int32), cols.astype(np.int32))
        return quantise(score).astype(np.int64) - round(self.answer.policy.skip_value * SCALE)

    def change(self, change: Change) -> dict[str, int]:
        """Say by tier what the plan gains by a change; what it loses is negative."""
        gain = dict.fromkeys(self.tiers, 0)
        for unit, sign in ((change.lost, -1), (change.won, 1)):
            name = self.classes[unit]
            if name is not None:
                gain[name] += sign
        gain["score"] = -change.gain_lost
        return gain

    def moves(self, steps: Iterable[Step]) -> tuple[Move, ...]:
        """Tell steps by ids, each with what it gains by itself; they add up to the change."""
        answer, whose = self.answer, np.array(list(steps), dtype=np.int64).reshape(-1, 3)
        gains, teams = np.zeros((len(whose), 2), dtype=np.int64), np.full((len(whose), 2), None, dtype=object)
        at, side = np.nonzero(whose[:, 1:] >= 0)
        cols = whose[at, side + 1]
        gains[at, side] = self._gains(whose[at, 0], cols)
        teams[at, side] = answer.teams.ids[cols].tolist()
        told = []
        for request, row, (left, to), (lost, won) in zip(
            answer.requests.ids[whose[:, 0]].tolist(), whose[:, 0].tolist(), teams.tolist(), gains.tolist(), strict=True
        ):
            gain = dict.fromkeys(self.tiers, 0)
            gain["score"] = won - lost
            name = self.classes[int(answer.problem.tier[row])]
            if name is not None:
                gain[name] += (to is not None) - (left is not None)
            told.append(Move(request, left, to, gain))
        return tuple(told)

    def total(self, moves: Iterable[Move]) -> dict[str, int]:
        """Add moves up by tier."""
        return added((move.gain for move in moves), self.tiers)


def without_slots(answer: Answer) -> Answer:
    """Return the answer, and refuse one with slots, or with hours of teams: what is asked here is only known of places.

    Raises
    ------
    ServiceMatchError
        For a plan with slots, and for one with hours of teams.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> slots = [{"id": 1, "team_id": 1, "start": "2026-06-06T09:00Z", "end": "2026-06-06T12:00Z"}]
    >>> without_slots(run({"id": [1]}, {"id": [1]}, slots=slots))
    Traceback (most recent call last):
    servicematch.base.errors.ServiceMatchError: questions of this kind are not answered on plans with slots yet. Hint: \
why, why_not, alternates, explain_unassigned, worth_of and what_if are, by planning again
    """
    if answer.timed is not None:
        raise ServiceMatchError(
            "questions of this kind are not answered on plans with slots yet. Hint: why, why_not, alternates, "
            "explain_unassigned, worth_of and what_if are, by planning again"
        )
    return without_hours(answer)


def without_hours(answer: Answer) -> Answer:
    """Return the answer, and refuse one with hours of teams: no price proves it, so no loss is exact.

    Raises
    ------
    ServiceMatchError
        For a plan with hours of teams.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> without_hours(run({"id": [1], "hours": [2.0]}, {"id": [1], "hours": [4.0]}))
    Traceback (most recent call last):
    servicematch.base.errors.ServiceMatchError: questions of this kind are not answered on plans with hours of teams, for no price proves what a change of them costs. Hint: plan.what_if(...) plans again with other tables or pins, and compares
    """
    if answer.hours is not None:
        raise ServiceMatchError(
            "questions of this kind are not answered on plans with hours of teams, for no price proves what a change of "
            "them costs. Hint: plan.what_if(...) plans again with other tables or pins, and compares"
        )
    return answer
