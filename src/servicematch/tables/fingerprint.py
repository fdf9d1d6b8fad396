"""A sha256 over columns: equal for equal meaning, whatever kind of frame they came in."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.tables.tags import Tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from servicematch.base.arrays import AnyArray, ObjectArray


def fingerprint_of(name: str, columns: Mapping[str, Any]) -> str:
    """Hash the columns that are there (not None) with their names; rows must stand in canonical order.

    Examples
    --------
    >>> fingerprint_of("teams", {"id": np.array([1, 2])})[:8]
    'a763021e'
    """
    digest = sha256(f"servicematch 1 {name}".encode())
    for column in sorted(columns):
        values = columns[column]
        if values is not None:
            digest.update(f"\n{column}\n".encode())
            for part in _tags(values) if isinstance(values, Tags) else _array(values):
                digest.update(part)
    return digest.hexdigest()


def _array(values: AnyArray) -> Iterator[bytes]:
    if values.dtype == object:
        yield from _objects(values)
        return
    kind = values.dtype.kind
    if kind == "f":  # all NaN alike
        values = np.where(np.isnan(values), np.nan, values)
    yield f"{kind} {len(values)} ".encode()
    yield np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"))).tobytes()


def _objects(values: ObjectArray) -> Iterator[bytes]:
    null = (values == None).astype(bool)  # noqa: E711  compares element by element
    present = (values[~null] if null.any() else values).tolist()
    yield f"o {len(values)} {type(present[0]).__name__ if present else ''} ".encode()
    yield np.packbits(null).tobytes()
    yield from _texts(present if present and isinstance(present[0], str) else list(map(str, present)))


def _texts(texts: Sequence[str]) -> Iterator[bytes]:
    """Give all letters, cut by zeros, so that no two lists of texts look alike. Lone surrogates are let through."""
    joined = "\0".join(texts)
    if joined.count("\0") > max(len(texts) - 1, 0):  # a text that holds a zero: the lengths tell where each one ends
        yield b"l" + np.fromiter(map(len, texts), dtype="<i8", count=len(texts)).tobytes()
    yield f" {len(texts)} ".encode()
    yield joined.encode("utf-8", "surrogatepass")


def _tags(tags: Tags) -> Iterator[bytes]:
    yield f"t {len(tags)} ".encode()
    yield tags.indptr.astype("<i8").tobytes()
    yield tags.codes.astype("<i4").tobytes()
    yield from _texts(tags.words)
