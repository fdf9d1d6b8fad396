"""The tables of the parts that solve a town: how many times faster than the rival, how it grows, and dense towns."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from lines import (
    Line,
    TownKey,
    above_data,
    between,
    by_town,
    check_answers,
    grouped,
    layers,
    seconds,
    span,
    table,
    value,
    with_worst,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Towns = dict[TownKey, list[Line]]


def speed_tables(by_part: Mapping[str, list[Line]]) -> list[str]:
    """Return the tables that these lines give."""
    rival = fair_colds(by_part["cold"])
    check_answers(rival, [line for part in ("solve", "matrix", "lsa") for line in by_part[part]])
    is_sparse: dict[bool, list[Line]] = {True: [], False: []}
    for line in by_part["solve"]:
        is_sparse[value(line, "shape") != "dense"].append(line)
    tables = [speed_table(rival, is_sparse[True])] if is_sparse[True] else []
    growth = growth_rows(rival, is_sparse[True])
    tables += [growth_table(growth)] if growth else []
    dense = [*is_sparse[False], *by_part["matrix"], *by_part["lsa"]]
    return [*tables, dense_table(rival, dense)] if dense else tables


def fair_colds(colds: Iterable[Line]) -> Towns:
    """Return the rival's runs by town: of each those at its highest payment, which answered the same question as ours."""
    towns = by_town(colds)
    most = {town: max(value(line, "payment") for line in lines) for town, lines in towns.items()}
    return {town: [line for line in lines if value(line, "payment") == most[town]] for town, lines in towns.items()}


def times_faster(rival: Towns, mine: Iterable[Line]) -> dict[TownKey, float]:
    """Return by town how many times longer the rival takes."""
    return {town: seconds(rival[town]) / seconds(lines) for town, lines in by_town(mine).items()}


def speed_table(rival: Towns, solves: list[Line]) -> str:
    """Compare each engine with the rival, by kind of town."""
    rows = []
    for kind, mine in grouped(solves, "shape", "size", "degree", "classes", "engine").items():
        towns = by_town(mine)
        theirs = [line for town in towns for line in rival[town]]
        shares = [100 * line["n_pairs_solved"] / line["n_pairs"] for line in mine]
        rows.append(
            [
                *kind,
                ", ".join(sorted({line["solver"] for line in mine})),
                *(len(towns), span(mine), f"{np.median(shares):.1f} %", max(line["n_solves"] for line in mine)),
                *(both_clocks(theirs), f"{np.median([1e6 * line['s'] / line['n_pairs'] for line in theirs]):.2f}"),
                *(both_clocks(mine), layers(mine)),
                *with_worst(times_faster(rival, mine), min),
                f"{above_data(theirs):.0f} / {above_data(mine):.0f}",
                between(value(line, "payment") for line in theirs),
            ]
        )
    columns = (
        "shape, size, degree, classes, engine, way, towns, pairs, solver saw, solves, cold s (wall), cold µs a pair, "
        "ours s (wall), ours by layer s, cold / ours, worst, MiB above the data cold / ours, payment"
    )
    return table("Solve, prices, proof and canonical choice: times faster than the cold solve", columns, rows)


def both_clocks(lines: list[Line]) -> str:
    return f"{seconds(lines):.3f} ({seconds(lines, 'wall_s'):.3f})"


def growth_rows(rival: Towns, solves: list[Line]) -> list[list[Any]]:
    """Fit seconds over pairs, both in logarithms, wherever three sizes of one kind were measured."""
    kinds: dict[tuple[Any, ...], dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in (line for line in solves if (line["units"], line["classes"]) == (1, 1)):
        kinds[tuple(value(line, name) for name in ("shape", "degree", "slack", "engine"))][line["size"]].append(line)
    rows = []
    for kind, sizes in kinds.items():
        if len(sizes) >= 3:
            ours = exponent(sizes.values())
            cold = exponent([line for town in by_town(found) for line in rival[town]] for found in sizes.values())
            rows.append([*kind, " ".join(sizes), f"{cold:.2f}", f"{ours:.2f}", f"**{ours - cold:+.2f}**"])
    return rows


def exponent(sizes: Iterable[list[Line]]) -> float:
    """Return the slope of log(seconds) over log(pairs), each size by its medians."""
    points = [(np.median([line["n_pairs"] for line in lines]), seconds(lines)) for lines in sizes]
    return float(np.polyfit(*np.log(points).T, 1)[0])


def growth_table(rows: list[list[Any]]) -> str:
    columns = "shape, degree, slack, engine, sizes, cold, ours, ours - cold"
    return table("Growth: exponent of seconds over pairs at one mean degree", columns, rows)


def dense_table(rival: Towns, lines: list[Line]) -> str:
    """Compare ours and scipy with the rival, and ours with scipy, where every pair is eligible."""
    scipy = by_town(line for line in lines if line["part"] == "lsa")
    colds = [{**line, "part": "cold"} for town in by_town(lines) for line in rival[town]]
    rows = []
    for (size, slack), here in grouped([{"engine": "", **line} for line in (*colds, *lines)], "size", "slack").items():
        for (part, engine), mine in grouped(here, "part", "engine").items():
            against = with_worst(times_faster(scipy, mine), min) if set(by_town(mine)) <= set(scipy) else ("", "")
            rows.append(
                [
                    *(size, slack, f"{DENSE_WAYS[part]} {engine}".strip(), len(by_town(mine)), both_clocks(mine)),
                    *(*with_worst(times_faster(rival, mine), min), *against),
                    f"{above_data(mine):.0f}",
                ]
            )
    columns = "size, slack, way, towns, s (wall), cold / way, worst, scipy / way, worst, MiB above the data"
    return table("Every pair eligible: times faster than the cold solve, and than scipy", columns, rows)


DENSE_WAYS = {
    "cold": "cold solve",
    "lsa": "scipy linear_sum_assignment",
    "solve": "ours, pairs listed:",
    "matrix": "ours, solve_matrix:",
}
