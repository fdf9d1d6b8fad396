"""Recommendations as a notebook shows them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from servicematch.assign.answer import for_people
from servicematch.base.blocks import bar, card, note, section, table
from servicematch.base.html import cut
from servicematch.out.ask_words import tier_text
from servicematch.out.words import Lang, check_lang

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from servicematch.base.html import Markup

_MOST_GROUPS = 10
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Recommendations",
        "for_request": "For request {id}: {shown} of {n:,} eligible teams",
        "for_team": "For team {id}: {shown} of {n:,} eligible requests",
        "no_team": "None of {n_other:,} teams is eligible; `ineligible(id)` says why.",
        "no_request": "None of {n_other:,} requests is eligible; `ineligible(id)` says why.",
        "more": "Not shown: {n:,} more.",
        "team": "team",
        "request": "request",
        "name": "name",
        "free": "free places",
        "km": "km",
        "score": "score",
        "n_moves": "other moves",
        "mark": "",
        "in_plan": "in the plan",
        "tie": "just as good",
        "for_request_plan": "For request {id}: {shown} of {n:,} teams at which a place can be made",
        "for_team_plan": "For team {id}: {shown} of {n:,} requests for which a place can be made",
        "no_team_plan": "No place can be made at any of {n_other:,} teams; `plan.why_not(id, team)` says why.",
        "no_request_plan": "None of {n_other:,} requests can be given a place; `plan.why_not(request, id)` says why.",
    },
    "zh": {
        "title": "推荐",
        "for_request": "点单 {id}：可承接队伍 {n:,} 支，列出 {shown} 支",
        "for_team": "队伍 {id}：可承接点单 {n:,} 件，列出 {shown} 件",
        "no_team": "{n_other:,} 支队伍均不符合条件；`ineligible(id)` 可查原因。",
        "no_request": "{n_other:,} 件点单均不符合条件；`ineligible(id)` 可查原因。",
        "more": "另有 {n:,} 组未列出。",
        "team": "队伍",
        "request": "点单",
        "name": "名称",
        "free": "空余名额",
        "km": "公里",
        "score": "评分",
        "n_moves": "另有变动",
        "mark": "",
        "in_plan": "计划已定",
        "tie": "同样好",
        "for_request_plan": "点单 {id}：能腾出名额的队伍 {n:,} 支，列出 {shown} 支",
        "for_team_plan": "队伍 {id}：能腾出名额的点单 {n:,} 件，列出 {shown} 件",
        "no_team_plan": "{n_other:,} 支队伍都腾不出名额；`plan.why_not(id, team)` 可查原因。",
        "no_request_plan": "{n_other:,} 件点单都给不了名额；`plan.why_not(request, id)` 可查原因。",
    },
}


def choices_card(
    groups: Sequence[tuple[Any, Sequence[Mapping[str, Any]]]],
    n_eligible: Sequence[int],
    n_other: int,
    *,
    for_teams: bool = False,
    by_plan: bool = False,
    lang: Lang = "en",
) -> Markup:
    """Show who is recommended to whom; the first ten of those asked for are shown.

    The parameters are those of `servicematch.out.choices.choices_text`.

    Examples
    --------
    >>> choice = {"id": "t1", "name": None, "score": 0.5, "km": 3.25, "free": 2}
    >>> "1 of 41 eligible" in str(choices_card([("r1", [choice])], [41], 1923))
    True
    """
    check_lang(lang)
    say = _WORDS[lang]
    whom, nobody = ("for_team", "no_request") if for_teams else ("for_request", "no_team")
    if by_plan:
        whom, nobody = f"{whom}_plan", f"{nobody}_plan"
    shown = [
        section(
            say[whom].format(id=cut(str(id_), 80), shown=len(choices), n=n),
            _table(choices, lang, for_teams=for_teams) if choices else note(say[nobody].format(n_other=n_other)),
        )
        for (id_, choices), n in zip(groups[:_MOST_GROUPS], n_eligible, strict=False)
    ]
    rest = len(groups) - _MOST_GROUPS
    return card(say["title"], *shown, note(say["more"].format(n=rest)) if rest > 0 else None)


def _table(choices: Sequence[Mapping[str, Any]], lang: Lang, *, for_teams: bool) -> Markup:
    say, tiers = _WORDS[lang], tuple(choices[0].get("gain", ()))
    names = ("request",) if for_teams else ("team", "name", "free")
    rows: list[list[Any]] = []
    for rank, choice in enumerate(choices, start=1):
        row: list[Any] = [rank, str(choice["id"])]
        row += [] if for_teams else [choice["name"] or "", choice["free"]]
        km = None if math.isnan(choice["km"]) else choice["km"]
        rows.append([*row, km, choice["score"], bar([(choice["score"], "served")], 1.0)])
        rows[-1] += _cost(choice, say) if tiers else []
    headers = ["#", *(say[name] for name in (*names, "km", "score")), "", *_cost_headers(tiers, lang)]
    return table(headers, rows, decimals={len(names) + 1: 1, len(names) + 3 + len(tiers): 6})


def _cost_headers(tiers: Sequence[str], lang: Lang) -> list[str]:
    """Name the changes of the plan, tier by tier, and what comes after them."""
    say = _WORDS[lang]
    changes = [f"± {say['score'] if tier == 'score' else tier_text(tier, lang)}" for tier in tiers]
    return [*changes, say["n_moves"], say["mark"]] if tiers else []


def _cost(choice: Mapping[str, Any], say: Mapping[str, str]) -> list[Any]:
    mark = say["in_plan"] if choice["in_plan"] else say["tie"] if choice["is_tie"] else ""
    return [*for_people(choice["gain"]).values(), choice["n_moves"], mark]
