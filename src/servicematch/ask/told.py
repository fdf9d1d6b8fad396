"""How every answer to a question shows itself: an object first, then sentences, then a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servicematch.base.blocks import card
from servicematch.base.html import join, tag
from servicematch.base.shown import Shown
from servicematch.out.words import check_lang

if TYPE_CHECKING:
    from servicematch.base.html import Markup
    from servicematch.out.words import Lang


class Told:
    """The base of all answers: subclasses give ``to_dict``, ``_title`` and ``_lines``, and a table if they have one."""

    __slots__ = ()

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data, ready for JSON; ``redact`` hides the ids of other residents' requests."""
        raise NotImplementedError

    def describe(self, lang: Lang = "en", *, redact: bool = False) -> str:
        """Say it in sentences, one a line; ``redact`` hides the ids of other residents' requests."""
        check_lang(lang)
        return "\n".join(self._lines(lang, redact=redact))

    def show(self, lang: Lang = "en", *, redact: bool = False) -> Shown:
        """Show it in a notebook, in English (``"en"``) or Chinese (``"zh"``); elsewhere what `describe` says."""
        check_lang(lang)
        return Shown(self._card(lang, redact=redact), self.describe(lang, redact=redact))

    def __repr__(self) -> str:
        return self.describe()

    def _repr_html_(self) -> str:
        return str(self._card("en", redact=False))

    def _card(self, lang: Lang, *, redact: bool) -> Markup:
        paragraphs = join([tag("p", line.strip()) for line in self._lines(lang, redact=redact)])
        return card(self._title(lang, redact=redact), paragraphs, *self._tables(lang, redact=redact))

    def _title(self, lang: Lang, *, redact: bool) -> str:
        raise NotImplementedError

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        raise NotImplementedError

    def _tables(self, lang: Lang, *, redact: bool) -> list[Markup]:  # noqa: ARG002 - for those who have some
        return []
