"""Texts cut into phrases: a team offers several things in one text, and each is compared by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from servicematch.base.reading import FIRST_CHARACTER, INNOCENT, PHRASE_ENDS, REFUSALS, TAKEN_BACK

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENDS = re.compile(f"[{re.escape(PHRASE_ENDS)}]+")


def _is_spelt(words: str) -> bool:
    return words[0].isalpha() and ord(words[0]) < FIRST_CHARACTER


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(one)}\b" if _is_spelt(one) else _written(one) for one in words))


def _written(words: str) -> str:
    """Match words where nothing innocent stands that begins with them."""
    goes_on = [re.escape(one.removeprefix(words)) for one in INNOCENT if one.startswith(words)]
    return re.escape(words) + (f"(?!{'|'.join(goes_on)})" if goes_on else "")


_REFUSED = _pattern(tuple(words for words in REFUSALS if not _is_spelt(words)))
_REFUSED_FROM = _pattern(tuple(words for words in REFUSALS if _is_spelt(words)))
_TAKEN_BACK = _pattern(TAKEN_BACK)
_ANY = _pattern((*REFUSALS, *TAKEN_BACK))
# What a text with any of them has in it, found in a fifth of the time that `_ANY` takes.
_WRITTEN_AT_ALL = re.compile("|".join(re.escape(words) for words in (*REFUSALS, *TAKEN_BACK) if not _is_spelt(words)))
_SPELT_AT_ALL = tuple(words for words in (*REFUSALS, *TAKEN_BACK) if _is_spelt(words))


def cut(text: str) -> list[str]:
    """Cut a normalised text into its phrases, at every sign that ends one.

    Examples
    --------
    >>> cut("太极拳、八段锦教学;周末可上门.")
    ['太极拳', '八段锦教学', '周末可上门']
    """
    return [phrase for phrase in map(str.strip, _ENDS.split(text)) if phrase]


def without_refused(text: str) -> str:
    r"""Leave out the phrases that say what a need does *not* want; a need of refusals alone stays as it is.

    Examples
    --------
    >>> without_refused("广场舞就不用了,想学太极")
    '\n想学太极'
    >>> without_refused("we would like tai chi rather than square dance")
    'we would like tai chi '
    >>> without_refused("不要广场舞")
    '不要广场舞'
    """
    if not _may_refuse(text, _SPELT_AT_ALL) or _ANY.search(text) is None:
        return text
    kept: list[str] = []
    for phrase in cut(text):
        if _TAKEN_BACK.search(phrase):
            kept[-1:] = [""]
        elif _REFUSED.search(phrase):
            kept.append("")
        else:
            kept.append(_REFUSED_FROM.split(phrase, maxsplit=1)[0])
    wanted = "\n".join(kept)  # which no synonym crosses
    return wanted if wanted.strip() else text


def without_refused_all(texts: Sequence[str]) -> list[str]:
    r"""Do the same with many texts.

    Examples
    --------
    >>> without_refused_all(["想学太极", "不要广场舞,想学太极"])
    ['想学太极', '\n想学太极']
    """
    everything = "\n".join(texts)
    spelt = tuple(words for words in _SPELT_AT_ALL if words in everything)
    return [without_refused(text) if _may_refuse(text, spelt) else text for text in texts]


def _may_refuse(text: str, spelt: tuple[str, ...]) -> bool:
    return _WRITTEN_AT_ALL.search(text) is not None or any(map(text.__contains__, spelt))
