"""The edges, as Protocols: what workflows ask of the world, and nothing of how it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pyarrow as pa
from numpy.typing import NDArray

from sayso.errors import Problem
from sayso.ledger.checkpoints import Checkpoint
from sayso.ledger.events import Entry, Event
from sayso.policy.gate import Gate
from sayso.values.moments import Moment


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> Moment:
        """Return the present moment."""
        ...


class Keys(Protocol):
    """Signs, and holds the secrets that keyed digests need."""

    def origin(self) -> str:
        """Return the log's origin: the name in its checkpoints and of its key (C2SP tlog-checkpoint)."""
        ...

    def public_key(self) -> bytes:
        """Return the 32 bytes of the Ed25519 public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature of a message (RFC 8032)."""
        ...

    def secret(self) -> bytes:
        """Return the project's 32-byte secret, from which every keyed digest is made."""
        ...


class LogStore(Protocol):
    """The append-only log: durable before it answers, gapless, and the same for every reader."""

    def append(self, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...]:
        """Return the entries of the events, which are on disk from then on, all of them or none, side by side.

        Raises ``ValueError`` for an event that a leaf cannot hold, ``EdgeError`` when the disk or a lock fails.
        """
        ...

    def append_if(self, size: int, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...] | None:
        """Append like ``append`` if the log still has ``size`` entries; else change nothing and return ``None``."""
        ...

    def hold(self) -> AbstractContextManager[HeldLog]:
        """Keep every other writer waiting for as long as the context lasts: readers see all that was acknowledged.

        What is appended in it is on disk when the context ends without an exception, and else nowhere.
        """
        ...

    def size(self) -> int:
        """Return the number of entries."""
        ...

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """Return the entries from ``start`` up to, not including, ``end`` (``None``: the size at the first one).

        Raises ``IntegrityError`` at an entry that is missing or is not the canonical form of an event.
        """
        ...

    def entries_of(self, tag: str, end: int | None = None) -> tuple[Entry, ...]:
        """Return the entries before ``end`` that carry this tag, in their order, without reading all others."""
        ...

    def entries_of_kinds(
        self, kinds: Sequence[type[Event]], end: int | None = None, start: int = 0
    ) -> tuple[Entry, ...]:
        """Return the entries from ``start`` up to, not including, ``end`` whose events are of these classes, in their order, without
        reading all others.
        """
        ...

    def wide_entries(self, end: int | None = None) -> tuple[Entry, ...]:
        """Return the entries before ``end`` that touch every member: notices without a tag, suspensions, lifts."""
        ...

    def leaf(self, number: int) -> bytes:
        """Return the canonical bytes of one entry.

        Raises ``ValueError`` when there is no such entry.
        """
        ...

    def root(self, size: int) -> bytes:
        """Return the RFC 6962 tree hash of the first ``size`` entries.

        Raises ``ValueError`` when there are fewer, here and for both proofs.
        """
        ...

    def inclusions(self, numbers: Sequence[int], size: int) -> tuple[tuple[bytes, ...], ...]:
        """Return the RFC 6962 inclusion proofs of some entries in the tree of ``size`` entries, in their order."""
        ...

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """Return the RFC 6962 consistency proof between two sizes."""
        ...

    def signed(self, sign: Callable[[int, bytes], Checkpoint], keep: bool = True) -> Checkpoint:
        """Return the checkpoint that ``sign`` makes of the log's size and root as it stands, kept where ``keep``.

        Where a log has writers on several machines, one process at a time signs, and ``sign`` may be called again where a connection
        breaks. Raises ``IntegrityError`` where the log does not go on from what such a log's processes signed last.
        """
        ...

    def keep_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep a signed checkpoint; keeping the same one again changes nothing.

        Raises ``ValueError`` when nobody signed it, ``IntegrityError`` when its size or root is not this log's.
        """
        ...

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return the kept checkpoints in rising order of size."""
        ...

    def damage(self) -> tuple[Problem, ...]:
        """Return what the store itself finds wrong with what it keeps: an index that contradicts its table, say."""
        ...


class TagStore(Protocol):
    """The table that joins members to tags, kept outside the log so that a row can be erased."""

    def tag_of(self, member: str) -> str | None:
        """Return the member's tag, ``None`` where they have none."""
        ...

    def member_of(self, tag: str) -> str | None:
        """Return the member of a tag, ``None`` where the row is gone."""
        ...

    def give(self, members: Iterable[str]) -> None:
        """Give a random tag to every member who has none and was not erased."""
        ...

    def erase(self, member: str) -> str | None:
        """Delete the member's row and return the tag it had; from then on the member counts as erased."""
        ...

    def is_erased(self, member: str) -> bool:
        """Tell whether a member of this id was erased (kept as a keyed digest, so that nobody is brought back)."""
        ...

    def table(self) -> pa.Table:
        """Return every row: ``member`` and ``tag``, both strings."""
        ...

    def damage(self) -> tuple[Problem, ...]:
        """Return what the store itself finds wrong with what it keeps: an index that contradicts its table, say."""
        ...


@dataclass(frozen=True, eq=False)
class GateTables:
    """What a gate reads: members and records as Parquet files or Arrow tables, and the log's facts by tag.

    Files come source by source, members and records in the same order. ``tags`` has member and tag; ``words`` tag, control, yes,
    said_at, version, entry; ``notices`` tag, version, given_at (the personal ones); ``closings`` tag, closed_at; ``deletions``
    record, deleted_at. Moments are int64 microseconds, UTC.
    """

    members: tuple[Path, ...] | pa.Table
    records: tuple[Path, ...] | pa.Table
    tags: pa.Table
    words: pa.Table
    notices: pa.Table
    closings: pa.Table
    deletions: pa.Table


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """A community as simulations read it: members and records as Parquet files or Arrow tables, and what the log says was removed.

    ``closings`` has member and closed_at, ``deletions`` record and deleted_at.
    """

    members: tuple[Path, ...] | pa.Table
    records: tuple[Path, ...] | pa.Table
    closings: pa.Table
    deletions: pa.Table


