"""What a table of bottlenecks is told with."""

from __future__ import annotations

import re

from servicematch.base.printable import printable
from servicematch.base.shown import words_in

BOTTLENECK_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Bottlenecks by {column}",
        "requests": "Where it is short, by {column} of the requests, most open first:",
        "lowest": "Lowest share served: {value}, {share} ({served:,} of {demand:,}){rest}.",
        "nameless": "; where nothing is given is not compared",
        "teams": "Where it is short, by {column} of the teams, most open first:",
        "row": "{value}: {demand:,} asked, {served:,} served ({share}), {unassigned:,} open; places at eligible teams: {capacity:,}, taken by anybody: {used:,}; {worth}.",
        "row_teams": "{value}: places: {capacity:,}, taken: {used:,}; {demand:,} asked by requests that these teams may serve, {served:,} served ({share}), {unassigned:,} open; {worth}.",
        "worth": "one more place, best at {team}, brings {gain}",
        "worth_nothing": "one more place at these teams brings nothing",
        "worth_unknown": "what one more place brings is not proved",
        "empty": "(nothing given)",
        "more": "And {n:,} more.",
        "none": "There are no rows to group.",
        "overlap": "A row counts in each of its values, so the lines overlap and do not add up.",
        "shared": "Lines share teams, so places do not add up: the same one place more may be named in several lines.",
        "shared_teams": "Lines share requests, so what is asked and served does not add up.",
        "value": "value",
        "n_requests": "requests",
        "demand": "asked",
        "served": "served",
        "unassigned": "open",
        "capacity": "eligible places",
        "used": "taken by anybody",
        "gain": "one more place brings",
        "best_team": "best at",
        "level": "{column} (level {n} of the path)",
    },
    "zh": {
        "title": "按{column}看瓶颈",
        "requests": "按点单的{column}看哪里缺得最多（按未派数由多到少；名额指队伍可接的队次）：",
        "teams": "按队伍的{column}看哪里缺得最多（按未派数由多到少；名额指队伍可接的队次）：",
        "lowest": "派出比例最低：{value}，{share}（{served:,} / {demand:,}）{rest}。",
        "nameless": "；未填写的不参与比较",
        "row": "{value}：需 {demand:,} 队次，已派 {served:,}（{share}），未派 {unassigned:,}；可承接队伍共有名额 {capacity:,}，已被各处点单用去 {used:,}；{worth}。",
        "row_teams": "{value}：名额 {capacity:,}，已用 {used:,}；这些队伍可承接的点单需 {demand:,} 队次，已派 {served:,}（{share}），未派 {unassigned:,}；{worth}。",
        "worth": "若{team}增加一个名额，{gain}",
        "worth_nothing": "这些队伍增加一个名额并无好处",
        "worth_unknown": "增加一个名额的价值尚未证明",
        "empty": "（未填写）",
        "more": "另有 {n:,} 项。",
        "none": "没有可分组的行。",
        "overlap": "一行有几个值就计入几项，各项有重叠，不能相加。",
        "shared": "各项共用队伍，名额不能相加；增加的同一个名额可能在几项中都提到。",
        "shared_teams": "各项共用点单，所需与已派队次不能相加。",
        "value": "取值",
        "n_requests": "点单数",
        "demand": "所需队次",
        "served": "已派",
        "unassigned": "未派",
        "capacity": "可用名额",
        "used": "各处已用",
        "gain": "增加一个名额的好处",
        "best_team": "最宜增加的队伍",
        "level": "{column}（第 {n} 级）",
    },
}

_COLUMNS = {
    "area": "辖区",
    "booked_team": "预约队伍",
    "capacity": "名额",
    "categories": "服务类别",
    "category": "服务类别",
    "id": "编号",
    "languages": "语言",
    "max_km": "最远公里数",
    "name": "名称",
    "priority": "优先级",
    "radius_km": "服务半径",
    "skills": "技能",
    "units": "所需队次",
    "wanted_skills": "希望的技能",
}

_LEVEL = re.compile(r"(.*) \(level (\d+)\)")


def column_text(column: str, lang: str = "en") -> str:
    """Name what was grouped by; a column of the caller's own keeps its name.

    Examples
    --------
    >>> column_text("area (level 1)"), column_text("area (level 1)", "zh"), column_text("street", "zh")
    ('area (level 1 of the path)', '辖区（第 1 级）', ' street ')
    """
    say, found = words_in(lang, BOTTLENECK_WORDS), _LEVEL.fullmatch(column)
    name = printable(found[1] if found else column)
    if lang == "zh":
        name = _COLUMNS.get(name, f" {name} ")
    return say["level"].format(column=name, n=found[2]) if found else name


def value_text(value: object, lang: str = "en") -> str:
    """Say the value that a group has in common.

    Examples
    --------
    >>> value_text("yoga"), value_text(None, "zh")
    ('yoga', '（未填写）')
    """
    return words_in(lang, BOTTLENECK_WORDS)["empty"] if value is None else printable(value)


def share_text(part: int, whole: int) -> str:
    """Say a share in whole percents, but never 0 or 100 where something is there or missing.

    Examples
    --------
    >>> share_text(327, 450), share_text(999, 1000), share_text(1, 1000), share_text(0, 0)
    ('73 %', '99 %', '1 %', '-')
    """
    if whole == 0:
        return "-"
    inside = 0 < part < whole
    percent = round(100 * part / whole)
    return f"{min(max(percent, 1), 99) if inside else percent} %"
