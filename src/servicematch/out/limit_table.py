"""How a pair stands to each limit: what was measured, what it may be at most, and whether it passes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from servicematch.base.blocks import Cell, badge, table
from servicematch.base.html import Markup, join
from servicematch.out.measured import measured, number
from servicematch.out.page_words import page_words
from servicematch.out.words import LIMIT_WORDS, Lang, word
from servicematch.tables.tags import Tags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from servicematch.base.arrays import AnyArray
    from servicematch.tables.requests import Requests

_COLUMNS = ("limit", "value", "bound", "unit", "passes")
_GOES_BY = {
    "skills": "skills",
    "categories": "category",
    "languages": "languages",
    "same_area": "area",
    "booked": "booked_team",
}


def limit_table(limits: Mapping[str, AnyArray | list[Any]], lang: Lang = "en") -> Markup:
    """Build the table of a pair's limits, a row each.

    Parameters
    ----------
    limits
        Columns ``limit``, ``value``, ``bound``, ``unit``, ``passes``, and where it is known ``asked`` (what `asks`
        tells).
    lang
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> limits = {"limit": ["distance"], "value": [3.25], "bound": [math.inf], "unit": ["km"], "passes": [True]}
    >>> "no limit" in str(limit_table(limits)), "不限" in str(limit_table(limits, "zh"))
    (True, True)
    """
    say = page_words(lang)
    asked = limits.get("asked", [None] * len(limits["limit"]))
    rows: list[list[Cell]] = []
    for name, value, bound, unit, passes, is_asked in zip(*(limits[key] for key in _COLUMNS), asked, strict=True):
        told = _measures(say, float(value), float(bound), unit, passes=bool(passes), asked=is_asked)
        verdict = say["passes"] if passes else badge(say["fails"], "bad")
        rows.append([word(LIMIT_WORDS, name, lang), *(join([text]) for text in told), _unit(say, unit), verdict])
    headers = [*(say[name] for name in ("limit", "measured", "at_most", "unit")), ""]
    return table(headers, rows, right=(1, 2))


def asks(requests: Requests, row: int, limits: Sequence[str]) -> list[bool | None]:
    """Tell, limit by limit, whether a request asks anything of it; None where no column says so.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> requests = Requests({"id": [1], "skills": ["yoga"], "category": [None]})
    >>> asks(requests, 0, ["skills", "categories", "your own"])
    [True, False, None]
    """
    return [not _is_empty(requests, _GOES_BY[name], row) if name in _GOES_BY else None for name in limits]


def _is_empty(requests: Requests, column: str, row: int) -> bool:
    values: Any = getattr(requests, column)
    if values is None:
        return True
    return not values.of(row) if isinstance(values, Tags) else values[row] is None


def _measures(
    say: dict[str, str], value: float, bound: float, unit: str, *, passes: bool, asked: bool | None
) -> tuple[str, str]:
    """Say what was measured and what it may be at most, in words where there is no number to tell."""
    if passes and asked is False:
        return say["not_asked"], "–"
    if not unit:  # a question of yes or no
        return (say["is_asked"] if asked else "–"), "–"
    told = say["unknown"] if math.isnan(value) else number(value, unit)
    if bound == math.inf:
        return told, say["no_limit"]
    return (told, number(bound, unit)) if passes or math.isnan(value) else measured(value, bound, unit)


def _unit(say: dict[str, str], unit: str) -> str:
    return say["skills_missing"] if unit == "skills" else say["km"] if unit == "km" else str(unit)
