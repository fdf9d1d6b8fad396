"""Who holds what: words asked by requests against words held by teams, as a table of bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, Int32Array, IntArray, ObjectArray
    from servicematch.tables.tags import Tags


@dataclass(frozen=True, slots=True)
class Asked:
    """The words that each request asks for: ``codes[indptr[r]:indptr[r + 1]]`` of ``words``."""

    indptr: IntArray
    codes: Int32Array
    words: tuple[str, ...]

    def count(self) -> IntArray:
        """Count the words of each request."""
        return np.diff(self.indptr)


def asked_tags(tags: Tags) -> Asked:
    """Take the words of a column of several words a row."""
    return Asked(np.asarray(tags.indptr, dtype=np.int64), tags.codes, tags.words)


def asked_single(column: ObjectArray) -> Asked:
    """Take a column of one word a row, None for no word.

    Examples
    --------
    >>> asked_single(np.array(["b", None, "a"], dtype=object)).codes.tolist()
    [1, 0]
    """
    words = tuple(sorted({word for word in column if word is not None}))
    number = {word: i for i, word in enumerate(words)}
    codes = np.array([number[word] for word in column if word is not None], dtype=np.int32)
    has = np.array([word is not None for word in column], dtype=bool)
    return Asked(np.concatenate([[0], np.cumsum(has)]), codes, words)


@dataclass(frozen=True, slots=True)
class Held:
    """Asked words against the teams that hold them.

    Attributes
    ----------
    asked
        What each request asks.
    bits
        uint64 of shape (teams, words / 64): bit k of a row says whether the team holds word k.
    """

    asked: Asked
    bits: AnyArray

    def found(self, rows: Int32Array, cols: Int32Array) -> tuple[IntArray, IntArray]:
        """Count, pair by pair, the words asked and those of them that the team holds."""
        start = self.asked.indptr[rows]
        n_asked = self.asked.indptr[rows + 1] - start
        n_held = np.zeros(len(rows), dtype=np.int64)
        left = np.flatnonzero(n_asked > 0)
        for k in range(int(n_asked.max(initial=0))):  # words a request, a handful
            left = left[n_asked[left] > k]
            n_held[left] += self._holds(cols[left], self.asked.codes[start[left] + k])
        return n_asked, n_held

    def _holds(self, cols: Int32Array, codes: Int32Array) -> BoolArray:
        words = self.bits[cols, codes >> 6]
        held: BoolArray = ((words >> (codes & 63).astype(np.uint64)) & np.uint64(1)).astype(bool)
        return held


def held(asked: Asked, teams: Tags) -> Held:
    """Set the bits of all words that teams hold and somebody asks for.

    Examples
    --------
    >>> from servicematch.tables.tags import Tags
    >>> teams = Tags(np.array([0, 2, 2]), np.array([0, 1], dtype=np.int32), ("sing", "teach"))
    >>> pairs = held(asked_single(np.array(["teach"], dtype=object)), teams)
    >>> pairs.found(np.array([0, 0], dtype=np.int32), np.array([0, 1], dtype=np.int32))[1].tolist()
    [1, 0]
    """
    team, code = holders(asked, teams)
    bits = np.zeros((len(teams.indptr) - 1, len(asked.words) // 64 + 1), dtype=np.uint64)
    np.bitwise_or.at(bits, (team, code >> 6), np.uint64(1) << (code & 63).astype(np.uint64))
    return Held(asked, bits)


def holders(asked: Asked, teams: Tags) -> tuple[IntArray, IntArray]:
    """List (team, code of the asked word) for every asked word that a team holds."""
    number = {word: i for i, word in enumerate(asked.words)}
    translated = np.array([number.get(word, -1) for word in teams.words], dtype=np.int64)
    team = np.repeat(np.arange(len(teams.indptr) - 1), np.diff(teams.indptr))
    code = translated[teams.codes] if len(teams.words) else np.empty(0, dtype=np.int64)
    return team[code >= 0], code[code >= 0]
