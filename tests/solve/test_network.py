"""The door to OR-Tools: everything that it would take silently, or crash on, is refused before it gets there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from ortools.graph.python import min_cost_flow

from servicematch.base.errors import SolverError
from servicematch.solve.network import Network, cheapest_flow, largest_cost


def ids(*values):
    """Make node ids."""
    return np.array(values, dtype=np.int32)


def two_arcs(**changes):
    """Two parallel arcs for two units: one unit each, at cost 3 and 9."""
    whole = Network(ids(0, 0), ids(1, 1), np.array([1, 5]), np.array([3, 9]), np.array([2, -2]))
    return replace(whole, **changes)


def refused(**changes):
    """Assert that the changed network is an error before any solver is made, which might crash."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(min_cost_flow, "SimpleMinCostFlow", lambda: pytest.fail("the raw solver was reached"))
        with pytest.raises(SolverError):
            cheapest_flow(two_arcs(**changes))
    return True


def test_cheaper_arc_is_filled_first():
    """The network that the traps below are made of has a known answer when nothing is wrong with it."""
    assert cheapest_flow(two_arcs()).tolist() == [1, 1]


def test_flows_are_int64_one_an_arc_even_without_arcs():
    """An empty network is legal: nothing asked, nothing sent."""
    no = np.empty(0, dtype=np.int64)
    flow = cheapest_flow(Network(ids(), ids(), no, no, np.array([0])))
    assert (flow.dtype, flow.shape) == (np.dtype(np.int64), (0,))


def test_float_costs_are_refused():
    """OR-Tools cuts 0.57 to 0, and every cost in [0, 1) becomes free."""
    assert refused(cost=np.array([0.57, 0.1]))


def test_nan_costs_are_refused():
    """OR-Tools reads NaN as -2^63."""
    assert refused(cost=np.array([np.nan, 1.0]))


def test_uint64_costs_are_refused():
    """OR-Tools reads 2^64 - 1 as -1."""
    assert refused(cost=np.array([2**64 - 1, 1], dtype=np.uint64))


def test_float_capacities_are_refused():
    """A capacity of 0.9 would become 0."""
    assert refused(capacity=np.array([0.9, 5.0]))


def test_float_supplies_are_refused():
    """A supply of 1.5 would become 1."""
    assert refused(supply=np.array([1.5, -1.5]))


def test_ids_that_wrap_at_2_to_the_32_are_refused():
    """OR-Tools reads the node 2^32 + 1 as 1."""
    assert refused(tail=np.array([2**32, 0]), head=np.array([2**32 + 1, 1]))


@pytest.mark.parametrize("name", ["tail", "head", "capacity", "cost"])
def test_array_of_length_one_is_not_broadcast(name):
    """OR-Tools repeats a single entry for all arcs, so one forgotten entry would be a whole wrong network."""
    assert refused(**{name: getattr(two_arcs(), name)[:1]})


@pytest.mark.parametrize("name", ["tail", "head", "capacity", "cost"])
def test_array_with_gaps_is_refused(name):
    """The solver is only given memory laid out as it expects."""
    assert refused(**{name: np.repeat(getattr(two_arcs(), name), 2)[::2]})


def test_table_instead_of_a_flat_array_is_refused():
    """Two dimensions have no meaning for arcs."""
    assert refused(cost=np.array([[3, 9]]))


def test_negative_ids_are_refused():
    """OR-Tools corrupts its heap on a negative node."""
    assert refused(tail=ids(-1, 0))


def test_far_ids_are_refused():
    """One arc to node 20,000,000 costs OR-Tools a gigabyte."""
    assert refused(head=ids(1, 20_000_000))


def test_last_node_is_allowed_and_the_next_is_not():
    """The boundary of the ids, on both sides."""
    assert cheapest_flow(two_arcs(head=ids(2, 2), supply=np.array([2, 0, -2]))).tolist() == [1, 1]
    assert refused(head=ids(2, 2))


def test_unbalanced_supplies_are_refused():
    """OR-Tools answers UNBALANCED, and reading flows after that crashes."""
    assert refused(supply=np.array([2, -1]))


