"""Recommendations as a notebook shows them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from servicematch.base.blocks import bar, card, note, section, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from servicematch.base.html import Markup

_MOST_GROUPS = 10


def choices_card(
    groups: Sequence[tuple[Any, Sequence[Mapping[str, Any]]]], n_eligible: Sequence[int], *, for_teams: bool
) -> Markup:
    """Show who is recommended to whom; the first ten of those asked for are shown.

    ``groups`` and ``n_eligible`` as for `servicematch.out.choices.choices_text`.

    Examples
    --------
    >>> choice = {"id": "t1", "name": None, "score": 0.5, "km": 3.25, "free": 2}
    >>> "1 of 41 eligible" in str(choices_card([("r1", [choice])], [41], for_teams=False))
    True
    """
    whom = "team" if for_teams else "request"
    shown = [
        section(f"For {whom} {id_}: {len(choices)} of {n:,} eligible", _table(choices, for_teams=for_teams))
        for (id_, choices), n in zip(groups[:_MOST_GROUPS], n_eligible, strict=False)
    ]
    rest = len(groups) - _MOST_GROUPS
    return card("Recommendations", *shown, note(f"{rest:,} more are not shown.") if rest > 0 else None)


def _table(choices: Sequence[Mapping[str, Any]], *, for_teams: bool) -> Markup:
    if not choices:
        return note("None is eligible; `ineligible(id)` says why.")
    headers = ["#", "request"] if for_teams else ["#", "team", "name", "free"]
    rows: list[list[Any]] = []
    for rank, choice in enumerate(choices, start=1):
        row: list[Any] = [rank, str(choice["id"])]
        row += [] if for_teams else [choice["name"] or "", choice["free"]]
        km = None if math.isnan(choice["km"]) else round(choice["km"], 1)
        rows.append([*row, km, choice["score"], bar([(choice["score"], "served")], 1.0)])
    return table([*headers, "km", "score", ""], rows)
