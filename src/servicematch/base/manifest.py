"""With what a plan was made: versions, sizes and times, so that somebody else can make it again."""

from __future__ import annotations

import platform

_PACKAGES = ("servicematch", "ortools", "numpy", "scipy", "scikit-learn", "narwhals", "joblib")


def versions() -> dict[str, str]:
    """Return the versions of Python and of every package that has a say in a plan.

    Examples
    --------
    >>> sorted(versions())[:3]
    ['joblib', 'narwhals', 'numpy']
    """
    return {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}}


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  15 ms that most imports can do without

    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
