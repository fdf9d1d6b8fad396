"""The best of many pairs of a request, found by one plan in which it is served by one of them before all others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.ask.ruled import gained
from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.problem import MOST_GAIN, Problem, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray
    from servicematch.solve.forest import Forest


@dataclass(frozen=True, slots=True)
class ServedFirst:
    """A pair that serves a request first: where it stands, what the plan gains by tier, and whether that can be.

    Where the team serves the request twice, it cannot: no pair is better, but what this one gains is not known.
    """

    pair: int
    gain: Mapping[str, int]
    is_exact: bool


def is_told_at_once(answer: Answer) -> bool:
    """Tell whether one plan tells the best of many pairs: a flow holds it all, and only units and scores count.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> is_told_at_once(run({"id": [1]}, {"id": [1]}))
    True
    """
    return answer.problem.has_flow and is_only_units(answer)


def is_only_units(answer: Answer) -> bool:
    """Tell whether no tier but units and scores counts: no floors, no fairness."""
    return not answer.problem.has_floors and answer.policy.fairness is None


def served_first(answer: Answer, row: int, pairs: IntArray) -> ServedFirst | None:
    """Serve a request by the best of some pairs before all others, equally good ones in the order given.

    Its other units stay a request of their own, which may take the same team once more; the answer says so. None where
    the plan is not proved.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2], "priority": [1, 0]}, {"id": [1]})
    >>> served_first(answer, 1, np.array([1])).gain
    {'priority=1': -1, 'priority=0': 1, 'score': 0}
    """
    problem, n = answer.problem, len(pairs)
    if (n + 1) * int(np.abs(problem.gain).max(initial=1)) >= MOST_GAIN:
        return None
    solution = solve_flow(_with_newcomer(problem, row, pairs), FlowOptions(canonical=False))
    is_new = solution.chosen >= problem.n_pairs
    if solution.status is not Status.PROVED or not is_new.any():
        return None
    chosen, pair = solution.chosen[~is_new], np.sort(pairs)[solution.chosen[is_new] - problem.n_pairs]
    own = chosen[problem.row[chosen] == row]
    is_exact = not np.isin(problem.owners(own), problem.owners(pair)).any()
    return ServedFirst(int(pair[0]), gained(answer, problem, np.union1d(chosen, pair)), bool(is_exact))


def _with_newcomer(problem: Problem, row: int, pairs: IntArray) -> Problem:
    """Make one unit of a row a row of its own, the last one, in the highest class, with some of the pairs.

    All gains are worth so many times more that the order of the pairs decides among equally good ones only.
    """
    n, scale, order = len(pairs), len(pairs) + 1, np.argsort(pairs)
    by_col = pairs[order]
    need = np.append(problem.need, 1)
    need[row] -= 1
    return replace(
        problem,
        row=np.concatenate([problem.row, np.full(n, problem.n_rows, dtype=np.int32)]),
        col=np.concatenate([problem.col, problem.col[by_col]]),
        gain=np.concatenate([problem.gain * scale, problem.gain[by_col] * scale - order]),
        need=need,
        tier=np.append(problem.tier, problem.n_tiers + 1),
        fixed=None if problem.fixed is None else np.append(problem.fixed, np.zeros(n, dtype=np.bool_)),
        rank=None if problem.rank is None else np.append(problem.rank, problem.rank[row]),
        n_tiers=problem.n_tiers + 1,
        row_groups=_scaled(problem.row_groups, scale, row),
        col_groups=_scaled(problem.col_groups, scale),
    )


def _scaled(forest: Forest | None, scale: int, row: int | None = None) -> Forest | None:
    """Scale what units through groups cost; a row named has its last place in the same group once more."""
    if forest is None:
        return None
    leaf = forest.leaf if row is None else np.append(forest.leaf, forest.leaf[row])
    return replace(forest, leaf=leaf, cost=None if forest.cost is None else forest.cost * scale)
