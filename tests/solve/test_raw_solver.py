"""Why the door is guarded: what the raw solver does with the same calls, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

measured_here = pytest.mark.skipif(
    sys.platform != "linux" or not version("ortools").startswith("9.15"),
    reason="what the raw solver does wrong was measured with OR-Tools 9.15 on Linux",
)


def in_a_process(code):
    """Run code where a crash kills nobody else."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)


def test_what_crashes_the_raw_solver_is_refused_by_ours():
    """Run in a process of its own, so that a missing guard is a failed test and not a dead test run."""
    code = """
import numpy as np
from dataclasses import replace
from servicematch.base.errors import SolverError
from servicematch.solve.network import Network, cheapest_flow
ids = lambda *values: np.array(values, dtype=np.int32)
whole = Network(ids(0, 0), ids(1, 1), np.array([1, 5]), np.array([3, 9]), np.array([2, -2]))
for change in (
    {"tail": ids(-1, 0)}, {"head": ids(1, -2_000_000_000)}, {"head": ids(1, 2_000_000_000)}, {"supply": np.array([2, -1])},
    {"capacity": np.array([1, 0])}, {"cost": np.array([2**62, 0])}, {"head": ids(1)}, {"supply": np.empty(0, dtype=np.int64)},
):
    try:
        cheapest_flow(replace(whole, **change))
    except SolverError:
        print("refused")
"""
    process = in_a_process(code)
    assert process.returncode == 0, process.stderr
    assert process.stdout.split() == ["refused"] * 8


RAW = """
import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
solver, ids = SimpleMinCostFlow(), lambda *values: np.array(values, dtype=np.int32)
def give(tail, head, capacity, cost, *supply):
    solver.add_arcs_with_capacity_and_unit_cost(tail, head, np.array(capacity), np.asarray(cost))
    solver.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), np.array(supply))
"""

CRASHES = {
    "negative node ids": "give(ids(-1, 0), ids(1, 1), [1, 1], [1, 2], 1, -1); solver.solve()",
    "flow before a solve": "solver.add_arc_with_capacity_and_unit_cost(0, 1, 1, 1); solver.flow(0)",
    "flow after INFEASIBLE": "give(ids(0), ids(1), [1], [1], 2, -2); solver.solve(); solver.flow(0)",
}

SILENT = {
    "float costs are cut": ("give(ids(0), ids(1), [1], [0.57], 1, -1)", "solver.unit_cost(0)", "0"),
    "uint64 wraps": (
        "give(ids(0), ids(1), [1], np.array([2**64 - 1], dtype=np.uint64), 1, -1)",
        "solver.unit_cost(0)",
        "-1",
    ),
    "ids wrap": ("give(np.array([2**32]), np.array([2**32 + 1]), [1], [1], 1, -1)", "solver.head(0)", "1"),
    "length one is broadcast": ("give(ids(0, 0), ids(1), [1, 1], [1, 2], 1, -1)", "solver.num_arcs()", "2"),
    "optimal_cost saturates": (
        "give(ids(0), ids(1), [2**40], [2**40], 2**40, -2**40)",
        "solver.optimal_cost()",
        str(2**63 - 1),
    ),
}


@measured_here
@pytest.mark.parametrize("trap", CRASHES)
def test_raw_solver_still_crashes(trap):
    """The guard has a reason: the same call kills the process when made without us."""
    assert in_a_process(RAW + CRASHES[trap]).returncode < 0


@measured_here
def test_raw_solver_still_misreads_in_silence():
    """The guards have a reason: the raw solver answers OPTIMAL to networks that nobody meant."""
    tries = [
        f"solver = SimpleMinCostFlow(); {give}; print(solver.solve() == solver.OPTIMAL, {ask})"
        for give, ask, _ in SILENT.values()
    ]
    process = in_a_process(RAW + "\n".join(tries))
    assert process.stdout.splitlines() == [f"True {wrong}" for _, _, wrong in SILENT.values()]
