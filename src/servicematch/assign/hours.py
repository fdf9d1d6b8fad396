"""Hours of teams: what each request takes and each team has, in whole minutes; rounded here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.assign.travel import read_way
from servicematch.base.errors import PolicyError
from servicematch.tables.hours import MOST_HOURS, hours_count

if TYPE_CHECKING:
    from servicematch.assign.policy import Policy
    from servicematch.assign.run import RunOptions
    from servicematch.assign.travel import Way
    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, Int32Array, IntArray
    from servicematch.solve.problem import Problem
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams

ANY = 2**40
"""Minutes of a team that says nothing: more than all requests together ever take."""


@dataclass(frozen=True, slots=True, eq=False)
class TeamHours:
    """What requests take and teams have, in minutes.

    Attributes
    ----------
    effort
        int64, one a request: what each of its units takes by itself.
    given, used
        int64, one a team: all it has, and what was taken before; ``given`` means nothing where there is no limit.
    has_limit
        bool, one a team: whether it says how many hours it has.
    way
        With travel: what a unit takes at each team, the way there and back with it; None without.
    """

    effort: IntArray
    given: IntArray
    used: IntArray
    has_limit: BoolArray
    way: Way | None = None

    @property
    def free(self) -> IntArray:
        """Minutes that each team can still give; ``ANY`` where it has no limit."""
        return np.where(self.has_limit, np.maximum(self.given - self.used, 0), ANY)

    def takes(self, rows: AnyArray, cols: AnyArray) -> IntArray:
        """Return the minutes that a unit of each of these pairs of requests and teams takes."""
        return self.effort[rows] if self.way is None else _rounded(self.way.minutes(rows, cols))

    def assigned(self, rows: Int32Array, cols: Int32Array) -> IntArray:
        """Add up by team what these pairs of requests and teams take."""
        return self._by_team(cols, self.takes(rows, cols))

    def travel(self, rows: Int32Array, cols: Int32Array) -> IntArray:
        """Add up by team what these pairs take beyond the requests' own hours."""
        return self._by_team(cols, self.takes(rows, cols) - self.effort[rows])

    def _by_team(self, cols: Int32Array, minutes: IntArray) -> IntArray:
        total = np.zeros(len(self.given), dtype=np.int64)
        np.add.at(total, cols, minutes)
        return total

    def fits(self, problem: Problem) -> BoolArray:
        """Tell for each pair of the problem whether pins left the hours and the place that it takes."""
        assert problem.load is not None
        room = problem.capacity.copy()
        if problem.fixed is not None:
            fixed = np.flatnonzero(problem.fixed)
            np.subtract.at(room, problem.col[fixed], problem.load[fixed])
        has_place = (self.places_left(problem) > 0)[problem.col]
        fits: BoolArray = (problem.load <= np.maximum(room, 0)[problem.col]) & has_place
        return fits

    @staticmethod
    def places_left(problem: Problem) -> IntArray:
        """Return the places that pins left; more than there are pairs where nothing limits their number."""
        places = np.full(problem.n_cols, problem.n_pairs + 1) if problem.places is None else problem.places
        if problem.fixed is None:
            return places
        return places - np.bincount(problem.col[problem.fixed], minlength=problem.n_cols)


def read_team_hours(requests: Requests, teams: Teams, policy: Policy) -> TeamHours | None:
    """Read the hours of both sides, and with travel the ways between them; None where one side has no hours.

    Hours become whole minutes, to the nearest, halves up; what takes any time takes a minute at least. A request that
    says nothing takes none, a team that says nothing has no limit.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1, 2, 3], "hours": [1.5, 0.001, None]})
    >>> teams = Teams({"id": [1, 2], "hours": [4.0, None], "used_hours": [1.0, 1.0]})
    >>> hours = read_team_hours(requests, teams, Policy())
    >>> hours.effort.tolist(), hours.free.tolist() == [180, ANY]
    ([90, 1, 0], True)
    """
    if not hours_count(requests, teams):
        return None
    assert requests.hours is not None
    assert teams.hours is not None
    effort, given = whole_minutes(requests.hours), whole_minutes(teams.hours)
    nothing = np.zeros(len(teams))
    used = whole_minutes(nothing if teams.used_hours is None else teams.used_hours)
    return TeamHours(effort, given, used, ~np.isnan(teams.hours), read_way(requests, teams, policy))


def whole_minutes(hours: FloatArray) -> IntArray:
    """Round hours to whole minutes, halves up; more than none is at least one, and a missing value is none.

    Examples
    --------
    >>> whole_minutes(np.array([0.3333, 0.175, 0.0001, 0.0, np.nan])).tolist()
    [20, 11, 1, 0, 0]
    """
    return _rounded(np.nan_to_num(hours) * 60.0)


def _rounded(minutes: FloatArray) -> IntArray:
    """Do the same with minutes, of which a million hours are the most."""
    whole = np.floor(np.minimum(minutes, 60.0 * MOST_HOURS) + 0.5).astype(np.int64)
    return np.where(minutes > 0, np.maximum(whole, 1), 0)


def refuse_with_hours(policy: Policy, options: RunOptions | None = None) -> None:
    """Refuse what is not planned together with hours of teams, rather than forget one of them.

    Raises
    ------
    PolicyError
        For rules, for fairness, for an engine of the flow, and for a seed that is none.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.rules import Quota
    >>> refuse_with_hours(Policy(rules=[Quota("requests", "area", 1)]))
    Traceback (most recent call last):
    servicematch.base.errors.PolicyError: rules: not planned together with hours of teams yet. Hint: leave out the teams' \
column hours and give them a capacity, or leave out the rules
    """
    for name, is_given in (("rules", bool(policy.rules)), ("fairness", policy.fairness is not None)):
        if is_given:
            raise PolicyError(
                f"{name}: not planned together with hours of teams yet. Hint: leave out the teams' column hours and give "
                f"them a capacity, or leave out the {name}"
            )
    if options is None:
        return
    if options.engine != "auto":
        raise PolicyError(f"engine: with hours of teams there is none to choose, got {options.engine!r}")
    seed = options.seed
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise PolicyError(
            f"seed: with hours of teams it steers the search: expected a whole number of at least 0, got {seed!r}"
        )
