"""All optimal solutions at once: in every one, in none, or free."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from oracles import breaks, brute_force, value
from servicematch.solve.face import cheapest_on_face, move, narrow
from servicematch.solve.flow import solve_flow
from servicematch.solve.matching import index_matching
from servicematch.solve.residual import movable
from solve.towns import face_of, table, tied_towns


def all_best(problem):
    """List every optimal choice of pairs."""
    best = brute_force(problem)
    choices = (choice for size in range(problem.n_pairs + 1) for choice in combinations(range(problem.n_pairs), size))
    return [
        choice
        for choice in choices
        if value(problem, choice) == best and not breaks(problem, np.array(choice, dtype=int))
    ]


def test_free_pairs_that_move_are_those_in_some_optimum_but_not_in_all():
    """Enumerated on tiny towns: what the face holds fixed is fixed, what moves on it does differ somewhere."""
    n_different = 0
    for problem in tied_towns(81, 150, max_rows=4, max_cols=3):
        optima = all_best(problem)
        some, every = set().union(*map(set, optima)), set(optima[0]).intersection(*map(set, optima))
        face = face_of(problem, solve_flow(problem).chosen)
        moving = set(face.pairs[movable(face)].tolist())
        assert some - every <= moving
        assert all(pair in some for pair in moving)
        n_different += len(some - every)
    assert n_different > 50


def test_any_cost_on_the_face_gives_an_optimum():
    """Costs drawn at random choose among optima and never leave them; the choice is the cheapest of all."""
    rng = np.random.default_rng(82)
    for problem in tied_towns(83, 100, max_rows=4, max_cols=3):
        face = face_of(problem, solve_flow(problem).chosen)
        price = np.zeros(problem.n_pairs, dtype=np.int64)
        price[face.pairs] = rng.integers(0, 1000, len(face.pairs))
        if len(face.pairs) == 0:
            continue
        chosen = cheapest_on_face(face, price[face.pairs]).chosen
        assert not breaks(problem, chosen)
        assert value(problem, chosen) == brute_force(problem)
        assert price[chosen].sum() == min(price[list(choice)].sum() for choice in all_best(problem))


def test_unique_optimum_has_only_its_own_pairs(must_step_aside):
    """What is worse by one is not on the face, so nothing moves."""
    face = face_of(must_step_aside, [1, 2])
    assert not movable(face).any()


def test_loose_sides_are_those_without_worth(two_for_one_place):
    """Either row may stay open without loss; the place may not."""
    face = face_of(two_for_one_place, [0])
    assert (face.row_is_loose.tolist(), face.col_is_loose.tolist()) == ([True, True], [False])
    alone = face_of(table([[5]], capacity=2), [0])
    assert (alone.row_is_loose.tolist(), alone.col_is_loose.tolist()) == ([False], [True])


def test_open_cost_decides_which_row_stays_open(two_for_one_place):
    """Whoever costs less is left open."""
    face = face_of(two_for_one_place, [0])
    no_cost = np.zeros(2, dtype=np.int64)
    assert cheapest_on_face(face, no_cost, np.array([1, 2])).chosen.tolist() == [1]
    assert cheapest_on_face(face, no_cost, np.array([2, 1])).chosen.tolist() == [0]


def test_narrowed_face_keeps_the_rest_as_it_is(full_square):
    """Pairs that are no longer free stay chosen or unchosen."""
    face = face_of(full_square, [0, 4, 8])
    corner = narrow(face, np.isin(face.pairs, [0, 1, 3, 4]))
    cost = np.array([9, 0, 0, 9])
    assert cheapest_on_face(corner, cost).chosen.tolist() == [1, 3, 8]


def test_moved_face_is_the_same_seen_from_elsewhere(full_square):
    """Only the matching at hand changes."""
    face = face_of(full_square, [0, 4, 8])
    moved = move(face, index_matching(full_square, np.array([1, 3, 8])))
    assert moved.pairs.tolist() == face.pairs.tolist()
    assert moved.pairs[moved.is_chosen].tolist() == [1, 3, 8]
