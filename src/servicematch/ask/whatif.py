"""What if: the plan with other teams, requests, pins or another policy, side by side with the one that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.again import solve_again
from servicematch.ask.changed import changed
from servicematch.ask.figures import Figure, figures_of
from servicematch.ask.told import Told
from servicematch.ask.whatif_slots import has_slot, n_without_slots, slots_of
from servicematch.base.blocks import table
from servicematch.base.plain import plain
from servicematch.base.shown import one_or_many
from servicematch.out.ask_words import Names, change_text
from servicematch.out.whatif_words import SCALES, WHATIF_WORDS, changes_text, figure_text, shown_number
from servicematch.pairs.text_term import Text
from servicematch.solve.problem import Status
from servicematch.tables.frames import build
from servicematch.tables.ids import find

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from servicematch.assign.answer import Answer
    from servicematch.assign.policy import Policy
    from servicematch.base.claim import Pin
    from servicematch.base.html import Markup
    from servicematch.out.words import Lang
    from servicematch.tables.slots import Slots
    from servicematch.tables.table import Table

_DECIMALS = {"units": 0, "micro-points": 6, "metres": 3}


@dataclass(frozen=True, eq=False, repr=False)
class WhatIf(Told):
    """Another plan, and what it changes.

    Attributes
    ----------
    plan
        The new plan; the one it was asked of stays as it was.
    figures
        Both plans side by side, in whole numbers; ``frame`` has them in score points and kilometres.
    changes
        What was changed, and how many of each: ``{"add_teams": 1}``.
    dropped_pins
        Pins and forbids of the first plan that name a request, a team or a slot that is gone.
    new_columns
        Columns that came with new rows or changes, by table; rows without them have nothing there.
    has_new_words
        Whether teams come with offers that were not there: what words weigh was learnt from the teams of the first plan,
        so words that none of them offers weigh nothing.
    proved
        Whether both plans are proved, so that the difference is exact.
    n_without_slots
        With slots, how many of the new teams have none, and so serve nobody.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> what_if(run({"id": [1, 2]}, {"id": [1]}), add_teams=[{"id": 2}])
    What if: teams added: 1.
    What it brings: 1 more served of priority 0.
    Served: 2 of 2 units, where it is 1 of 2 now.
    Both plans are proved, so the difference is exact.
    """

    plan: Any
    figures: tuple[Figure, ...]
    changes: Mapping[str, int]
    dropped_pins: tuple[Pin, ...]
    new_columns: Mapping[str, tuple[str, ...]]
    proved: bool
    has_new_words: bool
    _answer: Answer = field(repr=False)
    n_without_slots: int = 0

    @property
    def gain(self) -> dict[str, int]:
        """What the new plan is worth more, by tier (only those of both), pins counted: units, and micro-points."""
        tiers = [one for one in self.figures if one.name.startswith("tier:")]
        return {one.name.removeprefix("tier:"): one.change for one in tiers if one.change is not None}

    @cached_property
    def frame(self) -> Any:
        """A row a figure: figure, base, new, change; score in points, distance in kilometres, NaN for nothing."""
        columns: dict[str, Any] = {"figure": np.array([one.name for one in self.figures], dtype=object)}
        for name in ("base", "new", "change"):
            values = [shown_number(getattr(one, name), one.unit) for one in self.figures]
            columns[name] = np.array([np.nan if one is None else one for one in values], dtype=np.float64)
        return build(columns, self._answer.requests.kind)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data: what was changed, the figures in whole numbers, the pins that were dropped.

        Examples
        --------
        >>> from servicematch.assign.run import run
        >>> what_if(run({"id": [1]}, {"id": [1]})).to_dict()["figures"][0]
        {'figure': 'units_asked', 'unit': 'units', 'base': 1, 'new': 1, 'change': 0}
        """
        names = Names("en", redact=redact)
        pins = [
            {
                "request_id": names.plain_request(pin.request_id),
                "team_id": pin.team_id,
                **({} if pin.slot_id is None else {"slot_id": pin.slot_id}),
                "kind": pin.kind,
            }
            for pin in self.dropped_pins
        ]
        figures = [
            {"figure": one.name, "unit": one.unit, "base": one.base, "new": one.new, "change": one.change}
            for one in self.figures
        ]
        new_columns = {name: list(columns) for name, columns in self.new_columns.items()}
        told: dict[str, Any] = {
            "changes": dict(self.changes),
            "figures": figures,
            "dropped_pins": pins,
            "new_columns": new_columns,
        }
        if self._answer.slots is not None:
            told["n_without_slots"] = self.n_without_slots
        return plain({**told, "proved": self.proved, "has_new_words": self.has_new_words})

    def _title(self, lang: Lang, *, redact: bool) -> str:  # noqa: ARG002 - no request is named in it
        return WHATIF_WORDS[lang]["title"]

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say, names = WHATIF_WORDS[lang], Names(lang, redact=redact)
        values = {one.name: (one.base, one.new) for one in self.figures}
        (base_asked, new_asked), (base_served, new_served) = values["units_asked"], values["units_served"]
        return [
            changes_text(self.changes, lang),
            say["effect"].format(change=change_text(self.gain, lang)),
            say["served"].format(
                base_asked=base_asked, new_asked=new_asked, base_served=base_served, new_served=new_served
            ),
            *(
                say["new_columns"].format(table=say[side], names=say["and"].join(columns))
                for side, columns in self.new_columns.items()
            ),
            *(
                say["dropped_pin"].format(
                    request=names.request(pin.request_id), team=names.place(pin.team_id, pin.slot_id)
                )
                for pin in self.dropped_pins
            ),
            *self._without_slots(say),
            *([say["new_words"]] if self.has_new_words else []),
            say["PROVED" if self.proved else "FEASIBLE"],
        ]

    def _without_slots(self, say: Mapping[str, str]) -> list[str]:
        n = self.n_without_slots
        return [one_or_many(say, "without_slots", n).format(n=n)] if n else []

    def _tables(self, lang: Lang, *, redact: bool) -> list[Markup]:  # noqa: ARG002 - no request is named in it
        say = WHATIF_WORDS[lang]
        rows = [
            [figure_text(one.name, lang), *(_cell(value, one.unit) for value in (one.base, one.new, one.change))]
            for one in self.figures
        ]
        return [table([say[name] for name in ("figure", "base", "new", "change")], rows, right=(1, 2, 3))]


