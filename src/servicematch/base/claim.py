"""What a plan claims, in plain data: the only thing that the checker needs besides the tables and the policy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.base.arrays import BoolArray, FloatArray, IntArray

SCALE = 1_000_000
"""Micro-points in one score point: the one rounding of the library."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A decision fixed by the caller: ``kind`` is ``"pin"`` (must be) or ``"forbid"`` (must not be).

    Examples
    --------
    >>> Pin("R1", "T7", "forbid").kind
    'forbid'
    """

    request_id: Any
    team_id: Any
    kind: str = "pin"
    slot_id: Any = None


@dataclass(frozen=True, slots=True)
class SlotClaim:
    """What a plan with slots claims besides.

    Attributes
    ----------
    slot_ids
        The slots of the chosen pairs, in the order of the claim.
    price_slots, price_teams
        Ids of the slots that carry a price, and of the teams whose total over all slots carries one.
    slot_prices, team_prices
        int64, a row for each of them and a column a tier, the highest first: prices are vectors, compared from the left.
        A unit pays that of its slot and that of its team.
    """

    slot_ids: tuple[Any, ...]
    price_slots: tuple[Any, ...]
    slot_prices: IntArray
    price_teams: tuple[Any, ...]
    team_prices: IntArray


@dataclass(frozen=True, slots=True)
class TierMultipliers:
    """What proves the bound of one tier of a plan with hours of teams.

    Attributes
    ----------
    scale
        Multipliers are whole multiples of ``1 / scale`` of the tier's unit (a unit served, or a micro-point).
    keep
        One a class from 0, none negative: what a unit of each class above the tier is paid for being kept.
    request_ids, charge
        The requests that are charged anything, and what each of their units is charged, none negative.
    """

    scale: int
    keep: tuple[int, ...]
    request_ids: tuple[Any, ...]
    charge: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SatisfactionClaim:
    """What a plan with ``Satisfaction`` claims besides: how satisfied its units are, and that none can fare better.

    A pair is worth minus one at its level, nothing at the highest, and its micro-points behind all levels; a unit pays
    the price of its team. Vectors are compared from the left.

    Attributes
    ----------
    counts
        Units by level, from 0 to the highest; pinned ones are not counted.
    levels
        The levels that some team has a price for, rising; the highest stands for micro-points.
    price_teams, prices
        Ids of the teams that carry a price, and int64, a row for each of them and a column for each of ``levels``.
    first_requests, first_teams
        The pairs, pins too, of the plan that settled who is served: the best one without this fairness.
    """

    counts: tuple[int, ...]
    levels: tuple[int, ...]
    price_teams: tuple[Any, ...]
    prices: IntArray
    first_requests: tuple[Any, ...]
    first_teams: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """The decisions of a plan and what it says of them.

    Attributes
    ----------
    request_ids, team_ids
        The chosen pairs, one id each, in any order.
    scores
        Their scores in [0, 1], float64.
    pinned
        Which of them were pinned.
    objective, bound
        By tier, whole numbers: ``"priority=5"`` and so on (units served of that priority, highest first)
        or ``"served"``; then ``"score"`` in micro-points. Pinned pairs are not counted.
    status
        ``"PROVED"`` or ``"FEASIBLE"``.
    price_teams
        Ids of the teams that carry a price; all other teams have price zero.
    price_class, price_score
        The price of one place at each of them: a pair (class, micro-points), compared class first.
        Class 0 is none; class k is worth one served unit of the k-th priority from below.
    price_vectors, group_prices
        With rules instead: for each of ``price_teams`` a line of whole numbers, one a tier; and (number of the rule,
        value of the group, its line) for each group that carries a price.
    tier_weights
        Where rules cross: each tier is proved by itself, at the prices in its column of all lines, and in its line here
        stands what a unit in each tier counts for it. Empty where lines are compared from the left.
    cuts
        Where teams need time on the way: sets of (request, slot), in each of which no team can do one job of each slot in
        time, and the line of each. A plan has one less of them than there are slots.
    fair_share
        With ``MaxMin``: the share that every group was to reach, a whole number over a whole number; else None.
    n_pairs
        How many pairs were eligible (after reserve and relevance), without those pinned or forbidden.
    pins
        The pins and forbids that were given.
    fingerprints
        Of the tables: ``{"requests": ..., "teams": ...}``.
    slots
        With slots: which ones were chosen, and the prices, which then stand there.
    multipliers
        With hours of teams, one a tier in their order: they prove the bounds, and there are no prices.
    satisfaction
        With ``Satisfaction`` in the policy: what proves it. The bound of the score is then that of the best plan without.
    """

    request_ids: tuple[Any, ...]
    team_ids: tuple[Any, ...]
    scores: FloatArray
    pinned: BoolArray
    objective: Mapping[str, int]
    bound: Mapping[str, int]
    status: str
    price_teams: tuple[Any, ...]
    price_class: IntArray
    price_score: IntArray
    n_pairs: int
    pins: tuple[Pin, ...] = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    price_vectors: IntArray | None = None
    group_prices: tuple[tuple[int, Any, tuple[int, ...]], ...] = ()
    tier_weights: tuple[tuple[int, ...], ...] = ()
    cuts: tuple[tuple[tuple[tuple[Any, Any], ...], tuple[int, ...]], ...] = ()
    slots: SlotClaim | None = None
    fair_share: tuple[int, int] | None = None
    multipliers: tuple[TierMultipliers, ...] = ()
    satisfaction: SatisfactionClaim | None = None
