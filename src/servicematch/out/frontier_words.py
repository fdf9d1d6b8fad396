"""What the curve between the total and the least served group is told with."""

from __future__ import annotations

FRONTIER_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "What fairness by {column} costs",
        "head": "What it costs to serve every group by {column} at least so far:",
        "row": "at least {asked}: {served:,} of {demand:,} served; least served {group}, {worst}; Gini {gini:.3f}; score points {points:.6f}; against no fairness: {change}.",
        "most": "No plan serves every group further than the last line does.",
        "unproved": "Not all of these plans are proved, so more may be possible.",
        "none": "There are no requests to group.",
        "asked": "every group at least",
        "served": "served",
        "worst": "least share",
        "group": "least served",
        "gini": "Gini",
        "points": "score points",
        "change": "against no fairness",
    },
    "zh": {
        "title": "按{column}求公平的代价",
        "head": "若要按{column}每组至少满足到以下程度，代价如下：",
        "row": "至少 {asked}：已派 {served:,} / {demand:,} 队次；满足率最低 {group}，{worst}；基尼系数 {gini:.3f}；评分合计 {points:.6f}；与不求公平相比：{change}。",
        "most": "没有计划能让每组都超过末行的程度。",
        "unproved": "并非每份计划都已证明最优，或许还有余地。",
        "none": "没有可分组的点单。",
        "asked": "每组至少",
        "served": "已派",
        "worst": "最低满足率",
        "group": "满足率最低",
        "gini": "基尼系数",
        "points": "评分合计",
        "change": "与不求公平相比",
    },
}


def exact_share(share: float) -> str:
    """Say a share in per cent, to a tenth where it is no whole number.

    Examples
    --------
    >>> exact_share(0.5), exact_share(2 / 3)
    ('50 %', '66.7 %')
    """
    return f"{100 * share:.1f}".removesuffix(".0") + " %"
