"""Units of a request that are bound to each other: so many or none, and all at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.assign.inputs import Timed
    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.tables.requests import Requests


def units_bound(
    requests: Requests, timed: Timed | None, row: Int32Array, col: Int32Array
) -> tuple[IntArray | None, IntArray | None]:
    """Return the least units of each request, and for each pair the time that its request's units share, -1 for no matter.

    None stands for nobody who asks. Times are numbered by start and end of the slots.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> rows, cols = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32)
    >>> units_bound(Requests({"id": [1, 2], "units": [2, 2], "min_units": [1, 2]}), None, rows, cols)
    (array([1, 2]), None)
    """
    least = requests.min_units if (requests.min_units > 1).any() else None
    together = (requests.together == 1) & (requests.units > 1)
    if timed is None or not together.any():
        return least, None
    times = np.stack([timed.slots.start, timed.slots.end])
    number = np.unique(times, axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64)
    bundle: IntArray = np.where(together[row], number[col], -1)
    return least, bundle if (bundle >= 0).any() else None
