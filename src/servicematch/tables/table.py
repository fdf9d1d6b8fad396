"""What requests, teams and slots have in common: reading, canonical order, looking up ids, giving the columns back."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.base.errors import MisspeltColumn, TableError
from servicematch.base.shown import Shown
from servicematch.tables.checks import Time
from servicematch.tables.fingerprint import fingerprint_of
from servicematch.tables.frames import build, read_frame
from servicematch.tables.ids import find, nearest_id, read_ids
from servicematch.tables.report import Inspection, Report, refuse, shown
from servicematch.tables.spelling import meant
from servicematch.tables.tags import Tags
from servicematch.tables.times import read_zone
from servicematch.tables.view import table_view

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from servicematch.base.arrays import AnyArray, IntArray
    from servicematch.tables.checks import Reader
    from servicematch.tables.column import Column
    from servicematch.tables.frames import Frame


class Table:
    """A frozen table in canonical order (sorted by id); `Requests`, `Teams` and `Slots` say which columns it has."""

    __slots__ = ("_fingerprint", "extra", "id_dtype", "ids", "kind", "position", "present", "tz")

    NAME: ClassVar[str] = "table"
    COLUMNS: ClassVar[Mapping[str, Reader]] = {}
    DEFAULTS: ClassVar[Mapping[str, int]] = {}

    ids: AnyArray
    position: IntArray
    extra: Mapping[str, AnyArray]
    present: frozenset[str]
    kind: str
    id_dtype: Any
    tz: str | None
    _fingerprint: str | None

    def __len__(self) -> int:
        return len(self.ids)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: build a new one instead of setting {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name!r} cannot be deleted")

    def __repr__(self) -> str:
        known = [name for name in ("id", *self.COLUMNS) if name in self.present]
        others = f" and {len(self.extra)} more" if self.extra else ""
        return f"{type(self).__name__}({len(self)} rows: {', '.join(known)}{others})"

    def _repr_html_(self) -> str:
        return str(table_view(self))

    def show(self, lang: str = "en") -> Shown:
        """Show the table in a notebook as it shows itself, in English (``"en"``) or Chinese (``"zh"``).

        Examples
        --------
        >>> from servicematch.tables.teams import Teams
        >>> view = Teams({"id": ["T1"], "name": ["健身队"]}).show("zh")
        >>> view
        Teams(1 rows: id, name)
        >>> "队伍：1 支" in view._repr_html_()
        True
        """
        return Shown(table_view(self, lang), repr(self))

    def __getstate__(self) -> dict[str, Any]:
        return {name: dict(value) if name == "extra" else value for name, value in self._fields().items()}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self._set(state)

    def _fields(self) -> dict[str, Any]:
        names = [name for kind in type(self).__mro__ for name in getattr(kind, "__slots__", ())]
        return {name: getattr(self, name) for name in names}

    def _set(self, state: Mapping[str, Any]) -> None:
        """Fill the object once; arrays are protected here, also after they came out of a pickle."""
        for name, value in state.items():
            held = value
            if name == "extra":
                held = MappingProxyType({key: frozen(array) for key, array in value.items()})
            elif isinstance(value, np.ndarray):
                held = frozen(value)
            object.__setattr__(self, name, held)

    @property
    def fingerprint(self) -> str:
        """A sha256 of all known columns; the order of the rows and the kind of frame do not change it.

        Examples
        --------
        >>> from servicematch.tables.teams import Teams
        >>> Teams({"id": ["a", "b"]}).fingerprint == Teams([{"id": "b"}, {"id": "a"}]).fingerprint
        True
        """
        if self._fingerprint is None:
            columns = {"id": self.ids, **{name: getattr(self, name) for name in self.COLUMNS}}
            object.__setattr__(self, "_fingerprint", fingerprint_of(self.NAME, columns))
        assert self._fingerprint is not None
        return self._fingerprint

    def index(self, id: Any) -> int:  # noqa: A002  it is an id
        """Find the canonical index of an id.

        Raises
        ------
        TableError
            When no row has this id; the message names the nearest one.

        Examples
        --------
        >>> from servicematch.tables.teams import Teams
        >>> Teams({"id": ["b", "a"]}).index("b")
        1
        """
        at = find(self.ids, id)
        if at < 0:
            near = nearest_id(self.ids, id)
            hint = "" if near is None else f"did you mean {shown(near)!r}?"
            raise refuse(
                self.NAME, "unknown", f"an id of the {len(self)} {self.NAME}", repr(shown(id)), hint, column="id"
            )
        return at

    def to(self, kind: str | None = None) -> Any:
        """Give the caller's columns back in his row order, as the kind of frame that came in or another one.

        Lists come back as lists, times as times of the table's zone (UTC without one), counts with their defaults.

        Parameters
        ----------
        kind
            ``"pandas"``, ``"polars"``, ``"pyarrow"`` or ``"dict"``; None for the kind that came in.

        Examples
        --------
        >>> from servicematch.tables.teams import Teams
        >>> Teams([{"id": 2, "skills": "yoga|dance"}, {"id": 1}]).to("dict")
        {'id': array([2, 1]), 'skills': array([list(['dance', 'yoga']), list([])], dtype=object)}
        """
        back = np.argsort(self.position)
        columns = {"id": self.ids[back]}
        for name in self.COLUMNS:
            if name in self.present:
                columns[name] = self._given(name)[back]
        columns.update({name: values[back] for name, values in self.extra.items()})
        kind = self.kind if kind is None else kind
        return build(columns, kind, tz=self.tz, dtypes={"id": self.id_dtype} if kind == self.kind else None)

    def _given(self, name: str) -> AnyArray:
        values: Any = getattr(self, name)
        if isinstance(values, Tags):
            listed = [list(values.of(i)) for i in range(len(values))]
            return np.fromiter(listed, dtype=object, count=len(listed))
        if isinstance(self.COLUMNS[name], Time):
            values = values.view("datetime64[s]")
        array: AnyArray = values
        return array


def read_table(kind: type[Table], table: Any, tz: Any) -> tuple[dict[str, Any], Inspection]:
    """Read all columns of a table in the caller's row order, and note everything that is wrong with them."""
    try:
        zone = read_zone(tz)
    except ValueError as error:
        raise refuse(
            kind.NAME, "zone", "the name of a time zone", repr(str(error)), 'such as "Asia/Shanghai"'
        ) from None
    if isinstance(table, Table):  # read again, perhaps with places of areas
        zone, table = zone or read_zone(table.tz), table.to()
    frame = read_frame(table, kind.NAME)
    inspection = Inspection(kind.NAME, frame.n_rows, zone)
    ids, order = _ids(frame, inspection)
    fields: dict[str, Any] = {"ids": ids, "position": order}
    for name, reader in kind.COLUMNS.items():
        fields[name] = None
        if name in frame.columns:
            fields[name] = reader.read(frame.column(name), name, inspection)
        elif name in kind.DEFAULTS:
            fields[name] = np.full(frame.n_rows, kind.DEFAULTS[name], dtype=np.int64)
    known = ("id", *kind.COLUMNS)
    others = [name for name in frame.columns if name not in known]
    for name in others:
        _note_spelling(name, known, frame, inspection)
    fields["extra"] = {name: _extra(frame.column(name)) for name in others}
    fields["present"] = frozenset(name for name in frame.columns if name in known)
    fields["kind"] = frame.kind
    fields["id_dtype"] = frame.dtype("id") if "id" in frame.columns else None
    fields["tz"] = _zone_name(zone, inspection.zones)
    return fields, inspection


