"""The question of a repair in positions: who must be served, which pairs could be opened, and what that takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.ask.loose import loose_matching
from servicematch.ask.openings import Openings, find_openings, joined, paid_openings
from servicematch.ask.relaxations import Place, micro_cost, teams_meant
from servicematch.base.claim import SCALE
from servicematch.pairs.micro import quantise
from servicematch.solve.repairs import RepairCase, rows_in_reach

if TYPE_CHECKING:
    from servicematch.ask.relaxations import Relaxation
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.problem import Problem


@dataclass(frozen=True, slots=True)
class Question:
    """A repair case with its meaning.

    Attributes
    ----------
    case
        What the solver is given: the rows in reach only; rows and columns keep their positions.
    problem
        What the plan was left to decide: the free pairs, with the units and places that the pins leave.
    need
        For each request the free units that it must have.
    waive
        For each option the relaxation that lets it through, -1 for none.
    charges, places
        For each charge the relaxation and the team; for each offer of places its relaxation.
    openings
        All pairs that could be opened; they stand behind the eligible pairs among the options.
    """

    case: RepairCase
    problem: Problem
    need: IntArray
    waive: IntArray
    charges: tuple[tuple[int, int], ...]
    places: IntArray
    openings: Openings


def read_question(answer: Answer, rows: IntArray, relaxations: tuple[Relaxation, ...]) -> Question:
    """Write down what must be served, and all that may be paid for to open pairs of these requests.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2], "priority": [1, 0]}, {"id": [1]})
    >>> question = read_question(answer, np.array([1]), (Place(2.0),))
    >>> question.need.tolist(), question.case.place_cost.tolist()
    ([1, 1], [2000000])
    """
    asked = _Asked(answer, rows, relaxations)
    openings = find_openings(answer, rows, relaxations)
    return asked.question(openings, asked.in_reach(openings))


def open_for_others(
    answer: Answer, rows: IntArray, question: Question, relaxations: tuple[Relaxation, ...], limits: tuple[float, float]
) -> Question | None:
    """Add the pairs of others that a charge for less than the first limit opens, so that they could step aside.

    None where the time, the second limit, is up before all are found.

    Examples
    --------
    >>> from servicematch.ask.relaxations import Teach
    >>> from servicematch.assign.run import run
    >>> teams = {"id": ["old", "new"], "skills": [None, "a"]}
    >>> answer = run({"id": [1, 2], "priority": [1, 0], "skills": [None, "a"], "booked_team": ["new", None]}, teams)
    >>> allowed = (Teach("a"),)
    >>> question = read_question(answer, np.array([1]), allowed)
    >>> open_for_others(answer, np.array([1]), question, allowed, (2e6, np.inf)).openings.row.tolist()
    [1]
    """
    below, until = limits
    asked, openings = _Asked(answer, rows, relaxations), question.openings
    looked = np.zeros(asked.problem.n_rows, dtype=np.bool_)
    looked[rows] = True
    while True:
        in_reach = asked.in_reach(openings)
        new = np.flatnonzero(in_reach & ~looked)
        if not len(new):
            return asked.question(openings, in_reach)
        more = paid_openings(answer, new, relaxations, int(min(below, np.iinfo(np.int64).max)), until)
        if more is None:
            return None
        openings = joined(openings, more)
        looked[new] = True


class _Asked:
    """What must be served, and who holds what; the openings come later."""

    def __init__(self, answer: Answer, rows: IntArray, relaxations: tuple[Relaxation, ...]) -> None:
        self._answer, self._relaxations = answer, relaxations
        matching = loose_matching(answer)
        self.problem = matching.problem
        given = np.zeros(self.problem.n_rows, dtype=np.bool_)
        given[rows] = True
        self._need = np.where(given, self.problem.need, matching.served).astype(np.int64)
        self._lack = given & (self._need > matching.served)
        self._held = np.flatnonzero(matching.is_chosen)

    def in_reach(self, openings: Openings) -> BoolArray:
        """Mark the requests that could be pushed about."""
        problem = self.problem
        pairs = np.concatenate([problem.row, openings.row]), np.concatenate([problem.col, openings.col])
        return rows_in_reach(pairs, self._lack, (problem.row[self._held], problem.col[self._held]))

    def question(self, openings: Openings, in_reach: BoolArray) -> Question:
        """Write the case of the requests in reach."""
        return _question(self._answer, self._relaxations, openings, (self.problem, self._need, self._held, in_reach))


def _question(
    answer: Answer,
    relaxations: tuple[Relaxation, ...],
    openings: Openings,
    asked: tuple[Problem, IntArray, IntArray, BoolArray],
) -> Question:
    problem, need, held, in_reach = asked
    kept = np.flatnonzero(in_reach[problem.row])
    made = np.flatnonzero(in_reach[openings.row])
    gain = quantise(answer.scorer.score(openings.row, openings.col)) - round(answer.policy.skip_value * SCALE)
    place_relaxation, place_col, place_most = _places(answer, relaxations, int(need.sum()))
    prices = np.array([micro_cost(one) for one in relaxations], dtype=np.int64)
    asks = openings.asks(made)
    case = RepairCase(
        need=np.where(in_reach, need, 0),
        room=problem.capacity,
        row=np.concatenate([problem.row[kept], openings.row[made]]),
        col=np.concatenate([problem.col[kept], openings.col[made]]),
        cost=np.concatenate([np.zeros(len(kept), dtype=np.int64), _waive_cost(openings.waive[made], prices)]),
        worth=np.concatenate([problem.gain[kept], gain[made].astype(np.int64)]),
        place_col=place_col,
        place_most=place_most,
        place_cost=prices[place_relaxation],
        charge_cost=prices[np.array([at for at, _ in openings.charges], dtype=np.int64)],
        asks_option=len(kept) + asks[0],
        asks_charge=asks[1],
        held=np.searchsorted(kept, held[in_reach[problem.row[held]]]),
    )
    waive = np.concatenate([np.full(len(kept), -1), openings.waive[made]]).astype(np.int64)
    return Question(case, problem, need, waive, openings.charges, place_relaxation, openings)


def _waive_cost(waive: IntArray, prices: IntArray) -> IntArray:
    return np.where(waive < 0, 0, prices[waive] if len(prices) else 0)


def _places(answer: Answer, relaxations: tuple[Relaxation, ...], most: int) -> tuple[IntArray, Int32Array, IntArray]:
    """List the offers of places: the relaxation, the team, and how many at most."""
    offers: list[tuple[int, int, int]] = []
    for at, one in enumerate(relaxations):
        if isinstance(one, Place):
            n = most if one.at_most is None else min(one.at_most, most)
            offers += [(at, col, n) for col in np.flatnonzero(teams_meant(answer.teams, one)).tolist()]
    table = np.array(offers, dtype=np.int64).reshape(-1, 3)
    return table[:, 0].copy(), table[:, 1].astype(np.int32), table[:, 2].copy()
