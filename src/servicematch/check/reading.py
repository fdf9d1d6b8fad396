"""How the checker reads a text: folded, simplified where asked for, with synonyms, cut into phrases."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from servicematch.base.reading import (
    FIRST_CHARACTER,
    FUNCTION_WORDS,
    INNOCENT,
    LETTER,
    PHRASE_ENDS,
    REFUSALS,
    TAKEN_BACK,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_SPACES = re.compile(r"\s{2,}")


def normal(text: str) -> str:
    """Fold width, case and runs of white space, so that only the letters count.

    Examples
    --------
    >>> normal("ＡＢＣ  健身")
    'abc 健身'
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold())


def reading(term: Any, *, of_needs: bool = False) -> Callable[[str], str]:
    """Make the way in which a term has texts read; needs are read without what they refuse.

    Examples
    --------
    >>> class Term:
    ...     simplify, synonyms = False, (("义诊", ("腰腿疼",)),)
    >>> reading(Term(), of_needs=True)("不要跳舞，腰腿疼").split()
    ['义诊']
    """
    simplified = _simplifier() if term.simplify else None
    means = _meanings(term.synonyms or ())

    def read(text: str) -> str:
        text = normal(text)
        text = text if simplified is None else simplified(text)
        text = wanted(text) if of_needs else text
        return _says(means(text))

    return read


def _says(text: str) -> str:
    """Blank out spelt words that say nothing."""
    return re.sub(f"{LETTER}+", lambda word: " " if word.group() in FUNCTION_WORDS else word.group(), text)


def phrases(text: str) -> list[str]:
    """Cut a text at every sign that ends a phrase.

    Examples
    --------
    >>> phrases("太极拳、八段锦教学;周末.")
    ['太极拳', '八段锦教学', '周末']
    """
    for sign in PHRASE_ENDS:
        text = text.replace(sign, "\n")
    return [phrase.strip() for phrase in text.split("\n") if phrase.strip()]


def wanted(text: str) -> str:
    """Drop the phrases that refuse something, or what a spelt one refuses; keep all where nothing else is said.

    Examples
    --------
    >>> wanted("不要广场舞,想学太极").split(), wanted("上回是棋类,弄错了,想学书法").split()
    (['想学太极'], ['想学书法'])
    """
    if all(_find(text, words) < 0 for words in (*REFUSALS, *TAKEN_BACK)):
        return text
    kept: list[str] = []
    for phrase in phrases(text):
        if any(_find(phrase, words) >= 0 for words in TAKEN_BACK):
            kept[-1:] = [""]
            continue
        starts = [(0 if not _is_spelt(words[0]) else at) for words in REFUSALS if (at := _find(phrase, words)) >= 0]
        kept.append(phrase[: min(starts)] if starts else phrase)
    return "\n".join(kept) if any(phrase.strip() for phrase in kept) else text


def _find(phrase: str, words: str) -> int:
    """Find words in a phrase, spelt ones as whole words; -1 where they are not."""
    at = phrase.find(words)
    while at >= 0 and any(phrase.startswith(one, at) for one in INNOCENT if one.startswith(words)):
        at = phrase.find(words, at + 1)
    while at >= 0 and _is_spelt(words[0]):
        before, after = phrase[at - 1 : at] if at else "", phrase[at + len(words) : at + len(words) + 1]
        if not (_in_word(before) or _in_word(after)):
            break
        at = phrase.find(words, at + 1)
    return at


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _is_spelt(char: str) -> bool:
    return char.isalpha() and ord(char) < FIRST_CHARACTER


def _meanings(synonyms: tuple[tuple[str, tuple[str, ...]], ...]) -> Callable[[str], str]:
    """Replace each synonym by what it means, the longest first at each place."""
    means = {normal(word).strip(): normal(meaning).strip() for meaning, words in synonyms for word in words}
    lengths = sorted({len(word) for word in means}, reverse=True)

    def read(text: str) -> str:
        said, at = [], 0
        while at < len(text):
            word = next((text[at : at + n] for n in lengths if text[at : at + n] in means and _stands(text, at, n)), "")
            if word:
                said.append(f" {means[word]} ")
                at += len(word) + _plural(text, at + len(word), word)
            else:
                said.append(text[at])
                at += 1
        return "".join(said)

    return read if means else str


def _stands(text: str, at: int, n: int) -> bool:
    """Tell whether the ``n`` characters at a place stand there: spelt ones only as a whole word, or with an s."""
    word = text[at : at + n]
    if len(word) < n or (_is_spelt(word[0]) and at > 0 and _is_spelt(text[at - 1])):
        return False
    end = at + n + _plural(text, at + n, word)
    return not (_is_spelt(word[-1]) and end < len(text) and _is_spelt(text[end]))


def _plural(text: str, at: int, word: str) -> int:
    return int(_is_spelt(word[-1]) and text[at : at + 1] == "s")


def _simplifier() -> Callable[[str], str]:
    from opencc import OpenCC  # noqa: PLC0415  an extra; who made the plan had it

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert
