"""Laws that hold between a town and a changed one, whatever the town; no oracle is needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles import without_fixed
from servicematch.solve.flow import solve_flow
from servicematch.solve.problem import Problem
from solve.towns import only_pairs, problems, relabelled

lawful = settings(deadline=None, max_examples=60)


def best(problem):
    """Solve for the objective."""
    return solve_flow(problem).objective


@lawful
@given(problem=problems(), data=st.data())
def test_relabelling_keeps_the_objective(problem, data):
    """The order of rows and columns has no meaning."""
    new_row = np.array(data.draw(st.permutations(range(problem.n_rows))))
    new_col = np.array(data.draw(st.permutations(range(problem.n_cols))))
    assert best(relabelled(problem, new_row, new_col)) == best(problem)


@lawful
@given(problem=problems(), data=st.data())
def test_distinct_ranks_decide_who_is_served_in_any_order_of_rows(problem, data):
    """With distinct ranks, the units of every row are the same under any relabelling, ties or not."""
    ranked = replace(problem, rank=np.array(data.draw(st.permutations(range(problem.n_rows)))))
    new_row = np.array(data.draw(st.permutations(range(problem.n_rows))))
    other = relabelled(ranked, new_row, np.arange(problem.n_cols))
    units = np.bincount(ranked.row[solve_flow(ranked).chosen], minlength=ranked.n_rows)
    other_units = np.bincount(other.row[solve_flow(other).chosen], minlength=other.n_rows)
    assert other_units[new_row].tolist() == units.tolist()


@lawful
@given(problem=problems(), data=st.data())
def test_one_more_place_never_lowers_the_objective(problem, data):
    """A place may stay empty."""
    col = data.draw(st.integers(0, problem.n_cols - 1))
    assert best(replace(problem, capacity=problem.capacity + (np.arange(problem.n_cols) == col))) >= best(problem)


@lawful
@given(problem=problems(), data=st.data())
def test_one_more_column_never_lowers_the_objective(problem, data):
    """A new column may stay empty."""
    gains = (
        np.array(data.draw(st.lists(st.integers(-3, 12), min_size=problem.n_rows, max_size=problem.n_rows))) * 100_000
    )
    joined = with_column(problem, np.arange(problem.n_rows), gains, capacity=1)
    assert best(joined) >= best(problem)


def with_column(problem, rows, gains, capacity):
    """Return the problem with a last column that the given rows may use."""
    row = np.concatenate([problem.row, rows.astype(np.int32)])
    col = np.concatenate([problem.col, np.full(len(rows), problem.n_cols, dtype=np.int32)])
    order = np.lexsort((col, row))
    fixed = None if problem.fixed is None else np.append(problem.fixed, np.zeros(len(rows), dtype=np.bool_))[order]
    return replace(
        problem,
        row=row[order],
        col=col[order],
        gain=np.append(problem.gain, gains)[order],
        capacity=np.append(problem.capacity, capacity),
        fixed=fixed,
    )


@lawful
@given(problem=problems(max_need=1, fixed=False), data=st.data())
def test_column_split_in_two_keeps_the_objective_of_single_units(problem, data):
    """Where every row wants one unit, two columns with the same places in sum are as good as one."""
    col = data.draw(st.integers(0, problem.n_cols - 1))
    moved = data.draw(st.integers(0, int(problem.capacity[col])))
    here = problem.col == col
    less = replace(problem, capacity=problem.capacity - moved * (np.arange(problem.n_cols) == col))
    assert best(with_column(less, problem.row[here], problem.gain[here], moved)) == best(problem)


@lawful
@given(problem=problems())
def test_dropping_an_unserved_row_keeps_the_objective(problem):
    """Who gets nothing takes nothing from anybody; the choice for the others keeps its value."""
    served = np.zeros(problem.n_rows, dtype=np.bool_)
    served[problem.row[solve_flow(problem).chosen]] = True
    keep = served[problem.row]
    number = np.cumsum(served) - 1
    fewer = Problem(
        number[problem.row[keep]].astype(np.int32),
        problem.col[keep],
        problem.gain[keep],
        need=problem.need[served],
        capacity=problem.capacity,
        tier=problem.tier[served],
        fixed=None if problem.fixed is None else problem.fixed[keep],
        n_tiers=problem.n_tiers,
    )
    assert best(fewer) == best(problem)


@lawful
@given(problem=problems().filter(lambda problem: problem.n_pairs > 0), data=st.data())
def test_removing_a_pair_never_raises_the_objective(problem, data):
    """A tightened limit only takes choices away."""
    pair = data.draw(st.integers(0, problem.n_pairs - 1))
    keep = np.arange(problem.n_pairs) != pair
    if problem.fixed is not None:
        keep |= problem.fixed
    assert best(only_pairs(problem, keep)) <= best(problem)


@lawful
@given(problem=problems(), scale=st.integers(2, 1000))
def test_scaling_all_gains_keeps_the_solution(problem, scale):
    """The unit of the gains has no meaning, ties included."""
    one, many = solve_flow(problem), solve_flow(replace(problem, gain=problem.gain * scale))
    assert many.chosen.tolist() == one.chosen.tolist()
    assert many.objective == (*one.objective[:-1], one.objective[-1] * scale)
    assert many.tied.tolist() == one.tied.tolist()
    assert many.prices.gain.tolist() == (one.prices.gain * scale).tolist()


@lawful
@given(problem=problems(), shift=st.integers(-1_000_000, 1_000_000))
def test_constant_added_to_all_gains_keeps_the_choice_where_units_count(problem, shift):
    """If every row counts, the number of units is settled first, so a constant for each unit changes nothing."""
    counting = replace(problem, tier=np.maximum(problem.tier, 1), n_tiers=-1)
    one, other = solve_flow(counting), solve_flow(replace(counting, gain=counting.gain + shift))
    assert other.chosen.tolist() == one.chosen.tolist()
    assert other.objective[-1] == one.objective[-1] + shift * sum(one.objective[:-1])


@lawful
@given(problem=problems())
def test_what_is_fixed_is_as_if_it_had_never_been(problem):
    """Fixing pairs is the same as taking them out with their units and places."""
    assert best(problem) == best(Problem(**vars(without_fixed(problem))))


@lawful
@given(problem=problems(fixed=False))
def test_fixing_what_is_chosen_keeps_the_rest(problem):
    """A decision that was made anyway costs nothing when it is fixed: value of the rest + value fixed = the whole."""
    solution = solve_flow(problem)
    for pair in solution.chosen[:3]:
        fixed = np.arange(problem.n_pairs) == pair
        worth = [0] * problem.n_tiers + [int(problem.gain[pair])]
        tier = int(problem.tier[problem.row[pair]])
        if tier:
            worth[-1 - tier] += 1
        rest = best(replace(problem, fixed=fixed))
        assert tuple(map(sum, zip(rest, worth, strict=True))) == solution.objective


@lawful
@given(problem=problems(fixed=False), data=st.data())
def test_price_is_what_one_more_place_brings(problem, data):
    """Least prices are exact answers: the class and gain of a place are its worth, to the last integer."""
    solution = solve_flow(problem)
    col = data.draw(st.integers(0, problem.n_cols - 1))
    more = best(replace(problem, capacity=problem.capacity + (np.arange(problem.n_cols) == col)))
    worth = tuple(after - before for after, before in zip(more, solution.objective, strict=True))
    price = [0] * problem.n_tiers + [int(solution.prices.gain[col])]
    if solution.prices.tier[col]:
        price[-1 - solution.prices.tier[col]] += 1
    assert worth == tuple(price)
