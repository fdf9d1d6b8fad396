"""Prices that support an optimum, and their absence where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from servicematch.base.errors import SolverError
from servicematch.solve.cut import find_cut
from servicematch.solve.flow import solve_flow
from servicematch.solve.matching import index_matching
from servicematch.solve.prices import least_prices
from solve.towns import table


def price_list(problem):
    """Solve, and read the prices as (class, gain)."""
    prices = solve_flow(problem).prices
    return list(zip(prices.tier.tolist(), prices.gain.tolist(), strict=True))


def test_free_place_costs_nothing():
    """A column with a place to spare has price zero."""
    assert price_list(table([[5]], capacity=2)) == [(0, 0)]


def test_full_column_nobody_else_wants_costs_nothing():
    """One more place there would bring nothing."""
    assert price_list(table([[5]])) == [(0, 0)]


def test_contested_place_costs_what_the_loser_would_bring():
    """The open row would add a unit and its gain."""
    assert price_list(table([[5], [3]])) == [(1, 3)]
    assert price_list(table([[5], [3]], tier=0)) == [(0, 3)]


def test_class_of_a_price_is_that_of_the_best_loser():
    """An open row of class 2 with a poor gain outweighs one of class 1 with a rich one."""
    assert price_list(table([[5], [-7], [9]], tier=[2, 2, 1])) == [(2, -7)]


def test_price_spreads_along_those_who_would_move():
    """A place more at column 0 takes row 0 back there (2 more), and then row 1 back to column 1 (3 more)."""
    chain = table([[9, 7, None], [None, 9, 6], [8, None, None]], tier=0)
    assert solve_flow(chain).chosen.tolist() == [1, 3, 4]
    assert price_list(chain) == [(0, 5), (0, 3), (0, 0)]


def test_row_that_rather_had_another_place_prices_it():
    """Row 0 would bring 4 more at column 0 than where it is."""
    assert price_list(table([[9, 5], [9, None]])) == [(0, 4), (0, 0)]


def test_two_units_price_at_the_worse_of_them():
    """A row gives up its worse place first, so the price follows that one."""
    problem = table([[9, 2, 8], [None, None, 9]], need=[2, 1], capacity=1)
    assert solve_flow(problem).objective == (3, 20)
    assert price_list(problem) == [(0, 0), (0, 0), (0, 6)]


def test_choice_that_is_not_optimal_has_no_prices():
    """Two rows that would gain by exchanging raise each other's prices for ever: that is an error."""
    matching = index_matching(table([[9, 1], [1, 9], [0, 0]]), np.array([1, 2]))
    with pytest.raises(SolverError, match="never settle"):
        least_prices(matching, find_cut(matching))
