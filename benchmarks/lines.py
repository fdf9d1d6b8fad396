"""Lines of JSON as `run.py` and `rivals.py` write them: by town, in the middle, as a table."""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Line = dict[str, Any]
USUAL = {"shape": "clustered", "engine": "auto", "payment": 2}


class TownKey(NamedTuple):
    """What tells towns apart."""

    size: str
    classes: int
    degree: int
    slack: float
    units: int
    seed: int
    shape: str


def by_town(lines: Iterable[Line]) -> dict[TownKey, list[Line]]:
    towns: dict[TownKey, list[Line]] = defaultdict(list)
    for line in lines:
        towns[TownKey(*(value(line, name) for name in TownKey._fields))].append(line)
    return towns


def grouped(lines: Iterable[Line], *names: str) -> dict[tuple[Any, ...], list[Line]]:
    """Group lines by what they say under these names; small towns come first."""
    groups: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line["n_pairs"]):
        groups[tuple(value(line, name) for name in names)].append(line)
    return groups


def value(line: Line, name: str) -> Any:
    """Return what a line says, or the usual, where it does not say it."""
    return line.get(name, USUAL[name]) if name in USUAL else line[name]


def check_answers(rival: Mapping[TownKey, list[Line]], ours: Iterable[Line], *, may_serve_more: bool = False) -> None:
    """Refuse to compare times of different answers: with one class both must be worth the same.

    The rival serves first only as far as its payment goes: where that is let pass, ours may serve more.
    """
    for town, lines in by_town(ours).items():
        for line in lines:
            check_answer(where(town), rival[town][0]["objective"], line["objective"], may_serve_more=may_serve_more)


def check_answer(what: str, cold: list[int], mine: list[int], *, may_serve_more: bool = False) -> None:
    if len(mine) == len(cold) and mine != cold and not (may_serve_more and mine[0] > cold[0]):
        raise ValueError(f"{what}: the rival's plan is worth {cold}, ours {mine}")


def seconds(lines: Iterable[Line], clock: str = "s") -> float:
    return median([float(line[clock]) for line in lines])


def peak(lines: Iterable[Line]) -> float:
    return max(float(line["peak_mb"]) for line in lines)


def above_data(lines: Iterable[Line]) -> float:
    """Return the peak of memory above what was held before, in MiB."""
    return max(float(line["peak_mb"] - line["held_mb"]) for line in lines)


def layers(lines: list[Line], names: Iterable[str] | None = None) -> str:
    """Name the median seconds of these layers, or of all that occur."""
    every = dict.fromkeys(name for line in lines for name in line["layers"]) if names is None else names
    return "; ".join(f"{name} {median(line['layers'].get(name, 0.0) for line in lines):.3f}" for name in every)


def span(lines: Iterable[Line]) -> str:
    """Return the range of the number of pairs in thousands."""
    return between({round(line["n_pairs"] / 1000) for line in lines}, "k")


def between(values: Iterable[Any], unit: str = "") -> str:
    """Return the lowest and the highest value, or the only one."""
    low, high = (pick(found) for found in [list(values)] for pick in (min, max))
    return f"{low}{unit}" if low == high else f"{low}{unit} to {high}{unit}"


def where(town: TownKey) -> str:
    return f"degree {town.degree}, slack {town.slack}, units {town.units}, seed {town.seed}"


def with_worst(ratios: Mapping[TownKey, float], pick: Callable[..., TownKey]) -> tuple[str, str]:
    """Return the median over towns, and the worst (``pick`` says at which end it lies) with its town."""
    worst = pick(ratios, key=ratios.__getitem__)
    return f"{median(ratios.values()):.2f}", f"**{ratios[worst]:.2f}** ({where(worst)})"


def table(title: str, columns: str, rows: list[list[Any]]) -> str:
    header = columns.split(", ")
    lines = [header, ["---"] * len(header), *rows]
    return f"**{title}**\n\n" + "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
