"""A repair as its users hold it: what is given up, at what cost, the plan that comes of it; or why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.told import Told
from servicematch.base.blocks import table
from servicematch.base.claim import SCALE
from servicematch.base.plain import plain
from servicematch.base.printable import printable
from servicematch.base.shown import one_or_many
from servicematch.out.ask_words import Names
from servicematch.out.repair_words import REPAIR_WORDS, action_text, cost_text, kind_text, listed
from servicematch.out.shortage_words import cut_text
from servicematch.tables.frames import build

if TYPE_CHECKING:
    from servicematch.base.claim import Pin
    from servicematch.base.html import Markup
    from servicematch.out.words import Lang


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that is given up.

    Attributes
    ----------
    kind
        ``"place"``, ``"waive"``, ``"wider_radius"`` or ``"teach"``.
    team
        The team that it concerns.
    request
        The request whose pair is let through, None for all but ``"waive"``.
    amount
        How many: places, else 1.
    micro_cost
        What it costs, all of it, in whole millionths.
    limits, to_km, skill
        What is waived, how far the team goes, what it learns.
    """

    kind: str
    team: Any
    request: Any = None
    amount: int = 1
    micro_cost: int = 0
    limits: tuple[str, ...] = ()
    to_km: float | None = None
    skill: str | None = None

    @property
    def cost(self) -> float:
        """What it costs, all of it."""
        return self.micro_cost / SCALE

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        named = {"kind": self.kind, "team_id": self.team, "request_id": self.request, "amount": self.amount}
        return plain(
            {**named, "cost": self.cost, "limits": list(self.limits), "to_km": self.to_km, "skill": self.skill}
        )


