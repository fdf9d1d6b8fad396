"""How long questions take: the graph of moves, the losses of one request, and three alternates with their moves."""

from __future__ import annotations

import argparse
from time import perf_counter

import numpy as np
from instances import town

from servicematch.solve.displacement import force, losses
from servicematch.solve.exits import build_exits
from servicematch.solve.flow import solve_flow
from servicematch.solve.problem import Problem

ASKED = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["20k", "100k"])
    parser.add_argument("--slacks", nargs="+", type=float, default=[0.75, 1.0, 1.3])
    options = parser.parse_args()
    for size in options.sizes:
        for slack in options.slacks:
            measure(size, slack)


def measure(size: str, slack: float) -> None:
    one = town(size, slack=slack)
    problem = Problem(one.rows, one.cols, one.gains, one.units, one.capacity, one.priority + 1)
    clock = [perf_counter()]
    solution = solve_flow(problem)
    clock.append(perf_counter())
    exits = build_exits(problem, solution.chosen, solution.prices)
    clock.append(perf_counter())
    alone, with_moves = [], []
    for row in np.random.default_rng(0).choice(problem.n_rows, ASKED, replace=False).tolist():
        began = perf_counter()
        found = losses(exits, row)
        alone.append(perf_counter() - began)
        for i in np.argsort(found.loss, kind="stable")[:3].tolist():
            force(exits, row, found, i)
        with_moves.append(perf_counter() - began)
    solve_s, build_s = np.diff(clock)
    graph = exits.graph
    megabytes = (graph.data.nbytes + graph.indices.nbytes + graph.indptr.nbytes) / 1e6
    print(
        f"{size} slack {slack} ({solution.solver}, {problem.n_pairs} pairs): solve {solve_s:.2f} s, "
        f"build {build_s:.2f} s, {megabytes:.0f} MB; losses {_spread(alone)}; alternates {_spread(with_moves)}"
    )


def _spread(seconds: list[float]) -> str:
    median, high, worst = np.percentile(np.array(seconds) * 1000, [50, 95, 100])
    return f"{median:.1f} / {high:.1f} / {worst:.0f} ms (median, p95, worst)"


if __name__ == "__main__":
    main()
