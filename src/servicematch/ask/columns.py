"""Values of groups as columns of a frame and as plain data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import AnyArray
    from servicematch.out.ask_words import Names


def value_column(values: Sequence[Any]) -> AnyArray:
    """Make a column of the values that groups have in common: times and numbers keep their kind.

    Examples
    --------
    >>> value_column([2, 1]).dtype.kind, value_column(["yoga", None]).dtype.kind
    ('i', 'O')
    """
    if any(isinstance(value, np.datetime64) for value in values):
        return np.array([np.datetime64("NaT") if value is None else value for value in values], dtype="datetime64[s]")
    kinds = {type(value) for value in values}
    return np.array(values) if kinds in ({int}, {float}, {bool}) else objects(values)


def objects(values: Sequence[Any]) -> AnyArray:
    """Make a column of anything, None for nothing.

    Examples
    --------
    >>> objects([1, None]).tolist()
    [1, None]
    """
    return np.fromiter(values, dtype=object, count=len(values))


def plain_value(value: Any) -> Any:
    """Write the value of a group as JSON can hold it.

    Examples
    --------
    >>> plain_value("yoga"), plain_value(np.datetime64("2025-06-02", "s"))
    ('yoga', '2025-06-02T00:00:00')
    """
    return value if isinstance(value, str | int | float | bool | None) else str(value)


_LEVEL = re.compile(r" \(level \d+\)$")
_OF_TEAMS = frozenset(("id", *Teams.COLUMNS))
_OF_REQUESTS = frozenset(Requests.COLUMNS)


def value_for(names: Names, value: Any, column: str, side: str = "requests") -> Any:
    """Give a value that rows were grouped by, or where ids are hidden a letter for one that may tell who somebody is.

    Ids of requests may, and so may any column of the caller's own, such as a phone number.

    Examples
    --------
    >>> from servicematch.out.ask_words import Names
    >>> names = Names("en", redact=True)
    >>> [value_for(names, *asked) for asked in (("139", "phone"), ("a/b", "area"), (None, "phone"), ("t", "id", "teams"))]
    ['A', 'a/b', None, 't']
    """
    known = _OF_TEAMS if side == "teams" else _OF_REQUESTS
    return value if value is None or _LEVEL.sub("", column) in known else names.plain_request(value)
