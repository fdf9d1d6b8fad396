"""A plan as a file: ids, decisions, prices, policy and checksums; no text, no places, no code."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from servicematch.assign.answer import Answer, fair_share_of, fingerprints_of, tier_names
from servicematch.assign.encode import encode
from servicematch.assign.inputs import read_inputs
from servicematch.assign.pins import read_pins
from servicematch.assign.policy_file import policy_checksum, policy_from_dict, policy_to_dict
from servicematch.assign.run import look
from servicematch.assign.satisfaction import satisfaction_data, satisfied_of
from servicematch.assign.saved_hours import multipliers_data, multipliers_of
from servicematch.assign.saved_parts import SCHEMA, SavedPlan, read_saved
from servicematch.assign.saved_slots import slot_prices_data, slot_prices_of
from servicematch.base.claim import Pin
from servicematch.base.errors import PlanFileError, PolicyError, ServiceMatchError
from servicematch.solve.leximin import levelled
from servicematch.solve.problem import GroupPrices, Prices, Solution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.inputs import Inputs
    from servicematch.assign.policy import Policy
    from servicematch.base.arrays import IntArray
    from servicematch.solve.problem import Problem


def to_data(answer: Answer, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write an answer as plain data, ready for JSON."""
    requests, teams, solution = answer.requests, answer.teams, answer.solution
    return {
        "schema": SCHEMA,
        "manifest": dict(manifest),
        "fingerprints": fingerprints_of(answer),
        "policy": _policy_data(answer.policy),
        "pins": [
            [_plain_id(pin.request_id), _plain_id(pin.team_id), _plain_id(pin.slot_id), pin.kind]
            for pin in answer.pins.pins
        ],
        "assignments": {
            "request_id": _plain_ids(requests.ids[answer.rows]),
            "team_id": _plain_ids(teams.ids[answer.cols]),
            **({} if answer.slots is None else {"slot_id": _plain_ids(answer.slots.ids[answer.slot_of])}),
        },
        "prices": _prices_data(answer) if answer.slots is None else slot_prices_data(answer),
        "rule_prices": _rule_prices(solution) if answer.has_rules else None,
        **({} if answer.hours is None else {"multipliers": multipliers_data(answer)}),
        **({} if solution.satisfied is None else {"satisfaction": satisfaction_data(answer)}),
        "fair_share": None if (share := fair_share_of(answer)) is None else list(share),
        "tied": _plain_ids(requests.ids[solution.tied]),
        "solution": {
            "objective": list(solution.objective),
            "bound": list(solution.bound),
            "status": solution.status.value,
            "stopped_by": solution.stopped_by,
            "solver": solution.solver,
            "n_solves": solution.n_solves,
            "n_pairs_solved": solution.n_pairs_solved,
        },
        "seed": answer.seed,
    }


def _prices_data(answer: Answer) -> dict[str, Any]:
    prices = answer.solution.prices
    priced = np.flatnonzero((prices.tier != 0) | (prices.gain != 0))
    return {
        "team_id": _plain_ids(answer.teams.ids[priced]),
        "class": prices.tier[priced].tolist(),
        "score": prices.gain[priced].tolist(),
    }


def from_data(data: Any, requests: Any, teams: Any, policy: Policy | None = None, slots: Any = None) -> Answer:
    """Take a saved answer up again with the tables it was made from.

    Raises
    ------
    PlanFileError
        When the data are no saved plan or a damaged one, of another schema version, or the tables have changed since.
    """
    saved = read_saved(data)
    if (saved.slots is None) != (slots is None):
        said = "was made with slots: give them as slots=" if slots is None else "was made without slots: leave them out"
        raise PlanFileError(f"this plan {said}")
    inputs = read_inputs(requests, teams, _policy_of(saved, policy), slots)
    for table in (inputs.requests, inputs.teams, *([] if inputs.timed is None else [inputs.timed.slots])):
        if saved.fingerprints[table.NAME] != table.fingerprint:
            raise PlanFileError(
                f"the {table.NAME} are not those that this plan was made from: a value has changed since. "
                "Hint: load the tables of that day, or assign again."
            )
    try:
        return _take_up(saved, inputs)
    except ServiceMatchError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise PlanFileError(f"this plan file is damaged: {type(error).__name__} while it was read") from error


