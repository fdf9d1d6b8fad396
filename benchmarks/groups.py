"""Three levels of groups on each side against the plain flow on the same pairs, interleaved, medians and memory."""

from __future__ import annotations

import argparse
import statistics
from dataclasses import replace
from time import perf_counter

import numpy as np
from instances import town

from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.forest import Forest
from servicematch.solve.problem import Problem

PARTS = (12, 4, 2)
"""Cells along each axis of the map, by level from the smallest: 144 stations, 16 institutes, 4 banners."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["5k", "20k"])
    parser.add_argument("--slacks", nargs="+", type=float, default=[0.75, 1.0, 1.3])
    parser.add_argument("--degree", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for size in options.sizes:
        for slack in options.slacks:
            measure(size, slack, options.degree, options.rounds)


def measure(size: str, slack: float, degree: int, rounds: int) -> None:
    one = town(size, slack=slack, degree=degree)
    plain = Problem(one.rows, one.cols, one.gains, one.units, one.capacity, one.priority + 1)
    served = np.bincount(plain.row[solve_flow(plain).chosen], minlength=plain.n_rows)
    rng = np.random.default_rng(0)
    grouped = replace(
        plain,
        row_groups=forest(one.request_km, served, one.units, rng),
        col_groups=forest(one.team_km, np.minimum(one.capacity, plain.room), one.capacity, rng),
    )
    seconds: dict[str, list[float]] = {"plain": [], "grouped": []}
    for _ in range(rounds):
        for name, problem in (("plain", plain), ("grouped", grouped)):
            began = perf_counter()
            solution = solve_flow(problem, FlowOptions(engine="flow"))
            seconds[name].append(perf_counter() - began)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    parts = ", ".join(f"{name} {value:.2f}" for name, value in solution.seconds.items())
    print(
        f"{size} slack {slack}, {plain.n_pairs:,} pairs: plain {medians['plain']:.2f} s, grouped {medians['grouped']:.2f} s "
        f"({medians['grouped'] / medians['plain']:.2f} x; {parts}; {solution.n_solves} flows); floors met "
        f"{solution.objective[0]:,}"
    )


def forest(place: np.ndarray, now: np.ndarray, most: np.ndarray, rng: np.random.Generator) -> Forest:
    """Nest the cells of a map; floors of up to what is wanted, quotas about what comes through now."""
    unit = (place - place.min(axis=0)) / np.ptp(place, axis=0)
    cells = [np.minimum((unit * n).astype(int), n - 1) @ np.array([n, 1]) for n in PARTS]
    first = np.cumsum([0, *(n * n for n in PARTS)])
    parent = np.full(first[-1], -1, dtype=np.int32)
    for level in range(len(PARTS) - 1):
        parent[first[level] + cells[level]] = first[level + 1] + cells[level + 1]
    through = np.concatenate([np.bincount(c, now, minlength=n * n) for c, n in zip(cells, PARTS, strict=True)])
    asked = np.concatenate([np.bincount(c, most, minlength=n * n) for c, n in zip(cells, PARTS, strict=True)])
    at_least = np.where(rng.random(len(parent)) < 0.5, np.ceil(0.8 * asked), 0).astype(np.int64)
    at_most = np.where(rng.random(len(parent)) < 0.5, np.floor(0.95 * through), asked).astype(np.int64)
    return Forest(cells[0].astype(np.int32), parent, at_least, at_most)


if __name__ == "__main__":
    main()
