"""Hours of teams in ``sm.assign``, without and with the way there and back: what is proved, in what time and memory.

python benchmarks/travel.py --seconds 60
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
from time import perf_counter

import numpy as np

import servicematch as sm

POLICIES = {"without": None, "Travel(kmh=30)": sm.Travel(kmh=30)}


def town(seed: int) -> tuple[dict[str, object], dict[str, object]]:
    """Draw Ordos, 5,000 requests of 1 to 8 hours and 1,923 teams of 4 to 20; places of teams do not count."""
    requests, teams = (table.to("dict") for table in sm.datasets.ordos(rng=seed))
    rng = np.random.default_rng([seed, 7])
    hours = {"hours": rng.integers(1, 9, len(requests["id"])).astype(float)}
    given = {"hours": rng.integers(4, 21, len(teams["id"])).astype(float)}
    teams = {name: column for name, column in teams.items() if name not in ("capacity", "used")}
    return requests | hours, teams | given


def measure(name: str, seconds: float, seed: int) -> None:
    """Assign once, in a process of its own, and let the stranger check it."""
    sm.assign({"id": [1, 2], "hours": [1, 2]}, {"id": [1], "hours": [2]})  # late imports are not counted
    requests, teams = town(seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = perf_counter()
    plan = sm.assign(requests, teams, policy=sm.Policy(travel=POLICIES[name]), time_limit_s=seconds, seed=seed)
    took, peak = perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = perf_counter()
    checked = plan.verify()
    found = {
        "travel": name,
        "pairs": plan.summary["n_pairs"],
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "hours": {key: round(value, 1) for key, value in plan.summary["hours"].items()},
        "assign_s": round(took, 1),
        "solve_s": round(plan.manifest["seconds"]["solve"], 1),
        "peak_mb": round(peak / 1024),
        "more_mb": round((peak - before) / 1024),
        "verify_s": round(perf_counter() - began, 1),
        "ok": checked.ok,
        "ambiguous": checked.n_ambiguous,
        "mean_km": plan.summary["mean_km"],
    }
    print(json.dumps(found, default=str), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for name in POLICIES:
        each = multiprocessing.get_context("spawn").Process(target=measure, args=(name, options.seconds, options.seed))
        each.start()
        each.join()


if __name__ == "__main__":
    main()
