"""How a verification shows itself in a notebook: the verdict, objective against bound, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servicematch.base.blocks import Cell, badge, card, note, section, table
from servicematch.base.html import Markup, said, tag
from servicematch.check.codes import language

if TYPE_CHECKING:
    from servicematch.check.codes import Violation
    from servicematch.check.report import Verification

FIRST = 10
"""Violations, and notices, that are shown."""

_LONGEST = 300
_MICRO = 1e6

NOTHING_TO_DECIDE = ("all assignments are pinned, nothing was left to decide", "派单全部由人工固定，无可再派")
"""What is said instead of an objective of nothing."""

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Verification", "检验结果"),
    "proved": ("LAWFUL AND PROVED", "合规且已证明最优"),
    "lawful": ("LAWFUL, NOT PROVED", "合规，未证明最优"),
    "refused": ("REFUSED", "不合规"),
    "tier": ("tier", "层级"),
    "objective": ("objective", "目标值"),
    "bound": ("bound", "上界"),
    "gap": ("between", "差距"),
    "violations": ("Violations", "问题"),
    "notices": ("Pins worth knowing", "固定派单提示"),
    "code": ("code", "代码"),
    "sentence": ("what is wrong", "说明"),
    "shown": ("{shown:,} of {n:,} shown.", "显示 {shown:,} / {n:,} 条。"),
    "by_tier": ("Objective and bound", "目标值与上界"),
}


def verification_view(found: Verification, lang: str = "en") -> Markup:
    """Build the view of a verification; the words say all that the colours say.

    Examples
    --------
    >>> from servicematch.check.report import Proof, Verification
    >>> "合规且已证明最优" in str(verification_view(Verification(Proof.PROVED), "zh"))
    True
    """
    which = language(lang)
    say = {name: words[which] for name, words in WORDS.items()}
    verdict = ("proved", "good") if found.proved else ("lawful", "open") if found.ok else ("refused", "bad")
    return card(
        say["title"],
        tag("p", badge(say[verdict[0]], verdict[1]), said(found.sentence(lang), 2 * _LONGEST)),
        section(say["by_tier"], _tiers(found, say)) if found.objective and not found.nothing_to_decide else None,
        _listed("violations", found.violations, say, lang),
        _listed("notices", found.notices, say, lang),
    )


def _tiers(found: Verification, say: dict[str, str]) -> Markup:
    """Show each tier with its bound: units whole, score points with all their millionths."""
    rows: list[list[Cell]] = []
    for tier, value in found.objective.items():
        bound = found.bound.get(tier)
        numbers = [value, bound, None if bound is None else bound - value]
        shown = [None if n is None else n / _MICRO for n in numbers] if tier == "score" else numbers
        rows.append([tier, *shown])
    headers = [say[name] for name in ("tier", "objective", "bound", "gap")]
    return table(headers, rows, decimals=dict.fromkeys((1, 2, 3), 6))


def _listed(name: str, told: tuple[Violation, ...], say: dict[str, str], lang: str) -> Markup | None:
    if not told:
        return None
    rows: list[list[Cell]] = [[one.code.value, said(one.sentence(lang), _LONGEST)] for one in told[:FIRST]]
    shown = say["shown"].format(shown=len(rows), n=len(told))
    return section(f"{say[name]} ({len(told):,})", table([say["code"], say["sentence"]], rows), note(shown))
