"""The search for good choices and low bounds, step by step while there is time: each step leaves a plan behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.compiled import has_kernels
from servicematch.solve.hours.blocks import Block, Neighbours, cut_out, find_neighbours, grow
from servicematch.solve.hours.bounds import Bounds
from servicematch.solve.hours.budget import WORK_PER_S
from servicematch.solve.hours.dive import HASTY, Dive, Pace, dive, part_of
from servicematch.solve.hours.exact import Limits, solve_block
from servicematch.solve.hours.incumbent import Incumbent
from servicematch.solve.hours.refill import prepare_refill, refill
from servicematch.solve.hours.repair import repair
from servicematch.solve.hours.start import guess
from servicematch.solve.hours.weights import weigh

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, IntArray
    from servicematch.solve.hours.budget import Budget
    from servicematch.solve.hours.exact import Answer
    from servicematch.solve.hours.packing import Packing

_SWEEPS = 8
_DIVES = (0.03, 0.01, 0.1)
_BLOCK_WORK = 0.1
_ROWS_AT_FIRST = 40
_PARTS = (0.1, 0.2, 0.4, 1.0)
_FEWEST_TO_DIVE = 6
_MOST_TO_SETTLE = 5_000
_MOST_AT_LEISURE = 10_000
_LEAST_WORK = 1_000
_FEW_TO_SETTLE = 2_000
_TINY = 200
_SETTLE_SHARE = {True: 0.7, False: 0.3}
_SETTLE_WORK = 60.0
_STEPS = (0.004, 0.1)
_LAST_SHARE = 0.15


class Search:
    """What is known so far of one problem, and the steps that find out more.

    Attributes
    ----------
    best
        The best choice.
    bounds
        What multipliers prove.
    claimed
        A bound that rests on CP-SAT's word, or None.
    price
        float64, one a column: what a unit of its capacity is worth, roughly.
    place_price
        float64, one a column: what a place of it is worth, roughly, where places decide.
    n_blocks, n_block_pairs
        Blocks solved, and pairs of the largest.
    """

    def __init__(self, packing: Packing, budget: Budget, rng: np.random.Generator) -> None:
        self.packing = packing
        self.budget = budget
        self.rng = rng
        self.weights = weigh(packing)
        self.best = Incumbent(packing)
        self.bounds = Bounds(packing, self.weights)
        self.claimed: tuple[int, ...] | None = None
        self.price: FloatArray = np.zeros(packing.n_cols)
        self.place_price: FloatArray = np.zeros(packing.n_cols)
        self.n_blocks = self.n_block_pairs = 0
        self._how = prepare_refill(packing, self.weights.pair)

    @property
    def bound(self) -> tuple[int, ...]:
        """What the multipliers say no choice can exceed, tier by tier."""
        return self.bounds.values(self.best.counts)

    @property
    def is_proved(self) -> bool:
        """Whether no choice can be better."""
        return self.bound == self.best.value

    def run(self) -> None:
        """Go through all steps; stop early where the best choice is proved or nothing is left of the budget."""
        self._mend(self.weights.pair.astype(np.float64), np.empty(0, dtype=np.int64))
        if not self._goes_on():
            return
        first = guess(self.packing, self.weights, self.budget)
        self.price, self.place_price = first.col, first.place
        self._mend(self._margin(first.row, first.col), first.chosen)
        self._polish()
        if not self._goes_on():
            return
        filled = self.bounds.lower_last(first, self.best, self.budget.part(0.3))
        row, self.price = self.bounds.row / self.weights.scale, filled.price / self.weights.scale
        margin = self._margin(row, self.price)
        self._mend(margin, filled.chosen)
        self._polish()
        self._lower_open(self.budget.part(_LAST_SHARE))
        whole, self.budget = self.budget, self.budget.part(1 - self._reserve)
        if self.packing.n_pairs <= _TINY:  # the end of it costs less than a dive
            self._settle()
        for step in _DIVES:
            if self._goes_on():
                self._dive(step, np.arange(self.packing.n_cols))
        self._settle()
        if self._goes_on():
            self._improve(find_neighbours(self.packing, margin), self.budget)
        self.budget = whole
        self._lower_open(whole)

    @property
    def _reserve(self) -> float:
        """The share of what is left that is kept for the bounds of tiers that are still open."""
        return _LAST_SHARE if self._is_short else 0.0

    @property
    def _is_short(self) -> bool:
        return bool((self.best.counts < self.bounds.all_units).any())

    def _lower_open(self, budget: Budget) -> None:
        """Lower the bounds of the tiers that are open because something is not served."""
        if self._is_short:
            self.bounds.lower_open(self.best, budget)

    @property
    def is_settled(self) -> bool:
        """Whether no choice can be better, be it proved or claimed."""
        return self.is_proved or self.claimed == self.best.value

    def _goes_on(self) -> bool:
        return self.budget.is_left and not self.is_settled

    def _margin(self, row: FloatArray, col: FloatArray) -> FloatArray:
        packing = self.packing
        return self.weights.pair - row[packing.row] - col[packing.col] * packing.load - self.place_price[packing.col]

    def _mend(self, order: FloatArray, chosen: IntArray) -> None:
        """Offer what a guess becomes when it is repaired."""
        is_chosen = np.zeros(self.packing.n_pairs, dtype=np.bool_)
        is_chosen[repair(self.packing, order, self.weights.pair, chosen)] = True
        self.budget.spend(self.packing.n_pairs)
        self.best.offer(is_chosen)

    def _polish(self) -> None:
        """Fill the columns of the best choice anew until none changes."""
        self.best.offer(self._refilled(self.best.is_chosen.copy()))

    def _refilled(self, is_chosen: BoolArray) -> BoolArray:
        missing = self.packing.missing(np.flatnonzero(is_chosen))
        nothing = np.zeros(self.packing.n_cols)
        for _ in range(_SWEEPS):
            if not self.budget.is_left or not self._sweep(nothing, is_chosen, missing):
                break
        return is_chosen

    def _sweep(self, price: FloatArray, is_chosen: BoolArray, missing: IntArray) -> int:
        self.budget.spend(5 * self.packing.n_pairs)
        return refill(self._how, self.rng.permutation(self.packing.n_cols), price, is_chosen, missing)

    def _dive(self, step: float, cols: IntArray) -> bool:
        """Offer what a dive finds in these columns, filled up; tell whether it is better."""
        packing, weights, best = self.packing, self.weights, self.best
        is_in = np.zeros(packing.n_cols, dtype=np.bool_)
        is_in[cols] = True
        outside = best.chosen[~is_in[packing.col[best.chosen]]]
        inside = np.flatnonzero(is_in[packing.col])
        part = part_of(packing, inside, packing.missing(outside), np.where(is_in, packing.capacity, 0), packing.places)
        pace = HASTY if len(inside) > _MOST_AT_LEISURE and not has_kernels() else Pace()
        how = Dive(weights.scale * weights.pair[inside], self.bounds.row, step * weights.scale * weights.reach, pace)
        found = np.concatenate([outside, inside[dive(part, how, self.budget)]])
        margin = self._margin(self.bounds.row / weights.scale, self.price)
        is_chosen = np.zeros(packing.n_pairs, dtype=np.bool_)
        is_chosen[repair(packing, margin, weights.pair, found)] = True
        return best.offer(self._refilled(is_chosen))

    def _settle(self) -> None:
        """Where the whole is small, let CP-SAT try to end it: what it says of a bound is claimed."""
        packing, best = self.packing, self.best
        if not self._goes_on() or packing.n_pairs > _MOST_TO_SETTLE or self.bound[:-1] != best.value[:-1]:
            return
        everything = np.ones(packing.n_pairs, dtype=np.bool_)
        block = cut_out(packing, everything, best.is_chosen, best.missing, np.arange(packing.n_cols))
        budget = self.budget.part(_SETTLE_SHARE[packing.n_pairs <= _FEW_TO_SETTLE])
        answer = self._solve(block, min(_SETTLE_WORK, budget.work / WORK_PER_S), budget)
        above = int(self.weights.of_class[self.packing.tier[self.packing.row[best.chosen]]].sum())
        bound = best.value[-1] if answer.is_best else max(answer.bound - above, best.value[-1])
        if bound < self.bound[-1]:
            self.claimed = (*self.bound[:-1], bound)

    def _improve(self, neighbours: Neighbours, budget: Budget) -> None:
        """Dive into parts of the columns and solve blocks of them exactly, by turns, each as far as it pays."""
        n_all = self.packing.n_cols
        fewest = min(2.0, float(n_all))
        n_cols = float(np.clip(_ROWS_AT_FIRST * n_all / max(1, len(self.best.chosen)), fewest, n_all))
        balance, appetite = 0.0, 1.0
        while budget.is_left and not self.is_settled:
            before = self.budget.done
            budget.spend(_LEAST_WORK)
            first = self._pick_column()
            if balance > 0:
                n_part = max(round(n_all * self.rng.choice(_PARTS)), min(n_all, _FEWEST_TO_DIVE))
                step = float(np.exp(self.rng.uniform(*np.log(_STEPS))))
                is_better = self._dive(step, grow(neighbours, first, n_part, self.rng))
                appetite = min(2.0, 1.5 * appetite) if is_better else max(0.1, 0.8 * appetite)
                balance -= self.budget.done - before
                continue
            answer = self._solve_block(neighbours, grow(neighbours, first, round(n_cols), self.rng), budget)
            if not answer.is_best:
                n_cols = max(fewest, 0.9 * n_cols)
            elif answer.work < 0.3 * _BLOCK_WORK:
                n_cols = min(n_all, 1.03 * n_cols)
            balance += appetite * (self.budget.done - before)

    def _pick_column(self) -> int:
        """Pick a column by chance, rather one that is part of the gap."""
        lack = self.bounds.lack(self.best.is_chosen)
        chance = lack + 1e-3 * max(1.0, float(lack.max()))
        return int(self.rng.choice(len(chance), p=chance / chance.sum()))

    def _solve_block(self, neighbours: Neighbours, cols: IntArray, budget: Budget) -> Answer:
        best = self.best
        block = cut_out(self.packing, neighbours.near, best.is_chosen, best.missing, cols)
        return self._solve(block, _BLOCK_WORK, budget)

    def _solve(self, block: Block, work: float, budget: Budget) -> Answer:
        """Exchange what is chosen in a block for what CP-SAT finds better."""
        best = self.best
        limits = Limits(work, budget.seconds, int(self.rng.integers(2**31)))
        answer = solve_block(self.packing, self.weights.pair, block, best.is_chosen, limits)
        self.n_blocks += 1
        self.n_block_pairs = max(self.n_block_pairs, len(block.pairs))
        budget.spend(answer.work * WORK_PER_S + 100 * len(block.pairs))
        if answer.chosen is not None:
            is_chosen = best.is_chosen.copy()
            is_chosen[block.pairs] = False
            is_chosen[answer.chosen] = True
            best.offer(is_chosen)
        return answer
