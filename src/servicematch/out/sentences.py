"""Why a request stays open, in one sentence for people, from its reason code and the facts at hand."""

from __future__ import annotations

import math
from string import Formatter
from typing import TYPE_CHECKING, Any

from servicematch.base.printable import printable
from servicematch.out.bottleneck_words import column_text
from servicematch.out.words import LIMIT_WORDS, Lang, check_lang, word

if TYPE_CHECKING:
    from collections.abc import Mapping

# Per code from the fullest sentence to the shortest: the first whose facts are all known is taken.
SENTENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "EXCLUDED": ("It was taken out of the plan beforehand.",),
        "PIN_FORBIDS": (
            "Pins forbid {n_teams} that could serve it.",
            "Pins forbid the teams that could serve it.",
        ),
        "BOOKED_TEAM_CANNOT": (
            "The booked team {booked_team} cannot serve it because of this limit: {limit}.",
            "The booked team {booked_team} cannot serve it.",
            "The booked team cannot serve it because of this limit: {limit}.",
            "The booked team cannot serve it.",
        ),
        "NO_LOCATION": ("Its place is not known, so nobody can tell which team is near enough.",),
        "NO_ELIGIBLE_TEAM": (
            "{short_teams} could serve it, but had too few hours free to begin with: it takes {hours} h, and with the way at least {with_way} h.",
            "{short_teams} could serve it, but had less than the {hours} h free that it takes to begin with.",
            "{full_teams} could serve it, but no free place is left: pinned decisions took those of {pinned_teams}.",
            "{full_teams} could serve it, but had no free place to begin with.",
            "Of {n_teams} none can serve it: {n_before} would do by the limits before this one, which leaves nobody: {limit}.",
            "Of {n_teams} none can serve it: this limit leaves nobody: {limit}.",
            "No team can serve it: this limit leaves nobody: {limit}.",
            "No team meets everything that it asks for.",
        ),
        "NO_RELEVANT_TEAM": (
            "No further team in reach offers anything like it ({n_served} found).",
            "Nothing on offer in reach is like it ({best_score} of the {min_relevance} needed); it belongs on the wish wall.",
            "Nothing on offer in reach is like it; it belongs on the wish wall.",
        ),
        "TOO_FEW_TEAMS": (
            "It wants at least {least} of {asked} different teams or none, and only {n_teams} could come.",
            "It asks for {asked} different teams, and only {n_teams} could come.",
            "It asks for more different teams than could come: {n_teams}.",
            "It asks for more different teams than could come.",
        ),
        "BELOW_RESERVE": (
            "Beyond the {n_served} found, its best score, {best_score}, is below the reserve of {reserve}.",
            "Its best score, {best_score}, is below the reserve of {reserve}.",
            "Its best score is below the reserve of {reserve}.",
            "Its best score is below the reserve.",
        ),
        "SLOT_FULL": (
            "{n_teams} could serve it, but every slot of theirs that suits it is taken.",
            "Every slot that suits it is taken.",
        ),
        "HOURS_FULL": (
            "{n_teams} could serve it, but no plan is better than this one, which gives their hours or places to others.",
            "No plan is better than this one, which gives the hours or places of its teams to others.",
        ),
        "DAY_CAP": (
            "Its teams have slots left, but do no more in that {per}: at most {at_most}, as team {team} on {group}.",
            "Its teams have slots left, but do no more in that time.",
        ),
        "QUOTA_FULL": (
            "All {at_most} units that a rule allows to {column} {group} are taken.",
            "A rule allows no more to its group.",
        ),
        "SAME_TEAM": (
            "All of {column} {group} are to have the same team; that is {team}, which cannot take this one as well.",
            "All of its group are to have the same team, which cannot take this one as well.",
        ),
        "APART": (
            "Teams with a place left serve {column} {group} already, as {team} does; the same team may have at most {at_most}.",
            "Teams with a place left serve others of its group already, and are to serve no more of it.",
        ),
        "NO_TIME_BETWEEN": (
            "{n_teams} with a free slot could serve it, but could not be there in time between their other visits.",
            "Teams with a free slot could not be there in time between their other visits.",
        ),
        "FLOOR_DISPLACED": ("It would be served, but the minimum that other groups are to have comes first.",),
        "LOST_TIE": (
            "A request with an equal claim has the last place; a plan that serves this one instead is just as good.",
        ),
        "OUTCOMPETED": (
            "{n_teams} could serve it, but {do} more good for other requests.",
            "The teams that could serve it do more good for other requests.",
        ),
        "NOT_WORTH_IT": (
            "Its best score, {best_score}, is worth less than leaving it open.",
            "Serving it is worth less than leaving it open.",
        ),
        "NOT_PROVED": (
            "Somebody decided otherwise, though {n_teams} could serve it.",
            "It is not proved that it has to stay open.",
        ),
    },
    "zh": {
        "EXCLUDED": ("该点单已事先排除在计划之外。",),
        "PIN_FORBIDS": ("能承接的{n_teams}均被人工指定禁止。", "能承接的队伍均被人工指定禁止。"),
        "BOOKED_TEAM_CANNOT": (
            "预约的队伍 {booked_team} 无法承接：不符合“{limit}”要求。",
            "预约的队伍 {booked_team} 无法承接。",
            "预约的队伍无法承接：不符合“{limit}”要求。",
            "预约的队伍无法承接。",
        ),
        "NO_LOCATION": ("服务地点的位置不明，无法判断哪支队伍够近。",),
        "NO_ELIGIBLE_TEAM": (
            "{short_teams}本可承接，但一开始工时就不够：服务需 {hours} 小时，连同路程至少 {with_way} 小时。",
            "{short_teams}本可承接，但一开始就不足其所需的 {hours} 小时。",
            "{full_teams}本可承接，但已无空余名额：其中{pinned_teams}的名额由人工指定占用。",
            "{full_teams}本可承接，但一开始就没有空余名额。",
            "{n_teams}中没有能承接的：{n_before}符合前面各项要求，但都不符合“{limit}”要求。",
            "{n_teams}中没有能承接的：按“{limit}”要求已无队伍可选。",
            "没有能承接的队伍：按“{limit}”要求已无队伍可选。",
            "没有队伍符合全部要求。",
        ),
        "NO_RELEVANT_TEAM": (
            "除已派的 {n_served} 支外，可及范围内没有其他队伍提供类似服务。",
            "可及范围内没有队伍提供类似服务（最高相似度 {best_score}，需达到 {min_relevance}），建议上心愿墙。",
            "可及范围内没有队伍提供类似服务，建议上心愿墙。",
        ),
        "TOO_FEW_TEAMS": (
            "需要 {asked} 支不同的队伍，至少 {least} 支，否则不派；能来的只有{n_teams}。",
            "需要 {asked} 支不同的队伍，能来的只有{n_teams}。",
            "需要的队伍多于能来的{n_teams}。",
            "需要的队伍多于能来的队伍。",
        ),
        "BELOW_RESERVE": (
            "除已派的 {n_served} 支外，最高评分 {best_score}，低于底线 {reserve}。",
            "最高评分 {best_score}，低于底线 {reserve}。",
            "最高评分低于底线 {reserve}。",
            "最高评分低于底线。",
        ),
        "SLOT_FULL": ("有{n_teams}能承接，但时间合适的时段均已约满。", "时间合适的时段均已约满。"),
        "HOURS_FULL": (
            "有{n_teams}能承接，但本计划已是最优，其工时或名额派给了其他点单。",
            "本计划已是最优，能承接的队伍的工时或名额派给了其他点单。",
        ),
        "DAY_CAP": (
            "队伍尚有时段，但当期已达上限：如队伍 {team} 在 {group} 至多 {at_most} 次。",
            "队伍尚有时段，但当期已达上限。",
        ),
        "QUOTA_FULL": (
            "按规则，{column}“{group}”最多 {at_most} 队次，已用完。",
            "按规则，所在组的名额已用完。",
        ),
        "SAME_TEAM": (
            "{column}“{group}”须由同一支队伍承接，即 {team}，它无法再接本单。",
            "所在组须由同一支队伍承接，而它无法再接本单。",
        ),
        "APART": (
            "尚有空位的队伍已承接{column}“{group}”（如 {team}），同一队伍至多承接其中 {at_most} 件。",
            "尚有空位的队伍已承接同组的点单，不得再接。",
        ),
        "NO_TIME_BETWEEN": (
            "有{n_teams}尚有合适时段，但与其他服务之间来不及赶到。",
            "尚有合适时段的队伍，与其他服务之间来不及赶到。",
        ),
        "FLOOR_DISPLACED": ("本可派出，但须先保证其他组的最低数。",),
        "LOST_TIE": ("同等条件的另一点单占了最后的名额；改派给本单，计划同样好。",),
        "OUTCOMPETED": (
            "有{n_teams}能承接，但名额用于其他点单整体更好。",
            "能承接的队伍，名额用于其他点单整体更好。",
        ),
        "NOT_WORTH_IT": ("最高评分 {best_score}，不如暂不派单。", "派单的价值不如暂不派单。"),
        "NOT_PROVED": (
            "有{n_teams}能承接，但已由人工另行决定。",
            "尚未证明它只能留着不派。",
        ),
    },
}


