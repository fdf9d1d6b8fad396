"""Scored pairs: who could serve whom, how well, in whole micro-points; what the solver needs and nothing more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.base.parallel import each
from servicematch.base.progress import QUIET
from servicematch.pairs import fast
from servicematch.pairs.candidates import MAX_LOOKED_AT, MAX_PAIRS, Search, too_many
from servicematch.pairs.micro import micro_reserve, quantise
from servicematch.pairs.scorer import Scorer, prepare_scorer
from servicematch.pairs.slices import slices, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from servicematch.base.arrays import AnyArray, Int32Array, IntArray
    from servicematch.base.progress import Bar
    from servicematch.base.protocols import Limit, Term

__all__ = ["Block", "ScoredPairs", "Scorer", "build_pairs", "prepare_scorer", "quantise", "score_block"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ScoredPairs:
    """The eligible pairs by request, then team, with their gains; and what was left out, by request.

    Attributes
    ----------
    rows, cols, gains
        int32: request ``rows[p]`` and team ``cols[p]`` may meet for ``gains[p]`` micro-points.
    slots
        int32: in slot ``slots[p]``, which is the team's; the pairs are then sorted by request and slot. None without slots.
    n_requests, n_teams, n_slots
        The sizes of the tables; no slots where none are given.
    n_eligible_before_relevance
        For each request, how many teams pass every limit, with slots in one of these.
    n_after_relevance
        How many of these the relevance rule keeps. The rest of them, without those in ``rows``, is below the reserve.
    best_below_reserve
        For each request the largest gain among the pairs below the reserve, -1 where there are none.
    limits_on, limits_off, terms_on, terms_off
        Names.
    by, n_looked_at
        The index that was used and how many pairs it listed (an upper bound).
    """

    rows: Int32Array
    cols: Int32Array
    gains: Int32Array
    n_requests: int
    n_teams: int
    n_eligible_before_relevance: IntArray
    n_after_relevance: IntArray
    best_below_reserve: Int32Array
    limits_on: tuple[str, ...]
    limits_off: tuple[str, ...]
    terms_on: tuple[str, ...]
    terms_off: tuple[str, ...]
    by: str
    n_looked_at: int
    slots: Int32Array | None = None
    n_slots: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        slots = "" if self.slots is None else f" in {self.n_slots} slots"
        return f"ScoredPairs({len(self)} pairs of {self.n_requests} requests and {self.n_teams} teams{slots})"

    @property
    def columns(self) -> Int32Array:
        """What a pair takes a place of: its slot, without slots its team."""
        return self.cols if self.slots is None else self.slots

    @property
    def n_columns(self) -> int:
        """How many slots there are, without slots how many teams."""
        return self.n_teams if self.slots is None else self.n_slots

    @property
    def keys(self) -> IntArray:
        """Each pair as one number, ``row * n_columns + column``, rising."""
        return self.rows.astype(np.int64) * max(1, self.n_columns) + self.columns

    @property
    def indptr(self) -> IntArray:
        """Where each request's pairs begin: those of request r are ``indptr[r]:indptr[r + 1]``."""
        return np.searchsorted(self.rows, np.arange(self.n_requests + 1, dtype=np.int32))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Block:
    """The scored pairs of a run of requests."""

    stop: int
    rows: Int32Array
    cols: Int32Array
    gains: Int32Array
    n_eligible: IntArray
    n_relevant: IntArray
    best_below: Int32Array
    slots: Int32Array | None = None


def build_pairs(
    requests: Any,
    teams: Any,
    limits: Sequence[Limit],
    terms: Sequence[Term],
    *,
    reserve: float | None = None,
    min_relevance: float = 0.26,
    n_jobs: int | None = None,
    max_pairs: int = MAX_PAIRS,
    max_looked_at: int = MAX_LOOKED_AT,
    bar: Bar = QUIET,
) -> tuple[Scorer, ScoredPairs]:
    """Find the pairs that pass every limit and score them, block by block.

    Parameters
    ----------
    requests, teams
        The tables.
    limits, terms
        Of the policy, in its order.
    reserve
        Pairs that score less (in micro-points) are left out; None keeps all.
    min_relevance
        The least text value for a request with neither category, skills nor booked team; 0 switches the rule off.
    n_jobs
        Workers, as in joblib. The result does not depend on it.
    max_pairs, max_looked_at
        Most pairs to hold, and to try.
    bar
        Is told of the requests of each block.

    Raises
    ------
    TooManyPairsError
        When more pairs would be tried or held; it says how many and what to tighten.

    Examples
    --------
    >>> from servicematch.pairs.limits import Skills
    >>> from servicematch.pairs.terms import TrackRecord
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1, 2], "skills": ["yoga", None]})
    >>> teams = Teams({"id": [1, 2], "skills": ["yoga", None], "mean_rating": [1.0, None], "n_rated": [5, 0]})
    >>> scorer, pairs = build_pairs(requests, teams, [Skills()], [TrackRecord()])
    >>> pairs.rows, pairs.cols, pairs.gains
    (array([0, 1, 1], dtype=int32), array([0, 0, 1], dtype=int32), array([900000, 900000, 800000], dtype=int32))
    """
    floor = micro_reserve(reserve)
    scorer = prepare_scorer(requests, teams, limits, terms, min_relevance)
    search = Search.plan(scorer.limits, scorer.n_requests, scorer.n_teams)
    search.check(max_looked_at)
    # What terms have learnt from the teams, and their words, is of no use to a worker: it is not sent.
    measure = partial(score_block, replace(scorer, fitted_terms=()), search, floor)
    return scorer, gathered(blocks_of(measure, search, n_jobs, max_pairs, bar), scorer, search)


