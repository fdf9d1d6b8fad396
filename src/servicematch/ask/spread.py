"""How evenly the work lies on the teams: places taken over places."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.ask.gini import gini

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer


@dataclass(frozen=True, slots=True)
class LoadSpread:
    """The loads of the teams that have a place and may serve some request; the others can do nothing for it.

    Attributes
    ----------
    n_teams, n_left_out
        Teams counted, and teams without a place or without a request that they may serve.
    capacity, used, assigned
        Their places, those taken before, and those that the plan takes; all that the plan takes are among them.
    n_idle, n_full
        Teams of which no place is taken, and teams of which all are.
    least, median, most
        Of places taken over places, by team; more than 1 only where a team is overbooked. NaN without a team.
    gini
        Of places taken over places, each team weighing as much as its places: see `servicematch.ask.gini.gini`.
    """

    n_teams: int
    n_left_out: int
    capacity: int
    used: int
    assigned: int
    n_idle: int
    n_full: int
    least: float
    median: float
    most: float
    gini: float

    @property
    def share(self) -> float:
        """Places taken over places, all teams together; NaN without a place."""
        return (self.used + self.assigned) / self.capacity if self.capacity else math.nan


def load_spread(answer: Answer) -> LoadSpread:
    """Measure how evenly the places of the teams are taken, those taken before the plan included.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> found = load_spread(run({"id": [1, 2]}, {"id": [1, 2], "capacity": [1, 3]}))
    >>> found.n_teams, found.capacity, found.assigned, found.share
    (2, 4, 2, 0.5)
    """
    teams, problem = answer.teams, answer.problem
    team = problem.col if answer.timed is None else answer.timed.team[problem.col]
    counts = (answer.capacity > 0) & (np.bincount(team, minlength=len(teams)) > 0) | (answer.load > 0)
    capacity, used, assigned = (values[counts] for values in (answer.capacity, teams.used, answer.load))
    taken = used + assigned
    share = taken[capacity > 0] / capacity[capacity > 0]
    least, median, most = (float(of(share)) if len(share) else math.nan for of in (np.min, np.median, np.max))
    placed = capacity > 0  # a pin may have sent somebody to a team without a place
    return LoadSpread(
        n_teams=int(counts.sum()),
        n_left_out=int((~counts).sum()),
        capacity=int(capacity.sum()),
        used=int(used.sum()),
        assigned=int(assigned.sum()),
        n_idle=int((taken == 0).sum()),
        n_full=int((taken >= capacity).sum()),
        least=least,
        median=median,
        most=most,
        gini=gini(taken[placed].tolist(), capacity[placed].tolist()),
    )