def reason_text(code: str, facts: Mapping[str, object], lang: Lang = "en") -> str:
    """Say in one sentence why a request, or a unit of it, stays open.

    Parameters
    ----------
    code
        A reason code such as ``"OUTCOMPETED"``.
    facts
        What is known, all of it optional: ``limit`` (name of the limit that leaves nobody), ``n_teams``, ``n_before`` (that pass all limits before it), ``full_teams`` (that pass
        every limit but have no place), ``pinned_teams`` (of these, that pins left without one), ``short_teams`` (that pass every limit but have fewer than its ``hours``), ``with_way`` (the fewest hours that it takes at one of them with the way), ``n_served`` (teams already given to it), ``asked`` (units asked), ``best_score``, ``reserve``, ``min_relevance``, ``booked_team`` (id). Facts that are missing
        or None give a shorter sentence; others are not used. A best score is cut, not rounded, to two decimals,
        so that it never seems to reach what it falls short of.
    lang
        ``"en"`` or ``"zh"``.

    Raises
    ------
    ValueError
        If the code or the language is not known.

    Examples
    --------
    >>> reason_text("NO_ELIGIBLE_TEAM", {"limit": "distance", "n_teams": 1923})
    'Of 1,923 teams none can serve it: this limit leaves nobody: distance.'
    >>> reason_text("BELOW_RESERVE", {"best_score": 0.5999, "reserve": 0.6}, lang="zh")
    '最高评分 0.59，低于底线 0.6。'
    """
    check_lang(lang)
    if code not in SENTENCES[lang]:
        raise ValueError(f"unknown reason code {code!r}; known are {', '.join(SENTENCES[lang])}")
    told = {name: _told(name, value, lang) for name, value in facts.items() if value is not None}
    told["do"] = "does" if facts.get("n_teams") == 1 else "do"
    for sentence in SENTENCES[lang][code]:
        if _fields(sentence) <= told.keys():
            return sentence.format(**told).strip()
    raise AssertionError(f"the last sentence of {code} must need no facts")


def _fields(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}


def _told(name: str, value: Any, lang: Lang) -> str:
    """Write one fact for people."""
    if name in ("limit", "column"):
        return word(LIMIT_WORDS, str(value), lang) if name == "limit" else column_text(str(value), lang)
    if name in ("n_teams", "full_teams", "short_teams", "pinned_teams", "n_before"):
        return f" {value:,} 支队伍" if lang == "zh" else f"{value:,} team{'' if value == 1 else 's'}"
    if name == "best_score":
        return f"{math.floor(float(value) * 100) / 100:.2f}"
    if name in ("hours", "with_way"):
        return f"{float(value):.2f}".rstrip("0").rstrip(".")
    if name in ("reserve", "min_relevance"):
        return f"{float(value):g}"
    return printable(value) if name in ("booked_team", "group", "team") else str(value)
