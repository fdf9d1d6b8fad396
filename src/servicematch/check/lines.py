"""Lines of prices as a claim states them: whole numbers, one a tier, or nothing that can be read."""

from __future__ import annotations

from typing import Any

import numpy as np


def read_line(stated: Any, n_tiers: int, most: int) -> list[int] | None:
    """Read a line, its numbers pulled within ``most``; None for anything else.

    Any price gives a true bound, one that is out of all range only a looser one; so is one that adds up to too much.

    Examples
    --------
    >>> read_line((1, 2**70), 2, 9), read_line((1, "2"), 2, 9), read_line(5, 1, 9)
    ([1, 9], None, None)
    """
    if not isinstance(stated, tuple | list | np.ndarray) or len(stated) != n_tiers:
        return None
    if not all(isinstance(one, int | np.integer) and not isinstance(one, bool) for one in stated):
        return None
    return [max(-most, min(most, int(one))) for one in stated]


def is_name(value: Any) -> bool:
    """Tell whether something may name a group: a value that can be looked up.

    Examples
    --------
    >>> is_name(("a", 1)), is_name(("a", [1]))
    (True, False)
    """
    try:
        hash(value)
    except TypeError:
        return False
    return True
