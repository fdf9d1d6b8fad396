"""The plug-in points: what a limit, a term and a policy must offer. Plug-ins need not import anything from here.

A limit or a term of time has ``prepare_slots(requests, teams, slots)`` besides, which is asked where slots are given and
returns the same kind of object, whose ``cols`` are slots; its ``prepare`` returns None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array


class PreparedLimit(Protocol):
    """A limit made ready for two tables: pure functions of a slice of pairs, frozen and picklable."""

    @property
    def unit(self) -> str:
        """The unit of ``values`` and ``bound``, for sentences (``"km"``)."""

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Measure each pair (request ``rows[i]``, team ``cols[i]``); NaN where it cannot be measured."""

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give the largest value that passes, pair by pair; ``inf`` where nothing is limited."""


@runtime_checkable
class Limit(Protocol):
    """A hard rule on pairs: a pair passes where its value is at most its bound (see `passes`)."""

    @property
    def name(self) -> str:
        """A short stable name, used in reasons and summaries."""

    def prepare(self, requests: Any, teams: Any) -> PreparedLimit | None:
        """Make the limit ready; ``None`` when the tables lack its columns, which switches it off."""


class PairSource(Protocol):
    """An index: lists the pairs that can pass its limit without trying all of them."""

    def estimate(self) -> int:
        """Count (an upper bound of) the pairs that `pairs` would list for all requests, without listing them."""

    def pairs(self, start: int, stop: int) -> tuple[Int32Array, Int32Array]:
        """List a superset of the passing pairs of requests ``start <= r < stop``, in any order, each once."""


class PreparedTerm(Protocol):
    """A term made ready for two tables: pure functions of a slice of pairs, frozen and picklable."""

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value each pair in [0, 1]; NaN where the request's side says nothing, which leaves the term out."""


@runtime_checkable
class Term(Protocol):
    """One column of the score."""

    @property
    def name(self) -> str:
        """A short stable name, used in breakdowns."""

    @property
    def weight(self) -> float:
        """Its share of the score, before absent terms are left out."""

    def prepare(self, requests: Any, teams: Any) -> PreparedTerm | None:
        """Make the term ready; ``None`` when the tables lack its columns, which switches it off."""


class PolicyLike(Protocol):
    """What the checker reads of a policy."""

    @property
    def limits(self) -> Sequence[Limit]:
        """The hard rules, in the order of every waterfall."""

    @property
    def terms(self) -> Sequence[Term]:
        """The columns of the score."""

    @property
    def reserve(self) -> float | None:
        """The score below which it is better to leave a request open."""

    @property
    def min_relevance(self) -> float:
        """The text value that a request in free words needs."""

    @property
    def tiers(self) -> tuple[str, ...]:
        """The levels of the objective, highest first."""

    @property
    def skip_value(self) -> float:
        """What an open unit is worth where nothing counts but the score."""


def passes(prepared: PreparedLimit, rows: Int32Array, cols: Int32Array) -> BoolArray:
    """Tell which pairs pass a limit: ``values <= bound + tolerance``, and always where the bound is infinite.

    ``tolerance`` is an optional attribute of the prepared limit (default 0).
    """
    bound = prepared.bound(rows, cols)
    tolerance = float(getattr(prepared, "tolerance", 0.0))
    with np.errstate(invalid="ignore"):
        ok: BoolArray = (prepared.values(rows, cols) <= bound + tolerance) | np.isposinf(bound)
    return ok
