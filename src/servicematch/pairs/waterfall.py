"""Waterfalls: for a request, how many teams are left after each limit, and which limit stands in the way alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.protocols import passes
from servicematch.pairs.slices import outer, slices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.pairs.scorer import Scorer

PAIRS_AT_ONCE = 1 << 20


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
    failing
        How many of all teams fail this limit, whatever the others say; -1 where that was not asked for.
    alone
        How many teams fail this limit and no other; -1 where that was not asked for.
    unmeasured
        How many teams that were left fell here because nothing could be measured (a place is missing).
    """

    requests: IntArray
    limits: tuple[str, ...]
    n_teams: int
    left: IntArray
    failing: IntArray
    alone: IntArray
    unmeasured: IntArray

    @property
    def blocking(self) -> IntArray:
        """Give for each request the column of the limit at which nobody is left, -1 where somebody is."""
        if not self.limits:
            return np.full(len(self.requests), -1, dtype=np.int64)
        none_left = self.left == 0
        return np.where(none_left.any(axis=1), none_left.argmax(axis=1), -1)

    @property
    def is_unlocated(self) -> BoolArray:
        """Tell where all who fell at the blocking limit fell because nothing could be measured."""
        at = self.blocking
        if not self.limits:
            return np.zeros(len(self.requests), dtype=np.bool_)
        everyone = np.full((len(self.requests), 1), self.n_teams, dtype=np.int64)
        before = np.concatenate([everyone, self.left], axis=1)[np.arange(len(at)), at]
        unmeasured = self.unmeasured[np.arange(len(at)), at]
        unlocated: BoolArray = (at >= 0) & (before > 0) & (unmeasured == before)
        return unlocated

    def blocking_limit(self, i: int) -> str | None:
        """Name the limit at which the i-th request asked for has nobody left."""
        at = int(self.blocking[i])
        return None if at < 0 else self.limits[at]


def waterfall(scorer: Scorer, requests: Sequence[int] | IntArray, *, alone: bool = True) -> Waterfall:
    """Hold every limit against all teams for some requests.

    ``alone=False`` leaves out ``failing`` and ``alone`` and so tries each limit only on the teams that are left,
    which is much less work for many requests.

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
    failing, only = (np.full(shape, -1, dtype=np.int64) for _ in range(2))
    for part in slices(len(asked), max(1, PAIRS_AT_ONCE // max(1, scorer.n_teams))):
        left[part], unmeasured[part] = _falls(scorer, asked[part])
        if alone:
            failing[part], only[part] = _failures(scorer, asked[part])
    return Waterfall(asked, scorer.limits_on, scorer.n_teams, left, failing, only, unmeasured)


def _falls(scorer: Scorer, requests: IntArray) -> tuple[IntArray, IntArray]:
    """Count, limit by limit, who is left and who fell unmeasured."""
    rows, cols = outer(requests, np.arange(scorer.n_teams))
    left, unmeasured = (np.zeros((len(requests), len(scorer.limits)), dtype=np.int64) for _ in range(2))
    at = np.arange(len(rows))
    for k, (_, limit) in enumerate(scorer.limits):
        ok = passes(limit, rows[at], cols[at])
        fell = at[~ok]
        unknown = fell[np.isnan(limit.values(rows[fell], cols[fell]))]
        unmeasured[:, k] = np.bincount(unknown // max(1, scorer.n_teams), minlength=len(requests))
        at = at[ok]
        left[:, k] = np.bincount(at // max(1, scorer.n_teams), minlength=len(requests))
    return left, unmeasured


def _failures(scorer: Scorer, requests: IntArray) -> tuple[IntArray, IntArray]:
    """Count who fails each limit, and who fails it alone."""
    rows, cols = outer(requests, np.arange(scorer.n_teams))
    fails = np.array([~passes(limit, rows, cols) for _, limit in scorer.limits], dtype=np.bool_)
    fails = fails.reshape(len(scorer.limits), len(requests), scorer.n_teams)
    only = fails & (fails.sum(axis=0) == 1)
    return fails.sum(axis=2).T, only.sum(axis=2).T
