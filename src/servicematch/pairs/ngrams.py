"""The pieces by which texts are compared: characters and pairs of characters, and for spelt words runs of four letters.

Chinese is written without spaces and a character is a word or half of one, so single characters and neighbours are
compared. Where words are spelt with letters (Latin, Cyrillic, Mongolian, ...), single letters say nothing: every two
English texts share most of theirs. There a word is compared by its runs of four letters, its ends marked by a blank,
so that "dance" and "dancing" still have " dan" and "danc" in common. Digits, punctuation and signs are no pieces, nor
are characters that stand in every other sentence, alone or as a pair of two of them.

The counts are those of scikit-learn's ``CountVectorizer`` with ``analyzer="char", ngram_range=(1, 2)`` on runs of
characters and ``analyzer="char_wb", ngram_range=(4, 4)`` on words, which the tests hold them against. They are made
here, in a few sorts, because that one takes five times as long and 1.3 s to import.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.reading import FIRST_CHARACTER, FUNCTION_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servicematch.base.arrays import AnyArray, BoolArray, IntArray

CHAR_BITS = 21  # a code point plus one fits: 0 stands for "no character"
LETTER_BITS = 14  # so does a letter of the spelt scripts, all below FIRST_CHARACTER
WORD = 1 << 62  # marks the key of a run of letters
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
    """How often each piece stands in each text: text ``text[i]`` has piece ``key[i]`` ``count[i]`` times.

    Sorted by text, then key. The key of one or two characters is each code point plus one, in 21 bits; that of a run
    of letters is `WORD` and each code point (0 for the blank at an end), in 14 bits.
    """

    text: IntArray
    key: IntArray
    count: IntArray


def count_ngrams(texts: Sequence[str]) -> NgramCounts:
    """Count the characters, pairs of neighbouring characters and runs of letters of each text.

    Examples
    --------
    >>> counts = count_ngrams(["书法书", "a dance"])
    >>> [(int(t), key_text(int(k)), int(n)) for t, k, n in zip(counts.text, counts.key, counts.count)]
    [(0, '书', 2), (0, '法', 1), (0, '书法', 1), (0, '法书', 1), (1, ' a ', 1), (1, ' dan', 1), (1, 'ance', 1), \
(1, 'danc', 1), (1, 'nce ', 1)]
    """
    parts = [_count_chunk(texts, start, stop) for start, stop in _chunks(texts)]
    if len(parts) == 1:
        return parts[0]
    columns = ([getattr(part, name) for part in parts] for name in ("text", "key", "count"))
    return NgramCounts(*(np.concatenate([np.empty(0, dtype=np.int64), *column]) for column in columns))


def key_text(key: int) -> str:
    """Write a key as the piece it stands for.

    Examples
    --------
    >>> key_text((98 << 21) | 99)
    'ab'
    """
    if key & WORD:
        letters = [(key >> shift) & ((1 << LETTER_BITS) - 1) for shift in _SHIFTS]
        return "".join(chr(letter) if letter else " " for letter in letters)[: 4 if key & _FOURTH else 3]
    low = chr((key & ((1 << CHAR_BITS) - 1)) - 1)
    return chr((key >> CHAR_BITS) - 1) + low if key >> CHAR_BITS else low


_SHIFTS = tuple(LETTER_BITS * k for k in (3, 2, 1, 0))
_FOURTH = 1 << 61  # set unless the word is a single letter, whose run has a blank, the letter, a blank


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut the texts so that a chunk's pieces fit into some 200 MB, however long one text is."""
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
    # A line feed, which is no letter, stands before, between and after the texts: the ends of words.
    points = np.frombuffer("\n".join(["", *chunk, ""]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, chunk), dtype=np.int64, count=len(chunk)) + 1
    text = np.concatenate([[0], np.repeat(np.arange(len(chunk), dtype=np.int64), lengths)])
    kind = _kinds(points)
    counted = [_characters(points, text, kind == _CHARACTER), _words(points, text, kind == _LETTER)]
    parts = [part for part in counted if len(part[0])] or counted[:1]
    numbers, keys, counts = (np.concatenate([part[i] for part in parts]) for i in range(3))
    if len(parts) > 1:
        order = np.lexsort((keys, numbers))
        numbers, keys, counts = numbers[order], keys[order], counts[order]
    return NgramCounts(numbers + start, keys, counts)


_CHARACTER, _LETTER = 1, 2
_FUNCTION_POINTS = np.array(sorted(map(ord, FUNCTION_CHARACTERS)), dtype=np.uint32)


def _kinds(points: AnyArray) -> AnyArray:
    """Tell for each code point whether it is a character, a letter, or nothing to compare by."""
    present = np.flatnonzero(np.bincount(points))
    table = np.zeros(int(present[-1]) + 1 if len(present) else 1, dtype=np.uint8)
    table[present] = [_kind(int(point)) for point in present]
    kinds: AnyArray = table[points]
    return kinds


def _kind(point: int) -> int:
    category = unicodedata.category(chr(point))
    if category[0] not in "LM" and category != "Nl":  # letters and their marks; digits and signs say nothing
        return 0
    return _LETTER if point < FIRST_CHARACTER else _CHARACTER


def _characters(points: AnyArray, text: IntArray, is_character: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """Count characters and pairs of neighbours."""
    chars = points.astype(np.int64) + 1
    place = text << (2 * CHAR_BITS)
    says = is_character & ~np.isin(points, _FUNCTION_POINTS)
    together = is_character[1:] & is_character[:-1] & (says[1:] | says[:-1])
    pairs = (((chars[:-1] << CHAR_BITS) | chars[1:]) | place[1:])[together]
    grams = np.concatenate([(chars | place)[says], pairs])
    grams.sort()
    first, count = _runs(grams)
    grams = grams[first]
    return grams >> (2 * CHAR_BITS), grams & ((1 << (2 * CHAR_BITS)) - 1), count


def _words(points: AnyArray, text: IntArray, is_letter: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """Count the runs of four letters of each word between blanks; of a word of one letter, the letter."""
    kept = is_letter.copy()
    kept[1:] |= is_letter[:-1]  # and of what follows a word, one blank; the first of all is a blank too
    kept[0] = True
    letters, text = np.where(is_letter, points, 0)[kept].astype(np.int64), text[kept]
    if len(letters) < 3:  # noqa: PLR2004  no letter between two blanks
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, nothing
    a, b, c = letters[:-2], letters[1:-1], letters[2:]
    alone = np.flatnonzero((a == 0) & (b > 0) & (c == 0))
    inside = np.flatnonzero((b[:-1] > 0) & (c[:-1] > 0))
    runs = [letters[inside + k] << shift for k, shift in enumerate(_SHIFTS)]
    keys = np.concatenate([WORD | _FOURTH | runs[0] | runs[1] | runs[2] | runs[3], WORD | (b[alone] << _SHIFTS[1])])
    at = np.concatenate([text[inside + 1], text[alone + 1]])
    different, number = np.unique(keys, return_inverse=True)  # a key and a text do not fit into 64 bits
    both = at * len(different) + number
    both.sort()
    first, count = _runs(both)
    at, number = np.divmod(both[first], max(1, len(different)))
    return at, different[number], count


def _runs(values: IntArray) -> tuple[IntArray, IntArray]:
    """Find where each run of equal sorted values begins, and how long it is."""
    if not len(values):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    first = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return first, np.diff(np.append(first, len(values)))
