"""The instances: fixed by their seed, with the slack they say, and solved alike by the rival and by the core."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from cold import solve_cold
from instances import Town, load, save, town
from town_tables import many_requests, town_columns

from servicematch import Requests, Teams
from servicematch.solve.flow import solve_flow
from servicematch.solve.problem import Problem


def same(one, other):
    """Tell whether two towns agree in every array."""
    return all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(Town))


def test_one_seed_gives_one_town():
    """A figure that somebody else measures must be about the same instance."""
    first = town("tiny", units=3, classes=3, seed=1)
    town("tiny", seed=2)
    assert same(first, town("tiny", units=3, classes=3, seed=1))
    assert not np.array_equal(first.request_km, town("tiny", seed=2).request_km)


def test_a_saved_town_is_the_same_town(tmp_path):
    """Measured processes read the town from a file."""
    first = town("tiny")
    save(first, tmp_path / "town.npz")
    assert same(first, load(tmp_path / "town.npz"))


def test_towns_that_differ_in_slack_share_their_pairs():
    """So that slack alone explains a difference in time."""
    tight, slack = town("tiny", slack=0.7), town("tiny", slack=1.5)
    assert np.array_equal(tight.gains, slack.gains)
    assert tight.capacity.sum() == round(0.7 * tight.units.sum())
    assert slack.capacity.sum() == round(1.5 * slack.units.sum())


@pytest.mark.parametrize("slack", [0.7, 1.0, 1.5])
@pytest.mark.parametrize("units", [1, 3])
def test_rival_and_core_find_the_same_worth(slack, units):
    """With one class, and where two score ranges suffice to serve first, both are optimal for the same question."""
    one = town("tiny", degree=10, slack=slack, units=units)
    chosen, gain = solve_cold(one.rows, one.cols, one.gains, one.units, one.capacity)
    core = solve_flow(Problem(one.rows, one.cols, one.gains, one.units, one.capacity, one.priority + 1))
    assert core.objective == (len(chosen), gain)


def test_tables_keep_the_towns_sizes():
    """The tables that assign is measured on are the town: its places, needs and capacities."""
    one = town("tiny", units=3)
    requests, teams = (table(columns) for table, columns in zip((Requests, Teams), town_columns(one), strict=True))
    assert requests.units.tolist() == one.units.tolist()
    assert teams.capacity.tolist() == one.capacity.tolist()


def test_the_large_table_has_ten_columns_with_two_lists():
    """As the bar for reading tables says."""
    columns = many_requests(5)
    assert len(columns) == 10
    assert sum(isinstance(column[0], list) for column in columns.values()) == 2
    assert len(Requests(columns)) == 5
