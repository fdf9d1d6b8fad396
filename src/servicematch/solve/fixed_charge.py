"""Which one-off charges to pay: a small integer program for CP-SAT, between two flows that bound and mend its answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.repairs import Remedy, Shortfall, cheapest_with, with_charges

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.repairs import RepairCase

WORK = 20.0
"""CP-SAT's own measure of time, which is the same on every machine: about as many seconds."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best remedy found, and a cost that no remedy is below; equal where it is the cheapest."""

    remedy: Remedy
    bound: int


def solve_repairs(case: RepairCase, time_limit_s: float | None = None, work: float = WORK) -> Found | Shortfall:
    """Find the cheapest remedy, charges included; without charges it is one flow and always exact.

    ``time_limit_s`` and ``work`` bound the search among the charges; with what is found until then comes a bound.

    Examples
    --------
    >>> from servicematch.solve.repairs import RepairCase
    >>> none, rows = np.empty(0, dtype=np.int64), np.array([0, 1], dtype=np.int32)
    >>> case = RepairCase(  # two rows, no pair at the column's two places but through a charge of 5
    ...     np.array([1, 1]), np.array([2]), rows, 0 * rows, np.array([0, 0]), np.array([0, 0]),
    ...     none, none, none, np.array([5]), np.array([0, 1]), np.array([0, 0]))
    >>> found = solve_repairs(case)
    >>> found.remedy.cost, found.bound, found.remedy.charges.tolist()
    (5, 5, [0])
    """
    n_charges = len(case.charge_cost)
    with_all = cheapest_with(case, np.ones(n_charges, dtype=np.bool_))
    if isinstance(with_all, Shortfall):
        return with_all
    best, bound = with_charges(case, with_all), with_all.cost
    if not n_charges:
        return Found(best, bound)
    with_none = cheapest_with(case, np.zeros(n_charges, dtype=np.bool_))
    if isinstance(with_none, Remedy) and with_none.cost <= best.cost:
        best = with_none
    if best.cost > bound:
        bought, proved = _choose(case, best, bound, time_limit_s, work)
        again = cheapest_with(case, bought)
        if isinstance(again, Remedy) and (paid := with_charges(case, again)).cost < best.cost:
            best = paid
        bound = max(bound, proved)
    if bound > best.cost:
        raise SolverError(f"the bound of CP-SAT, {bound}, is above the cost of a remedy, {best.cost}")
    return Found(best, bound)


def _choose(
    case: RepairCase, best: Remedy, bound: int, time_limit_s: float | None, work: float
) -> tuple[BoolArray, int]:
    """Ask CP-SAT; without an answer the charges of ``best`` and the old bound are returned."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - only where charges are chosen

    model = cp_model.CpModel()
    charges = [model.new_bool_var("") for _ in case.charge_cost]
    scale = _add_all(model, case, charges, bound)
    hinted = set(best.charges.tolist())
    for k, charge in enumerate(charges):
        model.add_hint(charge, k in hinted)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = work
    solver.parameters.linearization_level = 2
    if time_limit_s is not None:
        solver.parameters.max_time_in_seconds = time_limit_s
    status = solver.solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        bought = np.array([bool(solver.value(charge)) for charge in charges], dtype=np.bool_)
        return bought, max(bound, math.ceil(solver.best_objective_bound - 1e-6) * scale)
    if status != cp_model.UNKNOWN:
        raise SolverError(f"CP-SAT answered {solver.status_name(status)} where a remedy is known")
    return np.isin(np.arange(len(charges)), best.charges), bound


def _add_all(model: Any, case: RepairCase, charges: list[Any], bound: int) -> int:
    """Write the case into the model; return what one of its units of cost stands for."""
    options = [model.new_bool_var("") for _ in case.row]
    places = [model.new_int_var(0, int(most), "") for most in np.minimum(case.place_most, case.need.sum())]
    for option, charge in zip(case.asks_option.tolist(), case.asks_charge.tolist(), strict=True):
        model.add_implication(options[option], charges[charge])
    for row, mine in _grouped(case.row):
        model.add(sum(options[i] for i in mine) == int(case.need[row]))
    for _, mine in _grouped(case.row.astype(np.int64) * len(case.room) + case.col):
        if len(mine) > 1:
            model.add_at_most_one(options[i] for i in mine)
    bought = dict(_grouped(case.place_col))
    for col, mine in _grouped(case.col):
        extra = sum(places[i] for i in bought.get(col, ()))
        model.add(sum(options[i] for i in mine) <= int(case.room[col]) + extra)
    costs = np.concatenate([case.cost, case.place_cost, case.charge_cost])
    scale = max(1, int(np.gcd.reduce(costs)))
    terms = zip((costs // scale).tolist(), [*options, *places, *charges], strict=True)
    total = sum(cost * variable for cost, variable in terms if cost)
    model.add(total >= -(-bound // scale))
    model.minimize(total)
    return scale


def _grouped(keys: Int32Array | IntArray) -> list[tuple[int, list[int]]]:
    """List the positions of each key, in the order of the keys."""
    order = np.argsort(keys, kind="stable")
    found, starts = np.unique(keys[order], return_index=True)
    parts = np.split(order, starts)[1:]
    return [(key, part.tolist()) for key, part in zip(found.tolist(), parts, strict=True)]
