"""What a shortage is told with: units asked, places, and other teams; and what is no shortage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servicematch.base.shown import one_or_many, words_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.out.ask_words import Names

SHORTAGE_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Shortage around {request}",
        "SERVED": "{Request} has all that it asks for: no shortage.",
        "NO_TEAM": "No team may serve {request}: its {asked:,} open units are not a matter of places.",
        "NO_TEAM_one": "No team may serve {request}: its open unit is not a matter of places.",
        "CHOICE": "No shortage: {why}. The plan serves others by priority or score, see why_not.",
        "CHOICE_not_proved": "No shortage: {why}. The plan is not proved optimal, so why it is not used is not known.",
        "lower": "a team that {request} leads to serves a request of a lower priority",
        "free": "a team that {request} leads to has a free place",
        "of_one": "{Request}: ",
        "of_few": "{n:,} requests that wait for the same teams as {request} or hold their places ({listed}): ",
        "of_many": "{n:,} requests that wait for the same teams as {request} or hold their places: ",
        "and": ", ",
        "cut": "{asked} asked, {places} at {teams}, {others}; {shortage} too few.",
        "asked": "{n:,} units",
        "asked_one": "1 unit",
        "places": "{n:,} places",
        "places_one": "1 place",
        "teams": "these {n:,} teams",
        "teams_one": "this team",
        "others_0": "and only these teams are open to them",
        "others_0_one": "and only this team is open to them",
        "others": "{n:,} other teams open to them",
        "others_one": "1 other team open to them",
        "others_units": "{units:,} units at {n:,} other teams open to them",
        "others_units_one": "{units:,} units at 1 other team open to them",
        "pinned": "Pinned units and the places that they take are not counted.",
        "proved": "However the places are shared out, {shortage} of these units stay open.",
        "proved_one": "However the places are shared out, 1 of these units stays open.",
    },
    "zh": {
        "title": "{request}一带的缺口",
        "SERVED": "{Request}所需队次已全部派出，没有缺口。",
        "NO_TEAM": "没有队伍可以承接{request}：未派的 {asked:,} 队次与名额无关。",
        "CHOICE": "不是缺口：{why}。计划按优先级或评分先派了别的点单，详见 why_not。",
        "CHOICE_not_proved": "不是缺口：{why}。计划未证明最优，无法断定为何没有用上。",
        "lower": "{request}牵涉的队伍中，有的正在承接优先级更低的点单",
        "free": "{request}牵涉的队伍中，有的还有空余名额",
        "of_one": "{Request}：",
        "of_few": "与{request}等候同样队伍、或占着其名额的点单共 {n:,} 件（{listed}）：",
        "of_many": "与{request}等候同样队伍、或占着其名额的点单共 {n:,} 件（含本单）：",
        "and": "、",
        "cut": "共需 {asked}，{teams}只有 {places}，{others}；还缺 {shortage} 队次。",
        "asked": "{n:,} 队次",
        "places": "{n:,} 个名额",
        "teams": "这 {n:,} 支队伍",
        "others_0": "而且只有这些队伍可以承接",
        "others_0_one": "而且只有这支队伍可以承接",
        "others": "另有 {n:,} 支队伍可以承接",
        "others_units": "另有 {n:,} 支队伍可以承接 {units:,} 队次",
        "pinned": "人工指定的队次及其所占名额不计在内。",
        "proved": "无论名额怎样分派，其中总有 {shortage} 队次派不出去。",
    },
}


def cut_text(numbers: Mapping[str, int], lang: str = "en", *, team: str | None = None) -> str:
    """Say a cut with its three numbers, and what they leave short; ``team`` names a team that is the only one.

    Examples
    --------
    >>> numbers = {"asked": 14, "places": 9, "n_teams": 3, "others": 2, "n_other_teams": 2, "shortage": 3}
    >>> cut_text(numbers)
    '14 units asked, 9 places at these 3 teams, 2 other teams open to them; 3 too few.'
    >>> cut_text({**numbers, "others": 0, "n_other_teams": 0, "shortage": 5}, "zh")
    '共需 14 队次，这 3 支队伍只有 9 个名额，而且只有这些队伍可以承接；还缺 5 队次。'
    """
    say = words_in(lang, SHORTAGE_WORDS)
    units, n_other = numbers["others"], numbers["n_other_teams"]
    if not units:
        others = one_or_many(say, "others_0", numbers["n_teams"])
    else:
        others = one_or_many(say, "others" if units == n_other else "others_units", n_other).format(
            n=n_other, units=units
        )
    parts = {
        name: one_or_many(say, name, n).format(n=n)
        for name, n in (("asked", numbers["asked"]), ("places", numbers["places"]), ("teams", numbers["n_teams"]))
    }
    if team is not None:
        parts["teams"] = team
    return say["cut"].format(**parts, others=others, shortage=f"{numbers['shortage']:,}")


def request_names(names: Names, request_id: object) -> dict[str, str]:
    """Name a request within a sentence and at its beginning.

    Examples
    --------
    >>> from servicematch.out.ask_words import Names
    >>> request_names(Names("en"), 7)
    {'request': 'request 7', 'Request': 'Request 7'}
    """
    name = names.request(request_id)
    return {"request": name, "Request": name[:1].upper() + name[1:]}
