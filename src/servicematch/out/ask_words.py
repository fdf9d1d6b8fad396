"""What every answer to a question is told with: names that may be hidden, losses by tier, moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servicematch.base.claim import SCALE
from servicematch.base.printable import printable
from servicematch.base.shown import words_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.base.moves import Move

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "request": "request {id}",
        "other": "another request ({letter})",
        "team": "team {id}",
        "in_slot": "{team} in slot {id}",
        "nothing": "nothing in any tier",
        "units_fewer": "{n:,} fewer served",
        "units_more": "{n:,} more served",
        "of": " of {tier}",
        "priority": "priority {n}",
        "quoted": "'{id}'",
        "bare": "{id}",
        "same": "; as many units served as before",
        "same_by_priority": "; as many units served as before, of each priority",
        "floors_more": "{n:,} units more of minimums met",
        "floors_fewer": "{n:,} units fewer of minimums met",
        "fairness_fewer": "{n:,} ranks of fairness fewer",
        "fairness_more": "{n:,} ranks of fairness more",
        "points_fewer": "{x:.6f} score points fewer",
        "points_more": "{x:.6f} score points more",
        "and": ", ",
        "moved": "{request} moves from {from_team} to {to_team}",
        "dropped": "{request} loses {from_team} and stays open",
        "new": "{request}, open until now, gets {to_team}",
    },
    "zh": {
        "request": "点单{id}",
        "other": "另一点单（{letter}）",
        "team": "队伍{id}",
        "in_slot": "{team}（时段{id}）",
        "priority": "优先级 {n}",
        "quoted": "“{id}”",
        "bare": "“{id}”",
        "same": "；派出队次不变",
        "same_by_priority": "；各优先级派出队次均不变",
        "nothing": "各层目标均无变化",
        "units_fewer": "少派 {n:,} 队次",
        "units_more": "多派 {n:,} 队次",
        "of": "（{tier}）",
        "points_fewer": "总评分减少 {x:.6f}",
        "points_more": "总评分增加 {x:.6f}",
        "floors_more": "最低数多满足 {n:,} 队次",
        "floors_fewer": "最低数少满足 {n:,} 队次",
        "fairness_fewer": "公平的位次和少 {n:,}",
        "fairness_more": "公平的位次和多 {n:,}",
        "and": "，",
        "moved": "{request}原由{from_team}承接，改由{to_team}承接",
        "dropped": "{request}不再由{from_team}承接，转为未派",
        "new": "{request}原未派，改由{to_team}承接",
    },
}


class Names:
    """Ids as they are told: with ``redact`` those of other residents' requests become letters.

    Parameters
    ----------
    lang
        ``"en"`` or ``"zh"``.
    redact
        Hide the ids of all requests but ``own``. Teams are always named.
    own
        The request that the question is about, None where there is none.

    Examples
    --------
    >>> names = Names("en", redact=True, own="r1")
    >>> names.request("r1"), names.request("r9"), names.request("r9"), names.team("t1")
    ("request 'r1'", 'another request (A)', 'another request (A)', "team 't1'")
    """

    def __init__(self, lang: str, *, redact: bool = False, own: Any = None) -> None:
        self.say = words_in(lang, _WORDS)
        self._redact, self._own = redact, own
        self._letters: dict[Any, str] = {}

    def request(self, id_: Any) -> str:
        """Name a request, or hide it behind a letter."""
        if self._redact and id_ != self._own:
            letter = self._letters.setdefault(id_, _letter(len(self._letters)))
            return self.say["other"].format(letter=letter)
        return self.say["request"].format(id=self._quoted(id_))

    def team(self, id_: Any) -> str:
        """Name a team."""
        return self.say["team"].format(id=self._quoted(id_))

    def place(self, team_id: Any, slot_id: Any = None) -> str:
        """Name a team, and its slot where there is one.

        Examples
        --------
        >>> Names("en").place("t1", "s1"), Names("zh").place(7)
        ("team 't1' in slot 's1'", '队伍“7”')
        """
        team = self.team(team_id)
        return team if slot_id is None else self.say["in_slot"].format(team=team, id=self._quoted(slot_id))

    def _quoted(self, id_: Any) -> str:
        return self.say["quoted" if isinstance(id_, str) else "bare"].format(id=printable(id_))

    def plain_request(self, id_: Any) -> Any:
        """Give the id for data: itself, or its letter where it is hidden."""
        if id_ is not None and self._redact and id_ != self._own:
            return self._letters.setdefault(id_, _letter(len(self._letters)))
        return id_


def _letter(number: int) -> str:
    """Count A to Z, then AA and so on."""
    text = ""
    number += 1
    while number:
        number, at = divmod(number - 1, 26)
        text = chr(ord("A") + at) + text
    return text


def change_text(gain: Mapping[str, int], lang: str = "en") -> str:
    """Say a change by tier: units, and score points where there are any.

    ``gain`` holds whole numbers, micro-points for ``"score"``; what is lost is negative.

    Examples
    --------
    >>> change_text({"priority=5": -1, "priority=0": 1, "score": 20_000})
    '1 fewer served of priority 5, 1 more served of priority 0, 0.020000 score points more'
    >>> change_text({"served": 0, "score": 0}, "zh")
    '各层目标均无变化'
    """
    say = words_in(lang, _WORDS)
    told = []
    for tier, value in gain.items():
        if not value:
            continue
        if tier == "score":
            told.append(say["points_fewer" if value < 0 else "points_more"].format(x=abs(value) / SCALE))
        elif tier in {"floors", "fairness"}:
            told.append(say[f"{tier}_fewer" if value < 0 else f"{tier}_more"].format(n=abs(value)))
        else:
            of = "" if tier == "served" else say["of"].format(tier=tier_text(tier, lang))
            told.append(say["units_fewer" if value < 0 else "units_more"].format(n=abs(value)) + of)
    return say["and"].join(told) or say["nothing"]


def tier_text(tier: str, lang: str = "en") -> str:
    """Say the name of a tier that counts units.

    Examples
    --------
    >>> tier_text("priority=5"), tier_text("priority=5", "zh"), tier_text("floors")
    ('priority 5', '优先级 5', 'floors')
    """
    kind, _, n = tier.partition("=")
    return words_in(lang, _WORDS)["priority"].format(n=n) if kind == "priority" and n else tier


def same_text(gain: Mapping[str, int], lang: str = "en") -> str:
    """Say after a change of the score that nobody more or fewer is served; nothing where that is not so.

    Examples
    --------
    >>> same_text({"served": 0, "score": -5}), same_text({"served": 1, "score": -5}), same_text({"score": -5})
    ('; as many units served as before', '', '')
    """
    say, counts = words_in(lang, _WORDS), [value for tier, value in gain.items() if tier != "score"]
    if not counts or any(counts) or not gain.get("score"):
        return ""
    return say["same" if len(counts) == 1 else "same_by_priority"]


def move_text(move: Move, names: Names) -> str:
    """Say one move.

    Examples
    --------
    >>> from servicematch.base.moves import Move
    >>> move_text(Move("r1", None, "t2", {"served": 1}), Names("en"))
    "request 'r1', open until now, gets team 't2'"
    """
    kind = "new" if move.is_new else "dropped" if move.is_drop else "moved"
    teams = {
        "from_team": "" if move.from_team is None else names.team(move.from_team),
        "to_team": "" if move.to_team is None else names.team(move.to_team),
    }
    return names.say[kind].format(request=names.request(move.request_id), **teams)
