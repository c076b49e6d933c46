"""What a gate reads: the sources that were brought in, an engine over them, and what the log says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from os import stat
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from sayso.changed import Changed
from sayso.ledger.index import LogIndex
from sayso.ledger.standing import StandingIndex
from sayso.policy.compile import Wide
from sayso.policy.gate import Gate
from sayso.ports import Census, Engine, GateTables, Shift, TagStore, Touched
from sayso.redaction_ports import OpenReviser, OpenSpotter
from sayso.slicing import OpenSlicing
from sayso.values.moments import Moment
from sayso.workflows.keeping import Snapshots, Unchanged
from sayso.workflows.logbook import Logbook

MEMBERS_FILE, RECORDS_FILE = "members.parquet", "records.parquet"


class GateSources(Protocol):
    """The sources as a gate needs them."""

    def names(self) -> tuple[str, ...]:
        """Return the names of the sources, sorted."""
        ...

    def folder(self, name: str) -> Path:
        """Return the folder of a source."""
        ...

    def digest(self, name: str) -> str:
        """Return the digest of a source's tables, as it was when they were brought in or last changed."""
        ...

    def changed(self, name: str, digest: str) -> Changed | None:
        """Return what is other in a source than when it had a digest, ``None`` where that is not known any more."""
        ...

    def digest_now(self, name: str) -> str:
        """Return the digest of a source's tables as they are on disk now."""
        ...

    def members_sum(self, name: str) -> str:
        """Return the SHA-256 of the file of a source's members, as it is on disk."""
        ...

    def changed_files(self, name: str) -> tuple[str, ...]:
        """Return the names of a source's files that are not, to the bit, as they were brought in or last changed."""
        ...

    def misnumbered(self, name: str) -> int:
        """Return how many rows of a source have a number that is not their member's or author's alone.

        Raises ``IntegrityError`` where the numbers cannot be read.
        """
        ...

    def members(self, folder: Path) -> Iterator[str]:
        """Return the ids of the members in a folder."""
        ...


class ComparingEngine(Engine, Protocol):
    """An engine that tells which records may be decided otherwise than under another standing of the same members."""

    def standings(self) -> pa.Table:
        """Return every member's standing under the gate that stands, for ``touched`` of an engine over the same sources."""
        ...

    def may(self) -> frozenset[str]:
        """Return the ids of the members of whom the gate that stands permits anything, whatever records they have."""
        ...

    def touched(
        self, standings: pa.Table, since: Moment, at: Moment, records: pa.Array, members: pa.Array
    ) -> Touched:
        """Return the records that may be permitted here and not under other standings, or the other way round.

        ``since`` is the moment of the others, ``at`` that of the gate that stands; ``records`` are those of which the two know
        different things, their deletion say, and so are ``members``, by their ids.
        """
        ...

    def census(self) -> Census:
        """Return how many members and records the gate that stands permits, by region."""
        ...

    def shifts(self, gate: Gate) -> tuple[Shift, ...]:
        """Return what another gate changes of the one that stands, by region, where it changes anything; that one stands then."""
        ...

    def over(self, records: pa.Table) -> AbstractContextManager[None]:
        """Ask of some records alone, those of a ``Touched``, what is asked in the context."""
        ...


class OpenEngine(Protocol):
    """Opens an engine over tables."""

    def __call__(self, tables: GateTables) -> AbstractContextManager[ComparingEngine]:
        """Return the engine as a context manager."""
        ...


@dataclass(frozen=True, eq=False)
class Yard:
    """What every question about records needs: the log and its policy, tags, sources, an engine, and the project's secret.

    ``open_slicing`` does what takes all records and their texts: on this machine, or on a cluster.
    ``snapshots`` is where what is worked out from the log is kept, ``None`` where nothing is.
    """

    book: Logbook
    tags: TagStore
    sources: GateSources
    open_engine: OpenEngine
    open_reviser: OpenReviser
    open_spotter: OpenSpotter
    open_slicing: OpenSlicing
    snapshots: Snapshots | None = None


def reading(yard: Yard) -> Yard:
    """Return the same yard, of which nothing is kept to save time: a dry run changes no byte of a project."""
    return yard if yard.snapshots is None else replace(yard, snapshots=Unchanged(yard.snapshots))


def state_of(file: Path | str | int) -> tuple[int, int, int]:
    """Return what another file in a path's place, or an open file, does not share: files of sources are replaced, never written in."""
    found = stat(file)
    return found.st_ino, found.st_size, found.st_mtime_ns


class Folders(Protocol):
    """Sources by name, each in a folder."""

    def names(self) -> tuple[str, ...]:
        """Return the names of the sources, sorted."""
        ...

    def folder(self, name: str) -> Path:
        """Return the folder of a source."""
        ...


def record_files(sources: Folders) -> tuple[Path, ...]:
    """Return the files of all records, in the order of the sources' names."""
    return tuple(sources.folder(name) / RECORDS_FILE for name in sources.names())


def wide(index: LogIndex | StandingIndex) -> Wide:
    """Return what the log says to many members at once."""
    return Wide(index.notices(), index.suspensions())
