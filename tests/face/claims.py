"""Claims made worse on purpose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np


def without(claim, drop):
    """Leave one decision out of a claim, whatever it says of itself; its slot goes with it."""
    kept = np.delete(np.arange(len(claim.request_ids)), drop)
    of_slots = claim.slots and replace(claim.slots, slot_ids=tuple(claim.slots.slot_ids[i] for i in kept))
    return replace(
        claim,
        request_ids=tuple(claim.request_ids[i] for i in kept),
        team_ids=tuple(claim.team_ids[i] for i in kept),
        scores=claim.scores[kept],
        pinned=claim.pinned[kept],
        slots=of_slots,
    )
