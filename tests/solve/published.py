"""Published optima, restated as facts: small cases from the tests of other projects, with the answer they assert."""

from __future__ import annotations

# Each row to another column at the least total cost (None: forbidden). OR-Tools (Apache-2.0) and scipy (BSD-3-Clause).
ASSIGNMENTS = {
    "ortools.assignment_min_flow": ([[90, 76, 75, 70], [35, 85, 55, 65], [125, 95, 90, 105], [45, 110, 95, 115]], 265),
    "ortools.linear_assignment_test.OptimumMatching7": (
        [[90, 76, 75, 80], [35, 85, 55, 65], [125, 95, 90, 105], [45, 110, 95, 115]],
        275,
    ),
    "ortools.min_cost_flow_test.Small4x4Matrix": (
        [[90, 75, 75, 80], [35, 85, 55, 65], [125, 95, 90, 105], [45, 110, 95, 115]],
        275,
    ),
    "scipy.lsa.5": ([[400, 150, 400], [400, 450, 600], [300, 225, 300]], 850),
    "scipy.lsa.6": ([[400, 150, 400, 1], [400, 450, 600, 2], [300, 225, 300, 3]], 452),
    "scipy.lsa.7": ([[10, 10, 8], [9, 8, 1], [9, 7, 4]], 18),
    "scipy.lsa.8": ([[10, 10, 8, 11], [9, 8, 1, 1], [9, 7, 4, 10]], 15),
    "scipy.lsa.9": ([[10, None, None], [None, None, 1], [None, 7, None]], 18),
}

# The same at the largest total.
LARGEST = ([[90, 75, 75, 80], [35, 85, 55, 65], [125, 95, 90, 105], [45, 110, 95, 115]], 400)

# Supplies, demands, costs, least cost: OR-Tools, min_cost_flow_test.cc.
TRANSPORTATION = {
    "ortools.min_cost_flow_test.Test2": (
        [20, 10, 25],
        [11, 13, 17, 14],
        [[1, 6, 3, 5], [7, 3, 1, 6], [9, 4, 5, 3]],
        138,
    ),
    "ortools.min_cost_flow_test.Test3": ([20, 10, 25], [11, 13, 17, 14], [[0, 0, 1, 1], [1, 1, 0, 1], [0, 1, 0, 0]], 0),
}

# Papers x reviewers: scores (largest) or costs (least), None where the pair is excluded; reviewers a paper, papers a
# reviewer at most; total. Minimum loads, where the case has them, do not bind. openreview-matcher (MIT).
REVIEWERS = {
    "minmax.finds_lowest_cost": ("min", [[0, 1, 1, 2], [1, 0, 1, 2], [1, 1, 0, 0]], [1, 1, 2], [2, 2, 2, 2], 0),
    "minmax.respects_constraints": (
        "min",
        [[1, 1, 1, None], [1, 1, 1, None], [1, None, None, 1], [1, None, None, 1], [1, 1, 1, 1]],
        [2, 2, 2, 2, 2],
        [3, 3, 3, 3],
        10,
    ),
    "minmax.lowest_cost_and_constraints": (
        "min",
        [[-10, None, 1, -10], [1, -10, -10, None], [1, -10, -10, None], [-10, None, None, -10], [-10, 1, None, -10]],
        [2, 2, 2, 2, 2],
        [3, 3, 3, 3],
        -100,
    ),
    "minmax.everyone_gets_two": (
        "min",
        [
            [1, 1, 1, 1, 1, 1],
            [1, 1, 1, 1, 1, 1],
            [1, 1, 1, 1, 1, 1],
            [1, 1, 1, 1, 1, 1],
            [1, 1, 1, 1, 1, 1],
            [1, 1, 1, 1, 1, 1],
        ],
        [2, 2, 2, 2, 2, 2],
        [3, 3, 3, 3, 3, 3],
        12,
    ),
    "minmax.paper_with_zero_demand": (
        "max",
        [[0.2, 0.5, 0.2, 0.7], [0.1, 0.2, 0, 0.9], [0.4, 0.3, 0.6, 0.3]],
        [2, 1, 0],
        [2, 2, 2, 2],
        2.1,
    ),
    "fair.custom_demands": (
        "max",
        [[0.2, 0.5, 0.2, 0.7], [0.1, 0.2, 0, 0.9], [0.4, 0.3, 0.6, 0.3]],
        [2, 1, 3],
        [2, 2, 2, 2],
        3.4,
    ),
    "fair.custom_supply": (
        "max",
        [[0.2, 0.5, 0.2, 0.7], [0.1, 0.2, 0, 0.9], [0.4, 0.3, 0.6, 0.3]],
        [2, 2, 2],
        [2, 1, 3, 1],
        2.7,
    ),
}

