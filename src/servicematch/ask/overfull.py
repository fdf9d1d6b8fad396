"""Teams that hold more than they have places for: by pins, or by what they were given before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray


def swallowed_places(answer: Answer) -> IntArray:
    """Count for each team the places that more capacity must bring before one is free for anybody.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> swallowed_places(run({"id": [1, 2, 3]}, {"id": [1, 2]}, pins=[(1, 1), (2, 1), (3, 2)])).tolist()
    [1, 0]
    """
    teams = answer.teams
    pinned = np.bincount(answer.cols[answer.is_pinned], minlength=len(teams))
    over: IntArray = teams.used.astype(np.int64) + pinned - teams.capacity
    return np.maximum(0, over)
