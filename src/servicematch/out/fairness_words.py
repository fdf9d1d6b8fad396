"""What a plan's fairness is told with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from servicematch.base.shown import words_in
from servicematch.out.bottleneck_words import share_text

if TYPE_CHECKING:
    from collections.abc import Mapping

FAIRNESS_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Fairness by {column}",
        "head": "Who is served, by {column} of the requests, least served first:",
        "row": "{value}: {demand:,} asked, {served:,} served ({share}), {unassigned:,} open{servable}; mean score {score}, mean distance {km}{wait}{envy}.",
        "wait": ", mean wait {x:.1f} days",
        "servable": ", {n:,} servable at most",
        "envy": "; {n:,} with justified envy",
        "all": "all requests",
        "none": "There are no requests to group.",
        "more": "And {n:,} more.",
        "overlap": "A request counts in each of its values, so the lines overlap; all requests counts each once.",
        "gini": "Gini of the served shares, by units asked: {gini:.3f} (0: all alike).",
        "worst": "Least served: {worst}, {worst_share}; best served: {best}, {best_share}; worst over best: {ratio}.",
        "price": "The price of fairness: without it the best plan has {change}; its least served share is {worst}, worst over best {ratio}, Gini {gini:.3f}.",
        "satisfied": "Satisfaction of the served units, the score over the best that each request could have: least {least}, a tenth at {tenth} or less, {mean} on average.",
        "least_satisfied": "Least satisfied: {listed}.",
        "satisfied_at": "{request} at {team}, {share}",
        "semicolon": "; ",
        "price_satisfied": "The price of fairness: without it the best plan, which serves the same units, has {change}; its least satisfaction is {least}.",
        "price_unproved": "That plan is not proved, so the price may be higher.",
        "loads": "Teams: {n:,} with a place and a request that they may serve, {out:,} left out; {taken:,} of {capacity:,} places taken, {used:,} of these before ({share}); by team {least} to {most}, median {median}; {idle:,} idle, {full:,} full; Gini {gini:.3f}.",
        "no_teams": "No team has a place and a request that it may serve.",
        "envied": "Justified envy: {n:,} open request(s) count for more at a team than one that it serves.",
        "envies": "  {request} at {team}, where {envied} is served: {how}.",
        "above": "higher priority",
        "points": "{x:.6f} score points more",
        "no_envy": "Justified envy: none; no open request counts for more at a team than one that it serves.",
        "km": "{x:.1f} km",
        "value": "value",
        "n_requests": "requests",
        "demand": "asked",
        "servable_at_most": "servable at most",
        "served": "served",
        "unassigned": "open",
        "share": "share",
        "mean_score": "mean score",
        "mean_km": "mean km",
        "mean_wait_days": "mean wait (days)",
        "n_envious": "with justified envy",
        "note": "Servable at most: if no other group were there. Groups share teams, so these do not add up.",
    },
    "zh": {
        "title": "按{column}看公平",
        "head": "按点单的{column}看谁被服务（满足率由低到高）：",
        "row": "{value}：需 {demand:,} 队次，已派 {served:,}（{share}），未派 {unassigned:,}{servable}；平均评分 {score}，平均距离 {km}{wait}{envy}。",
        "wait": "，平均等待 {x:.1f} 天",
        "servable": "，最多可派 {n:,}",
        "envy": "；{n:,} 件有理由不满",
        "all": "全部点单",
        "none": "没有可分组的点单。",
        "more": "另有 {n:,} 项。",
        "overlap": "一件点单有几个值就计入几项，各项有重叠；“全部点单”每件只计一次。",
        "gini": "满足率的基尼系数（按所需队次加权）：{gini:.3f}（0 为完全均等）。",
        "worst": "满足率最低：{worst}，{worst_share}；最高：{best}，{best_share}；最低比最高：{ratio}。",
        "price": "公平的代价：若不求公平，最优计划{change}；其最低满足率 {worst}，最低比最高 {ratio}，基尼系数 {gini:.3f}。",
        "satisfied": "已派队次的满意度（得分与该点单最好可得之比）：最低 {least}，最低的一成不超过 {tenth}，平均 {mean}。",
        "least_satisfied": "最不满意的：{listed}。",
        "satisfied_at": "{request}由{team}承接，{share}",
        "semicolon": "；",
        "price_satisfied": "公平的代价：若不求公平，派给同样点单的最优计划{change}；其最低满意度 {least}。",
        "price_unproved": "那份计划尚未证明最优，代价可能更高。",
        "loads": "队伍：有名额且有点单可接的 {n:,} 支，另有 {out:,} 支未计；名额 {capacity:,} 个已用 {taken:,}，其中先前已用 {used:,}（{share}）；各队 {least} 至 {most}，中位数 {median}；空闲 {idle:,} 支，满额 {full:,} 支；基尼系数 {gini:.3f}。",
        "no_teams": "没有既有名额又有点单可接的队伍。",
        "envied": "有理由的不满：{n:,} 件未派点单在某支队伍比它所服务的另一件更应优先。",
        "envies": "  {request}在{team}，该队服务的是{envied}：{how}。",
        "above": "优先级更高",
        "points": "评分高 {x:.6f}",
        "no_envy": "有理由的不满：没有；凡未派点单，在任何队伍都不比它所服务的更应优先。",
        "km": "{x:.1f} 公里",
        "value": "取值",
        "n_requests": "点单数",
        "demand": "所需队次",
        "servable_at_most": "最多可派",
        "served": "已派",
        "unassigned": "未派",
        "share": "满足率",
        "mean_score": "平均评分",
        "mean_km": "平均距离（公里）",
        "mean_wait_days": "平均等待（天）",
        "n_envious": "有理由不满",
        "note": "最多可派：假如没有其他各组。各组共用队伍，所以不能相加。",
    },
}


def satisfaction_texts(figures: Mapping[str, Any]) -> dict[str, str]:
    """Write the least, a tenth's and the mean satisfaction as shares of the best; nothing where nobody is served.

    Examples
    --------
    >>> satisfaction_texts({"steps": 2, "counts": (0, 1, 3), "least": 0.5, "tenth": 0.5, "mean": 0.875})
    {'least': '50 %', 'tenth': '50 %', 'mean': '88 %'}
    """
    steps, counts = figures["steps"], figures["counts"]
    if not sum(counts):
        return {}
    levels = {name: share_text(round(figures[name] * steps), steps) for name in ("least", "tenth")}
    return {**levels, "mean": share_text(sum(level * n for level, n in enumerate(counts)), steps * sum(counts))}


def number_text(value: float, form: str = "{x:.3f}") -> str:
    """Write a number, a dash where there is none.

    Examples
    --------
    >>> number_text(0.25), number_text(float("nan")), number_text(2.04, "{x:.1f} km")
    ('0.250', '-', '2.0 km')
    """
    return "-" if math.isnan(value) else form.format(x=value)


def fairness_words(lang: str) -> dict[str, str]:
    """Return the words of a language.

    Examples
    --------
    >>> fairness_words("zh")["share"]
    '满足率'
    """
    return words_in(lang, FAIRNESS_WORDS)
