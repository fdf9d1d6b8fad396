"""What a look at a table found: every fault and every warning of one pass."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import Fault, TableError
from servicematch.base.notices import notice
from servicematch.base.printable import printable
from servicematch.base.shown import Shown
from servicematch.tables.report_view import report_view

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from servicematch.base.arrays import BoolArray

_LONGEST_NAME = 40
_LONGEST_ID = 80


@dataclass(frozen=True, slots=True)
class Report:
    """All that is wrong or doubtful in one table; raises nothing.

    Attributes
    ----------
    faults
        Broken rules, each with its column, count, first row and hint. A table with faults is refused.
    warnings
        Sentences about legal but doubtful values.
    n_rows
        Rows of the table.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> report = Requests.check({"id": ["a", "a"], "lat": [412.0, 1.0], "lon": [8.0, 9.0]})
    >>> report.ok, len(report.faults)
    (False, 2)
    >>> print(report)
    requests.id: expected different ids, got 'a' again at row 1 (id 'a'), 1 of 2 rows. Hint: first at row 0
    requests.lat: expected degrees in [-90, 90], got 412.0 at row 0 (id 'a'), 1 of 2 rows. \
Hint: are lat and lon swapped?
    """

    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]
    n_rows: int

    @property
    def ok(self) -> bool:
        """True when nothing is broken; warnings may still be there."""
        return not self.faults

    def __str__(self) -> str:
        lines = [*map(str, self.faults), *(f"warning: {text}" for text in self.warnings)]
        return "\n".join(lines) or f"ok, {self.n_rows} rows"

    def _repr_html_(self) -> str:
        return str(report_view(self))

    def show(self, lang: str = "en") -> Shown:
        """Show the report in a notebook with its headings in English (``"en"``) or Chinese (``"zh"``).

        What is wrong is told in English in both.

        Examples
        --------
        >>> Report((), (), 3).show("zh")
        ok, 3 rows
        """
        return Shown(report_view(self, lang), str(self))

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data.

        Examples
        --------
        >>> Report((), ("a",), 3).to_dict()
        {'ok': True, 'n_rows': 3, 'faults': [], 'warnings': ['a']}
        """
        return {
            "ok": self.ok,
            "n_rows": self.n_rows,
            "faults": [asdict(fault) for fault in self.faults],
            "warnings": list(self.warnings),
        }


@dataclass(slots=True)
class Inspection:
    """Collects what is found while one table is read.

    Attributes
    ----------
    table
        ``"requests"``, ``"teams"`` or ``"slots"``, the name used in messages.
    n_rows
        Rows of the table.
    zone
        The zone in which times without one are read.
    ids
        Once they are read: the id at a row, for messages.
    zones
        Names of the zones that time columns brought along.
    """

    table: str
    n_rows: int
    zone: ZoneInfo | None = None
    ids: Callable[[int], Any] | None = None
    zones: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    notes: list[tuple[type[UserWarning], str]] = field(default_factory=list)

    def rows(
        self, column: str, rule: str, expected: str, bad: BoolArray, got: Callable[[int], str], *, hint: str = ""
    ) -> None:
        """Note a rule that the rows ``bad`` break, if any does; ``got`` says what stands at a row."""
        count = int(bad.sum())
        if count:
            row = int(bad.argmax())
            fault = Fault(self.table, column, rule, expected, got(row), count, self.n_rows, row, self.id_at(row), hint)
            self.faults.append(fault)

    def whole(self, column: str, rule: str, expected: str, got: str, hint: str = "") -> None:
        """Note a rule that the table as a whole breaks."""
        self.faults.append(Fault(self.table, column, rule, expected, got, 1, 1, -1, None, hint))

    def hint(self, column: str, rule: str, hint: str) -> None:
        """Add a hint to a fault that was noted before, if it was."""
        for i, fault in enumerate(self.faults):
            if (fault.column, fault.rule) == (column, rule):
                self.faults[i] = replace(fault, hint=hint)

    def note(self, kind: type[UserWarning], column: str, text: str, *, joint: str = ": ") -> None:
        """Note something legal but doubtful; ``joint`` stands between the column and what is said of it."""
        self.notes.append((kind, f"{self.table}.{column}{joint}{text}"))

    def id_at(self, row: int) -> Any:
        """Give the id at a row for a message, cut when it is very long."""
        value = None if self.ids is None else self.ids(row)
        return shown(value)

    def report(self) -> Report:
        """Close the books."""
        return Report(tuple(self.faults), tuple(text for _, text in self.notes), self.n_rows)

    def settle(self) -> None:
        """Raise all faults at once; without faults, give the warnings."""
        if self.faults:
            raise TableError(tuple(self.faults))
        for kind, text in self.notes:
            notice(text, kind)


def refuse(name: str, rule: str, expected: str, got: str, hint: str = "", *, column: str = "") -> TableError:
    """Build the error for something that is wrong with a table as a whole.

    Examples
    --------
    >>> print(refuse("requests", "lazy", "a table in memory", "a LazyFrame", "call .collect() first"))
    requests: expected a table in memory, got a LazyFrame. Hint: call .collect() first
    """
    return TableError((Fault(name, column, rule, expected, got, 1, 1, -1, None, hint),))


def shown(value: Any) -> Any:
    """Cut an id that is too long for a message.

    Examples
    --------
    >>> len(shown("x" * 1000))
    80
    """
    if isinstance(value, str) and len(value) > _LONGEST_ID:
        return value[: _LONGEST_ID - 1] + "…"
    return value


def column_shown(name: str) -> str:
    """Show the name of a column; one that is as long as a sentence may be a resident's, in a file without a header.

    Examples
    --------
    >>> column_shown("max_km"), column_shown("想请一位老师来教我们村里的老人用智能手机视频通话" * 2)
    ('max_km', 'a name of 48 characters')
    """
    return printable(name) if len(name) <= _LONGEST_NAME else f"a name of {len(name)} characters"


def described(value: Any, *, is_text: bool = False) -> str:
    """Say what a value is without showing a text: numbers as they are, texts by their length.

    Where ``is_text``, a number is not shown either: in a column of texts it may be somebody's telephone.

    Examples
    --------
    >>> described("my phone is 138 0000 0000"), described("?"), described(2.5), described(None)
    ('a text of 25 characters', 'a text of 1 character', '2.5', 'nothing')
    """
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"a text of {len(value)} character{'' if len(value) == 1 else 's'}"
    if isinstance(value, np.generic):  # shown as the Python number it holds
        value = value.item()
    if isinstance(value, int | float) and is_text:
        return "a number"
    if isinstance(value, bool | int | float):
        text = repr(value)
        return text if len(text) <= _LONGEST_ID else f"a number of {len(text)} digits"
    return f"a {type(value).__name__}"
