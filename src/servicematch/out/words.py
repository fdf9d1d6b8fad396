"""The words of the library in the languages of its people: limits, terms and what became of a request."""

from __future__ import annotations

from typing import Literal, TypeAlias

from servicematch.base.shown import words_in

Lang: TypeAlias = Literal["en", "zh"]

LIMIT_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "skills": "skills",
        "categories": "category",
        "languages": "language",
        "distance": "distance",
        "same_area": "same area",
        "allowed": "allowed pairs",
        "forbidden": "forbidden pairs",
        "booked": "booked team",
        "time": "time",
        "within": "days of waiting",
        "relevance": "anything like it on offer",
        "reserve": "reserve",
        "capacity": "free places",
        "hours": "free hours",
    },
    "zh": {
        "skills": "技能",
        "categories": "服务类别",
        "languages": "语言",
        "distance": "距离",
        "same_area": "同一辖区",
        "allowed": "准许名单",
        "forbidden": "禁止名单",
        "booked": "直接预约",
        "time": "时间",
        "within": "等候天数",
        "relevance": "提供类似服务",
        "reserve": "评分底线",
        "capacity": "空余名额",
        "hours": "可用工时",
    },
}

TERM_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "text": "text",
        "proximity": "proximity",
        "skill_fit": "skill fit",
        "area_affinity": "area",
        "track_record": "track record",
        "sooner": "soonness",
    },
    "zh": {
        "text": "文字相似",
        "proximity": "远近",
        "skill_fit": "技能契合",
        "area_affinity": "辖区",
        "track_record": "口碑",
        "sooner": "早晚",
    },
}

REASON_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "EXCLUDED": "taken out beforehand",
        "PIN_FORBIDS": "forbidden by a pin",
        "BOOKED_TEAM_CANNOT": "the booked team cannot",
        "NO_LOCATION": "place not known",
        "NO_ELIGIBLE_TEAM": "no eligible team with a place",
        "NO_RELEVANT_TEAM": "no team offers anything like it (wish wall)",
        "TOO_FEW_TEAMS": "more teams asked for than can come",
        "BELOW_RESERVE": "best score below the reserve",
        "SLOT_FULL": "all suitable slots taken",
        "HOURS_FULL": "hours of its teams taken",
        "DAY_CAP": "its teams do no more in that time",
        "QUOTA_FULL": "quota of the group used up",
        "SAME_TEAM": "its group has one team, which cannot",
        "APART": "teams with a place serve its group already",
        "NO_TIME_BETWEEN": "no time for the way between visits",
        "FLOOR_DISPLACED": "minimums of other groups come first",
        "LOST_TIE": "lost a tie",
        "OUTCOMPETED": "all places of its teams taken",
        "NOT_WORTH_IT": "not worth a place",
        "NOT_PROVED": "not proved, so no reason is certain",
    },
    "zh": {
        "EXCLUDED": "事先排除",
        "PIN_FORBIDS": "被人工指定禁止",
        "BOOKED_TEAM_CANNOT": "预约的队伍无法承接",
        "NO_LOCATION": "位置不明",
        "NO_ELIGIBLE_TEAM": "没有符合条件的队伍",
        "NO_RELEVANT_TEAM": "没有相关服务（上心愿墙）",
        "TOO_FEW_TEAMS": "所需队伍多于可来队伍",
        "BELOW_RESERVE": "最高评分低于底线",
        "SLOT_FULL": "合适时段已约满",
        "HOURS_FULL": "队伍的工时已排满",
        "DAY_CAP": "队伍当期已达上限",
        "QUOTA_FULL": "所在组名额已用完",
        "SAME_TEAM": "须同一队伍承接，该队无法承接",
        "APART": "有空位的队伍已承接同组点单",
        "NO_TIME_BETWEEN": "两次服务之间来不及赶到",
        "FLOOR_DISPLACED": "须先保证其他组的最低数",
        "LOST_TIE": "同等条件下未轮到",
        "OUTCOMPETED": "可承接队伍名额已满",
        "NOT_WORTH_IT": "不值得占用名额",
        "NOT_PROVED": "计划未证明最优，尚无定论",
    },
}


def word(words: dict[str, dict[str, str]], name: str, lang: str) -> str:
    """Look up the word for ``name``; a caller's own limit or term keeps its own name.

    Examples
    --------
    >>> word(LIMIT_WORDS, "distance", "zh"), word(LIMIT_WORDS, "women_only", "zh")
    ('距离', 'women_only')
    """
    check_lang(lang)
    return words[lang].get(name, name)


def check_lang(lang: str) -> None:
    """Refuse a language that has no words here.

    Examples
    --------
    >>> check_lang("zh")
    """
    words_in(lang, LIMIT_WORDS)
