"""Blocks of work, one after another or on the workers that the caller chose with joblib."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from servicematch.base.parcel import opened, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from servicematch.base.parcel import Body, Places

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

logger = logging.getLogger(__name__)

TASKS_PER_WORKER = 4
"""So many are handed out at a time: enough that few wait for the slowest, few enough to stop in time."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does the work: the backend as joblib calls it, how many workers, and whether they see this memory.

    Examples
    --------
    >>> print(Workers("loky", 2, shares_memory=False))
    2 of loky
    """

    backend: str
    n: int
    shares_memory: bool

    @property
    def are_here(self) -> bool:
        """Whether nobody but the caller works."""
        return self.backend == "sequential"

    def __str__(self) -> str:
        return "none, all is done here" if self.are_here else f"{self.n} of {self.backend}"


HERE = Workers("sequential", 1, shares_memory=True)


def effective_workers(n_jobs: int | None = None) -> Workers:
    """Tell who would do the work, as joblib decides it: its ``parallel_config`` where ``n_jobs`` is None.

    Examples
    --------
    >>> effective_workers(1)
    Workers(backend='sequential', n=1, shares_memory=True)
    """
    # Who has not imported joblib has not configured it; importing it to find out would cost 0.1 s.
    if n_jobs == 1 or (n_jobs is None and "joblib" not in sys.modules):
        return HERE
    from joblib import effective_n_jobs  # noqa: PLC0415  slow to import
    from joblib.parallel import get_active_backend  # noqa: PLC0415  as above

    n = int(effective_n_jobs(n_jobs))
    backend, _ = get_active_backend()
    name = type(backend).__name__.removesuffix("Backend").removesuffix("Distributed").lower()
    # One worker of a cluster is another machine, which Dask uses; every other backend does the work of one here.
    if n == 1 and name != "dask":
        return HERE
    return Workers(name, n, bool(getattr(backend, "supports_sharedmem", False)))


def each(work: Callable[[_Task], _Result], tasks: Sequence[_Task], n_jobs: int | None = None) -> Iterator[_Result]:
    """Do the tasks and give the results in their order.

    With ``n_jobs=None`` the caller's ``joblib.parallel_config`` decides; without one, and with ``n_jobs=1``, they are
    done here, one by one. A few tasks a worker are handed out at a time, so that the caller of this function may stop
    between them; what ``work`` holds crosses over once for each such handful, not once a task.

    Parameters
    ----------
    work
        A pure function, or a ``functools.partial`` that holds what all tasks need. On workers its arrays are
        read-only.
    tasks
        What each call gets: small, for it is pickled by itself.
    n_jobs
        As in joblib. The results do not depend on it.

    Examples
    --------
    >>> list(each(abs, [-1, 2]))
    [1, 2]
    """
    workers = effective_workers(n_jobs)
    if len(tasks) <= 1 or workers.are_here:
        yield from map(work, tasks)
        return
    from joblib import Parallel, delayed  # noqa: PLC0415  slow to import

    step = TASKS_PER_WORKER * workers.n
    logger.debug("workers: %s; %d tasks, at most %d at a time", workers, len(tasks), step)
    send = delayed(work) if workers.shares_memory else _sender(work)
    # joblib 1.3.0 takes a None that is given for 1.
    with Parallel() if n_jobs is None else Parallel(n_jobs=n_jobs) as parallel:
        for start in range(0, len(tasks), step):
            # A list, not a generator of results: Ray knows none.
            yield from parallel(send(task) for task in tasks[start : start + step])


def _sender(work: Callable[[_Task], _Result]) -> Callable[[_Task], Any]:
    """Pack the work once; the body of the parcel is an argument by itself, because that is what backends share."""
    from joblib import delayed  # noqa: PLC0415  slow to import

    body, places = packed(work)
    logger.debug("sent to the workers: %.1f MB each time", body.nbytes / 1e6)
    return lambda task: delayed(_do)(task, body, places)


def _do(task: Any, body: Body, places: Places) -> Any:
    # Opened for each task and not kept: a worker that holds on to a mapped body keeps joblib from deleting its file.
    return opened(body, places)(task)
