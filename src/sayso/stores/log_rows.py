"""What a store of the log writes, worked out before it is written: rows, their numbers, the tree's new nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from sayso.ledger import merkle
from sayso.ledger.codec import decode, encode, type_name
from sayso.ledger.events import Entry, Event, tag_of
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
