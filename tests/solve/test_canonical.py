"""One solution out of all optimal ones: the same for every engine, arc order and starting point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oracles import brute_force, value, without_fixed
from servicematch.solve import face, plain
from servicematch.solve.canonical import choose_canonical
from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.network import Network, cheapest_flow
from servicematch.solve.problem import Prices
from servicematch.solve.residual import tied_rows
from solve.towns import face_of, random_problems, table, tied_towns


def other_engine(seed):
    """Return a flow solver that sees arcs and nodes in another order, and so finds another of equally cheap flows."""
    rng = np.random.default_rng(seed)

    def solve(net):
        arcs, nodes = rng.permutation(len(net.tail)), rng.permutation(len(net.supply)).astype(np.int32)
        shuffled = Network(
            nodes[net.tail[arcs]],
            nodes[net.head[arcs]],
            net.capacity[arcs],
            net.cost[arcs],
            net.supply[np.argsort(nodes)],
        )
        answer = np.empty(len(arcs), dtype=np.int64)
        answer[arcs] = cheapest_flow(shuffled)
        return answer

    return solve


def use_engine(monkeypatch, seed):
    """Put another engine in the place of the real one."""
    monkeypatch.setattr(plain, "cheapest_flow", other_engine(seed))
    monkeypatch.setattr(face, "cheapest_flow", other_engine(seed))


def test_solution_does_not_depend_on_the_order_of_arcs(monkeypatch):
    """Six engines that break ties differently end in one solution, one list of ties, one price list."""
    towns = list(tied_towns(31, 100))
    expected = [solve_flow(problem) for problem in towns]
    raw = [{tuple(solve_flow(problem, FlowOptions(canonical=False)).chosen)} for problem in towns]
    for seed in range(6):
        use_engine(monkeypatch, seed)
        for problem, first, answers in zip(towns, expected, raw, strict=True):
            other = solve_flow(problem)
            assert other.chosen.tolist() == first.chosen.tolist()
            assert other.tied.tolist() == first.tied.tolist()
            assert other.objective == first.objective
            answers.add(tuple(solve_flow(problem, FlowOptions(canonical=False)).chosen))
    assert sum(len(answers) > 1 for answers in raw) > 10, "the engines do not differ enough to show anything"


def other_optimum(problem, rng):
    """Return another optimal choice, by solving with gains that differ a little."""
    wide = 1 + 4 * problem.n_pairs
    noisy = problem.gain * wide * wide + rng.integers(0, wide, problem.n_pairs)
    return solve_flow(replace(problem, gain=noisy), FlowOptions(canonical=False)).chosen


def test_solution_does_not_depend_on_the_optimum_it_starts_from():
    """From any optimal choice the same one is reached."""
    rng, n_moved = np.random.default_rng(32), 0
    for problem in tied_towns(32, 60):
        solution = solve_flow(problem)
        for _ in range(4):
            start = other_optimum(problem, rng)
            assert value(problem, start) == solution.objective
            assert choose_canonical(face_of(problem, start)).chosen.tolist() == solution.chosen.tolist()
            n_moved += start.tolist() != solution.chosen.tolist()
    assert n_moved > 20, "the starting points do not differ enough to show anything"


def dearest_prices(problem):
    """Return the highest exact prices: what is lost with a place less (anything where there is no place)."""
    best = brute_force(problem)
    tier, gain = np.zeros(problem.n_cols, dtype=np.int64), np.zeros(problem.n_cols, dtype=np.int64)
    for col in range(problem.n_cols):
        if problem.capacity[col] == 0:
            tier[col], gain[col] = problem.n_tiers, 10**9
            continue
        fewer = problem.capacity.copy()
        fewer[col] -= 1
        lost = [a - b for a, b in zip(best, brute_force(replace(problem, capacity=fewer)), strict=True)]
        classes = [problem.n_tiers - place for place, units in enumerate(lost[:-1]) if units]
        tier[col], gain[col] = (classes or [0])[0], lost[-1]
    return Prices(tier, gain)


def test_solution_does_not_depend_on_which_exact_prices_are_read():
    """Least and highest prices describe the same optimal face, though they differ."""
    n_different = 0
    for problem in tied_towns(33, 80):
        solution, dearest = solve_flow(problem), dearest_prices(problem)
        other = face_of(problem, solution.chosen, dearest)
        assert choose_canonical(other).chosen.tolist() == solution.chosen.tolist()
        assert tied_rows(other).tolist() == solution.tied.tolist()
        n_different += (dearest.gain != solution.prices.gain).any()
    assert n_different > 20


@pytest.mark.parametrize(("rank", "served"), [([0, 1], 0), ([1, 0], 1), ([5, -5], 1)])
def test_earlier_rank_is_served_when_tied(two_for_one_place, rank, served):
    """Who asked first is served first, if all else is equal."""
    problem = replace(two_for_one_place, rank=np.array(rank))
    assert solve_flow(problem).chosen.tolist() == [served]


def test_a_low_position_is_no_privilege():
    """Of rows that are equal in everything, a hash of their positions chooses, not the positions themselves."""
    problem = table([[5]] * 20, capacity=10)
    served = solve_flow(problem).chosen.tolist()
    assert len(served) == 10
    assert served != list(range(10))


def test_rank_never_beats_a_gain():
    """A gain of one micro-point more decides before any rank."""
    assert solve_flow(table([[5], [6]], rank=np.array([0, 1]))).chosen.tolist() == [1]


def test_rank_decides_who_of_class_0_gets_a_worthless_place():
    """Where gains are zero and nothing counts, a place is still given rather than not."""
    assert solve_flow(table([[0], [0]], tier=0, rank=np.array([1, 0]))).chosen.tolist() == [1]


def test_units_by_rank_are_the_best_of_all_equally_good_solutions():
    """Row by row in order of rank, no equally good solution serves the earlier rows better."""
    for problem in random_problems(34, 250):
        order = np.random.default_rng(problem.n_pairs).permutation(problem.n_rows)
        rank = np.empty(problem.n_rows, dtype=np.int64)
        rank[order] = np.arange(problem.n_rows)
        solution = solve_flow(replace(problem, rank=rank))
        served = np.bincount(problem.row[solution.chosen], minlength=problem.n_rows)
        served -= problem.need - without_fixed(problem).need
        assert tuple(served[order]) == brute_force(problem, order.tolist())[-problem.n_rows :]


def test_only_relabelling_changes_which_of_the_tied_wins(full_square):
    """The choice depends on positions alone: solved twice it is the same."""
    assert solve_flow(full_square).chosen.tolist() == solve_flow(full_square).chosen.tolist()


def test_face_without_free_pairs_is_left_alone():
    """A unique optimum is returned as it is."""
    problem = table([[9, 2], [4, 3]])
    assert choose_canonical(face_of(problem, [0, 3])).chosen.tolist() == [0, 3]


def test_long_ring_of_ties_is_decided():
    """Three thousand rows in a ring, each with two equal columns: two solutions that differ everywhere."""
    size = 3_000
    row = np.repeat(np.arange(size), 2)
    col = np.sort(np.stack([np.arange(size), (np.arange(size) + 1) % size], axis=1), axis=1).ravel()
    one = np.ones(size, dtype=np.int64)
    ring = replace(
        table([[0]]),
        row=row.astype(np.int32),
        col=col.astype(np.int32),
        gain=np.repeat(one, 2),
        need=one,
        capacity=one,
        tier=one,
    )
    first = solve_flow(ring)
    assert first.objective == (size, size)
    assert (
        choose_canonical(face_of(ring, np.setdiff1d(np.arange(2 * size), first.chosen))).chosen.tolist()
        == first.chosen.tolist()
    )
