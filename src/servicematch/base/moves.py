"""Moves of single units, and what they are worth by tier: the common words of every question and every comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Move:
    """One unit of a request goes from one team to another.

    Attributes
    ----------
    request_id
        Whose unit it is.
    from_team
        The team that it leaves, None for a unit that was open.
    to_team
        The team that it goes to, None for a unit that stays open afterwards.
    gain
        What the plan gains by this move alone, by tier, highest first: whole units, and micro-points for ``"score"``.

    Examples
    --------
    >>> Move("r1", "t1", "t2", {"served": 0, "score": -20_000}).is_drop
    False
    """

    request_id: Any
    from_team: Any
    to_team: Any
    gain: Mapping[str, int]

    @property
    def is_drop(self) -> bool:
        """Whether the unit stays open afterwards."""
        return self.to_team is None

    @property
    def is_new(self) -> bool:
        """Whether the unit was open before."""
        return self.from_team is None


def added(gains: Iterable[Mapping[str, int]], tiers: Iterable[str]) -> dict[str, int]:
    """Add gains up, tier by tier, in whole numbers.

    Examples
    --------
    >>> added([{"served": 1, "score": 5}, {"served": -1, "score": 2}], ["served", "score"])
    {'served': 0, 'score': 7}
    """
    total = dict.fromkeys(tiers, 0)
    for gain in gains:
        for name, value in gain.items():
            total[name] = total.get(name, 0) + value
    return total


def is_better(gain: Mapping[str, int]) -> bool:
    """Tell whether a gain is above nothing, the highest tier first.

    Examples
    --------
    >>> is_better({"served": 1, "score": -9}), is_better({"served": 0, "score": 0})
    (True, False)
    """
    return tuple(gain.values()) > (0,) * len(gain)
