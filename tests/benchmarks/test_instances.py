"""The instances: fixed by their seed, with the slack they say, and solved alike by the rival and by the core."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from cold import solve_cold
from ground import pairs_within
from instances import Town, ground, load, save, town
from shapes import ADVERSARIAL, SHAPES
from town_tables import many_requests, town_columns

from servicematch import Requests, Teams
from servicematch.solve.flow import solve_flow
from servicematch.solve.problem import Problem

FIRST = {
    "1k": (65105, 6475483371, 1579489956582, 14202),
    "300": (14504, 130431773, 283185680533, 1004),
}
"""Number, keys and gains of the pairs, and places, as the first way to build towns made them."""


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


def checksum(one):
    """Add up a town, each pair by its own weight."""
    keys = one.rows.astype(np.int64) * len(one.capacity) + one.cols
    return len(keys), int(keys.sum()), int((one.gains * (1 + keys % 97)).sum()), int(one.capacity @ one.capacity)


def test_the_towns_of_the_first_measurements_are_kept():
    """A figure from last year must be about the same instance; built by whatever means."""
    assert checksum(town("1k", degree=65)) == FIRST["1k"]
    assert checksum(town("300", degree=65, seed=2, slack=0.7)) == FIRST["300"]


def test_pairs_are_those_within_radius_in_order(monkeypatch):
    """Found by small blocks of requests they are the same as one by one."""
    monkeypatch.setattr("ground.PAIRS_PER_BLOCK", 100)
    where = ground("100", degree=20)
    km = np.hypot(*(where.request_km[:, None] - where.team_km).transpose(2, 0, 1))
    expected = np.nonzero(km <= where.radius_km)
    assert all(np.array_equal(found, side) for found, side in zip(pairs_within(where, 20), expected, strict=True))


def test_radii_reach_the_degree():
    """The mean number of pairs a request is what was asked for, as far as a sample of the requests tells."""
    assert len(town("1k", degree=20, shape="uniform").rows) == pytest.approx(20 * 1000, rel=0.1)


def test_a_town_without_pairs_is_the_same_town():
    """Who finds the pairs anew needs no others."""
    bare, full = town("tiny", scored=False), town("tiny")
    assert len(bare.rows) == len(bare.cols) == len(bare.gains) == 0
    assert same(replace(bare, rows=full.rows, cols=full.cols, gains=full.gains), full)


@pytest.mark.parametrize("slack", [0.7, 1.5])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_a_problem_with_one_answer(shape, slack):
    """Sorted pairs without doubles, and the rival and the core agree, with a payment that serves as many."""
    one = town("100", degree=20, slack=slack, shape=shape)
    core = solve_flow(Problem(one.rows, one.cols, one.gains, one.units, one.capacity, one.priority + 1))
    chosen, gain = solve_cold(one.rows, one.cols, one.gains, one.units, one.capacity, payment=101)
    assert core.objective == (len(chosen), gain)


def test_shapes_are_what_they_are_called():
    """Each is odd in its own way, at a size where one in 100 and one in 50 exist."""
    of = {shape: town("1k", degree=20, shape=shape) for shape in SHAPES}
    usual = of["clustered"]
    assert of["dense"].gains.size == 1000 * 200
    assert len(np.unique(of["equal"].gains)) == 1
    assert set(of["binary"].gains) == {0, 1_000_000}
    assert (of["grid"].gains % 100_000 == 0).all()
    assert np.abs(of["grid"].gains - usual.gains).max() <= 50_000
    assert [len(np.unique(of["no-taste"].gains[of["no-taste"].cols == col])) for col in (0, 1)] == [1, 1]
    assert of["one-for-all"].rows[of["one-for-all"].cols == 0].tolist() == list(range(1000))
    assert of["hot"].gains[of["hot"].cols % 50 == 0].min() >= 800_000
    assert np.bincount(of["chain"].rows).tolist() == [2] * 1000
    assert of["chain"].capacity[1:-1].tolist() == [5] * 198
    assert set(of["huge"].capacity) == {1_000_000}
    assert np.flatnonzero(of["few"].capacity).tolist() == [0, 100]
    assert {of[shape].capacity.sum() for shape in SHAPES if shape != "huge"} == {1500}
    assert set(ADVERSARIAL) == set(SHAPES) - {"clustered", "uniform", "dense"}


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
