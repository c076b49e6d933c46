"""The Merkle tree of RFC 6962, section 2.1: hashes, proofs, and their verification.

A tree is reached through a *lookup*: ``lookup(level, index)`` returns the hash of the complete subtree over
the leaves from ``index << level`` up to, not including, ``(index + 1) << level``. A complete subtree never
changes, so a store keeps each once and every proof costs O(log n) lookups.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import NamedTuple, TypeAlias

Lookup: TypeAlias = Callable[[int, int], bytes]
"""The hash of the complete subtree at a level (0 for leaves) and index."""

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The tree hash of no leaves (RFC 6962, section 2.1)."""


class Node(NamedTuple):
    """A complete subtree: its level (it spans ``2**level`` leaves), its position at that level, its 32-byte
    hash.
    """

    level: int
    position: int
    hash: bytes


def leaf_hash(data: bytes) -> bytes:
    """Return the 32-byte hash of a leaf: SHA-256 of a zero byte and the data (RFC 6962, section 2.1).

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node: SHA-256 of a one byte and both children (RFC 6962, section
    2.1).
    """
    return hashlib.sha256(b"\1" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the complete subtrees that its first ``size`` leaves fall into.

    >>> edge = Frontier()
    >>> edge.root() == EMPTY_ROOT
    True
    >>> [node.level for leaf in (b"a", b"b") for node in edge.push(leaf_hash(leaf))]
    [0, 0, 1]
    >>> edge.root() == node_hash(leaf_hash(b"a"), leaf_hash(b"b"))
    True
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, lookup: Lookup | None = None) -> None:
        """Stand at the edge of a tree of ``size`` leaves, whose peaks come from the lookup.

        Raises ``ValueError`` when there are leaves and no lookup, or ``size`` is negative.
        """
        if size < 0 or (size and lookup is None):
            raise ValueError("the edge of a tree with leaves needs a lookup")
        self.size = size
        self._peaks = [lookup(level, index) for level, index in peaks(size)] if lookup else []

    def push(self, hashed: bytes) -> list[Node]:
        """Add one leaf by its hash and return the complete subtrees that it finishes, itself first."""
        index, level = self.size, 0
        done = [Node(0, index, hashed)]
        while index & 1:
            hashed = hashlib.sha256(b"\1" + self._peaks.pop() + hashed).digest()
            index, level = index >> 1, level + 1
            done.append(Node(level, index, hashed))
        self._peaks.append(hashed)
        self.size += 1
        return done

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """Return the hashes of those subtrees, the greatest first."""
        return tuple(self._peaks)

    def root(self) -> bytes:
        """Return the tree hash of all leaves so far."""
        return fold_right(self._peaks) if self._peaks else EMPTY_ROOT


def peaks(size: int) -> Iterator[tuple[int, int]]:
    """Return level and index of the complete subtrees that ``size`` leaves fall into, the greatest first.

    >>> list(peaks(7))
    [(2, 0), (1, 2), (0, 6)]
    """
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            yield level, start >> level
            start += 1 << level


def fold_right(hashes: Sequence[bytes]) -> bytes:
    """Return the tree hash over the roots of complete subtrees, the greatest first; there is at least one."""
    total = hashes[-1]
    for left in reversed(hashes[:-1]):
        total = node_hash(left, total)
    return total


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Return the tree hash of leaves given by their leaf hashes, in order."""
    edge = Frontier()
    for hashed in hashes:
        edge.push(hashed)
    return edge.root()


def root(lookup: Lookup, size: int) -> bytes:
    """Return the tree hash of the first ``size`` leaves (RFC 6962, section 2.1).

    Raises ``ValueError`` for a negative size.
    """
    return Frontier(size, lookup).root()


def _range_hash(lookup: Lookup, start: int, end: int) -> bytes:
    # In RFC 6962's splits every range starts at a multiple of the power of two that holds it, so its peaks
    # are complete subtrees of the whole tree, moved by `start`.
    return fold_right([lookup(level, index + (start >> level)) for level, index in peaks(end - start)])


def _split(count: int) -> int:
    """Return the largest power of two smaller than ``count`` (at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_proof(lookup: Lookup, number: int, size: int) -> tuple[bytes, ...]:
    """Return the audit path of leaf ``number`` in the tree of ``size`` leaves, from the leaf up (RFC 6962,
    2.1.1).

    Raises ``ValueError`` unless ``0 <= number < size``.
    """
    return inclusion_proofs(lookup, (number,), size)[0]


def inclusion_proofs(lookup: Lookup, numbers: Iterable[int], size: int) -> tuple[tuple[bytes, ...], ...]:
    """Return the audit paths of some leaves in one tree; what neighbours have in common is worked out once.

    Raises ``ValueError`` like ``inclusion_proof``.
    """
    shared = cache(partial(_range_hash, lookup))
    return tuple(_audit_path(shared, number, size) for number in numbers)


def _audit_path(range_hash: Callable[[int, int], bytes], number: int, size: int) -> tuple[bytes, ...]:
    if not 0 <= number < size:
        raise ValueError(f"entry {number} is not among the first {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if number < middle:
            path.append(range_hash(middle, end))
            end = middle
        else:
            path.append(range_hash(start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_proof(lookup: Lookup, old: int, size: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of ``old`` leaves is a prefix of the tree of ``size`` (RFC 6962, 2.1.2).

    It is empty where there is nothing to show: ``old`` is 0 or ``size``. Raises ``ValueError`` unless ``0
    <= old <= size``.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {old} is not a prefix of a tree of {size}")
    if old in (0, size):
        return ()
    path: list[bytes] = []
    start, end = 0, size
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_hash(lookup, middle, end))
            end = middle
        else:
            path.append(_range_hash(lookup, start, middle))
            start = middle
    if start:  # the old tree's own root is known to whoever verifies, unless it is the first subtree
        path.append(_range_hash(lookup, start, end))
    return tuple(reversed(path))


def verify_inclusion(hashed: bytes, number: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the proof leads from a leaf's hash at ``number`` to the root of ``size`` leaves (RFC
    9162, 2.1.3.2).
    """
    if not 0 <= number < size:
        return False
    first, second, found = number, size - 1, hashed
    for step in proof:
        if second == 0:
            return False
        if first & 1 or first == second:
            found = node_hash(step, found)
            while not first & 1 and first:
                first, second = first >> 1, second >> 1
        else:
            found = node_hash(found, step)
        first, second = first >> 1, second >> 1
    return second == 0 and found == root


def verify_consistency(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether the proof shows that the tree of ``old`` leaves is a prefix of the tree of ``size`` (RFC
    9162, 2.1.4.2).

    Every tree extends the empty one; a tree extends itself where the roots are the same; both with an empty
    proof.
    """
    if not 0 <= old <= size:
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and (size > 0 or root == EMPTY_ROOT)
    if old == size:
        return not proof and old_root == root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path or not proof:
        return False
    return _climb(old - 1, size - 1, path) == (old_root, root)


def _climb(first: int, second: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Return the old and the new root that a consistency path leads to, ``None`` where its length is wrong."""
    while first & 1:
        first, second = first >> 1, second >> 1
    before = after = path[0]
    for step in path[1:]:
        if second == 0:
            return None
        if first & 1 or first == second:
            before, after = node_hash(step, before), node_hash(step, after)
            while not first & 1 and first:
                first, second = first >> 1, second >> 1
        else:
            after = node_hash(after, step)
        first, second = first >> 1, second >> 1
    return (before, after) if second == 0 else None
