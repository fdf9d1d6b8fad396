"""Warnings at the line of the caller, wherever in the library they arise."""

from __future__ import annotations

import sys
import warnings


def notice(text: str, kind: type[UserWarning]) -> None:
    """Warn at the first line outside of this library, so that the warning points at what can be changed.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings(record=True, action="always") as caught:
    ...     notice("requests.units: 1 of 3 rows are empty", UserWarning)
    >>> len(caught)
    1
    """
    level, frame = 1, sys._getframe(0)  # noqa: SLF001 - what ``stacklevel`` itself counts
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] == "servicematch":
        level, frame = level + 1, frame.f_back
    warnings.warn(text, kind, stacklevel=level)
