"""A parcel: one object for many tasks, pickled once into one large array that nobody has to copy."""

from __future__ import annotations

import pickle
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    import numpy.typing as npt

    Body: TypeAlias = npt.NDArray[np.uint8]
    Places: TypeAlias = tuple[tuple[int, int], ...]

_ALIGNED = 64  # bytes: a line of the processor's cache, enough for every dtype


def packed(thing: Any) -> tuple[Body, Places]:
    """Pack anything that joblib could send to its workers, classes of a notebook and lambdas too.

    Backends know how to share one large array: loky maps it into the memory of all processes, Dask scatters it once.
    An object of a hundred small arrays and some tuples they would send anew with every task.

    Returns
    -------
    tuple
        The body: uint8, read-only, the pickled object and then its arrays as they are; and where each of them begins
        and ends.

    Examples
    --------
    >>> opened(*packed({"km": np.array([1.5, 2.5])}))
    {'km': array([1.5, 2.5])}
    """
    arrays: list[pickle.PickleBuffer] = []
    head = _dumps()(thing, protocol=5, buffer_callback=arrays.append)
    parts = [memoryview(head), *(array.raw() for array in arrays)]
    places, end = [], 0
    for part in parts:
        start = -(-end // _ALIGNED) * _ALIGNED
        end = start + part.nbytes
        places.append((start, end))
    body = np.zeros(end, dtype=np.uint8)
    for part, (start, stop) in zip(parts, places, strict=True):
        body[start:stop] = part
    body.flags.writeable = False
    return body, tuple(places)


def opened(body: Body, places: Places) -> Any:
    """Unpack a parcel: a matter of milliseconds, for its arrays become views of the body, and cannot be written.

    Examples
    --------
    >>> opened(*packed(np.array([1.5, 2.5]))).flags.writeable
    False
    """
    view = body.data.toreadonly()
    head, *arrays = (view[start:stop] for start, stop in places)
    return pickle.loads(head, buffers=arrays)  # noqa: S301  it comes from our own process


def _dumps() -> Callable[..., bytes]:
    """Find what joblib pickles with: until 1.5 it carried it inside, since then it depends on it."""
    name = "joblib.externals.cloudpickle" if find_spec("cloudpickle") is None else "cloudpickle"
    dumps: Callable[..., bytes] = import_module(name).dumps
    return dumps
