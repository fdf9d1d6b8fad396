"""What else one could solve a town with: each rival is one function from the town to the pairs it chooses.

All are asked the question of the cold solve: one unit a request, which may stay open, and every unit served is paid two
ranges of the gain, or its equivalent. ``None`` is the answer of a solver that stopped without an optimum. Each model is
the kindest one we found: dense ones have no columns for staying open (a pair that is not eligible is worth nothing and
means it), linear programs go in as arrays where the library takes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rival_arrays import constraints, dense_costs, find_pairs, open_cost, pairs_by, sparse_costs, worth
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from instances import Town

BELOW_ONE = 2.0**22
"""lapx compares with 1e6 somewhere; dividing by a power of two loses nothing."""


def scipy_dense(town: Town) -> np.ndarray | None:
    """Solve with ``linear_sum_assignment``: teams repeated, place by place."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  each process imports only its own rival

    costs, team = dense_costs(town)
    rows, places = linear_sum_assignment(costs)
    return find_pairs(town, rows, team[places])


def scipy_sparse(town: Town) -> np.ndarray | None:
    """Solve with ``min_weight_full_bipartite_matching``: teams repeated, a column a request for staying open."""
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415

    rows, places, costs, team = sparse_costs(town)
    n, n_places = len(town.units), len(team)
    rows, places = np.append(rows, np.arange(n)), np.append(places, n_places + np.arange(n))
    costs = 1 + np.append(costs, np.full(n, open_cost(town)))  # a zero would be dropped
    matrix = sparse.csr_array((costs.astype(float), (rows, places)), shape=(n, n_places + n))
    for name in ("indices", "indptr"):  # older scipy takes int32 alone
        setattr(matrix, name, getattr(matrix, name).astype(np.int32))
    rows, places = min_weight_full_bipartite_matching(matrix)
    served = places < n_places
    return find_pairs(town, rows[served], team[places[served]])


def lapx_dense(town: Town) -> np.ndarray | None:
    """Solve with lapx's ``lapjvx``: teams repeated, place by place, padded to a square by the library."""
    import lap  # noqa: PLC0415

    costs, team = dense_costs(town)
    rows, places = lap.lapjvx(costs / BELOW_ONE, extend_cost=True, return_cost=False)
    return find_pairs(town, rows, team[places])


def lapx_sparse(town: Town) -> np.ndarray | None:
    """Solve with lapx's ``lapmod``, which wants a square: the pairs, and their mirror image at no cost."""
    import lap  # noqa: PLC0415

    rows, places, costs, team = sparse_costs(town)
    n, n_places = len(town.units), len(team)
    size = n + n_places
    tails = np.concatenate([rows, np.arange(n), n + np.arange(n_places), n + places])
    heads = np.concatenate([places, n_places + np.arange(n), np.arange(n_places), n_places + rows])
    worth = np.concatenate([costs, np.full(n, open_cost(town)), np.zeros(n_places + len(rows))]) / BELOW_ONE
    square = sparse.csr_array((worth, (tails, heads)), shape=(size, size))
    square.sort_indices()
    place_of, _ = lap.lapmod(size, square.data, square.indptr, square.indices, return_cost=False)
    served = np.flatnonzero(place_of[:n] < n_places)
    return find_pairs(town, served, team[place_of[served]])


def scipy_linprog(town: Town) -> np.ndarray | None:
    """Solve the linear program with the HiGHS inside scipy."""
    from scipy.optimize import linprog  # noqa: PLC0415

    matrix, most = constraints(town)
    result = linprog(-worth(town), A_ub=matrix, b_ub=most, bounds=(0, 1), method="highs")
    return np.flatnonzero(result.x > 0.5) if result.status == 0 else None


def highspy_arrays(town: Town) -> np.ndarray | None:
    """Solve the linear program with HiGHS by its own interface, in one thread."""
    import highspy  # noqa: PLC0415

    matrix, most = constraints(town)
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = matrix.shape
    program.col_cost_, program.sense_ = worth(town), highspy.ObjSense.kMaximize
    program.col_lower_, program.col_upper_ = np.zeros(matrix.shape[1]), np.ones(matrix.shape[1])
    program.row_lower_, program.row_upper_ = np.full(len(most), -highspy.kHighsInf), most
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
    program.a_matrix_.value_ = matrix.data
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003  its only form
    solver.setOptionValue("threads", 1)
    solver.passModel(program)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.flatnonzero(np.asarray(solver.getSolution().col_value) > 0.5)


def glop_arrays(town: Town) -> np.ndarray | None:
    """Solve the linear program with GLOP of OR-Tools, by the arrays beneath its model builder."""
    from ortools.linear_solver.python import model_builder_helper as helper  # noqa: PLC0415

    matrix, most = constraints(town)
    n_pairs = matrix.shape[1]
    model, solver = helper.ModelBuilderHelper(), helper.ModelSolverHelper("glop")
    bounds = np.zeros(n_pairs), np.ones(n_pairs), -worth(town), np.full(len(most), -np.inf), most
    model.fill_model_from_sparse_data(*bounds, matrix)
    solver.solve(model)
    if solver.status() != helper.SolveStatus.OPTIMAL:
        return None
    return np.flatnonzero(solver.variable_values() > 0.5)


