"""Who cannot be chosen, and every limit that stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.protocols import passes
from servicematch.pairs.micro import micro_reserve, quantise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.assign.policy import Policy
    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, Int32Array
    from servicematch.pairs.scorer import Scorer


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Obstacle:
    """One limit or threshold held against pairs: what was measured, what it had to keep to, and who fails."""

    name: str
    value: FloatArray
    bound: FloatArray
    unit: str
    fails: BoolArray


def ineligible_columns(
    scorer: Scorer, rows: Int32Array, cols: Int32Array, policy: Policy, k: int
) -> tuple[Int32Array, Int32Array, dict[str, AnyArray]]:
    """Return the pairs of each failing limit, and the columns limit, value, bound, unit.

    The first ``k`` pairs are told, those first that fail the fewest limits, then those of the better score.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.pairs.limits import Skills
    >>> from servicematch.pairs.scorer import prepare_scorer
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1], "skills": ["yoga"]}), Teams({"id": [1, 2], "skills": ["yoga", None]})
    >>> scorer = prepare_scorer(requests, teams, [Skills()], [])
    >>> rows, cols, columns = ineligible_columns(scorer, np.array([0, 0]), np.array([0, 1]), Policy(), 5)
    >>> cols, columns["limit"], columns["value"]
    (array([1]), array(['skills'], dtype=object), array([1.]))
    """
    score = scorer.score(rows, cols)
    obstacles = [*_limits(scorer, rows, cols), *_thresholds(scorer, rows, cols, score, policy)]
    fails = np.array([one.fails for one in obstacles], dtype=np.bool_).reshape(len(obstacles), len(rows))
    order = np.lexsort((cols, rows, -score, fails.sum(axis=0)))
    is_failing: BoolArray = np.logical_or.reduce(fails, axis=0, initial=False)
    told = order[is_failing[order]][:k]
    at = [(pair, one) for pair in told.tolist() for one in obstacles if one.fails[pair]]
    pairs = np.array([pair for pair, _ in at], dtype=np.int64)
    columns: dict[str, AnyArray] = {
        "limit": np.array([one.name for _, one in at], dtype=object),
        "value": np.array([one.value[pair] for pair, one in at], dtype=np.float64),
        "bound": np.array([one.bound[pair] for pair, one in at], dtype=np.float64),
        "unit": np.array([one.unit for _, one in at], dtype=object),
    }
    return rows[pairs], cols[pairs], columns


def _limits(scorer: Scorer, rows: Int32Array, cols: Int32Array) -> Iterator[Obstacle]:
    for name, limit in scorer.limits:
        fails = ~np.asarray(passes(limit, rows, cols), dtype=np.bool_)
        yield Obstacle(name, limit.values(rows, cols), limit.bound(rows, cols), limit.unit, fails)


def _thresholds(
    scorer: Scorer, rows: Int32Array, cols: Int32Array, score: FloatArray, policy: Policy
) -> Iterator[Obstacle]:
    """Give the least relevance and the reserve, where they are on."""
    _, relevant = scorer.score_and_relevance(rows, cols)
    if relevant is not None:
        text = next(term for term in scorer.terms if term.name == "text")
        least = np.full(len(rows), policy.min_relevance)
        yield Obstacle("relevance", text.values(rows, cols), least, "points", ~relevant)
    if policy.reserve is not None:
        fails = quantise(score) < micro_reserve(policy.reserve)
        yield Obstacle("reserve", score, np.full(len(rows), policy.reserve), "points", fails)
