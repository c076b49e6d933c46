"""A log in memory: the second adapter of the contract suite, and a stand-in where a test needs no disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sayso.errors import IntegrityError, Problem
from sayso.ledger import merkle
from sayso.ledger.checkpoints import Checkpoint, format_note, parse_note
from sayso.ledger.codec import decode, encode, type_name
from sayso.ledger.events import WIDE, Entry, Event, tag_of
from sayso.ledger.raw import RawCheckpoint, RawEntry
from sayso.values.moments import Moment


class MemoryLog:
    """A ``LogStore`` that forgets at the end of the process: leaves in a list, the tree made anew at each question."""

    def __init__(self) -> None:
        self._leaves: list[bytes] = []
        self._notes: set[tuple[int, str]] = set()
        self._lock = Lock()

    def append(self, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...]:
        leaves = [encode(event, logged_at) for event in events]
        with self._lock:
            return self._add(leaves, events, logged_at)

    def append_if(self, size: int, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...] | None:
        leaves = [encode(event, logged_at) for event in events]
        with self._lock:
            return self._add(leaves, events, logged_at) if size == len(self._leaves) else None

    @contextmanager
    def hold(self) -> Iterator[HeldMemoryLog]:
        with self._lock:
            held = HeldMemoryLog(len(self._leaves))
            yield held
            self._leaves += held.leaves

    def _add(self, leaves: list[bytes], events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...]:
        first = len(self._leaves)
        self._leaves += leaves
        return tuple(Entry(first + place, logged_at, event) for place, event in enumerate(events))

    def size(self) -> int:
        return len(self._leaves)

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        leaves = self._leaves[start:end]
        return (decode(leaf, start + place) for place, leaf in enumerate(leaves))

    def entries_of(self, tag: str, end: int | None = None) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries(0, end) if tag_of(entry.event) == tag)

    def entries_of_kinds(
        self, kinds: Sequence[type[Event]], end: int | None = None, start: int = 0
    ) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries(start, end) if isinstance(entry.event, tuple(kinds)))

    def wide_entries(self, end: int | None = None) -> tuple[Entry, ...]:
        return tuple(e for e in self.entries(0, end) if isinstance(e.event, WIDE) and tag_of(e.event) is None)

    def leaf(self, number: int) -> bytes:
        if not 0 <= number < len(self._leaves):
            raise ValueError(f"the log has no entry {number}")
        return self._leaves[number]

    def root(self, size: int) -> bytes:
        return merkle.root(self._lookup(size), size)

    def inclusions(self, numbers: Sequence[int], size: int) -> tuple[tuple[bytes, ...], ...]:
        return merkle.inclusion_proofs(self._lookup(size), numbers, size)

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        return merkle.consistency_proof(self._lookup(size), old, size)

    def _lookup(self, size: int) -> merkle.Lookup:
        if size > len(self._leaves):
            raise ValueError(f"the log has fewer than {size} entries")

        def lookup(level: int, position: int) -> bytes:
            if level == 0:
                return merkle.leaf_hash(self._leaves[position])
            return merkle.node_hash(lookup(level - 1, 2 * position), lookup(level - 1, 2 * position + 1))

        return lookup

    def signed(self, sign: Callable[[int, bytes], Checkpoint], keep: bool = True) -> Checkpoint:
        size = self.size()
        made = sign(size, self.root(size))
        if keep:
            self.keep_checkpoint(made)
        return made

    def keep_checkpoint(self, checkpoint: Checkpoint) -> None:
        note = format_note(checkpoint)
        if checkpoint.size > self.size() or self.root(checkpoint.size) != checkpoint.root:
            raise IntegrityError(Problem("foreign-checkpoint", "the checkpoint is not one of this log"))
        self._notes.add((checkpoint.size, note))

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        return tuple(parse_note(note) for _, note in sorted(self._notes))

    def raw_entries(self) -> Iterator[RawEntry]:
        for entry, leaf in zip(self.entries(), self._leaves, strict=True):
            yield RawEntry(entry.number, type_name(entry.event), tag_of(entry.event), leaf)

    def raw_levels(self) -> tuple[Any, ...]:
        return tuple(range(self.size().bit_length()))

    def raw_nodes(self, level: int) -> Iterator[merkle.Node]:
        lookup = self._lookup(self.size())
        return (merkle.Node(level, place, lookup(level, place)) for place in range(self.size() >> level))

    def raw_checkpoints(self) -> Iterator[RawCheckpoint]:
        return (RawCheckpoint(*kept) for kept in sorted(self._notes))


class HeldMemoryLog:
    """The log in memory while its holder alone can write."""

    def __init__(self, size: int) -> None:
        self._start = size
        self.leaves: list[bytes] = []

    def size(self) -> int:
        return self._start + len(self.leaves)

    def append(self, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...]:
        first = self.size()
        self.leaves += [encode(event, logged_at) for event in events]
        return tuple(Entry(first + place, logged_at, event) for place, event in enumerate(events))
