"""The tables of ``rivals.py``: rows are ways to solve a town, columns are sizes."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from lines import Line, by_town, check_answers, peak, seconds, span, table

if TYPE_CHECKING:
    from collections.abc import Iterable

OURS = "ours: solve_flow, with its proof"


def rival_tables(colds: list[Line], solves: list[Line], rivals: list[Line]) -> list[str]:
    """Compare every rival with the cold solve and with ours: a table a degree and slack; then what is not installed."""
    check_answers(by_town(colds), solves, may_serve_more=True)
    ours = [{**line, "name": OURS, "outcome": "solved"} for line in solves]
    measured = [*ours, *(line for line in rivals if "size" in line)]
    kinds = sorted({(line["degree"], line["slack"]) for line in colds}, reverse=True)
    tables = []
    for degree, slack in kinds:
        cold, lines = (
            [one for one in some if (one["degree"], one["slack"]) == (degree, slack)] for some in (colds, measured)
        )
        title = f"Rivals at degree {degree} and slack {slack}: seconds over those of the cold solve / ours over it"
        tables.append(rival_table(title, cold, lines))
    absent = dict.fromkeys(f"{line['name']}: {line['outcome']}." for line in rivals if "size" not in line)
    return [*tables, *absent]


def rival_table(title: str, colds: list[Line], lines: list[Line]) -> str:
    """Make one table; an outcome without a time stands as it is."""
    by_size = {size: [one for one in colds if one["size"] == size] for size in dict.fromkeys(by_growth(colds))}
    rows = [["cold solve", *(f"{seconds(found):.3f} s" for found in by_size.values()), largest(colds)]]
    for name in dict.fromkeys(line["name"] for line in lines):
        own = [line for line in lines if line["name"] == name]
        rows.append([name, *(rival_cell(size, own, colds, lines) for size in by_size), largest(own)])
    sizes = [f"{size} ({span(found)} pairs)" for size, found in by_size.items()]
    return table(title, ", ".join(["way", *sizes, "largest finished"]), rows)


def rival_cell(size: str, own: list[Line], colds: list[Line], lines: list[Line]) -> str:
    """Say how it went at one size: medians over the towns of the ratios of medians, or what came instead of a time."""
    here = [line for line in own if line["size"] == size]
    without = [line["outcome"] for line in here if line["outcome"] != "solved"]
    if without or not here:
        return without[0] if without else "not tried"
    cold, ours = by_town(colds), by_town(line for line in lines if line["name"] == OURS)
    towns = by_town(here)
    against_cold = median(seconds(found) / seconds(cold[town]) for town, found in towns.items())
    if here[0]["name"] == OURS:
        return f"{against_cold:.2f}"
    return f"{against_cold:.3g} / {median(seconds(ours[town]) / seconds(found) for town, found in towns.items()):.2g}"


def largest(lines: list[Line]) -> str:
    """Name the largest size with a time: its seconds and its peak of memory."""
    sizes = list(by_growth(line for line in lines if "s" in line))
    if not sizes:
        return "none"
    found = [line for line in lines if line["size"] == sizes[-1] and "s" in line]
    return f"{sizes[-1]}: {seconds(found):.3g} s, {peak(found):,.0f} MiB"


def by_growth(lines: Iterable[Line]) -> Iterable[str]:
    """List the sizes of lines, small ones first."""
    return (line["size"] for line in sorted(lines, key=lambda line: line["n_pairs"]))
