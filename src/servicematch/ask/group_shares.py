"""What each group of requests asked and got: whole numbers that add up to those of the plan."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.servable import servable_units
from servicematch.assign.decode import distance_km
from servicematch.base.claim import SCALE
from servicematch.pairs.micro import quantise
from servicematch.tables.times import MISSING_TIME

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.tables.groups import Groups

METRES = 1_000
"""Metres in a kilometre: distances are added in whole metres, so that they add up."""

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class GroupShare:
    """One group of requests, or all of them.

    Attributes
    ----------
    value
        What its requests have in common, None for nothing given (and for all of them).
    n_requests, demand, served
        Its requests, their units asked, and their units served.
    servable
        The most units that could be served, were no other group there: what is short is teams, not fairness. Groups
        share teams, so these do not add up.
    points
        Scores of its served units, added up, in micro-points.
    metres, n_known
        Their distances, added up, in metres, and how many of these units have a known one.
    waited, n_waited
        With slots: seconds from when its requests were placed to when they are served, added up, and over how many units.
    n_envious
        Its requests with justified envy: see `servicematch.ask.envy`.

    Examples
    --------
    >>> one = GroupShare("north", 3, 4, 3, 2, 1_500_000, 0, 0, 0)
    >>> one.unassigned, one.share, one.mean_score, one.mean_km
    (2, 0.5, 0.75, nan)
    """

    value: Any
    n_requests: int
    demand: int
    servable: int
    served: int
    points: int
    metres: int
    n_known: int
    n_envious: int
    waited: int = 0
    n_waited: int = 0

    @property
    def unassigned(self) -> int:
        """Units that stay open."""
        return self.demand - self.served

    @property
    def share(self) -> float:
        """Units served over units asked, in [0, 1]; NaN without a unit asked."""
        return self.served / self.demand if self.demand else math.nan

    @property
    def mean_score(self) -> float:
        """Mean score of the units served, in [0, 1]; NaN without one."""
        return self.points / SCALE / self.served if self.served else math.nan

    @property
    def mean_km(self) -> float:
        """Mean distance of the units served whose distance is known, in kilometres; NaN without one."""
        return self.metres / METRES / self.n_known if self.n_known else math.nan

    @property
    def mean_wait_days(self) -> float:
        """Mean days from when a request was placed to when its unit begins; NaN without slots or times."""
        return self.waited / _DAY / self.n_waited if self.n_waited else math.nan


def group_shares(answer: Answer, groups: Groups, envious: IntArray) -> tuple[tuple[GroupShare, ...], GroupShare]:
    """Count every group, in the order of `groups`, and all requests together, each once.

    Examples
    --------
    >>> from servicematch.tables.groups import groups_by
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2], "street": ["a", "b"]}, {"id": [1]})
    >>> rows, total = group_shares(answer, groups_by(answer.requests, answer.teams, "street"), np.zeros(0, np.int64))
    >>> [one.demand for one in rows], total.demand
    ([1, 1], 2)
    """
    counts = _counts(answer, envious)
    matrix = groups.matrix()
    summed = {name: matrix @ values for name, values in counts.items()}
    summed["servable"] = servable_units(answer, groups)
    rows = tuple(
        GroupShare(value, **{name: int(values[g]) for name, values in summed.items()})
        for g, value in enumerate(groups.values)
    )
    all_rows = np.arange(groups.n_rows, dtype=np.int64)
    everyone = replace(groups, values=(None,), row=all_rows, group=np.zeros_like(all_rows))
    servable = int(servable_units(answer, everyone)[0])
    return rows, GroupShare(None, servable=servable, **{name: int(values.sum()) for name, values in counts.items()})


def _counts(answer: Answer, envious: IntArray) -> dict[str, IntArray]:
    """Count by request."""
    n = len(answer.requests)
    km = distance_km(answer.requests, answer.teams, answer.policy, answer.rows, answer.cols)
    known = ~np.isnan(km)
    metres = np.rint(np.where(known, km, 0.0) * METRES).astype(np.int64)
    return {
        "n_requests": np.ones(n, dtype=np.int64),
        "demand": answer.requests.units,
        "served": answer.served,
        "points": _sums(answer.rows, quantise(answer.scores()).astype(np.int64), n),
        "metres": _sums(answer.rows, metres, n),
        "n_known": _sums(answer.rows, known.astype(np.int64), n),
        "n_envious": np.bincount(envious, minlength=n),
        **_waits(answer),
    }


def _waits(answer: Answer) -> dict[str, IntArray]:
    """Count by request what its units wait for, in seconds."""
    n, placed = len(answer.requests), answer.requests.placed_at
    if answer.slots is None or answer.slot_of is None or placed is None:
        return {name: np.zeros(n, dtype=np.int64) for name in ("waited", "n_waited")}
    known = (placed != MISSING_TIME)[answer.rows]
    rows = answer.rows[known]
    waits = answer.slots.start[answer.slot_of[known]] - placed[rows]
    return {"waited": _sums(rows, waits, n), "n_waited": _sums(rows, np.ones(len(rows), dtype=np.int64), n)}


def _sums(rows: Int32Array, values: IntArray, n: int) -> IntArray:
    """Add whole numbers up by request."""
    summed = np.zeros(n, dtype=np.int64)
    np.add.at(summed, rows, values)
    return summed
