"""What a team that is not there could bring at most, read off the prices of the plan that is.

With the new team's places free of charge, the prices still prove a bound: each request gains what the new pair is
worth above its threshold, and the team has room for so many. Of these the largest count. In a proved plan, whose
prices are the least, the bound is exact for a single place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.ask.loose import loose_matching
from servicematch.base.claim import SCALE
from servicematch.pairs.scores import build_pairs
from servicematch.solve.certificate import find_margins

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray
    from servicematch.tables.teams import Teams


def promised(answer: Answer, newcomers: Teams, capacity: int) -> list[tuple[int, ...]]:
    """Return for each newcomer alone a bound of what it brings: units by class from the highest, then micro-points.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> from servicematch.tables.teams import Teams
    >>> promised(run({"id": [1, 2, 3]}, {"id": [1]}), Teams({"id": [2, 3]}), 1)
    [(1, 0), (1, 0)]
    """
    policy = answer.policy
    _, scored = build_pairs(
        answer.requests,
        newcomers,
        policy.limits,
        answer.scorer.fitted_terms,
        reserve=policy.reserve,
        min_relevance=policy.min_relevance,
    )
    gain = scored.gains.astype(np.int64) - round(policy.skip_value * SCALE)
    tier, lift = _beats(answer)
    tier, gain = tier[scored.rows], gain - lift[scored.rows]
    wanted = loose_matching(answer).problem.need[scored.rows] > 0
    better = wanted & ((tier > 0) | (gain > 0))
    cols, tier, gain = scored.cols[better], tier[better], gain[better]
    order = np.lexsort((-gain, -tier, cols))
    cols, tier, gain = cols[order], tier[order], gain[order]
    starts = np.searchsorted(cols, np.arange(len(newcomers) + 1))
    n_tiers = answer.problem.n_tiers
    return [
        _total(tier[start : min(stop, start + capacity)], gain[start : min(stop, start + capacity)], n_tiers)
        for start, stop in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    ]


def _beats(answer: Answer) -> tuple[IntArray, IntArray]:
    """Return the class that a pair of each request counts in once its threshold is taken off, and the gain to take off."""
    problem = loose_matching(answer).problem
    margins = find_margins(problem, answer.solution.prices)
    lift = (margins.threshold + margins.step // 2) // margins.step
    return problem.tier - lift, margins.threshold - lift * margins.step


def _total(tier: IntArray, gain: IntArray, n_tiers: int) -> tuple[int, ...]:
    units = np.bincount(tier, minlength=n_tiers + 1)
    return (*units[:0:-1].tolist(), int(gain.sum()))
