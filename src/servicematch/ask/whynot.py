"""Why a request does not go to a team: the limits that fail, or exactly what forcing the pair would cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.forced import choice_of
from servicematch.ask.obstacles import Obstacle, obstacles_of
from servicematch.ask.overfull import swallowed_places
from servicematch.ask.ruled import forced_again, refuse_satisfaction
from servicematch.ask.told import Told
from servicematch.assign.decided import position_of
from servicematch.base.claim import SCALE
from servicematch.base.plain import plain
from servicematch.base.shown import one_or_many
from servicematch.out.ask_words import Names, change_text, move_text, same_text
from servicematch.out.why_words import WHY_WORDS, obstacle_text
from servicematch.solve.displacement import Change, force, losses
from servicematch.solve.ways import worth_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.ask.questions import Questions
    from servicematch.base.moves import Move
    from servicematch.out.words import Lang


class PairStatus(StrEnum):
    """How a pair stands to a plan."""

    CHOSEN = "CHOSEN"
    PINNED_ELSEWHERE = "PINNED_ELSEWHERE"
    FORBIDDEN = "FORBIDDEN"
    INELIGIBLE = "INELIGIBLE"
    NO_PLACE = "NO_PLACE"
    IN_SOME_OPTIMUM = "IN_SOME_OPTIMUM"
    COSTS = "COSTS"
    NOT_PROVED = "NOT_PROVED"


@dataclass(frozen=True, repr=False, eq=False)
class WhyNot(Told):
    """Why a pair is not in the plan, and what forcing it would cost.

    Attributes
    ----------
    status
        A `PairStatus`.
    score
        Of the pair, in [0, 1].
    obstacles
        All limits that the pair fails.
    gain
        What the plan would gain by forcing the pair, by tier, highest first (micro-points for ``"score"``); what it
        loses is negative. For a team without a place: with one place more there (None where it holds more than it has
        places for, and needs several). For an ineligible pair: if its limits were waived. None where it cannot be or
        is not known.
    moves
        Who would move, and who would drop out; they add up to ``gain``.
    winning_score
        The smallest score, in steps of a millionth, with which the pair is in every best plan; None where no score
        would do.
    slot_id, from_slot
        With slots: the slot that is told of, None where no single one is; and the slot in which the team serves the
        request now, where it does so in another.
    n_slots
        With slots and none named: how many of the team's slots could be forced in, of which this one costs least.
    is_beside_rules
        Whether a team without a place has none because pins or a rule leave it none for this request.
    has_slots
        Whether the plan has slots.
    """

    request_id: Any
    team_id: Any
    status: PairStatus
    score: float
    obstacles: tuple[Obstacle, ...]
    gain: Mapping[str, int] | None
    moves: tuple[Move, ...]
    winning_score: float | None
    slot_id: Any = None
    from_slot: Any = None
    n_slots: int = 0
    has_slots: bool = False
    is_beside_rules: bool = False

    @property
    def in_some_optimum(self) -> bool:
        """Whether some best plan has the pair."""
        return self.status in (PairStatus.CHOSEN, PairStatus.IN_SOME_OPTIMUM)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data, ready for JSON; ``redact`` hides the ids of other residents' requests."""
        names = Names("en", redact=redact, own=self.request_id)
        return plain(
            {
                "request_id": self.request_id,
                "team_id": self.team_id,
                **({"slot_id": self.slot_id, "from_slot": self.from_slot} if self.has_slots else {}),
                "status": self.status.value,
                "score": self.score,
                "obstacles": [one.to_dict() for one in self.obstacles],
                "gain": None if self.gain is None else dict(self.gain),
                "moves": [move_data(move, names) for move in self.moves],
                "in_some_optimum": self.in_some_optimum,
                "winning_score": self.winning_score,
            }
        )

    def _title(self, lang: Lang, *, redact: bool) -> str:
        names = Names(lang, redact=redact, own=self.request_id)
        return WHY_WORDS[lang]["why_not_title"].format(
            request=names.request(self.request_id), team=names.place(self.team_id, self.slot_id)
        )

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say, names = WHY_WORDS[lang], Names(lang, redact=redact, own=self.request_id)
        told = {
            "request": names.request(self.request_id),
            "team": names.place(self.team_id, self.slot_id),
            "from_place": names.place(self.team_id, self.from_slot),
            "n_slots": self.n_slots,
            "change": change_text(self.gain or {}, lang),
            "same": same_text(self.gain or {}, lang),
            "n": len(self.obstacles),
        }
        keys = self._sentences
        if self.gain is None:
            keys = keys[:1]
        lines = [one_or_many(say, key, len(self.obstacles)).format(**told) for key in keys]
        lines[1:1] = [obstacle_text(one, lang) for one in self.obstacles]
        if self.status is PairStatus.COSTS:
            lines.append(self._score_line(say))
        if self.moves and self.status is not PairStatus.CHOSEN:
            lines += [say["moves"], *(f"  {move_text(move, names)}" for move in self.moves)]
        return lines

    @property
    def _sentences(self) -> tuple[str, ...]:
        if not self.has_slots:
            return ("no_place_beside",) if self.is_beside_rules else _SENTENCES[self.status]
        moved = {} if self.from_slot is None else _SENTENCES_OF_MOVES
        keys = {**_SENTENCES, **_SENTENCES_OF_SLOTS, **moved}[self.status]
        return (*keys, "best_slot") if self.n_slots > 1 else keys

    def _score_line(self, say: Mapping[str, str]) -> str:
        if self.winning_score is not None:
            return say["would_win"].format(score=self.winning_score, own=self.score)
        by_tier = any(value for name, value in (self.gain or {}).items() if name != "score")
        return say["no_score"].format(why=say["higher_tier" if by_tier else "above_one"])


