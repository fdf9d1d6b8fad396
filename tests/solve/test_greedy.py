"""The choice of a person in a hurry: feasible, best pairs first, not optimal."""

from __future__ import annotations

from dataclasses import replace

from oracles import breaks, brute_force, value
from servicematch.solve.greedy import choose_greedily
from solve.towns import random_problems, table


def literally(problem):
    """Let every row ask, every column choose, round by round, pair by pair."""
    need, room, taken = problem.need.copy(), problem.capacity.copy(), []
    while True:
        asking = {}
        for pair, (row, col, gain) in enumerate(zip(problem.row, problem.col, problem.gain, strict=True)):
            has_room = need[row] > 0 and room[col] > 0 and pair not in taken
            if (
                has_room
                and (problem.tier[row] > 0 or gain >= 0)
                and gain > problem.gain[asking.get(row, pair)] - (row not in asking)
            ):
                asking[row] = pair
        if not asking:
            return sorted(taken)
        for pair in sorted(
            asking.values(), key=lambda pair: (-problem.tier[problem.row[pair]], -problem.gain[pair], pair)
        ):
            if room[problem.col[pair]] > 0:
                room[problem.col[pair]] -= 1
                need[problem.row[pair]] -= 1
                taken.append(pair)


def test_rounds_over_arrays_are_the_rounds_as_told():
    """The array way is the same choice as a plain loop."""
    for drawn in random_problems(71, 300):
        problem = replace(drawn, fixed=None)
        assert choose_greedily(problem).tolist() == literally(problem)


def test_greedy_choice_breaks_nothing_and_beats_nothing():
    """It is a choice like any other."""
    for drawn in random_problems(72, 100):
        problem = replace(drawn, fixed=None)
        chosen = choose_greedily(problem)
        assert not breaks(problem, chosen)
        assert value(problem, chosen) <= brute_force(problem)


def test_higher_class_asks_first(high_class_goes_first):
    """A row of a higher class takes the place before a better pair of a lower one."""
    assert choose_greedily(high_class_goes_first).tolist() == [1]


def test_loss_is_taken_only_where_units_count():
    """Class 0 has no reason to lose."""
    assert choose_greedily(table([[-1]])).tolist() == [0]
    assert choose_greedily(table([[-1]], tier=0)).tolist() == []


def test_no_pairs_give_no_choice():
    """Nothing to choose from is legal."""
    assert choose_greedily(table([[None, None]])).tolist() == []
