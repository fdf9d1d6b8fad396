"""The two calls that begin everything: assign, and score for those who only want to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servicematch.assign.decode import score_columns
from servicematch.assign.inputs import read_inputs
from servicematch.assign.run import RunOptions, find_pairs, run
from servicematch.base.errors import ServiceMatchError
from servicematch.plan import Plan
from servicematch.tables.frames import build

if TYPE_CHECKING:
    from collections.abc import Iterable

    from servicematch.ask.curve import Frontier
    from servicematch.ask.diff import Diff
    from servicematch.ask.evaluation import Evaluation
    from servicematch.assign.policy import Policy


def assign(
    requests: Any,
    teams: Any,
    slots: Any = None,
    *,
    policy: Policy | None = None,
    pins: Any = None,
    seed: int = 0,
    work_limit: int | None = None,
    time_limit_s: float | None = None,
    engine: str = "auto",
    n_jobs: int | None = None,
    progress: bool = False,
) -> Plan:
    """Assign requests to teams: the best plan under the policy, with its proof.

    Parameters
    ----------
    requests, teams
        `Requests` and `Teams`, or any table that they take: pandas, polars, pyarrow, dict of columns, list of dicts.
    slots
        `Slots`, or any table that they take: when each team can come. A request then gets a team in one of its slots,
        inside its window (``earliest``, ``latest``) and long enough for its ``hours``; a team's ``capacity``, where that
        column is given, is its total over all slots.
    policy
        Limits, terms, tiers; ``Policy()`` by default. Where requests and teams both have a column ``hours``, and no slots
        are given, no team is given more hours than it has: see the notes. With ``travel`` the way there and back counts.
    pins
        Decisions that are fixed: ``(request_id, team_id)``, ``(request_id, team_id, None, "forbid")``, `Pin` or dicts;
        with slots ``(request_id, team_id, slot_id, "pin")``, and a forbid without a slot means all of the team's.
        A pin takes its unit and its place first, and holds even where it breaks a limit, which `Plan.verify` reports.
    seed
        Noted in the manifest; nothing here is drawn by chance. With hours of teams it steers the search.
    work_limit
        A problem of more eligible pairs than this is planned greedily, with a bound, whatever the engine. With hours of
        teams: pairs looked at over all steps of the search, 100 million of which take about a second.
    time_limit_s
        The same by seconds, estimated before the solve from the number of eligible pairs and the engine tried first.
        With hours of teams: how long to search. Without both limits the search ends after work of some twenty to forty
        seconds (``work_limit=2_000_000_000``), so that one seed gives one plan.
    engine
        Which way to the same plan: ``"flow"`` gives all pairs to OR-Tools, ``"near"`` only those that can matter,
        ``"warm"`` none (it needs the extra ``fast``); ``"auto"`` chooses by the inputs. See
        `servicematch.solve.flow`.
    n_jobs
        Workers for finding and scoring pairs, and for solving towns that hang together by no pair, as in joblib; None
        lets ``joblib.parallel_config`` decide.
    progress
        Show a bar for each layer, where tqdm is installed; else log its steps, counts and seconds at level INFO of the
        logger ``servicematch``. Who does the work is logged in both cases. Never a resident's words.

    Raises
    ------
    TableError
        With all faults of a table at once.
    PolicyError, PinError
        When the policy or a pin cannot be meant so; also where an option cannot, such as an unknown ``engine``,
        ``"warm"`` without the extra ``fast``, or an ``n_jobs`` that is no whole number.
    TooManyPairsError
        When the limits let through more pairs than may be held.

    Notes
    -----
    Hours of teams make it the generalised assignment problem, whose best plan may be out of reach. There is a plan at any
    moment, which breaks no limit; ``status`` is ``"PROVED"`` only where the bound meets it, else ``gap`` tells how far
    the first tier that is not proved may be from it. The bound of a tier holds for plans that serve at least as many
    units of each priority above as this one. Ctrl-C returns the best plan so far. Rules and fairness are refused with
    hours.

    Examples
    --------
    >>> requests = {"id": ["r1", "r2"], "lat": [39.6, 39.7], "lon": [109.8, 109.8]}
    >>> teams = {"id": ["t1", "t2"], "lat": [39.6, 39.7], "lon": [109.8, 109.8], "radius_km": [30, 5]}
    >>> plan = assign(requests, teams)
    >>> list(zip(plan.assignments["request_id"], plan.assignments["team_id"]))
    [('r1', 't1'), ('r2', 't2')]
    """
    options = RunOptions(
        work_limit=work_limit,
        time_limit_s=time_limit_s,
        engine=engine,
        n_jobs=n_jobs,
        seed=seed,
        progress=progress,
    )
    return Plan(run(requests, teams, policy, pins, options, slots=slots))


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
) -> Frontier:
    """Draw the curve between the total and the least served group: what each step of fairness costs, exactly.

    Each point is the best plan in which every group reaches a share of what it asked, from that of the worst group
    without fairness up to the greatest that all can reach at once; ``plan(i)`` gives it. Groups that no team may serve
    are left out.

    Parameters
    ----------
    requests, teams, slots
        `Requests`, `Teams` and perhaps `Slots`, or any table that they take.
    by
        A column of the requests with one value a row, or ``("area", level)``.
    policy
        Limits, terms, tiers; ``Policy()`` by default. Its own fairness is left aside.
    points
        At most how many, in even steps; or the shares themselves, in [0, 1].
    above
        ``"priority"``: shares come before priorities. ``"score"``: priorities first.
    pins
        As in `assign`.

    Examples
    --------
    >>> requests = {"id": [1, 2, 3], "town": ["a", "a", "b"], "lat": [39.6, 39.6, 39.7], "lon": [109.8] * 3}
    >>> teams = {"id": ["t"], "lat": [39.6], "lon": [109.8], "radius_km": [20], "capacity": [2]}
    >>> print(frontier(requests, teams, by="town", points=2))
    What it costs to serve every group by town at least so far:
    at least 0 %: 2 of 3 served; least served b, 0 %; Gini 0.333; score points 2.000000; \
