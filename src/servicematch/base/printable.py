"""Ids and names as a terminal may show them: one line, of a fair length, nothing that steers it."""

from __future__ import annotations

from typing import Any

MOST = 80


def printable(value: Any, most: int = MOST) -> str:
    r"""Write an id or a name in one line: what is not printable (controls, marks of direction) becomes U+FFFD.

    Examples
    --------
    >>> printable("T\x1b[31m1\n"), printable("健身队"), len(printable("x" * 1000))
    ('T�[31m1�', '健身队', 80)
    """
    text = str(value)
    text = text if len(text) <= most else text[: most - 1] + "…"
    return text if text.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in text)
