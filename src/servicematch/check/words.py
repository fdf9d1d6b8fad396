"""Texts as weighted characters and pairs of characters, counted from their code points."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import AnyArray, FloatArray, Int32Array, IntArray, ObjectArray

_BITS = 21  # a code point plus one fits; 0 stands for "no character"
_SPACES = re.compile(r"\s{2,}")
_AT_ONCE = 200_000  # pairs multiplied at once
_DENSE = 8  # a product of all with all costs an eighth of a product of chosen rows, a cell


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The n-grams of the teams' offers and their weights; ``unseen`` weighs every other n-gram."""

    grams: IntArray
    idf: FloatArray
    unseen: float

    def vectors(self, texts: Sequence[str]) -> Any:
        """Turn texts into unit rows (sparse): unknown n-grams lengthen a text without being a column."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415  heavy, and only towns with texts need it

        doc, gram, count = gram_counts(texts)
        at = np.searchsorted(self.grams, gram)
        known = at < len(self.grams)
        known[known] = self.grams[at[known]] == gram[known]
        weight = count * self.unseen
        weight[known] = count[known] * self.idf[at[known]]
        norm = np.sqrt(np.bincount(doc, weight * weight, minlength=len(texts)))
        value = weight[known] / norm[doc[known]]
        return csr_matrix((value, (doc[known], at[known])), shape=(len(texts), len(self.grams)))


@dataclass(frozen=True, slots=True)
class Texts:
    """Cosines of needs and offers; NaN where nothing is asked, 0 where nothing is offered."""

    needs: ObjectArray
    vocabulary: Vocabulary
    offers: Any

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Compare each pair of texts."""
        distinct, place = np.unique(rows, return_inverse=True)
        texts = [normal(self.needs[row]) for row in distinct.tolist()]
        wanted = self.vocabulary.vectors(texts)
        values = np.clip(self._products(wanted, place, cols), 0.0, 1.0)
        values[np.array([text == "" for text in texts], dtype=bool)[place]] = np.nan
        return values

    def _products(self, wanted: Any, place: IntArray, cols: Int32Array) -> FloatArray:
        """Multiply row by row; or all with all, where a good part of that is asked for."""
        if wanted.shape[0] * self.offers.shape[0] <= _DENSE * len(place):
            table: FloatArray = (wanted @ self.offers.T).toarray()
            return table[place, cols]
        values = np.empty(len(place))
        for start in range(0, len(place), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            product = wanted[place[part]].multiply(self.offers[cols[part]])
            values[part] = np.asarray(product.sum(axis=1)).ravel()
        return values


def compare_texts(needs: ObjectArray, offers: ObjectArray, weights: Vocabulary | None = None) -> Texts:
    """Weigh the n-grams of the offers, unless the weights are given, and make the cosines ready.

    Examples
    --------
    >>> texts = compare_texts(np.array(["abc"], dtype=object), np.array(["ABC", "xyz", None], dtype=object))
    >>> texts.values(np.zeros(3, dtype=np.int32), np.arange(3, dtype=np.int32)).round(6).tolist()
    [1.0, 0.0, 0.0]
    """
    texts = [normal(offer) for offer in offers]
    vocabulary = weigh(texts) if weights is None else weights
    return Texts(needs, vocabulary, vocabulary.vectors(texts))


def weigh(offers: Sequence[str]) -> Vocabulary:
    """Weigh n-grams by ln((1 + offers) / (1 + offers that have it)) + 1; blank offers do not count.

    Examples
    --------
    >>> weigh(["ab", "b", ""]).idf.round(3).tolist()
    [1.405, 1.0, 1.405]
    """
    _, gram, _ = gram_counts(offers)
    grams, having = np.unique(gram, return_counts=True)
    n_offers = sum(text != "" for text in offers)
    return Vocabulary(grams, np.log((1 + n_offers) / (1 + having)) + 1, float(np.log(1 + n_offers)) + 1)


def normal(text: str | None) -> str:
    """Fold width, case and runs of white space, so that only the letters count; a blank text is none.

    Examples
    --------
    >>> normal("ＡＢＣ  健身"), normal(" "), normal(None)
    ('abc 健身', '', '')
    """
    folded = _SPACES.sub(" ", unicodedata.normalize("NFKC", text or "").casefold())
    return folded if folded.strip() else ""


def gram_counts(texts: Sequence[str]) -> tuple[IntArray, IntArray, IntArray]:
    """Count characters and pairs of neighbouring characters: (text, n-gram, how often), sorted.

    Examples
    --------
    >>> doc, gram, count = gram_counts(["aab"])
    >>> count.tolist()
    [2, 1, 1, 1]
    """
    points: AnyArray = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    code = points.astype(np.int64) + 1
    doc = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    inside = doc[1:] == doc[:-1]
    pair = (code[:-1] << _BITS | code[1:])[inside]
    docs, grams = np.concatenate([doc, doc[1:][inside]]), np.concatenate([code, pair])
    order = np.lexsort((grams, docs))
    docs, grams = docs[order], grams[order]
    first = np.ones(len(docs), dtype=bool)
    first[1:] = (docs[1:] != docs[:-1]) | (grams[1:] != grams[:-1])
    starts = np.flatnonzero(first)
    return docs[starts], grams[starts], np.diff(np.append(starts, len(docs)))
