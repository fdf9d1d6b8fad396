"""Why units of a request stay open: each with its one reason, and what it would take to serve one more."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.alternates import alternates
from servicematch.ask.blocking import blocking_lines, blocking_set
from servicematch.ask.obstacles import LimitStep, waterfall_of
from servicematch.ask.one_more import COMPETITION, Displacement, one_more_unit
from servicematch.ask.sides import metres_of
from servicematch.ask.told import Told
from servicematch.ask.whynot import move_data
from servicematch.base.plain import plain
from servicematch.base.shown import one_or_many
from servicematch.out.ask_words import Names, move_text, same_text
from servicematch.out.diff_words import effect_text
from servicematch.out.sentences import reason_text
from servicematch.out.why_words import WHY_WORDS, step_text
from servicematch.out.words import REASON_WORDS, word
from servicematch.solve.certificate import value_of
from servicematch.solve.flow import solve_flow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from servicematch.ask.questions import Questions
    from servicematch.assign.reasons import OpenUnits
    from servicematch.out.words import Lang


@dataclass(frozen=True, repr=False, eq=False)
class Explanation(Told):
    """Why units of a request stay open.

    Attributes
    ----------
    reasons
        One for each group of units: they add up to what is missing. Empty for a request that has all.
    waterfall
        For each limit how many teams fail it, alone and in order, and the nearest miss.
    displacement
        The cheapest way to serve one unit more; None where no moves make room, nothing was lost in competition, or the
        plan has rules and no slots (`alternates` plans again for each team).
    untold
        Why there is none, as a key of the sentences; nothing where there is one, or nothing to say.
    blocking
        Where a full group of a rule keeps units open: who holds it, (request, team) each.
    """

    request_id: Any
    n_teams: int
    reasons: tuple[OpenUnits, ...]
    waterfall: tuple[LimitStep, ...]
    displacement: Displacement | None
    untold: str = ""
    blocking: tuple[tuple[Any, Any], ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the reasons."""
        return tuple(one.reason.value for one in self.reasons)

    @property
    def units(self) -> int:
        """How many units stay open."""
        return sum(one.units for one in self.reasons)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data, ready for JSON; ``redact`` hides the ids of other residents' requests."""
        names, found = Names("en", redact=redact, own=self.request_id), self.displacement
        displacement = found and {
            "team_id": found.team_id,
            "gain": dict(found.gain),
            "moves": [move_data(move, names) for move in found.moves],
            "is_solved_again": found.is_solved_again,
            "metres_more": found.metres_more,
            "n_teams": found.n_teams,
            **({"slot_id": found.slot_id, "n_pairs": found.n_pairs, "n_tried": found.n_tried} if found.n_pairs else {}),
        }
        return plain(
            {
                "request_id": self.request_id,
                "units": self.units,
                "reasons": [
                    {"code": one.reason.value, "units": one.units, "facts": dict(one.facts)} for one in self.reasons
                ],
                "waterfall": [step.to_dict() for step in self.waterfall],
                "displacement": displacement,
                "blocking": [
                    {"request_id": names.plain_request(request), "team_id": team} for request, team in self.blocking
                ],
            }
        )

    def _title(self, lang: Lang, *, redact: bool) -> str:
        names = Names(lang, redact=redact, own=self.request_id)
        return WHY_WORDS[lang]["explain_title"].format(request=names.request(self.request_id))

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say, names = WHY_WORDS[lang], Names(lang, redact=redact, own=self.request_id)
        if not self.reasons:
            return [say["served"].format(request=names.request(self.request_id))]
        lines = [self._title(lang, redact=redact) + ("：" if lang == "zh" else ":")]
        for one in self.reasons:
            code, text = one.reason.value, reason_text(one.reason.value, one.facts, lang)
            told = {"n": one.units, "word": word(REASON_WORDS, code, lang), "code": code, "text": text}
            lines.append(one_or_many(say, "units", one.units).format(**told))
        lines += blocking_lines(self.blocking, lang, names)
        lines += self._displacement_lines(say, names, lang)
        if self.waterfall:
            lines.append(say["waterfall"].format(n=self.n_teams))
            lines += [step_text(step, lang, names.team(step.nearest_team)) for step in self.waterfall if step.n_failing]
        return lines

    def _displacement_lines(self, say: Mapping[str, str], names: Names, lang: Lang) -> list[str]:
        found = self.displacement
        if found is None:
            return [say[self.untold]] if self.untold else []
        effect = {
            "change": effect_text(found.gain, found.metres_more, lang),
            "same": same_text(found.gain, lang),
            "n": found.n_teams,
        }
        if found.is_solved_again:
            return [say["solved_again"].format(**effect), say["exact_again"]]
        key = "cheapest" if found.n_teams > 1 else "displacement"
        costs = say[key].format(team=names.place(found.team_id, found.slot_id), **effect)
        if found.slot_id is not None:
            is_all = found.n_tried == found.n_pairs
            return [
                costs,
                say["exact" if is_all else "exact_of_tried"].format(n=found.n_pairs, tried=found.n_tried),
            ]
        return [
            *_holder(found, say, names),
            costs,
            say["exact"],
            say["moves"],
            *(f"  {move_text(move, names)}" for move in found.moves),
        ]


