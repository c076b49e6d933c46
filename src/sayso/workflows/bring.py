"""Other people's members and records are brought in: checked against the log, tagged, and put in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sayso.errors import InputError, Problem
from sayso.ledger.events import RecordDeleted, RecordsImported
from sayso.ledger.standing import record_tag
from sayso.ports import TagStore
from sayso.values.moments import Moment
from sayso.values.records import Record
from sayso.workflows.deletions import relocating
from sayso.workflows.keeping import Snapshots
from sayso.workflows.logbook import Logbook, Written, write
from sayso.workflows.roll import drop_roll


class Sources(Protocol):
    """The folders of what was brought in: a table of members and one of records in each."""

    def names(self) -> tuple[str, ...]:
        """Return the names of the sources, sorted."""
        ...

    def folder(self, name: str) -> Path:
        """Return the folder of a source."""
        ...

    def digest(self, name: str) -> str:
        """Return the digest of a source's tables, as it was when they were brought in or last changed."""
        ...

    def arrive(self, name: str) -> Path:
        """Return a folder that does not exist yet, in which a source may be put together; nobody else reads it."""
        ...

    def discard(self, name: str) -> None:
        """Remove what has arrived under a name."""
        ...

    def has_same_members(self, name: str) -> bool:
        """Tell whether what has arrived under a name has the very members that the source of that name has."""
        ...

    def settle(self, name: str) -> None:
        """Put what has arrived in its place, instead of the source of that name if there is one."""
        ...

    def clashes(self, folder: Path, name: str) -> dict[str, tuple[int, int]]:
        """Return how many member and record ids each source but ``name`` shares with those in a folder."""
        ...

    def members(self, folder: Path) -> Iterator[str]:
        """Return the ids of the members in a folder."""
        ...

    def deletions(self, folder: Path) -> Iterator[tuple[str, str, Moment]]:
        """Return record, author and moment of the records in a folder that came as deleted and have an author."""
        ...

    def record(self, record: str) -> Record | None:
        """Return the record of an id, without its text, ``None`` where no source has it."""
        ...

    def count(self, name: str, members: frozenset[str]) -> tuple[int, int]:
        """Return how many members and records of a source are these members' own."""
        ...

    def remove(self, name: str, members: frozenset[str]) -> RecordsImported | None:
        """Return what the source holds without these members from then on, ``None`` where it held nothing of them."""
        ...


@dataclass(frozen=True, slots=True)
class Arrived:
    """What an intake put into a folder: the event that tells of it, and how many rows it left out as an erased member's."""

    event: RecordsImported
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Brought:
    """What was brought in, how many of its deletions were new, and what was written of it."""

    arrived: Arrived
    deletions: int
    written: Written


def bring(
    book: Logbook,
    tags: TagStore,
    sources: Sources,
    snapshots: Snapshots | None,
    name: str,
    fill: Callable[[Path], Arrived],
    dry_run: bool = False,
) -> Brought:
    """Return what came in under a name, instead of what was there before, unless ``dry_run``.

    ``snapshots`` is where names may be kept to save time: they go where the members are others. ``fill`` puts the tables into a
    folder. Every member has a tag from then on, and a record that came as deleted is deleted in the log. Raises ``InputError`` where
    another source has members or records of the same ids, and whatever ``fill`` raises.
    """
    arrival = sources.arrive(name)
    try:
        arrived = fill(arrival)
        _check_clashes(sources.clashes(arrival, name))
        if dry_run:
            return Brought(arrived, 0, Written())
        tags.give(sources.members(arrival))
        deletions = _new_deletions(book, tags, sources.deletions(arrival))
        if not sources.has_same_members(name):
            drop_roll(snapshots)
        with relocating(book, sources, snapshots):
            sources.settle(name)
    finally:
        sources.discard(name)
    return Brought(arrived, len(deletions), write(book, [arrived.event, *deletions]))


def _check_clashes(clashes: dict[str, tuple[int, int]]) -> None:
    problems = [
        Problem(
            "same-ids",
            f"{members} members and {records} records have ids that the source {other!r} has, too",
            advice="give the new ones a prefix of their own with --prefix, or import under that source's name to replace it",
        )
        for other, (members, records) in sorted(clashes.items())
    ]
    if problems:
        raise InputError(*problems)


def _new_deletions(
    book: Logbook, tags: TagStore, found: Iterable[tuple[str, str, Moment]]
) -> tuple[RecordDeleted, ...]:
    known: dict[str, frozenset[str]] = {}
    new: list[RecordDeleted] = []
    for record, author, moment in found:
        tag = tags.tag_of(author)
        if tag is not None and moment <= book.clock.now():
            event = RecordDeleted(tag, record_tag(book.keys.secret(), record), moment)
            if tag not in known:
                known[tag] = _deleted_before(book, tag)
            if event.record not in known[tag]:
                new.append(event)
    return tuple(new)


def _deleted_before(book: Logbook, tag: str) -> frozenset[str]:
    events = (entry.event for entry in book.log.entries_of(tag))
    return frozenset(event.record for event in events if isinstance(event, RecordDeleted))
