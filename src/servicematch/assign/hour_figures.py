"""What a plan with hours of teams says of them: by team, in all, and of a request that no team has the hours for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.assign.hours import TeamHours
    from servicematch.base.arrays import AnyArray, Int32Array

MINUTES = 60
"""In an hour: what is told in hours is a whole number of minutes."""


def hour_columns(hours: TeamHours, rows: Int32Array, cols: Int32Array) -> dict[str, AnyArray]:
    """Return hours, used_hours, assigned_hours, free_hours, over_hours of each team, in canonical order.

    hours + over_hours = used_hours + assigned_hours + free_hours, to the minute; ``over_hours`` is more than 0 only for
    a team that was overbooked before or by a pin. A team without a limit has NaN in ``hours`` and ``free_hours``. With
    travel, travel_hours says how much of ``assigned_hours`` the requests did not ask for themselves.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1], "hours": [1.5]}, {"id": [1], "hours": [4.0], "used_hours": [1.0]})
    >>> {name: values.tolist() for name, values in hour_columns(answer.hours, answer.rows, answer.cols).items()}
    {'hours': [4.0], 'used_hours': [1.0], 'assigned_hours': [1.5], 'free_hours': [1.5], 'over_hours': [0.0]}
    """
    assigned = hours.assigned(rows, cols)
    left = hours.given - hours.used - assigned
    unlimited = np.where(hours.has_limit, 0.0, np.nan)
    travel = {} if hours.way is None else {"travel_hours": hours.travel(rows, cols) / MINUTES}
    return {
        "hours": hours.given / MINUTES + unlimited,
        "used_hours": hours.used / MINUTES,
        "assigned_hours": assigned / MINUTES,
        **travel,
        "free_hours": np.maximum(left, 0) / MINUTES + unlimited,
        "over_hours": np.where(hours.has_limit, np.maximum(-left, 0), 0) / MINUTES,
    }


def hour_figures(answer: Answer) -> dict[str, Any]:
    """Return the hours asked, given and left, and how they add up.

    ``had`` is what the teams with a limit had left before the plan, and had + over = given_by_limited + left, where
    ``over`` is what pins take beyond that. ``given`` are those of all teams, ``asked`` those of all units. With travel,
    given and asked are the requests' own hours, ``travel`` and ``travel_by_limited`` stand beside them, and
    had + over = given_by_limited + travel_by_limited + left.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2], "hours": [1.5, 2.0]}, {"id": [1], "hours": [4.0]})
    >>> hour_figures(answer)["given"], hour_figures(answer)["left"], hour_figures(answer)["asked"]
    (3.5, 0.5, 3.5)
    """
    hours = answer.hours
    assert hours is not None
    assigned, limited = hours.assigned(answer.rows, answer.cols), hours.has_limit
    had = np.maximum(hours.given - hours.used, 0)
    beyond, travel = assigned - had, hours.travel(answer.rows, answer.cols)
    given = assigned - travel
    minutes = {
        "asked": (hours.effort * answer.requests.units).sum(),
        "given": given.sum(),
        "given_by_limited": given[limited].sum(),
        "had": had[limited].sum(),
        "left": np.maximum(-beyond, 0)[limited].sum(),
        "over": np.maximum(beyond, 0)[limited].sum(),
    }
    if hours.way is not None:
        minutes |= {"travel": travel.sum(), "travel_by_limited": travel[limited].sum()}
    return {name: int(total) / MINUTES for name, total in minutes.items()} | {"n_unlimited": int((~limited).sum())}


def short_hours(answer: Answer, request: int) -> dict[str, float] | None:
    """Return the hours that a request takes, where some team has a place for it but not the hours, beside the pins.

    Those of the request itself, and with travel the least that it takes at any such team; None where there is none.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> tables = {"id": [1, 2], "hours": [1.5, 5.0]}, {"id": [1], "hours": [4.0]}
    >>> short_hours(run(*tables), 0), short_hours(run(*tables), 1)
    (None, {'hours': 5.0})
    """
    problem, hours = answer.problem, answer.hours
    assert hours is not None
    assert problem.load is not None
    start, stop = problem.row_start[request : request + 2].tolist()
    mine = np.arange(start, stop)
    if problem.fixed is not None:
        mine = mine[~problem.fixed[mine]]
    free = hours.places_left(problem)[problem.col[mine]] > 0
    short = mine[free & ~hours.fits(problem)[mine]]
    if not len(short):
        return None
    own = {"hours": int(hours.effort[request]) / MINUTES}
    return own if hours.way is None else {**own, "with_way": int(problem.load[short].min()) / MINUTES}
