"""Hashes of words, many at once: 64 bits of each word, and of what each word starts with.

A word is some bytes of a buffer, none of them zero. Its hash takes eight bytes at a time: xor, a product with an odd constant, a
shift (after Fibonacci hashing, Knuth, The Art of Computer Programming 3, 6.4). Two words of one hash are as likely as with any
64 bits; whoever asks compares the words themselves where that matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]

EIGHT = 8
_ODD = np.uint64(0x9E3779B97F4A7C15)
NOTHING: Hashes = np.zeros(1, np.uint64)
_HALF = np.uint64(32)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(EIGHT + 1)], np.uint64)
_AT_ONCE = 200_000
_LONG = 0x7FFF


def mixed(state: Hashes, more: Hashes) -> Hashes:
    """Return the hashes of what ``state`` is the hashes of and 64 more bits each."""
    product = (state ^ more) * _ODD
    return product ^ (product >> _HALF)


class Letters:
    """A buffer of bytes, read eight at a time from any place."""

    def __init__(self, letters: bytes | bytearray) -> None:
        padded = b"".join((bytes(EIGHT), letters, bytes(EIGHT)))
        self._eights: Hashes = np.ndarray((len(letters) + EIGHT + 1,), "<u8", padded, strides=(1,))

    def first(self, starts: Numbers, sizes: Numbers | int) -> Hashes:
        """Return the bytes from each place on, up to eight of the size given, as one number."""
        eights: Hashes = self._eights[EIGHT:][
            starts
        ]  # ``take`` would copy the whole buffer: its numbers overlap
        eights &= _MASKS.take(sizes, mode="clip")
        return eights

    def last(self, ends: Numbers, sizes: Numbers) -> Hashes:
        """Return the up to eight bytes (1 to 8) before each place, as ``first`` gives them from where they start."""
        return self._eights[ends] >> (np.uint64(8) * (EIGHT - sizes).astype(np.uint64))


class WordStarts:
    """What words start with: from ``least`` bytes up to ``most``, as far as each word goes; ``hashes`` of all of it.

    >>> starts = WordStarts(Letters(b" ada lovelace"), np.array([1, 5]), np.array([3, 8]), 2, 5)
    >>> words, sizes = starts.of(np.arange(len(starts.hashes)))
    >>> words.tolist(), sizes.tolist()
    ([1, 0, 1, 0, 1, 1], [2, 2, 3, 3, 4, 5])
    >>> starts.hashes.tolist()[2:] == hashes_of(["lov", "ada", "love", "lovel"]).tolist()
    True
    """

    def __init__(self, letters: Letters, starts: Numbers, sizes: Numbers, least: int, most: int) -> None:
        self._order: Numbers = np.argsort(-np.minimum(sizes, _LONG).astype(np.int16), kind="stable")
        starts, sizes = starts[self._order], np.minimum(sizes[self._order], _LONG)
        most = min(most, int(sizes[0])) if len(sizes) else 0
        counts = np.searchsorted(-sizes, -np.arange(most + 1), "right").tolist()
        self._least, self._ends = least, np.cumsum(np.array(counts[least:], np.int64))
        self.hashes: Hashes = np.empty(sum(counts[least:]), np.uint64)
        state: Hashes = np.zeros(len(sizes), np.uint64)
        at = 0
        for begin in range(0, most, EIGHT):
            eight = letters.first(starts[: counts[begin + 1]] + begin, EIGHT)
            state = state[: len(eight)]
            for size in range(max(begin + 1, least), min(begin + EIGHT, most) + 1):
                out = self.hashes[at : at + counts[size]]
                np.bitwise_and(eight[: counts[size]], _MASKS[size - begin], out=out)
                np.bitwise_xor(out, state[: counts[size]], out=out)
                at += counts[size]
            state = mixed(state, eight)
        self.hashes *= _ODD
        self.hashes ^= self.hashes >> _HALF

    def of(self, places: Numbers) -> tuple[Numbers, Numbers]:
        """Return the words and the sizes that some of the hashes are of."""
        step = np.searchsorted(self._ends, places, "right")
        return self._order[places - np.append(0, self._ends)[step]], self._least + step


def whole(letters: Letters, starts: Numbers, sizes: Numbers, most: int) -> Hashes:
    """Return the hashes of words of up to ``most`` bytes; of a longer one, what some of its first bytes give."""
    hashes = mixed(NOTHING, letters.first(starts, np.minimum(sizes, EIGHT)))
    long = np.flatnonzero(sizes > EIGHT)
    for begin in range(EIGHT, most, EIGHT):
        if not len(long):
            break
        left = sizes[long] - begin
        more = letters.first(starts[long] + begin, np.minimum(left, EIGHT))
        hashes[long] = mixed(hashes[long], more)
        long = long[left > EIGHT]
    return hashes


def hashes_of(words: Iterable[str]) -> Hashes:
    """Return the hash of each word; none holds a space or is empty."""
    held = list(words)
    parts = [_hashes_of(held[begin : begin + _AT_ONCE]) for begin in range(0, len(held), _AT_ONCE)]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint64)


def _hashes_of(words: Sequence[str]) -> Hashes:
    joined = (" ".join(words) + " ").encode()
    ends = np.flatnonzero(np.frombuffer(joined, np.uint8) == ord(" "))
    starts = np.append(0, ends[:-1] + 1)
    sizes = ends - starts
    return whole(Letters(joined), starts, sizes, int(sizes.max()))
