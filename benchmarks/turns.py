"""The turns that the rival and the measured parts take on one town after the other."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from cold import PAYMENT, higher_payments
from fresh import run_fresh
from instances import save, town

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    Line = dict[str, Any]

ENGINES: dict[str, dict[str, Any]] = {
    "auto": {"engine": "auto"},
    "flow": {"engine": "flow"},
    "near": {"engine": "near"},
    "warm": {"engine": "warm"},
    "bare": {"engine": "auto", "without": ["numba"]},
}
"""How ours is asked: by engine, or as those find it who have not installed the extra."""

WITHOUT_ENGINE = ("cold", "lsa")


def town_runs(options: argparse.Namespace, parts: list[str]) -> Iterator[Line]:
    """Build each town once, save it, and let the parts take turns on it."""
    scored = parts != ["whole"]  # it finds its own pairs
    with TemporaryDirectory() as folder:
        path = Path(folder) / "town.npz"
        for size, config in towns(options):
            instance = town(size, **config, scored=scored)
            save(instance, path)
            for line in take_turns(options, path, ["cold", *parts] if scored else parts, len(instance.units)):
                yield {"size": size, **config, **line}


def towns(options: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    """List the sizes and the other options of the towns that are asked for; those that share pairs follow each other."""
    names = ("shape", "degree", "seed", "slack", "units", "classes")
    values = (options.shapes, options.degrees, options.seeds, options.slacks, options.units, options.classes)
    for size, *config in product(options.sizes, *values):
        named = dict(zip(names, config, strict=True))
        if named["shape"] != "huge" or named["slack"] == options.slacks[0]:  # its places are the same with any slack
            yield size, named


def take_turns(options: argparse.Namespace, path: Path, parts: list[str], n_requests: int) -> Iterator[Line]:
    """Let every part have its turns on one town.

    Where ours serves more than the rival, which pays twice the largest gain for that, the rival pays more until it serves
    as many: then both answer the same question.
    """
    payment = PAYMENT
    for _ in range(options.repetitions):
        lines = []
        for part, engine in contenders(options, parts):
            lines.append(run_once(options, path, part, engine, payment))
            yield lines[-1]
        for more in higher_payments(payment, n_requests):
            if not is_outserved(lines):
                break
            payment = more
            lines.append(run_once(options, path, "cold", None, payment))
            yield lines[-1]


def contenders(options: argparse.Namespace, parts: list[str]) -> Iterator[tuple[str, str | None]]:
    """List who takes turns: each part by each engine, where it has any."""
    for part in parts:
        yield from ((part, None),) if part in WITHOUT_ENGINE else product((part,), options.engines)


def run_once(options: argparse.Namespace, path: Path, part: str, engine: str | None, payment: int) -> Line:
    """Run one part in a process of its own."""
    asked: dict[str, Any] = {"path": str(path)}
    asked |= {"payment": payment} if part == "cold" else {}
    asked |= {"verify": not options.no_verify} if part == "whole" else {}
    asked |= ENGINES[engine] if engine else {}
    named = {"part": part, "engine": engine} if engine else {"part": part}
    return {**run_fresh(part, clock=options.clock, **asked), **named}


def is_outserved(lines: list[Line]) -> bool:
    """Tell whether ours serves more than the rival did at its best; with several classes other things count too."""
    served = {"cold": 0, "solve": 0}
    for line in lines:
        if line["part"] in served and len(line["objective"]) == 2:
            served[line["part"]] = max(served[line["part"]], line["objective"][0])
    return served["solve"] > served["cold"]
