"""What a repair is told with: what is to be given up, what that costs, and what is proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servicematch.base.claim import SCALE
from servicematch.base.shown import one_or_many, words_in
from servicematch.out.words import LIMIT_WORDS, word

if TYPE_CHECKING:
    from collections.abc import Sequence

REPAIR_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "To serve {requests}",
        "one_action": "To serve {requests}: {action}.",
        "many_actions": "To serve {requests}, {n:,} things at a cost of {cost} together:",
        "action": "- {action}",
        "served": "Nothing has to be given up: all units of {requests} are served already.",
        "moves": "Nothing has to be given up to serve {requests}: others move to other teams.",
        "place": "{n:,} more places at {team} (cost {cost})",
        "place_one": "one more place at {team} (cost {cost})",
        "waive": "let {team} serve {request} all the same, waiving {limits} (cost {cost})",
        "wider_radius": "{team} goes as far as {to_km} km (cost {cost})",
        "teach": "{team} learns {skill} (cost {cost})",
        "kept": "Nobody else loses a unit; some may move to another team.",
        "OPTIMAL": "No cheaper set of what is allowed does it: this is proved.",
        "FEASIBLE": "Maybe a cheaper set does it, but none that costs less than {bound}.",
        "verified": "Checked by solving again with these changes.",
        "IMPOSSIBLE": "What is allowed cannot serve {requests}: this is proved.",
        "no_team": "Whatever of it is used, no team is open to {requests}.",
        "whose": "{n:,} requests that want the same teams or hold their places: ",
        "whose_one": "{Requests}: ",
        "counted": "Places that are allowed to be added are counted.",
        "and": ", ",
        "last": " and ",
        "more": "{n:,} more",
        "kind": "what",
        "request": "request",
        "team": "team",
        "amount": "how many",
        "cost": "cost",
        "kind_place": "more places",
        "kind_waive": "waived: {limits}",
        "kind_wider_radius": "as far as {to_km} km",
        "kind_teach": "learns {skill}",
    },
    "zh": {
        "title": "如何派出{requests}",
        "one_action": "要派出{requests}：{action}。",
        "many_actions": "要派出{requests}，需以下 {n:,} 项，代价合计 {cost}：",
        "action": "- {action}",
        "served": "无需任何让步：{requests}所需队次已全部派出。",
        "moves": "无需任何让步即可派出{requests}：只要其他点单改派队伍。",
        "place": "{team}增加 {n:,} 个名额（代价 {cost}）",
        "waive": "破例由{team}承接{request}，不计“{limits}”要求（代价 {cost}）",
        "wider_radius": "{team}的服务半径放宽到 {to_km} 公里（代价 {cost}）",
        "teach": "{team}学会“{skill}”（代价 {cost}）",
        "kept": "其他点单的队次一个不少，个别可能改派其他队伍。",
        "OPTIMAL": "在允许的办法中，没有代价更低的：已经证明。",
        "FEASIBLE": "也许还有代价更低的办法，但不会低于 {bound}。",
        "verified": "已按上述变动重新求解核对。",
        "IMPOSSIBLE": "允许的办法派不出{requests}：已经证明。",
        "no_team": "用尽允许的办法，也没有队伍可以承接{requests}。",
        "whose": "争用同样队伍、或占着其名额的点单共 {n:,} 件：",
        "whose_one": "{Requests}：",
        "counted": "允许增加的名额已计算在内。",
        "and": "、",
        "last": "、",
        "more": "另外 {n:,} 件",
        "kind": "办法",
        "request": "点单",
        "team": "队伍",
        "amount": "数量",
        "cost": "代价",
        "kind_place": "增加名额",
        "kind_waive": "破例：{limits}",
        "kind_wider_radius": "服务半径放宽到 {to_km} 公里",
        "kind_teach": "学会“{skill}”",
    },
}

_NAMED = 3


def cost_text(micro: int) -> str:
    """Write a cost, counted in millionths, with as few decimals as it has.

    Examples
    --------
    >>> cost_text(1_000_000), cost_text(2_500_000), cost_text(0), cost_text(1_234_000_001)
    ('1', '2.5', '0', '1,234.000001')
    """
    whole, rest = divmod(micro, SCALE)
    return f"{whole:,}" + (f".{rest:06d}".rstrip("0") if rest else "")


def listed(names: Sequence[str], lang: str = "en") -> str:
    """Name the first few and count the others.

    Examples
    --------
    >>> listed(["r1", "r2"]), listed(["r1", "r2", "r3", "r4", "r5"]), listed(["甲", "乙"], "zh")
    ('r1 and r2', 'r1, r2, r3 and 2 more', '甲、乙')
    """
    say = words_in(lang, REPAIR_WORDS)
    shown = [*names[:_NAMED]]
    if len(names) > _NAMED:
        shown.append(say["more"].format(n=len(names) - _NAMED))
    return say["last"].join(part for part in (say["and"].join(shown[:-1]), shown[-1]) if part)


def action_text(
    kind: str,
    lang: str = "en",
    *,
    team: str,
    request: str = "",
    n: int = 1,
    micro: int = 0,
    limits: Sequence[str] = (),
    to_km: float | None = None,
    skill: str | None = None,
) -> str:
    """Say one thing that is given up.

    Examples
    --------
    >>> action_text("place", team="team 't3'", micro=1_000_000)
    "one more place at team 't3' (cost 1)"
    >>> action_text("waive", "zh", team="队伍“t3”", request="点单“r7”", micro=2_500_000, limits=["distance", "skills"])
    '破例由队伍“t3”承接点单“r7”，不计“距离、技能”要求（代价 2.5）'
    """
    say = words_in(lang, REPAIR_WORDS)
    parts = {"team": team, "request": request, "n": n, "cost": cost_text(micro), "skill": skill}
    return one_or_many(say, kind, n).format(**parts, **_details(limits, to_km, lang))


def kind_text(
    kind: str, lang: str = "en", *, limits: Sequence[str] = (), to_km: float | None = None, skill: str | None = None
) -> str:
    """Say in a table what kind of thing is given up.

    Examples
    --------
    >>> kind_text("wider_radius", to_km=20.0), kind_text("waive", "zh", limits=["distance"])
    ('as far as 20 km', '破例：距离')
    """
    return words_in(lang, REPAIR_WORDS)[f"kind_{kind}"].format(skill=skill, **_details(limits, to_km, lang))


def _details(limits: Sequence[str], to_km: float | None, lang: str) -> dict[str, str]:
    named = [word(LIMIT_WORDS, name, lang) for name in limits]
    return {"limits": words_in(lang, REPAIR_WORDS)["and"].join(named), "to_km": "" if to_km is None else f"{to_km:,g}"}
