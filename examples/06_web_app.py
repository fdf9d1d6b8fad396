"""A web app: a solve holds Python's lock, so processes do the work and the server stays free to answer."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import servicematch as sm

desk: sm.PreparedTeams  # in each worker, from its start on


def open_desk(ready: sm.PreparedTeams) -> None:
    """Keep the teams in this worker: they cross over once, not with every call."""
    global desk  # noqa: PLW0603 - a worker has one desk
    desk = ready


def best_teams(request: dict[str, Any]) -> dict[str, Any]:
    """Answer one call: plain data in, plain data out."""
    best = sm.recommend([request], desk, k=3)
    return {name: best.frame[name].tolist() for name in ("team_id", "score", "n_eligible")}


def day_plan(requests: list[dict[str, Any]]) -> sm.Plan:
    """Plan a whole day; a plan crosses over as it is."""
    return sm.assign(requests, desk)


def main() -> None:
    teams = {
        "id": ["T1", "T2", "T3"],
        "offers": ["太极拳教学", "法律咨询", "太极拳、八段锦"],
        "lat": [39.60, 39.61, 39.70],
        "lon": [109.78, 109.80, 109.80],
        "radius_km": [20, 20, 20],
    }
    calls = [
        {"id": "R1", "need": "想学太极拳", "lat": 39.62, "lon": 109.79},
        {"id": "R2", "need": "想问问法律", "lat": 39.60, "lon": 109.80},
    ]
    workers = min(2, os.cpu_count() or 1)
    fresh = multiprocessing.get_context("spawn")  # a server has threads, and a fork of a process with threads may hang
    with ProcessPoolExecutor(workers, fresh, initializer=open_desk, initargs=(sm.prepare(teams),)) as pool:
        answers = [pool.submit(best_teams, call) for call in calls]  # each handler submits one
        for call, answer in zip(calls, answers, strict=True):
            try:
                print(call["id"], answer.result(timeout=60))
            except sm.errors.TableError as error:  # a fault of the caller's: say what to mend
                print(call["id"], "refused:", error)
        plan = pool.submit(day_plan, calls).result(timeout=60)
    print(plan)


if __name__ == "__main__":
    main()
