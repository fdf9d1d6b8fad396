"""Bad prices cost time, never the optimum: the auction is damaged, starved or cut short, and the solution stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest

from servicematch.solve import near
from servicematch.solve.flow import FlowOptions, solve_flow
from solve.engines import COMPILED, any_towns, by, facts, wide_town

pytest.importorskip("numba")

DAMAGES = {
    "zeros": lambda price, rng: np.zeros_like(price),
    "noise": lambda price, rng: rng.integers(-(10**6), 10**6, len(price)),
    "reversed": lambda price, rng: -price,
    "shuffled": lambda price, rng: rng.permutation(price),
    "huge": lambda price, rng: price + 2**45,
    "some huge": lambda price, rng: price + 2**45 * rng.integers(0, 2, len(price)),
    "negative": lambda price, rng: -(2**40) - price,
}

every_compiled_engine = pytest.mark.parametrize("engine", COMPILED)


@cache
def towns():
    """Draw small towns of every kind and some wide ones, and solve them by flow, once for all damages."""
    rng = np.random.default_rng(201)
    wide = [wide_town(rng, 120, 30, tightness) for tightness in (0.5, 1.5)]
    short = replace(wide[0], need=rng.integers(0, 4, 120), tier=rng.integers(0, 3, 120), n_tiers=-1)
    drawn = [*any_towns(202, 40), *wide, short]
    return [(problem, facts(by("flow")(problem))) for problem in drawn]


def other_choice(problem):
    """Return another choice that keeps all needs and capacities and has the same counts: the best for other gains."""
    gain = 1 + np.random.default_rng(problem.n_pairs).permutation(problem.n_pairs)
    # A loss for class 0: it keeps out of the way of those that count.
    loss = np.where(problem.tier[problem.row] > 0, gain, -1)
    held = np.zeros(problem.n_pairs, dtype=np.bool_)
    held[solve_flow(replace(problem, gain=loss), FlowOptions(engine="flow")).chosen] = True
    return held


def ways_taken(engine):
    """Assert that an engine finds the solution of flow in every town; count which way was taken."""
    ways = Counter()
    for problem, expected in towns():
        solution = by(engine)(problem)
        assert facts(solution) == expected, problem
        ways[solution.solver] += 1
    return ways


@pytest.fixture
def ties_to_flow(monkeypatch):
    """Let OR-Tools solve whatever is near, however much ties: bad prices make many pairs near."""
    monkeypatch.setattr(near, "NearOptions", partial(near.NearOptions, ties_per_unit=1e9))


@every_compiled_engine
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("choice", ["choice kept", "choice changed"])
@pytest.mark.usefixtures("ties_to_flow")
def test_damaged_auction_still_ends_in_the_proved_optimum(monkeypatch, engine, damage, choice):
    """Whatever prices and choice the auction gives, as long as the choice is one of the most units."""
    rng, whole, n_damaged = np.random.default_rng(203), near.auction_off, 0

    def damaged(problem, epsilon, budget):
        nonlocal n_damaged
        auctioned = whole(problem, epsilon, budget)
        assert auctioned is not None
        n_damaged += 1
        price = DAMAGES[damage](auctioned.price, rng).astype(np.int64)
        return replace(
            auctioned, price=price, is_held=auctioned.is_held if choice == "choice kept" else other_choice(problem)
        )

    monkeypatch.setattr(near, "auction_off", damaged)
    ways = ways_taken(engine)
    assert n_damaged > 30
    assert ways[engine] > 30, ways
    assert set(ways) <= {engine, "flow"}


@every_compiled_engine
def test_auction_without_a_budget_falls_back_on_flow(monkeypatch, engine):
    """Not one look at a pair: the solution is that of flow, and says so."""
    monkeypatch.setattr(near, "NearOptions", partial(near.NearOptions, looks_per_pair=0, looks_per_node=0))
    assert set(ways_taken(engine)) == {"flow"}


@every_compiled_engine
@pytest.mark.parametrize("looks_per_node", [1, 5, 10, 20])
def test_auction_may_be_given_up_anywhere(monkeypatch, engine, looks_per_node):
    """Wherever the budget ends, in the bids, the counts or the paths, nothing is lost but time."""
    monkeypatch.setattr(near, "NearOptions", partial(near.NearOptions, looks_per_pair=0, looks_per_node=looks_per_node))
    assert ways_taken(engine)["flow"] > 0


@every_compiled_engine
def test_one_round_is_taken_or_given_up(monkeypatch, engine):
    """Towns that would need a second round go to flow, the others do not."""
    monkeypatch.setattr(near, "NearOptions", partial(near.NearOptions, most_rounds=1, margin=0))
    ways = ways_taken(engine)
    assert min(ways["flow"], ways["near"] + ways["warm"]) > 0, ways


@every_compiled_engine
@pytest.mark.parametrize("margin", [0, 10, 10**6])
def test_few_near_pairs_a_unit_are_enough_or_given_up(monkeypatch, engine, margin):
    """Of many near pairs one a unit is taken at first; those that ask join, until there are too many."""
    monkeypatch.setattr(near, "NearOptions", partial(near.NearOptions, near_per_unit=1, margin=margin))
    ways = ways_taken(engine)
    assert ways["near"] + ways["warm"] > 25, ways


@every_compiled_engine
@pytest.mark.parametrize("epsilon", [1e-9, 0.3, 5.0])
def test_step_of_the_auction_changes_no_solution(monkeypatch, engine, epsilon):
    """From steps of one unit to steps of several ranges of the gain."""
    monkeypatch.setattr(near, "NearOptions", partial(near.NearOptions, epsilon=epsilon))
    ways = ways_taken(engine)
    assert ways["near"] + ways["warm"] > 25, ways
