"""What can still move: ties, and rows that lost one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oracles import brute_force
from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.residual import build_residual, movable, tied_rows, without_row_slack
from solve.towns import face_of, table, tied_towns


def lost_a_tie(problem, chosen):
    """Find by brute force the rows that have fewer units here than in another solution just as good."""
    served = np.bincount(problem.row[chosen], minlength=problem.n_rows)
    return [row for row in range(problem.n_rows) if brute_force(problem, [row])[-1] > served[row]]


def test_tied_rows_are_those_that_brute_force_finds():
    """A row is tied when another solution just as good gives it a unit more, partly served rows included."""
    n_tied = n_partly = 0
    for problem in tied_towns(41, 400):
        solution = solve_flow(problem)
        tied = lost_a_tie(problem, solution.chosen)
        assert solution.tied.tolist() == tied
        served = np.bincount(problem.row[solution.chosen], minlength=problem.n_rows)
        n_tied += len(tied)
        n_partly += (served[tied] > 0).sum()
    assert min(n_tied - 50, n_partly - 5) > 0, "too few ties to show anything"


def test_tied_rows_speak_of_the_solution_at_hand():
    """Without the canonical stage other rows lose, and those are named."""
    for problem in tied_towns(42, 150):
        solution = solve_flow(problem, FlowOptions(canonical=False))
        assert solution.tied.tolist() == lost_a_tie(problem, solution.chosen)


def test_loser_of_a_tie_is_named(two_for_one_place):
    """Both rows are worth as much at the only place; whoever does not have it lost a tie."""
    solution = solve_flow(two_for_one_place)
    assert sorted([*solution.chosen.tolist(), *solution.tied.tolist()]) == [0, 1]


def test_partly_served_row_that_could_have_more_is_tied(partly_served):
    """Row 0 has one unit of two, and could have both if row 1 had none."""
    assert solve_flow(replace(partly_served, rank=np.array([1, 0]))).tied.tolist() == [0]


def test_partly_served_row_that_could_only_swap_is_not_tied():
    """Row 0 may use either place but never both, because row 1 is worth more: it lost no tie."""
    problem = table([[5, 5], [9, 9]], need=np.array([2, 1]))
    assert solve_flow(problem).tied.tolist() == []


def test_row_that_lost_by_a_gain_is_not_tied():
    """One micro-point less is no tie."""
    assert solve_flow(table([[5], [4]])).tied.tolist() == []


def test_movable_pairs_are_those_that_differ_between_optima(full_square):
    """In a square of equals every pair moves; with one cell better, its row and column are settled."""
    assert movable(face_of(full_square, [0, 4, 8])).all()
    settled = replace(full_square, gain=np.array([8, 7, 7, 7, 7, 7, 7, 7, 7]))
    face = face_of(settled, [0, 4, 8])
    assert face.pairs[movable(face)].tolist() == [4, 5, 7, 8]


def test_without_row_slack_every_row_keeps_its_units(two_for_one_place):
    """Once the units by row are settled, nobody can lose the place to another row."""
    face = face_of(two_for_one_place, [0])
    assert movable(face).all()
    assert not movable(without_row_slack(face)).any()
    assert tied_rows(face).tolist() == [1]


def test_residual_arcs_point_both_ways(two_for_one_place):
    """The chosen pair may be dropped, the other added; the loser comes from outside, the winner may leave."""
    residual = build_residual(face_of(two_for_one_place, [0]))
    tail, head = residual.graph.nonzero()
    assert set(zip(tail.tolist(), head.tolist(), strict=True)) == {(2, 0), (1, 2), (0, 3), (3, 1)}
    assert residual.outside == 3
