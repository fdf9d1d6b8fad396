"""Real titles of messages to a Chinese local government: tell the nearest of seven departments by its texts."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from lines import table

import servicematch as sm
from measures.figures import percent
from measures.labels import Judged, best_classes, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

N_FOLDS = 5
BETWEEN = "；"


@dataclass(frozen=True, slots=True)
class Civic:
    """Titles with their class, and the words of the taxonomy under each class."""

    titles: tuple[str, ...]
    classes: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]


Fold = tuple[list[str], list[str], list[str]]  # the training titles, their classes, the titles to tell


def load(folder: Path) -> Civic:
    """Read both files; a title that stands twice is read once."""
    with (folder / "titles_labelled.csv").open(encoding="utf-8-sig", newline="") as lines:
        labelled = {row["title"]: row["category"] for row in csv.DictReader(lines)}
    words: dict[str, dict[str, None]] = {name: {} for name in sorted(set(labelled.values()))}
    with (folder / "taxonomy.csv").open(encoding="utf-8-sig", newline="") as lines:
        for first, *below in list(csv.reader(lines))[1:]:
            if first in words:
                words[first].update(dict.fromkeys(word for word in (first, *below) if word not in {"其他", ""}))
    return Civic(tuple(labelled), tuple(labelled.values()), {name: tuple(found) for name, found in words.items()})


def measure(civic: Civic, synonyms: Any = None) -> list[Judged]:
    """Tell each title by the others, fold by fold, in every way."""
    return [
        joined(name, ((str(k), true, teller(civic, fold)) for k, (fold, true) in enumerate(folds(civic))))
        for name, teller in tellers(synonyms).items()
    ]


def folds(civic: Civic) -> Iterator[tuple[Fold, list[str]]]:
    """Split the titles into five folds, each class alike, always the same."""
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415  slow to import

    titles, classes = np.array(civic.titles, dtype=object), np.array(civic.classes, dtype=object)
    splitter = StratifiedKFold(N_FOLDS, shuffle=True, random_state=0)
    for train, test in splitter.split(titles, classes):
        yield (titles[train].tolist(), classes[train].tolist(), titles[test].tolist()), classes[test].tolist()


def tellers(synonyms: Any = None) -> dict[str, Callable[[Civic, Fold], list[tuple[str, ...]]]]:
    """Name the ways to tell a class."""
    text = sm.terms.Text() if synonyms is None else sm.terms.Text(synonyms=synonyms)
    policy = sm.Policy(limits=[], terms=[text], min_relevance=0)

    def by_titles(civic: Civic, fold: Fold) -> list[tuple[str, ...]]:  # noqa: ARG001  no taxonomy
        return _best(fold[2], _titles_of(fold), policy)

    def by_taxonomy(civic: Civic, fold: Fold) -> list[tuple[str, ...]]:
        return _best(fold[2], civic.words, policy)

    def by_both(civic: Civic, fold: Fold) -> list[tuple[str, ...]]:
        offers = {name: (*titles, *civic.words[name]) for name, titles in _titles_of(fold).items()}
        return _best(fold[2], offers, policy)

    def by_nearest_title(civic: Civic, fold: Fold) -> list[tuple[str, ...]]:  # noqa: ARG001  no taxonomy
        teams = {"id": [f"{name}|{k}" for k, name in enumerate(fold[1])], "offers": fold[0]}
        return best_classes(_requests(fold[2]), teams, policy, lambda team: team.split("|")[0])

    return {
        "servicematch, offers = training titles": by_titles,
        "servicematch, offers = titles and taxonomy": by_both,
        "servicematch, offers = taxonomy alone (no labels)": by_taxonomy,
        "servicematch, a team a title (nearest title)": by_nearest_title,
        "reference: character TF-IDF + LinearSVC (supervised)": linear_svc,
        "reference: largest class": largest_class,
    }


def linear_svc(civic: Civic, fold: Fold) -> list[tuple[str, ...]]:  # noqa: ARG001  no taxonomy
    """Learn from the labels what a text term cannot know: which words tell the classes apart."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  slow to import
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    titles, classes, asked = fold
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True), LinearSVC(dual=True, random_state=0)
    )
    model.fit(titles, classes)
    order = np.argsort(-model.decision_function(asked), axis=1, kind="stable")
    return [tuple(model.classes_[row].tolist()) for row in order]


def largest_class(civic: Civic, fold: Fold) -> list[tuple[str, ...]]:  # noqa: ARG001  no taxonomy
    """Say the largest class of the training titles, always."""
    names, counts = np.unique(np.array(fold[1], dtype=str), return_counts=True)
    ranking = tuple(names[np.argsort(-counts, kind="stable")].tolist())
    return [ranking] * len(fold[2])


def report(judged: Sequence[Judged]) -> str:
    """Write the figures of all ways, and who is taken for whom by the first one."""
    rows = [
        [
            one.method,
            percent(one.top()),
            percent(min(one.by_rest().values())),
            percent(one.macro_f1()),
            percent(one.top(2)),
        ]
        for one in judged
    ]
    columns = "method, top-1 (micro), worst fold, macro F1, top-2"
    classes, counts = judged[0].confusion()
    confusion = [[name, *row] for name, row in zip(classes, counts.tolist(), strict=True)]
    return "\n\n".join(
        (
            table(f"zh_civic: {len(judged[0].true)} titles and {len(classes)} classes, five folds", columns, rows),
            table(f"Who is taken for whom (row: true): {judged[0].method}", ", ".join(("class", *classes)), confusion),
        )
    )


def _best(titles: Sequence[str], offers: Mapping[str, Sequence[str]], policy: sm.Policy) -> list[tuple[str, ...]]:
    """Let each class be a team that offers its texts, and return them best first."""
    teams = {"id": list(offers), "offers": [BETWEEN.join(texts) for texts in offers.values()]}
    return best_classes(_requests(titles), teams, policy)


def _requests(titles: Sequence[str]) -> dict[str, Any]:
    return {"id": list(range(len(titles))), "need": list(titles)}


def _titles_of(fold: Fold) -> dict[str, tuple[str, ...]]:
    """Put the training titles of each class together."""
    return {
        name: tuple(title for title, of in zip(fold[0], fold[1], strict=True) if of == name)
        for name in sorted(set(fold[1]))
    }
