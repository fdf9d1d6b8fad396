"""The one check of a term's weight."""

from __future__ import annotations

import math

from servicematch.base.errors import PolicyError


def check_weight(name: str, weight: float) -> None:
    """Refuse a weight that is not a finite number of at least 0.

    Examples
    --------
    >>> check_weight("text", 0.45)
    """
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not (math.isfinite(weight) and weight >= 0):
        raise PolicyError(f"terms.{name}.weight: expected a finite number of at least 0, got {weight!r}.")
