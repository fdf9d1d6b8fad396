"""Whether the compiled loops of the extra ``fast`` can be had."""

from __future__ import annotations

from importlib.util import find_spec


def has_kernels() -> bool:
    """Tell whether numba is installed; asking does not import it.

    Examples
    --------
    >>> has_kernels() in (True, False)
    True
    """
    return find_spec("numba") is not None
