"""The services as numbers: which are asked for most, which stand under the same platform.

A service is its position among `Vocabulary.services`, which is the same in every language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.datasets.vocabulary import vocabulary

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray, IntArray


def platform_of() -> IntArray:
    """Give the number of each service's platform.

    Examples
    --------
    >>> np.bincount(platform_of())
    array([7, 6, 8, 7, 7, 5])
    """
    words = vocabulary("zh")
    return np.array([words.platforms.index(service.platform) for service in words.services], dtype=np.int64)


def popularity(exponent: float) -> FloatArray:
    """Give each service its Zipf share ``rank ** -exponent``, summing to 1; every platform has popular and rare ones.

    Examples
    --------
    >>> shares = popularity(1.0)
    >>> int(shares.argmax()), round(float(shares.sum()), 9)
    (0, 1.0)
    """
    platform = platform_of()
    within = np.arange(len(platform)) - np.searchsorted(platform, platform)
    rank = np.empty(len(platform), dtype=np.int64)
    rank[np.argsort(within, kind="stable")] = np.arange(len(platform))
    weights = (1.0 + rank) ** -exponent
    shares: FloatArray = weights / weights.sum()
    return shares


def siblings(service: IntArray, rng: np.random.Generator) -> IntArray:
    """Draw for each service another one of the same platform.

    Examples
    --------
    >>> int(platform_of()[siblings(np.array([0]), np.random.default_rng(0))[0]])
    0
    """
    platform = platform_of()
    begin = np.searchsorted(platform, platform)[service]
    size = np.bincount(platform)[platform][service]
    drawn: IntArray = begin + (service - begin + rng.integers(1, size)) % size
    return drawn


def others(service: IntArray, rng: np.random.Generator) -> IntArray:
    """Draw for each service another one of any platform.

    Examples
    --------
    >>> bool((others(np.zeros(50, dtype=np.int64), np.random.default_rng(0)) > 0).all())
    True
    """
    n = len(platform_of())
    drawn: IntArray = (service + rng.integers(1, n, len(service))) % n
    return drawn
