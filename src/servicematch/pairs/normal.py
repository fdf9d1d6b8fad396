"""Texts brought to one form of letters, and many of them as one long text."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from servicematch.pairs.slices import slices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_RUNS_OF_SPACE = re.compile(r"\s\s+")
SEPARATOR = "\0"  # neither a letter nor a blank
TEXTS_AT_ONCE = 1 << 12
# The full-width signs of every other Chinese text: a text without them is mostly normal, which is soon seen.
_HALF_WIDTH = tuple(zip("，！？：；（）", ",!?:;()", strict=True))


def normalise(text: str) -> str:
    """Bring a text to one form: NFKC (full-width to half-width and so on), casefold, runs of white space to one space.

    Examples
    --------
    >>> normalise("ＹＯＧＡ  Straße")
    'yoga strasse'
    """
    return _folded(unicodedata.normalize("NFKC", _half_width(text)))


def normalise_all(texts: Sequence[str]) -> list[str]:
    """Do the same with many texts.

    Examples
    --------
    >>> normalise_all(["ＹＯＧＡ", "Straße"])
    ['yoga', 'strasse']
    """
    return at_once(_folded, [unicodedata.normalize("NFKC", text) for text in at_once(_half_width, texts)])


def _half_width(text: str) -> str:
    for full, half in _HALF_WIDTH:
        text = text.replace(full, half)
    return text


def _folded(text: str) -> str:
    return _RUNS_OF_SPACE.sub(" ", text.casefold())


def at_once(step: Callable[[str], str], texts: Sequence[str]) -> list[str]:
    """Take many texts through a step as one long text, which is several times as fast as one by one.

    The step must not look beyond a `SEPARATOR`, take one away or make one.

    Examples
    --------
    >>> at_once(str.casefold, ["A", "B"])
    ['a', 'b']
    """
    read: list[str] = []
    for part in slices(len(texts), TEXTS_AT_ONCE):
        some = texts[part]
        stepped = step(SEPARATOR.join(some)).split(SEPARATOR)
        # Where one of them has a separator in it, the parts do not tell whose they are.
        read += stepped if len(stepped) == len(some) else map(step, some)
    return read
