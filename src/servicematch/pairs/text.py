"""Texts as vectors: tf-idf over characters and pairs of characters, weighed by the teams' offers alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.pairs.ngrams import count_ngrams, normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_matrix

    from servicematch.base.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TextTable:
    """A column of texts, each different text kept once.

    Attributes
    ----------
    texts
        The different texts, normalised.
    row_text
        For each row the number of its text, -1 where there is none (null or blank).
    """

    texts: tuple[str, ...]
    row_text: IntArray

    @classmethod
    def of(cls, values: Sequence[str | None]) -> TextTable:
        """Read a column; residents often write the same words, so each is normalised once.

        Examples
        --------
        >>> TextTable.of(["Yoga", "yoga", " ", None]).row_text
        array([ 0,  0, -1, -1])
        """
        number: dict[str, int] = {}
        of_value: dict[str | None, int] = {None: -1}
        for value in dict.fromkeys(values):
            if value is not None:
                text = normalise(value)
                of_value[value] = number.setdefault(text, len(number)) if text.strip() else -1
        rows = np.fromiter(map(of_value.__getitem__, values), dtype=np.int64, count=len(values))
        return cls(tuple(number), frozen(rows))

    def of_rows(self) -> list[str]:
        """Give each row's normalised text, without the rows that have none.

        Examples
        --------
        >>> TextTable.of(["Yoga", None, "yoga"]).of_rows()
        ['yoga', 'yoga']
        """
        return [self.texts[i] for i in self.row_text.tolist() if i >= 0]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FittedText:
    """The weights of n-grams, learnt once from the teams' offers, so that no score depends on who else asks.

    ``idf = ln((1 + n_offers) / (1 + offers with the n-gram)) + 1``, as in scikit-learn. An n-gram that no offer has
    gets the weight of a count of 0: it can match nothing, but it counts in the length of a text.

    Attributes
    ----------
    keys
        The known n-grams, ascending (see `servicematch.pairs.ngrams`).
    idf
        Their weights.
    idf_unknown
        The weight of every other n-gram.
    n_offers
        How many teams had an offer.
    """

    keys: IntArray
    idf: FloatArray
    idf_unknown: float
    n_offers: int

    def __repr__(self) -> str:
        return f"FittedText({len(self.keys)} n-grams of {self.n_offers} offers)"

    @classmethod
    def of(cls, offers: TextTable) -> FittedText:
        """Learn the weights from the teams' offers; a team without an offer does not count.

        Examples
        --------
        >>> fitted = FittedText.of(TextTable.of(["ab", "b", None]))
        >>> fitted.n_offers, len(fitted.keys), fitted.idf.round(3), round(fitted.idf_unknown, 3)
        (2, 3, array([1.405, 1.   , 1.405]), 2.099)
        """
        n_teams_with = np.bincount(offers.row_text[offers.row_text >= 0], minlength=len(offers.texts))
        n_offers = int(n_teams_with.sum())
        counts = count_ngrams(offers.texts)
        keys, number = np.unique(counts.key, return_inverse=True)
        n_having = np.bincount(number, weights=n_teams_with[counts.text], minlength=len(keys))
        idf = np.log((1 + n_offers) / (1 + n_having)) + 1
        return cls(frozen(keys), frozen(idf), float(np.log(1 + n_offers)) + 1, n_offers)

    def vectors(self, texts: Sequence[str]) -> csr_matrix:
        """Turn normalised texts into rows of length one over the known n-grams and the unknown rest.

        The rest is left out of the matrix, so a row with unknown n-grams is shorter than one.

        Examples
        --------
        >>> fitted = FittedText.of(TextTable.of(["ab"]))
        >>> (fitted.vectors(["ab"]) @ fitted.vectors(["ab", "b", "x"]).T).toarray().round(3)
        array([[1.   , 0.577, 0.   ]])
        """
        from scipy.sparse import csr_matrix  # noqa: PLC0415  slow to import

        counts = count_ngrams(texts)
        place = np.searchsorted(self.keys, counts.key)
        place[place == len(self.keys)] = 0
        known: BoolArray = (self.keys[place] == counts.key) if len(self.keys) else np.zeros(len(place), dtype=np.bool_)
        weight = counts.count * np.where(known, self.idf[place] if len(self.keys) else 0.0, self.idf_unknown)
        length = np.sqrt(np.bincount(counts.text, weights=weight * weight, minlength=len(texts)))
        text = counts.text[known]
        indptr = np.concatenate([[0], np.cumsum(np.bincount(text, minlength=len(texts)))])
        data = weight[known] / length[text]
        return csr_matrix((data, place[known].astype(np.int32), indptr), shape=(len(texts), max(len(self.keys), 1)))
