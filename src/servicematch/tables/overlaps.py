"""Stretches of time that overlap: those of one owner, each against the one that reaches furthest before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray, ObjectArray


def overlapping(owner: ObjectArray, start: IntArray, end: IntArray) -> IntArray:
    """Find for each stretch [start, end) an earlier one of its owner that it overlaps, -1 where there is none.

    Ends that touch do not overlap. Of two that start together, the first row counts as the earlier one.

    Examples
    --------
    >>> owner = np.array(["a", "a", "a", "b"], dtype=object)
    >>> overlapping(owner, np.array([0, 5, 7, 6]), np.array([6, 7, 9, 9]))
    array([-1,  0, -1, -1])
    """
    number = {value: i for i, value in enumerate(dict.fromkeys(owner.tolist()))}
    code = np.fromiter((number[value] for value in owner.tolist()), dtype=np.int64, count=len(owner))
    order = np.lexsort((start, code))
    found = np.full(len(owner), -1, dtype=np.int64)
    furthest = -1
    for at in order.tolist():  # a running maximum by owner; one look a slot, and slots are few
        if furthest >= 0 and code[furthest] == code[at]:
            if start[at] < end[furthest]:
                found[at] = furthest
            if end[at] <= end[furthest]:
                continue
        furthest = at
    return found
