"""The waist for those who bring their own scores: a matrix in, an optimal assignment with its proof out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.forest import Forest
from servicematch.solve.hours.entries import read_loads
from servicematch.solve.hours.solve import LoadsOptions, solve_loads
from servicematch.solve.network import largest_cost
from servicematch.solve.problem import MOST_GAIN, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from servicematch.base.arrays import AnyArray, FloatArray, Int32Array, IntArray
    from servicematch.solve.problem import Multipliers

TIERS = (("served", "score"), ("score",))
_MAX_DIGITS = 15
_MOST = (MOST_GAIN, 2**30, 2**20)
"""Floats are scaled to whole numbers within the first; on very long paths the solver can only hold smaller ones."""


@dataclass(frozen=True, slots=True)
class MatrixSolution:
    """An optimal assignment of a score matrix.

    Attributes
    ----------
    rows, cols
        int64: row ``rows[i]`` is given to column ``cols[i]``; by row, then column.
    objective, bound
        By tier: ``"served"`` (units) and ``"score"`` (in the caller's units, integers stay integers).
    gap
        What the first tier that is not proved may still gain; 0 when proved.
    status, stopped_by
        ``"PROVED"`` or ``"FEASIBLE"``, and what ended the search early.
    prices
        float64, one a column: the score that one more place there is worth, where no tier above it decides.
    price_served
        int64, one a column: units that one more place there would serve besides.
    scale, most_lost
        Scores were solved as whole multiples of ``1 / scale``; the total cannot be further than ``most_lost`` from
        the true optimum.
    solver, runtime_s
        Which way was taken, and how long it took.
    claimed
        With loads: a bound by tier that rests on a branch-and-bound solver's word alone, or None.
    multipliers
        With loads: what proves ``bound``, one a tier. ``prices`` are then the worth of one more unit of load, roughly,
        and prove nothing.
    load_scale, is_load_exact
        Loads and capacities were solved as whole multiples of ``1 / load_scale``; where that is not exact, loads were
        rounded up and capacities down, so that the plan fits, and ``bound`` speaks of the rounded ones.

    Examples
    --------
    >>> solve_matrix([[5, 4], [5, 1]]).objective
    {'served': 2, 'score': 9}
    """

    rows: IntArray
    cols: IntArray
    objective: Mapping[str, int | float]
    bound: Mapping[str, int | float]
    gap: int | float
    status: str
    stopped_by: str | None
    prices: FloatArray
    price_served: IntArray
    scale: int
    most_lost: float
    solver: str
    runtime_s: float
    claimed: Mapping[str, int | float] | None = None
    multipliers: tuple[Multipliers, ...] = ()
    load_scale: int = 1
    is_load_exact: bool = True


def solve_matrix(
    scores: Any,
    capacity: ArrayLike = 1,
    units: ArrayLike = 1,
    *,
    loads: Any = None,
    min_load: ArrayLike = 0,
    tiers: tuple[str, ...] = TIERS[0],
    time_limit_s: float | None = None,
    engine: str = "auto",
    seed: int = 0,
    work_limit: int | None = None,
) -> MatrixSolution:
    """Assign rows to columns by a matrix of scores.

    Parameters
    ----------
    scores
        (n_rows, n_cols) of any finite numbers, negative too: an array with NaN (or masked) where a pair is not eligible, or a scipy
        sparse matrix whose explicit entries (zeros too) are the eligible pairs. To minimise, give ``-cost``.
    capacity
        Places of each column: a whole number, or one a column. With loads: what its loads may add up to, any number of
        at least 0.
    units
        Different columns that each row needs: a whole number, or one a row.
    loads
        Of the shape of the scores, dense or sparse, at least 0: how much of a column's capacity a pair takes (hours,
        say). The best plan is then hard to find: see the notes. Floats are read to six decimals.
    min_load
        Units that each column is to have at least: a whole number, or one a column. They come first, as far as they can
        be met (tier ``"floors"``: the sum over columns of what is met), then the tiers. Not together with loads.
    tiers
        ``("served", "score")`` serves as many units as possible, then maximises the score; ``("score",)`` only the
        score, leaving pairs of negative score alone.
    time_limit_s
        When the number of pairs says that the engine tried first takes longer, the greedy choice is returned, with a
        bound. With loads: how long to look for better plans and bounds.
    engine
        "auto", "flow", "near" or "warm": which way to the same solution, as in `assign`. There is none to choose with
        loads.
    seed
        With loads: of the search's random choices. Without, nothing is random.
    work_limit
        The same as ``time_limit_s``, but counted in pairs, so that no clock decides: where there are more of them the
        greedy choice is returned. With loads: pairs looked at over all steps, 100 million of which take about a second.

    Raises
    ------
    SolverError
        For infinite scores, NaN or doubled entries in a sparse matrix, wrong shapes, or fractional counts; for loads that
        are negative, infinite or missing at an eligible pair.

    Notes
    -----
    Integers are solved as they are; where they are too large for the solver, the greedy choice is returned with a bound
    (``stopped_by`` is ``"range"``). Floats are scaled by the largest power of ten that keeps them within 2^40 and the
    solver's range, and rounded once.

    With loads this is the generalised assignment problem. There is a plan at any moment, the best so far when time or
    work is up or at Ctrl-C (``stopped_by`` is "time", "work" or "interrupt"), and a bound that its multipliers prove;
    the status is only "PROVED" where both meet. ``bound["score"]`` holds for plans that serve at least as many units
    as this one. Without any limit the search ends after some twenty seconds' work.

    Examples
    --------
    >>> solution = solve_matrix([[9.0, 3.0], [8.0, np.nan]])
    >>> solution.cols.tolist(), solution.objective, solution.status
    ([1, 0], {'served': 2, 'score': 11.0}, 'PROVED')

    Reviewers who are to have at least one paper each:

    >>> shared = solve_matrix([[9, -3], [8, -5]], capacity=2, min_load=1)
    >>> shared.cols.tolist(), shared.objective
    ([1, 0], {'floors': 2, 'served': 2, 'score': 5})

    Three jobs of 3, 2 and 2 hours for somebody who has 4:

    >>> hours = solve_matrix([[9], [5], [5]], capacity=4, loads=[[3], [2], [2]], tiers=("score",))
    >>> hours.rows.tolist(), hours.objective, hours.bound, hours.status
    ([1, 2], {'score': 10}, {'score': 10}, 'PROVED')
    """
    began = perf_counter()
    if tuple(tiers) not in TIERS:
        raise SolverError(f"tiers: expected one of {', '.join(map(repr, TIERS))}, got {tiers!r}")
    shape, row, col, values = _entries(scores)
    need = _counts(units, shape[0], "units")
    if loads is None:
        taken, room = None, _counts(capacity, shape[1], "capacity")
    else:
        taken = read_loads(loads, capacity, shape, row, col)
        room = taken.capacity
        if engine != "auto":
            raise SolverError(f"engine: with loads there is none to choose, got {engine!r}")
    floors = _floors(min_load, shape[1], has_loads=loads is not None)
    names = tuple(tiers) if floors is None else ("floors", *tiers)
    exact = np.issubdtype(values.dtype, np.integer)
    tier = np.full(shape[0], len(tiers) - 1, dtype=np.int64)
    for most in _MOST:
        gain, scale = _whole(values, sum(shape) + 1, most)
        load = None if taken is None else taken.load
        problem = Problem(row, col, gain, need, room, tier, n_tiers=len(tiers) - 1, load=load, col_groups=floors)
        if taken is None:
            solution = solve_flow(problem, FlowOptions(time_limit_s=time_limit_s, work_limit=work_limit, engine=engine))
        else:
            solution = solve_loads(problem, LoadsOptions(time_limit_s=time_limit_s, work_limit=work_limit, seed=seed))
        if exact or solution.stopped_by != "range":
            break
    objective, bound = (
        _named(names, tier_values, scale, exact=exact) for tier_values in (solution.objective, solution.bound)
    )
    gap = next((bound[name] - objective[name] for name in names if bound[name] != objective[name]), 0)
    by_class, by_gain = solution.prices.tier, solution.prices.gain
    if solution.group_prices is not None:
        by_class = solution.group_prices.col[:, -2] if len(tiers) > 1 else np.zeros(shape[1], dtype=np.int64)
        by_gain = solution.group_prices.col[:, -1]
    return MatrixSolution(
        rows=row[solution.chosen].astype(np.int64),
        cols=col[solution.chosen].astype(np.int64),
        objective=objective,
        bound=bound,
        gap=gap,
        status=solution.status.value,
        stopped_by=solution.stopped_by,
        prices=by_gain / scale * (1 if taken is None else taken.scale),
        price_served=by_class,
        scale=scale,
        most_lost=0.0 if exact else float(need.sum()) / scale,
        solver=solution.solver,
        runtime_s=perf_counter() - began,
        claimed=None if solution.claimed is None else _named(tiers, solution.claimed, scale, exact=exact),
        multipliers=tuple(solution.multipliers),
        load_scale=1 if taken is None else taken.scale,
        is_load_exact=taken is None or taken.is_exact,
    )


def _floors(min_load: ArrayLike, n_cols: int, *, has_loads: bool) -> Forest | None:
    """Return one group a column with its least load, None where there is none."""
    least = _counts(min_load, n_cols, "min_load")
    if not least.any():
        return None
    if has_loads:
        raise SolverError("min_load: not together with loads")
    alone, none = np.arange(n_cols, dtype=np.int32), np.full(n_cols, -1, dtype=np.int32)
    return Forest(alone, none, least, np.full(n_cols, 2**40))


def _entries(scores: Any) -> tuple[tuple[int, int], Int32Array, Int32Array, AnyArray]:
    """List the eligible pairs by row, then column."""
    if hasattr(scores, "tocoo"):
        return _sparse_entries(scores.tocoo())
    masked = np.ma.getmaskarray(scores) if np.ma.isMaskedArray(scores) else None
    dense = np.asarray(scores)
    if dense.ndim != 2:  # noqa: PLR2004 - a matrix
        raise SolverError(f"scores: expected a matrix, got shape {dense.shape}")
    if dense.dtype.kind not in "iufb":
        raise SolverError(f"scores: expected numbers, got {dense.dtype}")
    missing = np.isnan(dense) if dense.dtype.kind == "f" else np.zeros(dense.shape, dtype=np.bool_)
    if masked is not None:
        missing |= masked
    if missing.any():
        row, col = (at.astype(np.int32) for at in np.nonzero(~missing))
        return dense.shape, row, col, _finite(dense[~missing], row, col)
    row = np.repeat(np.arange(dense.shape[0], dtype=np.int32), dense.shape[1])
    col = np.tile(np.arange(dense.shape[1], dtype=np.int32), dense.shape[0])
    return dense.shape, row, col, _finite(dense.ravel(), row, col)


def _sparse_entries(matrix: Any) -> tuple[tuple[int, int], Int32Array, Int32Array, AnyArray]:
    if matrix.dtype.kind not in "iufb":
        raise SolverError(f"scores: expected numbers, got {matrix.dtype}")
    order = np.lexsort((matrix.col, matrix.row))
    row, col, values = matrix.row[order], matrix.col[order], matrix.data[order]
    doubled = np.flatnonzero((np.diff(row) == 0) & (np.diff(col) == 0))
    if len(doubled):
        raise SolverError(
            f"scores: entry ({row[doubled[0]]}, {col[doubled[0]]}) stands there twice, {len(doubled)} doubled in all"
        )
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise SolverError("scores: a sparse matrix may not hold NaN; leave the entry out to make a pair not eligible")
    return matrix.shape, row.astype(np.int32), col.astype(np.int32), _finite(values, row, col)


def _finite(values: AnyArray, row: AnyArray, col: AnyArray) -> AnyArray:
    wrong = np.flatnonzero(~np.isfinite(values)) if values.dtype.kind == "f" else np.empty(0, dtype=np.int64)
    if len(wrong):
        at = wrong[0]
        raise SolverError(
            f"scores: expected finite numbers, got {values[at]} at ({row[at]}, {col[at]}), {len(wrong)} in all"
        )
    if values.dtype.kind == "u" and len(values) and int(values.max()) > MOST_GAIN:
        raise SolverError(f"scores: whole numbers must lie within 2^40, got {values.max()}")
    return values.astype(np.int64) if values.dtype.kind in "iub" else values.astype(np.float64)


def _counts(values: ArrayLike, length: int, name: str) -> IntArray:
    array = np.asarray(values)
    if array.shape not in ((), (length,)):
        raise SolverError(f"{name}: expected one whole number or {length} of them, got shape {array.shape}")
    if (
        array.dtype.kind not in "iuf"
        or not np.all(np.isfinite(array))
        or np.any(array < 0)
        or np.any(array != np.floor(array))
    ):
        raise SolverError(f"{name}: expected whole numbers of at least 0")
    return np.ascontiguousarray(np.broadcast_to(np.minimum(array, 2**31 - 1).astype(np.int64), (length,)))


def _whole(values: AnyArray, n_nodes: int, most_whole: int) -> tuple[IntArray, int]:
    """Turn scores into whole numbers: integers as they are, floats by the largest power of ten that fits."""
    most = float(np.abs(values).max(initial=0))
    limit = min(most_whole, largest_cost(n_nodes) // 64)  # room for what serving is paid above the scores
    if np.issubdtype(values.dtype, np.integer):
        if most > limit:
            raise SolverError(f"scores: whole numbers must lie within {limit:,} for this size, got {int(most):,}")
        return values, 1
    if most == 0:
        return np.zeros(len(values), dtype=np.int64), 1
    digits = min(_MAX_DIGITS, math.floor(math.log10(limit / most)))
    if digits < 0:
        raise SolverError(f"scores: must lie within {limit:,} for this size, got {most:g}")
    return np.rint(values * 10.0**digits).astype(np.int64), 10**digits


def _named(tiers: tuple[str, ...], values: tuple[int, ...], scale: int, *, exact: bool) -> dict[str, int | float]:
    score = values[-1] if exact else values[-1] / scale
    return dict(zip(tiers, (*values[:-1], score), strict=True))
