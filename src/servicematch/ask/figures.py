"""The figures of two answers side by side, in whole numbers, so that every change is an exact difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.ask.loose import class_names
from servicematch.ask.sides import METRES, tiers_of_both
from servicematch.assign.answer import by_tier
from servicematch.assign.causes import Reason
from servicematch.assign.decode import distance_km
from servicematch.assign.reasons import find_reasons, units_by_reason
from servicematch.pairs.micro import quantise
from servicematch.solve.certificate import value_of

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of two answers; None where one of them has no such thing.

    Attributes
    ----------
    name
        ``"units_asked"``, ``"units_served"``, ``"units_open"``, ``"open:OUTCOMPETED"`` and so on by reason,
        ``"score_total"``, ``"mean_km"``, ``"teams_used"``, ``"tier:served"`` and so on by tier, pinned units included.
    unit
        ``"units"``, ``"micro-points"`` or ``"metres"``.
    base, new
        Whole numbers.

    Examples
    --------
    >>> Figure("units_served", "units", 10, 12).change
    2
    """

    name: str
    unit: str
    base: int | None
    new: int | None

    @property
    def change(self) -> int | None:
        """``new - base``."""
        return None if self.base is None or self.new is None else self.new - self.base


def figures_of(base: Answer, new: Answer) -> tuple[Figure, ...]:
    """Put the figures of two answers side by side; served and open units add up to those asked.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> rows = figures_of(run({"id": [1]}, {"id": []}), run({"id": [1]}, {"id": [1]}))
    >>> [(row.name, row.base, row.new) for row in rows[:3]]
    [('units_asked', 1, 1), ('units_served', 0, 1), ('units_open', 1, 0)]
    """
    sides = [_plain_figures(answer) for answer in (base, new)]
    rows = [Figure(name, unit, sides[0][name, unit], sides[1][name, unit]) for name, unit in sides[0]]
    return (*rows[:3], *_reasons(base, new), *rows[3:], *_tiers(base, new))


def _plain_figures(answer: Answer) -> dict[tuple[str, str], int | None]:
    km = distance_km(answer.requests, answer.teams, answer.policy, answer.rows, answer.cols)
    known = km[~np.isnan(km)]
    asked, served = int(answer.requests.units.sum()), len(answer.solution.chosen)
    return {
        ("units_asked", "units"): asked,
        ("units_served", "units"): served,
        ("units_open", "units"): asked - served,
        ("score_total", "micro-points"): int(quantise(answer.scores()).sum(dtype=np.int64)),
        ("mean_km", "metres"): round(float(known.mean()) * METRES) if len(known) else None,
        ("teams_used", "units"): int(np.count_nonzero(answer.load)),
    }


def _reasons(base: Answer, new: Answer) -> list[Figure]:
    counts = [units_by_reason(find_reasons(answer)) for answer in (base, new)]
    names = [reason.value for reason in Reason if any(reason.value in one for one in counts)]
    return [Figure(f"open:{name}", "units", counts[0].get(name, 0), counts[1].get(name, 0)) for name in names]


def _tiers(base: Answer, new: Answer) -> list[Figure]:
    sides = [_worth(answer) for answer in (base, new)]
    figures = []
    for name in tiers_of_both(base, new):
        values = [_value(one, side, name) for one, side in zip((base, new), sides, strict=True)]
        figures.append(Figure(f"tier:{name}", "micro-points" if name == "score" else "units", *values))
    return figures


def _worth(answer: Answer) -> dict[str, int]:
    """Put the objective by tier, with the pinned pairs, which the objective itself leaves out."""
    worth, problem = by_tier(answer, answer.solution.objective), answer.problem
    if problem.fixed is not None:
        pinned = value_of(problem, np.flatnonzero(problem.fixed))
        for name, value in zip((*class_names(answer)[:0:-1], "score"), pinned, strict=True):
            worth[str(name)] += value
    return worth


def _value(answer: Answer, side: dict[str, int], name: str) -> int | None:
    """Look a tier up; a priority that nobody has there is served to nobody."""
    if name in side:
        return side[name]
    return 0 if name.startswith("priority=") and answer.policy.tiers[0] == "priority" else None
