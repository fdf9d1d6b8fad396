"""Rules that cross on the Ordos week: seconds, gap and memory of `assign`, against one integer program of all pairs."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import warnings
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

import servicematch as sm
from servicematch.solve.crossed.network import crossed
from servicematch.solve.crossed.relaxed import worth_of

if TYPE_CHECKING:
    from servicematch.solve.crossed.network import Crossed

SIZES = {"1k": (1000, 385), "2.5k": (2500, 960), "5k": (5000, 1923)}
PAYMENT = 4.0
"""The rival pays so many times as much for a unit as for one in the tier below, 4 points in the lowest."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60.0, help="what the rival may take")
    options = parser.parse_args()
    for size in options.sizes:
        runs: dict[str, list[dict[str, Any]]] = {"ours": [], "rival": []}
        for _ in range(options.rounds):
            for who, of_who in runs.items():
                of_who.append(apart(who, size, options.seconds))
        for who, of_who in runs.items():
            median = statistics.median(one["s"] for one in of_who)
            print(json.dumps({"size": size, "who": who, **of_who[-1], "s": round(median, 2)}, ensure_ascii=False))


def apart(who: str, size: str, seconds: float) -> dict[str, Any]:
    """Run in a process of its own, so that peaks of memory are its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(ours if who == "ours" else rival, (size, seconds))


def ours(size: str, _seconds: float) -> dict[str, Any]:
    requests, teams, policy = week(size)
    before, began = peak_mb(), perf_counter()
    plan = sm.assign(requests, teams, policy=policy)
    spent, peak = perf_counter() - began, peak_mb() - before
    began = perf_counter()
    check = plan.verify()
    verify_s = perf_counter() - began
    value, bound = plan.answer.solution.objective, plan.answer.solution.bound
    return {
        "s": spent,
        "solve_s": round(plan.answer.seconds["solve"], 2),
        "verify_s": round(verify_s, 2),
        "peak_mb": round(peak),
        "status": plan.status,
        "verified": bool(check.ok),
        "gaps": [round(1 - mine / most, 6) if most else 0.0 for mine, most in zip(value, bound, strict=True)],
        "value": value,
    }


def rival(size: str, seconds: float) -> dict[str, Any]:
    """Solve the same pairs as one mixed-integer program, tiers paid for in one sum; only the program is timed."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    requests, teams, policy = week(size)
    problem = sm.assign(requests, teams, policy=policy, work_limit=0).answer.problem
    net = crossed(problem)
    n_above = net.n_tiers - 1
    weights = [*(PAYMENT ** np.arange(n_above, 0, -1)), 1.0]
    worth = sum(weight * worth_of(net, tier) for tier, weight in enumerate(weights))
    is_whole = np.zeros(net.n_arcs)
    is_whole[: net.built.n_pairs] = 1
    before, began = peak_mb(), perf_counter()
    answer = milp(
        -worth,
        integrality=is_whole,
        bounds=Bounds(np.zeros(net.n_arcs), net.room.astype(float)),
        constraints=LinearConstraint(net.balance(), 0, 0),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    spent = perf_counter() - began
    value = None if answer.x is None else value_of(net, answer.x)
    return {"s": spent, "peak_mb": round(peak_mb() - before), "gap": answer.mip_gap, "value": value}


def value_of(net: Crossed, flow: np.ndarray) -> tuple[int, ...]:
    return net.value(np.rint(flow).astype(np.int64))


def week(size: str) -> tuple[Any, Any, sm.Policy]:
    warnings.simplefilter("ignore", sm.errors.TableWarning)
    n_requests, n_teams = SIZES[size]
    requests, teams = sm.datasets.ordos(n_requests=n_requests, n_teams=n_teams)
    rules = [
        sm.rules.Floor("requests", ("area", 1), 0.75),
        sm.rules.Quota("requests", "category", 0.6),
        sm.rules.Floor("requests", "priority", 0.72),
    ]
    return requests, teams, sm.Policy(rules=rules)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
