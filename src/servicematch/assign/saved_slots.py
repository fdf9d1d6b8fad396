"""What a saved plan says of slots: which were chosen, and the prices of slots and of teams' totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from servicematch.assign.answer import slot_prices
from servicematch.solve.problem import GroupPrices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import AnyArray, IntArray


@dataclass(frozen=True, slots=True)
class SavedSlots:
    """The slots of the assignments, and what carries a price: a list of whole numbers each, one a tier."""

    slot_ids: list[Any]
    price_slots: list[Any]
    slot_prices: list[list[int]]
    price_teams: list[Any]
    team_prices: list[list[int]]


def slot_prices_data(answer: Answer) -> dict[str, Any]:
    """Write the prices of slots and of teams' totals as plain data."""
    of_slots, of_teams = slot_prices(answer)
    assert answer.slots is not None
    return {
        "slots": _priced(answer.slots.ids, of_slots),
        "teams": _priced(answer.teams.ids, of_teams),
    }


def _priced(ids: AnyArray, prices: IntArray) -> dict[str, Any]:
    at = np.flatnonzero(prices.any(axis=1))
    plain = [str(one) if isinstance(one, UUID) else one for one in ids[at].tolist()]
    return {"id": plain, "price": prices[at].tolist()}


def slot_prices_of(saved: SavedSlots, where: Mapping[str, Mapping[Any, int]], n_tiers: int) -> GroupPrices:
    """Read the prices back; ``where`` has the position of every plain id of each table."""
    return GroupPrices(
        col=_read(saved.price_slots, saved.slot_prices, where["slots"], n_tiers),
        row_groups=np.zeros((0, n_tiers), dtype=np.int64),
        col_groups=_read(saved.price_teams, saved.team_prices, where["teams"], n_tiers),
    )


def _read(ids: list[Any], prices: list[list[int]], where: Mapping[Any, int], n_tiers: int) -> IntArray:
    found = np.zeros((len(where), n_tiers), dtype=np.int64)
    if ids:
        found[[where[one] for one in ids]] = np.array(prices, dtype=np.int64).reshape(len(ids), n_tiers)
    return found
