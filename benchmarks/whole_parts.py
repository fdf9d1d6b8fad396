"""The measured parts from tables to a certified plan: of a town without text, and of a week in Ordos with text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fresh import timed
from instances import load, town
from solve_parts import WARM_SIZE, ways_behind
from town_tables import as_frame, town_columns

WEEK = (5_000, 1_923)
"""The week that warms the parts with text: large enough for every loop that is compiled."""


def whole(path: str, kind: str = "pandas", engine: str = "auto", *, verify: bool = True) -> dict[str, Any]:
    """Measure tables to plan to frames, then its verification, then the rival on the plan's own pairs; no text."""
    import servicematch as sm  # noqa: PLC0415  each part imports only what it measures

    policy = sm.Policy(terms=[term for term in sm.Policy().terms if term.name != "text"])
    small = tuple(as_frame(columns, kind) for columns in town_columns(town(WARM_SIZE)))
    for way in ways_behind(engine):
        certified(small, policy, way, verify=True)
    tables = tuple(as_frame(columns, kind) for columns in town_columns(load(Path(path))))
    return certified(tables, policy, engine, verify=verify)


def text(
    n_requests: int = 100_000,
    n_teams: int = 20_000,
    max_km: float = 4.0,
    engine: str = "auto",
    *,
    verify: bool = True,
) -> dict[str, Any]:
    """Measure the same of a week in Ordos, text included; no request goes further than ``max_km``."""
    import servicematch as sm  # noqa: PLC0415

    def week(*sizes: int) -> tuple[Any, Any]:
        requests, teams = sm.datasets.ordos(*sizes)
        return requests.to("pandas").assign(max_km=max_km), teams.to("pandas")

    small = week(*WEEK)
    for way in ways_behind(engine):
        certified(small, sm.Policy(), way, verify=False)
    tables = week(n_requests, n_teams)
    return {"n_requests": n_requests, "n_teams": n_teams, **certified(tables, sm.Policy(), engine, verify=verify)}


def certified(tables: tuple[Any, ...], policy: Any, engine: str, *, verify: bool) -> dict[str, Any]:
    """Measure everything from these tables to a plan, its frames and its proof, and the rival on its pairs."""
    import servicematch as sm  # noqa: PLC0415

    plan, assigned = timed(lambda: sm.assign(*tables, policy=policy, engine=engine))
    _, decoded = timed(lambda: (plan.assignments, plan.loads))
    _, reasons = timed(lambda: plan.unassigned)
    verification, verified = timed(plan.verify) if verify else (None, None)
    problem, solution = plan.answer.problem, plan.answer.solution
    objective = list(solution.objective)
    return {
        "n_pairs": problem.n_pairs,
        "n_pairs_solved": solution.n_pairs_solved,
        "objective": objective,
        "status": plan.status,
        "solver": solution.solver,
        "layers": {**plan.manifest["seconds"], "decode": decoded["s"], "reasons": reasons["s"]},
        "assign": assigned,
        "verify": verified,
        "proved": verification.proved if verification else None,
        "cold": cold_serving(problem, objective),
    }


def cold_serving(problem: Any, objective: list[int]) -> dict[str, Any]:
    """Measure the rival, with a payment that serves as many as a plan of one class does; only the last try counts."""
    from cold import PAYMENT, higher_payments, solve_cold  # noqa: PLC0415

    pairs = problem.row, problem.col, problem.gain, problem.need, problem.capacity
    for payment in (PAYMENT, *higher_payments(PAYMENT, problem.n_rows)):
        (chosen, gain), cost = timed(lambda payment=payment: solve_cold(*pairs, payment=payment))
        if len(objective) != 2 or len(chosen) >= objective[0]:
            break
    return {**cost, "objective": [len(chosen), gain], "payment": payment}
