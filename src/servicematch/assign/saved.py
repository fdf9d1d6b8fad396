"""A plan as a file: ids, decisions, prices, policy and checksums; no text, no places, no code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from servicematch.assign.answer import Answer
from servicematch.assign.encode import encode
from servicematch.assign.pins import read_pins
from servicematch.assign.policy_file import policy_from_dict, policy_to_dict
from servicematch.assign.run import find_pairs, read_tables
from servicematch.base.claim import Pin
from servicematch.base.errors import PlanFileError, PolicyError
from servicematch.solve.problem import Prices, Solution, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.policy import Policy
    from servicematch.base.arrays import IntArray
    from servicematch.solve.problem import Problem

SCHEMA = 1
"""The version of the file; files of another version are refused, not guessed at."""


def to_data(answer: Answer, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write an answer as plain data, ready for JSON."""
    requests, teams, solution = answer.requests, answer.teams, answer.solution
    prices = solution.prices
    priced = np.flatnonzero((prices.tier != 0) | (prices.gain != 0))
    return {
        "schema": SCHEMA,
        "manifest": dict(manifest),
        "fingerprints": {"requests": requests.fingerprint, "teams": teams.fingerprint},
        "policy": _policy_data(answer.policy),
        "pins": [
            [_plain_id(pin.request_id), _plain_id(pin.team_id), pin.slot_id, pin.kind] for pin in answer.pins.pins
        ],
        "assignments": {
            "request_id": [_plain_id(one) for one in requests.ids[answer.rows].tolist()],
            "team_id": [_plain_id(one) for one in teams.ids[answer.cols].tolist()],
        },
        "prices": {
            "team_id": [_plain_id(one) for one in teams.ids[priced].tolist()],
            "class": prices.tier[priced].tolist(),
            "score": prices.gain[priced].tolist(),
        },
        "tied": [_plain_id(one) for one in requests.ids[solution.tied].tolist()],
        "solution": {
            "objective": list(solution.objective),
            "bound": list(solution.bound),
            "status": solution.status.value,
            "stopped_by": solution.stopped_by,
            "solver": solution.solver,
            "n_solves": solution.n_solves,
        },
        "seed": answer.seed,
    }


def from_data(data: Any, requests: Any, teams: Any, policy: Policy | None = None) -> Answer:
    """Take a saved answer up again with the tables it was made from.

    Raises
    ------
    PlanFileError
        When the data are no saved plan, of another schema version, or the tables have changed since.
    """
    _check_schema(data)
    requests, teams = read_tables(requests, teams)
    for table in (requests, teams):
        if data["fingerprints"].get(table.NAME) != table.fingerprint:
            raise PlanFileError(
                f"the {table.NAME} are not those that this plan was made from: a value has changed since. "
                "Hint: load the tables of that day, or assign again."
            )
    try:
        policy = _policy_from(data["policy"], policy)
        ids = {"request": _by_plain_id(requests.ids), "team": _by_plain_id(teams.ids)}
        given = [Pin(ids["request"][r], ids["team"][t], kind, slot) for r, t, slot, kind in data["pins"]]
        pins = read_pins(given, requests, teams)
        scorer, scored = find_pairs(requests, teams, policy)
        problem = encode(requests, teams, policy, pins=pins, scorer=scorer, scored=scored)
        solution = _solution(data, problem, requests, teams, ids)
    except (KeyError, TypeError, IndexError) as error:
        raise PlanFileError(f"this plan file is damaged: {type(error).__name__} at {error}") from error
    return Answer(requests, teams, policy, pins, scorer, scored, problem, solution, data["seed"])


def _check_schema(data: Any) -> None:
    if not isinstance(data, dict) or "schema" not in data:
        raise PlanFileError("this is no saved plan: it has no schema version")
    if data["schema"] != SCHEMA:
        raise PlanFileError(f"this plan was saved with schema {data['schema']!r}; this version reads schema {SCHEMA}")


def _policy_data(policy: Policy) -> dict[str, Any]:
    try:
        return policy_to_dict(policy)
    except PolicyError as error:
        return {"code": str(error)}


def _policy_from(data: Mapping[str, Any], given: Policy | None) -> Policy:
    if given is not None:
        if "code" not in data and policy_to_dict(given) != data:
            raise PlanFileError("the policy given is not the one that this plan was made with")
        return given
    if "code" in data:
        raise PlanFileError(f"this plan's policy is not in the file ({data['code']}). Hint: give it as policy=")
    return policy_from_dict(data)


def _solution(
    data: Mapping[str, Any], problem: Problem, requests: Any, teams: Any, ids: Mapping[str, Mapping[Any, Any]]
) -> Solution:
    rows = _positions(requests, ids["request"], data["assignments"]["request_id"])
    cols = _positions(teams, ids["team"], data["assignments"]["team_id"])
    key = problem.row.astype(np.int64) * max(1, len(teams)) + problem.col
    wanted = np.sort(rows * max(1, len(teams)) + cols)
    chosen = np.minimum(np.searchsorted(key, wanted), max(0, len(key) - 1))
    if len(wanted) and (len(key) == 0 or (key[chosen] != wanted).any()):
        raise PlanFileError("this plan holds a pair that the limits do not let through; evaluate it, or assign again")
    tier, gain = (np.zeros(len(teams), dtype=np.int64) for _ in range(2))
    priced = _positions(teams, ids["team"], data["prices"]["team_id"])
    tier[priced], gain[priced] = data["prices"]["class"], data["prices"]["score"]
    saved = data["solution"]
    return Solution(
        chosen=chosen,
        objective=tuple(saved["objective"]),
        bound=tuple(saved["bound"]),
        prices=Prices(tier, gain),
        status=Status(saved["status"]),
        stopped_by=saved["stopped_by"],
        tied=np.sort(_positions(requests, ids["request"], data["tied"])),
        solver=saved["solver"],
        n_solves=saved["n_solves"],
    )


def _plain_id(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _by_plain_id(ids: Any) -> dict[Any, Any]:
    return {_plain_id(value): value for value in ids.tolist()}


def _positions(table: Any, ids: Mapping[Any, Any], plain: list[Any]) -> IntArray:
    return np.array([table.index(ids[one]) for one in plain], dtype=np.int64)