_SENTENCES = {
    PairStatus.CHOSEN: ("chosen",),
    PairStatus.PINNED_ELSEWHERE: ("pinned",),
    PairStatus.FORBIDDEN: ("forbidden", "forced"),
    PairStatus.INELIGIBLE: ("ineligible", "waived"),
    PairStatus.NO_PLACE: ("no_place", "one_place"),
    PairStatus.IN_SOME_OPTIMUM: ("free",),
    PairStatus.COSTS: ("forced",),
    PairStatus.NOT_PROVED: ("not_proved",),
}
_SENTENCES_OF_SLOTS = {
    PairStatus.PINNED_ELSEWHERE: ("pinned_slots",),
    PairStatus.FORBIDDEN: ("forbidden",),
    PairStatus.NO_PLACE: ("no_place_beside",),
}
_SENTENCES_OF_MOVES = {PairStatus.IN_SOME_OPTIMUM: ("moved_free",), PairStatus.COSTS: ("moved",)}


def move_data(move: Move, names: Names) -> dict[str, Any]:
    """Write a move as plain data."""
    request = names.plain_request(move.request_id)
    return plain({"request_id": request, "from_team": move.from_team, "to_team": move.to_team, "gain": dict(move.gain)})


def why_not(asked: Questions, request_id: Any, team_id: Any) -> WhyNot:
    """Say why a request does not go to a team.

    Examples
    --------
    >>> from servicematch.ask.questions import Questions
    >>> from servicematch.assign.run import run
    >>> teams = {"id": ["t1", "t2"], "skills": ["yoga", None], "capacity": [1, 1]}
    >>> why_not(Questions(run({"id": ["r1"], "skills": ["yoga"]}, teams)), "r1", "t2").status.value
    'INELIGIBLE'
    """
    answer = asked.answer
    row, col = answer.requests.index(request_id), answer.teams.index(team_id)
    request, team = answer.requests.ids[[row]].tolist()[0], answer.teams.ids[[col]].tolist()[0]
    gain_here = asked.gain_of(row, col)
    pair = np.array([row], dtype=np.int32), np.array([col], dtype=np.int32)
    score = float(answer.scorer.score(*pair)[0])
    if col in answer.problem.col[asked.chosen_of(row)]:
        return WhyNot(request, team, PairStatus.CHOSEN, score, (), dict.fromkeys(asked.tiers, 0), (), score)
    obstacles = obstacles_of(answer, row, col)
    key = row * len(answer.teams) + col
    is_forbidden = bool(np.isin(key, answer.pins.forbidden))
    status = PairStatus.INELIGIBLE if obstacles else PairStatus.FORBIDDEN if is_forbidden else PairStatus.COSTS
    if not asked.is_proved:
        status = status if status is PairStatus.INELIGIBLE else PairStatus.NOT_PROVED
        return WhyNot(request, team, status, score, obstacles, None, (), None)
    if status is PairStatus.COSTS:
        refuse_satisfaction(answer, "why_not: what an eligible pair costs")
    if answer.has_rules:
        return _by_planning_again(asked, WhyNot(request, team, status, score, obstacles, None, (), None))
    if asked.exits.matching.problem.need[row] == 0:
        return WhyNot(request, team, PairStatus.PINNED_ELSEWHERE, score, obstacles, None, (), None)
    change = forced_change(asked, row, col, gain_here)
    if change is None:
        one_more = None if obstacles or swallowed_places(answer)[col] else _with_one_place(asked, row, gain_here)
        status = status if obstacles else PairStatus.NO_PLACE
        return WhyNot(request, team, status, score, obstacles, one_more, (), None)
    if status is PairStatus.COSTS and change.is_nothing:
        status = PairStatus.IN_SOME_OPTIMUM
    winning = _winning_score(change, gain_here, answer.policy.skip_value)
    moves = asked.moves(change.steps)
    return WhyNot(request, team, status, score, obstacles, asked.change(change), moves, winning)


