"""Texts as vectors: characters and runs of letters, weighed by the teams' offers alone, phrase by phrase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.base.reading import UNKNOWN_SHARE
from servicematch.pairs.ngrams import WORD, count_ngrams
from servicematch.pairs.normal import normalise
from servicematch.pairs.phrases import cut
from servicematch.pairs.reading import Reading
from servicematch.pairs.slices import ramp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scipy.sparse import csr_matrix

    from servicematch.base.arrays import BoolArray, FloatArray, IntArray
    from servicematch.tables.tags import Tags


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
    def of(cls, values: Sequence[str | None], read: Callable[[str], str] = normalise) -> TextTable:
        """Read a column; residents often write the same words, so each is normalised once.

        Examples
        --------
        >>> TextTable.of(["Yoga", "yoga", " ", None]).row_text
        array([ 0,  0, -1, -1])
        """
        number: dict[str, int] = {}
        of_value: dict[str | None, int] = {None: -1}
        different = [value for value in dict.fromkeys(values) if value is not None]
        texts = read.column(different) if isinstance(read, Reading) else map(read, different)
        for value, text in zip(different, texts, strict=True):
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
class PhraseTable:
    """What teams offer, cut into phrases, each different phrase kept once.

    Attributes
    ----------
    phrases
        The different phrases, normalised: those of the offers, and each skill.
    indptr, number
        Team t offers the phrases ``number[indptr[t]:indptr[t + 1]]``.
    skills
        The skills of each team, None where the table has none.
    """

    phrases: tuple[str, ...]
    indptr: IntArray
    number: IntArray
    skills: Tags | None = None

    @classmethod
    def of(
        cls, offers: Sequence[str | None], skills: Tags | None = None, read: Callable[[str], str] = normalise
    ) -> PhraseTable:
        """Cut a column of offers; the skills of a team, where given, are phrases of their own.

        Examples
        --------
        >>> table = PhraseTable.of(["书法教学;面向儿童", None, "面向儿童"])
        >>> table.phrases, table.indptr, table.number
        (('书法教学', '面向儿童'), array([0, 2, 2, 3]), array([0, 1, 1]))
        """
        number: dict[str, int] = {}
        whole = TextTable.of(offers, read)
        cuts = [[number.setdefault(phrase, len(number)) for phrase in dict.fromkeys(cut(t))] for t in whole.texts]
        listed = [_repeated(cuts, whole.row_text)]
        if skills is not None:
            words = [number.setdefault(phrase, len(number)) for phrase in map(read, skills.words)]
            listed.append((np.diff(skills.indptr), np.array(words, dtype=np.int64)[skills.codes]))
        n, of = len(offers), max(1, len(number))
        keys = [np.repeat(np.arange(n), lengths) * of + numbers for lengths, numbers in listed]
        sorted_keys = np.sort(np.concatenate(keys))  # each once, by team; np.unique takes four times as long
        first = np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]])[: len(sorted_keys)]
        team, phrase = np.divmod(sorted_keys[first], of)
        indptr = np.concatenate([[0], np.cumsum(np.bincount(team, minlength=n))])
        return cls(tuple(number), frozen(indptr), frozen(phrase), skills)

    @property
    def n_offers(self) -> int:
        """How many teams offer something."""
        return int(np.count_nonzero(np.diff(self.indptr)))


def _repeated(cuts: list[list[int]], row_text: IntArray) -> tuple[IntArray, IntArray]:
    """Give each row how many phrases its text has, and which, one row after another."""
    lengths = np.array([*map(len, cuts), 0], dtype=np.int64)  # the last is no text, number -1
    begins = np.cumsum(lengths) - lengths
    flat = np.array([phrase for one in cuts for phrase in one], dtype=np.int64)
    of_row = lengths[row_text]
    return of_row, flat[np.repeat(begins[row_text], of_row) + ramp(of_row)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FittedText:
    """The weights of pieces, learnt once from the teams' offers, so that no score depends on who else asks.

    A piece weighs ``(ln((1 + n_offers) / (1 + offers with the piece)) + 1) * (1 + c) / 2``: the rarer, the more, as in
    scikit-learn, and the more it tells of a skill. ``c`` is 1 for a piece that only teams of one skill use, 0 for one
    that they use no more than others do ("成立于", "free of charge"); 1 where no team states its skills. A piece that no
    offer has can match nothing, but counts in the length of a text with the weight of a count of 0, or with
    `UNKNOWN_SHARE` of it when it is no run of letters.

    Attributes
    ----------
    keys
        The known pieces, ascending (see `servicematch.pairs.ngrams`).
    weight
        What each weighs.
    weight_unknown
        The weight of every other piece.
    length
        The length (root mean square) of the phrases offered. A shorter text counts as if it were as long, so that
        one word in common with a two-word text is not taken for a match.
    n_offers
        How many teams had an offer.
    """

    keys: IntArray
    weight: FloatArray
    weight_unknown: float
    length: float
    n_offers: int

    def __repr__(self) -> str:
        return f"FittedText({len(self.keys)} pieces of {self.n_offers} offers)"

    @classmethod
    def of(cls, offers: PhraseTable) -> FittedText:
        """Learn the weights from the teams' offers; a team without an offer does not count.

        Examples
        --------
        >>> fitted = FittedText.of(PhraseTable.of(["书法", "法", None]))
        >>> fitted.n_offers, fitted.weight.round(3), round(fitted.weight_unknown, 3), round(fitted.length, 2)
        (2, array([1.405, 1.   , 1.405]), 2.099, 1.72)
        """
        counts = count_ngrams(offers.phrases)
        keys, number = np.unique(counts.key, return_inverse=True)
        uses = _uses(offers, counts.text, number, len(keys))
        n_having = np.bincount(uses.indices, minlength=len(keys))
        weight = (np.log((1 + offers.n_offers) / (1 + n_having)) + 1) * (1 + _telling(uses, offers.skills)) / 2
        squares = np.bincount(counts.text, weights=weight[number] ** 2, minlength=len(offers.phrases))
        times = np.bincount(offers.number, minlength=len(offers.phrases))
        length = float(np.sqrt((squares * times).sum() / max(1, times.sum())))
        unknown = float(np.log(1 + offers.n_offers)) + 1
        return cls(frozen(keys), frozen(weight), unknown, length, offers.n_offers)

    def vectors(self, texts: Sequence[str]) -> csr_matrix:
        """Turn normalised texts into rows over the known pieces, of length one at most; each piece counts once.

        The unknown pieces are left out of the matrix, so a row that has some is shorter than one; so is a short text.

        Examples
        --------
        >>> fitted = FittedText.of(PhraseTable.of(["书法"]))
        >>> (fitted.vectors(["书法"]) @ fitted.vectors(["书法", "法", "棋"]).T).toarray().round(3)
        array([[1.   , 0.333, 0.   ]])
        """
        from scipy.sparse import csr_matrix  # noqa: PLC0415  slow to import

        counts = count_ngrams(texts)
        place = np.searchsorted(self.keys, counts.key)
        place[place == len(self.keys)] = 0
        known: BoolArray = (self.keys[place] == counts.key) if len(self.keys) else np.zeros(len(place), dtype=np.bool_)
        unknown = self.weight_unknown * np.where(counts.key & WORD, 1.0, UNKNOWN_SHARE)
        weight = np.where(known, self.weight[place] if len(self.keys) else 0.0, unknown)
        length = np.sqrt(np.bincount(counts.text, weights=weight * weight, minlength=len(texts)))
        length = np.maximum(length, self.length)
        text = counts.text[known]
        indptr = np.concatenate([[0], np.cumsum(np.bincount(text, minlength=len(texts)))])
        data = weight[known] / length[text]
        return csr_matrix((data, place[known].astype(np.int32), indptr), shape=(len(texts), max(len(self.keys), 1)))


def _uses(offers: PhraseTable, phrase: IntArray, piece: IntArray, n_pieces: int) -> csr_matrix:
    """Tell which team uses which pieces in any of its phrases: entries of 1 or more."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  slow to import

    n_teams, n_phrases = len(offers.indptr) - 1, len(offers.phrases)
    ones = np.ones(len(offers.number), dtype=np.int32)
    of_teams = csr_matrix((ones, offers.number, offers.indptr), shape=(n_teams, n_phrases))
    of_phrases = csr_matrix((np.ones(len(piece), dtype=np.int32), (phrase, piece)), shape=(n_phrases, n_pieces))
    return of_teams @ of_phrases


def _telling(uses: csr_matrix, skills: Tags | None) -> FloatArray | float:
    """Tell how much each piece says of a skill, in [0, 1]: by how much the skill of most of its users is theirs
    more often than the commonest skill is anybody's.
    """  # noqa: D205  the sentence is one
    if skills is None or not len(skills.codes):
        return 1.0
    has = skills.matrix(skills.words)
    uses = uses.copy()
    uses.data[:] = 1
    together = (uses.T @ has).tocsr()
    most = np.asarray(together.max(axis=1).todense(), dtype=np.float64).ravel()
    n_users = np.bincount(uses.indices, minlength=uses.shape[1])
    by_chance = float(np.bincount(skills.codes).max()) / uses.shape[0]
    share = most / np.maximum(1, n_users)
    return np.clip((share - by_chance) / (1 - by_chance), 0.0, 1.0) if by_chance < 1 else np.ones(len(share))
