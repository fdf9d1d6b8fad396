"""What a saved plan with hours of teams says in proof of its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from servicematch.base.errors import PlanFileError
from servicematch.solve.problem import Multipliers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from servicematch.assign.answer import Answer
    from servicematch.solve.problem import Problem


@dataclass(frozen=True, slots=True)
class SavedMultipliers:
    """Those of one tier, with the plain ids of the requests that are charged anything."""

    scale: int
    keep: list[int]
    request_ids: list[Any]
    charge: list[int]


def multipliers_data(answer: Answer) -> list[dict[str, Any]]:
    """Write the multipliers of every tier as plain data.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> [one["request_id"] for one in multipliers_data(run({"id": [7], "hours": [1.0]}, {"id": [1], "hours": [2.0]}))]
    [[7], []]
    """
    found = []
    for one in answer.solution.multipliers:
        charged = np.flatnonzero(one.row)
        plain = [str(id_) if isinstance(id_, UUID) else id_ for id_ in answer.requests.ids[charged].tolist()]
        charge = one.row[charged].tolist()
        found.append({"scale": one.scale, "keep": one.keep.tolist(), "request_id": plain, "charge": charge})
    return found


def multipliers_of(
    saved: Sequence[SavedMultipliers], where: Mapping[Any, int], sizes: tuple[int, Problem]
) -> tuple[Multipliers, ...]:
    """Read them back; ``where`` has the position of every plain id, ``sizes`` the number of tiers and the problem.

    Raises
    ------
    PlanFileError
        Where a plan with hours of teams has not one set of multipliers a tier.
    """
    n_tiers, problem = sizes
    if len(saved) != (n_tiers if problem.load is not None else 0):
        raise PlanFileError(f"this plan file is damaged: it has multipliers of {len(saved)} tiers, of {n_tiers}")
    found = []
    for one in saved:
        row = np.zeros(problem.n_rows, dtype=np.int64)
        row[[where[id_] for id_ in one.request_ids]] = one.charge
        found.append(Multipliers(one.scale, np.array(one.keep, dtype=np.int64), row))
    return tuple(found)
