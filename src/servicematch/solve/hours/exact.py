"""A block solved by CP-SAT: at least as good as what is chosen there, and often proved the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.hours.blocks import Block
    from servicematch.solve.hours.packing import Packing


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What CP-SAT says of a block.

    Attributes
    ----------
    chosen
        Positions of the chosen pairs, or None where it found nothing better.
    is_best
        Whether it says that there is nothing better still.
    bound
        A weight that it claims no choice to exceed.
    work
        Its own measure of time, the same on every machine.
    """

    chosen: IntArray | None
    is_best: bool
    bound: int
    work: float


@dataclass(frozen=True, slots=True)
class Limits:
    """How long CP-SAT may take: in its own measure of time, and in seconds (infinite where no clock decides)."""

    work: float
    seconds: float
    seed: int


def solve_block(packing: Packing, weight: IntArray, block: Block, is_chosen: BoolArray, limits: Limits) -> Answer:
    """Look for a choice of a higher weight than the present one.

    ``weight`` and ``is_chosen`` are one a pair.
    """
    from ortools.sat.python import cp_model  # noqa: PLC0415 - only where pairs have loads

    pairs = block.pairs
    now = int(weight[pairs[is_chosen[pairs]]].sum())
    model = cp_model.CpModel()
    takes = [model.new_bool_var("") for _ in range(len(pairs))]
    _add_rows(model, packing, block, takes)
    for col, mine in _grouped(packing.col[pairs]):
        some = [takes[i] for i in mine]
        model.add_linear_constraint(_sum(cp_model, some, packing.load[pairs[mine]]), 0, int(packing.capacity[col]))
        if len(mine) > packing.places[col]:
            model.add_linear_constraint(sum(some), 0, int(packing.places[col]))
    total = _sum(cp_model, takes, weight[pairs])
    model.maximize(total)
    for take, is_in in zip(takes, is_chosen[pairs].tolist(), strict=True):
        model.add_hint(take, is_in)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = limits.seed
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = max(1e-4, limits.work)
    solver.parameters.catch_sigint_signal = False
    if limits.seconds != np.inf:
        solver.parameters.max_time_in_seconds = max(0.01, limits.seconds)
    status = solver.solve(model)
    work = float(solver.response_proto.deterministic_time)
    if status == cp_model.INFEASIBLE:
        return Answer(None, is_best=True, bound=now, work=work)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, is_best=False, bound=_rounded(solver.best_objective_bound), work=work)
    taken = np.array([solver.boolean_value(take) for take in takes], dtype=np.bool_)
    return Answer(pairs[taken], status == cp_model.OPTIMAL, _rounded(solver.best_objective_bound), work)


def _rounded(bound: float) -> int:
    return int(np.floor(bound + 1e-6)) if abs(bound) < 2**62 else 2**62


def _sum(cp_model: Any, takes: list[Any], factors: IntArray) -> Any:
    return cp_model.LinearExpr.weighted_sum(takes, factors.tolist())


def _add_rows(model: Any, packing: Packing, block: Block, takes: list[Any]) -> None:
    """Let each row have what it needs at most, and what it must keep at least."""
    for (_, mine), need, must in zip(
        _grouped(packing.row[block.pairs]), block.need.tolist(), block.must.tolist(), strict=True
    ):
        some = [takes[i] for i in mine]
        if need == must == 1:
            model.add_exactly_one(some)
        elif need == 1:
            model.add_at_most_one(some)
        elif must or len(some) > need:
            model.add_linear_constraint(sum(some), must, need)


def _grouped(keys: IntArray) -> list[tuple[int, IntArray]]:
    """List the positions of each key, in the order of the keys."""
    order = np.argsort(keys, kind="stable")
    begins = np.flatnonzero(np.diff(keys[order], prepend=-1))
    return [(int(keys[part[0]]), part) for part in np.split(order, begins)[1:]]
