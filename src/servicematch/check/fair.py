"""Fairness read off the requests again: who is in which group, and what each further unit of a group is worth.

A unit that takes a group from the share (k - 1) / d to k / d ranks before all that start from a greater share, and of
those that start from the same before all that lead less far. Where groups share nothing but teams, the greatest sum of
ranks is the leximin; a policy whose rules bind groups together makes no claim to be proved.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray


@dataclass(frozen=True, slots=True)
class Fair:
    """The groups: what each has in common, what each further unit is worth, and the group of each request."""

    values: tuple[Any, ...]
    worths: tuple[list[int], ...]
    at: IntArray


def read_fair(fairness: Any, requests: Any, share: Any) -> Fair:
    """Group the requests by their own values, those with none together, and rank the units of every group.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from servicematch.tables.requests import Requests
    >>> requests = Requests({"id": [1, 2, 3], "area": ["a/x", "a", None]})
    >>> fair = read_fair(SimpleNamespace(kind="leximin", by=("area", 1)), requests, None)
    >>> fair.values, fair.worths, fair.at.tolist()
    (('a', None), ([2, 1], [3]), [0, 0, 1])
    """
    labels = _labels(requests, fairness.by)
    number: dict[Any, int] = {}
    at = np.array([number.setdefault(label, len(number)) for label in labels], dtype=np.int64)
    asked = [0] * len(number)
    for group, units in zip(at.tolist(), requests.units.tolist(), strict=True):
        asked[group] += units
    worths = _ranks(asked) if fairness.kind == "leximin" else [_units_up_to(d, share) for d in asked]
    return Fair(tuple(number), tuple(worths), at)


def asked_share(fairness: Any) -> tuple[int, int] | None:
    """Return the share that a policy itself asks for, as whole numbers; None for leximin.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> asked_share(SimpleNamespace(kind="maxmin", up_to=0.75))
    (3, 4)
    """
    if fairness.kind == "leximin":
        return None
    return Fraction(str(1 if fairness.up_to is None else fairness.up_to)).as_integer_ratio()


def _labels(requests: Any, by: Any) -> list[Any]:
    name, level = (by, None) if isinstance(by, str) else by
    if name == "id":
        return list(requests.ids.tolist())
    column = requests.extra[name] if name in requests.extra else getattr(requests, name)
    cells = column.tolist() if hasattr(column, "tolist") else [list(column.of(i)) for i in range(len(requests))]
    plain = [(cell[0] if cell else None) if isinstance(cell, list | tuple) else cell for cell in cells]
    plain = [None if cell is None or cell != cell else cell for cell in plain]  # noqa: PLR0124 - NaN is nothing
    if name != "area":
        return plain
    paths = [[part.strip() for part in (cell or "").split("/") if part.strip()][:level] for cell in plain]
    return ["/".join(path) or None for path in paths]


def _ranks(asked: list[int]) -> list[list[int]]:
    steps = {(Fraction(k, d), Fraction(-k - 1, d)) for d in set(asked) for k in range(d)}
    rank = {step: place for place, step in enumerate(sorted(steps, reverse=True), start=1)}
    return [[rank[Fraction(k, d), Fraction(-k - 1, d)] for k in range(d)] for d in asked]


def _units_up_to(asked: int, share: Any) -> list[int]:
    """Return 1 for each unit that a group needs to reach the share, 0 beyond; a share that is none asks nothing."""
    is_one = isinstance(share, tuple | list) and len(share) == 2 and all(isinstance(n, int) for n in share)  # noqa: PLR2004
    top, bottom = share if is_one and share[1] > 0 else (0, 1)
    return [int(k * bottom < top * asked) for k in range(asked)]
