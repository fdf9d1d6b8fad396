"""Classes, tiers and prices: the numbers that a plan speaks in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from servicematch.base.claim import SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.base.arrays import IntArray
    from servicematch.base.protocols import PolicyLike

_HUGE = 2**60
SCORE = "score"


@dataclass(frozen=True, slots=True)
class Tiers:
    """The tiers of the objective and the class of each request.

    Attributes
    ----------
    classes
        For each request 1 for the lowest priority and so on; all 1 for ``served`` alone; all 0 without such a tier.
    names
        Tiers by their names, the highest class first, the score last.
    skip_micro
        What leaving a unit open is worth, only without a tier above the score.
    above_classes
        Tiers above those of the classes: floors, and fairness where it comes first.
    """

    classes: IntArray
    names: tuple[str, ...]
    skip_micro: int = 0
    above_classes: int = 0

    @property
    def class_at(self) -> IntArray:
        """Where the tier of each class stands, from class 0, which has none: -1."""
        n = int(self.classes.max(initial=0))
        return np.array([-1, *(self.above_classes + n - k for k in range(1, n + 1))], dtype=np.int64)

    @property
    def n_classes(self) -> int:
        """How many tiers stand above the score."""
        return len(self.names) - 1

    def read(self, stated: Mapping[str, int]) -> dict[str, int | None]:
        """Find the stated value of each tier, then all that is stated of others.

        With one class, both names that it may have (``served`` and its priority) mean the same.
        """
        known = dict(stated)
        if self.n_classes == 1:
            known = {self.names[0] if self._may_mean_all(name) else name: value for name, value in stated.items()}
        names = [*self.names, *(name for name in known if name not in self.names)]
        return {name: whole(known.get(name)) for name in names}

    def _may_mean_all(self, name: str) -> bool:
        return name == "served" or (self.names[0] == "served" and name.startswith("priority="))


def whole(value: object) -> int | None:
    """Read a whole number, None for anything else.

    Examples
    --------
    >>> whole(np.int64(3)), whole("3")
    (3, None)
    """
    return int(value) if isinstance(value, int | np.integer) else None


FLOORS = "floors"
FAIRNESS = "fairness"


class _Plain(NamedTuple):
    """A policy's tiers without fairness."""

    tiers: tuple[str, ...]
    skip_value: float


def tiers_of(policy: PolicyLike | _Plain, priority: IntArray, *, has_floors: bool = False) -> Tiers:
    """Rank the priorities densely, as the policy's tiers ask; floors stand above all, fairness where the policy says.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> policy = SimpleNamespace(tiers=("priority", "score"), skip_value=0.0)
    >>> tiers = tiers_of(policy, np.array([5, 0, 5]))
    >>> tiers.names, tiers.classes.tolist()
    (('priority=5', 'priority=0', 'score'), [2, 1, 2])
    """
    if has_floors:
        below = tiers_of(policy, priority)
        return Tiers(below.classes, (FLOORS, *below.names), below.skip_micro, below.above_classes + 1)
    fairness = getattr(policy, "fairness", None)
    if fairness is not None and fairness.kind != "satisfaction":
        plain = tiers_of(_Plain(policy.tiers, policy.skip_value), priority)
        if fairness.above == "priority":
            return Tiers(plain.classes, (FAIRNESS, *plain.names), plain.skip_micro, 1)
        return Tiers(plain.classes, (*plain.names[:-1], FAIRNESS, SCORE), plain.skip_micro)
    if "priority" in policy.tiers:
        levels, rank = np.unique(priority, return_inverse=True)
        names = tuple(f"priority={level}" for level in levels[::-1].tolist())
        return Tiers(rank.astype(np.int64) + 1, (*names, SCORE))
    if "served" in policy.tiers:
        return Tiers(np.ones(len(priority), dtype=np.int64), ("served", SCORE))
    skip = float(getattr(policy, "skip_value", 0.0) or 0.0)
    return Tiers(np.zeros(len(priority), dtype=np.int64), (SCORE,), int(np.rint(skip * SCALE)))


@dataclass(frozen=True, slots=True)
class Prices:
    """The price of one place at each team: class first, then micro-points; lexicographically never negative."""

    classes: IntArray
    score: IntArray


def legal(classes: IntArray, score: IntArray, n_classes: int) -> Prices:
    """Pull prices into the legal range, so that they bound every plan whatever was claimed.

    Any legal prices give a true bound; a tampered price only makes it a looser one.

    Examples
    --------
    >>> legal(np.array([0, 7]), np.array([-5, -5]), 2).score.tolist()
    [0, -5]
    """
    classes = np.clip(classes, 0, n_classes)
    score = np.clip(score, -_HUGE, _HUGE)
    return Prices(classes, np.where((classes == 0) & (score < 0), 0, score))


def exact_sum(values: IntArray) -> int:
    """Add int64 numbers in two halves of 32 bits, so that no sum wraps.

    Examples
    --------
    >>> exact_sum(np.array([2**62, 2**62, 2**62, 1])) == 3 * 2**62 + 1
    True
    """
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())
