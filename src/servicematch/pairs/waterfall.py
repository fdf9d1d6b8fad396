"""Waterfalls: for many requests, how many teams are left after each limit, and which limit leaves nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.pairs.slices import outer, slices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.base.protocols import PreparedLimit
    from servicematch.pairs.scorer import Scorer

PAIRS_AT_ONCE = 1 << 18


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Waterfall:
    """One row a request asked for, one column a limit in the policy's order.

    Attributes
    ----------
    requests
        The requests asked for, as positions.
    limits
        The limits that are on.
    n_teams
        How many teams each request begins with.
    left
        How many teams are left after this limit and those before it.
    unmeasured
        How many teams that were left fell here because nothing could be measured (a place is missing).
    """

    requests: IntArray
    limits: tuple[str, ...]
    n_teams: int
    left: IntArray
    unmeasured: IntArray

    @property
    def blocking(self) -> IntArray:
        """Give for each request the column of the limit at which nobody is left, -1 where somebody is."""
        if not self.limits:
            return np.full(len(self.requests), -1, dtype=np.int64)
        none_left = self.left == 0
        return np.where(none_left.any(axis=1), none_left.argmax(axis=1), -1)

    @property
    def before_blocking(self) -> IntArray:
        """Count for each request the teams that pass all limits before the blocking one; all teams where none blocks."""
        everyone = np.full((len(self.requests), 1), self.n_teams, dtype=np.int64)
        at = np.maximum(self.blocking, 0)
        return np.concatenate([everyone, self.left], axis=1)[np.arange(len(at)), at]

    @property
    def is_unlocated(self) -> BoolArray:
        """Tell where all who fell at the blocking limit fell because nothing could be measured."""
        at = self.blocking
        if not self.limits:
            return np.zeros(len(self.requests), dtype=np.bool_)
        before = self.before_blocking
        unmeasured = self.unmeasured[np.arange(len(at)), at]
        unlocated: BoolArray = (at >= 0) & (before > 0) & (unmeasured == before)
        return unlocated

    def blocking_limit(self, i: int) -> str | None:
        """Name the limit at which the i-th request asked for has nobody left."""
        at = int(self.blocking[i])
        return None if at < 0 else self.limits[at]


def waterfall(scorer: Scorer, requests: Sequence[int] | IntArray) -> Waterfall:
    """Hold the limits one after the other against the teams that are left, for some requests.

    Examples
    --------
    >>> from servicematch.pairs.limits import Skills
    >>> from servicematch.pairs.scorer import prepare_scorer
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1], "skills": ["yoga"]}), Teams({"id": [1, 2], "skills": [None, None]})
    >>> fall = waterfall(prepare_scorer(requests, teams, [Skills()], []), [0])
    >>> fall.left, fall.blocking_limit(0)
    (array([[0]]), 'skills')
    """
    asked = np.asarray(requests, dtype=np.int64)
    shape = len(asked), len(scorer.limits)
    left, unmeasured = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for part in slices(len(asked), max(1, PAIRS_AT_ONCE // max(1, scorer.n_teams))):
        left[part], unmeasured[part] = _falls(scorer, asked[part])
    return Waterfall(asked, scorer.limits_on, scorer.n_teams, left, unmeasured)


def _falls(scorer: Scorer, requests: IntArray) -> tuple[IntArray, IntArray]:
    """Ask each limit about the teams that are left, and count who stays and who fell unmeasured."""
    rows, cols = outer(np.arange(len(requests)), np.arange(scorer.n_teams))
    asked = requests.astype(np.int32)
    left, unmeasured = (np.zeros((len(requests), len(scorer.limits)), dtype=np.int64) for _ in range(2))
    for k, (_, limit) in enumerate(scorer.limits):
        ok, nan = _answer(limit, asked[rows], cols)
        unmeasured[:, k] = np.bincount(rows[nan & ~ok], minlength=len(requests))
        rows, cols = rows[ok], cols[ok]
        left[:, k] = np.bincount(rows, minlength=len(requests))
    return left, unmeasured


def _answer(limit: PreparedLimit, rows: Int32Array, cols: Int32Array) -> tuple[BoolArray, BoolArray]:
    """Tell which pairs pass, by the rule of `servicematch.base.protocols.passes`, and which could not be measured."""
    value, bound = limit.values(rows, cols), limit.bound(rows, cols)
    ok = (value <= bound + float(getattr(limit, "tolerance", 0.0))) | np.isposinf(bound)
    return ok, np.isnan(value)
