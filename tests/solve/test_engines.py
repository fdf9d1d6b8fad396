"""Near and warm against flow: another way, the very same solution."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest
from hypothesis import given, settings

from oracles import stranger_bound
from servicematch.base.errors import SolverError
from servicematch.solve import canonical, core, face, near, network
from servicematch.solve.flow import ENGINES, FlowOptions, solve_flow
from solve.engines import COMPILED, any_towns, by, facts, problem_of_pairs, wide_town
from solve.towns import problems, random_problems, tied_towns

pytest.importorskip("numba")

every_compiled_engine = pytest.mark.parametrize("engine", COMPILED)


@pytest.fixture(params=["ties to warm", "ties to flow"])
def ties(request, monkeypatch):
    """Leave near pairs that tie to augmenting paths, as usual, or to OR-Tools like all others."""
    if request.param == "ties to flow":
        monkeypatch.setattr(near, "NearOptions", partial(near.NearOptions, ties_per_unit=1e9))
    return request.param


@cache
def towns():
    """Draw towns of every kind and solve them by flow, once for all engines."""
    return [(problem, facts(by("flow")(problem))) for problem in any_towns(101, 600)]


@cache
def towns_with_ties():
    """Draw towns with many optima and solve them by flow, once for all engines."""
    drawn = tied_towns(102, 150, max_rows=30, max_cols=10)
    return [(problem, facts(by("flow")(problem))) for problem in drawn]


def ways_taken(engine, towns_and_facts):
    """Assert that an engine finds the solution of flow in every town; count which way was taken."""
    ways = Counter()
    for problem, expected in towns_and_facts:
        solution = by(engine)(problem)
        assert facts(solution) == expected, problem
        ways[solution.solver] += 1
    return ways


def test_near_solution_is_that_of_flow_on_towns_of_every_kind(ties):
    """Objective, bound, pairs, prices and ties are the same, and flow is hardly ever fallen back on."""
    ways = ways_taken("near", towns())
    assert ways["near"] > (400 if ties == "ties to warm" else 550), ways
    assert ways["flow"] < 20, ways


def test_warm_solution_is_that_of_flow_on_towns_of_every_kind():
    """The same of the other engine."""
    assert ways_taken("warm", towns())["warm"] > 550


@pytest.mark.usefixtures("ties")
def test_near_solution_is_that_of_flow_where_gains_tie():
    """Many optima, one canonical choice."""
    assert ways_taken("near", towns_with_ties())["flow"] < 20


def test_warm_solution_is_that_of_flow_where_gains_tie():
    """The same of the other engine."""
    assert ways_taken("warm", towns_with_ties())["warm"] > 130


def test_rows_served_one_by_one_are_those_of_the_flow(monkeypatch):
    """Whether ranks are decided by a flow or by a compiled loop, the same rows are served."""
    monkeypatch.setattr(canonical, "_MANY", 1)
    drawn = [*towns(), *towns_with_ties()]
    n_called, loop = Counter(), canonical._one_by_one

    def counted(free, worth):
        found = loop(free, worth)
        n_called[found is not None] += 1
        return found

    monkeypatch.setattr(canonical, "_one_by_one", counted)
    ways_taken("flow", drawn)
    assert n_called[True] > 200, n_called


@pytest.mark.parametrize("budget", [0, 1])
def test_serving_one_by_one_may_give_up(monkeypatch, budget):
    """Too long a search ends in the flow, with the same rows."""
    monkeypatch.setattr(canonical, "_MANY", 1)
    monkeypatch.setattr(canonical, "_LOOKS_PER_PAIR", budget)
    ways_taken("flow", towns_with_ties())


@settings(deadline=None, max_examples=150)
@given(problem=problems())
def test_solution_is_that_of_flow_on_whatever_hypothesis_finds(problem):
    """The smallest towns have the strangest shapes."""
    expected = facts(by("flow")(problem))
    assert all(facts(by(engine)(problem)) == expected for engine in COMPILED)


@every_compiled_engine
@pytest.mark.parametrize("tightness", [0.5, 1.0, 1.5])
@pytest.mark.parametrize("density", [0.1, 1.0])
def test_wide_towns_are_solved_by_few_pairs(engine, tightness, density):
    """OR-Tools sees less than half of the pairs, or none, and the solution is that of all of them."""
    rng = np.random.default_rng(round(100 * tightness))
    problem = wide_town(rng, tightness=tightness, density=density)
    solution = by(engine)(problem)
    assert facts(solution) == facts(by("flow")(problem))
    assert solution.solver == engine
    assert solution.n_pairs_solved == 0 if engine == "warm" else 0 < solution.n_pairs_solved < problem.n_pairs / 2
    prices = (solution.prices.tier.tolist(), solution.prices.gain.tolist())
    assert stranger_bound(problem, *prices) == solution.objective


@every_compiled_engine
@pytest.mark.parametrize("n_tiers", [1, 3])
def test_wide_towns_with_units_and_classes_are_solved(engine, n_tiers):
    """Rows of several units and classes from 0 on, short of places."""
    rng = np.random.default_rng(n_tiers)
    plain = wide_town(rng, tightness=1.2)
    tier = rng.integers(0, n_tiers + 1, 300)
    problem = replace(plain, need=rng.integers(0, 4, 300), tier=tier, n_tiers=-1)
    solution = by(engine)(problem)
    assert facts(solution) == facts(by("flow")(problem))
    assert solution.solver == engine


@every_compiled_engine
@pytest.mark.parametrize("need", [2**31 - 1, 2**40, 2**60])
def test_needs_far_above_the_pairs_are_only_open_rows(engine, need):
    """However many units are wanted, there are no more than pairs: no sum wraps, no array is as long as the need."""
    for problem in random_problems(106, 20):
        hungry = replace(problem, need=np.where(np.arange(problem.n_rows) == 0, need, problem.need))
        assert facts(by(engine)(hungry)) == facts(by("flow")(hungry))


def test_flow_says_that_it_saw_all_pairs():
    """So that the two can be compared."""
    problem = wide_town(np.random.default_rng(7))
    assert by("flow")(problem).n_pairs_solved == problem.n_pairs


@pytest.mark.usefixtures("ties")
def test_near_solution_does_not_depend_on_the_order_of_arcs(monkeypatch):
    """A flow solver that breaks ties differently on the near pairs changes nothing."""
    drawn = list(tied_towns(103, 100, max_rows=30, max_cols=10))
    expected = [facts(by("near")(problem)) for problem in drawn]
    rng = np.random.default_rng(104)

    def shuffled(net):
        order = rng.permutation(len(net.tail))
        arcs = network.Network(net.tail[order], net.head[order], net.capacity[order], net.cost[order], net.supply)
        answer = np.empty(len(order), dtype=np.int64)
        answer[order] = network.cheapest_flow(arcs)
        return answer

    monkeypatch.setattr(core, "cheapest_flow", shuffled)
    monkeypatch.setattr(face, "cheapest_flow", shuffled)
    assert [facts(by("near")(problem)) for problem in drawn] == expected


@every_compiled_engine
def test_without_the_canonical_stage_the_value_is_the_same(engine):
    """Which of the optima it is may differ, how good it is may not."""
    for problem in random_problems(105, 100):
        expected = by("flow")(problem)
        solution = by(engine)(problem, canonical=False)
        assert solution.objective == solution.bound == expected.objective
        assert solution.prices.gain.tolist() == expected.prices.gain.tolist()


@every_compiled_engine
def test_faked_flow_among_the_near_pairs_is_an_error(engine, monkeypatch):
    """An answer that gives nobody anything is refused, not returned; the warm way never asks for it."""
    monkeypatch.setattr(core, "cheapest_flow", lambda net: np.zeros(len(net.tail), dtype=np.int64))
    problem = wide_town(np.random.default_rng(8), tightness=1.5)
    if engine == "warm":
        assert by(engine)(problem).solver == "warm"
        return
    with pytest.raises(SolverError, match="near pairs breaks a need"):
        by(engine)(problem)


def town_of_size(n_rows, per_row):
    """Make a town by its numbers only."""
    row, col = np.repeat(np.arange(n_rows), per_row), np.tile(np.arange(per_row), n_rows)
    ones = np.ones(n_rows, dtype=np.int64)
    return problem_of_pairs(row, col, np.zeros(n_rows * per_row), ones, np.ones(per_row), ones)


@pytest.mark.parametrize(
    ("n_rows", "per_row", "way"),
    [(1_249, 4, "flow"), (1_250, 4, "warm"), (1_000, 5, "flow"), (99_999, 5, "flow"), (100_000, 5, "near")],
)
def test_auto_goes_by_the_number_of_pairs(n_rows, per_row, way):
    """Small towns by flow, thin ones by warm, large ones by near; each bound from both sides."""
    assert FlowOptions().way(town_of_size(n_rows, per_row)) == way


@pytest.mark.parametrize(
    ("changes", "way"),
    [
        ({}, "near"),
        ({"tier": [1, 2]}, "flow"),
        ({"tier": [1, 2], "places": 89_000}, "flow"),
        ({"tier": [1, 2], "places": 90_000}, "near"),
        ({"tier": [1, 2], "reach": 20}, "near"),
        ({"tier": [1, 2], "reach": 20, "units": 2}, "flow"),
        ({"units": 2}, "near"),
    ],
)
def test_auto_leaves_scarce_places_for_several_classes_to_the_flow(changes, way):
    """There the auction is given up after as long as the flow takes; asked for by name it is tried all the same."""
    problem = scarce_town(**changes)
    assert FlowOptions().way(problem) == way
    assert FlowOptions(engine="near").way(problem) == "near"


def scarce_town(*, tier=(1, 1), units=1, places=50_000, reach=200):
    """Make 100,000 rows that reach five columns each, of ``reach`` in all; half the rows are of each tier."""
    row, col = np.repeat(np.arange(100_000), 5), np.tile(np.arange(5), 100_000)
    capacity = np.where(np.arange(reach) < 5, places // 5, 0)
    need = np.full(100_000, units, dtype=np.int64)
    return problem_of_pairs(row, col, np.zeros(500_000), need, capacity, np.repeat(tier, 50_000))


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "auto"])
def test_forced_engine_is_tried_whatever_the_size(engine):
    """A caller may force or forbid a way."""
    assert FlowOptions(engine=engine).way(town_of_size(2, 2)) == engine


def test_unknown_engine_is_refused_by_name():
    """A misspelt engine must not be the default one in silence."""
    with pytest.raises(SolverError, match="expected one of auto, flow, near, warm, got 'Near'"):
        solve_flow(town_of_size(2, 2), FlowOptions(engine="Near"))
