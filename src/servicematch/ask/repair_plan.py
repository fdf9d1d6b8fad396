"""A remedy put to work: the problem solved again with what it opens, then a plan of the changed tables."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.again import solve_again
from servicematch.ask.changed import changed
from servicematch.ask.relaxations import Teach, WiderRadius
from servicematch.base.claim import SCALE, Pin
from servicematch.base.errors import SolverError, TableWarning
from servicematch.pairs.micro import quantise
from servicematch.solve.flow import solve_flow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from servicematch.ask.relaxations import Relaxation
    from servicematch.ask.repair_case import Question
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.solve.problem import Problem, Solution
    from servicematch.solve.repairs import Remedy

Pairs = tuple["Int32Array", "Int32Array"]


def all_places(question: Question, remedy: Remedy) -> IntArray:
    """Count the places that are taken of each offer, with those that only make up for what a team holds too much."""
    made_up = [col for at, col in (question.charges[k] for k in remedy.charges.tolist()) if at < 0]
    return remedy.places + np.where(np.isin(question.case.place_col, made_up), question.swallowed, 0)


def extra_places(question: Question, remedy: Remedy) -> IntArray:
    """Count the places that a remedy adds to each team for others than those who are there."""
    extra = np.zeros(len(question.case.room), dtype=np.int64)
    np.add.at(extra, question.case.place_col, remedy.places)
    return extra


def served_again(answer: Answer, question: Question, remedy: Remedy) -> Pairs:
    """Solve again with what the remedy opens, and return the pairs of all units that must be served.

    Raises
    ------
    SolverError
        When some of them stay open: then the remedy is none.

    Examples
    --------
    >>> from servicematch.ask.relaxations import Place
    >>> from servicematch.ask.repair_case import read_question
    >>> from servicematch.assign.run import run
    >>> from servicematch.solve.fixed_charge import solve_repairs
    >>> answer = run({"id": [1, 2]}, {"id": [1]})
    >>> question = read_question(answer, np.array([0, 1]), (Place(),))
    >>> served_again(answer, question, solve_repairs(question.case).remedy)
    (array([0, 1], dtype=int32), array([0, 0], dtype=int32))
    """
    problem = _relaxed(answer, question, remedy)
    solution: Solution = solve_flow(problem)
    served = np.bincount(problem.row[solution.chosen], minlength=problem.n_rows)
    if (served != question.need).any():
        n_open = int((question.need - served).sum())
        raise SolverError(f"a repair was solved again, and {n_open} of {int(question.need.sum())} units stay open")
    return problem.row[solution.chosen], problem.col[solution.chosen]


def _relaxed(answer: Answer, question: Question, remedy: Remedy) -> Problem:
    """Write the problem of the units that must be served, all of one class, with the pairs and places of the remedy."""
    base, openings = question.problem, question.openings
    ways = openings.open_with(remedy.charges)
    bought = remedy.options[question.waive[remedy.options] >= 0]
    n_cols = base.n_cols
    rows = np.concatenate([openings.row[ways], question.case.row[bought]])
    cols = np.concatenate([openings.col[ways], question.case.col[bought]])
    opened = np.unique(rows.astype(np.int64) * n_cols + cols)
    rows, cols = (opened // max(1, n_cols)).astype(np.int32), (opened % max(1, n_cols)).astype(np.int32)
    gain = quantise(answer.scorer.score(rows, cols)).astype(np.int64) - round(answer.policy.skip_value * SCALE)
    key = np.concatenate([base.row.astype(np.int64) * n_cols + base.col, opened])
    order = np.argsort(key, kind="stable")
    return replace(
        base,
        row=np.concatenate([base.row, rows])[order],
        col=np.concatenate([base.col, cols])[order],
        gain=np.concatenate([base.gain, gain])[order],
        need=question.need,
        capacity=base.capacity + extra_places(question, remedy),
        tier=np.ones(base.n_rows, dtype=np.int64),
        n_tiers=1,
    )


def changed_teams(answer: Answer, question: Question, remedy: Remedy, relaxations: tuple[Relaxation, ...]) -> Any:
    """Write the teams with their new places, radii and skills; places count beyond what pins have taken already."""
    teams = answer.teams
    cells: dict[int, dict[str, Any]] = {}
    pinned = np.bincount(answer.cols[answer.is_pinned], minlength=len(teams))
    extra = extra_places(question, remedy)
    for col in np.flatnonzero(extra).tolist():
        places = int(teams.used[col]) + max(int(teams.free[col]), int(pinned[col])) + int(extra[col])
        cells.setdefault(col, {})["capacity"] = places
    for charge in remedy.charges.tolist():
        at, col = question.charges[charge]
        if at < 0:
            continue
        one, mine = relaxations[at], cells.setdefault(col, {})
        if isinstance(one, WiderRadius):
            mine["radius_km"] = max(float(one.to_km), mine.get("radius_km", 0.0))
        elif isinstance(one, Teach):
            assert teams.skills is not None
            mine["skills"] = sorted({*mine.get("skills", teams.skills.of(col)), one.skill})
    ids = teams.ids.tolist()
    return changed(teams, change={ids[col]: cells[col] for col in sorted(cells)}) if cells else teams


def planned_again(answer: Answer, teams: Any, pairs: Pairs, rows: IntArray) -> tuple[Answer, tuple[Pin, ...]]:
    """Plan with the changed teams and with pins for ``rows``, so that they are served and nobody else loses a unit.

    Where the best plan would take units from somebody, their pairs are pinned too, in the end all that must be served.
    """
    n_rows = len(answer.requests)
    must = np.bincount(pairs[0], minlength=n_rows) + np.bincount(answer.rows[answer.is_pinned], minlength=n_rows)
    held = np.zeros(n_rows, dtype=np.bool_)
    held[rows] = True
    for is_first in (True, False, False):
        pins = tuple(_pins(answer, pairs, np.flatnonzero(held[pairs[0]]).tolist()))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TableWarning)  # what the tables warn of was said before
            plan = solve_again(answer, teams=teams, pins=(*answer.pins.pins, *pins))
        losing = plan.served < must
        if not losing.any():
            return plan, pins
        held = held | losing if is_first else np.ones_like(held)
    raise SolverError(f"{int(losing.sum())} requests lose units although all that they must have is pinned")


def _pins(answer: Answer, pairs: Pairs, chosen: list[int]) -> Iterable[Pin]:
    requests, teams = answer.requests.ids[pairs[0]].tolist(), answer.teams.ids[pairs[1]].tolist()
    return (Pin(requests[k], teams[k]) for k in chosen)
