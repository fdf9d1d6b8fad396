"""The measured parts that have no rival: imports, the week in Ordos, reading a large table, finding pairs."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from fresh import peak_mb, timed


def ordos(n_warm: int = 3) -> dict[str, Any]:
    """Measure the week in Ordos with text: the first plan of a process, imports counted, and later ones."""
    import servicematch as sm  # noqa: PLC0415  each part imports only what it measures

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
    """Measure ``import servicematch`` in a bare interpreter, once its bytecode is written: as installed packages have it."""
    code = "from time import perf_counter as s, process_time as c; a, b = s(), c(); import servicematch; print(s() - a, c() - b)"
    with TemporaryDirectory() as kept:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = kept
        for _ in range(2):
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
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
