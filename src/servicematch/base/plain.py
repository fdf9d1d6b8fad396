"""Plain data as JSON can hold it."""

from __future__ import annotations

from typing import Any
from uuid import UUID


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Write UUIDs as texts, in lists and dicts too; all else stays what it is.

    Examples
    --------
    >>> plain({"id": UUID(int=1), "others": [UUID(int=2), 3]})
    {'id': '00000000-0000-0000-0000-000000000001', 'others': ['00000000-0000-0000-0000-000000000002', 3]}
    """
    return {_plain(key): _plain(value) for key, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return plain(value)
    return [_plain(one) for one in value] if type(value) in (list, tuple) else value
