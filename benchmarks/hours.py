"""How far from the best plan ``solve_matrix(loads=...)`` may still be after a time, and its rivals after as long.

python benchmarks/hours.py C200x20 D1600x80 sparse --seconds 60 --solvers ours highs cpsat
python benchmarks/hours.py --folder ../shared/data/gap a05100 c10400
"""

from __future__ import annotations

import argparse
import csv
import json
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from instances import town
from scipy import sparse

import servicematch as sm

SIZES = ((200, 20), (400, 40), (1600, 80))
DENSE = {f"{kind}{rows}x{cols}": (kind, rows, cols) for rows, cols in SIZES for kind in "CDE"}
SPARSE = {"sparse": None, "sparse1.25": 1.25, "sparse0.7": 0.7}


@dataclass(frozen=True)
class Case:
    """Pairs with scores and loads, and whether serving comes before the score."""

    rows: np.ndarray
    cols: np.ndarray
    scores: np.ndarray
    loads: np.ndarray
    capacity: np.ndarray
    n_rows: int
    served: bool

    @property
    def tiers(self) -> tuple[str, ...]:
        """What is maximised, in this order."""
        return ("served", "score") if self.served else ("score",)

    def matrix(self, values: np.ndarray) -> sparse.coo_matrix:
        """Lay out one value a pair."""
        return sparse.coo_matrix((values, (self.rows, self.cols)), shape=(self.n_rows, len(self.capacity)))


def published(kind: str, n_rows: int, n_cols: int, seed: int) -> Case:
    """Draw a problem by the recipe of class C, D or E (Chu and Beasley 1997; Yagiura and others 2006)."""
    rng = np.random.default_rng([seed, ord(kind), n_rows, n_cols])
    shape = n_rows, n_cols
    if kind == "C":
        load, cost = rng.integers(5, 26, shape), rng.integers(10, 51, shape)
    elif kind == "D":
        load = rng.integers(1, 101, shape)
        cost = 111 - load + rng.integers(-10, 11, shape)
    else:
        load = np.floor(1 - 10 * np.log(1 - rng.random(shape))).astype(np.int64)
        cost = np.floor(1_000 / load - 10 * rng.random(shape)).astype(np.int64)
    return dense(cost, load, np.floor(0.8 * load.sum(axis=0) / n_cols).astype(np.int64))


def dense(cost: np.ndarray, load: np.ndarray, capacity: np.ndarray) -> Case:
    rows, cols = np.indices(cost.shape)
    return Case(rows.ravel(), cols.ravel(), -cost.ravel(), load.ravel(), capacity, len(cost), served=True)


def sparse_town(slack: float | None, seed: int) -> Case:
    """Draw 5,000 optional requests of 1 to 8 hours for 1,900 teams of 4 to 20 (scaled to so much of the demand)."""
    where = town("5k", degree=44, seed=seed)
    rng = np.random.default_rng([seed, 7])
    hours, capacity = rng.integers(1, 9, len(where.units)), rng.integers(4, 21, len(where.capacity))
    if slack is not None:
        capacity = np.maximum(1, np.rint(capacity * slack * hours.sum() / capacity.sum())).astype(np.int64)
    return Case(where.rows, where.cols, where.gains, hours[where.rows], capacity, len(hours), served=False)


def read(path: Path) -> Case:
    """Read a file of the OR-Library: agents, jobs, costs, loads by agent, capacities."""
    numbers = np.array(path.read_text(encoding="ascii").split(), dtype=np.int64)
    n_cols, n_rows = numbers[:2]
    cost, load = numbers[2 : 2 + 2 * n_cols * n_rows].reshape(2, n_cols, n_rows)
    return dense(cost.T, load.T, numbers[2 + 2 * n_cols * n_rows :][:n_cols])


