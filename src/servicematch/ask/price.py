"""The price of fairness: what the best plan without it has more, exactly, tier by tier."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from servicematch.assign.answer import FAIRNESS, by_tier
from servicematch.solve.flow import solve_flow
from servicematch.solve.leximin import without_worths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.ask.fairness import Fairness
    from servicematch.assign.answer import Answer


@dataclass(frozen=True, slots=True)
class Price:
    """What the best plan without fairness has more than this one.

    Attributes
    ----------
    by_tier
        Highest first: units, and micro-points for ``"score"``. What fairness gained below another tier is negative.
    is_exact
        Whether the other plan is proved.
    without
        The fairness of that plan, by the same column.
    """

    by_tier: Mapping[str, int]
    is_exact: bool
    without: Fairness


def without_fairness(answer: Answer) -> Answer:
    """Solve again without fairness: the same pairs, limits, rules and pins.

    Examples
    --------
    >>> from servicematch.assign.fairness import Leximin
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1], "street": ["a"]}, {"id": [1]}, Policy(fairness=Leximin(by="street")))
    >>> answer.solution.objective, without_fairness(answer).solution.objective
    ((1, 1, 0), (1, 0))
    """
    problem = replace(answer.problem, row_groups=without_worths(answer.problem.row_groups), fair_first=False)
    policy = replace(answer.policy, fairness=None)
    return replace(answer, policy=policy, problem=problem, solution=solve_flow(problem))


def worth_by_tier(answer: Answer) -> dict[str, int]:
    """Return what an answer is worth, tier by tier, that of fairness left out.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> worth_by_tier(run({"id": [1]}, {"id": [1]}))
    {'priority=0': 1, 'score': 0}
    """
    values = by_tier(answer, answer.solution.objective)
    return {name: value for name, value in values.items() if not name.startswith(FAIRNESS)}
