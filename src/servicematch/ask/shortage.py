"""Shortages: a set of requests that asks for more units than there are places it could ever have.

From the open units of a request, walk to the teams it may have, from there to the requests they serve, and on. Where
this meets neither a free place nor a request of a lower class, the requests met (R) and the teams met (T) are a cut:
every pair of R with a team outside T is chosen already, and every place at T is held by R, so that units asked by R =
places at T + units of R at other teams + open units of R. The last are the shortage, however the places are shared out.
R then takes in all other open requests whose every open way leads to T: the equation holds for them too, and whoever
waits for these places is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.loose import loose_matching
from servicematch.ask.ruled import refuse_rules
from servicematch.ask.told import Told
from servicematch.base.plain import plain
from servicematch.base.shown import one_or_many
from servicematch.out.ask_words import Names
from servicematch.out.shortage_words import SHORTAGE_WORDS, cut_text, request_names
from servicematch.solve.matching import spans
from servicematch.solve.problem import Status

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.out.words import Lang
    from servicematch.solve.matching import Matching


_NAMED = 4
"""So many requests are told by name."""


class Kind(StrEnum):
    """What the walk found."""

    SERVED = "SERVED"
    NO_TEAM = "NO_TEAM"
    SHORTAGE = "SHORTAGE"
    CHOICE = "CHOICE"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Shortage(Told):
    """Which requests want more than which teams can give.

    Attributes
    ----------
    request_id
        Where the search began.
    kind
        ``"SHORTAGE"``; ``"NO_TEAM"`` where no team may serve the request at all; ``"CHOICE"`` where a free place or a
        request of a lower priority could give way, so that priority or score decides; ``"SERVED"`` where nothing is open.
    requests, teams
        Ids of those that the shortage is about: all requests that hold places at these teams, or wait for them and for
        no other.
    asked, places, others, shortage
        Units asked by these requests; places at these teams; units that they have at other teams (all that other teams
        are open to); and what is missing: ``asked = places + others + shortage``.
    n_other_teams
        How many those other teams are.
    met
        For a choice: ``"free"`` (a free place) or ``"lower"`` (a request of a lower priority).
    has_pins
        Whether pins have taken units or places, which are not counted.
    is_proved
        Whether the plan is proved optimal: only then does a choice say why the request stays open.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> shortage(run({"id": [1, 2, 3], "priority": [1, 1, 0]}, {"id": ["t1"], "capacity": [2]}), 3)
    3 requests that wait for the same teams as request 3 or hold their places (request 1, request 2, request 3): \
3 units asked, 2 places at team 't1', and only this team is open to them; 1 too few.
    However the places are shared out, 1 of these units stays open.
    """

    request_id: Any
    kind: str
    requests: tuple[Any, ...] = ()
    teams: tuple[Any, ...] = ()
    asked: int = 0
    places: int = 0
    others: int = 0
    shortage: int = 0
    n_other_teams: int = 0
    met: str | None = None
    has_pins: bool = False
    is_proved: bool = True

    @property
    def is_shortage(self) -> bool:
        """Whether no sharing out of these teams could serve these requests."""
        return self.kind == Kind.SHORTAGE

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data; ``redact`` hides the other requests.

        Examples
        --------
        >>> from servicematch.assign.run import run
        >>> shortage(run({"id": [1, 2], "priority": [1, 0]}, {"id": ["t"]}), 2).to_dict(redact=True)["requests"]
        ['A', 2]
        """
        names = Names("en", redact=redact, own=self.request_id)
        numbers = {name: getattr(self, name) for name in ("asked", "places", "others", "n_other_teams", "shortage")}
        return plain(
            {
                "request_id": self.request_id,
                "kind": str(self.kind),
                **numbers,
                "requests": [names.plain_request(id_) for id_ in self.requests],
                "teams": list(self.teams),
                "met": self.met,
                "has_pins": self.has_pins,
                "is_proved": self.is_proved,
            }
        )

    def _title(self, lang: Lang, *, redact: bool) -> str:
        names = Names(lang, redact=redact, own=self.request_id)
        return SHORTAGE_WORDS[lang]["title"].format(request=names.request(self.request_id))

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say = SHORTAGE_WORDS[lang]
        names = Names(lang, redact=redact, own=self.request_id)
        named = request_names(names, self.request_id)
        if self.kind == Kind.SHORTAGE:
            lines = self._cut(lang, names, named)
        elif self.kind == Kind.CHOICE:
            lines = [
                say["CHOICE" if self.is_proved else "CHOICE_not_proved"].format(
                    why=say[self.met or "free"].format(**named)
                )
            ]
        else:
            lines = [one_or_many(say, str(self.kind), self.asked).format(asked=self.asked, **named)]
        return [*lines, say["pinned"]] if self.has_pins else lines

    def _cut(self, lang: Lang, names: Names, named: dict[str, str]) -> list[str]:
        say, n = SHORTAGE_WORDS[lang], len(self.requests)
        key = "of_one" if n == 1 else "of_few" if n <= _NAMED else "of_many"
        listed = say["and"].join(names.request(id_) for id_ in self.requests[:_NAMED])
        whose = say[key].format(n=n, listed=listed, **named)
        numbers = {
            **{name: getattr(self, name) for name in ("asked", "places", "others", "n_other_teams", "shortage")},
            "n_teams": len(self.teams),
        }
        proved = one_or_many(say, "proved", self.shortage).format(shortage=f"{self.shortage:,}")
        team = names.team(self.teams[0]) if len(self.teams) == 1 else None
        return [whose + cut_text(numbers, lang, team=team), proved]


