"""The proof: all eligible pairs again, the bound that the prices give, and what follows for the claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.certificate import Certificate, Total
from servicematch.check.chosen import is_chosen, pinned_units
from servicematch.check.eligible import eligible_pairs
from servicematch.check.prices import legal

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.check.book import Book
    from servicematch.check.decisions import Decisions
    from servicematch.check.eligible import Pairs
    from servicematch.check.prices import Tiers
    from servicematch.check.rule_bound import RuleCertificate


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
    """

    worst: Total
    kindest: Total
    n_pairs: int = 0
    n_possible: int = 0
    n_unsure: int = 0
    n_ambiguous: int = 0


def survey(book: Book, decisions: Decisions, certificate: Certificate | RuleCertificate) -> Survey:
    """Pass once over all eligible pairs and add up the bound."""
    n_requests, n_teams = len(certificate.need), len(certificate.places)
    found = Survey(certificate.worth_of_places(), certificate.worth_of_places())
    for pairs in eligible_pairs(book, n_requests, n_teams, decisions.apart):
        found.n_pairs += int(pairs.passing.sum())
        found.n_possible += len(pairs.rows)
        ambiguous = pairs.ambiguous
        touched = np.zeros(n_requests, dtype=bool)
        touched[pairs.rows[ambiguous]] = True
        clear = ~touched[pairs.rows]
        utilities = certificate.utilities(pairs.rows[clear], pairs.cols[clear], pairs.gain[clear])
        for bound in (found.worst, found.kindest):
            bound.grow(utilities)
        if ambiguous.any():
            found.n_ambiguous += int(ambiguous.sum())
            found.n_unsure += int(pairs.unsure.sum())
            _add_ambiguous(found, certificate, pairs.part(~clear), decisions)
    return found


def _add_ambiguous(
    found: Survey, certificate: Certificate | RuleCertificate, pairs: Pairs, decisions: Decisions
) -> None:
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
