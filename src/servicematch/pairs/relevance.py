"""The relevance rule: who says neither category nor skill goes only where the words fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.base.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Collection

    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array

TOLERANCE = 1e-9  # a value that reaches the minimum up to rounding reaches it


@dataclass(frozen=True, slots=True)
class Relevance:
    """A request that no category, skill or booked team keeps in its lane may only go where the words reach ``least``.

    Without it, serving as many as possible would send anybody anywhere. A category, skills or a booked team count
    only while their limit is on: where the teams have no ``categories``, a category keeps nobody away. A request
    without words passes (there is nothing to judge by), and the rule is off when the text term is, or when ``least``
    is 0.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> requests = Requests({"id": [1, 2], "need": ["yoga", "yoga"], "category": ["sport", None]})
    >>> Relevance(0.05).prepare(requests, ["categories"]).asks
    array([False,  True])
    >>> Relevance(0.05).prepare(requests, []).asks
    array([ True,  True])
    """

    least: float = 0.26

    def __post_init__(self) -> None:
        if not (math.isfinite(self.least) and 0 <= self.least <= 1):
            raise PolicyError(f"min_relevance: expected a number in [0, 1], got {self.least!r}.")

    def prepare(self, requests: Any, limits_on: Collection[str]) -> PreparedRelevance | None:
        """Find the requests that the rule speaks of; None when there are none."""
        asks = np.ones(len(requests), dtype=np.bool_)
        for limit, column in (("categories", requests.category), ("booked", requests.booked_team)):
            if limit in limits_on and column is not None:
                asks &= np.fromiter((value is None for value in column), dtype=np.bool_, count=len(column))
        if "skills" in limits_on and requests.skills is not None:
            asks &= np.diff(requests.skills.indptr) == 0
        return PreparedRelevance(frozen(asks), self.least) if self.least > 0 and asks.any() else None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedRelevance:
    """The rule for one table: ``asks[r]`` tells whether it speaks of request r."""

    asks: BoolArray
    least: float

    def keeps(self, rows: Int32Array, text: FloatArray) -> BoolArray:
        """Tell which pairs stay, given the value of the text term of each.

        Examples
        --------
        >>> rule = PreparedRelevance(np.array([True]), 0.05)
        >>> rule.keeps(np.array([0, 0, 0]), np.array([0.04, 0.05, np.nan]))
        array([False,  True,  True])
        """
        kept: BoolArray = ~self.asks[rows] | np.isnan(text) | (text >= self.least - TOLERANCE)
        return kept
