"""Ordos: what becomes of needs in the residents' own words, against baselines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lines import table

import servicematch as sm
from measures.figures import mean, percent, with_worst
from measures.ranked import Hits, count_hits, first_right
from measures.served import Served, count_served
from measures.town import Town

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from measures.methods import Method

CITY = (5000, 1923)
EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Measured:
    """One method on one town; ``phrasing`` is `EVERYTHING` or one way of putting a need."""

    method: str
    lang: str
    seed: int
    phrasing: str
    served: Served
    hits: Hits
    hits_of_words: Hits | None


def draw(n_requests: int, lang: str, seed: int) -> Town:
    """Draw a town with its truth, the teams in the city's own proportion."""
    n_teams = round(n_requests * CITY[1] / CITY[0])
    return Town.of(*sm.datasets.ordos(n_requests, n_teams, lang=lang, truth=True, rng=seed))


def measure(town: Town, method: Method, lang: str = "zh", seed: int = 0) -> Iterator[Measured]:
    """Measure one method on one town: over everything first, then by the way the need is put."""
    plan = sm.assign(town.requests, town.teams, policy=method.policy)
    words_alone = method.words_alone
    first = first_right(town, method.policy)
    first_by_words = None if words_alone is None else first_right(town, words_alone)
    for phrasing, among in phrasings(town):
        by_words = None if first_by_words is None else count_hits(town, first_by_words, among)
        served, hits = count_served(town, plan, among), count_hits(town, first, among)
        yield Measured(method.name, lang, seed, phrasing, served, hits, by_words)


def phrasings(town: Town) -> Iterator[tuple[str, NDArray[np.bool_] | None]]:
    """List the ways of putting a need, everything first."""
    yield EVERYTHING, None
    if town.phrasing is not None:
        for one in sorted(set(town.phrasing.tolist()) - {None}):
            yield one, town.phrasing == one


def run(n_requests: int, langs: Sequence[str], seeds: Sequence[int], methods: Sequence[Method]) -> Iterator[Measured]:
    """Draw each town once and measure all methods on it."""
    for lang in langs:
        for seed in seeds:
            town = draw(n_requests, lang, seed)
            for method in methods:
                yield from measure(town, method, lang, seed)


def report(measured: Sequence[Measured]) -> str:
    """Write the tables: what was served and how well, the wish wall, the rankings, the ways of putting a need."""
    everything = [one for one in measured if one.phrasing == EVERYTHING]
    sections = [served_table(everything), wall_table(everything), ranking_table(everything)]
    if len(everything) < len(measured):
        sections.append(phrasing_table([one for one in measured if one.method == measured[0].method]))
    return "\n\n".join(sections)


def served_table(measured: Iterable[Measured]) -> str:
    """Say where the units served went; mean of the seeds, the worst in brackets."""
    rows = []
    for (lang, method), ones in grouped(measured).items():
        served = [one.served for one in ones]
        rows.append(
            [
                *(lang, method, average(one.n_free for one in served), average(one.n_units for one in served)),
                *(percent(mean(one.served for one in served)), with_worst(one.found for one in served)),
                *(with_worst(one.right_platform for one in served), with_worst(one.right_service for one in served)),
                with_worst((one.no_common_platform for one in served), low_is_good=True),
                with_worst((one.no_common_service for one in served), low_is_good=True),
                f"{average(one.n_unmeetable_units for one in served)}",
                percent(mean(one.every_service for one in served)),
            ]
        )
    columns = (
        "lang, method, free-text requests, units served, requests served, found of reachable, right platform, "
        "right service, no common platform, no common service, units of unmeetable needs, all services"
    )
    return table("Free-text requests: where they were sent", columns, rows)


def wall_table(measured: Iterable[Measured]) -> str:
    """Say who ended on the wish wall, and whether rightly; counts are means of the seeds."""
    rows = []
    for (lang, method), ones in grouped(measured).items():
        served = [one.served for one in ones]
        rows.append(
            [
                *(lang, method, average(one.n_served for one in served), average(one.n_wall for one in served)),
                *(average(one.n_wall_rightly for one in served), average(one.n_wall_wrongly for one in served)),
                *(average(one.n_other for one in served), average(one.n_unmeetable for one in served)),
                with_worst(one.unmeetable_on_wall for one in served),
            ]
        )
    columns = (
        "lang, method, served, wish wall, of these rightly, wrongly, open otherwise, unmeetable needs, "
        "unmeetable on the wish wall"
    )
    return table("The wish wall (requests)", columns, rows)


def ranking_table(measured: Iterable[Measured]) -> str:
    """Say how high a team of a true service stands."""
    rows = []
    for (lang, method), ones in grouped(measured).items():
        words = [one.hits_of_words for one in ones if one.hits_of_words is not None]
        rows.append(
            [
                *(lang, method, average(one.hits.n for one in ones)),
                *(with_worst(one.hits.at_1 for one in ones), with_worst(one.hits.at_5 for one in ones)),
                *(with_worst(one.at_1 for one in words), with_worst(one.at_5 for one in words)),
            ]
        )
    columns = "lang, method, reachable requests, hit@1, hit@5, hit@1 by text alone, hit@5 by text alone"
    return table("Ranking by score", columns, rows)


def phrasing_table(measured: Iterable[Measured]) -> str:
    """Say which ways of putting a need are understood."""
    rows = []
    for (lang, phrasing), ones in grouped(measured, by_phrasing=True).items():
        served = [one.served for one in ones]
        words = [one.hits_of_words for one in ones if one.hits_of_words is not None]
        rows.append(
            [
                *(lang, phrasing, average(one.n_free for one in served)),
                *(
                    percent(mean(one.right_platform for one in served)),
                    percent(mean(one.right_service for one in served)),
                ),
                *(percent(mean(one.found for one in served)), average(one.n_wall_wrongly for one in served)),
                *(percent(mean(one.hits.at_1 for one in ones)), percent(mean(one.at_1 for one in words))),
            ]
        )
    columns = (
        "lang, way of putting it, requests, right platform, right service, found of reachable, "
        "wish wall wrongly, hit@1, hit@1 by text alone"
    )
    return table("By the way the need is put", columns, rows)


def grouped(measured: Iterable[Measured], *, by_phrasing: bool = False) -> dict[tuple[str, str], list[Measured]]:
    """Put the seeds of one method (or of one way of putting a need) together."""
    groups: dict[tuple[str, str], list[Measured]] = {}
    for one in measured:
        groups.setdefault((one.lang, one.phrasing if by_phrasing else one.method), []).append(one)
    return groups


def average(counts: Iterable[int]) -> str:
    """Write the mean of counts."""
    return f"{mean(float(one) for one in counts):,.0f}"
