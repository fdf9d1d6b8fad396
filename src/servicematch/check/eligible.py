"""Every eligible pair, derived again block by block, so that they never stand in memory together."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from servicematch.check.limits import is_listed
from servicematch.check.sources import blocks, cheapest, everything

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.check.book import Book


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of some requests that are eligible, or may be.

    Attributes
    ----------
    rows, cols
        Positions of request and team.
    gain, low, high
        Micro-points: as rounded, and at worst either way.
    passing
        Whether the pair passes as computed here.
    unsure
        Whether it stands so near an edge that another honest computation may say otherwise.
    """

    rows: Int32Array
    cols: Int32Array
    gain: IntArray
    low: IntArray
    high: IntArray
    passing: BoolArray
    unsure: BoolArray

    @property
    def ambiguous(self) -> BoolArray:
        """Pairs on an edge, of a limit or of rounding."""
        on_edge: BoolArray = self.unsure | (self.low != self.high)
        return on_edge

    def part(self, which: BoolArray) -> Pairs:
        """Take some of the pairs."""
        return Pairs(*(getattr(self, field.name)[which] for field in fields(self)))


def concatenated(parts: Sequence[Pairs]) -> Pairs:
    """Put pairs behind each other; there must be some part."""
    return Pairs(*(np.concatenate([getattr(one, field.name) for one in parts]) for field in fields(Pairs)))


def eligible_pairs(book: Book, n_requests: int, n_teams: int, apart: IntArray) -> Iterator[Pairs]:
    """Give all eligible pairs, the pairs of a request always together; those set apart are left out.

    Parameters
    ----------
    book
        Limits, terms and thresholds.
    n_requests, n_teams
        Sizes of the tables.
    apart
        Sorted keys ``row * n_teams + col`` of pinned and forbidden pairs.
    """
    source, length = cheapest([everything(n_requests, n_teams), *book.sources], n_requests)
    for start, stop in blocks(source, length, n_requests):
        rows, cols = source.pairs(start, stop)
        if len(apart):
            others = ~is_listed(apart, rows, cols, n_teams)
            rows, cols = rows[others], cols[others]
        yield judged(book, rows, cols)


def judged(book: Book, rows: Int32Array, cols: Int32Array) -> Pairs:
    """Keep the pairs that pass every limit and threshold, or may."""
    passing, certain = np.ones(len(rows), dtype=bool), np.ones(len(rows), dtype=bool)
    for rule in book.rules:
        passes, near_edge = rule.judge(rows, cols)
        stay = passes | near_edge
        rows, cols = rows[stay], cols[stay]
        passing, certain = (passing & passes)[stay], (certain & ~near_edge)[stay]
    scores = book.scores(rows, cols)
    stay = np.ones(len(rows), dtype=bool)
    for passes, near_edge in (book.is_relevant(scores), book.is_above_reserve(scores)):
        stay &= passes | near_edge
        passing, certain = passing & passes, certain & ~near_edge
    gain, low, high = (values[stay] for values in (scores.gain, scores.low, scores.high))
    return Pairs(rows[stay], cols[stay], gain, low, high, passing[stay], ~certain[stay])
