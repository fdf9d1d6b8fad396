"""Recommendations in a few lines: for whom, how many of how many, and each choice with what speaks for it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from servicematch.base.printable import printable
from servicematch.base.shown import one_or_many
from servicematch.out.ask_words import change_text
from servicematch.out.why_words import WHY_WORDS
from servicematch.out.words import Lang, check_lang

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LINES: dict[str, dict[str, str]] = {
    "en": {
        "for_request": "For request {id}, {shown} of {n:,} eligible team{s}:",
        "for_team": "For team {id}, {shown} of {n:,} eligible request{s}:",
        "no_team": "For request {id}, none of {n_other:,} team{s} is eligible; `ineligible({key})` says why.",
        "no_request": "For team {id}, none of {n_other:,} request{s} is eligible; `ineligible({key})` says why.",
        "for_request_plan": "For request {id}, {shown} of {n:,} team{s} at which a place can be made:",
        "for_team_plan": "For team {id}, {shown} of {n:,} request{s} for which a place can be made:",
        "no_team_plan": "For request {id}, no place can be made at any of {n_other:,} team{s}; `plan.why_not({key}, team)` says why.",
        "no_request_plan": "For team {id}, none of {n_other:,} request{s} can be given a place; `plan.why_not(request, {key})` says why.",
        "in_plan": "in the plan",
        "score": "score {score:.3f}",
        "km": "{km:,.1f} km",
        "free": "{free:,} place{s} free",
        "full": "no place free",
        "more": "... and {n:,} more",
        "nobody": "Nobody was asked for.",
        "comma": ", ",
    },
    "zh": {
        "for_request": "点单 {id}：{n:,} 支可承接队伍中的前 {shown} 支：",
        "for_team": "队伍 {id}：{n:,} 件可承接点单中的前 {shown} 件：",
        "no_team": "点单 {id}：{n_other:,} 支队伍均不符合条件；`ineligible({key})` 可查原因。",
        "no_request": "队伍 {id}：{n_other:,} 件点单均不符合条件；`ineligible({key})` 可查原因。",
        "for_request_plan": "点单 {id}：{n:,} 支能腾出名额的队伍中的前 {shown} 支：",
        "for_team_plan": "队伍 {id}：{n:,} 件能腾出名额的点单中的前 {shown} 件：",
        "no_team_plan": "点单 {id}：{n_other:,} 支队伍都腾不出名额；`plan.why_not({key}, team)` 可查原因。",
        "no_request_plan": "队伍 {id}：{n_other:,} 件点单都给不了名额；`plan.why_not(request, {key})` 可查原因。",
        "in_plan": "计划已定",
        "score": "评分 {score:.3f}",
        "km": "{km:,.1f} 公里",
        "free": "余 {free:,} 个名额",
        "full": "名额已满",
        "more": "……另有 {n:,} 组",
        "nobody": "没有要推荐的对象。",
        "comma": "，",
    },
}
_MOST_GROUPS = 10


def choices_text(
    groups: Sequence[tuple[Any, Sequence[Mapping[str, Any]]]],
    n_eligible: Sequence[int],
    n_other: int,
    *,
    for_teams: bool = False,
    by_plan: bool = False,
    lang: Lang = "en",
) -> str:
    """Say who is recommended to whom; the first ten are told.

    Parameters
    ----------
    groups
        For each of those asked for: id, and the choices as mappings of ``id``, ``name`` (or None), ``score``, ``km``
        (or NaN), ``free`` (or None); ordered by plan also ``gain``, ``n_moves``, ``is_tie``, ``in_plan``.
    n_eligible
        For each how many there were to choose from.
    n_other
        How many there are on the other side.

    Examples
    --------
    >>> choice = {"id": "t1", "name": None, "score": 0.5, "km": 3.25, "free": 2}
    >>> print(choices_text([("r1", [choice]), ("r2", [])], [41, 0], 1923))
    For request r1, 1 of 41 eligible teams:
      1. t1  score 0.500, 3.2 km, 2 places free
    For request r2, none of 1,923 teams is eligible; `ineligible('r2')` says why.
    """
    check_lang(lang)
    say, lines = _LINES[lang], []
    whom, nobody = ("for_team", "no_request") if for_teams else ("for_request", "no_team")
    if by_plan:
        whom, nobody = f"{whom}_plan", f"{nobody}_plan"
    for (id_, choices), n in zip(groups[:_MOST_GROUPS], n_eligible, strict=False):
        line = say[whom if choices else nobody]
        many = "" if (n if choices else n_other) == 1 else "s"
        lines.append(line.format(id=printable(id_), shown=len(choices), n=n, n_other=n_other, s=many, key=_key(id_)))
        lines += [f"  {rank}. {_choice(choice, say, lang)}" for rank, choice in enumerate(choices, start=1)]
    if len(groups) > _MOST_GROUPS:
        lines.append(say["more"].format(n=len(groups) - _MOST_GROUPS))
    return "\n".join(lines) or say["nobody"]


def cost_text(choice: Mapping[str, Any], lang: Lang = "en") -> str:
    """Say what a choice costs the whole plan, and how many other requests move.

    Examples
    --------
    >>> cost_text({"gain": {"served": 0, "score": -20_000}, "n_moves": 1, "is_tie": False, "in_plan": False})
    '0.020000 score points fewer; 1 other move'
    """
    if choice["in_plan"]:
        return _LINES[lang]["in_plan"]
    say, n, sep = WHY_WORDS[lang], choice["n_moves"], "；" if lang == "zh" else "; "
    moves = one_or_many(say, "n_moved", n).format(n=n)
    return change_text(choice["gain"], lang) + sep + moves + (say["tie"] if choice["is_tie"] else "")


def _choice(choice: Mapping[str, Any], say: Mapping[str, str], lang: Lang) -> str:
    facts = [say["score"].format(score=choice["score"])]
    if not math.isnan(choice["km"]):
        facts.append(say["km"].format(km=choice["km"]))
    free = choice["free"]
    if free is not None:
        facts.append(say["free"].format(free=free, s="" if free == 1 else "s") if free else say["full"])
    named = " ".join(printable(choice[part]) for part in ("id", "name") if choice[part] is not None)
    cost = f": {cost_text(choice, lang)}" if "gain" in choice else ""
    return f"{named}  {say['comma'].join(facts)}" + (cost.replace(": ", "：", 1) if lang == "zh" else cost)


def _key(id_: Any) -> str:
    """Write an id as one types it."""
    return repr(printable(id_)) if isinstance(id_, str) else str(id_)
