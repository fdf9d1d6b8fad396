"""Rankings: for each request its best teams, or for each team its best requests, among the eligible pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.pairs import fast
from servicematch.pairs.candidates import MAX_LOOKED_AT, Search, passing
from servicematch.pairs.micro import quantise
from servicematch.pairs.slices import PAIRS_PER_BLOCK, outer, ramp, slices, taken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from servicematch.base.arrays import FloatArray, Int32Array, IntArray
    from servicematch.pairs.scorer import Scorer


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ranking:
    """Pairs by whoever asked, the best first.

    Attributes
    ----------
    rows, cols
        The pairs kept.
    score
        In [0, 1].
    rank
        1 for the best; equal scores rank in the canonical order of those ranked.
    asked
        Who asked: requests or teams, as positions.
    n_eligible
        For each of ``asked`` how many could be chosen from: pairs that pass every limit, relevant enough, and not
        below the reserve.
    """

    rows: Int32Array
    cols: Int32Array
    score: FloatArray
    rank: IntArray
    asked: IntArray
    n_eligible: IntArray


def rank_pairs(scorer: Scorer, asked: IntArray, *, k: int, for_teams: bool = False, floor: int = 0) -> Ranking:
    """Rank for each of ``asked`` the best ``k`` of the other side.

    Few are tried with everybody; for many the limits' index is asked. The ranking is the same.

    Parameters
    ----------
    asked
        Positions of requests, or of teams where ``for_teams``; each once.
    k
        So many are kept for each.
    floor
        Pairs that score less (in micro-points) are not eligible.

    Examples
    --------
    >>> from servicematch.pairs.scorer import prepare_scorer
    >>> from servicematch.pairs.terms import TrackRecord
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> teams = Teams({"id": [1, 2, 3], "mean_rating": [0.2, 1.0, 0.5], "n_rated": [5, 5, 5]})
    >>> scorer = prepare_scorer(Requests({"id": [1]}), teams, [], [TrackRecord()])
    >>> ranking = rank_pairs(scorer, np.array([0]), k=2)
    >>> ranking.cols, ranking.rank, ranking.n_eligible
    (array([1, 2], dtype=int32), array([1, 2]), array([3]))
    """
    n_own, n_other = scorer.n_requests, scorer.n_teams
    if for_teams:
        n_own, n_other = n_other, n_own
    place = np.full(n_own, -1, dtype=np.int64)
    place[asked] = np.arange(len(asked))
    n_eligible = np.zeros(len(asked), dtype=np.int64)
    kept: list[tuple[Int32Array, Int32Array, FloatArray]] = []
    search = Search.plan(scorer.limits, scorer.n_requests, scorer.n_teams)
    kernels = fast.kernels(min(search.n_looked_at, len(asked) * n_other))
    for rows, cols in _eligible(search, asked, n_other, kernels, for_teams=for_teams):
        own = place[cols if for_teams else rows]
        rows, cols = taken(own >= 0, rows, cols)  # noqa: PLW2901  the others were listed in passing
        found = _scored(scorer, rows, cols, floor, kernels)
        n_eligible += np.bincount(place[found[1] if for_teams else found[0]], minlength=len(asked))
        kept.append(_best(*found, place, k, for_teams=for_teams)[0])
    nothing = np.empty(0, dtype=np.int32)
    parts = [(nothing, nothing, np.empty(0)), *kept]
    rows, cols = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    score = np.concatenate([part[2] for part in parts])
    (rows, cols, score), rank = _best(rows, cols, score, place, k, for_teams=for_teams)
    return Ranking(frozen(rows), frozen(cols), frozen(score), frozen(rank), frozen(asked), frozen(n_eligible))


def _eligible(
    search: Search, asked: IntArray, n_other: int, kernels: ModuleType | None, *, for_teams: bool
) -> Iterator[tuple[Int32Array, Int32Array]]:
    """List the pairs that pass every limit: at least all those of ``asked``, in pieces."""
    if len(asked) * n_other >= search.n_looked_at:
        search.check(MAX_LOOKED_AT)
        for start, stop in search.blocks():
            yield search.eligible(start, stop, kernels)
        return
    others = np.arange(n_other)
    for part in slices(len(asked), max(1, PAIRS_PER_BLOCK // max(1, n_other))):
        own, other = outer(asked[part], others)
        yield passing(search.limits, *((other, own) if for_teams else (own, other)), kernels)


def _scored(
    scorer: Scorer, rows: Int32Array, cols: Int32Array, floor: int, kernels: ModuleType | None
) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Score pairs, and drop what is not relevant or below the floor."""
    score, keeps = np.empty(len(rows)), np.ones(len(rows), dtype=np.bool_)
    for part in slices(len(rows)):
        score[part], relevant = scorer.score_and_relevance(rows[part], cols[part], kernels)
        keeps[part] = True if relevant is None else relevant
    keeps &= quantise(score) >= floor
    kept: tuple[Int32Array, Int32Array, FloatArray] = taken(keeps, rows, cols, score)
    return kept


def _best(
    rows: Int32Array, cols: Int32Array, score: FloatArray, place: IntArray, k: int, *, for_teams: bool
) -> tuple[tuple[Int32Array, Int32Array, FloatArray], IntArray]:
    """Keep the best ``k`` pairs of each of the asked, in their order, and rank them."""
    own, other = (cols, rows) if for_teams else (rows, cols)
    order = np.lexsort((other, -score, place[own]))
    rank = ramp(np.bincount(place[own], minlength=1)) + 1
    top = order[rank <= k]
    return (rows[top], cols[top], score[top]), rank[rank <= k]
