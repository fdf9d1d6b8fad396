"""What residents write: wishes by name, in plain talk or by the trouble, with all that people say around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.datasets.draws import aside, by_crowd, filled, pick, pick_of, some
from servicematch.datasets.services import others, popularity, siblings
from servicematch.datasets.slips import misspell, traditional
from servicematch.datasets.vocabulary import NAMED, TROUBLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import BoolArray, IntArray, ObjectArray
    from servicematch.datasets.vocabulary import Vocabulary

FREE_SHARE = 0.40
"""Requests in the residents' own words alone; the others order from the menu."""
WISH_SHARE = 0.10
"""Free requests that no team can meet."""
BOTH_SHARE = 0.06
"""Free requests for two services in one sentence; either will do."""
STYLE_SHARES = (0.35, 0.35, 0.30)
"""Requests that name the service, that talk of it in other words, that tell the trouble only."""
NO_SHARE = 0.05
"""Requests that say which service is not meant, one of the same platform."""
TYPO_SHARE = 0.05
TRADITIONAL_SHARE = 0.03
GREETING_SHARE = 0.25
PLEA_SHARE = 0.30
DETAIL_SHARE = 0.35
WHEN_SHARE = 0.30
ENDING_SHARE = 0.25
NOISE_SHARE = 0.12
ZIPF = 0.7


@dataclass(frozen=True, slots=True)
class Wanted:
    """What each request is truly about, before it is put into words.

    ``service`` is wanted in one of the styles `NAMED`, `TALKED`, `TROUBLE`; ``other`` is the second service where
    ``is_both``, and the one not meant where ``is_no``. Where ``is_wish``, none of this counts: no team can help.
    """

    service: IntArray
    other: IntArray
    style: IntArray
    is_free: BoolArray
    is_wish: BoolArray
    is_both: BoolArray
    is_no: BoolArray

    def __len__(self) -> int:
        return len(self.service)

    def truth(self, names: Sequence[str]) -> ObjectArray:
        """Give the true names, one for each service, joined by "|"; "" where no team can help.

        Examples
        --------
        >>> wanted = draw_wanted(100, np.random.default_rng(0))
        >>> true = wanted.truth(["sport"] * 40)
        >>> bool((true == np.where(wanted.is_wish, "", "sport")).all())
        True
        """
        name: ObjectArray = np.array(names, dtype=object)
        true = np.where(self.is_wish, "", name[self.service])
        differs = self.is_both & (name[self.service] != name[self.other])
        true[differs] += "|" + name[self.other[differs]]
        return true


def draw_wanted(n: int, rng: np.random.Generator) -> Wanted:
    """Draw what ``n`` requests are about.

    Examples
    --------
    >>> wanted = draw_wanted(100, np.random.default_rng(0))
    >>> len(wanted), bool((wanted.is_wish & ~wanted.is_free).any())
    (100, False)
    """
    shares = popularity(ZIPF)
    service = rng.choice(len(shares), n, p=shares)
    is_free = some(n, FREE_SHARE, rng)
    is_wish = is_free & some(n, WISH_SHARE, rng)
    is_both = is_free & ~is_wish & some(n, BOTH_SHARE, rng)
    is_no = ~is_wish & ~is_both & some(n, NO_SHARE, rng)
    other = np.where(is_no, siblings(service, rng), others(service, rng))
    style = rng.choice(len(STYLE_SHARES), n, p=STYLE_SHARES)
    return Wanted(service, other, style, is_free, is_wish, is_both, is_no)


def write_asks(wanted: Wanted, speaks_mongolian: BoolArray, words: Vocabulary, rng: np.random.Generator) -> ObjectArray:
    """Put each request into words.

    Examples
    --------
    >>> from servicematch.datasets.vocabulary import vocabulary
    >>> rng = np.random.default_rng(0)
    >>> texts = write_asks(draw_wanted(3, rng), np.zeros(3, dtype=bool), vocabulary("zh"), rng)
    >>> all(text.strip() for text in texts)
    True
    """
    n, ask = len(wanted), words.ask
    core = _cores(wanted, words, rng)
    has_named = (wanted.style == NAMED) & ~wanted.is_wish
    core = core + np.where(has_named, "", aside(ask["pleas"], n, PLEA_SHARE, rng))
    text = aside(ask["greetings"], n, GREETING_SHARE, rng) + core + _details(wanted, words, rng)
    text = text + aside(ask["when"], n, WHEN_SHARE, rng) + aside(ask["endings"], n, ENDING_SHARE, rng)
    text = text + aside(ask["noise"], n, NOISE_SHARE, rng)
    rows = np.flatnonzero(speaks_mongolian & some(n, 0.5, rng))
    text[rows] = filled(pick(ask["mongolian_words"], len(rows), rng), text=text[rows])
    text = misspell(text, some(n, TYPO_SHARE, rng), words, rng)
    text = traditional(text, some(n, TRADITIONAL_SHARE, rng), words)
    asks: ObjectArray = np.array([one[:1].upper() + one[1:] for one in text], dtype=object)
    return asks


def _cores(wanted: Wanted, words: Vocabulary, rng: np.random.Generator) -> ObjectArray:
    """Write the matter itself: one service, two, one and not another, or a wish."""
    core = _matters(wanted.service, wanted.style, words, rng)
    both, no, wish = (np.flatnonzero(mask) for mask in (wanted.is_both, wanted.is_no, wanted.is_wish))
    style = rng.choice(len(STYLE_SHARES), len(both), p=STYLE_SHARES)
    other = _matters(wanted.other[both], style, words, rng)
    core[both] = filled(pick(words.ask["both"], len(both), rng), core=core[both], other=other)
    word: ObjectArray = np.array([service.word for service in words.services], dtype=object)
    core[no] = filled(pick(words.ask["no"], len(no), rng), core=core[no], word=word[wanted.other[no]])
    kinds = tuple(words.wishes.values())
    core[wish] = pick_of(kinds, rng.integers(0, len(kinds), len(wish)), rng)
    return core


def _matters(service: IntArray, style: IntArray, words: Vocabulary, rng: np.random.Generator) -> ObjectArray:
    """Ask for one service in its style; what is named goes into a frame."""
    lists = [phrases for one in words.services for phrases in one.asks]
    text = pick_of(lists, service * len(STYLE_SHARES) + style, rng)
    named = np.flatnonzero(style == NAMED)
    text[named] = filled(pick(words.ask["frames"], len(named), rng), x=text[named])
    return text


def _details(wanted: Wanted, words: Vocabulary, rng: np.random.Generator) -> ObjectArray:
    """Say who and how many, as fits the service; to a trouble or a wish that would seldom fit."""
    crowd: ObjectArray = np.array([service.crowd for service in words.services], dtype=object)[wanted.service]
    crowd[wanted.is_wish | ((wanted.style == TROUBLE) & (crowd == "group"))] = "any"
    return by_crowd(words.ask["details"], crowd, DETAIL_SHARE, rng)