against no fairness: nothing in any tier.
    at least 50 %: 2 of 3 served; least served a, 50 %; Gini 0.167; score points 1.473496; \
against no fairness: 0.526504 score points fewer.
    No plan serves every group further than the last line does.
    """
    from servicematch.ask.frontier import frontier as draw  # noqa: PLC0415 - only for those who ask

    return draw(requests, teams, slots, by=by, policy=policy, points=points, above=above, pins=pins, wrap=Plan)


def diff(plan_a: Plan, plan_b: Plan) -> Diff:
    """Split what changes from one plan to another into independent chains of moves, each with its own gain.

    The gains add up exactly to the difference of the plans; ``plan_a.apply(chains)`` takes some of them. Plans whose
    policies count units otherwise are compared by units served in all and by score.

    Raises
    ------
    ServiceMatchError
        For what is no plan, and for plans with slots.

    Examples
    --------
    >>> requests = {"id": ["r1", "r2"]}
    >>> a, b = assign(requests, {"id": ["t1"]}), assign(requests, {"id": ["t1", "t2"]})
    >>> diff(a, b).gain["priority=0"]
    1
    """
    from servicematch.ask.diff import diff as between  # noqa: PLC0415 - only for those who compare
    from servicematch.ask.questions import without_slots  # noqa: PLC0415 - as above

    given: tuple[tuple[str, Any], ...] = (("plan_a", plan_a), ("plan_b", plan_b))
    for name, plan in given:
        if not isinstance(plan, Plan):
            got = "None" if plan is None else f"a {type(plan).__name__}"
            raise ServiceMatchError(f"{name}: expected a plan, as sm.assign returns it, got {got}")
    return between(without_slots(plan_a.answer), without_slots(plan_b.answer))


def evaluate(requests: Any, teams: Any, pairs: Any, slots: Any = None, *, policy: Policy | None = None) -> Evaluation:
    """Judge a plan made by people: what it is worth, which rules it breaks, and how far it is from the best one.

    Parameters
    ----------
    requests, teams
        `Requests` and `Teams`, or any table that they take.
    pairs
        Who serves whom: a list of ``(request_id, team_id)``, or any table with these columns, such as `read_csv` gives;
        other columns are left alone. It may break any rule.
    slots
        The slots of the teams; pairs then name theirs, ``(request_id, team_id, slot_id)``.
    policy
        Limits, terms, tiers; ``Policy()`` by default.

    Raises
    ------
    TableError
        With all faults of a table at once. A rule that the plan breaks is no error: it is reported.

    Examples
    --------
    >>> teams = {"id": ["t1", "t2"], "mean_rating": [1.0, 0.5], "n_rated": [5, 5]}
    >>> evaluate({"id": ["r1"]}, teams, [("r1", "t2")])
    Pairs listed: 1. The plan keeps every rule.
    As listed it is worth: 1 served of priority 0, 0.650000 score points.
    The best plan is worth: 1 served of priority 0, 0.900000 score points (proved).
    Against this plan, the best one has: 0.250000 score points more.
    """
    from servicematch.ask.evaluate import evaluate as judge  # noqa: PLC0415 - it brings the checker along

    return judge(requests, teams, pairs, slots, policy=policy)


def score(requests: Any, teams: Any, *, policy: Policy | None = None, n_jobs: int | None = None) -> Any:
    """Score every eligible pair, for those who only want to look: a frame of request_id, team_id, score.

    Rows are in the caller's order of requests, the best team first.

    Examples
    --------
    >>> frame = score({"id": [1]}, {"id": [1, 2], "mean_rating": [1.0, None], "n_rated": [5, 0]})
    >>> frame["team_id"].tolist(), frame["score"].round(3).tolist()
    ([1, 2], [0.9, 0.8])
    """
    inputs = read_inputs(requests, teams, policy, with_hours=False)
    scorer, scored = find_pairs(inputs, n_jobs)
    columns = score_columns(scorer, scored, inputs.requests, inputs.teams)
    return build(columns, inputs.requests.kind, tz=inputs.requests.tz)
