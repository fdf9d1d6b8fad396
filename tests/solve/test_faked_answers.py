"""A flow solver that lies: whatever it answers comes out as an error or as a true optimum, never as a false proof."""

from __future__ import annotations

import numpy as np
import pytest
from ortools.graph.python import min_cost_flow

from oracles import breaks, brute_force, value
from servicematch.base.errors import SolverError
from servicematch.solve import face, network, plain
from servicematch.solve.flow import solve_flow
from solve.towns import random_problems, table

honest = network.cheapest_flow


@pytest.fixture
def town():
    """Three rows at two columns of one place: the best leaves row 1 open, and no two choices are equally good."""
    return table([[9, 2], [4, 3], [5, 8]])


def everything(net):
    """Send a unit through every arc."""
    return np.ones(len(net.tail), dtype=np.int64)


def nothing(net):
    """Send nothing anywhere."""
    return np.zeros(len(net.tail), dtype=np.int64)


def negative(net):
    """Send less than nothing."""
    return honest(net) - 5


def twice(net):
    """Send everything twice."""
    return honest(net) * 2


def reversed_order(net):
    """Give the right flows to the wrong arcs."""
    return honest(net)[::-1].copy()


def dearest(net):
    """Answer with the worst flow instead of the best."""
    return honest(network.Network(net.tail, net.head, net.capacity, net.cost.max(initial=0) - net.cost, net.supply))


LIES = [everything, nothing, negative, twice, reversed_order, dearest]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_lie_of_the_main_flow_is_refused(monkeypatch, town, lie):
    """The town has one best choice, which none of these answers is."""
    monkeypatch.setattr(plain, "cheapest_flow", lie)
    with pytest.raises(SolverError):
        solve_flow(town)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_lie_in_all_flows_is_never_proved(monkeypatch, lie):
    """On any town, a lying solver gives an error or, by luck, the truth."""
    towns = [(problem, brute_force(problem)) for problem in random_problems(21, 60)]
    monkeypatch.setattr(plain, "cheapest_flow", lie)
    monkeypatch.setattr(face, "cheapest_flow", lie)
    assert count_refused(towns) > 0


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_lie_in_the_choice_among_ties_is_never_proved(monkeypatch, lie):
    """The last stage is checked as well: its answer must keep the value and break no rule."""
    towns = [(problem, brute_force(problem)) for problem in random_problems(22, 60)]
    monkeypatch.setattr(face, "cheapest_flow", lie)
    assert count_refused(towns) < len(towns)  # towns without ties never ask it


def count_refused(towns):
    """Accept an error or the truth, nothing else; count the errors."""
    n_refused = 0
    for problem, best in towns:
        try:
            solution = solve_flow(problem)
        except SolverError:
            n_refused += 1
            continue
        assert not breaks(problem, solution.chosen)
        assert solution.objective == solution.bound == best == value(problem, solution.chosen)
    return n_refused


def test_choice_among_ties_that_breaks_a_capacity_is_refused(monkeypatch, full_square):
    """All three rows at column 0 are worth as much as a square, and break a capacity."""

    def all_at_column_0(net):
        answer = np.zeros(len(net.tail), dtype=np.int64)
        answer[[0, 3, 6]] = 1
        return answer

    monkeypatch.setattr(face, "cheapest_flow", all_at_column_0)
    with pytest.raises(SolverError):
        solve_flow(full_square)


class Engine:
    """A stand-in for SimpleMinCostFlow whose answers are set by the test."""

    OPTIMAL, INFEASIBLE, BAD_RESULT = range(3)
    status, answer = OPTIMAL, None

    def add_arcs_with_capacity_and_unit_cost(self, tail, head, capacity, cost):
        """Give each arc a number."""
        return np.arange(len(tail))

    def set_nodes_supplies(self, nodes, supplies):
        """Take them."""

    def solve(self):
        """Answer or raise as told."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.status

    def flows(self, arcs):
        """Answer as told, and only after OPTIMAL."""
        assert self.status == self.OPTIMAL
        return self.answer(len(arcs))


def use(monkeypatch, **answers):
    """Put a faked engine in the place of the real one."""
    monkeypatch.setattr(min_cost_flow, "SimpleMinCostFlow", type("Faked", (Engine,), answers))


@pytest.mark.parametrize(("status", "name"), [(1, "INFEASIBLE"), (2, "BAD_RESULT"), (99, "99")])
def test_status_other_than_optimal_is_an_error_that_names_it(monkeypatch, town, status, name):
    """Every problem built here has a flow, so another status is news that must reach the reader."""
    use(monkeypatch, status=status)
    with pytest.raises(SolverError, match=name):
        solve_flow(town)


@pytest.mark.parametrize(
    "error", [RuntimeError("engine"), MemoryError(), TypeError("overload"), ValueError("x")], ids=repr
)
def test_exception_of_the_engine_is_a_solver_error(monkeypatch, town, error):
    """Whoever catches the library's errors also catches those of the engine under it."""
    use(monkeypatch, answer=error)
    with pytest.raises(SolverError):
        solve_flow(town)


ANSWERS = {
    "too few flows": lambda n_arcs: np.zeros(n_arcs - 1, dtype=np.int64),
    "no flows": lambda n_arcs: np.zeros(0, dtype=np.int64),
    "one flow": lambda n_arcs: np.ones(1, dtype=np.int64),
    "half flows": lambda n_arcs: np.full(n_arcs, 0.5),
    "NaN": lambda n_arcs: np.full(n_arcs, np.nan),
    "None": lambda n_arcs: None,
    "a column": lambda n_arcs: np.ones((n_arcs, 1), dtype=np.int64),
}


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
@pytest.mark.parametrize("answer", ANSWERS)
def test_garbage_of_the_engine_is_a_solver_error(monkeypatch, town, answer):
    """OPTIMAL with an answer of the wrong kind or size is no answer."""
    use(monkeypatch, answer=staticmethod(ANSWERS[answer]))
    with pytest.raises(SolverError):
        solve_flow(town)
