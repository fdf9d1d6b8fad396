"""Solve again with something changed; what was learnt from the teams stays as it was, so that scores do not move."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from servicematch.assign.inputs import read_inputs
from servicematch.assign.run import RunOptions, run_inputs

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.assign.policy import Policy


def solve_again(
    answer: Answer,
    *,
    requests: Any = None,
    teams: Any = None,
    policy: Policy | None = None,
    pins: Any = None,
    slots: Any = None,
    options: RunOptions | None = None,
) -> Answer:
    """Return the answer to other tables, another policy or other pins; None keeps what the answer had, slots too.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2]}, {"id": [1]})
    >>> solve_again(answer, teams={"id": [1], "capacity": [2]}).solution.objective
    (2, 0)
    """
    inputs = read_inputs(
        answer.requests if requests is None else requests,
        answer.teams if teams is None else teams,
        answer.policy if policy is None else policy,
        answer.slots if slots is None else slots,
    )
    learnt = dict(zip(answer.policy.terms, answer.scorer.fitted_terms, strict=True)) if _can_be_keys(answer) else {}
    terms = answer.scorer.fitted_terms if policy is None else tuple(learnt.get(one, one) for one in inputs.terms)
    given = answer.pins.pins if pins is None else pins
    return run_inputs(replace(inputs, terms=terms), given, options or RunOptions(seed=answer.seed))


def _can_be_keys(answer: Answer) -> bool:
    """Tell whether all terms are hashable; a caller's own may not be."""
    try:
        return bool({hash(one) for one in answer.policy.terms}) or True
    except TypeError:
        return False