# Demands (positive: wants units in) and arcs (tail, head, capacity or None, cost); least cost. networkx,
# test_mincost.py and test_networksimplex.py (BSD-3-Clause).
FLOWS = {
    "simple_digraph": (
        {"a": -5, "d": 5, "b": 0, "c": 0},
        [("a", "b", 4, 3), ("a", "c", 10, 6), ("b", "d", 9, 1), ("c", "d", 5, 2)],
        24,
    ),
    "transshipment": (
        {"a": 1, "b": -2, "c": -2, "d": 3, "e": -4, "f": -4, "g": 3, "h": 2, "r": 3},
        [
            ("a", "c", None, 3),
            ("b", "a", None, 9),
            ("b", "r", None, -6),
            ("c", "d", None, 5),
            ("e", "r", None, 4),
            ("e", "f", None, 3),
            ("f", "d", None, 7),
            ("f", "h", None, 12),
            ("f", "g", None, -1),
            ("g", "d", None, 12),
            ("h", "b", None, 4),
            ("h", "g", None, -10),
            ("r", "a", None, 2),
            ("r", "c", None, 0),
        ],
        41,
    ),
    "max_flow_min_cost": (
        {"s": -5, "a": 0, "c": 0, "b": 0, "d": 0, "t": 5},
        [
            ("s", "a", 6, 0),
            ("s", "c", 10, 10),
            ("a", "b", None, 6),
            ("c", "d", None, 10),
            ("b", "d", 8, 7),
            ("d", "t", 5, 5),
        ],
        90,
    ),
    "digraph1": (
        {"1": -20, "4": 5, "5": 15, "2": 0, "3": 0},
        [
            ("1", "2", 15, 4),
            ("1", "3", 8, 4),
            ("4", "5", None, 2),
            ("5", "3", 4, 1),
            ("2", "3", None, 2),
            ("2", "4", 4, 2),
            ("2", "5", 10, 6),
            ("3", "4", 15, 1),
            ("3", "5", 5, 3),
        ],
        150,
    ),
    "digraph2": (
        {"s": -32, "1": 0, "2": 0, "3": 0, "4": 0, "5": 0, "6": 0, "t": 32},
        [
            ("s", "1", 12, 0),
            ("s", "2", 6, 0),
            ("s", "3", 14, 0),
            ("1", "2", 11, 4),
            ("1", "4", 5, 5),
            ("1", "5", 2, 12),
            ("2", "3", 9, 6),
            ("2", "5", 4, 4),
            ("2", "6", 2, 6),
            ("3", "6", 31, 3),
            ("4", "5", 18, 4),
            ("4", "t", 3, 0),
            ("5", "6", 9, 5),
            ("5", "t", 7, 0),
            ("6", "t", 22, 0),
        ],
        193,
    ),
    "digraph3": (
        {"s": -4, "a": 0, "b": 0, "t": 4},
        [("s", "a", 2, 4), ("s", "b", 2, 1), ("a", "b", 5, 2), ("a", "t", 1, 5), ("b", "a", 1, 3), ("b", "t", 3, 2)],
        23,
    ),
    "zero_capacity_edges": (
        {"1": -1, "2": -1, "5": 0, "3": 0, "4": 2},
        [
            ("1", "2", 1, 1),
            ("1", "5", 1, 1),
            ("2", "3", 0, 1),
            ("2", "5", 1, 1),
            ("5", "3", 2, 1),
            ("5", "4", 0, 1),
            ("3", "4", 2, 1),
        ],
        6,
    ),
    "digon": (
        {"1": 0, "2": -4, "3": 4},
        [("1", "2", 3, 600000), ("2", "1", 2, 0), ("2", "3", 5, 714285), ("3", "2", 2, 0)],
        2857140,
    ),
    "finite_capacity_neg_digon": ({"a": 0, "b": 0}, [("a", "b", 1, -1), ("b", "a", 1, -1)], -2),
    "bone_shaped": (
        {"0": -4, "1": 2, "2": 2, "3": 4, "4": -2, "5": -2},
        [("0", "1", 4, 0), ("0", "2", 4, 0), ("0", "3", 0, 0), ("4", "3", 4, 0), ("5", "3", 4, 0)],
        0,
    ),
    "google_or_tools_example": (
        {"0": -20, "1": 0, "2": 0, "3": 5, "4": 15},
        [
            ("0", "1", 15, 4),
            ("0", "2", 8, 4),
            ("1", "2", 20, 2),
            ("1", "3", 4, 2),
            ("1", "4", 10, 6),
            ("2", "3", 15, 1),
            ("2", "4", 4, 3),
            ("3", "4", 20, 2),
            ("4", "2", 5, 3),
        ],
        150,
    ),
    "google_or_tools_example2": (
        {"0": -23, "1": 0, "2": 0, "3": 5, "4": 15, "5": 3},
        [
            ("0", "1", 15, 4),
            ("0", "2", 8, 4),
            ("1", "2", 20, 2),
            ("1", "3", 4, 2),
            ("1", "4", 10, 6),
            ("2", "3", 15, 1),
            ("2", "4", 4, 3),
            ("3", "4", 20, 2),
            ("3", "5", 10, 4),
            ("4", "2", 5, 3),
        ],
        183,
    ),
    "network_simplex_faux_infinity": (
        {"s0": -4, "s1": -4, "ns": 0, "nc": 0, "c0": 4, "c1": 4},
        [
            ("s0", "ns", 1000000000, 1),
            ("s1", "ns", None, 1000000000),
            ("ns", "nc", None, 1),
            ("nc", "c0", None, 1),
            ("nc", "c1", None, 1),
        ],
        4000000020,
    ),
    "network_simplex_faux_infinity 2": (
        {"s0": -4, "s1": -4, "ns": 0, "nc": 0, "c0": 4, "c1": 4},
        [
            ("s0", "ns", None, 1),
            ("s1", "ns", None, 1000000000),
            ("ns", "nc", None, 1),
            ("nc", "c0", None, 1),
            ("nc", "c1", None, 1),
        ],
        4000000020,
    ),
    "network_simplex_faux_infinity 3": (
        {"s0": -4, "s1": -4, "ns": 0, "nc": 0, "c0": 4, "c1": 4},
        [
            ("s0", "ns", 1000000000, 1),
            ("s1", "ns", None, 1),
            ("ns", "nc", None, 1),
            ("nc", "c0", None, 1),
            ("nc", "c1", None, 1),
        ],
        24,
    ),
    "network_simplex_faux_infinity 4": (
        {"s0": -4, "s1": -4, "ns": 0, "nc": 0, "c0": 4, "c1": 4},
        [
            ("s0", "ns", None, 1),
            ("s1", "ns", None, 1),
            ("ns", "nc", None, 1),
            ("nc", "c0", None, 1),
            ("nc", "c1", None, 1),
        ],
        24,
    ),
}
