"""The near way without compiled loops: optimal whenever it answers, whatever its prices are, and None where it must be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from servicematch.base.errors import CostRangeError
from servicematch.solve import smooth
from servicematch.solve.certificate import prove, value_of
from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.prices import least_prices
from servicematch.solve.problem import MOST_GAIN
from servicematch.solve.smooth import SmoothOptions, solve_smooth
from solve.towns import random_problems, table

ALWAYS = SmoothOptions(critical=-1, several=1, asking=100, solved_per_unit=1000, most_rounds=100)
"""No guard that the inputs could trip: nearly every town is then really solved."""

NARROW = replace(ALWAYS, margin=0, later_margin=0)
"""Nothing but the best is near, so that rounds are needed."""


def towns(seed, n_towns, **sizes):
    """Draw towns without fixed pairs, as the door gives them to an engine."""
    for problem in random_problems(seed, n_towns, **sizes):
        yield replace(problem, fixed=None)


def plain(problem):
    """Return the objective by the plain way."""
    return solve_flow(problem, FlowOptions(engine="flow")).objective


def check(problem, smoothed):
    """Assert that the answer is the optimum, with a cut that holds and prices that prove it."""
    matching, cut = smoothed.matching, smoothed.cut
    assert cut.holds
    assert not (matching.served > problem.need).any()
    assert not (matching.load > problem.capacity).any()
    objective = value_of(problem, matching.chosen)
    assert objective == prove(problem, least_prices(matching, cut), matching).bound == plain(problem)


def n_solved(problems, options):
    """Check all answers; return how many there were, and the most rounds one took."""
    answers = [(problem, solve_smooth(problem, options)) for problem in problems]
    given = [(problem, smoothed) for problem, smoothed in answers if smoothed is not None]
    for problem, smoothed in given:
        check(problem, smoothed)
    return len(given), max(smoothed.n_rounds for _, smoothed in given)


def test_every_answer_is_the_optimum():
    """Towns of every kind: units, classes, negative gains, ties, no places, as many places as units."""
    n_given, most_rounds = n_solved(towns(1, 500), ALWAYS)
    assert n_given > 400
    assert most_rounds > 1


def test_larger_towns_need_rounds_and_end_in_the_optimum():
    """With thin margins pairs must join, and only what they touch is solved again."""
    n_given, most_rounds = n_solved(towns(2, 200, max_rows=40, max_cols=12), NARROW)
    assert n_given > 75
    assert most_rounds > 2


def test_default_guards_leave_right_answers():
    """What the guards let through is optimal, and they let some of the smallest towns through."""
    n_given, _ = n_solved(towns(3, 400), None)
    assert n_given > 60


@pytest.mark.parametrize("factor", [0, 1, MOST_GAIN // 1_000_000], ids=["all equal", "as drawn", "huge"])
def test_gains_of_any_size(factor):
    """Floats see only ranges of the gain; whole numbers decide."""
    scaled = (replace(problem, gain=problem.gain * factor) for problem in towns(4, 150))
    assert n_solved(scaled, ALWAYS)[0] > 100


def test_capacities_may_be_huge():
    """A million places at a column are clipped to those it can use."""
    wide = (replace(problem, capacity=problem.capacity * 10**6) for problem in towns(5, 120))
    assert n_solved(wide, ALWAYS)[0] > 80


def nothing(price, rng):
    """Forget all prices."""
    return np.zeros_like(price)


def noise(price, rng):
    """Add noise of three ranges of the gain."""
    return price + rng.normal(0, 3, len(price)).astype(np.float32)


def backwards(price, rng):
    """Give every column another one's price."""
    return price[::-1].copy()


def negative(price, rng):
    """Turn prices around."""
    return -price - 1


@pytest.mark.parametrize("damage", [nothing, noise, backwards, negative], ids=lambda damage: damage.__name__)
def test_damaged_prices_still_end_in_the_optimum(monkeypatch, damage):
    """Prices only choose what is solved first; nothing rests on them."""
    honest, rng = smooth.smooth_prices, np.random.default_rng(6)

    def damaged(market):
        price = honest(market)
        return None if price is None else damage(price, rng)

    monkeypatch.setattr(smooth, "smooth_prices", damaged)
    n_given, most_rounds = n_solved(towns(6, 150), ALWAYS)
    assert n_given > 100
    assert most_rounds > 1


def test_damaged_prices_may_be_given_up(monkeypatch):
    """With the usual guards a bad start ends in None or in the optimum, in a few rounds."""
    monkeypatch.setattr(smooth, "smooth_prices", lambda market: -np.arange(len(market.room), dtype=np.float32))
    answers = [(problem, solve_smooth(problem)) for problem in towns(7, 150)]
    assert any(smoothed is None for _, smoothed in answers)
    for problem, smoothed in answers:
        if smoothed is not None:
            check(problem, smoothed)


def test_same_problem_gives_the_same_answer():
    """No randomness: not even the rounds differ."""
    for problem in towns(8, 50):
        first, second = solve_smooth(problem, ALWAYS), solve_smooth(problem, ALWAYS)
        assert (first is None) == (second is None)
        if first is not None:
            assert first.matching.chosen.tolist() == second.matching.chosen.tolist()
            assert (first.n_rounds, first.n_solved) == (second.n_rounds, second.n_solved)


ROOMY = [[9, 3, None], [8, 0, 1], [7, None, 2]]


@pytest.mark.parametrize(
    ("problem", "options"),
    [
        pytest.param(table(ROOMY), {}, id="as many places as units"),
        pytest.param(table(ROOMY, need=2, capacity=9), {"several": 0.2}, id="rows of several units"),
        pytest.param(table(ROOMY, capacity=2), {"solved_per_unit": 0}, id="too many near pairs"),
        pytest.param(table(ROOMY, capacity=2), {"most_rounds": 0}, id="too many rounds"),
        pytest.param(table([[None, None]]), {}, id="no pairs"),
        pytest.param(table([[5]], capacity=0), {}, id="no places"),
    ],
)
def test_guards_give_the_problem_back(problem, options):
    """Where the way does not pay, the plain one is asked."""
    assert solve_smooth(problem, SmoothOptions(**options)) is None


def test_guards_spare_what_pays():
    """The town of the guards' test is solved when none of them trips."""
    problem = table(ROOMY, capacity=2)
    check(problem, solve_smooth(problem))


def test_payment_too_small_is_noticed_by_the_cut():
    """Serving the last row here costs more than three ranges of the gain, because a chain of others must move."""
    gains = np.full((9, 9), None)
    for row in range(8):
        gains[row, row], gains[row, row + 1] = 1_000_000, 0
    gains[8, 0] = 0
    assert solve_smooth(table(gains.tolist()), ALWAYS) is None


def test_costs_too_large_for_the_solver_give_the_problem_back(monkeypatch):
    """The plain way has a road without payments."""

    def refuse(few, price):
        raise CostRangeError("too large")

    monkeypatch.setattr(smooth, "best_choice", refuse)
    assert solve_smooth(table(ROOMY, capacity=2)) is None


def test_payments_too_large_for_the_solver_are_not_tried(monkeypatch):
    """As for the plain way."""
    monkeypatch.setattr(smooth, "largest_cost", lambda n_nodes: 0)
    assert solve_smooth(table(ROOMY, capacity=2)) is None
