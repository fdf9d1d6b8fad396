"""A week of real requests to the City of Boston: tell the queue of each by its type and its place."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from lines import table

import servicematch as sm
from measures.figures import percent
from measures.labels import Judged, best_classes, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

CITY_HALL = ("42.3594", "-71.0587")
"""Where the city puts a case without an address: no place."""

HALF_KM = 2.0
"""Boston is 15 km across: at two kilometres a place counts half."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a request when it comes in, and the queue that it was in at the end."""

    day: str
    kind: str
    heading: str
    hood: str | None
    lat: float
    lon: float
    queue: str


Cases = list[Case]
Key = Callable[[Case], tuple[str, ...]]
Teller = Callable[[Cases, Cases], list[tuple[str, ...]]]
"""Names the queues of some cases, best first, by what is known of the past ones."""


def load(folder: Path) -> Cases:
    """Read the week."""
    with (folder / "week_2015-01-12.csv").open(encoding="utf-8-sig", newline="") as lines:
        return [_case(row) for row in csv.DictReader(lines)]


def _case(row: Mapping[str, str]) -> Case:
    place = row["LATITUDE"], row["LONGITUDE"]
    lat, lon = (np.nan, np.nan) if place == CITY_HALL else map(float, place)
    day = dt.datetime.strptime(row["OPEN_DT"], "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=dt.UTC).strftime("%d %a")
    return Case(day, row["TYPE"], row["REASON"], row["neighborhood"].strip() or None, lat, lon, row["QUEUE"])


def measure(cases: Cases, synonyms: Any = None) -> list[Judged]:
    """Tell each day by the other days, in every way."""
    return [
        joined(name, ((day, [case.queue for case in asked], tell(past, asked)) for day, past, asked in days(cases)))
        for name, tell in tellers(synonyms).items()
    ]


def days(cases: Cases) -> Iterator[tuple[str, Cases, Cases]]:
    """Leave out one day after the other."""
    for day in sorted({case.day for case in cases}):
        yield day, [case for case in cases if case.day != day], [case for case in cases if case.day == day]


def tellers(synonyms: Any = None) -> dict[str, Teller]:
    """Name the ways to tell a queue. The weights are round numbers, not fitted; two of the record are shown."""
    text = sm.terms.Text(weight=0.4) if synonyms is None else sm.terms.Text(weight=0.4, synonyms=synonyms)
    near, area = sm.terms.Proximity(weight=0.2, half_km=HALF_KM), sm.terms.AreaAffinity(weight=0.2)

    def typed(record_weight: float) -> sm.Policy:
        record = sm.terms.TrackRecord(weight=record_weight, prior=0.0, prior_weight=1.0)
        return sm.Policy(limits=[sm.limits.Categories()], terms=[text, near, area, record], min_relevance=0)

    words = sm.Policy(limits=[], terms=[text], min_relevance=0)
    words_and_place = sm.Policy(limits=[], terms=[text, near], min_relevance=0)
    return {
        "servicematch, a team a queue: words": by_teams(_by_queue, words),
        "servicematch, a team a queue: words and place": by_teams(_by_queue, words_and_place),
        "servicematch, a team a queue: type as category, words, place, area, record 0.2": by_teams(
            _by_queue, typed(0.2)
        ),
        "servicematch, a team a queue and type: the same": by_teams(_by_type, typed(0.2)),
        "servicematch, a team a queue and type: the same, record 0.8": by_teams(_by_type, typed(0.8)),
        "servicematch, a team a queue, type and neighborhood: the same, record 0.2": by_teams(_by_hood, typed(0.2)),
        "reference: most frequent queue of the type": most_frequent,
        "reference: random forest on type and place (supervised)": random_forest,
    }


def _by_queue(case: Case) -> tuple[str, ...]:
    return (case.queue,)


def _by_type(case: Case) -> tuple[str, ...]:
    return case.queue, case.kind


def _by_hood(case: Case) -> tuple[str, ...]:
    return case.queue, case.kind, case.hood or ""


def by_teams(key: Key, policy: sm.Policy) -> Teller:
    """Make a team of the past cases with one key, and let the policy's score decide."""

    def tell(past: Cases, asked: Cases) -> list[tuple[str, ...]]:
        groups: dict[tuple[str, ...], Cases] = defaultdict(list)
        for case in past:
            groups[key(case)].append(case)
        queue = {"\n".join(name): name[0] for name in groups}
        return best_classes(requests_of(asked, past), teams_of(groups, past), policy, queue.__getitem__)

    return tell


def requests_of(asked: Cases, past: Cases) -> dict[str, Any]:
    """Make requests of cases; one of a type that nobody has had before asks by its words alone."""
    known = {case.kind for case in past}
    return {
        "id": list(range(len(asked))),
        "need": [_words(case) for case in asked],
        "category": [case.kind if case.kind in known else None for case in asked],
        "lat": np.array([case.lat for case in asked]),
        "lon": np.array([case.lon for case in asked]),
        "area": [case.hood for case in asked],
    }


def teams_of(groups: Mapping[tuple[str, ...], Cases], past: Cases) -> dict[str, Any]:
    """Make a team of each group: its types, the middle of its places, its commonest area, and what share it took.

    The record is the share that the group took of the past cases of its types, in its neighborhood where it has one.
    """
    n_kind, n_kind_hood = Counter(case.kind for case in past), Counter((case.kind, case.hood or "") for case in past)
    n_rated = [
        sum(n_kind_hood[kind, name[2]] if len(name) > 2 else n_kind[kind] for kind in {case.kind for case in cases})
        for name, cases in groups.items()
    ]
    return {
        "id": ["\n".join(name) for name in groups],
        "offers": ["; ".join(sorted({_words(case) for case in cases})) for cases in groups.values()],
        "categories": [sorted({case.kind for case in cases}) for cases in groups.values()],
        "lat": np.array([_middle(case.lat for case in cases) for cases in groups.values()]),
        "lon": np.array([_middle(case.lon for case in cases) for cases in groups.values()]),
        "area": [_commonest(case.hood for case in cases) for cases in groups.values()],
        "mean_rating": [len(cases) / n for cases, n in zip(groups.values(), n_rated, strict=True)],
        "n_rated": n_rated,
    }


def most_frequent(past: Cases, asked: Cases) -> list[tuple[str, ...]]:
    """Say the queue that the type went to most often, by first name at a tie; of any type, for a type not seen."""
    overall = Counter(case.queue for case in past)
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for case in past:
        by_kind[case.kind][case.queue] += 1
    return [
        tuple(sorted(counts, key=lambda queue: (-counts[queue], queue)))
        for counts in (by_kind.get(case.kind, overall) for case in asked)
    ]


def random_forest(past: Cases, asked: Cases) -> list[tuple[str, ...]]:
    """Learn the queue from the cases' own labels, with 200 trees on type, heading, neighborhood and place."""
    from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415  slow to import
    from sklearn.preprocessing import OneHotEncoder  # noqa: PLC0415

    names = [[[case.kind, case.heading, case.hood or ""] for case in cases] for cases in (past, asked)]
    spots = [np.nan_to_num([[case.lat, case.lon] for case in cases]) for cases in (past, asked)]
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(names[0])
    known, new = (np.hstack([encoder.transform(name), spot]) for name, spot in zip(names, spots, strict=True))
    model = RandomForestClassifier(200, random_state=0).fit(known, [case.queue for case in past])
    order = np.argsort(-model.predict_proba(new), axis=1, kind="stable")
    return [tuple(model.classes_[row].tolist()) for row in order]


def report(judged: Sequence[Judged]) -> str:
    """Write the figures of all ways."""
    rows = []
    for one in judged:
        by_day = one.by_rest()
        worst = min(by_day, key=by_day.__getitem__)
        rows.append([one.method, percent(one.top()), f"{percent(by_day[worst])} ({worst})", percent(one.top(3))])
    n, n_queues = len(judged[0].true), len(set(judged[0].true))
    return table(
        f"boston311: {n} cases and {n_queues} queues, each day by the others", "method, top-1, worst day, top-3", rows
    )


def _words(case: Case) -> str:
    return f"{case.kind} ({case.heading})"


def _middle(values: Iterator[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return median(known) if known else np.nan


def _commonest(names: Iterator[str | None]) -> str | None:
    counts = Counter(name for name in names if name is not None)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else None
