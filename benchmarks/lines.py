"""Lines of JSON as `run.py` and `rivals.py` write them: by town, in the middle, as a table."""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Line = dict[str, Any]
TOWN = ("size", "classes", "degree", "slack", "units", "seed")


def by_town(lines: Iterable[Line]) -> dict[tuple[Any, ...], list[Line]]:
    towns: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
    for line in lines:
        towns[tuple(line[name] for name in TOWN)].append(line)
    return towns


def grouped(towns: Iterable[tuple[Any, ...]]) -> Iterable[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Group towns by size and classes, which the bars speak of."""
    groups: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for town in towns:
        groups[town[:2]].append(town)
    return sorted(groups.items(), key=lambda group: (len(group[0][0]), group[0]))


def seconds(lines: Iterable[Line]) -> float:
    return median([float(line["s"]) for line in lines])


def peak(lines: Iterable[Line]) -> float:
    return max(float(line["peak_mb"]) for line in lines)


def span(lines: list[Line]) -> str:
    """Return the range of the number of pairs in thousands."""
    low, high = (round(pick(line["n_pairs"] for line in lines) / 1000) for pick in (min, max))
    return f"{low}k" if low == high else f"{low}k to {high}k"


def where(town: tuple[Any, ...]) -> str:
    named = dict(zip(TOWN, town, strict=True))
    return f"degree {named['degree']}, slack {named['slack']}, units {named['units']}, seed {named['seed']}"


def table(title: str, columns: str, rows: list[list[Any]]) -> str:
    header = columns.split(", ")
    lines = [header, ["---"] * len(header), *rows]
    return f"**{title}**\n\n" + "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
