"""How long a search may go on: by the clock, or by work that is the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

DEFAULT_WORK = 2_000_000_000
"""The work done where neither a time nor a work limit is given: some twenty seconds."""

WORK_PER_S = 100_000_000
"""Work that stands for a second of CP-SAT's own measure of time."""


@dataclass(slots=True)
class Budget:
    """What is left of the time and of the work.

    Attributes
    ----------
    time_limit_s
        Seconds from the making of this object; None for no limit. It is never looked at when there is a work limit.
    work_limit
        Pairs that may be looked at, over all steps; None for no limit.
    done
        Work done so far.
    whole
        The budget that this one is a part of: it is told of all work done.
    """

    time_limit_s: float | None = None
    work_limit: int | None = None
    done: int = 0
    began: float = field(default_factory=perf_counter)
    whole: Budget | None = None

    def __post_init__(self) -> None:
        if self.work_limit is not None:
            self.time_limit_s = None
        elif self.time_limit_s is None:
            self.work_limit = DEFAULT_WORK

    def spend(self, work: float) -> None:
        """Note that so many pairs were looked at."""
        self.done += int(work)
        if self.whole is not None:
            self.whole.spend(work)

    @property
    def seconds(self) -> float:
        """Seconds left, infinite where no clock decides."""
        return float("inf") if self.time_limit_s is None else self.time_limit_s - (perf_counter() - self.began)

    @property
    def work(self) -> float:
        """Work left, infinite where only the clock decides."""
        return float("inf") if self.work_limit is None else self.work_limit - self.done

    @property
    def is_left(self) -> bool:
        """Whether there is any of both."""
        return self.seconds > 0 and self.work > 0

    @property
    def name(self) -> str:
        """The limit that is, or will be, reached."""
        return "work" if self.work_limit is not None else "time"

    def part(self, share: float) -> Budget:
        """Return a budget of a share of what is left."""
        if self.work_limit is not None:
            return Budget(work_limit=int(share * self.work), whole=self)
        return Budget(time_limit_s=share * self.seconds, whole=self)
