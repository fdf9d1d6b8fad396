"""The search for good choices and low bounds, step by step while there is time: each step leaves a plan behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.hours.blocks import Neighbours, cut_out, find_neighbours, grow
from servicematch.solve.hours.bounds import Bounds
from servicematch.solve.hours.exact import solve_block
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
_SHAKES = 12
_SHARES = (0.3, 0.6, 0.9)
_BLOCK_WORK = 0.5
_ROWS_AT_FIRST = 40
_LAST_SHARE = 0.1


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
        if not self._goes_on:
            return
        first = guess(self.packing, self.weights, self.budget)
        self.price = first.col
        self._mend(self._margin(first.row, first.col), first.chosen)
        self._polish()
        if not self._goes_on:
            return
        filled = self.bounds.lower_last(first, self.best, self.budget.part(0.3))
        row, self.price = self.bounds.worth_of_rows, filled.price / self.weights.scale
        margin = self._margin(row, self.price)
        self._mend(margin, filled.chosen)
        self._polish()
        self._shake()
        self.bounds.lower_open(self.best, self.budget.part(_LAST_SHARE))
        if self._goes_on:
            self._solve_blocks(find_neighbours(self.packing, margin), self.budget.part(1 - _LAST_SHARE))
        self.bounds.lower_open(self.best, self.budget)

    @property
    def _goes_on(self) -> bool:
        return self.budget.is_left and not self.is_proved

    def _margin(self, row: FloatArray, col: FloatArray) -> FloatArray:
        packing = self.packing
        return self.weights.pair - row[packing.row] - col[packing.col] * packing.load

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

    def _shake(self) -> None:
        """Let rows move at a loss where the prices say that it pays in the end, and see what comes of it."""
        for turn in range(_SHAKES):
            if not self._goes_on:
                return
            is_chosen, missing = self.best.is_chosen.copy(), self.best.missing
            self._sweep(_SHARES[turn % len(_SHARES)] * self.price, is_chosen, missing)
            self.best.offer(self._refilled(is_chosen))

    def _solve_blocks(self, neighbours: Neighbours, budget: Budget) -> None:
        """Solve blocks of columns exactly, larger ones as long as that goes well."""
        packing = self.packing
        fewest = min(2.0, packing.n_cols)
        n_cols = np.clip(_ROWS_AT_FIRST * packing.n_cols / max(1, len(self.best.chosen)), fewest, packing.n_cols)
        while budget.is_left and not self.is_proved:
            lack = self.bounds.lack(self.best.is_chosen)
            chance = lack + 1e-3 * max(1.0, float(lack.max()))
            first = int(self.rng.choice(packing.n_cols, p=chance / chance.sum()))
            answer = self._solve_block(neighbours, grow(neighbours, first, round(n_cols), self.rng), budget)
            if not answer.is_best:
                n_cols = max(fewest, 0.9 * n_cols)
            elif answer.work < 0.3 * _BLOCK_WORK:
                n_cols = min(packing.n_cols, 1.03 * n_cols)

    def _solve_block(self, neighbours: Neighbours, cols: IntArray, budget: Budget) -> Answer:
        packing, best = self.packing, self.best
        block = cut_out(packing, neighbours.near, best.is_chosen, best.missing, cols)
        seed = int(self.rng.integers(2**31))
        answer = solve_block(packing, self.weights.pair, block, best.is_chosen, _BLOCK_WORK, budget.seconds, seed)
        self.n_blocks += 1
        self.n_block_pairs = max(self.n_block_pairs, len(block.pairs))
        budget.spend(answer.work * 1e8 + 100 * len(block.pairs))
        if answer.chosen is not None:
            is_chosen = best.is_chosen.copy()
            is_chosen[block.pairs] = False
            is_chosen[answer.chosen] = True
            best.offer(is_chosen)
        return answer
