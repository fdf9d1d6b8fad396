"""One team for a series, different teams for a family, and the way between visits, on the Ordos week: seconds, gap, memory.

python benchmarks/team_rules.py apart soft strict travel --sizes 1k 5k
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import warnings
from time import perf_counter
from typing import Any

import numpy as np

import servicematch as sm

SIZES = {"1k": (1000, 385), "2.5k": (2500, 960), "5k": (5000, 1923)}
KINDS = ("plain", "apart", "soft", "strict", "slots", "travel")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--sizes", nargs="+", default=["1k"])
    options = parser.parse_args()
    for size in options.sizes:
        for kind in options.kinds:
            with multiprocessing.get_context("spawn").Pool(1) as pool:  # so that peaks of memory are its own
                print(json.dumps({"size": size, "kind": kind, **pool.apply(measured, (kind, size))}), flush=True)


def measured(kind: str, size: str) -> dict[str, Any]:
    tables, policy = week(kind, size)
    before, began = peak_mb(), perf_counter()
    plan = sm.assign(*tables, policy=policy)
    spent, peak = perf_counter() - began, peak_mb() - before
    began = perf_counter()
    check = plan.verify()
    value, bound = plan.answer.solution.objective, plan.answer.solution.bound
    return {
        "s": round(spent, 1),
        "verify_s": round(perf_counter() - began, 1),
        "peak_mb": round(peak),
        "pairs": plan.answer.problem.n_pairs,
        "status": plan.status,
        "verified": bool(check.ok),
        "gaps": [round(1 - mine / most, 6) if most else 0.0 for mine, most in zip(value, bound, strict=True)],
        "value": value,
        "elsewhere": plan.summary.get("n_elsewhere"),
    }


def week(kind: str, size: str) -> tuple[tuple[Any, ...], sm.Policy]:
    """Half of the requests of one unit in series of eight neighbours, a third of the others in families of three."""
    warnings.simplefilter("ignore", sm.errors.TableWarning)
    n_requests, n_teams = SIZES[size]
    if kind in ("slots", "travel"):
        requests, teams, slots = sm.datasets.ordos(n_requests=n_requests, n_teams=n_teams, slots=True)
        columns = slots.to("dict")
        columns["capacity"] = np.ones(len(slots), dtype=np.int64)
        travel = sm.Travel(kmh=30, setup_minutes=10) if kind == "travel" else None
        return (requests, teams, sm.Slots(columns)), sm.Policy(travel=travel)
    requests, teams = sm.datasets.ordos(n_requests=n_requests, n_teams=n_teams)
    frame = requests.to("dict")
    order = np.argsort(np.array([str(one) for one in frame["area"]]), kind="stable")
    frame["series"], frame["family"] = (np.full(n_requests, None, dtype=object) for _ in range(2))
    for at in range(n_requests // 16):
        some = order[16 * at : 16 * at + 8]
        frame["series"][some[frame["units"][some] == 1]] = f"series {at}"
    for at in range(n_requests // 6):
        frame["family"][order[6 * at + 3 : 6 * at + 6]] = f"family {at}"
    rules = {
        "plain": [],
        "apart": [sm.rules.Apart("family")],
        "soft": [sm.rules.SameTeam("series", points=0.2)],
        "strict": [sm.rules.SameTeam("series")],
    }[kind]
    return (sm.Requests(frame), teams), sm.Policy(rules=rules)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
