"""What a plan did with the free-text requests of a town."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from measures.figures import share
from measures.town import places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    import servicematch as sm
    from measures.town import Town

WISH_WALL = "NO_RELEVANT_TEAM"


@dataclass(frozen=True, slots=True)
class Served:
    """Counts over free-text requests: ``n_free = n_served + n_wall + n_other``.

    Attributes
    ----------
    n_free, n_unmeetable, n_reachable
        Requests; those about no service that there is; those with a team of a true service within the limits.
    n_served, n_wall, n_other
        Requests with at least one team; with none, for NO_RELEVANT_TEAM (the wish wall); with none, for any other
        reason (too far, outcompeted, ...).
    n_found
        Reachable requests to which at least one team of a true service goes.
    n_units
        Units served: pairs of a request and a team.
    n_platform, n_service, n_every_service
        Units to a team with one of the true platforms, one of the true services, all of the true services.
    n_unmeetable_units
        Units served of unmeetable needs. They have no true platform and no true service.
    n_wall_rightly, n_wall_unmeetable
        Of the wish wall: no team of a true service was within the limits; the need is unmeetable.
    """

    n_free: int
    n_unmeetable: int
    n_reachable: int
    n_served: int
    n_wall: int
    n_other: int
    n_found: int
    n_units: int
    n_platform: int
    n_service: int
    n_every_service: int
    n_unmeetable_units: int
    n_wall_rightly: int
    n_wall_unmeetable: int

    @property
    def served(self) -> float:
        """The share of the requests with at least one team."""
        return share(self.n_served, self.n_free)

    @property
    def found(self) -> float:
        """The share of the reachable requests that got a team of a true service."""
        return share(self.n_found, self.n_reachable)

    @property
    def right_platform(self) -> float:
        """The share of the units served that went to a team of a true platform."""
        return share(self.n_platform, self.n_units)

    @property
    def right_service(self) -> float:
        """The share of the units served that went to a team of a true service."""
        return share(self.n_service, self.n_units)

    @property
    def every_service(self) -> float:
        """The share of the units served that went to a team of all true services."""
        return share(self.n_every_service, self.n_units)

    @property
    def no_common_service(self) -> float:
        """The share of the units served that went to a team without any true service."""
        return share(self.n_units - self.n_service, self.n_units)

    @property
    def no_common_platform(self) -> float:
        """The share of the units served that went to a team without any true platform."""
        return share(self.n_units - self.n_platform, self.n_units)

    @property
    def n_wall_wrongly(self) -> int:
        """Requests on the wish wall that a team within the limits could have served."""
        return self.n_wall - self.n_wall_rightly

    @property
    def unmeetable_on_wall(self) -> float:
        """The share of the unmeetable needs that ended on the wish wall."""
        return share(self.n_wall_unmeetable, self.n_unmeetable)


def count_served(town: Town, plan: sm.Plan, among: NDArray[np.bool_] | None = None) -> Served:
    """Count what a plan of the whole town did with its free-text requests, or with some of them."""
    n = len(town.free)
    counted = np.ones(n, dtype=np.bool_) if among is None else among
    row, col = places(plan.assignments, town.free, town.teams)
    row, col = row[row >= 0], col[row >= 0]
    is_served, is_found, is_wall = (np.zeros(n, dtype=np.bool_) for _ in range(3))
    is_served[row] = True
    is_found[row[town.has_service[row, col]]] = True
    is_wall[_on_wall(town, plan)] = True
    is_wall &= ~is_served
    pair = counted[row]
    row, col = row[pair], col[pair]
    return Served(
        n_free=_n(counted),
        n_unmeetable=_n(counted & town.is_unmeetable),
        n_reachable=_n(counted & town.is_reachable),
        n_served=_n(counted & is_served),
        n_wall=_n(counted & is_wall),
        n_other=_n(counted & ~is_served & ~is_wall),
        n_found=_n(counted & town.is_reachable & is_found),
        n_units=len(row),
        n_platform=_n(town.has_platform[row, col]),
        n_service=_n(town.has_service[row, col]),
        n_every_service=_n(town.has_every_service[row, col]),
        n_unmeetable_units=_n(town.is_unmeetable[row]),
        n_wall_rightly=_n(counted & is_wall & ~town.is_reachable),
        n_wall_unmeetable=_n(counted & is_wall & town.is_unmeetable),
    )


def _on_wall(town: Town, plan: sm.Plan) -> NDArray[np.int64]:
    """Return the rows of the free-text requests with a unit that no team was relevant for."""
    frame = plan.unassigned
    place = {one: k for k, one in enumerate(town.free.ids.tolist())}
    pairs = zip(np.asarray(frame["request_id"]).tolist(), np.asarray(frame["reason"]).tolist(), strict=True)
    return np.array([place[one] for one, reason in pairs if reason == WISH_WALL and one in place], dtype=np.int64)


def _n(mask: NDArray[np.bool_]) -> int:
    return int(mask.sum())
