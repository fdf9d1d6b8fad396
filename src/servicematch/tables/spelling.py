"""Columns that look like a misspelt known one."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_ALIKE = 0.8
_LONGEST = 40
_OTHER_NAMES = {"latitude": "lat", "longitude": "lon", "lng": "lon", "long": "lon", "radius": "radius_km"}


def meant(column: str, known: Collection[str], given: Collection[str]) -> str | None:
    """Find the known column that a name may have been meant for, None where none is near or it is there already.

    Examples
    --------
    >>> known = ("id", "lat", "lon", "skills", "max_km", "units")
    >>> meant("skill", known, ()), meant("Max KM", known, ()), meant("latitude", known, ()), meant("phone", known, ())
    ('skills', 'max_km', 'lat', None)
    >>> meant("skill", known, ("skills",)) is None
    True
    """
    name = re.sub(r"[\s\-.]+", "_", column[:_LONGEST].strip().casefold())
    name = _OTHER_NAMES.get(name, name)
    open_names = [other for other in known if other not in given]
    found = [name] if name in open_names else get_close_matches(name, open_names, n=1, cutoff=_ALIKE)
    return found[0] if found else None
