"""Tags: the words of each row (skills, categories, languages) as numbers into one sorted vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.arrays import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_matrix

    from servicematch.base.arrays import AnyArray, Int32Array, IntArray, ObjectArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tags:
    """Words of each row; a row without words asks for nothing, or offers nothing.

    Attributes
    ----------
    indptr
        int64 of length n + 1: row i has the codes ``codes[indptr[i]:indptr[i + 1]]``.
    codes
        int32 positions in ``words``, ascending in each row, each once.
    words
        All words of the column, sorted by code point.

    Examples
    --------
    >>> tags = read_bars(np.array(["dance|yoga", None, " yoga "], dtype=object))
    >>> tags.words, tags.of(0), tags.of(1), tags.of(2)
    (('dance', 'yoga'), ('dance', 'yoga'), (), ('yoga',))
    """

    indptr: IntArray
    codes: Int32Array
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __repr__(self) -> str:
        return f"Tags({len(self)} rows, {len(self.words)} words)"

    def __getstate__(self) -> tuple[Any, ...]:
        return self.indptr, self.codes, self.words

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        indptr, codes, words = state  # arrays come out of a pickle open for writing
        object.__setattr__(self, "indptr", frozen(indptr))
        object.__setattr__(self, "codes", frozen(codes))
        object.__setattr__(self, "words", words)

    def of(self, i: int) -> tuple[str, ...]:
        """Give the words of row i, sorted.

        Examples
        --------
        >>> read_bars(np.array(["b|a"], dtype=object)).of(0)
        ('a', 'b')
        """
        if not 0 <= i < len(self):
            raise IndexError(f"row {i} of {len(self)}")
        return tuple(self.words[code] for code in self.codes[self.indptr[i] : self.indptr[i + 1]])

    def counts(self) -> IntArray:
        """Count the words of each row.

        Examples
        --------
        >>> read_bars(np.array(["b|a", None], dtype=object)).counts()
        array([2, 0])
        """
        return np.diff(self.indptr)

    def matrix(self, words: Sequence[str]) -> csr_matrix:
        """Mark which of ``words`` each row has: float32 ones, shape (rows, len(words)); other words are left out.

        Examples
        --------
        >>> read_bars(np.array(["b|a", None], dtype=object)).matrix(("a", "c")).toarray()
        array([[1., 0.],
               [0., 0.]], dtype=float32)
        """
        from scipy.sparse import csr_matrix  # noqa: PLC0415  scipy is slow to import, and not always needed

        column = {word: i for i, word in enumerate(words)}
        where = np.fromiter((column.get(word, -1) for word in self.words), dtype=np.int32, count=len(self.words))
        cols = where[self.codes]
        kept = cols >= 0
        before = np.concatenate(([0], np.cumsum(kept)))
        ones = np.ones(int(before[-1]), dtype=np.float32)
        made = csr_matrix((ones, cols[kept], before[self.indptr]), shape=(len(self), len(words)))
        made.sort_indices()
        return made

    def take(self, order: IntArray) -> Tags:
        """Put the rows into another order.

        Examples
        --------
        >>> read_bars(np.array(["b", "a"], dtype=object)).take(np.array([1, 0])).of(0)
        ('a',)
        """
        counts = self.counts()[order]
        indptr = np.concatenate(([0], np.cumsum(counts)))
        shift = self.indptr[:-1][order] - indptr[:-1]
        codes = self.codes[np.arange(indptr[-1]) + np.repeat(shift, counts)]
        return Tags(frozen(indptr), frozen(codes), self.words)


def read_bars(texts: ObjectArray) -> Tags:
    """Read words written as ``"a|b"``, None for none; spaces around a word are dropped.

    Examples
    --------
    >>> read_bars(np.array(["a| b||a"], dtype=object)).of(0)
    ('a', 'b')
    """
    kinds = list(dict.fromkeys(texts.tolist()))  # most texts come again and again: each is cut once
    place = {text: i for i, text in enumerate(kinds)}
    cut = [() if text is None else text.split("|") for text in kinds]
    flat = np.fromiter((word for words in cut for word in words), dtype=object)
    each = read_words(np.fromiter(map(len, cut), dtype=np.int64, count=len(cut)), flat)
    return each.take(np.fromiter(map(place.__getitem__, texts), dtype=np.int64, count=len(texts)))


def read_words(lengths: IntArray, flat: ObjectArray) -> Tags:
    """Read words laid end to end, ``lengths[i]`` of them in row i; None and blank words are dropped.

    Examples
    --------
    >>> read_words(np.array([2, 0, 1]), np.array(["b", "a", "b"], dtype=object)).codes
    array([0, 1, 1], dtype=int32)
    """
    code, words = _vocabulary(flat)
    row = np.repeat(np.arange(len(lengths)), lengths)
    kept = code >= 0
    key = row[kept] * max(len(words), 1) + code[kept]
    if not bool((key[1:] > key[:-1]).all()):
        key.sort()  # numpy's unique is five times slower here
        key = key[np.concatenate(([True], key[1:] != key[:-1]))]
    row, codes = np.divmod(key, max(len(words), 1))
    indptr = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=len(lengths))))).astype(np.int64)
    return Tags(frozen(indptr), frozen(codes.astype(np.int32)), words)


def _vocabulary(flat: ObjectArray) -> tuple[AnyArray, tuple[str, ...]]:
    """Give each word a number: its place among the sorted, stripped, different ones, -1 for no word."""
    given = dict.fromkeys(flat.tolist())
    stripped = {word: "" if word is None else str(word).strip() for word in given}
    words = tuple(sorted({word for word in stripped.values() if word}))
    place = {word: i for i, word in enumerate(words)}
    number = {word: place.get(short, -1) for word, short in stripped.items()}
    return np.fromiter(map(number.__getitem__, flat), dtype=np.int64, count=len(flat)), words