def _zone_name(zone: ZoneInfo | None, brought: set[str]) -> str | None:
    """Name the zone for times given back: the one asked for, or the one that all time columns share."""
    if zone is not None:
        return zone.key
    try:
        shared = read_zone(brought.pop() if len(brought) == 1 else None)
    except ValueError:  # such as "+08:00", which not every frame can hold
        return None
    return None if shared is None else shared.key


def _ids(frame: Frame, inspection: Inspection) -> tuple[AnyArray, IntArray]:
    if "id" in frame.columns:
        return read_ids(frame.column("id"), "id", inspection)
    if frame.columns:
        near = next((name for name in frame.columns if name.casefold().endswith("id")), None)
        hint = "" if near is None else f"is {near!r} the one? Rename it"
        inspection.whole("id", "missing", "a column of ids", "no column of this name", hint)
    return np.zeros(0, dtype=object), np.zeros(0, dtype=np.int64)


def _note_spelling(name: str, known: tuple[str, ...], frame: Frame, inspection: Inspection) -> None:
    near = meant(name, known, frame.columns)
    if near is not None:
        text = f"is no known column and is kept as it is; did you mean {near!r}?"
        inspection.note(MisspeltColumn, shown(name), text, joint=" ")


def _extra(column: Column) -> AnyArray:
    """Keep a column that nobody here knows: its numbers and texts as they came, None for null."""
    values = column.values
    if column.lengths is not None:
        ends = np.cumsum(column.lengths).tolist()
        starts = [0, *ends[:-1]]
        rows = [values[start:end].tolist() for start, end in zip(starts, ends, strict=True)] if ends else []
        values = np.fromiter(rows, dtype=object, count=len(rows))
    if values.dtype.kind in "Mm" and not column.aware:  # datetime64 means UTC with us: wall times stay objects
        values = (values if values.dtype == "datetime64[D]" else _microseconds(values)).astype(object)
    if column.null.any() and values.dtype.kind not in "fM":
        values = values.astype(object)
        values[column.null] = None
    elif column.null.any() and values.dtype.kind == "f":
        values = np.where(column.null, np.nan, values)
    return values


def _microseconds(values: AnyArray) -> AnyArray:
    return values.astype(f"{values.dtype.str[1:3]}[us]")


def canonical(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Put every column into canonical order."""
    order = fields["position"]
    ordered: dict[str, Any] = {"_fingerprint": None}
    for name, value in fields.items():
        if name == "position":
            ordered[name] = order
        elif isinstance(value, Tags):
            ordered[name] = value.take(order)
        elif isinstance(value, np.ndarray):
            ordered[name] = value[order]
        elif name == "extra":
            ordered[name] = {key: array[order] for key, array in value.items()}
        else:
            ordered[name] = value
    return ordered


def refused(error: TableError, n_rows: int = 0) -> Report:
    """Make the report for a table that could not be opened."""
    return Report(error.faults, (), n_rows)
