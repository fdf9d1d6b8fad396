"""How far a long call has come: a bar a layer where the caller asked for it, by tqdm, else lines in the log."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from importlib.util import find_spec
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

_LOOK = "{desc:<7}{percentage:3.0f}% |{bar:30}| {n_fmt} of {total_fmt}{unit} [{elapsed}{postfix}]"


class Bar:
    """What a layer tells of its work; this one shows nothing and costs nothing, for nobody asked.

    Only counts and names of steps are told, never a resident's words. A layer tells from the thread it was called in.

    Examples
    --------
    >>> QUIET.expect(3, "requests")
    >>> QUIET.advance(3)
    """

    __slots__ = ()

    def expect(self, total: int, unit: str) -> None:
        """Say how much there is to do, once it is known."""

    def advance(self, n: int = 1) -> None:
        """Say that so much more is done."""

    def step(self, name: str) -> None:
        """Say what is being done now, in a word or two."""

    def finish(self) -> None:
        """Say that all is done."""

    def close(self) -> None:
        """Leave the bar where it stands, done or not."""


QUIET = Bar()


class LoggedBar(Bar):
    """A layer as lines at level INFO: each of its steps, each tenth of its work, and its seconds.

    Examples
    --------
    >>> bar = LoggedBar("pairs")
    >>> bar.expect(4, "requests")
    >>> bar.advance(2)
    >>> bar.finish()
    """

    __slots__ = ("_began", "_done", "_layer", "_total", "_unit")

    def __init__(self, layer: str) -> None:
        self._layer, self._began = layer, perf_counter()
        self._done, self._total, self._unit = 0, 0, ""

    def expect(self, total: int, unit: str) -> None:
        """Note the total; it is told with what is done of it."""
        self._done, self._total, self._unit = 0, total, unit

    def advance(self, n: int = 1) -> None:
        """Log a line when this reaches another tenth of the total."""
        before, self._done = self._done, self._done + n
        if 10 * self._done // max(1, self._total) > 10 * before // max(1, self._total):
            logger.info("%s: %s of %s %s", self._layer, f"{self._done:,}", f"{self._total:,}", self._unit)

    def step(self, name: str) -> None:
        """Log the step."""
        logger.info("%s: %s", self._layer, name)

    def finish(self) -> None:
        """Log how long the layer took."""
        logger.info("%s: %.2f s", self._layer, perf_counter() - self._began)


class TqdmBar(Bar):
    """A layer as a bar of tqdm, on the error stream.

    Examples
    --------
    >>> bar = TqdmBar("pairs")  # doctest: +SKIP
    """

    __slots__ = ("_bar",)

    def __init__(self, layer: str) -> None:
        from tqdm import tqdm  # noqa: PLC0415  optional

        self._bar: Any = tqdm(desc=layer, total=1, unit="", bar_format=_LOOK)

    def expect(self, total: int, unit: str) -> None:
        """Begin to count towards the total."""
        self._bar.total, self._bar.n, self._bar.unit = total, 0, f" {unit}"
        self._bar.refresh()

    def advance(self, n: int = 1) -> None:
        """Move the bar on."""
        self._bar.update(n)

    def step(self, name: str) -> None:
        """Put the step behind the bar."""
        self._bar.set_postfix_str(name)

    def finish(self) -> None:
        """Fill the bar, whatever was told."""
        self._bar.set_postfix_str("", refresh=False)
        self._bar.update(self._bar.total - self._bar.n)

    def close(self) -> None:
        """Let the next bar stand below this one."""
        self._bar.close()


@contextmanager
def shown(layer: str, *, is_asked: bool) -> Iterator[Bar]:
    """Give a layer its bar: one that shows nothing unless it was asked for.

    A layer that fails leaves its bar where it stood.

    Examples
    --------
    >>> with shown("pairs", is_asked=False) as bar:
    ...     bar.advance(3)
    """
    if not is_asked:
        yield QUIET
        return
    bar = TqdmBar(layer) if find_spec("tqdm") else LoggedBar(layer)
    try:
        yield bar
        bar.finish()
    finally:
        bar.close()
