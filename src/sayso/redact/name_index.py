"""The index of the directory: every name and handle in flat arrays, and what leads from words of texts to them.

Numbers, not objects, hold a million names: a name, a part of one and a handle are their places in sorted order. All of it lies in
arrays that processes can share (``name_build`` makes them). ``name_hits`` looks the words of texts up.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import Enum
from functools import lru_cache

import numpy as np

from sayso.redact.common_names import rare_words
from sayso.redact.name_parts import ALONE, ALWAYS, BY_START, FOUND, OPEN
from sayso.redact.name_tables import Arrays, Grouped, Strings

_REMEMBERED = 1 << 14
_LAST = "\U0010ffff"


class Sought(Enum):
    """For whom a word is looked at."""

    FOR_NOBODY = 0
    FOR_ALWAYS = 1
    """For those who are always removed."""
    FOR_ALL = 2


class Owned:
    """Names, or handles: ``keys`` in sorted order, the members of each, and whether one of these is always removed."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        self.keys = Strings(arrays, f"{name}.keys")
        self.members = Grouped(arrays, f"{name}.members")
        self.always = arrays[f"{name}.always"].data


class Index:
    """All tables of a directory, never changed."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self._rare = rare_words()
        self.names, self.handles = Owned(arrays, "names"), Owned(arrays, "handles")
        self.parts = Strings(arrays, "parts")
        self.part = lru_cache(_REMEMBERED)(self.parts.__getitem__)
        self._ranks = lru_cache(_REMEMBERED)(self.parts.find)
        self.bearers = Grouped(arrays, "bearers")
        self.entries = Grouped(arrays, "entries")
        self._others = Grouped(arrays, "others")
        self._always_entries = arrays["always_entries"]
        self.borne, self.always_parts = arrays["borne"].data, arrays["always_parts"].data
        self._flags = arrays["flags"].data
        places = (int(place) for place in arrays["marked"])
        self.marked = {self.handles.keys[place]: place for place in places}
        self.first_marked = frozenset(key.partition(" ")[0] for key in self.marked)

    def is_common(self, word: str) -> bool:
        """Return whether a folded word is more often no name."""
        return word in self._rare

    def sought(self, rank: int, word: str) -> Sought:
        """Return for whom a word that may be a form of a part is looked at.

        For everybody alike, whatever others who bear that part have said: no one's word changes how the names of others are found.
        """
        flags = self._flags[rank]
        free = flags & BY_START or word == self.part(rank) or word not in self._rare
        if free and flags & OPEN:
            return Sought.FOR_ALL
        return Sought.FOR_ALWAYS if flags & FOUND and flags & ALWAYS else Sought.FOR_NOBODY

    def names_alone(self, rank: int) -> bool:
        """Return whether a bare part may name somebody always removed."""
        return bool(self._flags[rank] & ALONE)

    def led(self, rank: int) -> Sought:
        """Return for whom a word that a part starts is looked at."""
        return Sought.FOR_ALL if self._flags[rank] & OPEN else Sought.FOR_ALWAYS

    def rank(self, part: str) -> int:
        """Return the place of a part of a name, or -1 where no name has it."""
        return self._ranks(part)

    def name(self, key: str) -> int:
        """Return the place of a name, or -1 where nobody has it."""
        return self.names.keys.find(key)

    def entries_from(self, rank: int, prefix: str) -> range:
        """Return the numbers of the entries of an anchor whose other part starts with a prefix."""
        first = self._place(rank, prefix)
        return range(first, self._place(rank, prefix + _LAST, first))

    def _place(self, rank: int, other: str, low: int = 0) -> int:
        """Return the number of the first entry of an anchor whose other part is not less than a text."""
        begin, end = self._others.bounds(rank)
        return bisect_left(self._others.flat, other, max(begin, low), end, key=self.part)

    def other(self, entry: int) -> str:
        """Return the other part of an entry."""
        return self.part(self._others.flat[entry])

    def always_of(self, entries: range, most: int) -> list[int]:
        """Return the first of some entries, ``most`` at most, that are of somebody always removed."""
        low, high = np.searchsorted(self._always_entries, (entries.start, entries.stop))
        return [int(entry) for entry in self._always_entries[low : min(int(high), int(low) + most)]]

    def entry(self, rank: int, other: str) -> int:
        """Return the number of the entry of an anchor and another part, or -1."""
        entry = self._place(rank, other)
        return entry if entry < self._others.bounds(rank)[1] and self.other(entry) == other else -1