@dataclass(frozen=True, slots=True)
class Cut:
    """Why what is allowed is not enough: ``asked = places + others + shortage``.

    Attributes
    ----------
    requests, teams
        These requests can only go to these teams, and to ``n_other_teams`` others for ``others`` units at most.
    asked, places, others, n_other_teams, shortage
        Whole numbers; places that may be added are counted.
    """

    requests: tuple[Any, ...]
    teams: tuple[Any, ...]
    asked: int
    places: int
    others: int
    n_other_teams: int
    shortage: int

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers of the sentence."""
        named = ("asked", "places", "others", "n_other_teams", "shortage")
        return {"n_teams": len(self.teams), **{name: getattr(self, name) for name in named}}


@dataclass(frozen=True, eq=False, repr=False)
class Repair(Told):
    """What has to be given up so that requests are served, at the least cost; or why what is allowed is not enough.

    Attributes
    ----------
    requests
        The ids of the requests that are to be served.
    status
        ``"OPTIMAL"``: no cheaper set does it. ``"FEASIBLE"``: maybe one does, but none below ``bound``.
        ``"IMPOSSIBLE"``: no set does it, and ``cut`` says why.
    actions
        What is given up, in canonical order; nothing where they can be served as things are.
    micro_cost, micro_bound
        The cost of all actions and its proved bound in whole millionths, 0 where it is impossible.
    verified
        Whether the problem was solved again with the actions, and all units were served.
    plan
        A plan with the actions, in which these requests have all their units and nobody has fewer; None where it is
        impossible. The pairs of these requests are pinned in it, and ``verify`` reports those that are waived.
    pins
        The pins that were added for it.
    cut
        None unless it is impossible.
    n_missing
        Units that these requests lack in the plan that was asked about.

    Examples
    --------
    >>> from servicematch.ask.repair import repair
    >>> from servicematch.assign.run import run
    >>> repair(run({"id": ["r1", "r7"], "priority": [1, 0]}, {"id": ["t3"]}), ["r7"])
    To serve request 'r7': one more place at team 't3' (cost 1).
    Nobody else loses a unit; some may move to another team.
    No cheaper set of what is allowed does it: this is proved.
    Checked by solving again with these changes.
    """

    requests: tuple[Any, ...]
    status: str
    actions: tuple[Action, ...] = ()
    micro_cost: int = 0
    micro_bound: int = 0
    verified: bool = False
    plan: Any = None
    pins: tuple[Pin, ...] = ()
    cut: Cut | None = None
    n_missing: int = 0
    _kind: str = field(default="dict", repr=False)

    @property
    def cost(self) -> float:
        """The cost of all actions."""
        return self.micro_cost / SCALE

    @property
    def bound(self) -> float:
        """What no set that does it can cost less than."""
        return self.micro_bound / SCALE

    @cached_property
    def frame(self) -> Any:
        """A row an action: kind, team_id, request_id (null for all but waivers), amount, cost, limits, to_km, skill."""
        rows = [{**one.to_dict(), "limits": "|".join(one.limits) or None} for one in self.actions]
        names = list(Action("place", None).to_dict())
        columns: dict[str, Any] = {name: np.array([row[name] for row in rows], dtype=object) for name in names}
        columns["amount"] = columns["amount"].astype(np.int64)
        columns["cost"] = columns["cost"].astype(np.float64)
        columns["to_km"] = np.array([np.nan if one.to_km is None else one.to_km for one in self.actions], dtype=float)
        return build(columns, self._kind)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data; the requests that were asked about are named, ``redact`` hides the others.

        Examples
        --------
        >>> from servicematch.ask.repair import repair
        >>> from servicematch.assign.run import run
        >>> told = repair(run({"id": [1, 2]}, {"id": [1]}), [1, 2]).to_dict()
        >>> told["status"], told["cost"], told["actions"][0]["kind"], told["actions"][0]["team_id"]
        ('OPTIMAL', 1.0, 'place', 1)
        """
        names = Names("en", redact=redact)
        cut = None
        if self.cut is not None:
            own = set(self.requests)
            rows = [one if one in own else names.plain_request(one) for one in self.cut.requests]
            cut = {**self.cut.numbers, "requests": rows, "teams": list(self.cut.teams)}
        told = {"requests": list(self.requests), "status": self.status, "cost": self.cost, "bound": self.bound}
        actions = [one.to_dict() for one in self.actions]
        pins = [
            {"request_id": one.request_id if one.request_id in self.requests else names.plain_request(one.request_id)}
            | {"team_id": one.team_id}
            for one in self.pins
        ]
        return plain({**told, "actions": actions, "verified": self.verified, "pins": pins, "cut": cut})

    def _title(self, lang: Lang, *, redact: bool) -> str:  # noqa: ARG002 - only those asked about are named
        return REPAIR_WORDS[lang]["title"].format(requests=_listed(self.requests, lang))

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:  # noqa: ARG002 - as above
        say, requests = REPAIR_WORDS[lang], _listed(self.requests, lang)
        if self.cut is not None:
            return [say["IMPOSSIBLE"].format(requests=requests), *self._cut_lines(lang)]
        told = [_action_text(one, lang) for one in self.actions]
        if not self.n_missing:
            return [say["served"].format(requests=requests)]
        if not told:
            return [say["moves"].format(requests=requests), say["kept"], say["verified"]]
        if len(told) == 1:
            lines = [say["one_action"].format(requests=requests, action=told[0])]
        else:
            cost = cost_text(self.micro_cost)
            lines = [say["many_actions"].format(requests=requests, n=len(told), cost=cost)]
            lines += [say["action"].format(action=one) for one in told]
        proved = say[self.status].format(bound=cost_text(self.micro_bound))
        return [*lines, say["kept"], proved, say["verified"]]

    def _cut_lines(self, lang: Lang) -> list[str]:
        say, cut = REPAIR_WORDS[lang], self.cut
        assert cut is not None
        n = len(cut.requests)
        if not cut.teams and not cut.others:
            return [say["no_team"].format(requests=_listed(cut.requests, lang))]  # they are among those asked about
        name = Names(lang).request(cut.requests[0])  # one alone is one of those asked about
        whose = one_or_many(say, "whose", n).format(n=n, Requests=name[:1].upper() + name[1:])
        return [whose + cut_text(cut.numbers, lang), *([say["counted"]] if cut.teams else [])]

    def _tables(self, lang: Lang, *, redact: bool) -> list[Markup]:  # noqa: ARG002 - only those asked about are named
        say = REPAIR_WORDS[lang]
        rows = [
            [
                kind_text(one.kind, lang, limits=one.limits, to_km=one.to_km, skill=_shown(one.skill)),
                printable(one.team),
                None if one.request is None else printable(one.request),
                one.amount,
                cost_text(one.micro_cost),
            ]
            for one in self.actions
        ]
        foot = ["", "", "", None, cost_text(self.micro_cost)]
        heads = [say[name] for name in ("kind", "team", "request", "amount", "cost")]
        return [table(heads, rows, foot=foot, right=(3, 4))] if rows else []


def _listed(ids: tuple[Any, ...], lang: Lang) -> str:
    names = Names(lang)
    return listed([names.request(one) for one in ids], lang)


def _shown(skill: str | None) -> str | None:
    return None if skill is None else printable(skill)


def _action_text(one: Action, lang: Lang) -> str:
    names = Names(lang)
    return action_text(
        one.kind,
        lang,
        team=names.team(one.team),
        request="" if one.request is None else names.request(one.request),
        n=one.amount,
        micro=one.micro_cost,
        limits=one.limits,
        to_km=one.to_km,
        skill=_shown(one.skill),
    )
