"""Which one-off charges to pay: a small integer program for CP-SAT, between two flows that bound and mend its answer."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.repair_bounds import narrowed
from servicematch.solve.repair_ways import cheaper_ways, shares
from servicematch.solve.repairs import Shortfall, cheapest_with, with_charges

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.repairs import Remedy, RepairCase

WORK = 20.0
"""CP-SAT's own measure of time, which is the same on every machine: about as many seconds."""

MOST_OPTIONS = 40_000
"""CP-SAT is not asked where more options are left: it would not get far."""

_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """The best remedy found, and a cost that no remedy is below; equal where it is the cheapest."""

    remedy: Remedy
    bound: int


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done: CP-SAT's work (none: it is not asked), and the `perf_counter` time after which no step begins."""

    work: float = WORK
    until: float = math.inf

    @property
    def left_s(self) -> float:
        """Seconds left."""
        return self.until - perf_counter()


def solve_repairs(case: RepairCase, effort: Effort | None = None, start: BoolArray | None = None) -> Found | Shortfall:
    """Find the cheapest remedy, charges included; without charges it is one flow and always exact.

    ``effort`` bounds the search among the charges; with what is found until then comes a bound. ``start`` are charges
    that are known to be enough: with them nothing is done that needs all options at once, as many as they are.

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
    bought = np.ones(n_charges, dtype=np.bool_) if start is None else start
    first = cheapest_with(case, bought)
    if isinstance(first, Shortfall):
        return first
    if not n_charges:
        return Found(first, first.cost)
    bound = first.cost if bought.all() else 0
    best, effort = with_charges(case, first), effort or Effort()
    if start is None and effort.left_s > 0:
        best = _better(case, np.zeros(n_charges, dtype=np.bool_), best)
    best, bound = _search(case, best, bound, effort)
    if bound > best.cost:
        raise SolverError(f"the proved bound, {bound}, is above the cost of a remedy, {best.cost}")
    return Found(best, bound)


def _search(case: RepairCase, best: Remedy, bound: int, effort: Effort) -> tuple[Remedy, int]:
    """Leave out what no cheaper remedy takes, mend by flows, then ask CP-SAT for the rest."""
    if best.cost <= bound or effort.left_s <= 0:
        return best, bound
    ways = cheaper_ways(case, best.cost)
    part, bound = case.part(ways.kept), _in_steps(case, max(bound, ways.bound))
    if best.cost <= bound or effort.left_s <= 0:
        return best, bound
    mended, floor = _by_shares(case, part, best, effort)
    bound = max(bound, min(_in_steps(case, floor), mended.cost))
    if mended.cost < best.cost:
        part = part.part(cheaper_ways(part, mended.cost).kept)
    best = mended
    if best.cost > bound and effort.work:
        less = narrowed(part, best.cost, effort.until)
        part, bound = part.part(less.kept), max(bound, less.bound)
        best = _better(case, np.isin(np.arange(len(case.charge_cost)), less.charges), best)
    if best.cost <= bound or not effort.work or effort.left_s <= 0 or len(part.row) > MOST_OPTIONS:
        return best, bound
    bought, proved = _choose(part, best, bound, effort)
    return _better(case, bought, best), max(bound, proved)


def _in_steps(case: RepairCase, bound: int) -> int:
    """Raise a bound to what prices can add up to: a multiple of their greatest common divisor."""
    step = max(1, int(np.gcd.reduce(np.concatenate([case.cost, case.place_cost, case.charge_cost]))))
    return -(-bound // step) * step


def _better(case: RepairCase, bought: BoolArray, best: Remedy) -> Remedy:
    """Return what these charges make possible where it is cheaper than the best known."""
    found = cheapest_with(case, bought)
    if isinstance(found, Shortfall):
        return best
    paid = with_charges(case, found)
    return paid if paid.cost < best.cost else best


def _by_shares(case: RepairCase, part: RepairCase, best: Remedy, effort: Effort) -> tuple[Remedy, int]:
    """Price charges by the options that ask for them, again and again (dynamic slope scaling, Kim and Pardalos 1999).

    The first prices are too low, so that the first flow is a bound on all remedies of ``part``; where there is none,
    no remedy is cheaper than ``best``.
    """
    cost, floor, worth = shares(part), 0, np.zeros_like(part.worth)  # ties decide nothing here, and take long
    everything = np.ones(len(part.charge_cost), dtype=np.bool_)
    for k in range(_ROUNDS):
        if k and effort.left_s <= 0:
            break
        priced = replace(part, cost=cost, worth=worth)
        found = cheapest_with(priced, everything)
        if isinstance(found, Shortfall):
            return best, best.cost
        floor = floor if k else found.cost
        best = _better(case, np.isin(np.arange(len(everything)), found.charges), best)
        if best.cost <= floor:
            break
        taken = np.isin(part.asks_option, found.options)
        n_uses = np.maximum(1, np.bincount(part.asks_charge[taken], minlength=len(everything)))
        cost = part.cost.copy()
        np.add.at(cost, part.asks_option, (part.charge_cost // n_uses)[part.asks_charge])
    return best, floor


def _choose(case: RepairCase, best: Remedy, bound: int, effort: Effort) -> tuple[BoolArray, int]:
    """Ask CP-SAT for less than ``best``; where nothing better is found the charges of ``best`` are returned."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - only where charges are chosen

    model = cp_model.CpModel()
    charges = [model.new_bool_var("") for _ in case.charge_cost]
    scale = _add_all(model, case, charges, (bound, best.cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = effort.work
    solver.parameters.linearization_level = 2
    if effort.until < math.inf:
        solver.parameters.max_time_in_seconds = max(0.0, effort.left_s)
    status = solver.solve(model)
    same = np.isin(np.arange(len(charges)), best.charges)
    if status == cp_model.INFEASIBLE:
        return same, best.cost
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN):
        raise SolverError(f"CP-SAT answered {solver.status_name(status)} where a remedy is known")
    proved = solver.best_objective_bound
    bound = max(bound, min(best.cost, math.ceil(proved - 1e-6) * scale)) if math.isfinite(proved) else bound
    if status == cp_model.UNKNOWN:
        return same, bound
    return np.array([bool(solver.value(charge)) for charge in charges], dtype=np.bool_), bound


def _add_all(model: Any, case: RepairCase, charges: list[Any], limits: tuple[int, int]) -> int:
    """Write the case into the model, to cost no less than the first limit and less than the second.

    Returns what one of the model's units of cost stands for.
    """
    options = [model.new_bool_var("") for _ in case.row]
    places = [model.new_int_var(0, int(most), "") for most in np.minimum(case.place_most, case.need.sum())]
    for option, charge in zip(case.asks_option.tolist(), case.asks_charge.tolist(), strict=True):
        model.add_implication(options[option], charges[charge])
    of_row = dict(_grouped(case.row))
    for row in np.flatnonzero(case.need).tolist():
        model.add(sum(options[i] for i in of_row.get(row, ())) == int(case.need[row]))
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
    model.add(total >= -(-limits[0] // scale))
    model.add(total <= (limits[1] - 1) // scale)
    model.minimize(total)
    return scale


def _grouped(keys: Int32Array | IntArray) -> list[tuple[int, list[int]]]:
    """List the positions of each key, in the order of the keys."""
    order = np.argsort(keys, kind="stable")
    found, starts = np.unique(keys[order], return_index=True)
    parts = np.split(order, starts)[1:]
    return [(key, part.tolist()) for key, part in zip(found.tolist(), parts, strict=True)]
