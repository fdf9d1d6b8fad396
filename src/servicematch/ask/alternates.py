"""Next choices for a request, by what each would cost the whole plan, with the moves that it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.forced import cheapest_by_team, choice_of
from servicematch.ask.ruled import forced_again, refuse_satisfaction
from servicematch.ask.told import Told
from servicematch.ask.whynot import move_data
from servicematch.base.plain import plain
from servicematch.base.shown import one_or_many
from servicematch.out.ask_words import Names, change_text
from servicematch.out.why_words import WHY_WORDS
from servicematch.solve.displacement import force, losses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.ask.questions import Questions
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import Int32Array
    from servicematch.base.moves import Move
    from servicematch.out.words import Lang


@dataclass(frozen=True, slots=True)
class Alternate:
    """One next choice: the team, its score, what the plan gains by it (losses are negative), and who moves.

    With slots also the slot, of the team's that which costs least.
    """

    team_id: Any
    score: float
    gain: Mapping[str, int]
    moves: tuple[Move, ...]
    slot_id: Any = None

    @property
    def is_tie(self) -> bool:
        """Whether the plan with this choice is just as good."""
        return not any(self.gain.values())

    @property
    def n_moves(self) -> int:
        """How many other requests are touched; -1 where a plan with rules or slots was planned again and does not tell."""
        return len(self.moves) - 1

    def moves_text(self, lang: Lang) -> str:
        """Say how many other requests are touched."""
        say, n = WHY_WORDS[lang], self.n_moves
        return say["n_moved_untold"] if n < 0 else one_or_many(say, "n_moved", n).format(n=n)


@dataclass(frozen=True, repr=False, eq=False)
class Alternates(Told):
    """The next choices for a request, the least loss of the whole plan first.

    Attributes
    ----------
    request_id
        Whose.
    choices
        So many as were asked for, if there are as many.
    answer
        What was asked.
    n_possible
        Teams that could be chosen instead, whether among ``choices`` or not.
    n_without_place, n_forbidden
        Other teams that pass every limit, but at which no place can be made; or that pins forbid.
    is_pinned
        Whether all units of the request are pinned, so that nothing is left to choose.
    """

    request_id: Any
    choices: tuple[Alternate, ...]
    answer: Answer
    n_possible: int
    n_without_place: int = 0
    n_forbidden: int = 0
    is_pinned: bool = False

    def __len__(self) -> int:
        return len(self.choices)

    def columns(self) -> dict[str, Any]:
        """Return the columns of the frame: team_id, score, a gain by tier (score in points), n_moves, is_tie.

        With slots also slot_id, behind team_id.
        """
        tiers = tuple(self.choices[0].gain) if self.choices else ("score",)
        ids, slots = (np.empty(len(self.choices), dtype=object) for _ in range(2))
        ids[:], slots[:] = [one.team_id for one in self.choices], [one.slot_id for one in self.choices]
        gains = {
            f"gain_{tier}": np.array([one.gain[tier] / (1e6 if tier == "score" else 1) for one in self.choices])
            for tier in tiers
        }
        return {
            "team_id": ids,
            **({} if self.answer.slots is None else {"slot_id": slots}),
            "score": np.array([one.score for one in self.choices], dtype=np.float64),
            **gains,
            "n_moves": np.array([one.n_moves for one in self.choices], dtype=np.int64),
            "is_tie": np.array([one.is_tie for one in self.choices], dtype=np.bool_),
        }

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data, ready for JSON; ``redact`` hides the ids of other residents' requests."""
        names = Names("en", redact=redact, own=self.request_id)
        choices = [
            {
                "team_id": one.team_id,
                **({} if self.answer.slots is None else {"slot_id": one.slot_id}),
                "score": one.score,
                "gain": dict(one.gain),
                "is_tie": one.is_tie,
                "moves": [move_data(move, names) for move in one.moves],
            }
            for one in self.choices
        ]
        others = {name: getattr(self, name) for name in ("n_possible", "n_without_place", "n_forbidden", "is_pinned")}
        return plain({"request_id": self.request_id, "choices": choices, **others})

    def _title(self, lang: Lang, *, redact: bool) -> str:
        names = Names(lang, redact=redact, own=self.request_id)
        return WHY_WORDS[lang]["alternates_title"].format(request=names.request(self.request_id))

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say, names = WHY_WORDS[lang], Names(lang, redact=redact, own=self.request_id)
        if not self.choices:
            return self._why_none(say, names.request(self.request_id))
        lines = [self._title(lang, redact=redact) + ("：" if lang == "zh" else ":")]
        for rank, one in enumerate(self.choices, start=1):
            dropped = [move.request_id for move in one.moves if move.is_drop]
            drops = "".join(say["drops"].format(request=names.request(id_)) for id_ in dropped)
            told = {"rank": rank, "team": names.place(one.team_id, one.slot_id), "score": one.score}
            told["moves"] = one.moves_text(lang)
            tie = say["tie"] if one.is_tie else ""
            lines.append(say["alternate"].format(**told, change=change_text(one.gain, lang), tie=tie) + drops)
        return lines

    def _why_none(self, say: Mapping[str, str], request: str) -> list[str]:
        counts = {"none_without_place": self.n_without_place, "none_forbidden": self.n_forbidden}
        told = [one_or_many(say, key, n).format(n=n, request=request) for key, n in counts.items() if n]
        return (
            [say["pinned"].format(request=request)] if self.is_pinned else told or [say["none"].format(request=request)]
        )