def _holder(found: Displacement, say: Mapping[str, str], names: Names) -> list[str]:
    """Name who has the place, where nobody else has to move."""
    drops = [move for move in found.moves if move.is_drop]
    if len(found.moves) != len(drops) + 1 or len(drops) != 1:
        return []
    return [say["holder"].format(team=names.team(found.team_id), request=names.request(drops[0].request_id))]


def _request(one: OpenUnits) -> int:
    return one.request


def explain_unassigned(asked: Questions, reasons: Sequence[OpenUnits], request_id: Any) -> Explanation:
    """Say why units of a request stay open; ``reasons`` are those of the whole plan, request by request.

    Examples
    --------
    >>> from servicematch.ask.questions import Questions
    >>> from servicematch.assign.reasons import find_reasons
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": ["r1", "r2"], "priority": [1, 0]}, {"id": ["t1"]})
    >>> found = explain_unassigned(Questions(answer), find_reasons(answer), "r2")
    >>> found.codes, dict(found.displacement.gain)
    (('OUTCOMPETED',), {'priority=1': -1, 'priority=0': 1, 'score': 0})
    """
    answer = asked.answer
    row = answer.requests.index(request_id)
    request = answer.requests.ids[[row]].tolist()[0]
    first = bisect_left(reasons, row, key=_request)
    own = tuple(reasons[first : bisect_right(reasons, row, lo=first, key=_request)])
    displacement, untold = None, ""
    if answer.slots is not None and asked.is_proved:
        displacement, untold = one_more_unit(answer, row, {one.reason for one in own})
    elif not answer.has_rules and any(one.reason in COMPETITION for one in own):
        displacement = _displacement(asked, row, request) if asked.is_proved else None
        untold = "" if displacement else "no_displacement"
    waterfall = waterfall_of(answer, row) if own else ()
    blocking = tuple(pair for one in own for pair in blocking_set(answer, one))
    return Explanation(request, len(answer.teams), own, waterfall, displacement, untold, blocking)


def _displacement(asked: Questions, row: int, request: Any) -> Displacement | None:
    if asked.exits.matching.served[row]:
        return _solved_again(asked, row)
    found = alternates(asked, request, 1)
    if not found.choices:
        return None
    best = found.choices[0]
    return Displacement(
        best.team_id,
        best.gain,
        best.moves,
        is_solved_again=False,
        metres_more=metres_of(asked.answer, best.moves),
        n_teams=found.n_possible,
    )


def _solved_again(asked: Questions, row: int) -> Displacement | None:
    """Give one unit more to a request that has some already: its own way out would be a way in, so solve again."""
    matching = asked.exits.matching
    problem, asks = matching.problem, int(matching.served[row]) + 1
    need, tier = problem.need.copy(), problem.tier.copy()
    need[row], tier[row] = asks, problem.n_tiers + 1
    chosen = solve_flow(replace(problem, need=need, tier=tier, n_tiers=problem.n_tiers + 1)).chosen
    if np.count_nonzero(problem.row[chosen] == row) < asks:
        return None
    after, before = value_of(problem, chosen), value_of(problem, matching.chosen)
    gain = dict(zip(asked.tiers, (a - b for a, b in zip(after, before, strict=True)), strict=True))
    return Displacement(None, gain, (), is_solved_again=True)
