"""Whether the compiled loops of the extra ``fast`` can be had, and how to call those that fill a list."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.base.arrays import IntArray


logger = logging.getLogger(__name__)


def has_kernels() -> bool:
    """Tell whether the compiled loops can be had; ask where they are needed, for the answer loads numba.

    Examples
    --------
    >>> has_kernels() in (True, False)
    True
    """
    return find_spec("numba") is not None and _loads()


@lru_cache(maxsize=1)
def _loads() -> bool:
    try:
        import_module("servicematch.solve._kernels.jit")
    except ImportError as error:  # as when numpy is too new for it; nobody may have asked for it here
        logger.warning("numba is installed but cannot be imported, so plans are made without it: %s", error)
        return False
    return True


def filled(fill: Callable[[IntArray], tuple[Any, ...]], n_guessed: int) -> tuple[tuple[Any, ...], IntArray]:
    """Call a loop that fills a list, once more where the list was too short; return its other answers, and the list.

    ``fill`` returns the number of entries among its answers, as the only plain number there. A compiled loop whose
    list grew inside it would be several times slower.

    Examples
    --------
    >>> def fill(found):
    ...     found[:3] = np.arange(3)[: len(found)]
    ...     return "all", 3
    >>> filled(fill, 1)
    (('all',), array([0, 1, 2]))
    """
    found = np.empty(n_guessed, dtype=np.int64)
    answers = fill(found)
    if _count(answers) > len(found):
        found = np.empty(_count(answers), dtype=np.int64)
        answers = fill(found)  # where there is room for all, a loop may thin them out
    others = tuple(answer for answer in answers if not isinstance(answer, int))
    return others, found[: _count(answers)]


def _count(answers: tuple[Any, ...]) -> int:
    return next(answer for answer in answers if isinstance(answer, int))
