"""Shares, and how they are written in a table."""

from __future__ import annotations

from math import isnan, nan
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def share(part: int, whole: int) -> float:
    """Return the part of the whole; NaN of nothing."""
    return part / whole if whole else nan


def percent(value: float) -> str:
    """Write a share; a dash where there was nothing to count."""
    return "–" if isnan(value) else f"{100 * value:.1f} %"


def mean(values: Iterable[float]) -> float:
    """Average the values that are known."""
    known = [value for value in values if not isnan(value)]
    return fmean(known) if known else nan


def with_worst(values: Iterable[float], *, low_is_good: bool = False) -> str:
    """Write the mean, and in brackets the worst, of several runs."""
    known = [value for value in values if not isnan(value)]
    if len(known) < 2:
        return percent(mean(known))
    return f"{percent(mean(known))} ({percent(max(known) if low_is_good else min(known))})"
