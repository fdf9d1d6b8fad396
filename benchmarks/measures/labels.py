"""Classes that were said against classes that were true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import servicematch as sm
from measures.figures import share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Judged:
    """What one method said of each case, best first; ``rest`` is the fold that the case was left out with."""

    method: str
    true: tuple[str, ...]
    said: tuple[tuple[str, ...], ...]
    rest: tuple[str, ...]

    def top(self, k: int = 1) -> float:
        """Return the share of the cases with their class among the first ``k``; nothing said is a miss."""
        right = sum(true in said[:k] for true, said in zip(self.true, self.said, strict=True))
        return share(right, len(self.true))

    def by_rest(self) -> dict[str, float]:
        """Return top-1 of each fold."""
        folds: dict[str, list[int]] = {}
        for at, fold in enumerate(self.rest):
            folds.setdefault(fold, []).append(at)
        return {
            fold: share(sum(self._first(at) == self.true[at] for at in ats), len(ats)) for fold, ats in folds.items()
        }

    def macro_f1(self) -> float:
        """Return the F1 of each class, averaged over the classes."""
        from sklearn.metrics import f1_score  # noqa: PLC0415  slow to import

        first = [self._first(at) for at in range(len(self.true))]
        return float(f1_score(self.true, first, average="macro", labels=sorted(set(self.true)), zero_division=0))

    def confusion(self) -> tuple[list[str], Any]:
        """Return the classes, and how often each (row) was said to be each (column)."""
        classes = sorted(set(self.true))
        place = {one: k for k, one in enumerate(classes)}
        counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
        for at, true in enumerate(self.true):
            if self._first(at) in place:
                counts[place[true], place[self._first(at)]] += 1
        return classes, counts

    def _first(self, at: int) -> str:
        return self.said[at][0] if self.said[at] else ""


def best_classes(
    requests: dict[str, Any], teams: dict[str, Any], policy: sm.Policy, class_of: Callable[[str], str] | None = None
) -> list[tuple[str, ...]]:
    """Return the classes of the teams that score best for each request, best first, each class once.

    A class is the team itself, or what ``class_of`` makes of its id.
    """
    frame = sm.score(requests, teams, policy=policy)
    said: dict[Any, dict[str, None]] = {one: {} for one in requests["id"]}
    for one, team in zip(frame["request_id"].tolist(), frame["team_id"].tolist(), strict=True):
        said[one].setdefault(team if class_of is None else class_of(team))
    return [tuple(classes) for classes in said.values()]


def joined(method: str, parts: Iterable[tuple[str, Sequence[str], Sequence[tuple[str, ...]]]]) -> Judged:
    """Put the folds (name, true, said) of one method together."""
    true: list[str] = []
    said: list[tuple[str, ...]] = []
    rest: list[str] = []
    for fold, fold_true, fold_said in parts:
        true += fold_true
        said += fold_said
        rest += [fold] * len(fold_true)
    return Judged(method, tuple(true), tuple(said), tuple(rest))
