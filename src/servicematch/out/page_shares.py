"""Who got how much: units served by area, and places taken per team; each table adds up to its last row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.blocks import bar, key, note, table
from servicematch.base.html import Markup, join, tag
from servicematch.base.shares import percent
from servicematch.out.page_words import page_words
from servicematch.tables.areas import area_path

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.out.plan_parts import PlanParts
    from servicematch.out.words import Lang

MOST_AREAS = 15
_EDGES = (0, 1, 2, 3, 4, 5, 10, 20, 50, 100, 1000)


def area_table(parts: PlanParts, lang: Lang = "en") -> Markup | None:
    """Show the units asked, served and open for each area of the first level; None when no request has an area.

    Examples
    --------
    >>> from servicematch.out.plan_parts import PlanParts
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1, 2], "area": ["准格尔旗/薛家湾镇", None]}), Teams({"id": [1]})
    >>> str(area_table(PlanParts(requests, teams, np.array([0]), np.array([0]), {}))).count("</tr>")  # and head and foot
    4
    """
    counted = _by_area(parts)
    if not any(counted):
        return None
    say = page_words(lang)
    nowhere = counted.pop("", None)
    ordered = sorted(counted.items(), key=lambda item: (-item[1][0], item[0]))
    named = [(name, *units) for name, units in ordered]
    if len(named) > MOST_AREAS:
        rest = named[MOST_AREAS - 1 :]
        other = say["other_areas"].format(n=len(rest))
        named = [*named[: MOST_AREAS - 1], (other, sum(r[1] for r in rest), sum(r[2] for r in rest))]
    if nowhere is not None:
        named.append((say["no_area"], *nowhere))
    headers = [say["area"], say["asked"], say["served"], say["open"], say["share"], ""]
    total = (sum(row[1] for row in named), sum(row[2] for row in named))
    return table(headers, [_area_row(*row) for row in named], foot=_area_row(say["in_all"], *total), decimals={4: 1})


def load_table(parts: PlanParts, lang: Lang = "en") -> Markup:
    """Show how many teams have 0, 1, 2 ... places taken, and how many of these have none left.

    Examples
    --------
    >>> from servicematch.out.plan_parts import PlanParts
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1]}), Teams({"id": [1, 2]})
    >>> str(load_table(PlanParts(requests, teams, np.array([0]), np.array([1]), {}))).count('class="bar"')
    2
    """
    say, teams = page_words(lang), parts.teams
    if not len(teams):
        return note(say["no_teams"])
    taken = teams.used + parts.load
    bins = np.searchsorted(_EDGES, taken, side="right") - 1
    n_teams = np.bincount(bins)
    n_full = np.bincount(bins[taken >= parts.places], minlength=len(n_teams))
    most = int(n_teams.max())
    rows = [
        (_bin_name(k), n, full, bar([(full, "full"), (n - full, "roomy")], most))
        for k, (n, full) in enumerate(zip(n_teams.tolist(), n_full.tolist(), strict=True))
    ]
    foot = (say["in_all"], len(teams), int(n_full.sum()), "")
    headers = (say["places"], say["teams"], say["full"], "")
    legend = tag("p", key("full", say["legend_full"]), " \u2003 ", key("roomy", say["legend_roomy"]))
    return join([legend, table(headers, rows, foot=foot), note(say["loads_note"])])


def _by_area(parts: PlanParts) -> dict[str, tuple[int, int]]:
    """Add up units asked and served by the first level of the area; ``""`` for requests without one."""
    requests, served = parts.requests, parts.served
    if requests.area is None:
        return {}
    texts = requests.area.tolist()
    first = {text: (area_path(text) or ("",))[0] if text else "" for text in set(texts)}
    names = sorted(set(first.values()))
    number = {name: i for i, name in enumerate(names)}
    at: IntArray = np.array([number[first[text]] for text in texts], dtype=np.int64)
    sums = [np.zeros(len(names), dtype=np.int64) for _ in range(2)]
    for total, units in zip(sums, (requests.units, served), strict=True):
        np.add.at(total, at, units)  # whole numbers throughout
    return {name: (int(sums[0][i]), int(sums[1][i])) for i, name in enumerate(names)}


def _area_row(name: str, asked: int, served: int) -> tuple[str, int, int, int, float, Markup]:
    pieces = bar([(served, "served"), (asked - served, "open")], asked)
    return name, asked, served, asked - served, percent(served, asked), pieces


def _bin_name(k: int) -> str:
    """Name a class of loads: one number, or from the first to the last."""
    if k == len(_EDGES) - 1:
        return f"{_EDGES[k]:,}+"
    return str(_EDGES[k]) if _EDGES[k + 1] == _EDGES[k] + 1 else f"{_EDGES[k]}–{_EDGES[k + 1] - 1}"
