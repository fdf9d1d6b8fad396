"""A rule read off the tables: which row or column is in which of its groups, and what each group may and must have."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from servicematch.assign.rules import MOST_DONE
from servicematch.base.claim import SCALE
from servicematch.base.errors import PolicyError, UnusedRule
from servicematch.base.notices import notice
from servicematch.tables.groups import groups_by

if TYPE_CHECKING:
    from servicematch.assign.places import Columns
    from servicematch.assign.rules import Rule
    from servicematch.base.arrays import IntArray
    from servicematch.tables.requests import Requests
    from servicematch.tables.slots import Slots
    from servicematch.tables.teams import Teams

NO_QUOTA = 2**40


@dataclass(frozen=True, slots=True)
class RuleGroups:
    """The groups of one rule.

    Attributes
    ----------
    rule, side
        Its number in the policy, and whose rows are grouped: ``"requests"`` or ``"teams"`` (the solver's columns).
    group
        int64, one a row or column: its group, -1 for none.
    values
        What each group has in common.
    at_least, at_most
        int64 units, one a group.
    costs
        What each further unit of a group costs, micro-points that never fall; None where units cost nothing.
    """

    rule: int
    side: str
    group: IntArray
    values: tuple[Any, ...]
    at_least: IntArray
    at_most: IntArray
    costs: tuple[IntArray, ...] | None = None


def groups_of_rule(number: int, rule: Rule, requests: Requests, teams: Teams, columns: Columns) -> RuleGroups:
    """Read one rule off the tables; even work is no quota, so its costs reach as far as units can.

    Raises
    ------
    PolicyError
        When a table has no such column, a row is in several groups at once, or slots are needed and not given.

    Examples
    --------
    >>> from servicematch.assign.places import Columns
    >>> from servicematch.assign.rules import Quota
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1, 2, 3], "category": ["art", "art", None]}), Teams({"id": [1]})
    >>> read = groups_of_rule(0, Quota("requests", "category", 0.5), requests, teams, Columns.of(teams))
    >>> read.group.tolist(), read.values, read.at_most.tolist()
    ([0, 0, -1], ('art',), [1])
    """
    side = getattr(rule, "side", "teams")
    by = "id" if rule.kind in {"cap", "min_load"} else rule.by  # type: ignore[union-attr]  # the others have one
    where = f"rules[{number}] ({type(rule).__name__})"
    group, values = labels_of(where, requests, teams, by, side)
    table_group, size = group, requests.units if side == "requests" else columns.capacity
    places = _sums(table_group, size, len(values))
    if side == "teams":
        group = group[columns.team]
    least, most = np.zeros(len(values), dtype=np.int64), np.full(len(values), NO_QUOTA)
    if rule.kind in {"floor", "min_load"}:
        least = _amounts(f"{where}.at_least", rule.at_least, values, places, least, up=True)  # type: ignore[union-attr]
    if rule.kind in {"quota", "cap"}:
        most = _amounts(f"{where}.at_most", rule.at_most, values, places, most, up=False)  # type: ignore[union-attr]
    read = RuleGroups(number, side, group, values, least, most)
    if rule.kind == "cap" and rule.per != "total":  # type: ignore[union-attr]
        return _by_period(where, rule.per, columns, read)  # type: ignore[union-attr]
    if rule.kind != "balance":
        return read
    room = _sums(table_group, columns.free + columns.pinned, len(values))  # a pin may take more than is free
    before = _history(where, rule.offset, teams, table_group, values)  # type: ignore[union-attr]
    if rule.shape == "target":  # type: ignore[union-attr]
        zero = np.zeros(len(values), dtype=np.int64)
        places = _amounts(f"{where}.target", rule.target, values, places, zero, up=False)  # type: ignore[union-attr]
    return replace(read, at_most=np.minimum(most, room), costs=tuple(_costs(rule, room, before, places)))


def labels_of(where: str, requests: Requests, teams: Teams, by: Any, side: str) -> tuple[IntArray, tuple[Any, ...]]:
    """Return the group of each row of a table, -1 for none, and the values of the groups.

    Raises
    ------
    PolicyError
        When there is no such column, or a row is in several groups.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1, 2, 3], "category": ["art", None, "art"]})
    >>> labels_of("rules[0]", requests, Teams({"id": [1]}), "category", "requests")
    (array([ 0, -1,  0]), ('art',))
    """
    try:
        groups = groups_by(requests, teams, by, side)
    except ValueError as error:
        raise PolicyError(f"{where}: {error}") from error
    except TypeError:
        raise PolicyError(f"{where}: the column holds something that cannot be compared, such as a list") from None
    if len(np.unique(groups.row)) < len(groups.row):
        raise PolicyError(
            f"{where}: {groups.column} holds several words in a row, so a row would be in several groups. "
            "Hint: add a column with one value a row and name that"
        )
    level = by[1] if isinstance(by, tuple) else None
    is_group = [_is_group(value, level) for value in groups.values]
    number = np.cumsum(is_group) - 1
    label = np.full(groups.n_rows, -1, dtype=np.int64)
    label[groups.row] = np.where(np.array(is_group, dtype=np.bool_)[groups.group], number[groups.group], -1)
    return label, tuple(value for value, keep in zip(groups.values, is_group, strict=True) if keep)


def _is_group(value: Any, level: int | None) -> bool:
    """Nothing is no group, nor is a path that ends above the level."""
    return value is not None and (level is None or value.count("/") + 1 >= level)


def _sums(group: IntArray, size: IntArray, n: int) -> IntArray:
    sums = np.zeros(n, dtype=np.int64)
    np.add.at(sums, group[group >= 0], size[group >= 0])
    return sums


def _amounts(
    where: str, amount: Any, values: tuple[Any, ...], places: IntArray, default: IntArray, *, up: bool
) -> IntArray:
    """Return the units of each group; shares are rounded up for floors and down for quotas."""
    if not isinstance(amount, tuple):
        return np.array([_units(amount, whole, up=up) for whole in places.tolist()], dtype=np.int64)
    number, units = {value: at for at, value in enumerate(values)}, default.copy()
    missing = [group for group, _ in amount if group not in number]
    if missing:
        notice(f"{where}: no row has {missing[0]!r} ({len(missing)} of {len(amount)} groups named)", UnusedRule)
    for group, one in amount:
        if group in number:
            units[number[group]] = _units(one, int(places[number[group]]), up=up)
    return units


def _units(amount: float, whole: int, *, up: bool) -> int:
    """Turn a share into units; 1e-9 is forgiven, so that 0.7 of 10 is 7 both ways."""
    if isinstance(amount, int):
        return amount
    return math.ceil(amount * whole - 1e-9) if up else math.floor(amount * whole + 1e-9)


def _by_period(where: str, per: str, columns: Columns, teams: RuleGroups) -> RuleGroups:
    """Split each team's group by slot, or by the day or week (from Monday) in which a slot begins."""
    slots = columns.slots
    if slots is None:
        raise PolicyError(f'{where}: per="{per}" needs slots, and this call has none')
    period = np.arange(len(columns.team)) if per == "slot" else _days(slots, first_of_week=per == "week")
    names = slots.ids.tolist() if per == "slot" else None
    pairs, group = np.unique(np.stack([teams.group, period]), axis=1, return_inverse=True)
    named = [at if names is None else names[at] for at in pairs[1].tolist()]
    return replace(
        teams,
        group=group.reshape(-1).astype(np.int64),
        values=tuple(
            (teams.values[team], date.fromordinal(at).isoformat() if names is None else at)
            for team, at in zip(pairs[0].tolist(), named, strict=True)
        ),
        at_least=np.zeros(pairs.shape[1], dtype=np.int64),
        at_most=teams.at_most[pairs[0]],
    )


