"""The bound that prices prove, against a stranger's literal arithmetic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles import brute_force, stranger_bound, value
from servicematch.base.errors import SolverError
from servicematch.solve.certificate import exact_sum, find_margins, prove_bound, value_of
from servicematch.solve.flow import solve_flow
from servicematch.solve.matching import index_matching
from servicematch.solve.problem import Prices
from solve.towns import problems, random_problems, table


def prices_of(tier, gain):
    """Make prices of plain lists."""
    return Prices(np.array(tier, dtype=np.int64), np.array(gain, dtype=np.int64))


def bound_of(problem, prices):
    """Prove with the best thresholds."""
    return prove_bound(problem, prices, find_margins(problem, prices))


@settings(deadline=None, max_examples=150)
@given(problem=problems(fixed=False), data=st.data())
def test_any_prices_prove_a_bound(problem, data):
    """Whatever the prices, no choice of pairs is worth more than what they prove."""
    size = problem.n_cols
    tier = data.draw(st.lists(st.integers(0, problem.n_tiers), min_size=size, max_size=size))
    gain = data.draw(st.lists(st.integers(-12, 12), min_size=size, max_size=size))
    gain = [100_000 * (abs(steps) if level == 0 else steps) for level, steps in zip(tier, gain, strict=True)]
    # As many places as pairs can use, so that the literal sum over all places is the same number.
    problem = replace(problem, capacity=np.minimum(problem.capacity, np.bincount(problem.col, minlength=size)))
    bound = bound_of(problem, prices_of(tier, gain))
    assert bound == stranger_bound(problem, tier, gain)
    assert bound >= brute_force(problem)


def test_thresholds_read_off_an_optimum_are_the_best_ones():
    """The fast way and the plain way to a row's threshold meet at the optimum."""
    for drawn in random_problems(61, 150):
        problem = replace(drawn, fixed=None)
        solution = solve_flow(problem)
        matching = index_matching(problem, solution.chosen)
        fast, plain = find_margins(problem, solution.prices, matching), find_margins(problem, solution.prices)
        assert (
            prove_bound(problem, solution.prices, fast)
            == prove_bound(problem, solution.prices, plain)
            == solution.objective
        )
        assert (fast.threshold[problem.need > 0] == plain.threshold[problem.need > 0]).all()


def test_prices_of_zero_prove_everybodys_wishes():
    """Free places: everybody gets the best there is, so the bound is the sum of wishes."""
    assert bound_of(table([[5, 3], [4, 2]], capacity=0), prices_of([0, 0], [0, 0])) == (2, 9)


def test_price_too_low_proves_less():
    """One micro-point off the exact price, and the bound is one above the value."""
    problem = table([[5], [3]], tier=0)
    assert bound_of(problem, prices_of([0], [3])) == bound_of(problem, prices_of([0], [5])) == (5,)
    assert bound_of(problem, prices_of([0], [2])) == bound_of(problem, prices_of([0], [6])) == (6,)


def test_class_of_a_price_counts_before_its_gain():
    """A place priced at a unit of class 1 turns a served unit into a place used, whatever the gains."""
    problem = table([[5], [3]])
    assert bound_of(problem, prices_of([1], [3])) == (1, 5)
    assert bound_of(problem, prices_of([0], [3])) == (2, 5)


def test_only_the_best_margins_of_a_row_count():
    """A row of two units adds its two best margins, not its worst or all."""
    assert bound_of(table([[5, 9, 7]], need=2, capacity=0, tier=0), prices_of([0] * 3, [0] * 3)) == (16,)


def test_negative_margins_are_left_out():
    """Nobody has to be served at a loss where units do not count."""
    assert bound_of(table([[-5, 2]], need=2, capacity=0, tier=0), prices_of([0] * 2, [0] * 2)) == (2,)


def test_places_that_no_pair_can_use_cost_nothing():
    """A capacity is clipped to the pairs of its column, so that no sum wraps."""
    assert bound_of(table([[4]], capacity=2**62, tier=0), prices_of([0], [4])) == (4,)


def test_value_adds_units_by_class_and_gains():
    """Highest class first, gains last, class 0 in the gains only."""
    problem = table([[1], [2], [4], [8]], capacity=4, tier=[0, 1, 3, 3])
    assert value_of(problem, np.arange(4)) == value(problem, range(4)) == (2, 0, 1, 15)


def test_key_orders_class_before_gain():
    """One class above outweighs the widest gains."""
    problem = table([[-(2**40)], [2**40]], tier=[2, 1])
    margins = find_margins(problem, prices_of([0], [0]))
    assert margins.key[0] > margins.key[1] > 0
    assert margins.threshold.tolist() == margins.key.tolist()


def test_too_many_classes_for_64_bits_are_refused():
    """A margin that would wrap is an error, not a proof."""
    with pytest.raises(SolverError, match="Maybe use fewer priorities"):
        bound_of(table([[2**40]], tier=2**20), prices_of([0], [0]))


@given(values=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=40))
def test_exact_sum_never_wraps(values):
    """Sums of 64-bit integers are those of unlimited ones."""
    assert exact_sum(np.array(values, dtype=np.int64)) == sum(values)
