"""Problems that no flow holds, for groups cross or units are bound to each other.

They are relaxed tier by tier, made whole, and proved as far as the prices reach.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.claim import SCALE
from servicematch.solve.crossed.bound import bound_of, margins, whole_prices
from servicematch.solve.crossed.conditions import (
    binding_of_conditions,
    conditions_of,
    gained_by_conditions,
    without_useless,
)
from servicematch.solve.crossed.cuts import broken_cuts, cuts_of_chains, with_cuts
from servicematch.solve.crossed.network import crossed
from servicematch.solve.crossed.regular import binding_of_regulars, gained_by_regulars, regular_of
from servicematch.solve.crossed.relaxed import Bind, Program, first_pairs, padded, relax
from servicematch.solve.crossed.whole import whole_units
from servicematch.solve.days import in_time, late_chains
from servicematch.solve.fixed import without_fixed
from servicematch.solve.grouped.greedy import choose_within_groups
from servicematch.solve.grouped.solve import group_prices
from servicematch.solve.problem import GroupPrices, Prices, Solution, Status
from servicematch.solve.regulars import cost_elsewhere, keeps_regulars

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servicematch.base.arrays import IntArray
    from servicematch.base.progress import Bar
    from servicematch.solve.crossed.bound import TierPrices
    from servicematch.solve.crossed.conditions import Conditions
    from servicematch.solve.crossed.cuts import Cut
    from servicematch.solve.crossed.network import Crossed
    from servicematch.solve.crossed.regular import Regular
    from servicematch.solve.crossed.relaxed import Relaxed
    from servicematch.solve.problem import Problem

_ROUNDS = 30
"""So often are cuts added at most, to a relaxation and to an integer program."""

_ROUNDING = 1e-6
"""What HiGHS may be off by in a count."""


def solve_crossed(problem: Problem, bar: Bar, *, work_limit: int | None, time_limit_s: float | None) -> Solution:
    """Return the best plan found and what its prices prove: PROVED where these are the same in every tier.

    With more pairs than ``work_limit``, or where the clock runs out, the plan is the greedy one.

    Examples
    --------
    Rows 0 and 1 are of one group, rows 1 and 2 of another, and each group may have one unit:

    >>> from servicematch.base.progress import QUIET
    >>> from servicematch.solve.forest import Crossing, Forest
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.arange(3, dtype=np.int32), np.zeros(3, dtype=np.int32), np.array([5, 7, 4])
    >>> one, root = np.ones(3, dtype=np.int64), np.array([-1], dtype=np.int32)
    >>> first, second = (
    ...     Forest(np.array(leaf, dtype=np.int32), root, 0 * one[:1], one[:1]) for leaf in ([0, 0, -1], [-1, 0, 0])
    ... )
    >>> crossing = (Crossing("rows", second),)
    >>> problem = Problem(*pairs, need=one, capacity=9 * one[:1], tier=one, row_groups=first, crossing=crossing)
    >>> solution = solve_crossed(problem, QUIET, work_limit=None, time_limit_s=None)
    >>> solution.chosen.tolist(), solution.objective, solution.bound, solution.status.value
    ([0, 2], (2, 9), (2, 9), 'PROVED')
    """
    began = perf_counter()
    free, kept = without_useless(*without_fixed(problem))
    net = crossed(free, has_floors=problem.has_floors)
    conditions, regular = conditions_of(free), regular_of(free)
    bound = _Bound(net, free, conditions, regular)
    program, best = Program.of(net, time_limit_s, bound.bindings), choose_within_groups(free)
    if bound.bindings:
        program = replace(program, proves=bound.proves)
    is_too_much = work_limit is not None and free.n_pairs > work_limit
    found, cuts = ([], []) if is_too_much else _relaxed(program, free, bar)
    bar.step("whole units")
    program = program.of_net(with_cuts(net, cuts)) if cuts else program
    nothing = np.empty(0, dtype=np.int64)
    best = max([*_whole(program, free, found, conditions), best, nothing], key=lambda one: net.worth(free, one))
    stopped_by = "work" if is_too_much else "time" if program.left_s <= 0 else "bound"
    solution = _with_cuts(_told(free, program.net, best, found, bound), cuts, kept)
    fixed = np.empty(0, dtype=np.int64) if problem.fixed is None else np.flatnonzero(problem.fixed)
    return replace(
        solution,
        chosen=np.union1d(kept[best], fixed).astype(np.int64),
        stopped_by=None if solution.status is Status.PROVED else stopped_by,
        seconds={"flow": perf_counter() - began},
    )


def _relaxed(program: Program, problem: Problem, bar: Bar) -> tuple[list[Relaxed], list[Cut]]:
    """Solve the relaxation of one tier after the other, as far as the clock lets it, and cut off what cannot be in time.

    Mostly what cannot be in time leaves the counts as they are: then only the gains are cut, at far fewer solves.
    """
    n_tiers = program.net.n_tiers
    if problem.days is not None and n_tiers > 1:
        found, cuts = _relaxed_from(program, problem, bar, n_tiers - 1)
        if len(found) == n_tiers or program.left_s <= 0:
            return found, cuts
    return _relaxed_from(program, problem, bar, 0)


def _relaxed_from(program: Program, problem: Problem, bar: Bar, first_cut: int) -> tuple[list[Relaxed], list[Cut]]:
    """Solve the relaxations, with cuts in the tiers from one on."""
    pairs, n_tiers, net = first_pairs(problem), program.net.n_tiers, program.net
    found: list[Relaxed] = []
    cuts: list[Cut] = []
    known: set[bytes] = set()
    for tier in range(n_tiers):
        bar.step(f"relaxation {tier + 1} of {n_tiers}")
        one = relax(program, tier, _reached(found), pairs)
        for _ in range(_ROUNDS if tier >= first_cut else 0):
            if one is None or problem.days is None:
                break
            broken = broken_cuts(problem, problem.days, one.flow[: net.built.n_pairs], one.pairs)
            more = [cut for cut in broken if cut.pairs.tobytes() not in known]
            if not more:
                break
            cuts += more
            known |= {cut.pairs.tobytes() for cut in more}
            program = program.of_net(with_cuts(net, cuts))
            one = relax(program, tier, _reached(found), one.pairs)
        if one is None:
            break
        found.append(one)
        pairs = one.pairs
    return found, cuts


def _reached(found: list[Relaxed]) -> list[int]:
    """Return what whole units can have at most in the tiers relaxed so far."""
    return [int(np.floor(one.value + _ROUNDING)) for one in found]


def _whole(
    program: Program, problem: Problem, found: list[Relaxed], conditions: Conditions | None
) -> Iterator[IntArray]:
    """Give the pairs of the last relaxation where no unit is broken, and those of a program on near pairs if that may be better."""
    if len(found) < program.net.n_tiers:
        return
    last = found[-1]
    if last.is_whole():
        chosen = np.flatnonzero(np.rint(last.flow[: program.net.built.n_pairs]) > 0)
        is_kept = (conditions is None or conditions.are_kept(chosen)) and keeps_regulars(problem, chosen)
        if is_kept and not list(_late(problem, chosen)):
            yield chosen
            if cost_elsewhere(problem, chosen) == 0:
                return
    cuts: list[Cut] = []
    for _ in range(_ROUNDS):
        made_whole = whole_units(
            program.of_net(with_cuts(program.net, cuts)) if cuts else program, last, _reached(found)
        )
        if made_whole is None:
            return
        late = list(_late(problem, made_whole))
        if problem.days is None or not late:
            yield made_whole
            return
        if conditions is None:
            yield in_time(problem, problem.days, made_whole)
        cuts += cuts_of_chains(problem, problem.days, late)


def _late(problem: Problem, chosen: IntArray) -> Iterator[IntArray]:
    """Give rows of jobs that are too much for an owner."""
    return iter(()) if problem.days is None else late_chains(problem, problem.days, chosen)


def _with_cuts(solution: Solution, cuts: list[Cut], kept: IntArray) -> Solution:
    """Tell the cuts that carry a price; ``kept`` says where the pairs stand in the problem that was asked."""
    prices = solution.group_prices
    if not cuts or prices is None:
        return solution
    *crossing, lines = prices.crossing
    dear = np.flatnonzero(lines.any(axis=1)).tolist()
    told = tuple((kept[cuts[at].pairs], lines[at]) for at in dear)
    return replace(solution, group_prices=replace(prices, crossing=tuple(crossing), cuts=told))


@dataclass(frozen=True, slots=True)
class _Bound:
    """What binds units to each other, if anything does, and what that means for bounds."""

    net: Crossed
    problem: Problem
    conditions: Conditions | None
    regular: Regular | None

    @property
    def bindings(self) -> tuple[Bind, ...]:
        """Say it in programs."""
        found: list[Bind] = []
        if self.conditions is not None:
            found.append(partial(binding_of_conditions, self.conditions))
        if self.regular is not None:
            found.append(partial(binding_of_regulars, self.regular))
        return tuple(found)

    def gained(self, net: Crossed, prices: TierPrices) -> int:
        """Return how much lower it makes the weighted worth of all rows at these prices; ``net`` may have cuts besides."""
        less = 0 if self.conditions is None else gained_by_conditions(net, self.problem, self.conditions, prices)
        return less if self.regular is None else less + gained_by_regulars(net, self.regular, prices)

    def proves(self, tier: int, one: Relaxed, reached: Sequence[int]) -> bool:
        """Tell whether the prices of a relaxation bound whole units by what it has itself, but for its rounding."""
        if len(one.group) > self.net.n_groups:  # there are cuts by now, of which these arcs know nothing
            return False
        prices = whole_prices(self.net, tier, one.way, one.group, one.beside)
        bound = bound_of(self.net, tier, prices, reached, self.gained(self.net, prices))
        return bound <= (one.value + _ROUNDING if tier < self.net.n_tiers - 1 else one.value * SCALE + 1)


def _told(problem: Problem, net: Crossed, chosen: IntArray, found: list[Relaxed], bound_by: _Bound) -> Solution:
    """Write the solution down, with the bound of each tier under what the plan has in those above."""
    objective = net.worth(problem, chosen)
    prices = [whole_prices(net, tier, one.way, padded(one.group, net), one.beside) for tier, one in enumerate(found)]
    nothing = np.zeros(net.built.n_nodes), np.zeros(net.n_groups)
    prices += [whole_prices(net, tier, *nothing, (0.0,) * tier) for tier in range(len(found), net.n_tiers)]
    gained = [bound_by.gained(net, one) for one in prices]
    bound = tuple(
        bound_of(net, tier, one, objective, less) for tier, (one, less) in enumerate(zip(prices, gained, strict=True))
    )
    zero = np.zeros(problem.n_cols, dtype=np.int64)
    return Solution(
        chosen=chosen,
        objective=objective,
        bound=bound,
        prices=Prices(zero, zero),
        status=Status.PROVED if bound == objective else Status.FEASIBLE,
        stopped_by=None,
        tied=_may_tie(net, problem, chosen, prices),
        solver="crossed" if found else "greedy",
        n_solves=len(found),
        n_pairs_solved=len(found[-1].pairs) if found else 0,
        group_prices=_group_prices(problem, net, prices),
    )


def _group_prices(problem: Problem, net: Crossed, prices: list[TierPrices]) -> GroupPrices:
    """Read the prices off the duals, one column a tier, and the weights, one line a tier."""
    nested = group_prices(problem, net.built, np.stack([one.way for one in prices], axis=1))
    lines = np.stack([one.group for one in prices], axis=1)
    crossing, first, col = [], 0, nested.col.copy()
    for part, one in zip_longest(net.parts, problem.crossing):  # cuts stand behind all forests
        n_groups = part.n_groups if one is None else one.forest.n_groups
        priced = np.zeros((n_groups, len(prices)), dtype=np.int64)
        priced[part.group] = lines[first : first + part.n_groups]
        crossing.append(priced)
        if one is not None and one.side == "cols":  # what a place costs beside its groups
            inside = np.flatnonzero(one.forest.leaf >= 0)
            col[inside] -= priced[one.forest.leaf[inside]]
        first += part.n_groups
    weights = np.array([one.weights for one in prices], dtype=np.int64)
    col[np.bincount(problem.col, minlength=problem.n_cols) == 0] = 0  # no way leads to them
    return replace(nested, col=col, crossing=tuple(crossing), weights=weights)


def _may_tie(net: Crossed, problem: Problem, chosen: IntArray, prices: list[TierPrices]) -> IntArray:
    """Return rows that want more units and that the prices alone do not keep from having one in a plan just as good."""
    may = np.ones(net.built.n_pairs, dtype=np.bool_)
    may[chosen] = False
    row_arc = net.built.row_arcs + problem.row
    for tier, one in enumerate(prices):
        margin, slack = (
            margins(net, one),
            one.weights[tier] - 1,
        )  # less than that the rounded bound may be above the plan
        may &= (margin[: net.built.n_pairs] >= -slack) & (margin[row_arc] >= -slack)
    if problem.has_conditions:  # several units together may tie where none of them does
        least = np.zeros(problem.n_rows) if problem.least is None else problem.least
        may |= least[problem.row] > 1
        may |= False if problem.bundle is None else problem.bundle >= 0
    if problem.regulars is not None:
        may |= problem.regulars.group[problem.row] >= 0
    served = np.bincount(problem.row[chosen], minlength=problem.n_rows)
    rows = np.unique(problem.row[may])
    tied: IntArray = rows[served[rows] < problem.need[rows]].astype(np.int64)
    return tied
