"""The waist: what every solver is given (`Problem`) and what every solver gives back (`Solution`)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.solve.forest import Crossing, Forest, law

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from servicematch.base.arrays import AnyArray, BoolArray, Int32Array, IntArray
    from servicematch.solve.days import Days
    from servicematch.solve.regulars import Regulars


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
        Further forests, each of which crosses one of those, or is of pairs.
    regulars
        Groups of rows that want one owner (or column, without owners) for all, or None.
    least
        int64, one a row, or None: fewer units than this are none at all.
    bundle
        int64, one a pair, or None: all units of a row are of pairs of one bundle; -1 where that does not matter.
    days
        Times of the pairs' work where owners need time on the way from row to row, or None; columns are of one unit then.
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
    regulars: Regulars | None = None
    days: Days | None = None
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
    def forests(self) -> tuple[tuple[str, Forest], ...]:
        """All forests, nested and crossing, each with what it is of."""
        nested = ("rows", self.row_groups), ("cols", self.col_groups)
        crossing = ((one.side, one.forest) for one in self.crossing)
        return (*((side, forest) for side, forest in nested if forest is not None), *crossing)

    @property
    def has_flow(self) -> bool:
        """Whether a flow holds it all: nothing crosses, and no units are bound to each other."""
        return not (self.crossing or self.has_conditions or self.regulars is not None or self.days is not None)

    def units(self, side: str, chosen: IntArray) -> IntArray:
        """Count the chosen pairs of each row, of each column, or of each pair.

        Examples
        --------
        >>> pairs = np.array([0, 0], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.array([5, 7])
        >>> problem = Problem(*pairs, need=np.array([2]), capacity=np.array([1, 1]), tier=np.array([1]))
        >>> [problem.units(side, np.array([1])).tolist() for side in ("rows", "cols", "pairs")]
        [[1], [0, 1], [0, 1]]
        """
        if side == "pairs":
            return np.bincount(chosen, minlength=self.n_pairs)
        of, n = (self.row, self.n_rows) if side == "rows" else (self.col, self.n_cols)
        return np.bincount(of[chosen], minlength=n)

    def owners(self, pairs: IntArray) -> IntArray:
        """Return whose the columns of some pairs are: their owners, or without such the columns themselves."""
        cols = self.col[pairs]
        whose: IntArray = (cols if self.owner is None else self.owner[cols]).astype(np.int64)
        return whose

    def part(self, pairs: IntArray, **changes: Any) -> Problem:
        """Return the problem of some of its pairs, rising, with further changes."""
        of_pairs = {
            name: None if values is None else values[pairs]
            for name, values in (
                (name, getattr(self, name)) for name in ("row", "col", "gain", "fixed", "bundle", "load")
            )
        }
        crossing = tuple(
            replace(one, forest=replace(one.forest, leaf=one.forest.leaf[pairs])) if one.side == "pairs" else one
            for one in self.crossing
        )
        days = None if self.days is None else self.days.part(pairs)
        return replace(self, **{**of_pairs, "crossing": crossing, "days": days, **changes})

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
        size = {"rows": self.n_rows, "cols": self.n_cols, "pairs": self.n_pairs}
        sizes = all(len(forest.leaf) == size[side] for side, forest in self.forests)
        law(sizes, "a forest has one leaf a row, a column or a pair")
        law(self.regulars is None or len(self.regulars.group) == self.n_rows, "regulars have one group a row")
        law(self.days is None or len(self.days.early) == self.n_pairs, "days have one entry a pair")
        law(self.days is None or bool((self.capacity <= 1).all()), "with days a column is of one unit")
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
    Without weights the vectors are compared from the left. ``cuts`` are pairs of which an owner can do at most one in
    time, each with its line.
    """

    col: IntArray
    row_groups: IntArray
    col_groups: IntArray
    crossing: tuple[IntArray, ...] = ()
    weights: IntArray | None = None
    cuts: tuple[tuple[IntArray, IntArray], ...] = ()


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