def blocks_of(
    measure: Callable[[tuple[int, int]], Block], search: Search, n_jobs: int | None, max_pairs: int, bar: Bar
) -> list[Block]:
    """Measure all blocks of requests, and stop where they hold too many pairs.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> scorer, search = prepare_scorer(Requests({"id": [1]}), Teams({"id": [1, 2]}), [], []), Search.plan([], 1, 2)
    >>> len(blocks_of(partial(score_block, scorer, search, 0), search, None, 10, QUIET))
    1
    """
    blocks: list[Block] = []
    n_kept = 0
    bar.expect(search.n_requests, "requests")
    for block in each(measure, search.blocks(), n_jobs):
        blocks.append(block)
        bar.advance(len(block.n_eligible))
        n_kept += len(block.rows)
        if n_kept > max_pairs:
            raise too_many(n_kept, block.stop, search, max_pairs)
    return blocks


def score_block(scorer: Scorer, search: Search, floor: int, requests: tuple[int, int]) -> Block:
    """Find and score the pairs of requests ``start <= r < stop``, and keep the relevant ones of at least ``floor``.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> scorer = prepare_scorer(Requests({"id": [1]}), Teams({"id": [1, 2]}), [], [])
    >>> score_block(scorer, Search.plan([], 1, 2), 0, (0, 1)).gains
    array([0, 0], dtype=int32)
    """
    start, stop = requests
    kernels = fast.kernels(search.n_looked_at)
    rows, cols = search.eligible(start, stop, kernels)
    gains = np.empty(len(rows), dtype=np.int32)
    relevant = np.ones(len(rows), dtype=np.bool_)
    for part in slices(len(rows)):
        score, kept = scorer.score_and_relevance(rows[part], cols[part], kernels)
        gains[part] = quantise(score)
        if kept is not None:
            relevant[part] = kept
    n_eligible = np.bincount(rows - start, minlength=stop - start)
    if not relevant.all():
        rows, cols, gains = taken(relevant, rows, cols, gains)
    n_relevant = np.bincount(rows - start, minlength=stop - start)
    best_below = np.full(stop - start, -1, dtype=np.int32)
    below = gains < floor
    if below.any():
        np.maximum.at(best_below, rows[below] - start, gains[below])
        rows, cols, gains = taken(~below, rows, cols, gains)
    return Block(stop, rows, cols, gains, n_eligible, n_relevant, best_below)


def gathered(blocks: list[Block], scorer: Scorer, search: Search, *, n_slots: int | None = None) -> ScoredPairs:
    """Put the pairs of all blocks together; ``scorer`` names the limits and terms that were on.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> scorer, search = prepare_scorer(Requests({"id": [1]}), Teams({"id": [1, 2]}), [], []), Search.plan([], 1, 2)
    >>> gathered([score_block(scorer, search, 0, (0, 1))], scorer, search)
    ScoredPairs(2 pairs of 1 requests and 2 teams)
    """

    def joined(name: str, dtype: Any) -> AnyArray:
        return frozen(np.concatenate([np.empty(0, dtype=dtype), *(getattr(block, name) for block in blocks)]))

    return ScoredPairs(
        rows=joined("rows", np.int32),
        cols=joined("cols", np.int32),
        gains=joined("gains", np.int32),
        n_requests=search.n_requests,
        n_teams=search.n_teams,
        n_eligible_before_relevance=joined("n_eligible", np.int64),
        n_after_relevance=joined("n_relevant", np.int64),
        best_below_reserve=joined("best_below", np.int32),
        limits_on=scorer.limits_on,
        limits_off=scorer.limits_off,
        terms_on=scorer.terms_on,
        terms_off=scorer.terms_off,
        by=search.by,
        n_looked_at=search.n_looked_at,
        slots=None if n_slots is None else joined("slots", np.int32),
        n_slots=n_slots or 0,
    )
