"""How the loops of this room are compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

_Loop = TypeVar("_Loop", bound="Callable[..., Any]")


def compiled(loop: _Loop) -> _Loop:
    """Compile a loop at its first call, or take it from numba's cache; other threads may run meanwhile."""
    try:
        return cast("_Loop", njit(cache=True, nogil=True)(loop))
    except RuntimeError:  # numba finds no folder that it may write a cache to, so it goes without
        return cast("_Loop", njit(nogil=True)(loop))
