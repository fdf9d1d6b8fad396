"""Blocks of work, one after another or on the workers that the caller chose with joblib."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

TASKS_PER_WORKER = 2


def each(work: Callable[[_Task], _Result], tasks: Sequence[_Task], n_jobs: int | None = None) -> Iterator[_Result]:
    """Do the tasks and give the results in their order.

    With ``n_jobs=None`` the caller's ``joblib.parallel_config`` decides; without one they are done here, one by one.
    A few tasks a worker are handed out at a time, so that the caller of this function may stop between them.

    Examples
    --------
    >>> list(each(abs, [-1, 2]))
    [1, 2]
    """
    # Who has not imported joblib has not configured it; importing it to find out would cost 0.1 s.
    if len(tasks) <= 1 or (n_jobs is None and "joblib" not in sys.modules):
        yield from map(work, tasks)
        return
    from joblib import Parallel, delayed, effective_n_jobs  # noqa: PLC0415  slow to import

    n_workers = effective_n_jobs(n_jobs)
    if n_workers == 1 and n_jobs is not None:
        yield from map(work, tasks)
        return
    step = TASKS_PER_WORKER * max(1, n_workers)
    with Parallel(n_jobs=n_jobs) as parallel:
        for start in range(0, len(tasks), step):
            yield from parallel(delayed(work)(task) for task in tasks[start : start + step])
