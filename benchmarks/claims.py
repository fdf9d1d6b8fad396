"""Measure what we claim: the grids behind the README's tables, each by its name.

    python benchmarks/claims.py speed --out claims.jsonl
    python benchmarks/claims.py adversarial bare text million --out claims.jsonl --append

Each is one or several runs of ``run.py``; the README says how long they take. The tables come at the end.
"""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from report import report
from run import measure, read_options
from shapes import ADVERSARIAL

if TYPE_CHECKING:
    from collections.abc import Sequence

PLAIN = "--units 1 --classes 1 --slacks 1.5 0.7"
CLAIMS = {
    "speed": (
        "--parts solve --engines near warm --sizes 100k --degrees 65 --repetitions 2",
        "--parts solve --engines near warm --sizes 20k 100k 500k 1m --degrees 20 --seeds 0 --repetitions 1",
        "--parts solve matrix lsa --engines near warm --shapes dense --sizes 2k 5kx2k --degrees 65 --repetitions 1",
    ),
    "uniform": (
        "--parts solve --engines near warm --shapes uniform --sizes 20k 100k 500k 1m --degrees 20 --seeds 0 --repetitions 1",
    ),
    "adversarial": (
        f"--parts solve --engines auto near warm --shapes {' '.join(ADVERSARIAL)} --sizes 20k 100k --degrees 65 --seeds 0 --repetitions 1",
    ),
    "bare": (
        "--parts solve --engines bare flow --sizes 1k 5k 20k --degrees 20 65 --repetitions 2",
        "--parts solve --engines bare flow --sizes 100k --degrees 65 --seeds 0 --repetitions 1",
        "--parts solve matrix lsa --engines bare flow --shapes dense --sizes 2k --degrees 65 --repetitions 1",
    ),
    "text": ("--parts text --engines auto --repetitions 1",),
    "million": ("--parts whole --engines auto --sizes 1m --degrees 20 --slacks 0.7 --seeds 0 --repetitions 1",),
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("claims", nargs="+", choices=list(CLAIMS))
    parser.add_argument("--clock", default="wall", choices=["wall", "cpu"])
    parser.add_argument("--out", type=Path, default=Path("claims.jsonl"))
    parser.add_argument("--append", action="store_true", help="add to the file instead of beginning it anew")
    options = parser.parse_args(arguments)
    if not options.append:
        options.out.unlink(missing_ok=True)
    for command in (command for claim in options.claims for command in CLAIMS[claim]):
        asked = [*shlex.split(f"{PLAIN} {command}"), "--append", "--clock", options.clock, "--out", str(options.out)]
        measure(read_options(asked))
    print(report(options.out))


if __name__ == "__main__":
    main()
