"""Words asked for against words had: counts matches on slices of pairs with one bit a team and word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.pairs.listed import EVERY_TEAM, NO_TEAM, ListSource
from servicematch.tables.tags import Tags

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, Int32Array, IntArray, ObjectArray


class Words(Protocol):
    """The words of each row, as `servicematch.tables.tags.Tags` holds them."""

    @property
    def indptr(self) -> IntArray:
        """Where each row's codes begin."""

    @property
    def codes(self) -> Int32Array:
        """Positions in ``words``."""

    @property
    def words(self) -> tuple[str, ...]:
        """All words of the column."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AskedWords:
    """What each request asks for and which teams have it.

    Only words that some request asks for and some team has are numbered (0 to n_words - 1); an asked word that no
    team has gets the number n_words, whose bit no team has.

    Attributes
    ----------
    indptr, codes
        Request r asks for ``codes[indptr[r]:indptr[r + 1]]``.
    n_asked
        How many words each request asks for.
    bits
        uint8 of shape (teams, bytes): bit ``code % 8`` of byte ``code // 8`` says that the team has the word.
    had_list, had_team
        The same as entries: team ``had_team[i]`` has the word ``had_list[i]``.
    """

    indptr: IntArray
    codes: Int32Array
    n_asked: IntArray
    bits: AnyArray
    had_list: IntArray
    had_team: IntArray
    n_words: int

    @classmethod
    def of(cls, asked: Words, had: Words) -> AskedWords:
        """Bring both sides to one vocabulary.

        Examples
        --------
        >>> from servicematch.tables.tags import read_bars
        >>> asked, had = np.array(["dance|yoga", None], dtype=object), np.array(["yoga"], dtype=object)
        >>> words = AskedWords.of(read_bars(asked), read_bars(had))
        >>> words.n_had(np.array([0, 1]), np.array([0, 0])), words.n_asked
        (array([1., 0.]), array([2, 0]))
        """
        common = {word: i for i, word in enumerate(sorted(set(asked.words) & set(had.words)))}
        n_words, n_teams = len(common), len(had.indptr) - 1
        code_of = np.array([common.get(word, n_words) for word in asked.words], dtype=np.int32)
        list_of = np.array([common.get(word, -1) for word in had.words], dtype=np.int64)
        had_list = list_of[had.codes] if len(list_of) else np.empty(0, dtype=np.int64)
        had_team = np.repeat(np.arange(n_teams, dtype=np.int64), np.diff(had.indptr))[had_list >= 0]
        had_list = had_list[had_list >= 0]
        bits = np.zeros((n_teams, n_words // 8 + 1), dtype=np.uint8)
        np.bitwise_or.at(bits, (had_team, had_list >> 3), (1 << (had_list & 7)).astype(np.uint8))
        codes = code_of[asked.codes] if len(code_of) else np.empty(0, dtype=np.int32)
        return cls(asked.indptr, frozen(codes), np.diff(asked.indptr), frozen(bits), had_list, had_team, n_words)

    def n_had(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Count the asked words that the team has, pair by pair.

        One round for the first word of every request, one for the second of those that ask for two, and so on: the
        work is the number of questions, not pairs times the longest list.
        """
        total = np.zeros(len(rows))
        n_asked = self.n_asked[rows]
        first = self.indptr[rows]
        for k in range(int(n_asked.max(initial=0))):
            some: slice | IntArray = np.flatnonzero(n_asked > k)
            some = slice(None) if len(some) == len(rows) else some  # type: ignore[arg-type]  # an array until here
            code = self.codes[first[some] + k]
            byte = self.bits[cols[some], code >> 3]
            total[some] += (byte >> (code & 7).astype(np.uint8)) & 1
        return total

    def compiled(self, loop: Callable[..., AnyArray], rows: Int32Array, cols: Int32Array) -> AnyArray:
        """Run one of the compiled loops over words (see `servicematch.pairs._kernels`) on pairs."""
        return loop(np.asarray(self.indptr, dtype=np.int64), self.codes, self.bits, rows, cols)

    def source(self) -> ListSource:
        """Index the teams by the rarest word that each request asks for.

        Examples
        --------
        >>> from servicematch.tables.tags import read_bars
        >>> asked, had = np.array(["yoga", None], dtype=object), np.array(["yoga", "dance"], dtype=object)
        >>> AskedWords.of(read_bars(asked), read_bars(had)).source().pairs(0, 2)
        (array([0, 1, 1], dtype=int32), array([0, 0, 1], dtype=int32))
        """
        n_having = np.append(np.bincount(self.had_list, minlength=self.n_words), 0)
        keys = np.full(len(self.n_asked), EVERY_TEAM, dtype=np.int64)
        asks: BoolArray = self.n_asked > 0
        if asks.any():
            ranked = n_having[self.codes] * (self.n_words + 1) + self.codes
            rarest = np.minimum.reduceat(ranked, self.indptr[:-1][asks]) % (self.n_words + 1)
            keys[asks] = np.where(rarest == self.n_words, NO_TEAM, rarest)
        n_teams = len(self.bits)
        return ListSource.of(keys, self.had_list, self.had_team, n_lists=self.n_words, n_teams=n_teams)


def one_word(values: ObjectArray) -> Tags:
    """Read a column of single words, None for none, as tags.

    Examples
    --------
    >>> one_word(np.array(["b", None, "a"], dtype=object)).of(0)
    ('b',)
    """
    listed = values.tolist()
    words = tuple(sorted({word for word in listed if word is not None}))
    number = {word: i for i, word in enumerate(words)}
    codes = np.fromiter((number[word] for word in listed if word is not None), dtype=np.int32)
    has = np.fromiter((word is not None for word in listed), dtype=np.int64, count=len(listed))
    return Tags(np.concatenate([[0], np.cumsum(has)]).astype(np.int64), codes, words)
