"""How a text is read before it is compared: one form of letters, one script, a desk's synonyms, no refusals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from servicematch.base.reading import FUNCTION_WORDS, LETTER
from servicematch.pairs.ngrams import normalise
from servicematch.pairs.phrases import without_refused
from servicematch.pairs.synonyms import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.pairs.synonyms import Listed


_SPELT_WORD = re.compile(f"{LETTER}+")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reading:
    """The steps of reading, in their order."""

    steps: tuple[Callable[[str], str], ...]

    def __call__(self, text: str) -> str:
        """Read one text."""
        for step in self.steps:
            text = step(text)
        return text


def reader(
    synonyms: Listed | None = None, *, simplify: bool = False, is_need: bool = False, whole: bool = False
) -> Reading:
    r"""Make a reader: NFKC and casefold, simplified script if asked for, for a need without what it refuses, synonyms.

    Function words such as "the" are left out, unless ``whole`` sentences are wanted.

    Raises
    ------
    ImportError
        When ``simplify`` is asked for and opencc is not installed.

    Examples
    --------
    >>> reader((("义诊", ("腰腿疼",)),), is_need=True)("不要广场舞，俺腰腿疼")
    '\n俺 义诊 '
    """
    steps: list[Callable[[str], str]] = [normalise]
    if simplify:
        steps.append(simplifier())
    if is_need:
        steps.append(without_refused)
    if synonyms:
        steps.append(Reader.of(synonyms).read)
    if not whole:
        steps.append(without_function_words)
    return Reading(tuple(steps))


def without_function_words(text: str) -> str:
    """Leave out the spelt words that stand in every other sentence.

    Examples
    --------
    >>> without_function_words("we would like a yoga class").split()
    ['yoga', 'class']
    """
    # Word by word: one pattern of all these words would be tried at every character, Chinese ones too.
    return _SPELT_WORD.sub(_blank_if_function, text)


def _blank_if_function(word: re.Match[str]) -> str:
    return " " if word[0] in FUNCTION_WORDS else word[0]


def simplifier() -> Callable[[str], str]:
    """Load the converter from traditional to simplified characters.

    Raises
    ------
    ImportError
        When opencc is not installed.
    """
    try:
        from opencc import OpenCC  # noqa: PLC0415  an extra
    except ImportError as error:
        raise ImportError(
            "terms.text.simplify needs the library opencc. Hint: pip install 'servicematch[zh]'"
        ) from error
    converter: Any = OpenCC("t2s")

    def simplify(text: str) -> str:
        simplified: str = converter.convert(text)
        return simplified

    return simplify
