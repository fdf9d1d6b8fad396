"""How a text is read before it is compared: one form of letters, one script, a desk's synonyms, no refusals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from servicematch.base.reading import FUNCTION_WORDS, LETTER
from servicematch.pairs.normal import at_once, normalise, normalise_all
from servicematch.pairs.phrases import without_refused, without_refused_all
from servicematch.pairs.synonyms import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from servicematch.pairs.synonyms import Listed


_SPELT_WORD = re.compile(f"({LETTER}+)")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reading:
    """The steps of reading, in their order."""

    steps: tuple[Callable[[str], str], ...]

    def __call__(self, text: str) -> str:
        """Read one text."""
        for step in self.steps:
            text = step(text)
        return text

    def column(self, texts: Sequence[str]) -> list[str]:
        """Read many texts, which is faster than one by one.

        Examples
        --------
        >>> reader().column(["a ＹＯＧＡ class", "书法"])
        ['  yoga class', '书法']
        """
        read = list(texts)
        for step in self.steps:
            read = _MANY[step](read) if step in _MANY else list(map(step, read))
        return read


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
    return "".join([" " if part in FUNCTION_WORDS else part for part in _SPELT_WORD.split(text)])


_MANY: dict[Callable[[str], str], Callable[[Sequence[str]], list[str]]] = {
    normalise: normalise_all,
    without_refused: without_refused_all,
    without_function_words: partial(at_once, without_function_words),
}


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
