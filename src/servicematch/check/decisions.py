"""What a plan decided, read from its claim: positions instead of ids, and what cannot be read at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.codes import Code, Violation
from servicematch.check.ids import pair_keys, positions
from servicematch.check.limits import is_listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, Int32Array, IntArray
    from servicematch.base.claim import Claim

_STATUSES = ("PROVED", "FEASIBLE")


@dataclass(frozen=True, slots=True)
class Decisions:
    """The pairs of a plan whose ids are known, each once, in canonical order.

    Attributes
    ----------
    rows, cols
        Positions of request and team.
    times
        How often the plan lists the pair.
    stated
        The score it states, NaN for none.
    is_pinned
        Whether the caller pinned it.
    pinned, forbidden
        Sorted keys ``row * n_teams + col`` of all pins and forbids.
    """

    rows: Int32Array
    cols: Int32Array
    times: IntArray
    stated: FloatArray
    is_pinned: BoolArray
    pinned: IntArray
    forbidden: IntArray

    @property
    def apart(self) -> IntArray:
        """Keys of the pairs that are no part of the problem: pinned and forbidden ones."""
        return np.union1d(self.pinned, self.forbidden)

    def keys(self, n_teams: int) -> IntArray:
        """Give the sorted keys of the pairs."""
        return self.rows.astype(np.int64) * n_teams + self.cols


def read_decisions(claim: Claim, requests: Any, teams: Any) -> tuple[Decisions, list[Violation]]:
    """Read the decisions and pins of a claim; unknown ids and unreadable parts become violations."""
    faults: list[Violation] = []
    listed = list(zip(claim.request_ids, claim.team_ids, strict=False))
    stated = _numbers(claim.scores, len(listed))
    if not len(claim.request_ids) == len(claim.team_ids) == np.size(claim.scores):
        faults.append(Violation(Code.MALFORMED_CLAIM, rule="as many requests, teams and scores are needed"))
    if claim.status not in _STATUSES:
        faults.append(Violation(Code.MALFORMED_CLAIM, rule="the status is neither PROVED nor FEASIBLE"))
    faults += _unknown(listed, requests, teams)
    keys = pair_keys(listed, requests, teams)
    known, first, times = np.unique(keys[keys >= 0], return_index=True, return_counts=True)
    pins = {
        kind: [(pin.request_id, pin.team_id) for pin in claim.pins if pin.kind == kind] for kind in ("pin", "forbid")
    }
    if sum(map(len, pins.values())) < len(claim.pins):
        faults.append(Violation(Code.MALFORMED_CLAIM, rule="a pin is neither 'pin' nor 'forbid'"))
    faults += _unknown([pair for pairs in pins.values() for pair in pairs], requests, teams)
    pinned, forbidden = (_known_keys(pairs, requests, teams) for pairs in pins.values())
    rows, cols = (part.astype(np.int32) for part in np.divmod(known, max(1, len(teams))))
    is_pinned = is_listed(pinned, rows, cols, len(teams))
    stated = stated[keys >= 0][first]
    return Decisions(rows, cols, times, stated, is_pinned, pinned, forbidden), faults


def read_prices(claim: Claim, teams: Any) -> tuple[IntArray, IntArray, list[Violation]]:
    """Give each team its claimed class and score price; all that is not a legal price becomes a violation."""
    n_priced = len(claim.price_teams)
    classes, score = np.zeros(len(teams), dtype=np.int64), np.zeros(len(teams), dtype=np.int64)
    stated = [np.asarray(values) for values in (claim.price_class, claim.price_score)]
    at = positions(teams.ids, claim.price_teams)
    if any(values.shape != (n_priced,) or (n_priced and values.dtype.kind != "i") for values in stated):
        return classes, score, [Violation(Code.MALFORMED_CLAIM, rule="prices are not whole numbers, one a team")]
    faults = [Violation(Code.UNKNOWN_PRICE_TEAM, team_id=claim.price_teams[i]) for i in np.flatnonzero(at < 0).tolist()]
    if len(np.unique(at[at >= 0])) < int((at >= 0).sum()):
        faults.append(Violation(Code.MALFORMED_CLAIM, rule="a team is priced twice"))
    negative = (stated[0] < 0) | ((stated[0] == 0) & (stated[1] < 0))
    for i in np.flatnonzero(negative).tolist():
        price = f"class {stated[0][i]}, {stated[1][i]} micro-points"
        faults.append(Violation(Code.NEGATIVE_PRICE, team_id=claim.price_teams[i], rule=price))
    classes[at[at >= 0]], score[at[at >= 0]] = (values[at >= 0] for values in stated)
    return classes, score, faults


def _numbers(values: Any, n: int) -> FloatArray:
    try:
        numbers: AnyArray = np.asarray(values, dtype=np.float64).ravel()[:n]
    except (TypeError, ValueError):
        numbers = np.empty(0)
    return np.concatenate([numbers, np.full(n - len(numbers), np.nan)])


def _known_keys(pairs: Sequence[tuple[Any, Any]], requests: Any, teams: Any) -> IntArray:
    keys = pair_keys(pairs, requests, teams)
    return np.unique(keys[keys >= 0])


def _unknown(pairs: Sequence[tuple[Any, Any]], requests: Any, teams: Any) -> list[Violation]:
    """Name the ids that are in no table, each once, beside the pair that has them."""
    found: dict[tuple[Code, str], Violation] = {}
    sides = ((requests, Code.UNKNOWN_REQUEST, 0), (teams, Code.UNKNOWN_TEAM, 1))
    for table, code, side in sides:
        at = positions(table.ids, (pair[side] for pair in pairs))
        for i in np.flatnonzero(at < 0).tolist():
            request, team = pairs[i]
            found.setdefault((code, repr(pairs[i][side])), Violation(code, request, team))
    return list(found.values())
