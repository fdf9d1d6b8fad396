"""Characters and pairs of neighbouring characters of many texts, counted in a few sorts instead of a loop.

The counts are those of scikit-learn's ``CountVectorizer(analyzer="char", ngram_range=(1, 2))``, which the tests
hold it against. They are made here because that one takes 2.7 s for 100,000 texts of 25 characters (this takes
0.5 s) and 1.3 s to import.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servicematch.base.arrays import BoolArray, IntArray

CHAR_BITS = 21  # a code point plus one fits: 0 stands for "no character"
TEXTS_PER_CHUNK = 1 << 20  # a text's number and two characters share one int64: 20 + 2 * 21 = 62 bits
CHARS_PER_CHUNK = 4_000_000

_RUNS_OF_SPACE = re.compile(r"\s\s+")


def normalise(text: str) -> str:
    """Bring a text to one form: NFKC (full-width to half-width and so on), casefold, runs of white space to one space.

    Examples
    --------
    >>> normalise("ＹＯＧＡ  Straße")
    'yoga strasse'
    """
    return _RUNS_OF_SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NgramCounts:
    """How often each n-gram stands in each text: text ``text[i]`` has n-gram ``key[i]`` ``count[i]`` times.

    Sorted by text, then key; a key is one or two characters, each as its code point plus one, in 21 bits.
    """

    text: IntArray
    key: IntArray
    count: IntArray


def count_ngrams(texts: Sequence[str]) -> NgramCounts:
    """Count the characters and pairs of neighbouring characters of each text.

    Examples
    --------
    >>> counts = count_ngrams(["aa", "b"])
    >>> [(int(t), key_text(int(k)), int(n)) for t, k, n in zip(counts.text, counts.key, counts.count)]
    [(0, 'a', 2), (0, 'aa', 1), (1, 'b', 1)]
    """
    parts = [_count_chunk(texts, start, stop) for start, stop in _chunks(texts)]
    if len(parts) == 1:
        return parts[0]
    columns = ([getattr(part, name) for part in parts] for name in ("text", "key", "count"))
    return NgramCounts(*(np.concatenate([np.empty(0, dtype=np.int64), *column]) for column in columns))


def key_text(key: int) -> str:
    """Write a key as the characters it stands for.

    Examples
    --------
    >>> key_text((98 << 21) | 99)
    'ab'
    """
    low = chr((key & ((1 << CHAR_BITS) - 1)) - 1)
    return chr((key >> CHAR_BITS) - 1) + low if key >> CHAR_BITS else low


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut the texts so that a chunk's n-grams fit into some 200 MB, however long one text is."""
    start, n_chars = 0, 0
    for stop, text in enumerate(texts):
        if stop > start and (n_chars + len(text) > CHARS_PER_CHUNK or stop - start == TEXTS_PER_CHUNK):
            yield start, stop
            start, n_chars = stop, 0
        n_chars += len(text)
    if len(texts) > start:
        yield start, len(texts)


def _count_chunk(texts: Sequence[str], start: int, stop: int) -> NgramCounts:
    chunk = texts[start:stop]
    lengths = np.fromiter(map(len, chunk), dtype=np.int64, count=len(chunk))
    points = np.frombuffer("".join(chunk).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    chars = points.astype(np.int64) + 1
    text = np.repeat(np.arange(len(chunk), dtype=np.int64) << (2 * CHAR_BITS), lengths)
    together: BoolArray = text[1:] == text[:-1]
    pairs = ((chars[:-1] << CHAR_BITS) | chars[1:]) | text[1:]
    grams = np.concatenate([chars | text, pairs[together]])
    grams.sort()
    first = np.flatnonzero(np.concatenate([[True], grams[1:] != grams[:-1]])) if len(grams) else np.empty(0, np.int64)
    count = np.diff(np.append(first, len(grams)))
    grams = grams[first]
    return NgramCounts((grams >> (2 * CHAR_BITS)) + start, grams & ((1 << (2 * CHAR_BITS)) - 1), count)
