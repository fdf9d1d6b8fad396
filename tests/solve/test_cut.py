"""The proof of the counts: it holds exactly when no class can be served more."""

from __future__ import annotations

import numpy as np
import pytest

from oracles import brute_force, value
from servicematch.solve.cut import find_cut
from servicematch.solve.greedy import choose_greedily
from servicematch.solve.matching import index_matching
from solve.towns import random_problems, table


def cut_of(problem, *chosen):
    """Search from a choice of pairs."""
    return find_cut(index_matching(problem, np.array(chosen, dtype=np.int64)))


def test_free_place_in_reach_is_an_augmenting_path(must_step_aside):
    """Row 1 reaches the place of row 0, which could step aside to a free one."""
    assert cut_of(must_step_aside, 0).can_grow == 1


def test_no_free_place_in_reach_is_a_proof():
    """Two rows at one full column: the column is the cut, reached by the class of the open row."""
    cut = cut_of(table([[9], [9]]), 0)
    assert (cut.holds, cut.tier.tolist()) == (True, [1])


def test_place_of_a_lower_class_is_a_swap(high_class_goes_first):
    """A row of class 2 is open while a row of class 1 is served where it could be."""
    assert cut_of(high_class_goes_first, 0).can_grow == 2


def test_place_of_a_higher_class_is_no_swap(high_class_goes_first):
    """The other way round nothing can be gained."""
    cut = cut_of(high_class_goes_first, 1)
    assert (cut.holds, cut.tier.tolist()) == (True, [1])


def test_swap_behind_a_row_that_steps_aside_is_found():
    """The class that gives way may stand at the end of a chain, not next door."""
    chain = table([[0, None], [0, 0], [None, 0]], tier=[2, 2, 1])
    assert cut_of(chain, 1, 3).can_grow == 2
    assert cut_of(chain, 0, 2).holds


def test_row_of_class_0_gives_way_to_any_other():
    """A row whose units do not count is a swap as well."""
    assert cut_of(table([[9], [0]], tier=[0, 1]), 0).can_grow == 1


def test_columns_out_of_reach_have_no_class():
    """Only columns that an open row reaches are part of the cut."""
    cut = cut_of(table([[1, None], [1, None], [None, 1]]), 0, 2)
    assert cut.tier.tolist() == [1, 0]


def test_highest_class_that_reaches_a_column_is_its_price():
    """Open rows of classes 1 and 2 at one full column: its place is worth a unit of class 2."""
    assert cut_of(table([[1], [1], [1]], tier=[2, 2, 1]), 0).tier.tolist() == [2]


def test_partly_served_row_still_asks(partly_served):
    """A row with one unit of two is open; both columns are full, so the cut holds over both."""
    cut = cut_of(partly_served, 0, 3)
    assert (cut.holds, cut.tier.tolist()) == (True, [1, 1])


def test_class_0_never_asks():
    """Where units do not count there is nothing to prove about them."""
    assert cut_of(table([[1]], tier=0)).holds


@pytest.mark.parametrize("seed", [51, 52])
def test_cut_holds_exactly_when_the_counts_are_the_best(seed):
    """On choices good and bad, the cut agrees with brute force in both directions."""
    agreed = {True: 0, False: 0}
    for drawn in random_problems(seed, 200):
        if drawn.fixed is not None or drawn.n_tiers == 0:
            continue
        chosen = choose_greedily(drawn)
        holds = find_cut(index_matching(drawn, chosen)).holds
        assert holds == (value(drawn, chosen)[:-1] == brute_force(drawn)[:-1])
        agreed[holds] += 1
    assert min(agreed.values()) > 4
