"""Threads: who answers whom, and which record starts it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ids: TypeAlias = NDArray[np.bytes_]
"""Pseudonyms of records or members: 32 hexadecimal digits in ASCII each, or nothing."""
Numbers: TypeAlias = NDArray[np.int64]


def ids_of(names: Iterable[str]) -> Ids:
    """Return pseudonyms as an array.

    >>> ids_of(["5f", ""]).tolist()
    [b'5f', b'']
    """
    return np.array([name.encode("ascii") for name in names], dtype="S32")


def roots(records: Ids, answers: Ids) -> Numbers:
    """Return for each record the number of the one that starts its thread; ``records`` rise.

    Records that answer one another in a circle, which no platform should have, start threads of their own, and so do those that
    answer them.

    >>> roots(np.array([b"a", b"b", b"c", b"d"]), np.array([b"", b"a", b"b", b"gone"])).tolist()
    [0, 0, 0, 3]
    >>> roots(np.array([b"a", b"b", b"c"]), np.array([b"b", b"a", b"a"])).tolist()
    [0, 1, 2]
    """
    own = np.arange(len(records))
    if not len(own):
        return own
    place = np.minimum(np.searchsorted(records, answers), len(own) - 1)
    first = np.where(records[place] == answers, place, own)
    end = first
    for _ in range(len(own).bit_length()):
        end = end[end]
    return np.where(first[end] == end, end, own)
