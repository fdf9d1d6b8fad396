"""Measure the rivals: other ways to solve the same towns, against the cold solve and ours in the same run.

    pip install lapx pulp networkx highspy
    python benchmarks/rivals.py --sizes 100 300 1k 5k 20k --slacks 1.5 0.7 --seeds 0 --out rivals.jsonl
    python benchmarks/report.py rivals.jsonl

Every run is a process of its own with a limit of time and of memory, and all take turns on one town. A rival whose
answer is not the cold solve's has no time. One that did not finish a size, or could not finish the next even if it
grew no faster than the pairs, is not started there: its outcome stands in brackets.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections import defaultdict
from importlib.metadata import version
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from fresh import run_fresh
from instances import SIZES, save, town
from report import report
from rival_solvers import RIVALS
from run import about, label, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Line = dict[str, Any]
ALWAYS = ("cold", "solve")
"""What the ratios are against, and our own flow with its proof: the parts that ``run.py`` measures too."""

MEMORY_SIGNS = ("MemoryError", "bad_alloc", "ended with -9")


def main(arguments: Sequence[str] | None = None) -> None:
    options = read_options(arguments)
    fared = read_fared(options.out) if options.append else defaultdict(dict)
    with options.out.open("a" if options.append else "w", encoding="utf-8") as lines:
        write(lines, about_rivals(options))
        for line in runs(options, fared):
            write(lines, line)
            print(f"{label(line)} {line.get('name', '')}: {result(line)}", file=sys.stderr, flush=True)
    print(report(options.out))


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rivals", nargs="+", default=list(RIVALS), choices=list(RIVALS))
    parser.add_argument("--sizes", nargs="+", default=["100", "300", "1k"], choices=list(SIZES))
    parser.add_argument("--degrees", nargs="+", type=int, default=[65])
    parser.add_argument("--slacks", nargs="+", type=float, default=[1.5, 0.7])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--repeat-below-s", type=float, default=10.0, help="slower ones run once")
    parser.add_argument(
        "--clock", default="wall", choices=["wall", "cpu"], help="cpu: the machine is used by others too"
    )
    parser.add_argument("--limit-s", type=float, default=120.0, help="for a process and its start, on the clock")
    parser.add_argument("--memory-gib", type=float, default=12.0, help="address space of a rival's process")
    parser.add_argument("--out", type=Path, default=Path("rivals.jsonl"))
    parser.add_argument("--append", action="store_true", help="add to the file instead of beginning it anew")
    return parser.parse_args(arguments)


def read_fared(path: Path) -> dict[Any, dict[str, Line]]:
    """Return how each rival fared at the last size of a file, by degree, seed and slack."""
    fared: dict[Any, dict[str, Line]] = defaultdict(dict)
    for line in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        if line["part"] == "rival" and "size" in line:
            fared[line["degree"], line["seed"], line["slack"]][line["name"]] = line
    return fared


def runs(options: argparse.Namespace, fared: dict[Any, dict[str, Line]]) -> Iterator[Line]:
    """Measure on every town, small ones first, every rival that is installed; say which are not."""
    names = [name for name in options.rivals if find_spec(RIVALS[name].module)]
    for name in (name for name in options.rivals if name not in names):
        yield {"part": "rival", "name": name, "outcome": f"not installed: pip install {RIVALS[name].package}"}
    sizes = sorted(options.sizes, key=list(SIZES).index)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "town.npz"
        for size, degree, seed, slack in product(sizes, options.degrees, options.seeds, options.slacks):
            config = {"degree": degree, "slack": slack, "units": 1, "classes": 1, "seed": seed}
            instance = town(size, **config)
            save(instance, path)
            turns = compete(options, names, path, len(instance.rows), fared[degree, seed, slack])
            yield from ({**line, "size": size, **config} for line in turns)


def compete(
    options: argparse.Namespace, names: list[str], path: Path, n_pairs: int, fared: dict[str, Line]
) -> Iterator[Line]:
    """Let the cold solve, ours and the rivals take turns on one town; slow ones have one turn.

    ``fared`` holds how each rival fared at the size below, and is brought up to this size.
    """
    answers: dict[str, list[int]] = {}
    for turn in range(options.repetitions):
        for part in ALWAYS:
            line = {"part": part, **run_fresh(part, clock=options.clock, path=str(path))}
            answers[part] = line["objective"]
            yield line
        for name in names:
            if turn and fared[name].get("s", math.inf) >= options.repeat_below_s:
                continue
            outcome = None if turn else foretold(fared.get(name), n_pairs, options.limit_s)
            line = {"outcome": outcome} if outcome else judged(attempt(options, path, name), *answers.values())
            line = {"part": "rival", "name": name, "n_pairs": n_pairs, **line}
            if turn == 0:
                fared[name] = line
            yield line


def foretold(before: Line | None, n_pairs: int, limit_s: float) -> str | None:
    """Return, in brackets, the outcome that the size below leaves no doubt of; None where it must be tried."""
    if before is None:
        return None
    if before["outcome"] != "solved":
        return before["outcome"] if before["outcome"].startswith("(") else f"({before['outcome']})"
    return f"(> {limit_s:g} s)" if before["s"] * n_pairs / before["n_pairs"] > limit_s else None


def attempt(options: argparse.Namespace, path: Path, name: str) -> Line:
    """Run one rival in a process of its own, and say how it ended."""
    try:
        limits = {"limit_s": options.limit_s, "memory_gib": options.memory_gib}
        return {
            "outcome": "solved",
            **run_fresh("rival", clock=options.clock, path=str(path), name=name, **limits),
        }
    except subprocess.TimeoutExpired:
        return {"outcome": f"> {options.limit_s:g} s"}
    except RuntimeError as error:
        text = str(error)
        memory = any(sign in text for sign in MEMORY_SIGNS)
        return {"outcome": "memory" if memory else "failed", "error": text.splitlines()[-1]}


def judged(line: Line, *answers: list[int]) -> Line:
    """Take the time from an answer that is neither the cold solve's nor ours, which may serve more.

    The report compares these two.
    """
    if line["outcome"] != "solved" or line["objective"] in answers:
        return line
    return {"outcome": "wrong answer", "objective": line["objective"], "expected": answers[0]}


def about_rivals(options: argparse.Namespace) -> Line:
    """Add the limits, and the versions of the rivals, to what is said of every run."""
    packages = {rival.package for rival in RIVALS.values() if find_spec(rival.module)}
    line = about(options.clock)
    line["versions"].update(
        {package: version(package) for package in sorted(packages) if package not in line["versions"]}
    )
    return {**line, "limit_s": options.limit_s, "memory_gib": options.memory_gib}


def result(line: Line) -> str:
    return f"{line['s']:.3f} s" if "s" in line else line["outcome"]


if __name__ == "__main__":
    main()
