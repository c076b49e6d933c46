"""The vocabulary: numbers for the types of tokens that were read, given in the order of their first reading."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sayso.redact.cutting import GAP, Cut
from sayso.redact.shapes import Ints

_SLOTS = 18
"""Bits of the number of slots: a token beyond those is found more slowly."""
# An odd multiplier of a polynomial over the code points, and one that mixes its bits (splitmix64's); only speed rests on them.
_BASE, _MIX = 0x9E3779B97F4A7C15, np.uint64(0xBF58476D1CE4E5B9)


class Vocabulary:
    """Numbers the types of tokens from 1 up; number 0 is that of the empty places.

    A dictionary holds the numbers. Before it, a slot for each hash names a type, whose letters are compared with the token's:
    that takes array operations alone, and only where it fails (new types, two types with one slot) is the dictionary asked.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._slots = np.zeros(1 << _SLOTS, dtype=np.int32)
        self._letters = np.zeros(1 << 12, dtype=np.uint32)
        self._first = np.zeros(1 << 10, dtype=np.int64)
        self._length = np.zeros(1 << 10, dtype=np.int64)
        self._used = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, page: Cut) -> tuple[Ints, list[str]]:
        """Return the number of each token's type, and the types that are new, in the order of their numbers."""
        starts, lengths = page.bounds[:-1], np.diff(page.bounds)
        slots = _slots(page)
        numbers = np.take(self._slots, slots).astype(np.int64)
        empty = page.codes[starts] == GAP
        numbers[empty] = 0
        unknown = np.flatnonzero(~self._same(page, numbers, starts, lengths) & ~empty)
        fresh: list[str] = []
        if len(unknown):
            fresh = self._ask(page, numbers, unknown)
            self._keep(fresh)
            # Backwards, so that of new types with one slot the first gets it: the most frequent ones come early.
            free = unknown[::-1][self._slots[slots[unknown[::-1]]] == 0]
            self._slots[slots[free]] = numbers[free]
        return numbers, fresh

    def _same(self, page: Cut, numbers: Ints, starts: Ints, lengths: Ints) -> NDArray[np.bool_]:
        """Tell for each token whether it has the letters of the type."""
        same: NDArray[np.bool_] = np.take(self._length, numbers) == lengths
        first = np.where(same, np.take(self._first, numbers) - starts, -starts)
        letters = np.take(self._letters, np.arange(len(page.codes)) + np.repeat(first, lengths))
        other = np.flatnonzero(letters != page.codes)
        same[np.searchsorted(page.bounds, other, side="right") - 1] = False
        return same

    def _ask(self, page: Cut, numbers: Ints, unknown: Ints) -> list[str]:
        """Set the numbers of tokens from the dictionary, and return the new types."""
        fresh, known = [], self._numbers
        bounds = zip(page.bounds[unknown].tolist(), page.bounds[unknown + 1].tolist(), strict=True)
        for place, (start, end) in zip(unknown.tolist(), bounds, strict=True):
            token = page.text[start:end]
            number = known.get(token)
            if number is None:
                number = known[token] = len(known) + 1
                fresh.append(token)
            numbers[place] = number
        return fresh

    def _keep(self, fresh: list[str]) -> None:
        """Remember the letters of new types."""
        letters = np.frombuffer("".join(fresh).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        lengths = np.fromiter(map(len, fresh), dtype=np.int64, count=len(fresh))
        first = len(self._numbers) - len(fresh) + 1
        self._letters = put(self._letters, letters, self._used)
        self._first = put(self._first, self._used + np.cumsum(lengths) - lengths, first)
        self._length = put(self._length, lengths, first)
        self._used += len(letters)


def put(array: NDArray[Any], values: NDArray[Any], first: int) -> NDArray[Any]:
    """Return the array with values from a row on, at least twice as long where they did not fit."""
    last = first + len(values)
    if last > len(array):
        longer = np.zeros((max(last, 2 * len(array)), *array.shape[1:]), dtype=array.dtype)
        longer[: len(array)] = array
        array = longer
    array[first:last] = values
    return array


def _slots(page: Cut) -> Ints:
    """Return the slot of each token: the upper bits of a polynomial over its code points, from differences of its sums."""
    count = len(page.codes)
    power, inverse = _powers(count.bit_length())
    total = np.zeros(count + 1, dtype=np.uint64)
    np.cumsum((page.codes + np.uint32(1)) * power[:count], out=total[1:])
    hashes = np.diff(total[page.bounds]) * inverse[page.bounds[:-1]]
    hashes = (hashes ^ (hashes >> np.uint64(32))) * _MIX
    return (hashes >> np.uint64(64 - _SLOTS)).astype(np.int64)


@cache
def _powers(bits: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return 2^bits powers of the base and of its inverse, modulo 2^64."""
    return _powers_of(_BASE, 1 << bits), _powers_of(pow(_BASE, -1, 1 << 64), 1 << bits)


def _powers_of(base: int, count: int) -> NDArray[np.uint64]:
    factors = np.full(count, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)
