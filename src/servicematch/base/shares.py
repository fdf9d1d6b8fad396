"""Shares in per cent, as they are written for people."""

from __future__ import annotations

import math


def percent(part: int, whole: int) -> float:
    """Give a share in per cent, rounded to a tenth; NaN where there is nothing to share.

    100 means all and 0 means none: what is only near them is told as 99.9 and 0.1.

    Examples
    --------
    >>> percent(13, 15), percent(9999, 10000), percent(1, 10000), percent(0, 0)
    (86.7, 99.9, 0.1, nan)
    """
    if not whole:
        return math.nan
    tenths = (2000 * part + whole) // (2 * whole)  # whole numbers throughout: a half goes up
    if 0 < part < whole:
        tenths = min(max(tenths, 1), 999)
    return tenths / 10
