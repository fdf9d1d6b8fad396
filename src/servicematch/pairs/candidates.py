"""Candidates: which pairs pass every limit, found from the most selective index, block by block, in canonical order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import PolicyError, TooManyPairsError
from servicematch.base.protocols import passes
from servicematch.pairs.slices import PAIRS_PER_BLOCK, outer, slices, taken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import TypeAlias

    from servicematch.base.arrays import BoolArray, Int32Array
    from servicematch.base.protocols import PairSource, PreparedLimit

    NamedLimit: TypeAlias = tuple[str, PreparedLimit]

MAX_PAIRS = 50_000_000
"""So many pairs may be held at once: 12 bytes each, and about twice that while they are collected."""

MAX_LOOKED_AT = 400_000_000
"""So many pairs may be tried against the limits: some minutes."""

MAX_BLOCK_ROWS = 1 << 18

UNKNOWN_COST = 100.0  # of a caller's own limit: asked last, when few pairs are left

_ADVICE = (
    "Hint: give teams a smaller radius_km or requests a max_km, ask for skills or categories, "
    "add a limit such as SameArea or Allowed, or match fewer requests at a time."
)


@dataclass(frozen=True, slots=True)
class AllPairs:
    """The index of last resort: every team for every request."""

    n_requests: int
    n_teams: int

    def estimate(self) -> int:
        """Count all pairs.

        Examples
        --------
        >>> AllPairs(3, 2).estimate()
        6
        """
        return self.n_requests * self.n_teams

    def pairs(self, start: int, stop: int) -> tuple[Int32Array, Int32Array]:
        """List all pairs of requests ``start <= r < stop``."""
        return outer(np.arange(start, stop), np.arange(self.n_teams))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Search:
    """Where to look for pairs.

    Attributes
    ----------
    source
        The index.
    by
        The name of the limit it belongs to; ``"all pairs"`` for none.
    n_looked_at
        How many pairs it will list.
    limits
        All limits, cheapest first.
    """

    source: PairSource
    by: str
    n_looked_at: int
    limits: tuple[NamedLimit, ...]
    n_requests: int
    n_teams: int

    @classmethod
    def plan(cls, limits: Sequence[NamedLimit], n_requests: int, n_teams: int) -> Search:
        """Choose the index that lists the fewest pairs.

        Examples
        --------
        >>> Search.plan([], 3, 2).by
        'all pairs'
        """
        every = AllPairs(n_requests, n_teams)
        found: list[tuple[int, str, PairSource]] = [(every.estimate(), "all pairs", every)]
        for name, limit in limits:
            index = getattr(limit, "index", None)
            source = index() if index is not None else None
            if source is not None:
                found.append((source.estimate(), name, source))
        n_looked_at, by, source = min(found, key=lambda entry: entry[0])
        cheapest = sorted(limits, key=lambda named: float(getattr(named[1], "cost", UNKNOWN_COST)))
        return cls(source, by, n_looked_at, tuple(cheapest), n_requests, n_teams)

    def check(self, max_looked_at: int = MAX_LOOKED_AT) -> None:
        """Refuse a search that would take too long, before it begins.

        Examples
        --------
        >>> Search.plan([], 3, 2).check()
        """
        if self.n_looked_at > max_looked_at:
            raise TooManyPairsError(
                f"{self.n_requests:,} requests and {self.n_teams:,} teams: about {self.n_looked_at:,} pairs would have "
                f"to be looked at (by {self.by}), at most {max_looked_at:,} are. {_ADVICE}"
            )

    def blocks(self, pairs_per_block: int = PAIRS_PER_BLOCK) -> list[tuple[int, int]]:
        """Cut the requests into blocks that list about ``pairs_per_block`` pairs each.

        Examples
        --------
        >>> Search.plan([], 3, 2).blocks(pairs_per_block=4)
        [(0, 2), (2, 3)]
        """
        step = int(pairs_per_block * self.n_requests / max(1, self.n_looked_at))
        step = min(max(1, step), MAX_BLOCK_ROWS)
        return [(part.start, part.stop) for part in slices(self.n_requests, step)]

    def eligible(self, start: int, stop: int, kernels: ModuleType | None = None) -> tuple[Int32Array, Int32Array]:
        """List the pairs of requests ``start <= r < stop`` that pass every limit, by request, then team.

        With ``kernels``, by compiled loops where there are some: the answer is the same.

        Examples
        --------
        >>> Search.plan([], 3, 2).eligible(1, 2)
        (array([1, 1], dtype=int32), array([0, 1], dtype=int32))
        """
        compiled = getattr(self.source, "compiled_pairs", None)
        if kernels is None or compiled is None:
            (rows, cols), limits = self.source.pairs(start, stop), self.limits
        else:  # compiled loops list only what passes the index's own limit
            rows, cols = compiled(kernels, start, stop)
            limits = tuple((name, limit) for name, limit in self.limits if name != self.by)
        kept = [passing(limits, rows[part], cols[part], kernels) for part in slices(len(rows))]
        if not kept:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
        return _canonical(np.concatenate([r for r, _ in kept]), np.concatenate([c for _, c in kept]), self.n_teams)


def passing(
    limits: Sequence[NamedLimit], rows: Int32Array, cols: Int32Array, kernels: ModuleType | None = None
) -> tuple[Int32Array, Int32Array]:
    """Keep the pairs that pass every limit, in their order; each limit is only asked about those still left.

    Examples
    --------
    >>> passing([], np.array([0], dtype=np.int32), np.array([1], dtype=np.int32))
    (array([0], dtype=int32), array([1], dtype=int32))
    """
    for name, limit in limits:
        if not len(rows):
            break
        ok = checked_passes(name, limit, rows, cols, kernels)
        rows, cols = taken(ok, rows, cols)
    return rows, cols


def checked_passes(
    name: str, limit: PreparedLimit, rows: Int32Array, cols: Int32Array, kernels: ModuleType | None = None
) -> BoolArray:
    """Tell which pairs pass a limit; a limit that does not answer once a pair is named in the error.

    Examples
    --------
    >>> from servicematch.pairs.named import PreparedBooked
    >>> booked = PreparedBooked(np.array([1]), n_teams=2)
    >>> checked_passes("booked", booked, np.array([0, 0]), np.array([0, 1]))
    array([False,  True])
    """
    if kernels is not None and hasattr(limit, "compiled_passes"):
        compiled: BoolArray = limit.compiled_passes(kernels, rows, cols)
        return compiled
    ok = np.asarray(passes(limit, rows, cols))
    if ok.shape != rows.shape:
        raise PolicyError(f"limits.{name}: expected one value a pair, {rows.shape}, got {ok.shape}.")
    return ok


def too_many(n_so_far: int, n_requests_done: int, search: Search, max_pairs: int) -> TooManyPairsError:
    """Say how many pairs the limits let through, judging by the requests done so far.

    Examples
    --------
    >>> print(str(too_many(6, 2, Search.plan([], 3, 3), 5))[:86])
    The limits let about 9 pairs through (3 requests, 3 teams), at most 5 can be held. Hin
    """
    guess = round(n_so_far * search.n_requests / max(1, n_requests_done))
    return TooManyPairsError(
        f"The limits let about {guess:,} pairs through ({search.n_requests:,} requests, {search.n_teams:,} teams), "
        f"at most {max_pairs:,} can be held. {_ADVICE}"
    )


def _canonical(rows: Int32Array, cols: Int32Array, n_teams: int) -> tuple[Int32Array, Int32Array]:
    """Sort by request, then team; each pair once, whatever the index did."""
    if not len(rows) or _is_canonical(rows, cols):
        return rows, cols
    # Most indexes list team by team: then a stable sort by request is enough.
    sorted_rows, sorted_cols = _by_row(rows, cols)
    if _is_canonical(sorted_rows, sorted_cols):
        return sorted_rows, sorted_cols
    keys = rows.astype(np.int64) * n_teams + cols
    keys.sort()  # not np.unique, which has become a hash table: ten times as long for millions of keys
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])]
    sorted_rows, sorted_cols = np.divmod(keys, n_teams)
    return sorted_rows.astype(np.int32), sorted_cols.astype(np.int32)


def _by_row(rows: Int32Array, cols: Int32Array) -> tuple[Int32Array, Int32Array]:
    """Sort by request; 16 bits at a time, for which numpy has a fast stable sort."""
    first, span = int(rows.min()), int(rows.max()) - int(rows.min())
    for shift in range(0, max(1, span.bit_length()), 16):
        order = np.argsort(((rows - first) >> shift).astype(np.uint16), kind="stable")
        rows, cols = rows.take(order), cols.take(order)
    return rows, cols


def _is_canonical(rows: Int32Array, cols: Int32Array) -> bool:
    up, same = rows[1:] > rows[:-1], rows[1:] == rows[:-1]
    return bool((up | (same & (cols[1:] > cols[:-1]))).all())
