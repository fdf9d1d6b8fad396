"""Make the Markdown tables from the JSON lines of ``run.py`` and ``rivals.py``: medians of runs, the worst of all towns.

python benchmarks/report.py results.jsonl
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from lines import Line, by_town, grouped, peak, seconds, span, table, where
from rival_report import rival_tables

REST = ("tables", "pairs", "encode", "decode")


def report(path: Path) -> str:
    """Return all tables that the lines of a file give."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    by_part: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_part[line["part"]].append(line)
    sections = [heading(by_part["about"])]
    if by_part["solve"]:
        sections += [core_table(by_part["cold"], by_part["solve"])]
    if by_part["whole"]:
        sections += [rest_table(by_part["whole"]), verify_table(by_part["whole"])]
    if by_part["rival"]:
        sections += rival_tables(by_part["cold"], by_part["solve"], by_part["rival"])
    singles = [line for part in ("imports", "ordos", "rows", "candidates") for line in by_part[part]]
    if singles:
        sections.append(single_table(singles))
    return "\n\n".join(sections)


def heading(abouts: list[Line]) -> str:
    """Say when, with what code and where; several runs may have been put into one file."""
    about = abouts[-1]
    commits = ", ".join(dict.fromkeys(one["commit"] for one in abouts))
    loads = ", ".join(str(one["load"]) for one in abouts)
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    clocks = " and ".join(dict.fromkeys(one["clock"] for one in abouts))
    return f"{about['date']}, commit {commits}; {about['machine']}; {clocks} seconds, load at the start {loads}; {versions}."


def core_table(colds: list[Line], solves: list[Line]) -> str:
    """Compare the exact core with the rival, town by town."""
    rival, ours = by_town(colds), by_town(solves)
    check_objectives(rival, ours)
    rows = []
    for (size, classes), towns in grouped(ours):
        ratios = {town: seconds(ours[town]) / seconds(rival[town]) for town in towns}
        worst = max(ratios, key=ratios.__getitem__)
        mine, theirs = [one for town in towns for one in ours[town]], [one for town in towns for one in rival[town]]
        layers = [f"{median(one['layers'][name] for one in mine):.3f}" for name in ("flow", "proof", "canonical")]
        rows.append(
            [
                *(size, classes, len(towns), span(mine)),
                f"{seconds(theirs):.3f}",
                f"{median(1e6 * one['s'] / one['n_pairs'] for one in theirs):.2f}",
                f"{seconds(mine):.3f}",
                " + ".join(layers),
                f"{median(ratios.values()):.2f}",
                f"**{ratios[worst]:.2f}** ({where(worst)})",
                max(one["n_solves"] for one in mine),
                f"{peak(theirs):.0f} / {peak(mine):.0f}",
            ]
        )
    columns = "size, classes, towns, pairs, cold s, cold µs a pair, core s, flow + proof + canonical s, ratio, worst ratio, solves, MiB cold / core"
    return table("Core (solve, prices, proof, canonical choice) against the cold solve", columns, rows)


def rest_table(wholes: list[Line]) -> str:
    """Compare everything that is not the solve with the rival on the plan's own pairs."""
    rows = []
    for (size, classes), towns in grouped(ours := by_town(wholes)):
        ratios = {town: median(rest(one) / one["cold"]["s"] for one in ours[town]) for town in towns}
        worst = max(ratios, key=ratios.__getitem__)
        mine = [one for town in towns for one in ours[town]]
        layers = [f"{median(one['layers'][name] for one in mine):.3f}" for name in (*REST, "reasons")]
        rows.append(
            [
                *(size, classes, len(towns), span(mine)),
                *layers,
                f"{median(one['cold']['s'] for one in mine):.3f}",
                f"{median(ratios.values()):.2f}",
                f"**{ratios[worst]:.2f}** ({where(worst)})",
                f"{max(one['assign']['peak_mb'] for one in mine):.0f}",
            ]
        )
    columns = "size, classes, towns, pairs, tables s, pairs s, encode s, decode s, (reasons s), cold s, ratio, worst ratio, MiB"
    return table(
        "Everything else (tables, pairs, terms without text, encode, decode) against the cold solve", columns, rows
    )


def verify_table(wholes: list[Line]) -> str:
    """Compare the proof of a stranger with the time and memory of assign."""
    rows = []
    for (size, classes), towns in grouped(ours := by_town(wholes)):
        ratios = {town: median(one["verify"]["s"] / one["assign"]["s"] for one in ours[town]) for town in towns}
        worst = max(ratios, key=ratios.__getitem__)
        mine = [one for town in towns for one in ours[town]]
        assign, verify = (median(one[name]["s"] for one in mine) for name in ("assign", "verify"))
        assign_mb, verify_mb = (max(one[name]["peak_mb"] for one in mine) for name in ("assign", "verify"))
        proved = f"{sum(one['proved'] for one in mine)} of {len(mine)}"
        rows.append(
            [
                *(size, classes, len(towns), f"{assign:.3f}", f"{verify:.3f}", f"{median(ratios.values()):.2f}"),
                *(f"**{ratios[worst]:.2f}** ({where(worst)})", f"{assign_mb:.0f} / {verify_mb:.0f}", proved),
            ]
        )
    columns = "size, classes, towns, assign s, verify s, ratio, worst ratio, MiB assign / verify, proved"
    return table("verify(proof=True) against assign", columns, rows)


def single_table(lines: list[Line]) -> str:
    """List the parts that have no rival: each figure's median, and its largest."""
    values: dict[str, list[float]] = defaultdict(list)
    for line in lines:
        name = f"{line['part']} {line.get('kind', '')}".strip()
        flat = {**line, **{f"scored_{key}": value for key, value in line.get("scored", {}).items()}}
        for key, value in flat.items():
            if isinstance(value, (int, float)) and key not in {"n", "n_assigned"}:
                values[f"{name}: {key}"].append(value)
    rows = [[name, f"{median(found):,.2f}", f"**{max(found):,.2f}**"] for name, found in values.items()]
    return table("Single parts", "figure, median, worst", rows)


def check_objectives(rival: dict[tuple[Any, ...], list[Line]], ours: dict[tuple[Any, ...], list[Line]]) -> None:
    """Refuse to compare times of different answers: with one class both are worth the same, or the core serves more."""
    for town, lines in ours.items():
        cold = rival[town][0]["objective"]
        for mine in (one["objective"] for one in lines):
            if len(mine) == len(cold) and mine != cold and mine[0] <= cold[0]:
                raise ValueError(f"{where(town)}: the rival's plan is worth {cold}, the core's {mine}")


def rest(line: Line) -> float:
    """Return the seconds of everything but the solve; what assign does between its layers is counted."""
    return float(line["assign"]["s"] - line["layers"]["solve"] + line["layers"]["decode"])


if __name__ == "__main__":
    print(report(Path(sys.argv[1])))
