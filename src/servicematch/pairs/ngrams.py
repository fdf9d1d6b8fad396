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

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.reading import FIRST_CHARACTER, FUNCTION_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from servicematch.base.arrays import AnyArray, BoolArray, IntArray

    _Counted: TypeAlias = tuple[IntArray, IntArray, IntArray]

CHAR_BITS = 21  # a code point plus one fits: 0 stands for "no character"
LETTER_BITS = 14  # so does a letter of the spelt scripts, all below FIRST_CHARACTER
WORD = 1 << 62  # marks the key of a run of letters
TEXTS_PER_CHUNK = 1 << 20  # a text's number and two characters share one int64: 20 + 2 * 21 = 62 bits
CHARS_PER_CHUNK = 4_000_000
BITS = 62  # of an int64: all but the sign, and one to spare


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
    characters, words = _characters(points, text, kind == _CHARACTER), _words(points, text, kind == _LETTER)
    numbers, keys, counts = _merged(characters, words, len(chunk))
    return NgramCounts(numbers + start, keys, counts)


def _merged(characters: _Counted, words: _Counted, n_texts: int) -> _Counted:
    """Put the words of each text behind its characters: their keys are greater."""
    if not len(words[0]) or not len(characters[0]):
        return characters if len(characters[0]) else words
    sides = characters, words
    before = [np.concatenate([[0], np.cumsum(np.bincount(side[0], minlength=n_texts))]) for side in sides]
    places = [np.arange(len(side[0])) for side in sides]
    places[0] += before[1][characters[0]]
    places[1] += before[0][words[0] + 1]
    merged = tuple(np.empty(len(characters[0]) + len(words[0]), dtype=np.int64) for _ in range(3))
    for place, side in zip(places, sides, strict=True):
        for whole, part in zip(merged, side, strict=True):
            whole[place] = part
    return merged[0], merged[1], merged[2]


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


def _characters(points: AnyArray, text: IntArray, is_character: BoolArray) -> _Counted:
    """Count characters and pairs of neighbours."""
    chars = points.astype(np.int64) + 1
    says = is_character & ~np.isin(points, _FUNCTION_POINTS)
    alone = np.flatnonzero(says)
    second = 1 + np.flatnonzero(is_character[1:] & is_character[:-1] & (says[1:] | says[:-1]))
    keys = np.concatenate([chars[alone], chars[second - 1] << CHAR_BITS | chars[second]])
    return _counted(np.concatenate([text[alone], text[second]]), keys, 2 * CHAR_BITS)


def _words(points: AnyArray, text: IntArray, is_letter: BoolArray) -> _Counted:
    """Count the runs of four letters of each word between blanks; of a word of one letter, the letter."""
    kept = is_letter.copy()
    kept[1:] |= is_letter[:-1]  # and of what follows a word, one blank; the first of all is a blank too
    kept[0] = True
    letters, text = np.where(is_letter, points, 0)[kept], text[kept]
    if len(letters) < 3:  # noqa: PLR2004  no letter between two blanks
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, nothing
    different = np.flatnonzero(np.bincount(letters))  # by their ranks, four letters and a text mostly fit into 62 bits
    ranks, bits = _ranks(letters, different), max(1, (len(different) - 1).bit_length())
    is_inside = letters[1:-1] > 0
    alone = np.flatnonzero((letters[:-2] == 0) & is_inside & (letters[2:] == 0))
    inside = np.flatnonzero(is_inside[:-1] & (letters[2:-1] > 0))
    fours = np.ones(len(inside), dtype=np.int64)  # a bit that tells them from single letters
    for k in range(4):
        fours = fours << bits | ranks[inside + k]
    runs = np.concatenate([fours, ranks[alone + 1] << 2 * bits])
    at = np.concatenate([text[inside + 1], text[alone + 1]])
    at, runs, count = _counted(at, runs, 4 * bits + 1)
    keys = WORD | np.where(runs >> 4 * bits, _FOURTH, 0)
    for shift, down in zip(_SHIFTS, (3, 2, 1, 0), strict=True):
        keys |= different[runs >> down * bits & (1 << bits) - 1] << shift
    return at, keys, count


def _ranks(letters: IntArray, different: IntArray) -> IntArray:
    rank = np.zeros(int(different[-1]) + 1, dtype=np.int64)
    rank[different] = np.arange(len(different))
    return rank[letters]


def _counted(text: IntArray, key: IntArray, key_bits: int) -> _Counted:
    """Sort by text and key, and count what is alike."""
    different = None
    if key_bits + int(text.max(initial=0)).bit_length() > BITS:
        different, key = np.unique(key, return_inverse=True)
        key_bits = len(different).bit_length()
    both = text << key_bits | key
    both.sort()
    first, count = _runs(both)
    text, key = both[first] >> key_bits, both[first] & ((1 << key_bits) - 1)
    return text, key if different is None else different[key], count


def _runs(values: IntArray) -> tuple[IntArray, IntArray]:
    """Find where each run of equal sorted values begins, and how long it is."""
    if not len(values):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    first = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return first, np.diff(np.append(first, len(values)))
