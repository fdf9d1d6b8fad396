"""Make the Markdown tables from the JSON lines of ``run.py`` and ``rivals.py``: medians of runs, the worst of all towns.

python benchmarks/report.py results.jsonl
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

from lines import Line, table
from rival_report import rival_tables
from speed_report import speed_tables
from whole_report import whole_tables


def report(path: Path) -> str:
    """Return all tables that the lines of a file give."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    by_part: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_part[line["part"]].append(line)
    sections = [heading(by_part["about"])]
    if by_part["rival"]:
        sections += rival_tables(by_part["cold"], by_part["solve"], by_part["rival"])
    else:
        sections += speed_tables(by_part)
    sections += whole_tables(by_part["whole"], by_part["text"])
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


if __name__ == "__main__":
    print(report(Path(sys.argv[1])))
