"""What a place at a team is worth: one more, and one fewer; prices are degenerate, so these are two answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from servicematch.ask.overfull import swallowed_places
from servicematch.ask.ruled import refuse_satisfaction, worth_again
from servicematch.ask.told import Told
from servicematch.ask.whynot import move_data
from servicematch.base.plain import plain
from servicematch.out.ask_words import Names, change_text, move_text
from servicematch.out.why_words import WHY_WORDS
from servicematch.solve.displacement import Change
from servicematch.solve.ways import cost_out, way_in, way_out, worth_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.ask.questions import Questions
    from servicematch.base.moves import Move
    from servicematch.out.words import Lang


@dataclass(frozen=True, repr=False, eq=False)
class Worth(Told):
    """What the plan gains by one place more at a team, and loses by one fewer; both exact, by tier.

    Attributes
    ----------
    gain_of_one_more
        By tier, highest first (micro-points for ``"score"``); None for a slot in which the team is at one place already,
        where time on the way counts.
    loss_of_one_fewer
        The same, what is lost is positive; None for a team without a place to lose.
    moves_of_one_more, moves_of_one_fewer
        Who would move; they add up to the gain, and to the loss. Not told where the plan was made again.
    slot_id
        With slots, which one; None for the team's total over all its slots.
    """

    team_id: Any
    gain_of_one_more: Mapping[str, int] | None
    loss_of_one_fewer: Mapping[str, int] | None
    moves_of_one_more: tuple[Move, ...]
    moves_of_one_fewer: tuple[Move, ...]
    slot_id: Any = None

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data, ready for JSON; ``redact`` hides the ids of requests."""
        names = Names("en", redact=redact)
        return plain(
            {
                "team_id": self.team_id,
                **({} if self.slot_id is None else {"slot_id": self.slot_id}),
                "gain_of_one_more": None if self.gain_of_one_more is None else dict(self.gain_of_one_more),
                "loss_of_one_fewer": None if self.loss_of_one_fewer is None else dict(self.loss_of_one_fewer),
                "moves_of_one_more": [move_data(move, names) for move in self.moves_of_one_more],
                "moves_of_one_fewer": [move_data(move, names) for move in self.moves_of_one_fewer],
            }
        )

    def _title(self, lang: Lang, *, redact: bool) -> str:
        team = Names(lang, redact=redact).place(self.team_id, self.slot_id)
        return WHY_WORDS[lang]["worth_title"].format(team=team)

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say, names = WHY_WORDS[lang], Names(lang, redact=redact)
        team = names.place(self.team_id, self.slot_id)
        more = self.gain_of_one_more
        key = "more_refused" if more is None else "one_more"
        lines = [say[key].format(team=team, change=change_text(more or {}, lang))]
        lines += [f"  {move_text(move, names)}" for move in self.moves_of_one_more]
        if self.loss_of_one_fewer is None:
            return [*lines, say["nothing_fewer"].format(team=team)]
        change = change_text({name: -value for name, value in self.loss_of_one_fewer.items()}, lang)
        lines.append(say["one_fewer"].format(team=team, change=change))
        return lines + [f"  {move_text(move, names)}" for move in self.moves_of_one_fewer]


def worth_of(asked: Questions, team_id: Any) -> Worth:
    """Say what one place more at a team brings and what one fewer costs.

    At a team that holds more than it has places for, one more only makes up for that, and brings nothing.

    Examples
    --------
    >>> from servicematch.ask.questions import Questions
    >>> from servicematch.assign.run import run
    >>> worth_of(Questions(run({"id": ["r1", "r2"]}, {"id": ["t1"]})), "t1").gain_of_one_more
    {'priority=0': 1, 'score': 0}
    """
    answer = asked.answer
    col = answer.teams.index(team_id)
    team = answer.teams.ids[[col]].tolist()[0]
    refuse_satisfaction(answer, "worth_of")
    if answer.has_rules and asked.is_proved:
        loss = worth_again(answer, col, -1)
        fewer = None if loss is None else {name: -value for name, value in loss.items()}
        more = worth_again(answer, col, 0 if swallowed_places(answer)[col] else 1)
        return Worth(team, more or {}, fewer, (), ())
    exits = asked.exits
    steps, (won, gain) = way_in(exits, col), worth_in(exits, col)
    if swallowed_places(answer)[col]:
        steps, won, gain = [], 0, 0
    more = asked.change(Change(0, won, -gain))
    if not exits.matching.problem.capacity[col]:
        return Worth(team, more, None, asked.moves(steps), ())
    out, (lost, gain_lost) = way_out(exits, col), cost_out(exits, col)
    fewer = {name: -value for name, value in asked.change(Change(lost, 0, gain_lost)).items()}
    return Worth(team, more, fewer, asked.moves(steps), asked.moves(out))