def cp_sat(town: Town) -> np.ndarray | None:
    """Solve with CP-SAT, one worker: a truth a pair."""
    from ortools.sat.python import cp_model  # noqa: PLC0415

    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in range(len(town.rows))]
    for pairs in pairs_by(town.rows, len(town.units)):
        model.add_at_most_one(taken[pair] for pair in pairs)
    for pairs, most in zip(pairs_by(town.cols, len(town.capacity)), town.capacity.tolist(), strict=True):
        model.add(cp_model.LinearExpr.sum([taken[pair] for pair in pairs]) <= most)
    model.maximize(cp_model.LinearExpr.weighted_sum(taken, worth(town).astype(int).tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) != cp_model.OPTIMAL:  # without an optimum every value reads 0
        return None
    return np.flatnonzero([solver.boolean_value(one) for one in taken])


def pulp_cbc(town: Town) -> np.ndarray | None:
    """Solve the linear program with PuLP and the CBC that it brings."""
    import pulp  # noqa: PLC0415

    program = pulp.LpProblem("town", pulp.LpMaximize)
    taken = [program.add_variable(f"x{pair}", 0, 1) for pair in range(len(town.rows))]
    program.setObjective(pulp.LpAffineExpression(zip(taken, worth(town).tolist(), strict=True)))
    for pairs in pairs_by(town.rows, len(town.units)):
        program += pulp.lpSum(taken[pair] for pair in pairs) <= 1
    for pairs, most in zip(pairs_by(town.cols, len(town.capacity)), town.capacity.tolist(), strict=True):
        program += pulp.lpSum(taken[pair] for pair in pairs) <= most
    if program.solve(pulp.PULP_CBC_CMD(msg=False, threads=1)) != pulp.LpStatusOptimal:
        return None
    return np.flatnonzero([one.varValue > 0.5 for one in taken])


def networkx_simplex(town: Town) -> np.ndarray | None:
    """Solve the cold solve's network with ``network_simplex`` of networkx, in exact integers."""
    import networkx as nx  # noqa: PLC0415

    n, m = len(town.units), len(town.capacity)
    sink, top = n + m, int(town.gains.max(initial=1))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n), demand=-1)
    graph.add_node(sink, demand=n)
    pairs = list(zip(town.rows.tolist(), (town.cols + n).tolist(), strict=True))
    for (row, col), gain in zip(pairs, town.gains.tolist(), strict=True):
        graph.add_edge(row, col, capacity=1, weight=top - gain)
    graph.add_edges_from(((row, sink) for row in range(n)), capacity=1, weight=open_cost(town))
    for col, places in enumerate(town.capacity.tolist()):
        graph.add_edge(n + col, sink, capacity=places, weight=0)
    _, flow = nx.network_simplex(graph)
    return np.flatnonzero([flow[row][col] for row, col in pairs])


def our_matrix(town: Town) -> np.ndarray | None:
    """Solve with our own ``solve_matrix``, proof included, on a dense matrix with NaN where a pair is not eligible."""
    import servicematch as sm  # noqa: PLC0415

    scores = np.full((len(town.units), len(town.capacity)), np.nan)
    scores[town.rows, town.cols] = town.gains
    solution = sm.solve_matrix(scores, town.capacity, town.units)
    return find_pairs(town, solution.rows, solution.cols) if solution.status == "PROVED" else None


@dataclass(frozen=True)
class Rival:
    """A way to solve a town, and what must be installed for it: distribution and module."""

    solve: Callable[[Town], np.ndarray | None]
    package: str
    module: str


RIVALS = {
    "ours: solve_matrix (dense)": Rival(our_matrix, "servicematch", "servicematch"),
    "scipy linear_sum_assignment (dense)": Rival(scipy_dense, "scipy", "scipy"),
    "scipy min_weight_full_bipartite_matching": Rival(scipy_sparse, "scipy", "scipy"),
    "lapx lapjvx (dense)": Rival(lapx_dense, "lapx", "lap"),
    "lapx lapmod": Rival(lapx_sparse, "lapx", "lap"),
    "scipy linprog (HiGHS)": Rival(scipy_linprog, "scipy", "scipy"),
    "highspy (HiGHS)": Rival(highspy_arrays, "highspy", "highspy"),
    "OR-Tools GLOP": Rival(glop_arrays, "ortools", "ortools"),
    "OR-Tools CP-SAT, 1 worker": Rival(cp_sat, "ortools", "ortools"),
    "PuLP with CBC": Rival(pulp_cbc, "PuLP", "pulp"),
    "networkx network_simplex": Rival(networkx_simplex, "networkx", "networkx"),
}
