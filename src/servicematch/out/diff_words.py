"""What a comparison of two plans is told with: chains of moves, kilometres, what is the same and what counts otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servicematch.base.shown import words_in
from servicematch.out.ask_words import change_text, move_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from servicematch.base.moves import Move
    from servicematch.out.ask_words import Names

DIFF_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "What differs between the two plans",
        "chain_title": "A chain of moves",
        "same": "Both plans decide the same.",
        "one": "1 unit is decided otherwise by the second plan: {change}.",
        "one_chain": "{n:,} units are decided otherwise by the second plan, all in one chain (each takes the place that the next one leaves): {change}.",
        "all": "{n:,} units are decided otherwise by the second plan, in {chains:,} chains that do not touch each other: {change}.",
        "chain": "{number:,}. {chain}.",
        "more": "And {n:,} more chains, together: {change}.",
        "one_more": "And 1 more chain: {change}.",
        "rescored": "Kept, but counted otherwise by the second plan ({n:,}): {change}.",
        "gain": "{moves}: {change}",
        "and": ", ",
        "km_more": "{km} km more",
        "km_less": "{km} km less",
        "number": "chain",
        "moves": "moves",
        "change": "change",
        "total": "all",
    },
    "zh": {
        "title": "两份计划的差异",
        "chain_title": "一组联动调整",
        "same": "两份计划的派单完全相同。",
        "one": "后一计划与前一计划有 1 队次不同：{change}。",
        "one_chain": "后一计划与前一计划有 {n:,} 队次不同，一个让出名额，另一个接上，须一起改：{change}。",
        "all": "后一计划与前一计划有 {n:,} 队次不同，可分成 {chains:,} 组互不牵连的改动：{change}。",
        "chain": "{number:,}. {chain}。",
        "more": "另有 {n:,} 组，合计：{change}。",
        "one_more": "另有 1 组：{change}。",
        "rescored": "派单未变、但后一计划计值不同的有 {n:,} 队次：{change}。",
        "gain": "{moves}：{change}",
        "and": "，",
        "km_more": "多走 {km} 公里",
        "km_less": "少走 {km} 公里",
        "number": "组",
        "moves": "调整",
        "change": "变化",
        "total": "合计",
    },
}

_METRES = 1_000
_TENTH = 0.1


def effect_text(gain: Mapping[str, int], metres: int | None, lang: str = "en") -> str:
    """Say what something changes by tier, and how many kilometres more or less are driven for it.

    Kilometres, told to a tenth (in metres below that), are left out where they are not known (None) or the same.

    Examples
    --------
    >>> effect_text({"served": 0, "score": 140_000}, -6_000)
    '0.140000 score points more, 6 km less'
    >>> effect_text({"served": 1, "score": 0}, 1_250, "zh")
    '多派 1 队次，多走 1.2 公里'
    """
    say = words_in(lang, DIFF_WORDS)
    change = change_text(gain, lang)
    if not metres:
        return change
    whole = abs(metres) / _METRES
    km = f"{whole:,.1f}".removesuffix(".0") if whole >= _TENTH else f"{whole:.3f}"
    return change + say["and"] + say["km_less" if metres < 0 else "km_more"].format(km=km)


def moves_text(moves: Sequence[Move], names: Names, lang: str = "en") -> str:
    """Say moves one after another.

    Examples
    --------
    >>> from servicematch.base.moves import Move
    >>> from servicematch.out.ask_words import Names
    >>> moves_text([Move(3, 1, 7, {}), Move(8, 7, None, {})], Names("en"))
    'request 3 moves from team 1 to team 7, request 8 loses team 7 and stays open'
    """
    return words_in(lang, DIFF_WORDS)["and"].join(move_text(move, names) for move in moves)


def chain_text(
    moves: Sequence[Move], gain: Mapping[str, int], metres: int | None, names: Names, lang: str = "en"
) -> str:
    """Say a chain: its moves, then what they change together.

    Examples
    --------
    >>> from servicematch.base.moves import Move
    >>> from servicematch.out.ask_words import Names
    >>> chain_text([Move("r3", "t1", "t7", {})], {"score": 140_000}, -6_000, Names("zh"), "zh")
    '点单“r3”原由队伍“t1”承接，改由队伍“t7”承接：总评分增加 0.140000，少走 6 公里'
    """
    say = words_in(lang, DIFF_WORDS)
    return say["gain"].format(moves=moves_text(moves, names, lang), change=effect_text(gain, metres, lang))
