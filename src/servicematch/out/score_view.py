"""One score, taken apart for the eye: a bar a term, from 0 up to the score, in a notebook or in the terminal."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.blocks import COLOURS, card, note
from servicematch.base.html import Markup, cut, tag
from servicematch.base.printable import printable
from servicematch.base.svg import drawing, rectangle, stroke, words
from servicematch.out.limit_table import limit_table
from servicematch.out.page_words import page_words
from servicematch.out.words import LIMIT_WORDS, TERM_WORDS, Lang, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.base.arrays import AnyArray

_NAMES_PX, _SCALE_PX, _SUMS_PX, _ROW_PX = 130.0, 360.0, 190.0, 26.0
_CELLS = 30
_LONGEST_NAME = 20
_LONGEST_TEAM = 40


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ScoreView:
    """The waterfall of one score; shows itself in a notebook, and as aligned text where it is printed.

    Parameters
    ----------
    request_id, team_id
        The pair.
    terms
        Columns ``term``, ``value``, ``weight``, ``contribution``; a missing term has value NaN.
    limits
        Columns ``limit``, ``value``, ``bound``, ``unit``, ``passes``, and where it is known ``asked`` (what
        `servicematch.out.limit_table.asks` tells); may be empty.
    lang
        ``"en"`` or ``"zh"``.
    team_name
        What the team is called, if it has a name.

    Examples
    --------
    >>> terms = {"term": ["text", "area"], "value": [0.5, float("nan")], "weight": [1.0, 0.0], "contribution": [0.5, 0.0]}
    >>> ScoreView("R1", "T1", terms)
    Score 0.500 of request 'R1' at team 'T1'
      text   0.500 x 1.000 = 0.500  |███████████████               |
      area   nothing to go by       |                              |
      score                  0.500
    """

    request_id: Any
    team_id: Any
    terms: Mapping[str, AnyArray]
    limits: Mapping[str, AnyArray | list[Any]] | None = None
    lang: Lang = "en"
    team_name: str | None = None

    @property
    def score(self) -> float:
        """The score in [0, 1]: the sum of the contributions."""
        return min(float(np.sum(self.terms["contribution"])), 1.0)

    def page(self) -> Markup:
        """Build the view for a notebook: title, waterfall, and how the pair stands to each limit."""
        say = page_words(self.lang)
        silent = bool(len(self.terms["term"])) and bool(np.isnan(np.asarray(self.terms["value"], dtype=float)).all())
        return card(
            self._title(say, str),
            waterfall_drawing(self.terms, self.lang),
            note(say["no_terms"]) if silent or not len(self.terms["term"]) else None,
            *(tag("p", tag("b", sentence)) for sentence in self._broken(say)),
            limit_table(self.limits, self.lang) if self.limits is not None and len(self.limits["limit"]) else None,
        )

    def _repr_html_(self) -> str:
        return str(self.page())

    def __repr__(self) -> str:
        say = page_words(self.lang)
        bars = _steps(self.terms)
        names = [_name(term, self.lang) for term in self.terms["term"]]
        wide = max(map(_columns, (*names, say["total"])))
        sums = [_sum(say, *one) for one in zip(self.terms["value"], self.terms["weight"], bars, strict=True)]
        room = max(map(_columns, (*sums, "0.000")))
        lines = [
            f"  {_padded(name, wide)}  {_padded(text, room)}  |{_blocks(start, end)}|"
            for name, text, (start, end) in zip(names, sums, bars, strict=True)
        ]
        last = f"  {_padded(say['total'], wide)}  {_total(bars):>{room}.3f}"
        return "\n".join([self._title(say, repr), *lines, last, *self._broken(say)])

    def _title(self, say: dict[str, str], show: Any) -> str:
        request, team = (cut(show(one), 80) for one in (self.request_id, self.team_id))
        if self.team_name:
            team = say["named"].format(id=team, name=printable(self.team_name, _LONGEST_TEAM))
        return say["score_of"].format(score=f"{_total(_steps(self.terms)):.3f}", request=request, team=team)

    def _broken(self, say: dict[str, str]) -> list[str]:
        if self.limits is None:
            return []
        failed = [
            cut(word(LIMIT_WORDS, name, self.lang), _LONGEST_NAME)
            for name, passes in zip(self.limits["limit"], self.limits["passes"], strict=True)
            if not passes
        ]
        return [say["cannot"].format(limits=say["comma"].join(failed))] if failed else []


def waterfall_drawing(terms: Mapping[str, AnyArray], lang: Lang = "en") -> Markup:
    """Draw a bar a term, each beginning where the one before it ends, and the score below them.

    The contributions shown add up to the score shown: each is the difference of two rounded sums.

    Examples
    --------
    >>> terms = {"term": ["text"], "value": [0.5], "weight": [1.0], "contribution": [0.5]}
    >>> str(waterfall_drawing(terms)).count("<rect")  # the term, and the score
    2
    """
    say, steps = page_words(lang), _steps(terms)
    total = _total(steps)
    foot, y = (len(steps) + 1) * _ROW_PX + 8, len(steps) * _ROW_PX + 20
    shapes = [stroke(_x(part), 2, _x(part), foot, opacity=0.15) for part in (0, 0.25, 0.5, 0.75, 1)]
    for k, step in enumerate(steps):
        value, weight = terms["value"][k], terms["weight"][k]
        shapes += _row(
            k * _ROW_PX + 20, _name(terms["term"][k], lang), _sum(say, value, weight, step, "×"), step, value
        )
    shapes += [
        words(_NAMES_PX - 10, y, say["total"], anchor="end", bold=True),
        rectangle(_x(0), y - 13, total * _SCALE_PX, 16, COLOURS["quiet"]),
        words(_x(1) + _SUMS_PX, y, f"{total:.3f}", anchor="end", bold=True),
        *(words(_x(part), foot + 14, f"{part:g}", anchor="middle", size=11, opacity=0.6) for part in (0, 0.5, 1)),
    ]
    label = say["waterfall_label"].format(score=f"{total:.3f}")
    return drawing(_x(1) + _SUMS_PX + 4, foot + 20, *shapes, label=label)


def _row(y: float, name: str, told: str, step: tuple[float, float], value: float) -> list[Markup]:
    """Draw one term: its name, its sum, its bar, and the line down to where the next one begins; faint when missing."""
    faint, (start, end) = 0.5 if math.isnan(value) else None, step
    return [
        words(_NAMES_PX - 10, y, name, anchor="end", opacity=faint),
        words(_x(1) + _SUMS_PX, y, told, anchor="end", opacity=faint),
        stroke(_x(end), y - 13, _x(end), y + 13, opacity=0.5),
        rectangle(_x(start), y - 13, (end - start) * _SCALE_PX, 16, COLOURS["served"]),
    ]


def _x(part: float) -> float:
    return _NAMES_PX + part * _SCALE_PX


def _steps(terms: Mapping[str, AnyArray]) -> list[tuple[float, float]]:
    """Give where each term's bar starts and ends, in thousandths, so that what is shown adds up."""
    sums = np.minimum(np.cumsum(np.asarray(terms["contribution"], dtype=float)), 1.0).tolist()
    ends = [round(end, 3) for end in sums]
    return list(zip([0.0, *ends], ends, strict=False))


def _total(steps: list[tuple[float, float]]) -> float:
    """Give the score as it is shown everywhere: where the last bar ends."""
    return steps[-1][1] if steps else 0.0


def _sum(say: dict[str, str], value: float, weight: float, step: tuple[float, float], times: str = "x") -> str:
    if math.isnan(value):
        return say["missing"]
    return f"{value:.3f} {times} {weight:.3f} = {step[1] - step[0]:.3f}"


def _name(term: object, lang: Lang) -> str:
    return cut(word(TERM_WORDS, str(term), lang), _LONGEST_NAME)


def _blocks(start: float, end: float) -> str:
    first, last = round(start * _CELLS), round(end * _CELLS)
    return " " * first + "█" * (last - first) + " " * (_CELLS - last)


def _columns(text: str) -> int:
    """Count the columns that a text takes in a terminal: two for a wide character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - _columns(text))
