"""Checks of both tables together: what one asks and the other cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import Fault, TableError, UnknownSkill, UnusedColumn
from servicematch.base.notices import notice
from servicematch.tables.ids import kind_of
from servicematch.tables.report import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams

_UNUSED = {
    "requests": {
        "hours": "hours count in assign, where the teams have a column hours too, or slots are given",
        "earliest": "without slots",
        "together": "without slots",
        "latest": "without slots",
    },
    "teams": {
        "hours": "hours count in assign, where the requests have a column hours too, and no slots are given",
        "used_hours": "hours count in assign, where both sides have them, and no slots are given",
        "n_accepted": "",
        "n_declined": "",
    },
}
_SHOWN_WORDS = 5

USED_BY_SLOTS = ("requests.hours", "requests.earliest", "requests.latest", "requests.together")
"""Columns that have an effect where slots are given: how long a service takes, and when it may be."""


def check_together(requests: Requests, teams: Teams, *, used: Iterable[str] = ()) -> None:
    """Check that the tables fit each other; warn of what is asked in vain, and of columns without effect.

    Asked in vain are skills that no team has, and categories and languages that the teams have no column for.

    Parameters
    ----------
    requests, teams
        The two tables.
    used
        Columns that do have an effect in this call although they have none by default, such as
        ``"requests.earliest"``.

    Raises
    ------
    TableError
        When skills are asked and the teams have no column of skills, or when booked teams are named by ids of
        another kind than the teams have.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> check_together(Requests([{"id": 1, "skills": "yoga"}]), Teams([{"id": 1}]))
    Traceback (most recent call last):
    servicematch.base.errors.TableError: requests.skills: expected a column skills in the teams, got none at row 0 \
(id 1), 1 of 1 rows. Hint: give the teams a column skills, or leave the requests' out
    """
    faults = [
        *_skills_without_column(requests, teams),
        *_bookings_of_another_kind(requests, teams),
        *_too_few_asked(requests),
    ]
    if faults:
        raise TableError(tuple(faults))
    notes = [
        *_unknown_skills(requests, teams),
        *_asked_in_vain(requests, teams),
        *_without_effect(requests, teams, tuple(used)),
    ]
    for kind, text in notes:
        notice(text, kind)


def _fault(requests: Requests, column: str, *, rule: str, expected: str, got: str, rows: Any, hint: str) -> Fault:
    """Build a fault of canonical rows, told by the caller's first row."""
    first = rows[requests.position[rows].argmin()]
    row, value = int(requests.position[first]), requests.ids[first]
    id_ = int(value) if isinstance(value, np.integer) else shown(value)
    return Fault("requests", column, rule, expected, got, len(rows), len(requests), row, id_, hint)


def _skills_without_column(requests: Requests, teams: Teams) -> list[Fault]:
    if requests.skills is None or teams.skills is not None or not len(teams):
        return []
    asking = np.flatnonzero(requests.skills.counts())
    if not len(asking):
        return []
    hint = "give the teams a column skills, or leave the requests' out"
    expected = "a column skills in the teams"
    return [_fault(requests, "skills", rule="column", expected=expected, got="none", rows=asking, hint=hint)]


def _bookings_of_another_kind(requests: Requests, teams: Teams) -> list[Fault]:
    if requests.booked_team is None or not len(teams):
        return []
    kind = kind_of(teams.ids[0])
    other = [i for i, booked in enumerate(requests.booked_team) if booked is not None and kind_of(booked) != kind]
    if not other:
        return []
    got = f"an id of kind {kind_of(requests.booked_team[other[0]])}"
    expected = f"ids of the kind the teams have, {kind}"
    hint = "write the ids of both tables alike"
    rows = np.array(other)
    return [_fault(requests, "booked_team", rule="kind", expected=expected, got=got, rows=rows, hint=hint)]


def _too_few_asked(requests: Requests) -> list[Fault]:
    """Find requests that want more teams at least than they ask for, where the column of these is not given."""
    rows = np.flatnonzero(requests.min_units > requests.units)
    if not len(rows):
        return []
    got = f"{requests.min_units[rows[0]]} of {requests.units[rows[0]]}"
    return [_fault(requests, "min_units", rule="units", expected="at most units", got=got, rows=rows, hint="")]


def _unknown_skills(requests: Requests, teams: Teams) -> list[tuple[type[UserWarning], str]]:
    if requests.skills is None or teams.skills is None or not len(teams):
        return []
    unknown = sorted(set(requests.skills.words) - set(teams.skills.words))
    if not unknown:
        return []
    asking = requests.skills.matrix(unknown)
    rows = int((asking.getnnz(axis=1) > 0).sum())
    named = ", ".join(repr(shown(word)) for word in unknown[:_SHOWN_WORDS])
    more = f" and {len(unknown) - _SHOWN_WORDS} more" if len(unknown) > _SHOWN_WORDS else ""
    text = f"requests.skills: no team has {named}{more}; {rows} of {len(requests)} requests ask for it"
    return [(UnknownSkill, text)]


def _asked_in_vain(requests: Requests, teams: Teams) -> list[tuple[type[UserWarning], str]]:
    """Warn of categories and languages that are asked while no team could say that it has them."""
    if not len(teams):
        return []
    asked = {
        "category": None if requests.category is None else sum(one is not None for one in requests.category),
        "languages": None if requests.languages is None else int(np.count_nonzero(requests.languages.counts())),
    }
    notes: list[tuple[type[UserWarning], str]] = []
    for column, wanted in (("category", "categories"), ("languages", "languages")):
        if asked[column] and getattr(teams, wanted) is None:
            text = (
                f"requests.{column}: {asked[column]} of {len(requests)} requests ask for it, and the teams have no column "
                f"{wanted}, so it keeps no team away. Hint: give the teams one, or leave the requests' out"
            )
            notes.append((UnusedColumn, text))
    return notes


def columns_without_effect(requests: Requests, teams: Teams, *, used: Iterable[str] = ()) -> tuple[str, ...]:
    """Name the known columns that were given and do nothing in this call.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> columns_without_effect(Requests({"id": [1]}), Teams({"id": [1], "hours": [3.0]}))
    ('teams.hours',)
    """
    known = (
        f"{table.NAME}.{column}"
        for table in (requests, teams)
        for column in _UNUSED[table.NAME]
        if column in table.present
    )
    return tuple(name for name in known if name not in set(used))


def _without_effect(requests: Requests, teams: Teams, used: Iterable[str]) -> list[tuple[type[UserWarning], str]]:
    notes: list[tuple[type[UserWarning], str]] = []
    for name in columns_without_effect(requests, teams, used=used):
        table, column = name.split(".")
        why = _UNUSED[table][column]
        notes.append((UnusedColumn, f"{name}: has no effect in this call{f' ({why})' if why else ''}"))
    return notes
