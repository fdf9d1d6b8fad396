"""The numbers behind the plots, as rows of plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.tables.areas import area_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import FloatArray

_LONGEST = 40
_BINS = 20


def labels(values: Iterable[Any]) -> list[str]:
    """Write values as labels that tell rows apart: cut when long, numbered when equal.

    Examples
    --------
    >>> labels(["x" * 50, 7, 7])
    ['xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…', '7', '7 (2)']
    """
    made: dict[str, None] = {}
    for value in values:
        text, again = label(value), 1
        name = text
        while name in made:
            again += 1
            name = f"{text} ({again})"
        made[name] = None
    return list(made)


def label(value: Any) -> str:
    """Write one value, cut when it is long.

    Examples
    --------
    >>> label("001"), len(label("x" * 50))
    ('001', 40)
    """
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def area_rows(answer: Answer, level: int, no_area: str) -> list[dict[str, Any]]:
    """Count units asked and served by area down to a level, the areas that ask most first.

    Examples
    --------
    >>> from servicematch.planning import assign
    >>> plan = assign({"id": [1, 2], "area": ["a/x", "a/y"]}, {"id": [1]})
    >>> area_rows(plan.answer, 1, "none")
    [{'area': 'a', 'asked': 2, 'served': 1, 'share': 0.5}]
    """
    areas, counts = answer.requests.area, (answer.requests.units.tolist(), answer.served.tolist())
    texts = [None] * len(answer.requests) if areas is None else areas.tolist()
    name = {text: "/".join(area_path(text)[:level]) if text else "" for text in dict.fromkeys(texts)}
    totals: dict[str, list[int]] = {}
    for text, asked, served in zip(texts, *counts, strict=True):
        total = totals.setdefault(name[text], [0, 0])
        total[0] += asked
        total[1] += served
    ordered = sorted(totals.items(), key=lambda item: (-item[1][0], item[0]))
    shown = labels(area or no_area for area, _ in ordered)
    return [
        {"area": area, "asked": asked, "served": served, "share": served / asked}
        for area, (_, (asked, served)) in zip(shown, ordered, strict=True)
    ]


def load_rows(answer: Answer, n: int) -> list[dict[str, Any]]:
    """Count the places of the ``n`` busiest teams, each in its parts: used, assigned, free, over.

    Examples
    --------
    >>> from servicematch.planning import assign
    >>> plan = assign({"id": [1]}, {"id": ["t"], "capacity": [3], "used": [1]})
    >>> [(row["part"], row["count"]) for row in load_rows(plan.answer, 5)]
    [('used', 1), ('assigned', 1), ('free', 1)]
    """
    teams, assigned = answer.teams, answer.load
    left = answer.capacity - teams.used - assigned
    busiest = np.lexsort((teams.position, -teams.used, -assigned))[:n]
    over = np.minimum(np.maximum(-left, 0), assigned)
    parts = {"used": teams.used, "assigned": assigned - over, "free": np.maximum(left, 0), "over": over}
    shown = labels(teams.ids[busiest].tolist())
    names = [None] * len(busiest) if teams.name is None else teams.name[busiest].tolist()
    return [
        {"team": team, "name": label("" if name is None else name), "part": part, "order": k, "count": int(count[row])}
        for team, name, row in zip(shown, names, busiest.tolist(), strict=True)
        for k, (part, count) in enumerate(parts.items())
        if count[row]
    ]


def km_rows(kilometres: FloatArray) -> list[dict[str, float]]:
    """Count distances in some twenty bins of a round width; unknown ones are left out.

    Examples
    --------
    >>> km_rows(np.array([0.5, 3.0, 39.0, np.nan]))[:2]
    [{'from': 0.0, 'to': 2.0, 'pairs': 1}, {'from': 2.0, 'to': 4.0, 'pairs': 1}]
    """
    known = kilometres[np.isfinite(kilometres)]
    if not len(known):
        return []
    width = _round_width(float(known.max()) / _BINS)
    which = np.floor(known / width).astype(np.int64)
    counts = np.bincount(which).tolist()
    return [
        {"from": round(k * width, 6), "to": round((k + 1) * width, 6), "pairs": count} for k, count in enumerate(counts)
    ]


def _round_width(least: float) -> float:
    """Find the first of 1, 2, 5, 10, 20 ... (or tenths of them) that is at least so wide."""
    if least <= 0.1:  # noqa: PLR2004 - nobody walks by a finer measure
        return 0.1
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= least))
