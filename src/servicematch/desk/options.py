"""Options of recommendations, checked where they come in."""

from __future__ import annotations

import numpy as np

from servicematch.base.errors import PolicyError

ORDERS = ("score", "plan")
"""By what choices may be ordered."""


def check_k(k: int) -> None:
    """Refuse a number of choices that is none.

    Examples
    --------
    >>> check_k(5)
    """
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise PolicyError(f"k: expected a whole number of at least 1, got {k!r}")


def check_by(by: str) -> None:
    """Refuse an order that is none.

    Examples
    --------
    >>> check_by("score")
    """
    if by not in ORDERS:
        raise PolicyError(f"by: expected one of {', '.join(map(repr, ORDERS))}, got {by!r}")
