"""Small draws that everything in this folder is made of."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from servicematch.base.arrays import AnyArray, BoolArray, IntArray, ObjectArray


def some(n: int, share: float, rng: np.random.Generator) -> BoolArray:
    """Mark about ``share`` of ``n`` rows, each by its own throw.

    Examples
    --------
    >>> some(2, 1.0, np.random.default_rng(0))
    array([ True,  True])
    """
    marked: BoolArray = rng.random(n) < share
    return marked


def only(mask: BoolArray, values: AnyArray) -> ObjectArray:
    """Keep the values of the marked rows, None in the others.

    Examples
    --------
    >>> only(np.array([True, False]), np.array(["a", "b"], dtype=object))
    array(['a', None], dtype=object)
    """
    column: ObjectArray = np.full(len(mask), None, dtype=object)
    column[mask] = values[mask]
    return column


def pick(words: Sequence[str], n: int, rng: np.random.Generator) -> ObjectArray:
    """Pick one of the words for each of ``n`` rows.

    Examples
    --------
    >>> pick(["a"], 2, np.random.default_rng(0))
    array(['a', 'a'], dtype=object)
    """
    picked: ObjectArray = np.array(words, dtype=object)[rng.integers(0, len(words), n)]
    return picked


def pick_of(lists: Sequence[Sequence[str]], which: IntArray, rng: np.random.Generator) -> ObjectArray:
    """Pick for each row one word of the list at position ``which``.

    Examples
    --------
    >>> pick_of([["a"], ["b"]], np.array([1, 0, 1]), np.random.default_rng(0))
    array(['b', 'a', 'b'], dtype=object)
    """
    flat: ObjectArray = np.array(list(chain.from_iterable(lists)), dtype=object)
    size = np.array([len(words) for words in lists])
    begin = np.cumsum(size) - size
    picked: ObjectArray = flat[begin[which] + (rng.random(len(which)) * size[which]).astype(np.int64)]
    return picked


def aside(words: Sequence[str], n: int, share: float, rng: np.random.Generator) -> ObjectArray:
    """Pick a word for a share of ``n`` rows, and the empty text for the others.

    Examples
    --------
    >>> aside(["!"], 2, 0.0, np.random.default_rng(0))
    array(['', ''], dtype=object)
    """
    said: ObjectArray = np.where(some(n, share, rng), pick(words, n, rng), "")
    return said


def by_crowd(
    lists: Mapping[str, Sequence[str]], crowd: Sequence[str] | ObjectArray, share: float, rng: np.random.Generator
) -> ObjectArray:
    """Pick a word of each row's crowd for a share of the rows, and the empty text for the others.

    Examples
    --------
    >>> by_crowd({"kids": ["two"], "home": ["alone"]}, ["home", "kids"], 1.0, np.random.default_rng(0))
    array(['alone', 'two'], dtype=object)
    """
    crowds = list(lists)
    which = np.array([crowds.index(one) for one in crowd], dtype=np.int64)
    picked = pick_of(tuple(lists.values()), which, rng)
    said: ObjectArray = np.where(some(len(which), share, rng), picked, "")
    return said


def filled(templates: ObjectArray, **words: AnyArray) -> ObjectArray:
    """Fill each template with the words of its row.

    Examples
    --------
    >>> filled(np.array(["want {x}", "{x}?"], dtype=object), x=np.array(["tea", "milk"], dtype=object))
    array(['want tea', 'milk?'], dtype=object)
    """
    texts: ObjectArray = np.empty(len(templates), dtype=object)
    rows = zip(*words.values(), strict=True)
    texts[:] = [one.format(**dict(zip(words, row, strict=True))) for one, row in zip(templates, rows, strict=True)]
    return texts