def ours(case: Case, seconds: float, seed: int) -> dict[str, object]:
    solution = sm.solve_matrix(
        case.matrix(case.scores), case.capacity, loads=case.matrix(case.loads), tiers=case.tiers,
        time_limit_s=seconds, seed=seed,
    )  # fmt: skip
    used = np.zeros(len(case.capacity))
    loads = case.matrix(case.loads).tocsr()
    np.add.at(used, solution.cols, np.asarray(loads[solution.rows, solution.cols]).ravel())
    assert (used <= case.capacity).all()
    return {
        "score": int(solution.objective["score"]), "bound": int(solution.bound["score"]), "status": solution.status,
        "missing": case.n_rows - len(solution.rows) if case.served else 0,
        "claimed": None if solution.claimed is None else int(solution.claimed["score"]),
    }  # fmt: skip


def highs(case: Case, seconds: float, seed: int) -> dict[str, object]:  # noqa: ARG001  one signature for all
    """Hand the whole model to HiGHS."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - only for this rival

    n = len(case.rows)
    ones, at = np.ones(n), np.arange(n)
    by_row = sparse.csr_matrix((ones, (case.rows, at)), shape=(case.n_rows, n))
    by_col = sparse.csr_matrix((case.loads, (case.cols, at)), shape=(len(case.capacity), n))
    least = 1.0 if case.served else 0.0
    limits = [LinearConstraint(by_row, least, 1.0), LinearConstraint(by_col, 0.0, case.capacity)]
    found = milp(
        -case.scores, constraints=limits, bounds=Bounds(0, 1), integrality=ones,
        options={"time_limit": seconds, "mip_rel_gap": 0},
    )  # fmt: skip
    bound = None if found.mip_dual_bound is None else float(-found.mip_dual_bound)
    return {"score": None if found.x is None else round(-found.fun), "bound": bound, "status": str(found.status)}


def cpsat(case: Case, seconds: float, seed: int) -> dict[str, object]:
    """Hand the whole model to CP-SAT with two workers."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - only for this rival

    model = cp_model.CpModel()
    takes = [model.new_bool_var("") for _ in case.rows]
    rows: dict[int, list[int]] = {}
    cols: dict[int, list[int]] = {}
    for i, (row, col) in enumerate(zip(case.rows.tolist(), case.cols.tolist(), strict=True)):
        rows.setdefault(row, []).append(i)
        cols.setdefault(col, []).append(i)
    for mine in rows.values():
        (model.add_exactly_one if case.served else model.add_at_most_one)([takes[i] for i in mine])
    for col, mine in cols.items():
        loads = case.loads[mine].tolist()
        model.add(cp_model.LinearExpr.weighted_sum([takes[i] for i in mine], loads) <= int(case.capacity[col]))
    model.maximize(cp_model.LinearExpr.weighted_sum(takes, case.scores.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    known = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    score = round(solver.objective_value) if known else None
    return {"score": score, "bound": float(solver.best_objective_bound), "status": solver.status_name(status)}


SOLVERS = {"ours": ours, "highs": highs, "cpsat": cpsat}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--solvers", nargs="+", default=["ours"], choices=SOLVERS)
    options = parser.parse_args()
    best = {}
    if options.folder:
        with (options.folder / "best_known.csv").open(encoding="ascii") as file:
            best = {line["file"]: -int(line["best_minimum"]) for line in csv.DictReader(file)}
    ours(published("C", 20, 4, 0), 1.0, 0)  # late imports and compiled loops are not counted
    for name in options.cases:
        if name in DENSE:
            case = published(*DENSE[name], options.seed)
        elif name in SPARSE:
            case = sparse_town(SPARSE[name], options.seed)
        else:
            case = read(options.folder / name)
        for solver in options.solvers:
            began = perf_counter()
            found = SOLVERS[solver](case, options.seconds, options.seed)
            found |= {"case": name, "solver": solver, "seconds": round(perf_counter() - began, 1)}
            if found["score"] is not None and found["bound"] is not None:
                found["gap_percent"] = round(100 * (found["bound"] - found["score"]) / abs(found["score"]), 4)
            if name in best and found["score"] is not None:
                found["behind_best_percent"] = round(100 * (best[name] - found["score"]) / abs(best[name]), 4)
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
