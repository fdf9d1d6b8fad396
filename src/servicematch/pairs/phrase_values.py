"""Needs against phrases: values pairs by the phrases that their teams offer, in numpy or in a compiled loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.pairs.cosine import compact
from servicematch.pairs.slices import ramp, taken

if TYPE_CHECKING:
    from types import ModuleType

    from scipy.sparse import csr_matrix

    from servicematch.base.arrays import FloatArray, Int32Array, IntArray
    from servicematch.pairs.cosine import SparseCosine

PHRASES_AT_ONCE = 1 << 19
FEW_PHRASES = 64  # as most teams offer: then it pays to take the first of each, then the second, and so on


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedPhrases:
    """Vectors of the different needs and phrases, and who has which.

    Attributes
    ----------
    cosine
        Needs on the left, phrases on the right.
    by_piece
        The phrases once more, from the pieces' side.
    row_text
        Which need each request has, -1 for none.
    indptr, number
        Team t offers the phrases ``number[indptr[t]:indptr[t + 1]]``.
    """

    cosine: SparseCosine
    by_piece: csr_matrix
    row_text: IntArray
    indptr: IntArray
    number: IntArray

    @classmethod
    def of(cls, cosine: SparseCosine, row_text: IntArray, indptr: IntArray, number: IntArray) -> PreparedPhrases:
        """Turn the phrases round."""
        return cls(cosine, cosine.right.T.tocsr(), row_text, indptr, number)

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value each pair by all phrases of its team; NaN where the request has no words."""
        need = self.row_text[rows]
        values = np.where(need >= 0, 0.0, np.nan)
        n_phrases = np.diff(self.indptr)[cols]
        both = (need >= 0) & (n_phrases > 0)
        few, many = (np.flatnonzero(both & some) for some in (n_phrases <= FEW_PHRASES, n_phrases > FEW_PHRASES))
        for pairs, squares in ((few, self._in_rounds), (many, self._in_runs)):
            if len(pairs):
                values[pairs] = np.sqrt(squares(need[pairs], cols[pairs]))
        return np.minimum(values, 1.0, out=values)

    def _in_rounds(self, need: IntArray, cols: Int32Array) -> FloatArray:
        """Add up squared cosines: those of every team's first phrase, then of the second of those that have one."""
        needs, at_need = compact(need, self.cosine.left.shape[0])
        teams, at_team = compact(cols, len(self.indptr) - 1)
        lengths, numbers = self._phrases_of(teams)
        offered, place = compact(numbers, self.cosine.right.shape[0])
        block = self.cosine.block(needs, offered, int(lengths[at_team].sum()))
        if block is None:
            return self._in_runs(need, cols)
        squares, total = np.square(block, out=block).ravel(), np.zeros(len(need))
        pairs, left, line = np.arange(len(need)), lengths[at_team], at_need * len(offered)
        at = (np.cumsum(lengths) - lengths)[at_team]
        for k in range(int(left.max(initial=0))):
            if k:
                pairs, left, line, at = taken(left > k, pairs, left, line, at)
            total[pairs] += squares.take(line + place.take(at + k))
        return total

    def _in_runs(self, need: IntArray, cols: Int32Array) -> FloatArray:
        """Add up squared cosines pair by pair, so many phrases at a time: a team may offer thousands."""
        total = np.zeros(len(need))
        steps = np.cumsum(np.diff(self.indptr)[cols]) // PHRASES_AT_ONCE
        for pairs in np.split(np.arange(len(need)), np.flatnonzero(np.diff(steps)) + 1):
            lengths, phrases = self._phrases_of(cols[pairs])
            cosines = self.cosine.of(np.repeat(need[pairs], lengths), phrases)
            # In order, as the others do; numpy's own sums go by pairs.
            of_pair = np.repeat(np.arange(len(pairs)), lengths)
            total[pairs] = np.bincount(of_pair, weights=cosines * cosines, minlength=len(pairs))
        return total

    def _phrases_of(self, teams: IntArray | Int32Array) -> tuple[IntArray, IntArray]:
        """Give how many phrases each team has, and which, one team after another."""
        lengths = np.diff(self.indptr)[teams]
        return lengths, self.number[np.repeat(self.indptr[teams], lengths) + ramp(lengths)]

    def compiled_values(
        self, kernels: ModuleType, rows: Int32Array, cols: Int32Array, products_per_pair: float | None = None
    ) -> FloatArray:
        """Value each pair as `values` does, to the bit, in a compiled loop.

        ``products_per_pair`` is what comparing a need with one team takes: counted, unless it is given.
        """
        phrases = self.cosine.right
        if products_per_pair is None:
            products_per_pair = np.diff(phrases.indptr)[self.number].sum() / max(1, len(self.indptr) - 1)
        need_of, *teams = (np.asarray(part, dtype=np.int64) for part in (self.row_text, self.indptr, self.number))
        texts = tuple(map(_parts, (self.cosine.left, phrases, self.by_piece)))
        values: FloatArray = kernels.phrase_values(need_of, texts, tuple(teams), float(products_per_pair), (rows, cols))
        return values


def _parts(side: csr_matrix) -> tuple[IntArray, Int32Array, FloatArray]:
    """Give what a sparse matrix is made of, in the types of the compiled loop."""
    return side.indptr.astype(np.int64), side.indices.astype(np.int32, copy=False), side.data