def _cell(value: int | None, unit: str) -> str | None:
    return None if value is None else f"{value / SCALES[unit]:,.{_DECIMALS[unit]}f}"


def what_if(
    answer: Answer,
    *,
    add_teams: Any = None,
    remove_teams: Any = None,
    change_teams: Any = None,
    add_requests: Any = None,
    drop_requests: Any = None,
    change_requests: Any = None,
    policy: Policy | None = None,
    pins: Any = None,
    slots: Any = None,
    wrap: Callable[[Answer], Any] = lambda answer: answer,
) -> WhatIf:
    """Plan again with something changed, and put both plans side by side.

    What was learnt from the teams stays, so that no score moves that was not meant to. Words of new offers that nobody
    offered before therefore weigh nothing; the answer says so.

    Parameters
    ----------
    answer
        The answer that is; it is not touched.
    add_teams, add_requests
        Rows with new ids, in any form that `Teams` or `Requests` take. Columns of one side only are empty on the other:
        a team without skills has none. Stars are read by themselves, as in a table of their own.
    remove_teams, drop_requests
        Lists of ids.
    change_teams, change_requests
        ``{id: {column: value}}`` or a list of dicts with ids: only those cells change. Or a table, of which every cell
        counts, empty ones too.
    policy, pins
        Others than those of the answer. Without ``pins`` those of the answer stay, but for those that name what is gone.
    slots
        Another table of slots in place of the answer's. Without it those stay, but for the slots of teams that are gone.
    wrap
        Makes the plan of the new answer.

    Raises
    ------
    TableError
        For ids and columns that are not there, ids that are there already, and values that break a rule.
    ServiceMatchError
        For slots where the answer has none.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2], "priority": [0, 5]}, {"id": ["t"]})
    >>> what_if(answer, change_teams={"t": {"capacity": 2}}).gain
    {'priority=5': 0, 'priority=0': 1, 'score': 0}
    """
    requests = changed(answer.requests, add=add_requests, drop=drop_requests, change=change_requests)
    teams = changed(answer.teams, add=add_teams, drop=remove_teams, change=change_teams)
    timetable = slots_of(answer, teams, slots)
    gone: tuple[Pin, ...] = ()
    given = pins
    if pins is None:
        gone = tuple(pin for pin in answer.pins.pins if not _is_there(pin, requests, teams, timetable))
        given = tuple(pin for pin in answer.pins.pins if pin not in gone)
    new = solve_again(answer, requests=requests, teams=teams, policy=policy, pins=given, slots=timetable)
    counts = {
        "add_teams": _n_new(answer.teams, teams),
        "remove_teams": _n_new(teams, answer.teams),
        "change_teams": _n_given(change_teams),
        "add_requests": _n_new(answer.requests, requests),
        "drop_requests": _n_new(requests, answer.requests),
        "change_requests": _n_given(change_requests),
        "policy": int(policy is not None),
        "pins": int(pins is not None and new.pins.pins != answer.pins.pins),
        "slots": int(slots is not None),
        "slots_gone": 0 if slots is not None or answer.slots is None else len(answer.slots) - len(new.slots or ()),
    }
    return WhatIf(
        plan=wrap(new),
        figures=figures_of(answer, new),
        changes={name: n for name, n in counts.items() if n},
        dropped_pins=gone,
        new_columns={
            table.NAME: names
            for table, before in ((requests, answer.requests), (teams, answer.teams))
            if (names := _new_columns(table, before))
        },
        has_new_words=_has_new_words(answer, new),
        proved=all(one.solution.status is Status.PROVED for one in (answer, new)),
        _answer=answer,
        n_without_slots=n_without_slots(answer, teams, timetable),
    )


def _is_there(pin: Pin, requests: Table, teams: Table, slots: Slots | None) -> bool:
    is_there = find(requests.ids, pin.request_id) >= 0 and find(teams.ids, pin.team_id) >= 0
    return is_there and (slots is None or pin.slot_id is None or has_slot(slots, pin.slot_id, pin.team_id))


def _n_new(before: Table, after: Table) -> int:
    return 0 if before is after else sum(find(before.ids, id_) < 0 for id_ in after.ids.tolist())


def _has_new_words(answer: Answer, new: Answer) -> bool:
    """Tell whether offers come in that the weights of words were not learnt from."""
    learnt, kept = (
        {id(term.fitted) for term in one.scorer.fitted_terms if isinstance(term, Text) and term.fitted is not None}
        for one in (answer, new)
    )
    if not learnt & kept or new.teams.offers is None:
        return False
    before = () if answer.teams.offers is None else answer.teams.offers.tolist()
    return any(offer and offer.strip() for offer in set(new.teams.offers.tolist()) - set(before))


def _n_given(change: Any) -> int:
    if change is None:
        return 0
    if isinstance(change, dict) and "id" in change and not isinstance(change["id"], dict):
        return len(change["id"])
    return len(change)


def _new_columns(after: Table, before: Table) -> tuple[str, ...]:
    if not len(before):
        return ()
    known = [name for name in after.COLUMNS if name in after.present - before.present]
    return (*known, *(name for name in after.extra if name not in before.extra))
