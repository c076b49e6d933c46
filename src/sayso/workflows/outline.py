"""The outline of the log: how long it is and what it says of everybody, so that a question about some members need not read of all.

It is small, and kept beside the log like the index of all entries (``logstate.stood``), whose members' part it does without.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sayso.errors import SaysoError
from sayso.ledger.codec import decode, encode
from sayso.ledger.events import DatasetPublished, Entry, tag_of
from sayso.ledger.index import LogIndex
from sayso.values.moments import Moment
from sayso.workflows.facts import Yard
from sayso.workflows.keeping import keep, kept
from sayso.workflows.logstate import TAIL, LogState, stood

OUTLINE = "log.outline"
"""The name of what is kept: the latest moment, then number, length and leaf of each entry that is not of one member."""

_MOMENT, _NUMBER, _LENGTH = 8, 8, 4


@dataclass(frozen=True, slots=True)
class Outline:
    """The size of a log, the latest moment at which an entry of it was logged, and its entries that are not of one member."""

    size: int
    latest: Moment
    wide: tuple[Entry, ...]

    @classmethod
    def of(cls, state: LogState) -> Outline:
        """Return the outline of what a state holds."""
        return cls(state.size, state.latest, tuple(state.index.wide()))

    def published(self, name: str) -> DatasetPublished | None:
        """Return the last publication of a data set."""
        of_it = (one.event for one in reversed(self.wide) if isinstance(one.event, DatasetPublished))
        return next((event for event in of_it if event.name == name), None)

    def extended(self, size: int, tail: Iterable[Entry]) -> Outline:
        """Return the outline of a log of that size, the entries beyond this one's given."""
        latest, wide = self.latest, list(self.wide)
        for entry in tail:
            latest = max(latest, entry.logged_at)
            if tag_of(entry.event) is None:
                wide.append(entry)
        return Outline(size, latest, tuple(wide))

    def to_bytes(self) -> bytes:
        """Return the latest moment and the entries as bytes."""
        parts = [self.latest.to_bytes(_MOMENT)]
        for entry in self.wide:
            leaf = encode(entry.event, entry.logged_at)
            parts += (entry.number.to_bytes(_NUMBER), len(leaf).to_bytes(_LENGTH), leaf)
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Outline:
        """Return the outline of ``to_bytes``; raises ``SaysoError`` for an entry that is none."""
        wide, at = [], _MOMENT
        while at < len(data):
            number = int.from_bytes(data[at : at + _NUMBER])
            begin = at + _NUMBER + _LENGTH
            at = begin + int.from_bytes(data[at + _NUMBER : begin])
            wide.append(decode(data[begin:at], number))
        return cls(size, Moment(int.from_bytes(data[:_MOMENT])), tuple(wide))


def outlined(yard: Yard) -> Outline:
    """Return the outline of the log as it is, from what is kept of it as far as that goes; it is kept anew where that is not far."""
    size = yard.book.log.size()
    last = _kept(yard)
    if last is None:
        keep_outline(yard, outline := Outline.of(stood(yard, size)))
        return outline
    outline = last.extended(size, yard.book.log.entries(last.size, size))
    if size - last.size > TAIL:
        keep_outline(yard, outline)
    return outline


def keep_outline(yard: Yard, outline: Outline) -> None:
    """Keep an outline."""
    keep(yard.book, yard.snapshots, OUTLINE, outline.size, outline.to_bytes())


def _kept(yard: Yard) -> Outline | None:
    found = kept(yard.book, yard.snapshots, OUTLINE)
    try:
        return None if found is None else Outline.from_bytes(*found)
    except SaysoError:
        return None  # of an earlier form


def index_of(yard: Yard, outline: Outline, tags: Iterable[str]) -> LogIndex:
    """Return what the log says of some members, by their tags, and of everybody, at the size of an outline."""
    of_some = [entry for tag in sorted(set(tags)) for entry in yard.book.log.entries_of(tag, outline.size)]
    return LogIndex.of_some(outline.size, [*outline.wide, *of_some])
