"""The measured parts that solve a town: the cold rival, ours by engine, and on dense towns scipy and ``solve_matrix``."""

from __future__ import annotations

import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from fresh import timed
from instances import Town, load, town
from shapes import SCALE

if TYPE_CHECKING:
    from collections.abc import Callable

WARM_SIZE = "300"
"""Solved before the clock starts, so that neither late imports nor the loading of compiled loops are measured."""


def cold(path: str, payment: int = 2) -> dict[str, Any]:
    """Measure the rival, which pays for a unit served this many times the largest gain."""
    from cold import solve_cold  # noqa: PLC0415  each part imports only what it measures

    def solve(one: Town) -> Any:
        return solve_cold(one.rows, one.cols, one.gains, one.units, one.capacity, payment=payment)

    solve(town(WARM_SIZE))
    instance = load(Path(path))
    (chosen, gain), cost = timed(lambda: solve(instance))
    return {**cost, "n_pairs": len(instance.rows), "objective": [len(chosen), gain], "payment": payment}


def solve(path: str, engine: str = "auto") -> dict[str, Any]:
    """Measure the exact core by one engine: solve, prices, proof and canonical choice."""
    from servicematch.solve.flow import FlowOptions, solve_flow  # noqa: PLC0415
    from servicematch.solve.problem import Problem  # noqa: PLC0415

    def solve(one: Town, engine: str) -> Any:
        problem = Problem(one.rows, one.cols, one.gains, one.units, one.capacity, one.priority + 1)
        return solve_flow(problem, FlowOptions(engine=engine))

    for way in ways_behind(engine):
        solve(town(WARM_SIZE), way)
    instance = load(Path(path))
    solution, cost = timed(lambda: solve(instance, engine))
    return {
        **cost,
        "n_pairs": len(instance.rows),
        "n_pairs_solved": solution.n_pairs_solved,
        "objective": list(solution.objective),
        "status": solution.status.value,
        "solver": solution.solver,
        "n_solves": solution.n_solves,
        "layers": dict(solution.seconds),
    }


def matrix(path: str, engine: str = "auto") -> dict[str, Any]:
    """Measure ``solve_matrix`` on the scores of a dense town: listing the pairs and the proof count."""
    import servicematch as sm  # noqa: PLC0415

    def solve(one: Town, scores: np.ndarray, engine: str) -> Any:
        return sm.solve_matrix(scores, one.capacity, one.units, engine=engine)

    small = town(WARM_SIZE, shape="dense")
    for way in ways_behind(engine):
        solve(small, score_matrix(small), way)
    instance = load(Path(path))
    scores = score_matrix(instance)
    solution, cost = timed(lambda: solve(instance, scores, engine))
    return {
        **cost,
        "n_pairs": scores.size,
        "objective": worth(instance, solution.rows, solution.cols),
        "status": solution.status,
        "solver": solution.solver,
    }


def lsa(path: str) -> dict[str, Any]:
    """Measure scipy's ``linear_sum_assignment`` on the scores of a dense town, each team repeated place by place."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    def solve(one: Town, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        places = np.minimum(one.capacity, len(scores))
        rows, cols = linear_sum_assignment(np.repeat(scores, places, axis=1), maximize=True)
        return rows, np.repeat(np.arange(len(places)), places)[cols]

    small = town(WARM_SIZE, shape="dense")
    solve(small, score_matrix(small))
    instance = load(Path(path))
    scores = score_matrix(instance)
    (rows, cols), cost = timed(lambda: solve(instance, scores))
    return {**cost, "n_pairs": scores.size, "objective": worth(instance, rows, cols)}


def rival(path: str, name: str, memory_gib: float) -> dict[str, Any]:
    """Measure another way to solve a town, within a limit of memory; a solver that is a program of its own counts too."""
    from resource import RLIMIT_AS, RUSAGE_CHILDREN, getrusage, setrlimit  # noqa: PLC0415

    from rival_arrays import objective  # noqa: PLC0415
    from rival_solvers import RIVALS  # noqa: PLC0415

    setrlimit(RLIMIT_AS, (int(memory_gib * 2**30),) * 2)
    solve: Callable[[Town], np.ndarray | None] = RIVALS[name].solve
    solve(town("tiny"))
    instance = load(Path(path))
    before = getrusage(RUSAGE_CHILDREN)
    chosen, cost = timed(lambda: solve(instance))
    after = getrusage(RUSAGE_CHILDREN)
    program_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    cost["s"] += program_s if time.perf_counter is time.process_time else 0.0
    cost["cpu_s"] += program_s
    cost["peak_mb"] = max(cost["peak_mb"], after.ru_maxrss / 1024)
    return {**cost, "n_pairs": len(instance.rows), "objective": objective(instance, chosen)}


def ways_behind(engine: str) -> tuple[str, ...]:
    """List the engines that this one may choose, itself last."""
    return ("near", "warm", "auto") if engine == "auto" and find_spec("numba") else (engine,)


def score_matrix(dense: Town) -> np.ndarray:
    """Return the scores of a town whose every pair is eligible: requests by teams, in [0, 1]."""
    return (dense.gains / SCALE).reshape(len(dense.units), len(dense.capacity))


def worth(dense: Town, rows: np.ndarray, cols: np.ndarray) -> list[int]:
    """Return units served and their gain."""
    return [len(rows), int(dense.gains.reshape(len(dense.units), -1)[rows, cols].sum())]