@dataclass(frozen=True, slots=True, eq=False)
class Touched:
    """Records that two gates may decide otherwise: all that is given of them but their texts.

    With ``whole`` there is no other that they give another reason for; else there may be others that both refuse.
    """

    records: pa.Table
    whole: bool


class Share(NamedTuple):
    """How many members live in a region (``None``: not known), and of how many of them anything is permitted."""

    region: str | None
    members: int
    permitted: int


class Pile(NamedTuple):
    """How many records of the members of a region came out with a code; ``None`` holds those of nobody known, too."""

    region: str | None
    code: int
    records: int


@dataclass(frozen=True, slots=True)
class Census:
    """What a gate decides, by region: each in rising order, ``None`` first."""

    members: tuple[Share, ...]
    records: tuple[Pile, ...]


class Shift(NamedTuple):
    """What another gate would change for the members of a region: records it alone permits and those it alone does not, and of how
    many members each.
    """

    region: str | None
    gained: int
    lost: int
    members_gaining: int
    members_losing: int


class Engine(Protocol):
    """Runs compiled gates over tables."""

    def stand(self, gate: Gate) -> None:
        """Work out every member's standing for a gate; what is asked next is asked of it."""
        ...

    def counts(self) -> tuple[tuple[int, int], ...]:
        """Return (code, number of records) pairs in rising order of code; they add up to all records."""
        ...

    def permitted(
        self, carry: tuple[str, ...], only: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Return the permitted records, in no order, with ``record``, the carried columns and ``code``.

        ``only`` names the records that are wanted, all where it is ``None``.
        """
        ...


class HeldLog(Protocol):
    """The log while nobody else can write: its size stays what it is until the holder appends."""

    def size(self) -> int:
        """Return the number of entries."""
        ...

    def append(self, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...]:
        """Return the entries of the events, which are on disk when the hold ends."""
        ...


class ShardStore(Protocol):
    """The shard files of one data set version, and the unsorted parts that become them."""

    def add(self, shard: int, rows: pa.Table) -> None:
        """Add rows, in any order, to the part of a shard."""
        ...

    def parts(self) -> frozenset[int]:
        """Return the shards to which rows were added since their part was last asked for."""
        ...

    def part(self, shard: int) -> pa.Table | None:
        """Return what was added to a shard since it was last asked for; ``None`` where nothing was."""
        ...

    def close(self) -> None:
        """Remove the parts."""
        ...

    def write(self, shard: int, rows: pa.Table) -> tuple[str, str]:
        """Write the file of a shard; return its name and its SHA-256 as 64 hexadecimal digits."""
        ...

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows of a shard file, with some columns or all; raises ``IntegrityError`` where it cannot be read."""
        ...

    def digest(self, name: str) -> str | None:
        """Return the SHA-256 of a file as 64 hexadecimal digits, ``None`` where it is missing."""
        ...

    def take(self, other: ShardStore, name: str) -> None:
        """Copy a file, bit for bit, from another version's files."""
        ...

    def place(self, name: str, file: Path) -> None:
        """Move a file that lies beside the store, on the same disk, to a name in it."""
        ...

    def put(self, name: str, data: bytes) -> None:
        """Write a small file next to the shards."""
        ...

    def put_table(self, name: str, rows: pa.Table) -> str:
        """Write a table next to the shards; return the SHA-256 of its file as 64 hexadecimal digits."""
        ...

    def put_arrays(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> str:
        """Write named arrays into one file next to the shards; return its SHA-256 as 64 hexadecimal digits."""
        ...

    def arrays(self, name: str) -> Mapping[str, NDArray[Any]]:
        """Return the arrays of a file; raises ``IntegrityError`` where it is missing or damaged."""
        ...

    def get(self, name: str) -> bytes | None:
        """Return the bytes of a small file, ``None`` where it is missing."""
        ...

    def names(self) -> tuple[str, ...]:
        """Return the names of all files, sorted, relative to the version's folder."""
        ...


class Artefacts(Protocol):
    """Published data sets, or models: either the old version or the new, never a half."""

    def names(self) -> tuple[str, ...]:
        """Return the names of the data sets, sorted."""
        ...

    def current(self, name: str) -> int | None:
        """Return the version that readers see, ``None`` where nothing is published; raises ``IntegrityError`` if damaged."""
        ...

    def building(self, name: str) -> AbstractContextManager[ShardStore]:
        """Give an empty draft to one build of a data set at a time; raises ``Refused`` while another builds it."""
        ...

    def scratch(self) -> AbstractContextManager[ShardStore]:
        """Give an empty place that nobody reads and that is gone afterwards."""
        ...

    def seal(self, name: str, version: int) -> None:
        """Put the draft in the place of a version that no log entry knows, whole and on disk."""
        ...

    def unseal(self, name: str, version: int) -> None:
        """Take a sealed version that was not published back as the draft."""
        ...

    def point(self, name: str, version: int) -> None:
        """Let readers see a version from now on."""
        ...

    def purge(self, name: str, version: int) -> None:
        """Delete every file of a version but its manifest and its card."""
        ...

    def manifest(self, name: str, version: int) -> bytes | None:
        """Return the bytes of a version's signed manifest, ``None`` where there is none."""
        ...

    def shards(self, name: str, version: int) -> ShardStore:
        """Return the shard files of a sealed version."""
        ...