def alternates(asked: Questions, request_id: Any, k: int = 3) -> Alternates:
    """Return the k next choices of a request, by the loss of the whole plan, then in canonical order of the teams.

    Examples
    --------
    >>> from servicematch.ask.questions import Questions
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": ["r"]}, {"id": ["a", "b"], "mean_rating": [0.9, 0.4], "n_rated": [9, 9]})
    >>> [one.team_id for one in alternates(Questions(answer), "r").choices]
    ['b']
    """
    answer = asked.answer
    row = answer.requests.index(request_id)
    refuse_satisfaction(answer, "alternates")
    if answer.timed is not None:
        return _of_slots(asked, row, k)
    if answer.has_rules and asked.is_proved:
        return _by_planning_again(asked, row, k)
    found = losses(asked.exits, row)
    order = np.lexsort((found.cols, found.loss))
    possible = order[np.isfinite(found.loss[order])]
    order = possible[:k]
    cols = found.cols[order]
    teams = answer.teams.ids[cols].tolist()
    scores = answer.scorer.score(np.full(len(cols), row, dtype=np.int32), cols).tolist()
    choices = []
    for i, team, score in zip(order.tolist(), teams, scores, strict=True):
        change = force(asked.exits, row, found, i)
        assert change is not None
        choices.append(Alternate(team, score, asked.change(change), asked.moves(change.steps)))
    return _told(answer, row, tuple(choices), len(possible))


def _by_planning_again(asked: Questions, row: int, k: int) -> Alternates:
    """Force each eligible pair of a plan with rules in and solve again; who would move is not told."""
    answer = asked.answer
    start, stop = answer.problem.row_start[row : row + 2].tolist()
    cols = np.setdiff1d(answer.problem.col[start:stop], answer.cols[answer.rows == row])
    cols = cols[np.isin(cols, answer.problem.col[choice_of(answer, row).possible])]
    scores = answer.scorer.score(np.full(len(cols), row, dtype=np.int32), cols.astype(np.int32)).tolist()
    teams = answer.teams.ids[cols].tolist()
    found = [
        (gain, at, Alternate(team, score, gain, ()))
        for at, (col, score, team) in enumerate(zip(cols.tolist(), scores, teams, strict=True))
        if (gain := forced_again(answer, row, col)) is not None
    ]
    found.sort(key=lambda one: ([-value for value in one[0].values()], one[1]))
    return _told(answer, row, tuple(one for *_, one in found[:k]), len(found))


def _of_slots(asked: Questions, row: int, k: int) -> Alternates:
    """Force the best slot of each of the k best teams in, by planning again; who would move is not told."""
    answer, problem = asked.answer, asked.answer.problem
    asked.refuse_unproved()
    choice = choice_of(answer, row)
    teams = answer.team_of(problem.col[choice.pairs])
    pairs = choice.of(~np.isin(teams, answer.cols[answer.rows == row])).possible
    found = cheapest_by_team(answer, row, pairs, k) if len(pairs) else []
    at = np.array([one.pair for one in found], dtype=np.int64)
    cols = problem.col[at]
    names = zip(answer.teams.ids[answer.team_of(cols)].tolist(), _slot_ids(answer, cols), strict=True)
    scores = answer.column_scorer.score(np.full(len(at), row, dtype=np.int32), cols).tolist()
    choices = tuple(
        Alternate(team, score, one.gain, (), slot)
        for one, (team, slot), score in zip(found, names, scores, strict=True)
    )
    return _told(answer, row, choices, len(np.unique(answer.team_of(problem.col[pairs]))))


def _slot_ids(answer: Answer, slots: Int32Array) -> list[Any]:
    ids: list[Any] = [] if answer.slots is None else answer.slots.ids[slots].tolist()
    return ids


def _told(answer: Answer, row: int, choices: tuple[Alternate, ...], n_possible: int) -> Alternates:
    """Add what stands against the other teams that pass every limit."""
    start, stop = answer.problem.row_start[row : row + 2].tolist()
    n_others = len(np.unique(answer.team_of(answer.problem.col[start:stop]))) - int(answer.served[row])
    return Alternates(
        request_id=answer.requests.ids[[row]].tolist()[0],
        choices=choices,
        answer=answer,
        n_possible=n_possible,
        n_without_place=n_others - n_possible,
        n_forbidden=n_forbidden(answer, row),
        is_pinned=int(answer.is_pinned[answer.rows == row].sum()) >= int(answer.requests.units[row]),
    )


def n_forbidden(answer: Answer, row: int) -> int:
    """Count the teams that pass every limit for a request, but are forbidden by pins, with slots in all that suit.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> n_forbidden(run({"id": [1]}, {"id": [1, 2]}, pins=[(1, 2, None, "forbid")]), 0)
    1
    """
    start, stop = answer.scored.indptr[row : row + 2].tolist()
    teams = answer.scored.cols[start:stop]
    left = ~np.isin(answer.scored.keys[start:stop], answer.pins.forbidden)
    return len(np.setdiff1d(teams, teams[left]))
