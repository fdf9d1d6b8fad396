"""The rule book: the limits and terms of a policy, ready for two tables, and what they say of a slice of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.claim import SCALE
from servicematch.check.builtin_limits import read_limit
from servicematch.check.builtin_terms import read_term
from servicematch.check.sphere import Sphere, unit_vectors

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from servicematch.base.protocols import PolicyLike
    from servicematch.check.limits import Rule
    from servicematch.check.sources import Source
    from servicematch.check.terms import Part

ROUNDING_EDGE = 1e-8
"""Micro-points: nearer than this to a half (and what `Nearness.doubt` adds), two honest computations may round a score
differently. Sums of the same terms in another order differ by less than 1e-9.
"""
_RELEVANCE_TOLERANCE, _RELEVANCE_EDGE = 1e-9, 1e-12


@dataclass(frozen=True, slots=True)
class Scores:
    """What the terms say of a slice of pairs.

    Attributes
    ----------
    score
        In [0, 1].
    gain, low, high
        Micro-points: as rounded, and at worst either way.
    relevance
        The value of the text where `Book.needs_relevance` asks for it; NaN elsewhere, and where nothing was written.
    """

    score: FloatArray
    gain: IntArray
    low: IntArray
    high: IntArray
    relevance: FloatArray


@dataclass(frozen=True, slots=True)
class Book:
    """Limits, terms and thresholds, ready for two tables.

    Attributes
    ----------
    rules, parts
        Limits and terms that are on.
    sources
        Lists that hold every eligible pair.
    needs_relevance
        Requests that may only go to teams whose text is near enough.
    min_relevance, reserve_micro
        The thresholds; a reserve of None is none.
    """

    rules: tuple[Rule, ...]
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]
    needs_relevance: BoolArray
    min_relevance: float
    reserve_micro: int | None

    def scores(self, rows: Int32Array, cols: Int32Array) -> Scores:
        """Score pairs: the mean of the terms by weight, without those that say nothing."""
        points, weights, doubt = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
        relevance = np.full(len(rows), np.nan)
        for part in self.parts:
            values = np.asarray(part.value.values(rows, cols), dtype=np.float64)
            says = ~np.isnan(values)
            points += part.weight * np.where(says, values, 0.0)
            weights += part.weight * says
            doubted = getattr(part.value, "doubt", None)
            if doubted is not None:
                doubt += part.weight * np.where(says, doubted(values), 0.0)
            if part.name == "text":
                relevance = np.where(self.needs_relevance[rows], values, np.nan)
        score, doubt = (np.divide(x, weights, out=np.zeros(len(rows)), where=weights > 0.0) for x in (points, doubt))
        micro = np.minimum(score, 1.0) * SCALE
        below = np.floor(micro)
        edge = np.abs(micro - below - 0.5) < ROUNDING_EDGE + doubt * SCALE
        gain = np.rint(micro).astype(np.int64)
        low = np.where(edge, below, gain).astype(np.int64)
        return Scores(score, gain, low, low + edge, relevance)

    def is_relevant(self, scores: Scores) -> tuple[BoolArray, BoolArray]:
        """Tell which pairs are relevant enough, and which stand on the edge."""
        over = scores.relevance - (self.min_relevance - _RELEVANCE_TOLERANCE)
        return ~(over < 0.0), np.abs(over) < _RELEVANCE_EDGE

    def is_above_reserve(self, scores: Scores) -> tuple[BoolArray, BoolArray]:
        """Tell which pairs reach the reserve (equal stays), and which do so in one rounding only."""
        if self.reserve_micro is None:
            everything = np.ones(len(scores.gain), dtype=bool)
            return everything, ~everything
        unsure = (scores.low < self.reserve_micro) & (scores.high >= self.reserve_micro)
        return scores.gain >= self.reserve_micro, unsure


def open_book(requests: Any, teams: Any, policy: PolicyLike) -> Book:
    """Make the limits and terms of a policy ready."""
    places = (requests.lat, requests.lon, teams.lat, teams.lon)
    sphere = None
    if all(column is not None for column in places):
        sphere = Sphere(unit_vectors(requests.lat, requests.lon), unit_vectors(teams.lat, teams.lon))
    read = [read_limit(limit, requests, teams, sphere) for limit in policy.limits]
    parts = [read_term(term, requests, teams, sphere) for term in policy.terms]
    active = tuple(part for part in parts if part is not None)
    asks = np.zeros(len(requests), dtype=bool)
    if policy.min_relevance > 0.0 and any(part.name == "text" for part in active):
        asks = _names_nothing(requests, {found.rule.name for found in read if found is not None})
    return Book(
        rules=tuple(found.rule for found in read if found is not None),
        parts=active,
        sources=tuple(found.source for found in read if found is not None and found.source is not None),
        needs_relevance=asks,
        min_relevance=policy.min_relevance,
        reserve_micro=None if policy.reserve is None else int(np.rint(policy.reserve * SCALE)),
    )


def _names_nothing(requests: Any, active: set[str]) -> BoolArray:
    """Find the requests with neither a category nor skills nor a booked team that an active limit would look at."""
    nothing = np.ones(len(requests), dtype=bool)
    if "categories" in active:
        nothing &= np.array([value is None for value in requests.category], dtype=bool)
    if "booked" in active:
        nothing &= np.array([value is None for value in requests.booked_team], dtype=bool)
    if "skills" in active:
        nothing &= np.diff(requests.skills.indptr) == 0
    return nothing
