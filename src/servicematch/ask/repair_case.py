"""The question of a repair in positions: who must be served, which pairs could be opened, and what that takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from servicematch.ask.loose import loose_matching
from servicematch.ask.openings import Openings, find_openings, joined, paid_openings
from servicematch.ask.overfull import swallowed_places
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
        For each charge the relaxation (-1: the places that a team must get before one is free) and the team; for each
        offer of places its relaxation.
    swallowed
        For each offer of places how many of it are such.
    openings
        All pairs that could be opened; they stand behind the eligible pairs among the options.
    """

    case: RepairCase
    problem: Problem
    need: IntArray
    waive: IntArray
    charges: tuple[tuple[int, int], ...]
    places: IntArray
    swallowed: IntArray
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
    prices = np.array([micro_cost(one) for one in relaxations], dtype=np.int64)
    asks = openings.asks(made)
    offers = _places(answer, relaxations, int(need.sum()))
    col = np.concatenate([problem.col[kept], openings.col[made]])
    made_up = np.flatnonzero(np.bincount(offers.col, offers.swallowed, len(answer.teams)))
    here = np.flatnonzero(np.isin(col, made_up))
    made_up_cost = np.bincount(offers.col, offers.swallowed * prices[offers.relaxation], len(answer.teams))[made_up]
    opening_cost = prices[np.array([at for at, _ in openings.charges], dtype=np.int64)]
    case = RepairCase(
        need=np.where(in_reach, need, 0),
        room=problem.capacity,
        row=np.concatenate([problem.row[kept], openings.row[made]]),
        col=col,
        cost=np.concatenate([np.zeros(len(kept), dtype=np.int64), _waive_cost(openings.waive[made], prices)]),
        worth=np.concatenate([problem.gain[kept], gain[made].astype(np.int64)]),
        place_col=offers.col,
        place_most=offers.most,
        place_cost=prices[offers.relaxation],
        charge_cost=np.concatenate([opening_cost, made_up_cost.astype(np.int64)]),
        asks_option=np.concatenate([len(kept) + asks[0], here]),
        asks_charge=np.concatenate([asks[1], len(opening_cost) + np.searchsorted(made_up, col[here])]),
        held=np.searchsorted(kept, held[in_reach[problem.row[held]]]),
    )
    waive = np.concatenate([np.full(len(kept), -1), openings.waive[made]]).astype(np.int64)
    charges = (*openings.charges, *((-1, team) for team in made_up.tolist()))
    return Question(case, problem, need, waive, charges, offers.relaxation, offers.swallowed, openings)


def _waive_cost(waive: IntArray, prices: IntArray) -> IntArray:
    return np.where(waive < 0, 0, prices[waive] if len(prices) else 0)


class _Offers(NamedTuple):
    """Offers of places: the relaxation, the team, how many can be used, how many make up for what a team holds too much."""

    relaxation: IntArray
    col: Int32Array
    most: IntArray
    swallowed: IntArray


def _places(answer: Answer, relaxations: tuple[Relaxation, ...], most: int) -> _Offers:
    """List the offers of places; of the cheapest a team takes first what makes up for what it holds too much."""
    held_over = swallowed_places(answer)
    left = held_over.copy()
    offers: list[tuple[int, int, int, int]] = []
    for at, one in sorted(enumerate(relaxations), key=lambda pair: (micro_cost(pair[1]), pair[0])):
        if isinstance(one, Place):
            for col in np.flatnonzero(teams_meant(answer.teams, one)).tolist():
                n = most + int(held_over[col]) if one.at_most is None else one.at_most
                gone = min(n, int(left[col]))
                left[col] -= gone
                offers.append((at, col, min(n - gone, most), gone))
    table = np.array(sorted(offers), dtype=np.int64).reshape(-1, 4)
    return _Offers(table[:, 0].copy(), table[:, 1].astype(np.int32), table[:, 2].copy(), table[:, 3].copy())
