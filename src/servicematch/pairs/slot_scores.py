"""Scored pairs of requests, teams and slots: pairs of teams are found first, then asked about each of their slots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.progress import QUIET
from servicematch.pairs import fast
from servicematch.pairs.candidates import MAX_LOOKED_AT, MAX_PAIRS, Search, checked_passes
from servicematch.pairs.micro import micro_reserve, quantise
from servicematch.pairs.scorer import NamedTerm, Scorer, WeightedMean, prepare_scorer
from servicematch.pairs.scores import Block, ScoredPairs, blocks_of, gathered
from servicematch.pairs.slices import PAIRS_PER_SLICE, slices, taken
from servicematch.pairs.times import with_time
from servicematch.pairs.timetable import LimitOfBestSlot, LimitOnSlots, TermOnSlots, Timetable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.base.progress import Bar
    from servicematch.base.protocols import Limit, PreparedLimit, Term


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SlotScorer:
    """Limits and terms made ready for three tables, seen from the teams and from the slots.

    Attributes
    ----------
    table
        Which slots each team has.
    of_teams
        Limits of requests and teams alone, to search by.
    by_team
        All limits, asked about requests and teams: a team passes where one of its slots does. Its terms are those of
        teams alone.
    by_slot
        All limits and terms, asked about requests and slots: its columns are slots.
    timed
        The limits of requests and slots.
    """

    table: Timetable
    of_teams: Scorer
    by_team: Scorer
    by_slot: Scorer
    timed: tuple[tuple[str, PreparedLimit], ...]


def prepare_slot_scorer(
    requests: Any,
    teams: Any,
    slots: Any,
    *,
    team: Int32Array,
    limits: Sequence[Limit],
    terms: Sequence[Term],
    min_relevance: float = 0.26,
) -> SlotScorer:
    """Make limits and terms ready for three tables; ``team`` is the position of each slot's team.

    A limit or a term that has ``prepare_slots(requests, teams, slots)`` speaks of requests and slots.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.slots import Slots
    >>> from servicematch.tables.teams import Teams
    >>> slots = Slots([{"id": 1, "team_id": 7, "start": "2026-06-06T09:00Z", "end": "2026-06-06T12:00Z"}])
    >>> team = np.array([0], dtype=np.int32)
    >>> scorer = prepare_slot_scorer(Requests({"id": [1]}), Teams({"id": [7]}), slots, team=team, limits=[], terms=[])
    >>> scorer.by_slot.limits_on
    ('time',)
    """
    limits = with_time(tuple(limits))
    of_teams = prepare_scorer(requests, teams, limits, terms, min_relevance)
    table, tables = Timetable.of(team, len(teams)), (requests, teams, slots)
    untimed, untimed_terms = dict(of_teams.limits), {term.name: term for term in of_teams.terms}
    on_teams, on_slots = [], []
    timed: list[tuple[str, PreparedLimit]] = []
    for limit in limits:
        if limit.name in untimed:
            on_teams.append((limit.name, untimed[limit.name]))
            on_slots.append((limit.name, LimitOnSlots(untimed[limit.name], table)))
        elif (ready := _prepared(limit, tables)) is not None:
            on_teams.append((limit.name, LimitOfBestSlot(ready, tuple(one for _, one in timed), table)))
            on_slots.append((limit.name, ready))
            timed.append((limit.name, ready))
    ready_terms = []
    for term in of_teams.fitted_terms:
        if term.name in untimed_terms:
            named = untimed_terms[term.name]
            ready_terms.append(NamedTerm(named.name, named.weight, TermOnSlots(named.prepared, table)))
        elif (ready := _prepared(term, tables)) is not None:
            ready_terms.append(NamedTerm(term.name, float(term.weight), ready))
    of_teams = replace(
        of_teams,
        limits_off=_without(of_teams.limits_off, [name for name, _ in timed]),
        terms_off=_without(of_teams.terms_off, [term.name for term in ready_terms]),
    )
    by_slot = replace(of_teams, n_teams=len(table), limits=tuple(on_slots), terms=tuple(ready_terms))
    return SlotScorer(table, of_teams, replace(of_teams, limits=tuple(on_teams)), by_slot, tuple(timed))


def _prepared(part: Any, tables: tuple[Any, Any, Any]) -> Any:
    """Make a limit or a term of slots ready; None for one that knows nothing of slots."""
    prepare = getattr(part, "prepare_slots", None)
    return None if prepare is None else prepare(*tables)


def _without(names: tuple[str, ...], others: list[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others)


def build_slot_pairs(
    scorer: SlotScorer,
    *,
    reserve: float | None = None,
    n_jobs: int | None = None,
    max_pairs: int = MAX_PAIRS,
    max_looked_at: int = MAX_LOOKED_AT,
    bar: Bar = QUIET,
) -> ScoredPairs:
    """Find the requests, teams and slots that pass every limit and score them, block by block.

    Parameters are those of `servicematch.pairs.scores.build_pairs`.
    """
    search = Search.plan(scorer.of_teams.limits, scorer.of_teams.n_requests, scorer.of_teams.n_teams)
    search.check(max_looked_at)
    lean = replace(
        scorer, **{name: replace(getattr(scorer, name), fitted_terms=()) for name in ("of_teams", "by_team", "by_slot")}
    )
    measure = partial(score_slot_block, lean, search, micro_reserve(reserve))
    blocks = blocks_of(measure, search, n_jobs, max_pairs, bar)
    return gathered(blocks, scorer.by_slot, search, n_slots=len(scorer.table))


def score_slot_block(scorer: SlotScorer, search: Search, floor: int, requests: tuple[int, int]) -> Block:
    """Find and score the pairs of requests ``start <= r < stop``, and keep the relevant ones of at least ``floor``."""
    start, stop = requests
    n = stop - start
    kernels = fast.kernels(search.n_looked_at)
    rows, cols = search.eligible(start, stop, kernels)
    several = max(1, len(scorer.table) // max(1, search.n_teams))
    parts = [
        _slots_of(scorer, rows[part], cols[part], kernels) for part in slices(len(rows), PAIRS_PER_SLICE // several)
    ]
    together: list[Any] = [np.concatenate([part[i] for part in parts]) for i in range(5)] if parts else _NOTHING
    rows, cols, slot, gains, relevant = together
    n_eligible = _n_teams(rows, cols, start, n)
    rows, cols, slot, gains = taken(relevant, rows, cols, slot, gains)
    n_relevant = _n_teams(rows, cols, start, n)
    best_below = np.full(n, -1, dtype=np.int32)
    below = gains < floor
    np.maximum.at(best_below, rows[below] - start, gains[below])
    rows, cols, slot, gains = taken(~below, rows, cols, slot, gains)
    order = np.lexsort((slot, rows))
    rows, cols, slot, gains = (values[order] for values in (rows, cols, slot, gains))
    return Block(stop, rows, cols, gains, n_eligible, n_relevant, best_below, slot)


_NOTHING: list[Any] = [*(np.empty(0, dtype=np.int32) for _ in range(4)), np.empty(0, dtype=np.bool_)]


def _slots_of(
    scorer: SlotScorer, rows: Int32Array, cols: Int32Array, kernels: ModuleType | None
) -> tuple[Int32Array, Int32Array, Int32Array, Int32Array, BoolArray]:
    """Ask pairs of requests and teams about each slot: rows, cols, slots, gains, whether relevant."""
    at, slot = scorer.table.spread(cols)
    for name, limit in scorer.timed:
        at, slot = taken(checked_passes(name, limit, rows[at], slot), at, slot)
    rows, cols, at = _used(rows, cols, at)
    mean, relevant = WeightedMean(len(at)), np.ones(len(rows), dtype=np.bool_)
    for term in scorer.by_slot.terms:
        if isinstance(term.prepared, TermOnSlots):  # valued once for a team, however many slots it has
            values = replace(term, prepared=term.prepared.term).values(rows, cols, kernels)
            if term.name == "text" and scorer.by_slot.relevance is not None:
                relevant = scorer.by_slot.relevance.keeps(rows, values)
            mean.add(term.weight, values[at])
        else:
            mean.add(term.weight, term.values(rows[at], slot, kernels))
    return rows[at], cols[at], slot, quantise(mean.score()), relevant[at]


def _used(rows: Int32Array, cols: Int32Array, at: IntArray) -> tuple[Int32Array, Int32Array, IntArray]:
    """Leave out the pairs of which no slot is left."""
    used = np.zeros(len(rows), dtype=np.bool_)
    used[at] = True
    return rows[used], cols[used], (np.cumsum(used) - 1)[at]


def _n_teams(rows: Int32Array, cols: Int32Array, start: int, n: int) -> IntArray:
    """Count the different teams of each request; those of a request stand together, the slots of each team too."""
    is_new = (np.diff(rows, prepend=-1) != 0) | (np.diff(cols, prepend=-1) != 0)
    return np.bincount(rows[is_new] - start, minlength=n)
