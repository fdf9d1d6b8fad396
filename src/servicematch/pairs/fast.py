"""Whether compiled loops are at hand, and whether there is enough to do for them. They change times, never results.

Limits, terms and indexes are written in numpy. Some have a second way, by compiled loops, with the same answers:
``compiled_passes`` of a limit, ``compiled_values`` of a term, ``compiled_pairs`` of an index, which leaves out what
does not pass its own limit. Who lacks it is asked in numpy as ever.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

logger = logging.getLogger(__name__)

ENOUGH = 2_000_000
"""From so many pairs on, compiled loops may save the half second that it takes to load them."""


def kernels(n: int) -> ModuleType | None:
    """Give the compiled loops for work on ``n`` pairs; None where numba is not installed, or for little work.

    They answer as numpy does, to the bit, so nothing but time hangs on this choice.

    Examples
    --------
    >>> kernels(10) is None
    True
    """
    return _loaded() if n >= ENOUGH and find_spec("numba") is not None else None


@lru_cache(maxsize=1)
def _loaded() -> ModuleType | None:
    try:
        from servicematch.pairs import _kernels  # noqa: PLC0415  slow to import, and numba is an extra
    except ImportError as error:  # as when numpy is too new for it; nobody may have asked for it here
        logger.warning("numba is installed but cannot be imported, so pairs are found without it: %s", error)
        return None
    return _kernels
