"""Measure, and write one JSON line a run; ``report.py`` makes the tables of it.

    python benchmarks/run.py --sizes 1k 5k 20k --out results.jsonl
    python benchmarks/run.py --parts solve --engines near warm --sizes 100k --units 1 --classes 1 --out results.jsonl
    python benchmarks/run.py --parts imports ordos rows candidates --out results.jsonl --append

Every run is a process of its own. The rival and the measured parts take turns, so that a slow minute of the machine
slows all. ``claims.py`` holds the grids behind what we say.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fresh import run_fresh
from instances import CLASS_SHARES, SIZES
from report import report
from shapes import SHAPES
from turns import ENGINES, town_runs

from servicematch.base.manifest import versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TOWN_PARTS = ("solve", "matrix", "lsa", "whole")
SINGLE_PARTS: dict[str, list[dict[str, Any]]] = {
    "imports": [{}],
    "ordos": [{}],
    "rows": [{"kind": kind} for kind in ("dict", "pandas", "polars", "pyarrow")],
    "candidates": [{}],
    "text": [{}],
}


def main(arguments: Sequence[str] | None = None) -> None:
    options = read_options(arguments)
    measure(options)
    print(report(options.out))


def measure(options: argparse.Namespace) -> None:
    """Write a line a run, after one that says where and with what."""
    with options.out.open("a" if options.append else "w", encoding="utf-8") as lines:
        write(lines, about(options.clock))
        for line in runs(options):
            write(lines, line)
            print(f"{label(line)}: {headline(line)}", file=sys.stderr, flush=True)


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", default=["solve", "whole"], choices=[*TOWN_PARTS, *SINGLE_PARTS])
    parser.add_argument("--engines", nargs="+", default=["auto"], choices=list(ENGINES))
    parser.add_argument("--sizes", nargs="+", default=["1k", "5k"], choices=list(SIZES))
    parser.add_argument("--shapes", nargs="+", default=["clustered"], choices=list(SHAPES))
    parser.add_argument("--degrees", nargs="+", type=int, default=[20, 65])
    parser.add_argument("--slacks", nargs="+", type=float, default=[1.5, 1.0, 0.7])
    parser.add_argument("--units", nargs="+", type=int, default=[1, 3])
    parser.add_argument("--classes", nargs="+", type=int, default=[1, 3], choices=list(CLASS_SHARES))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--no-verify", action="store_true", help="whole and text: leave the stranger's proof out")
    parser.add_argument(
        "--clock", default="wall", choices=["wall", "cpu"], help="cpu: the machine is used by others too"
    )
    parser.add_argument("--out", type=Path, default=Path("benchmark-results.jsonl"))
    parser.add_argument("--append", action="store_true", help="add to the file instead of beginning it anew")
    options = parser.parse_args(arguments)
    if {"matrix", "lsa"} & set(options.parts) and options.shapes != ["dense"]:
        parser.error("matrix and lsa want every pair: --shapes dense")
    return options


def runs(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Measure everything that was asked for, one line a run."""
    for part in (part for part in options.parts if part in SINGLE_PARTS):
        for _, config in product(range(options.repetitions), SINGLE_PARTS[part]):
            yield from single_runs(options, part, config)
    town_parts = [part for part in TOWN_PARTS if part in options.parts]
    if town_parts:
        yield from town_runs(options, town_parts)


def single_runs(options: argparse.Namespace, part: str, config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Measure a part that has no town; only the one with text has engines."""
    if part != "text":
        yield {"part": part, **config, **run_fresh(part, clock=options.clock, **config)}
        return
    for engine in options.engines:
        asked = {**config, **ENGINES[engine], "verify": not options.no_verify}
        yield {"part": part, "engine": engine, **run_fresh(part, clock=options.clock, **asked)}


def about(clock: str) -> dict[str, Any]:
    """Return what a reader needs to know of the machine and the code: no names, no paths."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "part": "about",
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "commit": commit(),
        "clock": clock,
        "machine": f"{os.cpu_count()} cores, {round(pages / 2**30)} GiB, {platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1),
        "versions": {**versions(), **({"numba": version("numba")} if find_spec("numba") else {})},
    }


def commit() -> str:
    """Return the short commit, with a plus sign when the code has changed since."""
    here = Path(__file__).parent
    head, changed = (
        subprocess.run(["git", *command], cwd=here, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S607
        for command in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "../src"])
    )
    return f"{head or 'unknown'}{'+' if changed else ''}"


def write(lines: Any, line: dict[str, Any]) -> None:
    lines.write(json.dumps(line) + "\n")
    lines.flush()


def label(line: dict[str, Any]) -> str:
    alone = {"part", "engine", "shape", "size"}
    names = ("part", "engine", "shape", "size", "degree", "slack", "units", "classes", "seed", "kind", "payment")
    return " ".join(str(line[name]) if name in alone else f"{name} {line[name]}" for name in names if name in line)


def headline(line: dict[str, Any]) -> str:
    """Return the first figure of a line: its own seconds, or those of assign."""
    cost = line.get("assign", line)
    return f"{cost.get('s', cost.get('fresh_cpu_s')):.3f} s"


if __name__ == "__main__":
    main()
