"""How far every group can be served, step by step, and what each step costs: an exact plan for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from servicematch.ask.curve import Frontier, FrontierPoint
from servicematch.ask.fairness import fairness
from servicematch.ask.price import without_fairness, worth_by_tier
from servicematch.assign.fairness import MaxMin
from servicematch.assign.policy import Policy
from servicematch.assign.run import run
from servicematch.base.errors import PolicyError
from servicematch.base.progress import QUIET
from servicematch.solve.fair import solve_share
from servicematch.solve.leximin import least_share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from servicematch.assign.answer import Answer

_STEPS = 1_000
"""Shares between the ends are planned for to a thousandth."""


def frontier(
    requests: Any,
    teams: Any,
    slots: Any = None,
    *,
    by: Any,
    policy: Policy | None = None,
    points: int | Iterable[float] = 6,
    above: str = "priority",
    pins: Any = None,
    wrap: Callable[[Answer], Any] | None = None,
) -> Frontier:
    """Plan for ever greater shares of every group, up to the greatest that all can reach; see `servicematch.frontier`.

    Examples
    --------
    >>> requests = {"id": [1, 2], "town": ["a", "b"], "priority": [1, 0]}
    >>> curve = frontier(requests, {"id": ["t"]}, by="town", points=[0, 0.5])
    >>> [(point.asked, dict(point.by_tier)) for point in curve.rows]
    [(0.0, {'priority=1': 0, 'priority=0': 0, 'score': 0})]
    """
    fair = replace(policy or Policy(), fairness=MaxMin(by=by, above=above))
    shares = _read(points)
    top = run(requests, teams, fair, pins, slots=slots)
    if not len(top.requests):
        return Frontier(str(by), (), wrap or _itself)
    free = without_fairness(top)
    ends = least_share(top.problem, free.solution.chosen), least_share(top.problem, top.solution.chosen)
    worth = worth_by_tier(free)
    rows = tuple(_point(top, share, worth) for share in _reachable(shares, *ends))
    return Frontier(rows[0].fairness.column, rows, wrap or _itself)


def _point(top: Answer, share: Fraction, free: Mapping[str, int]) -> FrontierPoint:
    """Plan for a share of every group."""
    fair = top.policy.fairness
    assert isinstance(fair, MaxMin)
    fair = replace(fair, up_to=float(share))
    problem, solution = solve_share(top.problem, share, None, QUIET, most=fair.most)
    plan = replace(top, policy=replace(top.policy, fairness=fair), problem=problem, solution=solution)
    found = fairness(plan, fair.by)
    more = {name: value - free[name] for name, value in worth_by_tier(plan).items()}
    is_proved = solution.objective == solution.bound
    return FrontierPoint(float(share), found.total.served, found.total.points, more, found, is_proved, plan)


def _read(points: Any) -> int | list[Fraction]:
    if isinstance(points, int) and not isinstance(points, bool):
        if points >= 2:  # noqa: PLR2004 - both ends
            return points
    elif isinstance(points, Iterable) and not isinstance(points, str):
        shares = [Fraction(str(share)) if isinstance(share, int | float) else Fraction(-1) for share in points]
        if shares and all(0 <= share <= 1 for share in shares):
            return shares
    raise PolicyError(f"points: expected at least 2, or a list of shares from 0 to 1, got {points!r}")


def _reachable(points: int | list[Fraction], least: Fraction, most: Fraction) -> list[Fraction]:
    """Return the shares to plan for, rising; the greatest that all can reach is the end of them."""
    if isinstance(points, int):
        steps = [least + (most - least) * k / (points - 1) for k in range(1, points - 1)]
        points = [least, *(Fraction(int(share * _STEPS), _STEPS) for share in steps), most]
    return sorted({min(share, most) for share in points})


def _itself(answer: Answer) -> Answer:
    return answer
