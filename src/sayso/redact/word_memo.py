"""A memo of words that lead to nothing: most words of a text are among few thousand, and need not be looked up each time.

It holds whole words, not hashes, so that no word is ever taken for another: what is found does not depend on what came before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sayso.redact.word_hashes import EIGHT, Hashes, Letters, Numbers

LONGEST = 2 * EIGHT
"""Longer words, in bytes, are never held."""
WORTH = 128
"""Fewer words than that are not remembered."""
_SLOT_BITS = 16
_SHIFT = np.uint64(64 - _SLOT_BITS)
_ODD = np.uint64(0x9E3779B97F4A7C15)
_TOO_LONG = np.uint64((1 << 64) - 1)  # eight bytes that UTF-8 has not


class Codes(NamedTuple):
    """Words of up to sixteen bytes as numbers: the first eight bytes and the others, zeros behind the end."""

    first: Hashes
    second: Hashes

    def at(self, places: Numbers) -> Codes:
        """Return those at some places."""
        return Codes(self.first[places], self.second[places])


class WordMemo:
    """Remembers words, 2^16 at most; a later one may take an earlier one's place.

    >>> words, memo = Letters(b"ada said so" * WORTH), WordMemo()
    >>> codes = codes_of(words, np.array([0, 4, 9] * WORTH), np.array([3, 4, 2] * WORTH))
    >>> memo.add(codes.at(np.arange(1, WORTH * 3, 3)))
    >>> memo.unknown(codes).tolist()[:4]
    [0, 2, 3, 5]
    """

    def __init__(self) -> None:
        # Replaced as a whole, never changed: who reads it in another thread sees one state of it or the other.
        self._held = Codes(np.zeros(1 << _SLOT_BITS, np.uint64), np.zeros(1 << _SLOT_BITS, np.uint64))

    def unknown(self, codes: Codes) -> Numbers:
        """Return the rising places of the words that are not remembered."""
        held, slots = self._held, _slots(codes)
        missing: Numbers = np.flatnonzero(
            (held.first.take(slots) != codes.first) | (held.second.take(slots) != codes.second)
        )
        return missing

    def add(self, codes: Codes) -> None:
        """Remember words, but for those that are too long; few are not worth the copy."""
        codes = codes.at(np.flatnonzero(codes.first != _TOO_LONG))
        if len(codes.first) >= WORTH:
            slots, one_each = np.unique(_slots(codes), return_index=True)
            held = Codes(self._held.first.copy(), self._held.second.copy())
            held.first[slots], held.second[slots] = codes.at(one_each)
            self._held = held


def codes_of(letters: Letters, starts: Numbers, sizes: Numbers) -> Codes:
    """Return words as numbers; a word of more than sixteen bytes as numbers that no other has."""
    first = letters.first(starts, sizes)
    second = np.zeros(len(starts), np.uint64)
    long = np.flatnonzero(sizes > EIGHT)
    second[long] = letters.first(starts[long] + EIGHT, sizes[long] - EIGHT)
    first[long[sizes[long] > LONGEST]] = _TOO_LONG
    return Codes(first, second)


def _slots(codes: Codes) -> Numbers:
    slots: Numbers = ((codes.first ^ codes.second) * _ODD >> _SHIFT).view(np.int64)
    return slots
