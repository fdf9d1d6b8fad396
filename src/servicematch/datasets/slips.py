"""Slips of the pen: words that sound alike, a character lost or doubled, traditional characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, ObjectArray
    from servicematch.datasets.vocabulary import Vocabulary

SHORTEST = 4
"""Texts of fewer characters lose none."""


def misspell(texts: ObjectArray, mask: BoolArray, words: Vocabulary, rng: np.random.Generator) -> ObjectArray:
    """Misspell the marked texts, each once: a word by its sound if there is one, else a letter lost or doubled.

    Examples
    --------
    >>> from servicematch.datasets.vocabulary import vocabulary
    >>> texts = np.array(["想学健身操"], dtype=object)
    >>> misspell(texts, np.array([True]), vocabulary("zh"), np.random.default_rng(0))
    array(['想学建身操'], dtype=object)
    """
    rows = np.flatnonzero(mask)
    where, drop = rng.random(len(rows)), rng.random(len(rows)) < 0.5  # noqa: PLR2004 # as often one as the other
    slipped = texts.copy()
    for row, at, is_lost in zip(rows, where.tolist(), drop.tolist(), strict=True):
        slipped[row] = _slip(texts[row], at, is_lost, words)
    return slipped


def _slip(text: str, at: float, is_lost: bool, words: Vocabulary) -> str:  # noqa: FBT001 # drawn, never written
    heard = next((word for word in words.sounds if word in text), None)
    if heard is not None:
        return text.replace(heard, words.sounds[heard], 1)
    letters = [k for k, letter in enumerate(text) if letter.isalpha()]
    if not letters:
        return text
    k = letters[int(at * len(letters))]
    return text[:k] + text[k + 1 :] if is_lost and len(letters) >= SHORTEST else text[: k + 1] + text[k:]


def traditional(texts: ObjectArray, mask: BoolArray, words: Vocabulary) -> ObjectArray:
    """Write the marked texts in traditional characters.

    Examples
    --------
    >>> from servicematch.datasets.vocabulary import vocabulary
    >>> traditional(np.array(["健身操教练"], dtype=object), np.array([True]), vocabulary("zh"))
    array(['健身操教練'], dtype=object)
    """
    written = texts.copy()
    written[mask] = [text.translate(words.traditional) for text in texts[mask]]
    return written
