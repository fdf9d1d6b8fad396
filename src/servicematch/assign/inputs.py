"""What comes in: the tables and the policy, read and checked; teams made ready once for many calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from servicematch.assign.days import check_days, tell_unknown_places
from servicematch.assign.hours import read_team_hours, refuse_with_hours
from servicematch.assign.policy import Policy
from servicematch.assign.travel import check_travel
from servicematch.base.errors import PolicyError
from servicematch.tables.cross import USED_BY_SLOTS, check_together
from servicematch.tables.hours import USED_BY_HOURS, check_hours
from servicematch.tables.requests import as_requests
from servicematch.tables.slot_teams import check_slots
from servicematch.tables.slots import as_slots
from servicematch.tables.teams import as_teams

if TYPE_CHECKING:
    from servicematch.assign.hours import TeamHours
    from servicematch.base.arrays import Int32Array
    from servicematch.base.protocols import Term
    from servicematch.tables.requests import Requests
    from servicematch.tables.slots import Slots
    from servicematch.tables.teams import Teams


@dataclass(frozen=True, slots=True, repr=False)
class PreparedTeams:
    """Teams with a policy, read and fitted once; give it wherever teams are asked for.

    Attributes
    ----------
    teams
        The table.
    policy
        As it was given; it holds in every call that names no other one.
    terms
        The policy's terms with all that they learnt from the teams.

    Examples
    --------
    >>> len(prepare({"id": ["t1", "t2"]}))
    2
    """

    teams: Teams
    policy: Policy
    terms: tuple[Term, ...]

    def __len__(self) -> int:
        return len(self.teams)

    def __repr__(self) -> str:
        teams = f"{len(self.teams)} team{'' if len(self.teams) == 1 else 's'}"
        return f"PreparedTeams({teams}; terms {', '.join(term.name for term in self.terms) or 'none'})"


def prepare(teams: Any, *, policy: Policy | None = None) -> PreparedTeams:
    """Read the teams and fit the policy's terms to them once, for many calls.

    A desk that looks for a team whenever somebody rings prepares its teams in the morning: one new request among
    20,000 teams then takes some milliseconds. The answers are the same as without it.

    Parameters
    ----------
    teams
        `Teams`, or any table that they take.
    policy
        The policy of those calls; ``Policy()`` by default.

    Raises
    ------
    TableError
        With all faults of the table at once.
    PolicyError
        When the policy is none.

    Examples
    --------
    >>> teams = prepare({"id": ["t1", "t2"], "offers": ["yoga class", "legal advice"]})
    >>> teams
    PreparedTeams(2 teams; terms text, proximity, skill_fit, area_affinity, track_record)
    """
    if isinstance(teams, PreparedTeams):
        teams, policy = teams.teams, teams.policy if policy is None else policy
    read, policy = as_teams(teams), checked_policy(policy)
    return PreparedTeams(read, policy, fit_terms(policy, read))


def fit_terms(policy: Policy, teams: Teams) -> tuple[Term, ...]:
    """Fit those terms that learn from the teams.

    Examples
    --------
    >>> [term.name for term in fit_terms(Policy(), as_teams({"id": [1]}))][:2]
    ['text', 'proximity']
    """
    return tuple(term.fit(teams) if hasattr(term, "fit") else term for term in policy.terms)


@dataclass(frozen=True, slots=True, repr=False)
class Timed:
    """Slots, and the position of each slot's team."""

    slots: Slots
    team: Int32Array


@dataclass(frozen=True, slots=True, repr=False)
class Inputs:
    """The tables, the policy, and its terms: fitted already where the teams were prepared; hours where they count."""

    requests: Requests
    teams: Teams
    policy: Policy
    terms: tuple[Term, ...]
    timed: Timed | None = None
    hours: TeamHours | None = None


def read_inputs(
    requests: Any, teams: Any, policy: Policy | None = None, slots: Any = None, *, with_hours: bool = True
) -> Inputs:
    """Read the tables and check that they fit each other; prepared teams bring their policy along.

    Where hours limit nothing, for nothing is assigned, ``with_hours=False`` has that said to the caller.

    Examples
    --------
    >>> read_inputs({"id": [1]}, prepare({"id": [1]}, policy=Policy(reserve=0.5))).policy.reserve
    0.5
    """
    prepared = teams if isinstance(teams, PreparedTeams) else None
    if prepared is not None:
        teams, policy = prepared.teams, prepared.policy if policy is None else policy
    policy = checked_policy(policy)
    requests, teams = as_requests(requests), as_teams(teams)
    timed = None if slots is None else _timed(requests, teams, as_slots(slots))
    hours = read_team_hours(requests, teams, policy) if with_hours and timed is None else None
    check_travel(policy, has_slots=timed is not None, has_hours=hours is not None)
    check_together(requests, teams, used=used_columns(has_slots=timed is not None, has_hours=hours is not None))
    if timed is not None and policy.travel is not None:
        check_days(policy, timed.slots)
        tell_unknown_places(requests)
    if hours is not None:
        check_hours(requests, teams)
        refuse_with_hours(policy)
    is_same = prepared is not None and policy is prepared.policy
    terms = prepared.terms if prepared is not None and is_same else policy.terms
    return Inputs(requests, teams, policy, terms, timed, hours)


def used_columns(*, has_slots: bool, has_hours: bool) -> tuple[str, ...]:
    """Name the columns that only count in some calls, and do in this one.

    Examples
    --------
    >>> used_columns(has_slots=False, has_hours=True)
    ('requests.hours', 'teams.hours', 'teams.used_hours')
    """
    return (*(USED_BY_SLOTS if has_slots else ()), *(USED_BY_HOURS if has_hours else ()))


def _timed(requests: Requests, teams: Teams, slots: Slots) -> Timed:
    return Timed(slots, check_slots(requests, teams, slots))


def checked_policy(policy: Policy | None) -> Policy:
    """Return the policy given, the default one for None.

    Raises
    ------
    PolicyError
        For anything else than a `Policy`.

    Examples
    --------
    >>> checked_policy(None) == Policy()
    True
    """
    if policy is not None and not isinstance(policy, Policy):
        raise PolicyError(f"policy: expected a Policy, got {type(policy).__name__}. Hint: write sm.Policy(...)")
    return Policy() if policy is None else policy
