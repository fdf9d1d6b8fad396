"""The Gini coefficient of shares: 0 where all are alike, near 1 where one has everything."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def gini(parts: Sequence[int], wholes: Sequence[int]) -> float:
    r"""Measure how unequal the shares p_i / w_i are, each weighing as much as its whole w_i.

    .. math::  G = \frac{\sum_{i<j} |p_i w_j - p_j w_i|}{\sum_i w_i \; \sum_i p_i}

    which is half the mean absolute difference of two shares, drawn by weight, over the mean share (C. Gini, 1912). The
    sums are whole numbers, so equal shares give exactly 0; so do no parts at all. A group cut in two of the same share
    changes nothing.

    Parameters
    ----------
    parts
        Units served, places taken: at least 0.
    wholes
        Units asked, places: more than 0.

    Examples
    --------
    >>> gini([1, 2], [2, 4]), gini([0, 4], [4, 4]), gini([0, 0, 0, 9], [9, 9, 9, 9])
    (0.0, 0.5, 0.75)
    """
    pairs = sorted(zip(parts, wholes, strict=True), key=lambda one: one[0] / one[1])
    below = accumulate((part for part, _ in pairs), initial=0)
    lorenz = sum(whole * (2 * under + part) for (part, whole), under in zip(pairs, below, strict=False))
    total = sum(parts) * sum(wholes)
    return (total - lorenz) / total if total else 0.0
