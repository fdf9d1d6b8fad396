"""Problems with groups, owners or costs of even work: solved by one flow, proved by potentials, ties decided."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import CostRangeError, SolverError
from servicematch.solve.fixed import without_fixed
from servicematch.solve.grouped.certificate import loose_bound, prove_bound
from servicematch.solve.grouped.circulation import circulation, flow_of
from servicematch.solve.grouped.greedy import choose_within_groups
from servicematch.solve.grouped.potentials import residual
from servicematch.solve.grouped.search import search
from servicematch.solve.grouped.ties import choose, tied_rows
from servicematch.solve.problem import GroupPrices, Prices, Solution, Status

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.base.progress import Bar
    from servicematch.solve.forest import Forest
    from servicematch.solve.grouped.circulation import Circulation
    from servicematch.solve.grouped.potentials import Residual
    from servicematch.solve.problem import Problem


def has_groups(problem: Problem) -> bool:
    """Tell whether a problem needs more than rows and columns."""
    return any(part is not None for part in (problem.row_groups, problem.col_groups, problem.owner))


def solve_grouped(problem: Problem, limit: str | None, bar: Bar, *, canonical: bool = True) -> Solution:
    """Return a solution that is optimal in every tier, floors first, or the greedy one where a limit is named.

    Examples
    --------
    The better pair belongs to a group of rows that may have nothing:

    >>> from servicematch.base.progress import QUIET
    >>> from servicematch.solve.forest import Forest
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32), np.array([5, 7])
    >>> leaf, root = np.array([-1, 0], dtype=np.int32), np.array([-1], dtype=np.int32)
    >>> forest = Forest(leaf, root, np.array([0]), np.array([0]))
    >>> one = np.ones(2, dtype=np.int64)
    >>> problem = Problem(*pairs, need=one, capacity=one[:1], tier=one, row_groups=forest)
    >>> solution = solve_grouped(problem, None, QUIET)
    >>> solution.chosen.tolist(), solution.objective, solution.bound, solution.status.value
    ([0], (1, 5), (1, 5), 'PROVED')
    """
    free, kept = without_fixed(problem)
    built = circulation(free, has_floors=problem.has_floors)
    try:
        solution = _greedy(free, built, limit) if limit else _exact(free, built, bar, canonical=canonical)
    except CostRangeError:
        solution = _greedy(free, built, "range")
    fixed = np.empty(0, dtype=np.int64) if problem.fixed is None else np.flatnonzero(problem.fixed)
    return replace(solution, chosen=np.union1d(kept[solution.chosen], fixed).astype(np.int64))


def _exact(problem: Problem, built: Circulation, bar: Bar, *, canonical: bool) -> Solution:
    clock = [perf_counter()]
    bar.step("flow")
    flow, found, n_solves = search(built)
    objective = built.value(flow)
    clock.append(perf_counter())
    bar.step("proof")
    bound = prove_bound(built, found.way)
    if objective != bound:
        raise SolverError(f"the flow is worth {objective}, but its prices only prove {bound}: it is not optimal")
    clock.append(perf_counter())
    bar.step("ties")
    if canonical:
        flow = choose(problem, built, flow, found.tight)
        if built.value(flow) != objective:
            raise SolverError("the choice among equally good solutions changed their value")
    tied = tied_rows(problem, built, flow, _retightened(built, flow, found.way))
    clock.append(perf_counter())
    return Solution(
        chosen=chosen_pairs(problem, built, flow),
        objective=objective,
        bound=bound,
        prices=_no_prices(problem),
        status=Status.PROVED,
        stopped_by=None,
        tied=tied,
        solver="flow",
        n_solves=n_solves,
        n_pairs_solved=built.n_pairs,
        seconds=dict(zip(("flow", "proof", "canonical"), np.diff(clock).tolist(), strict=True)),
        group_prices=group_prices(problem, built, found.way),
    )


def _greedy(problem: Problem, built: Circulation, limit: str) -> Solution:
    """Return the greedy choice, and what rows, floors and gains could give at most."""
    flow = flow_of(problem, built, choose_within_groups(problem))
    objective, bound = built.value(flow), loose_bound(problem, built)
    status, stopped_by = (Status.PROVED, None) if objective == bound else (Status.FEASIBLE, limit)
    zero = np.zeros((built.n_nodes, built.n_counts + 1), dtype=np.int64)
    return Solution(
        chosen=chosen_pairs(problem, built, flow),
        objective=objective,
        bound=bound,
        prices=_no_prices(problem),
        status=status,
        stopped_by=stopped_by,
        tied=np.empty(0, dtype=np.int64),
        solver="greedy",
        n_solves=0,
        n_pairs_solved=0,
        group_prices=group_prices(problem, built, zero),
    )


def _retightened(built: Circulation, flow: IntArray, way: IntArray) -> Residual:
    """Return what can still change at no loss in any tier, for another flow as good as the one proved."""
    graph = residual(built, flow)
    for tier in range(built.n_counts + 1):
        lost = graph.losses(built.worth_in(tier)) + way[graph.tail, tier] - way[graph.head, tier]
        graph = graph.kept(lost == 0)
    return graph


def chosen_pairs(problem: Problem, built: Circulation, flow: IntArray) -> IntArray:
    """Return the pairs of a flow, rising, once every need and capacity is seen to be kept.

    Raises
    ------
    SolverError
        When one is not: then the flow solver's answer was wrong.
    """
    chosen = np.flatnonzero(flow[: built.n_pairs] > 0)
    served = np.bincount(problem.row[chosen], minlength=problem.n_rows)
    load = np.bincount(problem.col[chosen], minlength=problem.n_cols)
    net = np.bincount(built.tail, weights=flow, minlength=built.n_nodes)
    net -= np.bincount(built.head, weights=flow, minlength=built.n_nodes)
    if (served > problem.need).any() or (load > problem.capacity).any() or net.any():
        raise SolverError("the flow solver's answer breaks a need or a capacity")
    return chosen


def _no_prices(problem: Problem) -> Prices:
    zero = np.zeros(problem.n_cols, dtype=np.int64)
    return Prices(zero, zero)


def group_prices(problem: Problem, built: Circulation, way: IntArray) -> GroupPrices:
    """Read the prices of columns and groups off the ways from the root; groups that were not built cost nothing."""
    n_rows, n_cols = problem.n_rows, problem.n_cols
    down = built.tail[built.row_arcs + n_rows : built.col_arcs], built.head[built.row_arcs + n_rows : built.col_arcs]
    cols = slice(built.col_arcs, built.col_arcs + n_cols)
    col = way[built.head[cols]] - way[built.tail[cols]]
    col[np.bincount(problem.col, minlength=n_cols) == 0] = 0  # no way leads to them
    up = built.tail[built.col_arcs + n_cols :], built.head[built.col_arcs + n_cols :]
    return GroupPrices(
        col=col,
        row_groups=_by_group(problem.row_groups, built.rows.group, built.rows.arc_group, way[down[1]] - way[down[0]]),
        col_groups=_by_group(problem.col_groups, built.cols.group, built.cols.arc_group, way[up[1]] - way[up[0]]),
    )


def _by_group(forest: Forest | None, group: IntArray, arc_group: IntArray, price: IntArray) -> IntArray:
    prices = np.zeros((0 if forest is None else forest.n_groups, price.shape[1]), dtype=np.int64)
    prices[group[arc_group]] = price
    return prices
