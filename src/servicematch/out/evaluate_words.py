"""What the judgement of somebody's own plan is told with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servicematch.base.claim import SCALE
from servicematch.base.shown import words_in
from servicematch.out.ask_words import tier_text

if TYPE_CHECKING:
    from collections.abc import Mapping

EVALUATE_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "A plan judged",
        "lawful": "Pairs listed: {n:,}. The plan keeps every rule.",
        "broken": "Pairs listed: {n:,}. The plan breaks rules in {faults:,} places; {kept:,} of its pairs can stand together.",
        "broken_once": "Pairs listed: {n:,}. The plan breaks a rule; {kept:,} of its pairs can stand together.",
        "blank": "Rows without a team, left out: {n:,}.",
        "value": "As listed it is worth: {value}.",
        "kept": "What can stand of it is worth: {value}.",
        "best": "The best plan is worth: {value}{proof}.",
        "proof": " (proved)",
        "gap": "Against this plan, the best one has: {change}.",
        "gap_kept": "Against what can stand of this plan, the best one has: {change}.",
        "none": "No plan is better than this one, in any tier.",
        "none_found": "No better plan was found, but that none exists is not proved.",
        "none_kept": "No plan is better, in any tier, than what can stand of this one.",
        "more": "And {n:,} more.",
        "served": "{n:,} served",
        "floors": "{n:,} units of minimums met",
        "of": " of {tier}",
        "points": "{x:.6f} score points",
        "and": ", ",
        "tier": "tier",
        "listed": "as listed",
        "standing": "can stand",
        "optimum": "best",
        "difference": "gap",
    },
    "zh": {
        "title": "人工计划评估",
        "lawful": "共列 {n:,} 个派单，符合全部规则。",
        "broken": "共列 {n:,} 个派单，有 {faults:,} 处违规；其中可同时保留 {kept:,} 个。",
        "broken_once": "共列 {n:,} 个派单，有 1 处违规；其中可同时保留 {kept:,} 个。",
        "blank": "有 {n:,} 行未写队伍，已略去。",
        "value": "照原样计：{value}。",
        "kept": "可保留部分计：{value}。",
        "best": "最优计划计：{value}{proof}。",
        "proof": "（已证明）",
        "gap": "与本计划相比，最优计划：{change}。",
        "gap_kept": "与可保留部分相比，最优计划：{change}。",
        "none": "各层目标均与最优计划相同。",
        "none_found": "未找到更好的计划，但尚未证明没有。",
        "none_kept": "可保留部分的各层目标均与最优计划相同。",
        "more": "另有 {n:,} 处。",
        "served": "已派 {n:,} 队次",
        "floors": "最低数满足 {n:,} 队次",
        "of": "（{tier}）",
        "points": "总评分 {x:.6f}",
        "and": "，",
        "tier": "层级",
        "listed": "原样",
        "standing": "可保留",
        "optimum": "最优",
        "difference": "差距",
    },
}


def value_text(value: Mapping[str, int], lang: str = "en") -> str:
    """Say what a plan is worth by tier; scores come in micro-points.

    Examples
    --------
    >>> value_text({"priority=5": 2, "score": 1_500_000})
    '2 served of priority 5, 1.500000 score points'
    >>> value_text({"served": 2, "score": 0}, "zh")
    '已派 2 队次，总评分 0.000000'
    """
    say = words_in(lang, EVALUATE_WORDS)
    told = []
    for tier, n in value.items():
        if tier == "score":
            told.append(say["points"].format(x=n / SCALE))
        elif tier == "floors":
            told.append(say["floors"].format(n=n))
        else:
            told.append(
                say["served"].format(n=n) + ("" if tier == "served" else say["of"].format(tier=tier_text(tier, lang)))
            )
    return say["and"].join(told)
