"""What each value of ``min_relevance`` serves, and what it sends wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lines import table

import servicematch as sm
from measures.figures import mean, percent, with_worst
from measures.ordos import average, draw
from measures.served import Served, count_served

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from measures.methods import Method
    from measures.town import Town

VALUES = (0.0, 0.05, 0.1, 0.12, 0.15, 0.18, 0.2, 0.22, 0.24, 0.26, 0.28, 0.3, 0.35, 0.4)
MOST_NO_COMMON_SERVICE = 0.01


@dataclass(frozen=True, slots=True)
class Step:
    """One value on one town."""

    lang: str
    seed: int
    min_relevance: float
    served: Served


def sweep(town: Town, method: Method, lang: str = "zh", seed: int = 0) -> Iterator[Step]:
    """Plan one town with each value."""
    for value in VALUES:
        plan = sm.assign(town.requests, town.teams, policy=replace(method.policy, min_relevance=value))
        yield Step(lang, seed, value, count_served(town, plan))


def run(n_requests: int, langs: Sequence[str], seeds: Sequence[int], method: Method) -> Iterator[Step]:
    """Plan each town with each value."""
    for lang in langs:
        for seed in seeds:
            yield from sweep(draw(n_requests, lang, seed), method, lang, seed)


def report(steps: Sequence[Step]) -> str:
    """Write one table, and the smallest value of each language that keeps nonsense under its bar on every seed."""
    groups: dict[tuple[str, float], list[Served]] = {}
    for step in steps:
        groups.setdefault((step.lang, step.min_relevance), []).append(step.served)
    rows = [[lang, f"{value:g}", *_figures(served)] for (lang, value), served in groups.items()]
    columns = (
        "lang, min_relevance, requests served, found of reachable, right platform, right service, no common service, "
        "wish wall, of these rightly, wrongly, unmeetable on the wish wall"
    )
    return table("Sweep of min_relevance", columns, rows) + "\n\n" + "\n".join(_smallest(groups))


def _figures(served: Sequence[Served]) -> list[str]:
    return [
        *(percent(mean(one.served for one in served)), percent(mean(one.found for one in served))),
        *(with_worst(one.right_platform for one in served), with_worst(one.right_service for one in served)),
        with_worst((one.no_common_service for one in served), low_is_good=True),
        *(average(one.n_wall for one in served), average(one.n_wall_rightly for one in served)),
        *(average(one.n_wall_wrongly for one in served), percent(mean(one.unmeetable_on_wall for one in served))),
    ]


def _smallest(groups: dict[tuple[str, float], list[Served]]) -> Iterator[str]:
    for lang in dict.fromkeys(lang for lang, _ in groups):
        good = [
            value
            for (of, value), served in groups.items()
            if of == lang and all(one.no_common_service <= MOST_NO_COMMON_SERVICE for one in served)
        ]
        found = f"{min(good):g}" if good else "none of these"
        yield f"{lang}: smallest value with at most {MOST_NO_COMMON_SERVICE:.0%} no common service on every seed: {found}."