def _take_up(saved: SavedPlan, inputs: Inputs) -> Answer:
    requests, teams, policy, timed = inputs.requests, inputs.teams, inputs.policy, inputs.timed
    tables = {"requests": requests, "teams": teams, **({} if timed is None else {"slots": timed.slots})}
    ids = {name: _by_plain_id(table.ids) for name, table in tables.items()}
    given = [
        Pin(ids["requests"][r], ids["teams"][t], kind, None if slot is None or timed is None else ids["slots"][slot])
        for r, t, slot, kind in saved.pins
    ]
    pins = read_pins(given, requests, teams, timed)
    found = look(inputs)
    problem = encode(
        requests,
        teams,
        policy,
        pins=pins,
        scorer=found.column_scorer,
        scored=found.scored,
        timed=timed,
        hours=inputs.hours,
    )
    if saved.fair_share is not None and problem.row_groups is not None:
        problem = replace(problem, row_groups=levelled(problem.row_groups, Fraction(*saved.fair_share)))
    steps = None if policy.satisfaction is None else policy.satisfaction.steps
    n_tiers = len(tier_names(policy, requests)) + problem.has_floors
    if not len(saved.objective) == len(saved.bound) == n_tiers:
        raise PlanFileError(
            f"this plan file is damaged: objective and bound do not have the {n_tiers} tiers of its policy"
        )
    where = {name: {plain: at for at, plain in enumerate(known)} for name, known in ids.items()}
    tier, gain = (np.zeros(problem.n_cols, dtype=np.int64) for _ in range(2))
    priced = _positions(where["teams"], saved.price_teams)
    tier[priced], gain[priced] = saved.price_class, saved.price_score
    rows, cols = _positions(where["requests"], saved.request_ids), _positions(where["teams"], saved.team_ids)
    if timed is not None and saved.slots is not None:
        slot_of = _positions(where["slots"], saved.slots.slot_ids)
        if (timed.team[slot_of] != cols).any():
            raise PlanFileError("this plan holds a slot that is of another team")
        cols = slot_of
    solution = Solution(
        chosen=_chosen(problem, rows, cols),
        objective=saved.objective,
        bound=saved.bound,
        prices=Prices(tier, gain),
        status=saved.status,
        stopped_by=saved.stopped_by,
        tied=np.unique(_positions(where["requests"], saved.tied)),
        solver=saved.solver,
        n_solves=saved.n_solves,
        n_pairs_solved=saved.n_pairs_solved,
        group_prices=_read_rule_prices(saved, problem)
        if policy.has_group_rules or not problem.has_flow or saved.slots is None
        else slot_prices_of(saved.slots, where, n_tiers),
        multipliers=multipliers_of(saved.multipliers, where["requests"], (n_tiers, problem)),
        satisfied=satisfied_of(saved.satisfaction, where["teams"], steps, _first(saved, problem, where)),
    )
    scorers = found.scorer, found.scored
    return Answer(
        requests,
        teams,
        policy,
        pins,
        *scorers,
        problem,
        solution,
        saved.seed,
        timed=timed,
        of_slots=found.of_slots,
        hours=inputs.hours,
    )


def _policy_data(policy: Policy) -> dict[str, Any]:
    try:
        return policy_to_dict(policy)
    except PolicyError as error:
        return {"code": str(error)}


def _policy_of(saved: SavedPlan, given: Policy | None) -> Policy:
    """Take the policy of the file, or the one given where the file could not hold it."""
    if given is None and "code" in saved.policy:
        raise PlanFileError(f"this plan's policy is not in the file ({saved.policy['code']}). Hint: give it as policy=")
    policy = policy_from_dict(saved.policy) if given is None else given
    if saved.policy_checksum is not None and policy_checksum(policy) != saved.policy_checksum:
        whose = "in the file" if given is None else "given"
        raise PlanFileError(f"the policy {whose} is not the one that this plan was made with")
    return policy


def _chosen(problem: Problem, rows: IntArray, cols: IntArray) -> IntArray:
    """Find the chosen pairs among those that the limits let through."""
    key = problem.row.astype(np.int64) * max(1, problem.n_cols) + problem.col
    wanted = np.sort(rows * max(1, problem.n_cols) + cols)
    chosen = np.searchsorted(key, wanted)
    found = chosen < len(key)
    if not found.all() or (key[chosen] != wanted).any():
        raise PlanFileError("this plan holds a pair that the limits do not let through; assign again")
    return chosen