def _by_planning_again(asked: Questions, pair: WhyNot) -> WhyNot:
    """Complete the answer about a pair of a plan with rules: what it costs to force it in, without the moves."""
    answer = asked.answer
    row, col = answer.requests.index(pair.request_id), answer.teams.index(pair.team_id)
    if pair.status is not PairStatus.COSTS:
        return pair
    pinned = 0 if answer.problem.fixed is None else int(answer.is_pinned[answer.rows == row].sum())
    if pinned >= answer.requests.units[row]:
        return replace(pair, status=PairStatus.PINNED_ELSEWHERE)
    is_possible = position_of(answer.problem, row, col) in choice_of(answer, row).possible
    gain = forced_again(answer, row, col) if is_possible else None
    if gain is None:
        return replace(pair, status=PairStatus.NO_PLACE, is_beside_rules=not is_possible)
    return with_gain(pair, gain)


def with_gain(pair: WhyNot, gain: Mapping[str, int]) -> WhyNot:
    """Complete the answer with what forcing the pair changes; what the score lacks for it is what is lost of it.

    Examples
    --------
    >>> pair = WhyNot("r", "t", PairStatus.COSTS, 0.5, (), None, (), None)
    >>> with_gain(pair, {"served": 0, "score": -20_000}).winning_score, with_gain(pair, {"served": 0, "score": 0}).status.value
    (0.520001, 'IN_SOME_OPTIMUM')
    """
    *counts, score = gain.values()
    needed = round(pair.score * SCALE) - score + 1
    winning = None if any(counts) or needed > SCALE else needed / SCALE
    status = PairStatus.COSTS if any(counts) or score else PairStatus.IN_SOME_OPTIMUM
    return replace(pair, status=status, gain=gain, winning_score=winning)


def forced_change(asked: Questions, row: int, col: int, gain: int) -> Change | None:
    """Return the change that forces one pair, eligible or not; None where no place can be made."""
    found = losses(asked.exits, row, (np.array([col], dtype=np.int32), np.array([gain], dtype=np.int64)))
    return force(asked.exits, row, found, 0)


def _with_one_place(asked: Questions, row: int, gain: int) -> dict[str, int]:
    """Return what one place more at a full team brings, given to this request."""
    exits = asked.exits
    own, margin, has = exits.margins(row)
    is_open = exits.matching.open_rows[row]
    if is_open:
        return asked.change(Change(0, int(exits.matching.problem.tier[row]), -gain))
    given_up = int(own[has][np.argmin(margin[has])])
    won, refill = worth_in(exits, given_up)
    lost_here = asked.gain_of(row, given_up)
    return asked.change(Change(0, won, lost_here - refill - gain))


def _winning_score(change: Change, gain: int, skip_value: float) -> float | None:
    """Return the least score that makes the pair better than every other plan; None where none up to 1 does."""
    if change.lost or change.won:
        return None
    needed = gain + change.gain_lost + 1 + round(skip_value * SCALE)
    return needed / SCALE if needed <= SCALE else None
