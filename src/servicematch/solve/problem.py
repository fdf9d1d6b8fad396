"""The waist: what every solver is given (`Problem`) and what every solver gives back (`Solution`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.solve.forest import Crossing, Forest, law

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from servicematch.base.arrays import AnyArray, BoolArray, Int32Array, IntArray


MOST_GAIN = 2**40
"""Gains lie between plus and minus this, so that sums of a few of them never wrap."""


class Status(StrEnum):
    """How much is known of a solution."""

    PROVED = "PROVED"
    FEASIBLE = "FEASIBLE"


@dataclass(frozen=True, slots=True)
class Problem:
    """Choose pairs: each row at most ``need`` different columns, each column at most ``capacity`` rows.

    Maximise, lexicographically: units in the highest class, in the next, ... down to class 1, then the sum of gains.
    Class 0 means that serving is worth nothing by itself: only the gains count.

    Attributes
    ----------
    row, col
        int32, one a pair, sorted by row, then column, without doubles.
    gain
        int64, one a pair, within 2^40.
    need
        int64, one a row: at most this many units, each at another column (see ``owner``).
    capacity
        int64, one a column.
    tier
        int64, one a row: its class, 0 to the number of classes.
    fixed
        bool, one a pair, or None: pairs that are in whatever they cost. They take their unit and their place first.
    rank
        int64, one a row, or None: among equally good solutions, rows of lower rank are served first.
    owner
        int32, one a column, or None: columns (slots) of one owner count as one for a row's different units.
    row_groups, col_groups
        Forests with floors and quotas, or None; worths of fairness only with the rows.
    crossing
        Further forests, each of which crosses one of those.
    least
        int64, one a row, or None: fewer units than this are none at all.
    bundle
        int64, one a pair, or None: all units of a row are of pairs of one bundle; -1 where that does not matter.
    fair_first
        Whether the tiers of fairness stand above those of the classes; else between them and the gains.
    load
        int64, one a pair, or None: how much of the capacity a pair takes, where that differs.
    places
        int64, one a column, or None: with loads, how many pairs of a column may be chosen besides.
    n_tiers
        Number of classes that are counted, 0 where only the gains count; the highest class that occurs by default.
    room, row_start
        Derived: int64, one a column, its capacity clipped to the number of its pairs; and where the pairs of each row
        begin: those of row r are ``row_start[r] : row_start[r + 1]``.
    """

    row: Int32Array
    col: Int32Array
    gain: IntArray
    need: IntArray
    capacity: IntArray
    tier: IntArray
    fixed: BoolArray | None = None
    rank: IntArray | None = None
    owner: Int32Array | None = None
    row_groups: Forest | None = None
    col_groups: Forest | None = None
    load: IntArray | None = None
    places: IntArray | None = None
    n_tiers: int = -1
    fair_first: bool = False
    crossing: tuple[Crossing, ...] = ()
    least: IntArray | None = None
    bundle: IntArray | None = None
    room: IntArray = field(init=False)
    row_start: IntArray = field(init=False)

    def __post_init__(self) -> None:
        for name in ("row", "col"):
            _keep(self, name, np.int32)
        for name in ("gain", "need", "capacity", "tier"):
            _keep(self, name, np.int64)
        if self.fixed is not None:
            _keep(self, "fixed", np.bool_)
        for name in ("rank", "places"):
            if getattr(self, name) is not None:
                _keep(self, name, np.int64)
        self._check_pairs()
        self._check_sides()
        highest = int(self.tier.max(initial=0))
        law(self.n_tiers == -1 or self.n_tiers >= highest, "no row is of a class above n_tiers")
        object.__setattr__(self, "n_tiers", max(self.n_tiers, highest))
        room = np.minimum(self.capacity, np.bincount(self.col, minlength=self.n_cols))
        object.__setattr__(self, "room", frozen(room))
        keys = np.arange(self.n_rows + 1, dtype=np.int32)  # of the rows' own type: any other makes a copy of them
        object.__setattr__(self, "row_start", frozen(np.searchsorted(self.row, keys).astype(np.int64)))

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.need)

    @property
    def n_cols(self) -> int:
        """Number of columns."""
        return len(self.capacity)

    @property
    def has_floors(self) -> bool:
        """Whether any group has a floor: then units of floors met are the highest tier."""
        return any(bool((forest.at_least > 0).any()) for _, forest in self.forests)

    @property
    def forests(self) -> tuple[tuple[bool, Forest], ...]:
        """All forests, nested and crossing, and whether each is of the rows."""
        nested = (True, self.row_groups), (False, self.col_groups)
        crossing = ((one.of_rows, one.forest) for one in self.crossing)
        return (*((of_rows, forest) for of_rows, forest in nested if forest is not None), *crossing)

    @property
    def has_conditions(self) -> bool:
        """Whether some row takes so many units or none, or all of one bundle: no flow holds that."""
        return (self.least is not None and bool((self.least > 1).any())) or (
            self.bundle is not None and bool((self.bundle >= 0).any())
        )

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return len(self.row)

    def _check_pairs(self) -> None:
        n_pairs = len(self.row)
        law(len(self.col) == n_pairs == len(self.gain), "row, col and gain have one entry a pair")
        if n_pairs == 0:
            return
        law(int(self.row.min()) >= 0 and int(self.row.max()) < self.n_rows, "rows lie in 0 .. n_rows - 1")
        law(int(self.col.min()) >= 0 and int(self.col.max()) < self.n_cols, "columns lie in 0 .. n_cols - 1")
        most = max(-int(self.gain.min()), int(self.gain.max()))
        law(most <= MOST_GAIN, f"gains lie within 2^40, got {most:,}")
        step = np.diff(self.row)
        ordered = (step > 0) | ((step == 0) & (np.diff(self.col) > 0))
        law(bool(ordered.all()), "pairs are sorted by row, then column, without doubles")

    def _check_sides(self) -> None:
        law(len(self.tier) == self.n_rows, "tier has one entry a row")
        law(self.rank is None or len(self.rank) == self.n_rows, "rank has one entry a row")
        law(self.fixed is None or len(self.fixed) == self.n_pairs, "fixed has one entry a pair")
        law(self.least is None or len(self.least) == self.n_rows, "least has one entry a row")
        law(self.bundle is None or len(self.bundle) == self.n_pairs, "bundle has one entry a pair")
        law(self.owner is None or len(self.owner) == self.n_cols, "owner has one entry a column")
        sizes = all(len(forest.leaf) == (self.n_rows if of_rows else self.n_cols) for of_rows, forest in self.forests)
        law(sizes, "a forest has one leaf a row, or one a column")
        law(self.load is None or len(self.load) == self.n_pairs, "load has one entry a pair")
        law(self.places is None or len(self.places) == self.n_cols, "places has one entry a column")
        law(
            self.places is None or self.load is not None,
            "places stand beside loads; without them they are the capacity",
        )
        law(self.places is None or bool((self.places >= 0).all()), "places are not negative")
        law(bool((self.need >= 0).all() and (self.capacity >= 0).all()), "needs and capacities are not negative")
        law(bool((self.tier >= 0).all()), "classes count from 0")


@dataclass(frozen=True, slots=True)
class Prices:
    """The price of one place at each column: ``tier`` counts first, then ``gain`` (a pair in the ordered group)."""

    tier: IntArray
    gain: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Multipliers:
    """What proves the bound of one tier where pairs have loads; `servicematch.solve.hours.bound` says how.

    Attributes
    ----------
    scale
        Weights and multipliers are whole multiples of ``1 / scale`` of the tier's unit.
    keep
        int64, one a class from 0, none negative: what a unit of each class above the tier is paid for being kept.
    row
        int64, one a row, none negative: what a row's unit is charged.
    """

    scale: int
    keep: IntArray
    row: IntArray


@dataclass(frozen=True, slots=True)
class GroupPrices:
    """Prices of a problem with groups: vectors, one whole number a tier as in `Solution.objective`.

    A unit pays the price of its column and of every group above it on both sides. A price is what the way through one
    place costs, negative where a floor asks for more. ``row_groups`` and ``col_groups`` have one line a group of the
    forests, ``col`` one a column; together with the utilities of the rows they prove the bound.

    Where groups cross, ``crossing`` has the lines of theirs, an array a forest, and each tier is proved by itself:
    ``weights`` (a line a tier) says what a unit in each tier counts there, as `servicematch.solve.crossed.bound` has it.
    Without weights the vectors are compared from the left.
    """

    col: IntArray
    row_groups: IntArray
    col_groups: IntArray
    crossing: tuple[IntArray, ...] = ()
    weights: IntArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Satisfied:
    """What proves a choice to be leximin-best by levels among all that serve the same units of each row.

    A pair is worth minus one at its level (nothing at ``steps``), and its gain behind all levels; a unit pays the price
    of its column. Compared from the left, the best margins of every row, as many as it has units, and the priced places
    come to exactly what the choice is worth.

    Attributes
    ----------
    steps
        The highest level: the best that a row could have.
    levels
        The levels that some column has a price for, rising; ``steps`` stands for gains.
    prices
        int64, a line a column and a column for each of these.
    first
        int64, positions of the pairs of the solution that settled how many units each row gets, fixed ones too.
    """

    steps: int
    levels: tuple[int, ...]
    prices: IntArray
    first: IntArray


@dataclass(frozen=True, slots=True)
class Solution:
    """Which pairs were chosen, what that is worth, and how much of it is proved.

    Attributes
    ----------
    chosen
        int64, positions of the chosen pairs (the fixed ones too), rising.
    objective, bound
        One whole number a tier: units of floors met where there are floors, then the highest class first, fairness where
        groups have worths (first with ``fair_first``), gains (less what groups cost) last; fixed pairs are not counted.
    prices
        The proof: whoever adds the utilities and the priced places gets ``bound``.
    group_prices
        The proof instead, where there are groups or owners; None elsewhere.
    tied
        int64, rows that want more units and could have had one in another solution just as good.
    solver, n_solves
        Which way was taken, and how many flows it needed.
    n_pairs_solved
        Pairs that OR-Tools was given in the round in which they were most, not summed over rounds (over pieces they
        are): all of them, or only those near enough to matter.
    multipliers
        With loads, one a tier as in ``bound``: they are the proof then, and ``prices`` are only told.
    claimed
        With loads, a bound out of a branch-and-bound tree, which nobody can check; None where there is none.
    satisfied
        Where levels were made as even as can be: what proves that. The bound of the gains, and ``prices``, are then those
        of the best solution without it.
    """

    chosen: IntArray
    objective: tuple[int, ...]
    bound: tuple[int, ...]
    prices: Prices
    status: Status
    stopped_by: str | None
    tied: IntArray
    solver: str
    n_solves: int
    n_pairs_solved: int
    seconds: Mapping[str, float] = field(default_factory=dict)
    group_prices: GroupPrices | None = None
    multipliers: Sequence[Multipliers] = ()
    claimed: tuple[int, ...] | None = None
    satisfied: Satisfied | None = None


def _keep(problem: Problem, name: str, dtype: type[np.generic]) -> None:
    """Write-protect one array, refusing any other dtype: a silent cast is how solvers are given nonsense."""
    array: AnyArray = getattr(problem, name)
    law(
        isinstance(array, np.ndarray) and array.dtype == dtype and array.ndim == 1,
        f"{name} is a flat {dtype.__name__} array",
    )
    object.__setattr__(problem, name, frozen(np.ascontiguousarray(array)))
