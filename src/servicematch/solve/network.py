"""The only door to ``SimpleMinCostFlow``, with a guard against everything that it takes silently.

The solver casts floats, wraps ids, broadcasts arrays of length one, crashes when flows are read without an optimum
and saturates its own cost sum. Here every array is built or checked by us, flows are read once and only when
OPTIMAL, and costs are summed by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import CostRangeError, SolverError

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, Int32Array, IntArray


@dataclass(frozen=True, slots=True)
class Network:
    """A min-cost flow: arcs (tail, head, capacity, cost) between nodes with supplies that add up to zero.

    ``tail`` and ``head`` are int32, the other arrays int64; costs are not negative.
    """

    tail: Int32Array
    head: Int32Array
    capacity: IntArray
    cost: IntArray
    supply: IntArray


def largest_cost(n_nodes: int) -> int:
    """Return a cost that the solver takes on a graph of this size and short paths.

    Measured: it refuses costs above 2^63 / (c (n + 1)), where c falls from 4.0 on two nodes to 2.4 on many.
    On paths of thousands of arcs its own prices overflow earlier, which it says (`CostRangeError`).

    Examples
    --------
    >>> largest_cost(1_200_000) > 10**12
    True
    """
    return int(2**63 // (5 * (n_nodes + 1)))


def cheapest_flow(network: Network) -> IntArray:
    """Return the flow on each arc of a cheapest flow that uses up all supplies.

    Raises
    ------
    SolverError
        When an array has the wrong type or size, a cost is too large, or no flow fits.

    Examples
    --------
    >>> two = np.array([0, 0], dtype=np.int32), np.array([1, 1], dtype=np.int32)
    >>> room, cost = np.array([1, 5]), np.array([3, 9])
    >>> cheapest_flow(Network(*two, room, cost, np.array([2, -2])))
    array([1, 1])
    """
    _check(network)
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - only where a flow is solved

    size = f"{len(network.supply)} nodes, {len(network.tail)} arcs, {int(np.abs(network.supply).sum()) // 2} units of supply"
    try:
        solver = min_cost_flow.SimpleMinCostFlow()
        cost = _without_common_divisor(network.cost)
        arcs = solver.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.capacity, cost)
        solver.set_nodes_supplies(np.arange(len(network.supply), dtype=np.int32), network.supply)
        status = solver.solve()
        flow = solver.flows(arcs) if status == solver.OPTIMAL else None
    except Exception as error:
        raise SolverError(f"the flow solver failed on {size}: {type(error).__name__}: {error}") from error
    if flow is None:
        name = _status_name(solver, status)
        raise (CostRangeError if name == "BAD_COST_RANGE" else SolverError)(
            f"the flow solver answered {name} on {size}. Maybe report this: every problem built here has a flow."
        )
    return _checked(flow, network)


def _checked(flow: AnyArray, network: Network) -> IntArray:
    """Refuse an answer that is no flow within the capacities of the arcs."""
    flow = np.asarray(flow)
    if (
        flow.shape != network.tail.shape
        or flow.dtype.kind != "i"
        or (flow < 0).any()
        or (flow > network.capacity).any()
    ):
        raise SolverError(
            f"the flow solver's answer is no flow on {len(network.tail)} arcs: {flow.dtype} of shape {flow.shape}"
        )
    return flow.astype(np.int64)


def _without_common_divisor(cost: IntArray) -> IntArray:
    """Divide by the greatest common divisor: costs on a coarse grid are solved several times faster."""
    divisor = int(np.gcd.reduce(cost)) if len(cost) else 0
    return cost // divisor if divisor > 1 else cost


def _check(network: Network) -> None:
    n_nodes, n_arcs = len(network.supply), len(network.tail)
    arrays: dict[str, tuple[AnyArray, type[np.generic]]] = {
        "tail": (network.tail, np.int32),
        "head": (network.head, np.int32),
        "capacity": (network.capacity, np.int64),
        "cost": (network.cost, np.int64),
    }
    for name, (array, dtype) in arrays.items():
        if array.dtype != dtype or array.shape != (n_arcs,) or not array.flags.c_contiguous:
            raise SolverError(
                f"network.{name}: expected {n_arcs} values of {dtype.__name__}, got {array.shape} of {array.dtype}"
            )
    if network.supply.dtype != np.int64 or network.supply.ndim != 1:
        raise SolverError(f"network.supply: expected flat int64, got {network.supply.dtype}")
    if n_nodes >= 2**31 or sum(network.supply.tolist()) != 0:
        raise SolverError("network.supply: expected fewer than 2^31 nodes whose supplies add up to zero")
    if n_arcs and (
        min(network.tail.min(), network.head.min()) < 0 or max(network.tail.max(), network.head.max()) >= n_nodes
    ):
        raise SolverError(f"network: expected nodes in 0 .. {n_nodes - 1}")
    if n_arcs and (network.cost.min() < 0 or network.capacity.min() < 0):
        raise SolverError("network: expected capacities and costs from 0")
    if n_arcs and network.cost.max() > largest_cost(n_nodes):
        raise CostRangeError(
            f"network: expected costs of at most {largest_cost(n_nodes)}, got {int(network.cost.max())}"
        )


def _status_name(solver: object, status: object) -> str:
    names = ("NOT_SOLVED", "FEASIBLE", "INFEASIBLE", "UNBALANCED", "BAD_RESULT", "BAD_COST_RANGE", "BAD_CAPACITY_RANGE")
    return next((name for name in names if getattr(solver, name, None) == status), str(status))
