"""What a store of the log writes, worked out before it is written: rows, their numbers, the tree's new nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias

from sayso.errors import EdgeError, InputError, IntegrityError, Place, Problem
from sayso.ledger import merkle
from sayso.ledger.checkpoints import Checkpoint, format_note, parse_note
from sayso.ledger.codec import decode, encode, type_name
from sayso.ledger.events import Entry, Event, tag_of
from sayso.ledger.raw import RawCheckpoint
from sayso.values.moments import Moment

Unnumbered: TypeAlias = tuple[str, str | None, bytes]
"""The type, the tag and the leaf of an entry."""

Row: TypeAlias = tuple[int, str, str | None, bytes]
"""An entry's number, and the rest."""


class Append(NamedTuple):
    """What one caller asks: rows without their numbers, and the size that the log must have, if any."""

    rows: tuple[Unnumbered, ...]
    size: int | None


class Keep(NamedTuple):
    """A checkpoint that one caller asks to keep: its size and its note."""

    size: int
    note: str


class Provable(Protocol):
    """A log whose size and roots can be asked for."""

    def length(self) -> int:
        """Return the number of entries."""
        ...

    def root(self, size: int) -> bytes:
        """Return the tree hash of the first ``size`` entries."""
        ...


class HeldRows:
    """The log while its holder alone can write; what it is given is inserted when the hold ends."""

    def __init__(self, edge: merkle.Frontier) -> None:
        """Stand at the right edge of the log's tree."""
        self.edge = edge
        self.rows: list[Row] = []
        self.nodes: list[merkle.Node] = []
        self.sealing = False

    def size(self) -> int:
        """Return the number of entries, those given included."""
        return self.edge.size

    def append(self, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...]:
        """Return the entries of the events, which are on disk when the hold ends without an exception."""
        first = self.edge.size
        for place, row in enumerate(unnumbered(events, logged_at)):
            self.rows.append((first + place, *row))
            self.nodes += self.edge.push(merkle.leaf_hash(row[2]))
        return numbered_entries(first, events, logged_at)

    def seal(self) -> None:
        """Have the log closed to all writers but a migration from the end of the hold on: it goes on elsewhere."""
        self.sealing = True


def moved(place: Place) -> EdgeError:
    """Return the error of a log that is closed: it goes on elsewhere, or is still to be filled by a migration."""
    what = "this log is closed: it goes on elsewhere, or a migration has not come to its end"
    advice = "see `log` in sayso.yaml, or run `sayso migrate` again"
    return EdgeError(Problem("moved", what, place, advice))


def unfit(place: Place) -> EdgeError:
    """Return the error of a migration that comes to a log that is open, or is not of the size that it saw."""
    what = "this log is in use, or another migration fills it"
    return EdgeError(Problem("in-use", what, place, "see that one migration runs at a time"))


def missing_entry(number: int) -> IntegrityError:
    """Return the error of an entry that is not where the log's size says it is."""
    what = f"entry {number} of the log is missing"
    return IntegrityError(Problem("missing-entry", what, advice="restore the log from a copy"))


def missing_node(level: int, position: int) -> IntegrityError:
    """Return the error of a node that the log's tree does not have."""
    what = f"node {position} at level {level} of the log's tree is missing"
    return IntegrityError(Problem("missing-node", what, advice="restore the log from a copy"))


def kept_note(log: Provable, checkpoint: Checkpoint) -> Keep:
    """Return a checkpoint as it is kept.

    Raises ``ValueError`` when nobody signed it, ``IntegrityError`` when its size or root is not the log's.
    """
    note = format_note(checkpoint)
    if checkpoint.size > log.length() or log.root(checkpoint.size) != checkpoint.root:
        what = f"the checkpoint of size {checkpoint.size} is not one of this log"
        raise IntegrityError(Problem("foreign-checkpoint", what, advice="run `sayso verify`"))
    return Keep(checkpoint.size, note)


def read_note(kept: RawCheckpoint) -> Checkpoint:
    """Return the checkpoint that a kept note holds; raises ``IntegrityError`` where it cannot be read."""
    try:
        return parse_note(kept.note)
    except InputError:
        what = f"the checkpoint kept under size {kept.size} cannot be read"
        raise IntegrityError(Problem("bad-checkpoint", what, advice="run `sayso verify`")) from None


def unnumbered(events: Sequence[Event], logged_at: Moment) -> tuple[Unnumbered, ...]:
    """Return the rows of events; raises ``ValueError`` for one that a leaf cannot hold."""
    return tuple((type_name(event), tag_of(event), encode(event, logged_at)) for event in events)


def rows_of_leaves(first: int, leaves: Sequence[bytes]) -> tuple[Unnumbered, ...]:
    """Return the rows of leaves, the first of which has a number; raises ``IntegrityError`` for one that is none."""
    events = [decode(leaf, first + place).event for place, leaf in enumerate(leaves)]
    return tuple((type_name(event), tag_of(event), leaf) for event, leaf in zip(events, leaves, strict=True))


def numbered_entries(first: int, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...]:
    """Return the entries of events of which the first has a number."""
    return tuple(Entry(first + place, logged_at, event) for place, event in enumerate(events))


def numbered(batch: Sequence[Append | Keep], size: int) -> tuple[list[Row], list[int | None]]:
    """Return the rows to insert with their numbers, and each request's first number, ``None`` where refused."""
    rows: list[Row] = []
    answers: list[int | None] = []
    for each in batch:
        first = size + len(rows)
        fits = isinstance(each, Append) and each.size in (None, first)
        answers.append(first if fits else None)
        if isinstance(each, Append) and fits:
            rows += ((first + place, *row) for place, row in enumerate(each.rows))
    return rows, answers
