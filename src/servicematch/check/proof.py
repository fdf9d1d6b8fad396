"""The proof: all eligible pairs again, the bound that the prices give, and what follows for the claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from servicematch.check.certificate import Certificate, Total
from servicematch.check.chosen import is_chosen, pinned_units
from servicematch.check.eligible import concatenated
from servicematch.check.prices import legal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.check.decisions import Decisions
    from servicematch.check.eligible import Pairs
    from servicematch.check.prices import Tiers


@dataclass(slots=True)
class Survey:
    """What one pass over all eligible pairs found.

    Attributes
    ----------
    worst, kindest
        The bound with every ambiguous pair taken against the plan, and in its favour.
    n_pairs
        Eligible pairs as computed here.
    n_possible, n_unsure
        Pairs that may be eligible, and those of them on the edge of a limit or threshold.
    n_ambiguous
        Those and the pairs on the edge of rounding.
    is_sure
        Whether the plan fits also where rounding might say otherwise.
    """

    worst: Total
    kindest: Total
    n_pairs: int = 0
    n_possible: int = 0
    n_unsure: int = 0
    n_ambiguous: int = 0
    is_sure: bool = True


class Bounding(Protocol):
    """A certificate: what requests and places are worth at most."""

    @property
    def need(self) -> IntArray:
        """Units that pins left open, one entry a request."""

    @property
    def places(self) -> IntArray:
        """Places that pins left, one entry a column."""

    @property
    def n_classes(self) -> int:
        """The highest class."""

    @property
    def joint(self) -> IntArray | None:
        """The group of each request that is bounded together with others, -1 for none; None where nobody is."""

    def utilities(self, rows: Int32Array, cols: Int32Array, gains: IntArray) -> Total:
        """Add the best margins of requests."""

    def worth_of_places(self, _n_pairs: IntArray, /) -> Total:
        """Add the prices of all places, given the number of pairs of each column."""


def survey(all_pairs: Iterable[Pairs], decisions: Decisions, certificate: Bounding) -> Survey:
    """Pass once over all eligible pairs and add up the bound."""
    n_requests, n_columns = len(certificate.need), len(certificate.places)
    n_classes = certificate.n_classes + 1
    found = Survey(Total([0] * n_classes), Total([0] * n_classes))
    n_pairs, joint = np.zeros(n_columns, dtype=np.int64), certificate.joint
    for pairs in all_pairs if joint is None else _joined(all_pairs, joint):
        n_pairs += np.bincount(pairs.cols, minlength=n_columns)
        found.n_pairs += int(pairs.passing.sum())
        found.n_possible += len(pairs.rows)
        ambiguous = pairs.ambiguous
        touched = np.zeros(n_requests, dtype=bool)
        touched[pairs.rows[ambiguous]] = True
        if joint is not None:
            touched |= (joint >= 0) & np.isin(joint, joint[touched])
        clear = ~touched[pairs.rows]
        utilities = certificate.utilities(pairs.rows[clear], pairs.cols[clear], pairs.gain[clear])
        for bound in (found.worst, found.kindest):
            bound.grow(utilities)
        if ambiguous.any():
            found.n_ambiguous += int(ambiguous.sum())
            found.n_unsure += int(pairs.unsure.sum())
            _add_ambiguous(found, certificate, pairs.part(~clear), decisions)
    for bound in (found.worst, found.kindest):
        bound.grow(certificate.worth_of_places(n_pairs))
    return found


def _joined(all_pairs: Iterable[Pairs], joint: IntArray) -> Iterator[Pairs]:
    """Give the pairs of requests that stand alone as they come, then those of all groups at once."""
    held = []
    for pairs in all_pairs:
        stays = joint[pairs.rows] >= 0
        held.append(pairs.part(stays))
        yield pairs.part(~stays)
    if held:
        yield concatenated(held)


def _add_ambiguous(found: Survey, certificate: Bounding, pairs: Pairs, decisions: Decisions) -> None:
    """Add requests with pairs on an edge to both bounds: against the plan and in its favour."""
    chosen = is_chosen(decisions, pairs.rows, pairs.cols, len(certificate.places))
    worst = np.where(chosen, pairs.low, pairs.high)
    found.worst.grow(certificate.utilities(pairs.rows, pairs.cols, worst))
    kindest = np.where(chosen, pairs.high, pairs.low)
    sure = chosen | ~pairs.unsure
    found.kindest.grow(certificate.utilities(pairs.rows[sure], pairs.cols[sure], kindest[sure]))


def certificate_of(
    requests: Any, teams: Any, decisions: Decisions, tiers: Tiers, prices: tuple[IntArray, IntArray]
) -> Certificate:
    """Make the certificate ready: what pins leave open, at prices that are legal."""
    need, places = unpinned(requests, teams, decisions)
    return Certificate(
        classes=tiers.classes,
        need=need,
        places=places,
        prices=legal(*prices, tiers.n_classes),
        n_classes=tiers.n_classes,
        skip_micro=tiers.skip_micro,
    )


def unpinned(requests: Any, teams: Any, decisions: Decisions) -> tuple[IntArray, IntArray]:
    """Return the units and the places that pins left."""
    taken_units, taken_places = pinned_units(decisions, len(requests), len(teams))
    return np.maximum(requests.units - taken_units, 0), np.maximum(teams.free - taken_places, 0)
