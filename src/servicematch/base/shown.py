"""What a view is handed out as: it draws itself in a notebook and reads as text in a terminal, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from servicematch.base.errors import ServiceMatchError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.base.html import Markup

Words = TypeVar("Words")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Shown:
    """A view in the language that was asked for; put it on the last line of a cell, or print it.

    Examples
    --------
    >>> from servicematch.base.html import tag
    >>> Shown(tag("p", "Plan"), "1 of 2 served")
    1 of 2 served
    """

    html: Markup
    text: str

    def _repr_html_(self) -> str:
        return str(self.html)

    def __repr__(self) -> str:
        return self.text


def words_in(lang: str, words: Mapping[str, Words]) -> Words:
    """Choose the words of a language; one that has none is refused.

    Raises
    ------
    ServiceMatchError
        Naming the languages that there are.

    Examples
    --------
    >>> words_in("zh", {"en": "teams", "zh": "队伍"})
    '队伍'
    """
    if not isinstance(lang, str) or lang not in words:
        raise ServiceMatchError(f"lang must be one of {', '.join(map(repr, sorted(words)))}, got {lang!r}")
    return words[lang]


def one_or_many(say: Mapping[str, str], name: str, n: int) -> str:
    """Choose the words for one thing where the language has any.

    Examples
    --------
    >>> one_or_many({"places": "{n} places", "places_one": "1 place"}, "places", 1)
    '1 place'
    """
    return say.get(f"{name}_one", say[name]) if n == 1 else say[name]
