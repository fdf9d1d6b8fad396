"""What can be wrong with a plan: a closed list of codes, each with a sentence in English and in Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np


class Code(StrEnum):
    """What is wrong: one code for each way in which a plan can break its word."""

    UNKNOWN_REQUEST = "UNKNOWN_REQUEST"
    UNKNOWN_TEAM = "UNKNOWN_TEAM"
    UNKNOWN_SLOT = "UNKNOWN_SLOT"
    SLOT_OF_ANOTHER_TEAM = "SLOT_OF_ANOTHER_TEAM"
    DOUBLED_PAIR = "DOUBLED_PAIR"
    SAME_TEAM_TWICE = "SAME_TEAM_TWICE"
    OVER_UNITS = "OVER_UNITS"
    OVER_CAPACITY = "OVER_CAPACITY"
    SLOT_OVER_CAPACITY = "SLOT_OVER_CAPACITY"
    OVER_HOURS = "OVER_HOURS"
    LIMIT_BROKEN = "LIMIT_BROKEN"
    RELEVANCE_BROKEN = "RELEVANCE_BROKEN"
    BELOW_RESERVE = "BELOW_RESERVE"
    PIN_DROPPED = "PIN_DROPPED"
    FORBIDDEN_PAIR = "FORBIDDEN_PAIR"
    PIN_BREAKS_LIMIT = "PIN_BREAKS_LIMIT"
    PIN_OVER_CAPACITY = "PIN_OVER_CAPACITY"
    PIN_OVER_HOURS = "PIN_OVER_HOURS"
    BELOW_MIN_UNITS = "BELOW_MIN_UNITS"
    NOT_TOGETHER = "NOT_TOGETHER"
    QUOTA_BROKEN = "QUOTA_BROKEN"
    NOT_ONE_TEAM = "NOT_ONE_TEAM"
    TOO_LATE = "TOO_LATE"
    PIN_OVER_QUOTA = "PIN_OVER_QUOTA"
    PIN_TOO_LATE = "PIN_TOO_LATE"
    SCORE_DIFFERS = "SCORE_DIFFERS"
    OBJECTIVE_DIFFERS = "OBJECTIVE_DIFFERS"
    NEGATIVE_PRICE = "NEGATIVE_PRICE"
    UNKNOWN_PRICE_TEAM = "UNKNOWN_PRICE_TEAM"
    PAIRS_DIFFER = "PAIRS_DIFFER"
    BOUND_DIFFERS = "BOUND_DIFFERS"
    NOT_PROVED_OPTIMAL = "NOT_PROVED_OPTIMAL"
    TABLE_CHANGED = "TABLE_CHANGED"
    MALFORMED_CLAIM = "MALFORMED_CLAIM"


NOTICES = frozenset(
    {Code.PIN_BREAKS_LIMIT, Code.PIN_OVER_CAPACITY, Code.PIN_OVER_HOURS, Code.PIN_OVER_QUOTA, Code.PIN_TOO_LATE}
)
"""What a caller may ask for with a pin: reported, but no fault of the plan."""

SENTENCES: dict[Code, tuple[str, str]] = {
    Code.UNKNOWN_REQUEST: (
        "The plan names a request {request!r} that is not in the table.",
        "计划中的点单 {request!r} 不在点单表中。",
    ),
    Code.UNKNOWN_TEAM: (
        "The plan names a team {team!r} that is not in the table.",
        "计划中的队伍 {team!r} 不在队伍表中。",
    ),
    Code.UNKNOWN_SLOT: (
        "The plan names a slot {slot!r} that is not in the table.",
        "计划中的时段 {slot!r} 不在时段表中。",
    ),
    Code.SLOT_OF_ANOTHER_TEAM: (
        "Request {request!r} is given to team {team!r} in slot {slot!r}, which is another team's.",
        "点单 {request!r} 派给队伍 {team!r}，但时段 {slot!r} 属于别的队伍。",
    ),
    Code.DOUBLED_PAIR: (
        "Request {request!r} is given to team {team!r} {measured} times.",
        "点单 {request!r} 被重复派给队伍 {team!r}，共 {measured} 次。",
    ),
    Code.SAME_TEAM_TWICE: (
        "Request {request!r} asks for different teams, but team {team!r} is listed {measured} times for it.",
        "点单 {request!r} 需要不同的队伍，但队伍 {team!r} 被列了 {measured} 次。",
    ),
    Code.OVER_UNITS: (
        "Request {request!r} asks for {limit} teams and is given {measured}.",
        "点单 {request!r} 需要 {limit} 支队伍，却派了 {measured} 支。",
    ),
    Code.OVER_CAPACITY: (
        "Team {team!r} has {limit} free places and is given {measured} requests.",
        "队伍 {team!r} 有 {limit} 个空位，却派了 {measured} 个点单。",
    ),
    Code.SLOT_OVER_CAPACITY: (
        "Slot {slot!r} of team {team!r} has {limit} places and is given {measured} requests.",
        "队伍 {team!r} 的时段 {slot!r} 有 {limit} 个名额，却派了 {measured} 个点单。",
    ),
    Code.OVER_HOURS: (
        "Team {team!r} has {limit} free hours and is given {measured}.",
        "队伍 {team!r} 有 {limit} 小时可用，却派了 {measured} 小时。",
    ),
    Code.LIMIT_BROKEN: (
        "Request {request!r} at team {team!r} breaks the limit {rule!r}: {measured} {unit}, at most {limit}.",
        "点单 {request!r} 派给队伍 {team!r} 违反限制 {rule!r}：{measured} {unit}，上限 {limit}。",
    ),
    Code.RELEVANCE_BROKEN: (
        "Request {request!r} names neither category nor skills, and team {team!r} is not relevant enough: {measured}, at least {limit}.",
        "点单 {request!r} 没有类别和技能，与队伍 {team!r} 的文本相关度不足：{measured}，至少 {limit}。",
    ),
    Code.BELOW_RESERVE: (
        "Request {request!r} at team {team!r} scores {measured}, below the reserve {limit}.",
        "点单 {request!r} 派给队伍 {team!r} 得分 {measured}，低于保留分 {limit}。",
    ),
    Code.PIN_DROPPED: (
        "Request {request!r} was pinned to team {team!r}, and the plan does not keep the pin.",
        "点单 {request!r} 已固定给队伍 {team!r}，计划没有保留。",
    ),
    Code.FORBIDDEN_PAIR: (
        "Request {request!r} was forbidden for team {team!r}, and the plan uses the pair.",
        "点单 {request!r} 禁止派给队伍 {team!r}，计划却用了。",
    ),
    Code.PIN_BREAKS_LIMIT: (
        "The pin of request {request!r} to team {team!r} breaks {rule!r}: {measured} {unit}, limit {limit}.",
        "点单 {request!r} 固定给队伍 {team!r}，违反 {rule!r}：{measured} {unit}，限 {limit}。",
    ),
    Code.PIN_OVER_CAPACITY: (
        "Team {team!r} has {limit} free places and {measured} pinned requests.",
        "队伍 {team!r} 有 {limit} 个空位，却固定了 {measured} 个点单。",
    ),
    Code.PIN_OVER_HOURS: (
        "Team {team!r} has {limit} free hours, and {measured} are pinned.",
        "队伍 {team!r} 有 {limit} 小时可用，却固定了 {measured} 小时。",
    ),
    Code.BELOW_MIN_UNITS: (
        "Request {request!r} wants at least {limit} teams or none, and is given {measured}.",
        "点单 {request!r} 至少需要 {limit} 支队伍，否则不派，却派了 {measured} 支。",
    ),
    Code.NOT_TOGETHER: (
        "Request {request!r} wants all its teams at the same time, and they come at {measured} different times.",
        "点单 {request!r} 要求各队同时到，却分在 {measured} 个不同时间。",
    ),
    Code.QUOTA_BROKEN: (
        "The rule {rule} allows {limit} {unit}, and the plan gives {measured}.",
        "规则 {rule} 最多 {limit} 队次，计划却派了 {measured}。",
    ),
    Code.NOT_ONE_TEAM: (
        "The rule {rule} asks for the same team for all, and the plan gives {measured}.",
        "规则 {rule} 要求同一支队伍，计划却派了 {measured} 支。",
    ),
    Code.TOO_LATE: (
        "Team {team!r} cannot begin request {request!r} in slot {slot!r} in time after its other visits: {measured} minutes late.",
        "队伍 {team!r} 在时段 {slot!r} 赶不及承接点单 {request!r}：晚 {measured} 分钟。",
    ),
    Code.PIN_TOO_LATE: (
        "Pinned visits leave team {team!r} no time for the way to request {request!r} in slot {slot!r}: {measured} minutes late.",
        "队伍 {team!r} 被固定的服务之间来不及赶到：时段 {slot!r} 的点单 {request!r} 晚 {measured} 分钟。",
    ),
    Code.PIN_OVER_QUOTA: (
        "The rule {rule} allows {limit} {unit}, and {measured} are pinned.",
        "规则 {rule} 最多 {limit} 队次，却固定了 {measured}。",
    ),
    Code.SCORE_DIFFERS: (
        "The score of request {request!r} at team {team!r} is stated as {measured} and is {limit}.",
        "点单 {request!r} 与队伍 {team!r} 的得分写为 {measured}，应为 {limit}。",
    ),
    Code.OBJECTIVE_DIFFERS: (
        "The plan states {measured} for {rule!r}; its assignments give {limit}.",
        "计划称目标 {rule!r} 为 {measured}，按其派单计算为 {limit}。",
    ),
    Code.NEGATIVE_PRICE: (
        "Team {team!r} carries a negative price ({rule}), which proves nothing.",
        "队伍 {team!r} 的价格为负（{rule}），不能作为证明。",
    ),
    Code.UNKNOWN_PRICE_TEAM: (
        "The plan prices a team {team!r} that is not in the table.",
        "计划给不在表中的队伍 {team!r} 定了价格。",
    ),
    Code.PAIRS_DIFFER: (
        "The plan was made from {measured} eligible pairs; there are {limit}.",
        "计划依据 {measured} 个可行配对，实际有 {limit} 个。",
    ),
    Code.BOUND_DIFFERS: (
        "The plan states the bound {measured} for {rule!r}; its prices give {limit}.",
        "计划称 {rule!r} 的上界为 {measured}，按其价格计算为 {limit}。",
    ),
    Code.NOT_PROVED_OPTIMAL: (
        "The plan claims to be optimal, but it reaches {measured} in {rule!r}, and its prices only exclude more than {limit}.",
        "计划自称最优，但在 {rule!r} 上为 {measured}，其价格只能证明不超过 {limit}。",
    ),
    Code.TABLE_CHANGED: (
        "The table of {rule} is not the one that the plan was made from.",
        "{rule} 表与制定计划时的不同。",
    ),
    Code.MALFORMED_CLAIM: ("The plan cannot be read: {rule}.", "计划无法读取：{rule}。"),
}

_LANGUAGES = {"en": 0, "zh": 1}


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise: ids and numbers only, never a resident's text or place.

    Attributes
    ----------
    code
        What is wrong.
    request_id, team_id, slot_id
        Where; ``None`` when it concerns the whole plan, or there are no slots.
    measured, limit
        What the plan has and what is allowed (or right), in ``unit``.
    unit
        Unit of both numbers (``"km"``, ``"units"``, ``"micro-points"``).
    rule
        Name of the limit, tier or table that it is about.

    Examples
    --------
    >>> print(Violation(Code.OVER_CAPACITY, team_id="T1", measured=3, limit=2, unit="places"))
    Team 'T1' has 2 free places and is given 3 requests.
    """

    code: Code
    request_id: Any = None
    team_id: Any = None
    measured: float | None = None
    limit: float | None = None
    unit: str = ""
    rule: str = ""
    slot_id: Any = None

    def __post_init__(self) -> None:
        for name in ("request_id", "team_id", "slot_id"):  # a numpy id would show its type in every sentence
            value = getattr(self, name)
            if isinstance(value, np.generic):
                object.__setattr__(self, name, value.item())

    @property
    def text(self) -> str:
        """The violation in one English sentence."""
        return self.sentence()

    def sentence(self, lang: str = "en") -> str:
        """Say the violation in one sentence, in English (``"en"``) or Chinese (``"zh"``).

        Examples
        --------
        >>> Violation(Code.UNKNOWN_TEAM, team_id=7).sentence("zh")
        '计划中的队伍 7 不在队伍表中。'
        """
        return SENTENCES[self.code][language(lang)].format(
            request=self.request_id,
            team=self.team_id,
            slot=self.slot_id,
            measured=_number(self.measured),
            limit=_number(self.limit),
            unit=self.unit,
            rule=self.rule,
        )

    def __str__(self) -> str:
        return self.text


def language(lang: str) -> int:
    """Return the place of a language in the pairs of sentences; unknown ones are a ``ValueError``.

    Examples
    --------
    >>> language("zh")
    1
    """
    if lang not in _LANGUAGES:
        raise ValueError(f"lang: expected one of {sorted(_LANGUAGES)}, got {lang!r}")
    return _LANGUAGES[lang]


def _number(value: float | None) -> str:
    if value is None:
        return "?"
    return str(value) if isinstance(value, int) else f"{value:.10g}"
