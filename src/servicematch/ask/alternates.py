"""Next choices for a request, by what each would cost the whole plan, with the moves that it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.ruled import forced_again
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
    from servicematch.base.moves import Move
    from servicematch.out.words import Lang


@dataclass(frozen=True, slots=True)
class Alternate:
    """One next choice: the team, its score, what the plan gains by it (losses are negative), and who moves."""

    team_id: Any
    score: float
    gain: Mapping[str, int]
    moves: tuple[Move, ...]

    @property
    def is_tie(self) -> bool:
        """Whether the plan with this choice is just as good."""
        return not any(self.gain.values())

    @property
    def n_moves(self) -> int:
        """How many other requests are touched."""
        return len(self.moves) - 1


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
    """

    request_id: Any
    choices: tuple[Alternate, ...]
    answer: Answer
    n_possible: int

    def __len__(self) -> int:
        return len(self.choices)

    def columns(self) -> dict[str, Any]:
        """Return the columns of the frame: team_id, score, a gain by tier (score in points), n_moves, is_tie."""
        tiers = tuple(self.choices[0].gain) if self.choices else ("score",)
        ids = np.empty(len(self.choices), dtype=object)
        ids[:] = [one.team_id for one in self.choices]
        gains = {
            f"gain_{tier}": np.array([one.gain[tier] / (1e6 if tier == "score" else 1) for one in self.choices])
            for tier in tiers
        }
        return {
            "team_id": ids,
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
                "score": one.score,
                "gain": dict(one.gain),
                "is_tie": one.is_tie,
                "moves": [move_data(move, names) for move in one.moves],
            }
            for one in self.choices
        ]
        return plain({"request_id": self.request_id, "choices": choices})

    def _title(self, lang: Lang, *, redact: bool) -> str:
        names = Names(lang, redact=redact, own=self.request_id)
        return WHY_WORDS[lang]["alternates_title"].format(request=names.request(self.request_id))

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say, names = WHY_WORDS[lang], Names(lang, redact=redact, own=self.request_id)
        if not self.choices:
            return [say["none"].format(request=names.request(self.request_id))]
        lines = [self._title(lang, redact=redact) + ("：" if lang == "zh" else ":")]
        for rank, one in enumerate(self.choices, start=1):
            dropped = [move.request_id for move in one.moves if move.is_drop]
            drops = "".join(say["drops"].format(request=names.request(id_)) for id_ in dropped)
            told = {"rank": rank, "team": names.team(one.team_id), "score": one.score}
            told["moves"] = one_or_many(say, "n_moved", one.n_moves).format(n=one.n_moves)
            tie = say["tie"] if one.is_tie else ""
            lines.append(say["alternate"].format(**told, change=change_text(one.gain, lang), tie=tie) + drops)
        return lines


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
    if answer.policy.rules and asked.is_proved:
        return _by_planning_again(asked, row, k)
    found = losses(asked.exits, row)
    order = np.lexsort((found.cols, found.loss))
    possible, choices = order[np.isfinite(found.loss[order])].tolist(), []
    for i in possible[:k]:
        change = force(asked.exits, row, found, i)
        assert change is not None
        pair = np.array([row], dtype=np.int32), found.cols[[i]]
        team = answer.teams.ids[pair[1]].tolist()[0]
        score = float(answer.scorer.score(*pair)[0])
        choices.append(Alternate(team, score, asked.change(change), asked.moves(change.steps)))
    return Alternates(answer.requests.ids[[row]].tolist()[0], tuple(choices), answer, len(possible))


def _by_planning_again(asked: Questions, row: int, k: int) -> Alternates:
    """Force each eligible pair of a plan with rules in and solve again; who would move is not told."""
    answer = asked.answer
    start, stop = answer.problem.row_start[row : row + 2].tolist()
    cols = np.setdiff1d(answer.problem.col[start:stop], answer.cols[answer.rows == row])
    scores = answer.scorer.score(np.full(len(cols), row, dtype=np.int32), cols.astype(np.int32)).tolist()
    teams = answer.teams.ids[cols].tolist()
    found = [
        (gain, at, Alternate(team, score, gain, ()))
        for at, (col, score, team) in enumerate(zip(cols.tolist(), scores, teams, strict=True))
        if (gain := forced_again(answer, row, col)) is not None
    ]
    found.sort(key=lambda one: ([-value for value in one[0].values()], one[1]))
    return Alternates(answer.requests.ids[[row]].tolist()[0], tuple(one for *_, one in found[:k]), answer, len(found))
