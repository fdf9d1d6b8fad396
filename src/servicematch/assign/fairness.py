"""Fair service as a part of a policy: whose served shares are to be even, or how well each request itself is served.

A share is the units served of a group over the units that it asked. Requests with nothing in the column are a group of
their own. Neither choice of shares serves fewer units: it says which. Satisfaction leaves that as it is, and says by whom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from servicematch.assign.rules import read_by
from servicematch.base.errors import PolicyError

__all__ = ("Leximin", "MaxMin", "Satisfaction")

ABOVE = ("score", "priority")


@dataclass(frozen=True, slots=True)
class Leximin:
    """Make the least served share as great as can be, then the second least, and so on; then the tiers below.

    Parameters
    ----------
    by
        A column of the requests with one value a row, or ``("area", level)``.
    above
        The tier right below: ``"score"`` serves priorities first and is fair within that, ``"priority"`` is fair first.

    Raises
    ------
    PolicyError
        When a value cannot be meant so.

    Examples
    --------
    >>> Leximin(by=("area", 1))
    Leximin(by=('area', 1), above='score')
    """

    kind: ClassVar[str] = "leximin"
    by: Any
    above: str = "score"

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", read_by(type(self).__name__, self.by))
        _check_above(self)

    @property
    def most(self) -> None:
        """No share is enough."""
        return None


@dataclass(frozen=True, slots=True)
class MaxMin:
    """Let every group reach the greatest share that all can reach, and ask for no more; then the tiers below.

    Groups with no team that may serve them are left out. It is the first step of `Leximin`: what lies above the least
    share is left to priority and score.

    Parameters
    ----------
    by, above
        As in `Leximin`.
    up_to
        In [0, 1]: a share beyond which nobody is helped, None for as far as it goes. A floor for every group's share.

    Raises
    ------
    PolicyError
        When a value cannot be meant so.

    Examples
    --------
    >>> MaxMin(by="category", up_to=0.5).most
    Fraction(1, 2)
    """

    kind: ClassVar[str] = "maxmin"
    by: Any
    above: str = "score"
    up_to: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", read_by(type(self).__name__, self.by))
        _check_above(self)
        if self.up_to is not None and not _is_share(self.up_to):
            raise PolicyError(f"MaxMin.up_to: expected a share from 0 to 1, or None, got {self.up_to!r}")

    @property
    def most(self) -> Fraction:
        """The share beyond which nobody is helped, as it is written."""
        return Fraction(1) if self.up_to is None else Fraction(str(self.up_to))


_MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Leave who is served as it is, and make the least satisfied request as satisfied as can be, then the next; then score.

    The satisfaction of a unit is the score of its pair over the best score that its request has among all its eligible
    pairs (pinned and forbidden ones apart), cut down to whole steps. First the plan is made without fairness: it settles
    how many units each request gets. Then, among all plans that serve exactly these, the least level is as high as it can
    be, then the second least, and so on over all units; and among such plans the score is the greatest.

    Parameters
    ----------
    steps
        How many steps there are from nothing to the best: a whole number from 2 to 100. Fewer steps call more pairs
        equally satisfying and leave more to the score.

    Raises
    ------
    PolicyError
        When ``steps`` is no such number.

    Examples
    --------
    >>> Satisfaction()
    Satisfaction(steps=100)
    """

    kind: ClassVar[str] = "satisfaction"
    steps: int = 100

    def __post_init__(self) -> None:
        if not _is_whole(self.steps) or not 2 <= self.steps <= _MOST_STEPS:  # noqa: PLR2004 - one step tells nothing apart
            raise PolicyError(
                f"Satisfaction.steps: expected a whole number from 2 to {_MOST_STEPS}, got {self.steps!r}"
            )


Shares = Leximin | MaxMin
Fair = Shares | Satisfaction
FAIR = (Leximin, MaxMin, Satisfaction)


def _check_above(fair: Shares) -> None:
    if fair.above not in ABOVE:
        raise PolicyError(f'{type(fair).__name__}.above: expected "score" or "priority", got {fair.above!r}')


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value <= 1
