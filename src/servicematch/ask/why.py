"""Why a request is served as it is: its score by terms, and what stands against its next choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.alternates import Alternate, alternates, n_forbidden
from servicematch.ask.ruled import wants_several
from servicematch.ask.told import Told
from servicematch.ask.whynot import WhyNot, move_data, why_not
from servicematch.ask.whynot_slots import why_not_in_slot
from servicematch.base.plain import plain
from servicematch.base.shown import one_or_many
from servicematch.out.ask_words import Names, change_text
from servicematch.out.why_words import WHY_WORDS
from servicematch.out.words import TERM_WORDS, word

if TYPE_CHECKING:
    from servicematch.ask.questions import Questions
    from servicematch.assign.answer import Answer
    from servicematch.out.words import Lang


@dataclass(frozen=True, slots=True)
class Service:
    """One team that serves a request: its score and the contributions of the terms, which add up to it; its slot."""

    team_id: Any
    score: float
    is_pinned: bool
    contributions: tuple[tuple[str, float], ...]
    slot_id: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class Why(Told):
    """Why a request is served as it is.

    Attributes
    ----------
    services
        Its teams, with what their scores are made of; empty for a request that is not served.
    top
        Why its best team by score, with slots in the best slot, is not the one; None where it is.
    next_by_score, next_slot
        The best other eligible team by score and that score, None where there is none; with slots, in which one.
    next_by_plan
        The next choice that costs the whole plan least; None where there is none or the plan is not proved.
    n_forbidden
        Other teams that pass every limit, but that pins forbid.
    """

    request_id: Any
    services: tuple[Service, ...]
    top: WhyNot | None
    next_by_score: tuple[Any, float] | None
    next_by_plan: Alternate | None
    n_forbidden: int = 0
    next_slot: Any = None

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data, ready for JSON; ``redact`` hides the ids of other residents' requests."""
        names, after = Names("en", redact=redact, own=self.request_id), self.next_by_plan
        services = [
            {
                "team_id": one.team_id,
                **_slot(one.slot_id),
                "score": one.score,
                "is_pinned": one.is_pinned,
                "contributions": dict(one.contributions),
            }
            for one in self.services
        ]
        by_plan = after and {
            "team_id": after.team_id,
            **_slot(after.slot_id),
            "score": after.score,
            "gain": dict(after.gain),
            "moves": [move_data(move, names) for move in after.moves],
        }
        return plain(
            {
                "request_id": self.request_id,
                "services": services,
                "top": None if self.top is None else self.top.to_dict(redact=redact),
                "next_by_score": None if self.next_by_score is None else list(self.next_by_score),
                "next_by_plan": by_plan,
                "n_forbidden": self.n_forbidden,
                **({} if self.next_slot is None else {"next_slot": self.next_slot}),
            }
        )

    def _title(self, lang: Lang, *, redact: bool) -> str:
        names = Names(lang, redact=redact, own=self.request_id)
        return WHY_WORDS[lang]["why_title"].format(request=names.request(self.request_id))

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say, names = WHY_WORDS[lang], Names(lang, redact=redact, own=self.request_id)
        request = names.request(self.request_id)
        lines = [_service_line(one, request, names, lang) for one in self.services]
        if not lines:
            lines = [say["unserved"].format(request=request)]
        if self.top is not None:
            reason = self.top.describe(lang, redact=redact).splitlines()[0].rstrip(".。")
            team = names.place(self.top.team_id, self.top.slot_id)
            lines.append(say["top_taken"].format(team=team, score=self.top.score, change=reason))
        if self.next_by_score is None:
            n = self.n_forbidden
            return [*lines, one_or_many(say, "others_forbidden", n).format(n=n) if n else say["no_other"]]
        team, score = self.next_by_score
        lines.append(say["second_by_score"].format(team=names.place(team, self.next_slot), score=score))
        after = self.next_by_plan
        if after is not None:
            told = {"team": names.place(after.team_id, after.slot_id), "change": change_text(after.gain, lang)}
            told["moves"] = after.moves_text(lang)
            lines.append(say["second_by_plan"].format(**told))
        return lines


def _service_line(one: Service, request: str, names: Names, lang: Lang) -> str:
    say = WHY_WORDS[lang]
    terms = ", ".join(f"{word(TERM_WORDS, name, lang)} {points:.6f}" for name, points in one.contributions)
    team = names.place(one.team_id, one.slot_id)
    line = say["serves"].format(team=team, request=request, score=one.score, terms=terms or "–")
    return line + (say["pinned_pair"] if one.is_pinned else "")


def _slot(slot_id: Any) -> dict[str, Any]:
    return {} if slot_id is None else {"slot_id": slot_id}


def why(asked: Questions, request_id: Any) -> Why:
    """Say why a request is served as it is.

    Examples
    --------
    >>> from servicematch.ask.questions import Questions
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": ["r"]}, {"id": ["a", "b"], "mean_rating": [0.9, 0.4], "n_rated": [9, 9]})
    >>> why(Questions(answer), "r").next_by_score[0]
    'b'
    """
    answer = asked.answer
    row = answer.requests.index(request_id)
    request = answer.requests.ids[[row]].tolist()[0]
    here, fixed = asked.chosen_of(row), answer.problem.fixed
    chosen, pinned = answer.problem.col[here], np.zeros(len(here), dtype=np.bool_) if fixed is None else fixed[here]
    services = tuple(
        _service(asked, row, col, is_pinned=is_pinned)
        for col, is_pinned in zip(chosen.tolist(), pinned.tolist(), strict=True)
    )
    start, stop = answer.problem.row_start[row : row + 2].tolist()
    cols, gains = answer.problem.col[start:stop], answer.problem.gain[start:stop]
    best = cols[np.lexsort((cols, -gains))]
    top = None
    # of one unit by itself, and where the best plan is the greatest sum
    is_told = not wants_several(answer, row) and answer.policy.satisfaction is None
    if services and is_told and best[0] not in chosen:
        top = _why_not(asked, request, int(best[0]))
    others = best[~np.isin(answer.team_of(best), answer.team_of(chosen))]
    by_score, slot = None, None
    if len(others):
        score = float(answer.column_scorer.score(np.array([row], dtype=np.int32), others[:1])[0])
        team, slot = _place(answer, int(others[0]))
        by_score = team, score
    by_plan = alternates(asked, request, 1).choices if asked.is_proved and is_told else ()
    return Why(request, services, top, by_score, by_plan[0] if by_plan else None, n_forbidden(answer, row), slot)


def _why_not(asked: Questions, request: Any, column: int) -> WhyNot:
    team, slot = _place(asked.answer, column)
    return why_not(asked, request, team) if slot is None else why_not_in_slot(asked, request, team, slot)


def _place(answer: Answer, column: int) -> tuple[Any, Any]:
    """Name the team of a column, and its slot where columns are slots."""
    team = answer.teams.ids[answer.team_of(np.array([column], dtype=np.int32))].tolist()[0]
    return team, None if answer.slots is None else answer.slots.ids[[column]].tolist()[0]


def _service(asked: Questions, row: int, col: int, *, is_pinned: bool) -> Service:
    answer = asked.answer
    parts = answer.column_scorer.breakdown(row, col)
    terms = zip(parts["term"].tolist(), parts["contribution"].tolist(), parts["weight"].tolist(), strict=True)
    contributions = tuple((name, points) for name, points, weight in terms if weight > 0)
    score = float(answer.column_scorer.score(np.array([row], dtype=np.int32), np.array([col], dtype=np.int32))[0])
    team, slot = _place(answer, col)
    return Service(team, score, is_pinned, contributions, slot)
