"""What a question "what if" is answered with: what was changed, the figures side by side, what is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servicematch.base.claim import SCALE
from servicematch.base.shown import words_in
from servicematch.out.ask_words import tier_text
from servicematch.out.words import REASON_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

WHATIF_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "What if",
        "if": "What if: {changes}.",
        "nothing": "nothing is changed",
        "add_teams": "teams added: {n:,}",
        "remove_teams": "teams taken out: {n:,}",
        "change_teams": "teams changed: {n:,}",
        "add_requests": "requests added: {n:,}",
        "drop_requests": "requests dropped: {n:,}",
        "change_requests": "requests changed: {n:,}",
        "policy": "another policy",
        "pins": "other pins",
        "slots": "other slots",
        "slots_gone": "slots of teams taken out: {n:,}",
        "without_slots": "{n:,} of the new teams have no slots, so they serve nobody. Give slots= with theirs.",
        "without_slots_one": "1 of the new teams has no slots, so it serves nobody. Give slots= with its own.",
        "and": ", ",
        "effect": "What it brings: {change}.",
        "served": "Served: {new_served:,} of {new_asked:,} units, where it is {base_served:,} of {base_asked:,} now.",
        "new_words": "What words weigh was learnt from the teams of the first plan: words of new offers that none of them offers weigh nothing here. To count them, assign again with the new tables.",
        "PROVED": "Both plans are proved, so the difference is exact.",
        "FEASIBLE": "Not both plans are proved, so the difference is what was found, not what is possible.",
        "dropped_pin": "Without the pin of {request} and {team}: one of what it names is gone.",
        "new_columns": "New columns of the {table}: {names}; the rows that were there have nothing in them.",
        "requests": "requests",
        "teams": "teams",
        "figure": "figure",
        "base": "now",
        "new": "then",
        "change": "change",
        "units_asked": "units asked",
        "units_served": "units served",
        "units_open": "units open",
        "open": "open: {word}",
        "score_total": "score points in all",
        "mean_km": "mean kilometres",
        "teams_used": "teams that serve",
        "tier": "objective: {tier}",
    },
    "zh": {
        "title": "如果这样",
        "if": "如果：{changes}。",
        "nothing": "什么都不改",
        "add_teams": "新增队伍 {n:,} 支",
        "remove_teams": "撤出队伍 {n:,} 支",
        "change_teams": "调整队伍 {n:,} 支",
        "add_requests": "新增点单 {n:,} 件",
        "drop_requests": "撤销点单 {n:,} 件",
        "change_requests": "调整点单 {n:,} 件",
        "policy": "改用另一套规则",
        "pins": "改用另一些人工指定",
        "slots": "改用另一张时段表",
        "slots_gone": "随队伍撤出的时段 {n:,} 个",
        "without_slots": "新队伍中有 {n:,} 支没有时段，无法承接；请在 slots= 中给出。",
        "and": "，",
        "effect": "结果：{change}。",
        "served": "可派 {new_served:,} / {new_asked:,} 队次；现为 {base_served:,} / {base_asked:,} 队次。",
        "new_words": "文字的权重由原计划的队伍学得：新服务内容中原有队伍都没有的词在此不计分；要计入，请用新表重新派单。",
        "PROVED": "两份计划均已证明最优，差异是准确的。",
        "FEASIBLE": "两份计划未全部证明最优，差异只代表目前找到的结果。",
        "dropped_pin": "{request}与{team}的人工指定已失效：所指之一已不在。",
        "new_columns": "{table}新增的列：{names}；原有各行在这些列中为空。",
        "requests": "点单",
        "teams": "队伍",
        "figure": "指标",
        "base": "现在",
        "new": "之后",
        "change": "变化",
        "units_asked": "所需队次",
        "units_served": "已派队次",
        "units_open": "未派队次",
        "open": "未派：{word}",
        "score_total": "总评分",
        "mean_km": "平均公里数",
        "teams_used": "出动队伍数",
        "tier": "目标：{tier}",
    },
}


def changes_text(changes: Mapping[str, int], lang: str = "en") -> str:
    """Say what was changed, each kind with its number.

    Examples
    --------
    >>> changes_text({"add_teams": 1, "drop_requests": 2, "policy": 1})
    'What if: teams added: 1, requests dropped: 2, another policy.'
    >>> changes_text({}, "zh")
    '如果：什么都不改。'
    """
    say = words_in(lang, WHATIF_WORDS)
    told = [say[name].format(n=n) for name, n in changes.items()]
    return say["if"].format(changes=say["and"].join(told) or say["nothing"])


def figure_text(name: str, lang: str = "en") -> str:
    """Name a figure: those of reasons and tiers carry theirs behind a colon.

    Examples
    --------
    >>> figure_text("open:LOST_TIE"), figure_text("tier:priority=5", "zh"), figure_text("mean_km")
    ('open: lost a tie', '目标：优先级 5', 'mean kilometres')
    """
    say = words_in(lang, WHATIF_WORDS)
    kind, _, of = name.partition(":")
    if kind == "open":
        return say["open"].format(word=REASON_WORDS[lang].get(of, of))
    return say["tier"].format(tier=tier_text(of, lang)) if kind == "tier" else say[name]


SCALES = {"units": 1, "micro-points": SCALE, "metres": 1000}
"""How many of a whole unit make what people read."""


def shown_number(value: int | None, unit: str) -> int | float | None:
    """Turn a whole number into what people read: units, score points, kilometres.

    Examples
    --------
    >>> shown_number(3, "units"), shown_number(250_000, "micro-points"), shown_number(1_500, "metres")
    (3, 0.25, 1.5)
    """
    return value if value is None or SCALES[unit] == 1 else value / SCALES[unit]
