"""What a member adds to the counts: each n-gram of their texts, once, however often they wrote it.

An n-gram of ``length`` pieces is one uint64, its first piece in the highest bits. A table holds the n-grams of one length and how many
different members wrote each. The table of several members is the sum of their tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sayso.models.suggest.tokenizer import END, Numbers

Keys = NDArray[np.uint64]
Writers = NDArray[np.int32]

CAP = 30_000
"""The pieces of one member that count at most."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The length of the longest n-grams, and the bits of one piece: together at most 64."""

    order: int = 5
    bits: int = 12

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where an n-gram would not fit in 64 bits."""
        if self.order < 2 or self.bits < 1 or self.order * self.bits > 64:
            raise ValueError(
                f"n-grams of {self.order} pieces of {self.bits} bits: 2 pieces or more, 64 bits at most"
            )

    def low(self, length: int) -> np.uint64:
        """Return the bits of the last ``length`` pieces."""
        return np.uint64((1 << (self.bits * length)) - 1)

    def key(self, pieces: Sequence[int]) -> int:
        """Return the n-gram of these pieces.

        >>> Shape(5, 12).key([1, 2]) == (1 << 12 | 2)
        True
        """
        key = 0
        for piece in pieces:
            key = key << self.bits | piece
        return key


class Table(NamedTuple):
    """N-grams of one length: ``keys`` rising, and at the same place a whole number for each: how many ``members`` wrote it.

    In a base text, which has no members, it is how often the n-gram stands there.
    """

    keys: Keys
    members: Writers


def own_texts(texts: Iterable[str]) -> list[str]:
    """Return a member's texts, each once, in the order of their SHA-256: an order that nothing else has a say in.

    >>> own_texts(["b", "a", "b"]) == own_texts(["a", "b"])
    True
    """
    return sorted(set(texts), key=lambda text: hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())


def capped(texts: Iterable[Numbers], cap: int = CAP) -> Iterator[Numbers]:
    """Yield the numbers of texts up to ``cap`` pieces in all; the text that goes beyond is cut off there.

    >>> [text.tolist() for text in capped([np.array([5, 6]), np.array([7, 8]), np.array([9])], 3)]
    [[5, 6], [7]]
    """
    left = cap
    for numbers in texts:
        if left <= 0:
            return
        yield numbers[:left]
        left -= len(numbers)


def tables(members: Iterable[Sequence[Numbers]], shape: Shape) -> tuple[Table, ...]:
    """Return the sum of what members add: for each length from 1 the n-grams, and how many of these members wrote each.

    ``members`` are the texts of each, as numbers. A text stands between a start and an end; no n-gram reaches beyond them, and the
    start alone is none.
    """
    pieces, owners = _laid_out(members)
    longest = longest_at(pieces, shape)
    # Sorted by their longest n-grams, all places are sorted by each shorter one too.
    at = np.argsort(longest)
    longest, owners = longest[at], owners[at]
    return tuple(_written(longest, owners, length, shape) for length in range(1, shape.order + 1))


def _laid_out(members: Iterable[Sequence[Numbers]]) -> tuple[Keys, Keys]:
    """Return all texts one after another, between starts and ends, and the place of the member of each piece."""
    texts = [(place, numbers) for place, own in enumerate(members) for numbers in own]
    sizes = np.fromiter((len(numbers) + 2 for _, numbers in texts), np.int64, len(texts))
    places = np.fromiter((place for place, _ in texts), np.uint64, len(texts))
    return laid_out([numbers for _, numbers in texts]), np.repeat(places, sizes)


def laid_out(texts: Sequence[Numbers]) -> Keys:
    """Return texts one after another, each between a start and an end.

    >>> laid_out([np.array([7, 8]), np.array([])]).tolist()
    [0, 7, 8, 1, 0, 1]
    """
    ends = np.cumsum([len(numbers) + 2 for numbers in texts], dtype=np.int64)
    pieces = np.zeros(ends[-1] if len(ends) else 0, np.uint64)
    inside = np.ones(len(pieces), bool)
    inside[ends - 1] = inside[np.concatenate(([0], ends[:-1]))[: len(ends)]] = False
    pieces[ends - 1] = END
    if len(texts):
        pieces[inside] = np.concatenate(texts)
    return pieces


def longest_at(pieces: Keys, shape: Shape) -> Keys:
    """Return the n-gram of full length that begins at each place; beyond the end of its text it holds zeros."""
    whole, inside = pieces.copy(), pieces != END
    for step in range(1, shape.order):
        whole <<= np.uint64(shape.bits)
        further = np.zeros_like(pieces)
        further[:-step] = pieces[step:]
        whole |= np.where(inside, further, 0)
        inside &= further != END
    return whole


def prefixes(longest: Keys, length: int, shape: Shape) -> tuple[Keys, NDArray[np.bool_]]:
    """Return the first ``length`` pieces of n-grams of full length, and which are n-grams."""
    keys = longest >> np.uint64(shape.bits * (shape.order - length))
    # A last piece of zero is the start alone, or lies beyond the end of the text.
    return keys, keys & shape.low(1) != 0


def _written(longest: Keys, owners: Keys, length: int, shape: Shape) -> Table:
    """Return the table of one length from all places, sorted."""
    keys, real = prefixes(longest, length, shape)
    keys, owners = keys[real], owners[real]
    new = first_of(keys)
    both = (np.cumsum(new, dtype=np.uint64) << np.uint64(32)) | owners
    both.sort()
    once = both[first_of(both)] >> np.uint64(32)
    return Table(keys[new], np.bincount(once.astype(np.int64))[1:].astype(np.int32))


def first_of(keys: Keys) -> NDArray[np.bool_]:
    """Return where a value stands that does not stand just before.

    >>> first_of(np.array([3, 3, 5], np.uint64)).tolist()
    [True, False, True]
    """
    new = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return new


def merged(parts: Sequence[Table]) -> Table:
    """Return the sum of tables of one length, without n-grams at zero.

    >>> one = Table(np.array([3, 5], np.uint64), np.array([1, 1], np.int32))
    >>> both = merged([one, Table(np.array([5, 9], np.uint64), np.array([2, 0], np.int32))])
    >>> both.keys.tolist(), both.members.tolist()
    ([3, 5], [1, 3])
    """
    keys = np.concatenate([part.keys for part in parts])
    at = np.argsort(keys)
    keys, members = keys[at], np.concatenate([part.members for part in parts])[at]
    starts = np.flatnonzero(first_of(keys))
    sums = np.add.reduceat(members, starts) if len(keys) else members
    return Table(keys[starts][sums > 0], sums[sums > 0].astype(np.int32))
