"""Measure how well the scores find the right team, and print the tables.

    python benchmarks/quality.py ordos --seeds 0 1 2 3 4 --lang zh en
    python benchmarks/quality.py sweep --n 5000 --lang zh
    python benchmarks/quality.py zh_civic boston311

``zh_civic`` and ``boston311`` are read from ``$SERVICEMATCH_DATA``, or from ``shared/data`` beside the repository, and
left out where there are none. What each figure means stands in ``docs/quality.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measures import boston311, ordos, sweep, zh_civic
from measures.methods import baselines, library

import servicematch as sm

if TYPE_CHECKING:
    from collections.abc import Sequence

DATA = Path(os.environ.get("SERVICEMATCH_DATA", Path(__file__).parents[2] / "shared" / "data"))
PARTS = ("ordos", "sweep", "zh_civic", "boston311")


def main(arguments: Sequence[str] | None = None) -> None:
    options = read_options(arguments)
    for part in PARTS if "all" in options.parts else options.parts:
        print(f"### {part}\n\n{measure(part, options)}\n", flush=True)


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="+", choices=[*PARTS, "all"])
    parser.add_argument("--n", type=int, default=5000, help="requests of a town; teams in the city's proportion")
    parser.add_argument("--lang", nargs="+", default=["zh", "en"], choices=["zh", "en"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2, 3, 4])
    parser.add_argument("--synonyms", type=Path, help="zh or en for the table that comes along, or a JSON file")
    return parser.parse_args(arguments)


def measure(part: str, options: argparse.Namespace) -> str:
    """Run one part and return its tables."""
    synonyms = read_synonyms(options.synonyms)
    if part == "ordos":
        own = [library()] if synonyms is None else [library(synonyms), library()]
        return ordos.report(list(ordos.run(options.n, options.lang, options.seeds, [*own, *baselines()])))
    if part == "sweep":
        return sweep.report(list(sweep.run(options.n, options.lang, options.seeds, library(synonyms))))
    module: Any = {"zh_civic": zh_civic, "boston311": boston311}[part]
    if not (DATA / part).is_dir():
        print(f"{part}: not found, left out. Hint: set SERVICEMATCH_DATA.", file=sys.stderr)
        return "The data are not here."
    return str(module.report(module.measure(module.load(DATA / part), synonyms)))


def read_synonyms(path: Path | None) -> Any:
    """Read what `Text(synonyms=...)` takes; None without a file."""
    if path is None:
        return None
    return sm.datasets.ordos_synonyms(path.name) if path.name in ("zh", "en") else json.loads(path.read_text("utf-8"))


if __name__ == "__main__":
    main()
