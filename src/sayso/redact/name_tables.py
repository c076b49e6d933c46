"""Tables of names: strings, rows of numbers and rows found by a hash, all in flat arrays.

An array can be written to a file and mapped by many processes; a million Python strings cannot.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sayso.redact.word_hashes import Hashes, Numbers

Arrays = Mapping[str, NDArray[Any]]
"""Arrays by name."""
Tables = dict[str, NDArray[Any]]
"""Arrays by name, as they are made."""

Scalar = TypeVar("Scalar", bound=np.generic)

_SLOTS = 16
_LINE_BREAK = ord("\n")
_LEAST_SLOTS = 10
_MOST_SLOTS = 32


class Strings(Sequence[str]):
    """Strings as one run of UTF-8 (lone surrogates as three bytes each).

    >>> strings = Strings(strings_of(["ada", "grace", "łukasz"], "parts"), "parts")
    >>> strings[1], strings.find("grace"), strings.find("gr"), strings.begin("gr"), list(strings)
    ('grace', 1, -1, 1, ['ada', 'grace', 'łukasz'])
    """

    def __init__(self, arrays: Arrays, name: str) -> None:
        self._letters = arrays[f"{name}.letters"].data
        self._ends = arrays[f"{name}.ends"].data

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> str:  # type: ignore[override]
        return str(self._letters[self._ends[place] : self._ends[place + 1]], "utf-8", "surrogatepass")

    def begin(self, text: str, low: int = 0, high: int | None = None) -> int:
        """Return how many strings, which are sorted, come before a text; looking from ``low`` up to ``high``."""
        high = len(self) if high is None else high
        return bisect_left(self, text, low, high)

    def find(self, text: str) -> int:
        """Return the place of a text among the strings, which are sorted, or -1."""
        place = self.begin(text)
        return place if place < len(self) and self[place] == text else -1


def strings_of(strings: Sequence[str], name: str) -> Tables:
    """Return the arrays of strings, by which ``Strings`` gives them back."""
    joined = "\n".join([*strings, ""]).encode("utf-8", "surrogatepass")
    letters = np.frombuffer(joined, np.uint8)
    ends = np.flatnonzero(letters == _LINE_BREAK)
    if len(ends) == len(strings):
        sizes, letters = np.diff(ends, prepend=-1) - 1, letters[letters != _LINE_BREAK]
    else:
        coded = [text.encode("utf-8", "surrogatepass") for text in strings]
        sizes = np.fromiter(map(len, coded), np.int64, len(coded))
        letters = np.frombuffer(b"".join(coded), np.uint8)
    of_all = np.append(letters, np.uint8(0))  # of no bytes at all there is no view
    return {f"{name}.letters": of_all, f"{name}.ends": _small(np.append(0, np.cumsum(sizes)))}


def as_lines(strings: Sequence[str]) -> NDArray[np.uint8]:
    """Return strings without a line break as bytes, by which ``lines_of`` gives them back."""
    return np.frombuffer("\n".join(strings).encode("utf-8", "surrogatepass"), np.uint8)


def lines_of(letters: NDArray[np.uint8]) -> list[str]:
    """Return the strings of ``as_lines``; none of one that is empty alone.

    >>> lines_of(as_lines(["ada", "łukasz"]))
    ['ada', 'łukasz']
    """
    text = letters.tobytes().decode("utf-8", "surrogatepass")
    return text.split("\n") if text else []


class Grouped:
    """Rows of numbers: ``rows[i]`` are the numbers of row ``i``.

    >>> Grouped(grouped(np.array([0, 0, 2]), np.array([7, 8, 9]), 3, "rows"), "rows")[0].tolist()
    [7, 8]
    """

    def __init__(self, arrays: Arrays, name: str) -> None:
        self.flat = arrays[f"{name}.flat"].data
        self._ends = arrays[f"{name}.ends"].data

    def __getitem__(self, row: int) -> memoryview:
        return self.flat[self._ends[row] : self._ends[row + 1]]

    def bounds(self, row: int) -> tuple[int, int]:
        """Return from where up to where the numbers of a row stand among those of all."""
        return self._ends[row], self._ends[row + 1]

    def __len__(self) -> int:
        return len(self._ends) - 1


def grouped(rows: Numbers, numbers: Numbers, count: int, name: str) -> Tables:
    """Return the arrays of ``count`` rows, by which ``Grouped`` gives them back; ``rows`` is rising."""
    ends = np.searchsorted(rows, np.arange(count + 1))
    return {f"{name}.flat": numbers.astype(np.uint32), f"{name}.ends": _small(ends)}


class Hashed:
    """Numbers found by a hash, several for one hash if need be; most hashes that are not there cost two looks at a bit each.

    >>> hashed = Hashed(hashed_rows(np.array([5, 5, 9], np.uint64), np.array([1, 2, 3]), "rows"), "rows")
    >>> which, numbers = hashed.found(np.array([9, 4, 5], np.uint64))
    >>> which.tolist(), numbers.tolist()
    ([0, 2, 2], [3, 1, 2])
    """

    def __init__(self, arrays: Arrays, name: str) -> None:
        self._hashes: Hashes = arrays[f"{name}.hashes"]
        self._numbers = arrays[f"{name}.numbers"]
        self._bits: NDArray[np.uint8] = arrays[f"{name}.bits"]
        self._firsts = arrays[f"{name}.firsts"]
        self._group = np.uint64(65 - len(self._firsts).bit_length())
        slots = (len(self._bits) * 8 - 1).bit_length()
        self._high, self._low = np.uint64(64 - slots), np.uint64((1 << slots) - 1)

    def __len__(self) -> int:
        return len(self._hashes)

    def maybe(self, hashes: Hashes) -> Numbers:
        """Return the places of the hashes that may be there: all that are, and hardly any other."""
        places: Numbers = _is_set(self._bits, hashes >> self._high).nonzero()[0]
        if not len(places):
            return places
        kept: Numbers = places[_is_set(self._bits, hashes[places] & self._low).nonzero()[0]]
        return kept

    def has(self, hashes: Hashes) -> Numbers:
        """Return the places of the hashes that are there; each of these leads to one row."""
        return self._rows(hashes)[0]

    def found(self, hashes: Hashes) -> tuple[Numbers, Numbers]:
        """Return the numbers of all hashes, and the place of the hash of each."""
        places, rows = self._rows(hashes)
        return places, self._numbers[rows].astype(np.int64)

    def _rows(self, hashes: Hashes) -> tuple[Numbers, Numbers]:
        places = self.maybe(hashes)
        if not len(places):
            return places, places
        kept = hashes[places]
        group = (kept >> self._group).view(np.int64)
        first = self._firsts[group].astype(np.int64)
        counts = self._firsts[group + 1] - first
        which = np.repeat(np.arange(len(places)), counts)
        rows = np.arange(len(which)) + np.repeat(first - np.cumsum(counts) + counts, counts)
        same = np.flatnonzero(self._hashes[rows] == kept[which])
        return places[which[same]], rows[same]


def hashed_rows(hashes: Hashes, numbers: Numbers, name: str) -> Tables:
    """Return the arrays of numbers found by hashes, by which ``Hashed`` gives them back."""
    if len(numbers):
        order = np.lexsort((numbers, hashes))
        hashes, numbers = hashes[order], numbers[order]
    slots = min(max((len(hashes) * _SLOTS).bit_length(), _LEAST_SLOTS), _MOST_SLOTS)
    bits = np.zeros(1 << (slots - 3), np.uint8)
    for places in (hashes >> np.uint64(64 - slots), hashes & np.uint64((1 << slots) - 1)):
        np.bitwise_or.at(bits, (places >> np.uint64(3)).astype(np.int64), _bit(places))
    return {
        f"{name}.hashes": hashes,
        f"{name}.numbers": numbers.astype(np.uint32),
        f"{name}.bits": bits,
        f"{name}.firsts": _firsts(hashes),
    }


def _firsts(hashes: Hashes) -> NDArray[Any]:
    """Return where the hashes with each first few bits start, so few that a group has one or two, and where the last group ends."""
    bits = max(len(hashes).bit_length() - 1, 1)
    groups = np.arange((1 << bits) + 1, dtype=np.uint64)
    return _small(np.searchsorted(hashes >> np.uint64(64 - bits), groups))


def rising(numbers: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return numbers in rising order, each once (``np.unique`` takes several times as long for millions)."""
    ordered = np.sort(numbers)
    new = np.ones(len(ordered), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def hashed_set(hashes: Hashes, name: str) -> Tables:
    """Return the arrays of hashes, each once, that lead to no number."""
    return hashed_rows(rising(hashes), np.zeros(0, np.int64), name)


def _bit(places: Hashes) -> NDArray[np.uint8]:
    bits: NDArray[np.uint8] = np.left_shift(1, places.astype(np.uint8) & 7).astype(np.uint8)
    return bits


def _is_set(bits: NDArray[np.uint8], places: Hashes) -> NDArray[np.bool_]:
    held = bits[(places >> np.uint64(3)).view(np.int64)]
    return (held >> (places.astype(np.uint8) & 7) & 1).view(np.bool_)


def _small(numbers: Numbers) -> NDArray[Any]:
    """Return rising numbers from 0 on in four bytes each if that is enough."""
    return numbers.astype(np.uint32) if numbers[-1] < 1 << 32 else numbers
