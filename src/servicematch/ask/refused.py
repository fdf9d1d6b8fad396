"""Why moves cannot be made: everything that stands against them, found in one pass and said in one error."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.decided import position_of
from servicematch.base.errors import ServiceMatchError
from servicematch.tables.ids import find, nearest_id
from servicematch.tables.report import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.assign.answer import Answer
    from servicematch.tables.table import Table


class Refusals:
    """Collects what is wrong with moves on a plan.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> found = Refusals(run({"id": ["r1"]}, {"id": ["t1"]}))
    >>> found.request("r1"), found.team("t1 ")
    (0, -1)
    >>> found.settle(1)
    Traceback (most recent call last):
    servicematch.base.errors.ServiceMatchError: the move cannot be made, and nothing was changed:
    - team 't1 ' is not in the table, did you mean 't1'?
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self._chosen = frozenset(answer.solution.chosen.tolist())
        self._said: dict[str, None] = {}

    def add(self, sentence: str) -> None:
        """Note something, once."""
        self._said.setdefault(sentence)

    def request(self, id_: Any) -> int:
        """Find a request, -1 where there is none."""
        return self._find(self.answer.requests, "request", id_)

    def team(self, id_: Any) -> int:
        """Find a team, -1 where there is none."""
        return self._find(self.answer.teams, "team", id_)

    def _find(self, table: Table, noun: str, id_: Any) -> int:
        at = find(table.ids, id_)
        if at < 0:
            near = nearest_id(table.ids, id_)
            hint = "" if near is None else f", did you mean {shown(near)!r}?"
            self.add(f"{noun} {shown(id_)!r} is not in the table{hint}")
        return at

    def leaving(self, row: int, col: int) -> int:
        """Give the position of a pair that is to go, -1 where it cannot."""
        at = position_of(self.answer.problem, row, col)
        if at not in self._chosen:
            self.add(f"{self._pair(row, col)}: the team does not serve it{self._served_by(row)}")
            return -1
        fixed = self.answer.problem.fixed
        if fixed is not None and fixed[at]:
            self.add(f"{self._pair(row, col)}: the pair is pinned. Hint: assign again without the pin")
            return -1
        return at

    def arriving(self, row: int, col: int, *, is_left: bool) -> int:
        """Give the position of a pair that is to come, -1 where it cannot; ``is_left`` tells that it goes, too."""
        at = position_of(self.answer.problem, row, col)
        if at >= 0 and at not in self._chosen:
            return at
        if at >= 0:
            way = "it would go and come back" if is_left else "the team serves it already"
            self.add(f"{self._pair(row, col)}: {way}")
        elif np.isin(row * len(self.answer.teams) + col, self.answer.pins.forbidden):
            self.add(f"{self._pair(row, col)}: the pair is forbidden. Hint: assign again without the forbid")
        else:
            hint = "Hint: assign again with pins=[(request_id, team_id)] if it must be"
            self.add(f"{self._pair(row, col)}: the pair is not eligible ({self._why_not(row, col)}). {hint}")
        return -1

    def twice(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Refuse pairs that are named more than once."""
        for pair, times in Counter(pairs).items():
            if times > 1:
                self.add(f"{self._pair(*pair)}: the same move of the pair is named {times} times")

    def too_many(self, gone: Sequence[tuple[int, int]], come: Sequence[tuple[int, int]]) -> None:
        """Refuse what gives a request more teams than it asks for, or a team more than it has places for."""
        answer = self.answer
        rows, cols = ({pair[side] for pair in come} for side in (0, 1))
        more, less = ([Counter(pair[side] for pair in pairs) for side in (0, 1)] for pairs in (come, gone))
        for row in sorted(rows):
            units, given = int(answer.requests.units[row]), int(answer.served[row]) + more[0][row] - less[0][row]
            if given > units:
                hint = f"Hint: name the team that it leaves{self._served_by(row)}" if answer.served[row] else ""
                self.add(f"request {self._id('requests', row)} asks for {units} and would get {given}. {hint}".rstrip())
        pinned = np.bincount(answer.cols[answer.is_pinned], minlength=len(answer.teams))
        for col in sorted(cols):
            places, load = int(answer.teams.free[col]), int(answer.load[col]) + more[1][col] - less[1][col]
            if load > max(places, int(pinned[col])):
                self.add(f"team {self._id('teams', col)} has {places} free places and would get {load}")

    def settle(self, n_moves: int) -> None:
        """Raise everything at once, if there is anything."""
        if self._said:
            what = "the move" if n_moves == 1 else "the moves"
            lines = "\n".join(f"- {sentence}" for sentence in self._said)
            raise ServiceMatchError(f"{what} cannot be made, and nothing was changed:\n{lines}")

    def _why_not(self, row: int, col: int) -> str:
        """Name the limits that a pair breaks; without one it is the reserve or the least relevance."""
        measures = self.answer.scorer.measures(row, col)
        broken = [str(name) for name, passes in zip(measures["limit"], measures["passes"], strict=True) if not passes]
        return "limits: " + ", ".join(broken) if broken else "below the reserve or the least relevance"

    def _served_by(self, row: int) -> str:
        ids = self.answer.teams.ids[self.answer.cols[self.answer.rows == row]].tolist()
        return f", it is served by {', '.join(repr(shown(one)) for one in ids)}" if ids else ", it is open"

    def _id(self, table: str, at: int) -> str:
        return repr(shown(getattr(self.answer, table).ids[[at]].tolist()[0]))

    def _pair(self, row: int, col: int) -> str:
        return f"request {self._id('requests', row)} at team {self._id('teams', col)}"