def _days(slots: Slots, *, first_of_week: bool) -> IntArray:
    """Return the day on which each slot begins in the zone of the table, as an ordinal; or the Monday before."""
    zone = UTC if slots.tz is None else ZoneInfo(slots.tz)
    days = [datetime.fromtimestamp(start, zone).date() for start in slots.start.tolist()]
    return np.array([day.toordinal() - (day.weekday() if first_of_week else 0) for day in days], dtype=np.int64)


def _costs(rule: Any, room: IntArray, before: IntArray, size: IntArray) -> list[IntArray]:
    """Return what each further unit of each group costs, in micro-points; ``size`` are places, or the targets."""
    point, further = rule.points * SCALE, zip(room.tolist(), before.tolist(), size.tolist(), strict=True)
    if rule.shape == "target":
        micro = round(point)
        return [np.where(np.arange(n) + done < aim, -micro, micro).astype(np.int64) for n, done, aim in further]
    return [np.rint(point * (np.arange(n) + 0.5 + done) / max(1, whole)).astype(np.int64) for n, done, whole in further]


def _history(where: str, offset: Any, teams: Teams, group: IntArray, values: tuple[Any, ...]) -> IntArray:
    """Return the units that each group has done before."""
    zero = np.zeros(len(values), dtype=np.int64)
    if offset is None:
        return zero
    if not isinstance(offset, str):
        return _amounts(f"{where}.offset", offset, values, zero, zero, up=False)
    column = teams.extra.get(offset, getattr(teams, offset, None) if offset in teams.present else None)
    if column is None:
        raise PolicyError(f"{where}.offset: the teams have no column {offset!r}")
    done = [_whole(value) for value in column.tolist()]
    bad = next((row for row, value in enumerate(done) if value is None), None)
    if bad is not None:
        raise PolicyError(
            f"{where}.offset: expected whole units from 0 to {MOST_DONE:,}, got {column.tolist()[bad]!r} in teams.{offset} "
            f"of team {teams.ids[[bad]].tolist()[0]!r}"
        )
    return _sums(group, np.array(done, dtype=np.int64), len(values))


def _whole(value: Any) -> int | None:
    """Read units done before; nothing is 0, and None is what cannot be read."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return 0
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= MOST_DONE or value != int(value):
        return None
    return int(value)