def shortage(answer: Answer, request_id: Any) -> Shortage:
    """Find the shortage that leaves a request open, if it is one.

    Raises
    ------
    TableError
        When no request has this id.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> found = shortage(run({"id": ["a"], "units": [3]}, {"id": ["t1", "t2"]}), "a")
    >>> found.asked, found.places, found.others, found.shortage
    (3, 0, 2, 1)
    """
    refuse_rules(answer, "shortage")
    row, fixed = answer.requests.index(request_id), answer.problem.fixed
    request_id = answer.requests.ids[[row]].tolist()[0]
    has_pins, matching = fixed is not None and bool(fixed.any()), loose_matching(answer)
    problem = matching.problem
    n_open = int(problem.need[row] - matching.served[row])
    if not n_open:
        return Shortage(request_id, Kind.SERVED)
    if problem.row_start[row] == problem.row_start[row + 1]:
        return Shortage(request_id, Kind.NO_TEAM, requests=(request_id,), asked=n_open, has_pins=has_pins)
    rows, cols, met = _walk(matching, row)
    if met is not None:
        is_proved = answer.solution.status is Status.PROVED
        return Shortage(request_id, Kind.CHOICE, met=met, has_pins=has_pins, is_proved=is_proved)
    rows |= _waiting_for(matching, cols)
    outside = matching.col[rows[matching.row] & ~cols[matching.col]]
    return Shortage(
        request_id,
        Kind.SHORTAGE,
        requests=tuple(answer.requests.ids[rows].tolist()),
        teams=tuple(answer.teams.ids[cols].tolist()),
        asked=int(problem.need[rows].sum()),
        places=int(problem.capacity[cols].sum()),
        others=len(outside),
        shortage=int((problem.need[rows] - matching.served[rows]).sum()),
        n_other_teams=len(np.unique(outside)),
        has_pins=has_pins,
    )


def _walk(matching: Matching, start: int) -> tuple[BoolArray, BoolArray, str | None]:
    """Mark the rows and columns that the open units of a row lead to; stop at a free place or a lower class."""
    problem = matching.problem
    rows, cols = np.zeros(problem.n_rows, dtype=np.bool_), np.zeros(problem.n_cols, dtype=np.bool_)
    front: IntArray = np.array([start], dtype=np.int64)
    while len(front):
        rows[front] = True
        pairs = spans(problem.row_start, front)
        to = problem.col[pairs[~matching.is_chosen[pairs]]]
        new = np.unique(to[~cols[to]]).astype(np.int64)
        cols[new] = True
        if not matching.full_cols[new].all():
            return rows, cols, "free"
        held = np.unique(matching.row[matching.member[spans(matching.member_start, new)]]).astype(np.int64)
        if (problem.tier[held] < problem.tier[start]).any():
            return rows, cols, "lower"
        front = held[~rows[held]]
    return rows, cols, None


def _waiting_for(matching: Matching, cols: BoolArray) -> BoolArray:
    """Mark the open rows whose pairs that are not chosen lead to these columns, and none to another."""
    problem, is_chosen = matching.problem, matching.is_chosen
    inside = cols[problem.col]
    ways_in, ways_out = (
        np.bincount(problem.row[~is_chosen & side], minlength=problem.n_rows) for side in (inside, ~inside)
    )
    waiting: BoolArray = matching.open_rows & (ways_in > 0) & (ways_out == 0)
    return waiting