def test_supplies_whose_sum_wraps_to_zero_are_refused():
    """Four times 2^62 is 0 in 64 bits, but not a balance."""
    assert refused(supply=np.array([2**62, 2**62, 2**62, 2**62]))


def test_cost_too_large_is_refused_with_its_limit():
    """OR-Tools answers BAD_COST_RANGE without a number; ours names the range."""
    limit = largest_cost(2)
    with pytest.raises(SolverError, match=str(limit)):
        cheapest_flow(two_arcs(cost=np.array([0, limit + 1])))


def test_largest_cost_is_really_taken():
    """The bound on costs lies inside what the solver takes on a small or large graph of short paths."""
    for n_nodes in (3, 10, 1000):
        supply = np.zeros(n_nodes, dtype=np.int64)
        supply[:2] = 2, -2
        flow = cheapest_flow(two_arcs(cost=np.array([largest_cost(n_nodes), largest_cost(n_nodes) - 1]), supply=supply))
        assert flow.tolist() == [0, 2]


def test_costs_that_overflow_along_a_path_are_an_error():
    """On a long path the solver's own prices overflow far below its limit on a single cost: no flow is made up."""
    n_nodes = 1000
    path = np.arange(n_nodes, dtype=np.int32)
    supply = np.zeros(n_nodes, dtype=np.int64)
    supply[[0, -1]] = 1, -1
    cost = largest_cost(n_nodes) - path[1:].astype(np.int64) % 2
    with pytest.raises(SolverError, match="BAD_COST_RANGE"):
        cheapest_flow(Network(path[:-1], path[1:], np.ones(n_nodes - 1, dtype=np.int64), cost, supply))


def test_negative_costs_and_capacities_are_refused():
    """Costs are shifted by the caller; a negative capacity has no meaning."""
    assert refused(cost=np.array([-1, 9]))
    assert refused(capacity=np.array([-1, 5]))


def test_common_divisor_of_costs_changes_nothing():
    """Costs are divided by their common divisor for speed only."""
    fine, coarse = np.array([3, 9]), np.array([3_000_000, 9_000_000])
    assert cheapest_flow(two_arcs(cost=fine)).tolist() == cheapest_flow(two_arcs(cost=coarse)).tolist()
    assert cheapest_flow(two_arcs(cost=np.zeros(2, dtype=np.int64))).sum() == 2


def test_too_little_room_is_an_error_with_status_and_sizes():
    """INFEASIBLE becomes a sentence that carries the numbers."""
    with pytest.raises(SolverError, match=r"INFEASIBLE on 2 nodes, 2 arcs, 2 units"):
        cheapest_flow(two_arcs(capacity=np.array([1, 0])))


class Spy:
    """The real solver, with a note of everything that is asked of it."""

    asked: list[str] = []  # noqa: RUF012 - shared by all solvers made, that is the point

    def __init__(self):
        self._real = REAL()

    def __getattr__(self, name):
        Spy.asked.append(name)
        return getattr(self._real, name)


REAL = min_cost_flow.SimpleMinCostFlow


@pytest.fixture
def asked(monkeypatch):
    """Names of everything that `cheapest_flow` asks of the solver."""
    monkeypatch.setattr(min_cost_flow, "SimpleMinCostFlow", Spy)
    Spy.asked.clear()
    return Spy.asked


def test_flows_are_never_read_after_infeasible(asked):
    """OR-Tools crashes when flows are read without an optimum."""
    with pytest.raises(SolverError):
        cheapest_flow(two_arcs(capacity=np.array([1, 0])))
    assert "solve" in asked
    assert not {"flow", "flows"} & set(asked)


def test_flows_are_read_once_and_optimal_cost_never(asked):
    """optimal_cost() saturates at 2^63 - 1 with status OPTIMAL, so sums are ours."""
    flow = cheapest_flow(
        two_arcs(
            cost=np.array([2**50 + 1, 2**50]), capacity=np.array([2**40, 2**40]), supply=np.array([2**40, -(2**40)])
        )
    )
    assert flow.tolist() == [0, 2**40]
    assert asked.count("flows") == 1
    assert not {"flow", "optimal_cost", "maximum_flow"} & set(asked)
