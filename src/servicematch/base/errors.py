"""Errors and warnings: all errors derive from ``ValueError``, all warnings from ``UserWarning``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class ServiceMatchError(ValueError):
    """Base of every error that the library raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule of one column: what was expected, what came, how often, and where first.

    ``row`` is the caller's row, counted from 0; -1 where the table as a whole is meant. ``column`` may be empty.
    """

    table: str
    column: str
    rule: str
    expected: str
    got: str
    count: int
    total: int
    row: int
    id: Any = None
    hint: str = ""

    def __str__(self) -> str:
        hint = f" Hint: {self.hint}" if self.hint else ""
        name = f"{self.table}.{self.column}" if self.column else self.table
        if self.row < 0:
            return f"{name}: expected {self.expected}, got {self.got}.{hint}"
        where = f"row {self.row}" + ("" if self.id is None else f" (id {self.id!r})")
        return f"{name}: expected {self.expected}, got {self.got} at {where}, {self.count} of {self.total} rows.{hint}"


class TableError(ServiceMatchError):
    """A table breaks rules; ``faults`` lists every one of them, found in one pass."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))

    def __reduce__(self) -> tuple[type[TableError], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


class PolicyError(ServiceMatchError):
    """A policy, a limit or a term was given values that it cannot work with."""


class TooManyPairsError(ServiceMatchError):
    """The limits let through more pairs than may be held; the message says what to tighten."""


class PinError(ServiceMatchError):
    """A pin names an unknown id or kind, or pins more than a request asks for."""


class SolverError(ServiceMatchError):
    """The solver gave no usable answer; the message carries its status and the sizes."""


class CostRangeError(SolverError):
    """The flow solver cannot hold costs of this size on this graph; smaller ones may do."""


class PlanFileError(ServiceMatchError):
    """A saved plan cannot be read: another schema, or tables that were changed since."""


class TableWarning(UserWarning):
    """Base of the warnings about legal but doubtful input."""


class UnusedColumn(TableWarning):
    """A known column has no effect in this call."""


class UnusedRule(TableWarning):
    """A rule names groups that no row is in."""


class UnusedTravel(TableWarning):
    """The policy's travel has no effect in this call."""


class MisspeltColumn(TableWarning):
    """An unknown column looks like a known one."""


class DefaultUsed(TableWarning):
    """A null was read as the default of its column."""


class ZeroCapacity(TableWarning):
    """Teams with capacity 0 can serve nobody."""


class ZeroRadius(TableWarning):
    """Teams or requests with radius 0 can only meet on the very same spot."""


class UnknownSkill(TableWarning):
    """A skill is asked for that no team has."""


class NullIsland(TableWarning):
    """Coordinates (0, 0) are in the sea off Africa; they are mostly a missing value."""


class ManyClasses(TableWarning):
    """More than sixteen different priorities: each one is a tier of its own."""