def _first(saved: SavedPlan, problem: Problem, where: Mapping[str, Mapping[Any, int]]) -> IntArray:
    """Find the pairs of the plan that settled who is served; nothing without satisfaction."""
    given = saved.satisfaction
    pairs: tuple[list[Any], list[Any]] = ([], []) if given is None else (given.first_requests, given.first_teams)
    return _chosen(problem, _positions(where["requests"], pairs[0]), _positions(where["teams"], pairs[1]))


def _rule_prices(solution: Solution) -> dict[str, Any] | None:
    """Write the prices of a plan with rules: where each stands, and its line."""
    prices = solution.group_prices
    if prices is None:
        return None
    parts = {"col": prices.col, "row_groups": prices.row_groups, "col_groups": prices.col_groups}
    priced = {name: np.flatnonzero(lines.any(axis=1)) for name, lines in parts.items()}
    written: dict[str, Any] = {name: [at.tolist(), parts[name][at].tolist()] for name, at in priced.items()}
    if prices.weights is not None:
        dear = [(np.flatnonzero(lines.any(axis=1)), lines) for lines in prices.crossing]
        written["crossing"] = [[at.tolist(), lines[at].tolist()] for at, lines in dear]
        written["weights"] = prices.weights.tolist()
        written["cuts"] = [[pairs.tolist(), line.tolist()] for pairs, line in prices.cuts]
    return written


def _read_rule_prices(saved: SavedPlan, problem: Problem) -> GroupPrices | None:
    if saved.rule_prices is None:
        return None
    n = len(saved.objective)
    sizes = {
        "col": problem.n_cols,
        "row_groups": 0 if problem.row_groups is None else problem.row_groups.n_groups,
        "col_groups": 0 if problem.col_groups is None else problem.col_groups.n_groups,
    }
    parts = {name: _lines(saved.rule_prices[name], (size, n), name) for name, size in sizes.items()}
    prices = GroupPrices(parts["col"], parts["row_groups"], parts["col_groups"])
    if "weights" not in saved.rule_prices:
        return prices
    crossing = zip(saved.rule_prices["crossing"], problem.crossing, strict=True)
    return replace(
        prices,
        crossing=tuple(_lines(lines, (one.forest.n_groups, n), "crossing") for lines, one in crossing),
        weights=np.array(saved.rule_prices["weights"], dtype=np.int64).reshape(n, n),
        cuts=_read_cuts(saved.rule_prices.get("cuts", []), problem.n_pairs, n),
    )


def _read_cuts(stated: Any, n_pairs: int, n_tiers: int) -> tuple[tuple[IntArray, IntArray], ...]:
    """Read the cuts that carry a price."""
    cuts = []
    for pairs, line in stated:
        if not pairs or not 0 <= min(pairs) <= max(pairs) < n_pairs or len(line) != n_tiers:
            raise PlanFileError("this plan file is damaged: rule_prices.cuts prices what is not there")
        cuts.append((np.array(pairs, dtype=np.int64), np.array(line, dtype=np.int64)))
    return tuple(cuts)


def _lines(priced: Any, shape: tuple[int, int], name: str) -> IntArray:
    """Read lines of prices, written as where they stand and what they are; all others are 0."""
    lines = np.zeros(shape, dtype=np.int64)
    at, stated = priced
    if at and not 0 <= min(at) <= max(at) < len(lines):
        raise PlanFileError(f"this plan file is damaged: rule_prices.{name} prices what is not there")
    lines[np.array(at, dtype=np.int64)] = np.array(stated, dtype=np.int64).reshape(len(at), shape[1])
    return lines


def _plain_id(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _plain_ids(ids: Any) -> list[Any]:
    return [_plain_id(one) for one in ids.tolist()]


def _by_plain_id(ids: Any) -> dict[Any, Any]:
    return {_plain_id(value): value for value in ids.tolist()}


def _positions(where: Mapping[Any, int], plain: list[Any]) -> IntArray:
    return np.array([where[one] for one in plain], dtype=np.int64)
