"""What hangs together by no pair is solved apart, side by side: the pieces of a problem and the engines for each.

The proof and the choice among ties are made for the whole, so the solution does not depend on how it was cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.parallel import each, effective_workers
from servicematch.base.progress import QUIET
from servicematch.solve.compiled import has_kernels
from servicematch.solve.matching import compress
from servicematch.solve.near import solve_near
from servicematch.solve.plain import solve_plain
from servicematch.solve.prices import least_prices
from servicematch.solve.problem import Prices, Problem

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.base.progress import Bar

_PAIRS_PER_BUNDLE = 200_000
"""Pieces are handed out in bundles of about so many pairs: less work than that is not worth a trip to a worker."""

_MOST_BUNDLES = 256

_GIANT = 0.8
"""Where one piece has this share of the pairs, cutting the others off is not worth the copies."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the engines found.

    Attributes
    ----------
    chosen
        int64, rising positions of the pairs of an optimal choice.
    prices
        Its least prices.
    solver
        The engines that were used, as "near" or "flow+near".
    n_solves, n_pairs_solved
        Most flows that a piece needed; and the pairs that OR-Tools was given, at most in one round, summed over pieces.
    """

    chosen: IntArray
    prices: Prices
    solver: str
    n_solves: int
    n_pairs_solved: int


def find_optimum(problem: Problem, way: str, n_jobs: int | None = None, bar: Bar = QUIET) -> Found:
    """Return an optimal choice, found piece by piece where the problem falls apart."""
    bundles = _bundles(problem, n_jobs)
    bar.expect(problem.n_pairs, "pairs")
    if len(bundles) <= 1:
        bar.step(way)
        return solve_piece(problem, way)
    parts = [_part(problem, *bundle) for bundle in bundles]
    found = []
    for (pairs, _), one in zip(
        bundles, each(partial(solve_piece, way=way), [part for part, _ in parts], n_jobs), strict=True
    ):
        found.append(one)
        bar.advance(len(pairs))
    chosen = np.sort(np.concatenate([pairs[one.chosen] for (pairs, _), one in zip(bundles, found, strict=True)]))
    tier, gain = np.zeros(problem.n_cols, dtype=np.int64), np.zeros(problem.n_cols, dtype=np.int64)
    for (_, cols), one in zip(parts, found, strict=True):
        tier[cols], gain[cols] = one.prices.tier, one.prices.gain
    return Found(
        chosen,
        Prices(tier, gain),
        "+".join(sorted({one.solver for one in found})),
        max(one.n_solves for one in found),
        sum(one.n_pairs_solved for one in found),
    )


def solve_piece(problem: Problem, way: str) -> Found:
    """Ask the engines: the near way where it is wished and pays, else the plain one."""
    if way in {"near", "warm"} and problem.n_pairs and has_kernels():
        answer = solve_near(problem, warm=way == "warm")
        if answer is not None:
            return Found(answer.chosen, answer.prices, answer.way, answer.n_rounds, answer.n_solved)
    if way == "near" and problem.n_pairs and not has_kernels():
        from servicematch.solve.smooth import solve_smooth  # noqa: PLC0415 - it brings scipy.sparse, slow to import

        smoothed = solve_smooth(problem)
        if smoothed is not None:
            matching = smoothed.matching
            prices = least_prices(matching, smoothed.cut)
            return Found(matching.chosen, prices, "smooth", smoothed.n_rounds, smoothed.n_solved)
    matching, cut, n_solves = solve_plain(problem)
    return Found(matching.chosen, least_prices(matching, cut), "flow", n_solves, problem.n_pairs)


def _bundles(problem: Problem, n_jobs: int | None) -> list[tuple[IntArray, IntArray]]:
    """Cut the pairs into bundles of whole pieces, by the inputs alone: positions of the pairs, and the rows of each."""
    n_bundles = min(_MOST_BUNDLES, problem.n_pairs // _PAIRS_PER_BUNDLE)
    if n_bundles <= 1 or (effective_workers(n_jobs).are_here and not has_kernels()):
        return []
    start = problem.row_start
    if np.diff(start).max() == problem.n_cols:  # a row that reaches every column holds all together
        return []
    piece = _pieces(problem, start)
    size = np.bincount(piece, weights=np.diff(start)).astype(np.int64)
    if size.max() > _GIANT * problem.n_pairs:
        return []
    bundle_of_piece, load = np.zeros(len(size), dtype=np.int64), np.zeros(n_bundles, dtype=np.int64)
    for one in np.argsort(-size, kind="stable").tolist():
        if size[one] == 0:
            break
        least = int(load.argmin())
        bundle_of_piece[one] = least
        load[least] += size[one]
    bundle = bundle_of_piece[piece]
    by_pair = bundle[problem.row].astype(np.uint16)
    order, at = np.argsort(by_pair, kind="stable"), np.cumsum(load)[:-1]
    return [(pairs, np.flatnonzero(bundle == i)) for i, pairs in enumerate(np.split(order, at)) if len(pairs)]


def _pieces(problem: Problem, start: IntArray) -> IntArray:
    """Return the number of the piece that each row belongs to."""
    if has_kernels():
        from servicematch.solve._kernels.components import find_components  # noqa: PLC0415 - only with the extra

        label = find_components(start, problem.col, problem.n_cols)
    else:
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

        n = problem.n_rows + problem.n_cols
        ends = np.concatenate([start, np.full(problem.n_cols, start[-1])])
        ones = np.ones(problem.n_pairs, dtype=np.int8)
        graph = csr_matrix((ones, problem.col + np.int32(problem.n_rows), ends), shape=(n, n))
        label = connected_components(graph, directed=False)[1].astype(np.int64)
    piece: IntArray = np.unique(label[: problem.n_rows], return_inverse=True)[1]
    return piece


def _part(problem: Problem, pairs: IntArray, rows: IntArray) -> tuple[Problem, IntArray]:
    """Return a problem of its own for some pairs and their rows, and the columns that it has."""
    cols, col_at = compress(problem.col[pairs], problem.n_cols)
    number = np.empty(problem.n_rows, dtype=np.int32)
    number[rows] = np.arange(len(rows), dtype=np.int32)
    return Problem(
        number[problem.row[pairs]],
        col_at,
        problem.gain[pairs],
        problem.need[rows],
        problem.capacity[cols],
        problem.tier[rows],
        n_tiers=problem.n_tiers,
    ), cols
