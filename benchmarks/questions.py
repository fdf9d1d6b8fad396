"""How long questions to a plan take: the ways out built at the first one, then each kind of question by itself."""

from __future__ import annotations

import argparse
import warnings
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import numpy as np
from instances import town
from town_tables import town_columns

import servicematch as sm
from servicematch.ask.plan_order import rank_by_plan
from servicematch.solve.displacement import losses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from servicematch.solve.exits import Exits

CLOCKS = (process_time, perf_counter)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["20k", "100k"])
    parser.add_argument("--slacks", nargs="+", type=float, default=[0.75, 1.0, 1.3])
    parser.add_argument("--asked", type=int, default=500, help="random requests of each kind of question")
    options = parser.parse_args()
    warnings.simplefilter("ignore", sm.errors.TableWarning)
    for size in options.sizes:
        for slack in options.slacks:
            measure(size, slack, options.asked)


def measure(size: str, slack: float, n_asked: int) -> None:
    requests, teams = town_columns(town(size, slack=slack))
    policy = sm.Policy(terms=[term for term in sm.Policy().terms if term.name != "text"])
    plan = sm.assign(requests, teams, policy=policy)
    print(
        f"{size} slack {slack}: {plan.answer.problem.n_pairs} pairs, solve {plan.answer.seconds['solve']:.2f} s (wall)"
    )
    report(plan, n_asked)


def report(plan: sm.Plan, n_asked: int) -> None:
    rng, answer = np.random.default_rng(0), plan.answer
    tell("build", once(lambda: plan.questions.exits))
    exits = plan.questions.exits
    graphs = (exits.graph, exits.ahead)
    print(f"  graphs {sum(part.nbytes for one in graphs for part in (one.data, one.indices, one.indptr)) / 1e6:.1f} MB")
    tell("frame of all unassigned", once(lambda: plan.unassigned))
    rows = rng.choice(len(answer.requests), n_asked, replace=False)
    pairs = [
        (row, rng.integers(*answer.problem.row_start[row : row + 2])) for row in rows if exits.margins(row)[0].size
    ]
    short = np.flatnonzero(answer.missing > 0)
    tell(f"losses of all {len(short)} unassigned", once(lambda: least(exits, short)))
    short = rng.choice(short, min(n_asked, len(short)), replace=False)
    ids = answer.requests.ids
    tell("first alternates", once(lambda: plan.alternates(ids[rows[0]])))
    tell("losses", each(lambda row: losses(exits, row), rows.tolist()))
    tell("three alternates", each(plan.alternates, ids[rows].tolist()))
    tell("why_not", each(lambda pair: plan.why_not(*pair), [ids_of(answer, *pair) for pair in pairs]))
    tell("explain_unassigned", each(plan.explain_unassigned, ids[short].tolist()))
    some = rng.choice(len(answer.teams), 20, replace=False)
    tell("first order of a team by plan", once(lambda: order_of(plan, some[0])))
    tell("order of a team by plan", each(lambda team: order_of(plan, team), some.tolist()))


def least(exits: Exits, rows: np.ndarray) -> list[float]:
    """Return the least loss of each row; what each search holds is let go."""
    return [float(losses(exits, row).loss.min(initial=np.inf)) for row in rows.tolist()]


def ids_of(answer: Any, row: int, pair: int) -> tuple[Any, Any]:
    return answer.requests.ids[row], answer.teams.ids[answer.problem.col[pair]]


def order_of(plan: sm.Plan, team: int) -> Any:
    """Rank as ``recommend(by="plan")`` does once it has read its tables."""
    return rank_by_plan(plan.questions, np.array([team]), k=5, for_teams=True)


def once(work: Callable[[], Any]) -> np.ndarray:
    return each(lambda _: work(), [None])


def each(ask: Callable[[Any], Any], whom: Iterable[Any]) -> np.ndarray:
    """Return seconds, a row a question: CPU and wall."""
    spent = []
    for one in whom:
        began = [clock() for clock in CLOCKS]
        ask(one)
        spent.append([clock() - start for clock, start in zip(CLOCKS, began, strict=True)])
    return np.array(spent).reshape(-1, 2)


def tell(what: str, spent: np.ndarray) -> None:
    if len(spent) == 1:
        print(f"  {what}: CPU {spent[0, 0]:.3f} s, wall {spent[0, 1]:.3f} s", flush=True)
    elif len(spent):
        (cpu, wall) = np.percentile(spent * 1000, [50, 95, 100], axis=0).T
        told = "; ".join(
            f"{name} {' / '.join(f'{value:.1f}' for value in clock)}" for name, clock in (("CPU", cpu), ("wall", wall))
        )
        print(f"  {what}, {len(spent)} asked, ms, median / p95 / worst: {told}", flush=True)


if __name__ == "__main__":
    main()
