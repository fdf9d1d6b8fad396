"""The measured parts. Each is called in a fresh process: ``python parts.py <part> '<json options>'``."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any

from fresh import count_cpu_seconds, peak_mb, timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from instances import Town


def cold(path: str) -> dict[str, Any]:
    """Measure the rival."""
    from cold import solve_cold  # noqa: PLC0415  each part imports only what it measures
    from instances import load, town  # noqa: PLC0415

    def solve(one: Town) -> Any:
        return solve_cold(one.rows, one.cols, one.gains, one.units, one.capacity)

    solve(town("tiny"))  # what is imported late is not measured here
    instance = load(Path(path))
    (chosen, gain), cost = timed(lambda: solve(instance))
    return {**cost, "n_pairs": len(instance.rows), "objective": [len(chosen), gain]}


def solve(path: str) -> dict[str, Any]:
    """Measure the exact core: solve, prices, proof and canonical choice."""
    from instances import load, town  # noqa: PLC0415

    from servicematch.solve.flow import solve_flow  # noqa: PLC0415
    from servicematch.solve.problem import Problem  # noqa: PLC0415

    def solve(one: Town) -> Any:
        return solve_flow(Problem(one.rows, one.cols, one.gains, one.units, one.capacity, one.priority + 1))

    solve(town("tiny"))
    instance = load(Path(path))
    solution, cost = timed(lambda: solve(instance))
    return {
        **cost,
        "n_pairs": len(instance.rows),
        "objective": list(solution.objective),
        "status": solution.status.value,
        "n_solves": solution.n_solves,
        "layers": dict(solution.seconds),
    }


def rival(path: str, name: str, memory_gib: float) -> dict[str, Any]:
    """Measure another way to solve a town, within a limit of memory; a solver that is a program of its own counts too."""
    from resource import RLIMIT_AS, RUSAGE_CHILDREN, getrusage, setrlimit  # noqa: PLC0415

    from instances import load, town  # noqa: PLC0415
    from rival_arrays import objective  # noqa: PLC0415
    from rival_solvers import RIVALS  # noqa: PLC0415

    setrlimit(RLIMIT_AS, (int(memory_gib * 2**30),) * 2)
    solve = RIVALS[name].solve
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


def whole(path: str, kind: str = "pandas") -> dict[str, Any]:
    """Measure tables to plan to frames, then its verification, then the rival on the plan's own pairs."""
    from cold import solve_cold  # noqa: PLC0415
    from instances import load, town  # noqa: PLC0415
    from town_tables import as_frame, town_columns  # noqa: PLC0415

    import servicematch as sm  # noqa: PLC0415

    policy = sm.Policy(terms=[term for term in sm.Policy().terms if term.name != "text"])

    def assign(tables: tuple[Any, Any]) -> Any:
        return sm.assign(*tables, policy=policy)

    def decode(plan: Any) -> tuple[Any, Any]:
        return plan.assignments, plan.loads

    small = assign(tuple(as_frame(columns, kind) for columns in town_columns(town("tiny"))))
    decode(small), small.unassigned, small.verify()
    tables = tuple(as_frame(columns, kind) for columns in town_columns(load(Path(path))))
    plan, assigned = timed(lambda: assign(tables))
    _, decoded = timed(lambda: decode(plan))
    _, reasons = timed(lambda: plan.unassigned)
    verification, verified = timed(plan.verify)
    problem = plan.answer.problem
    pairs = (problem.row, problem.col, problem.gain, problem.need, problem.capacity)
    _, rival = timed(lambda: solve_cold(*pairs))
    return {
        "n_pairs": problem.n_pairs,
        "objective": list(plan.answer.solution.objective),
        "layers": {**plan.manifest["seconds"], "decode": decoded["s"], "reasons": reasons["s"]},
        "assign": assigned,
        "verify": verified,
        "cold": rival,
        "proved": verification.proved,
    }


def ordos(n_warm: int = 3) -> dict[str, Any]:
    """Measure the week in Ordos with text: the first plan of a process, imports counted, and later ones."""
    import servicematch as sm  # noqa: PLC0415

    imported = process_time()
    requests, teams = sm.datasets.ordos()
    drawn = process_time()
    plan = sm.assign(requests, teams)
    frames = plan.assignments, plan.loads
    fresh, peak = process_time(), peak_mb()
    columns = requests.to("dict"), teams.to("dict")
    warm = [timed(lambda: sm.assign(*columns, policy=sm.Policy()).assignments)[1] for _ in range(n_warm)]
    return {
        "fresh_cpu_s": fresh,
        "without_drawing_cpu_s": fresh - (drawn - imported),
        "import_cpu_s": imported,
        "warm_s": median(one["s"] for one in warm),
        "warm_cpu_s": median(one["cpu_s"] for one in warm),
        "peak_mb": peak,
        "layers": plan.manifest["seconds"],
        "n_assigned": len(frames[0]["request_id"]),
    }


def imports() -> dict[str, Any]:
    """Measure ``import servicematch`` in a bare interpreter: this one has loaded too much already."""
    code = "from time import perf_counter as s, process_time as c; a, b = s(), c(); import servicematch; print(s() - a, c() - b)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    wall, cpu = map(float, done.stdout.split())
    return {"s": wall, "cpu_s": cpu}


def rows(kind: str, n: int = 1_000_000) -> dict[str, Any]:
    """Measure reading a large table of ten columns, two of them lists."""
    from town_tables import as_frame, many_requests  # noqa: PLC0415

    import servicematch as sm  # noqa: PLC0415

    sm.Requests(as_frame(many_requests(10), kind))
    frame = as_frame(many_requests(n), kind)
    requests, cost = timed(lambda: sm.Requests(frame))
    return {**cost, "n": len(requests)}


def candidates(size: str = "100k", degree: int = 200, seed: int = 0) -> dict[str, Any]:
    """Measure finding the pairs within radius, and finding and scoring them."""
    from instances import ground  # noqa: PLC0415
    from town_tables import ground_columns  # noqa: PLC0415

    import servicematch as sm  # noqa: PLC0415
    from servicematch.pairs.scores import build_pairs  # noqa: PLC0415

    limits = [sm.limits.Distance()]

    def find(where: tuple[Any, Any], terms: list[Any]) -> Any:
        return build_pairs(*where, limits, terms)[1]

    def read(town_size: str) -> tuple[Any, Any]:
        requests, teams = ground_columns(ground(town_size, degree=degree, seed=seed))
        return sm.Requests(requests), sm.Teams(teams)

    find(read("tiny"), [sm.terms.Proximity()])
    where = read(size)
    found, cost = timed(lambda: len(find(where, [])))
    _, scored = timed(lambda: len(find(where, [sm.terms.Proximity()])))
    return {**cost, "n_pairs": found, "scored": scored}


PARTS: dict[str, Callable[..., dict[str, Any]]] = {
    part.__name__: part for part in (cold, solve, rival, whole, ordos, imports, rows, candidates)
}

if __name__ == "__main__":
    if sys.argv[3:] == ["cpu"]:
        count_cpu_seconds()
    print(json.dumps(PARTS[sys.argv[1]](**json.loads(sys.argv[2]))))
