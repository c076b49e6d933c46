"""The log in one SQLite file: write-ahead mode, full sync, group commit (docs/reference/log-format.md)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar

from sayso.errors import Place, Problem
from sayso.ledger import merkle
from sayso.ledger.checkpoints import Checkpoint
from sayso.ledger.codec import FORMS, decode
from sayso.ledger.events import Entry, Event
from sayso.ledger.raw import RawCheckpoint, RawEntry
from sayso.stores import log_rows
from sayso.stores.group_commit import GroupCommit
from sayso.stores.log_rows import Append, HeldRows, Keep, Row
from sayso.stores.sqlite_files import file_damage, make_file, open_file, sqlite_errors
from sayso.values.moments import Moment

APPLICATION = 0x53617931  # "Say1" in the file's header, so that no other file is taken for a log
FORMAT = 1
CHUNK = 2_048
Found = TypeVar("Found")

_WIDE = "tag IS NULL AND type IN ('notice-given', 'suspension-lifted', 'suspension-set')"
# Not in the schema of an open log: with it, the log is closed to everybody but a migration.
_SEAL = "CREATE TRIGGER entries_insert BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'moved'); END"
_IS_OPEN = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'entries_insert')"
# The triggers keep an honest program from changing what was acknowledged; `verify` finds the dishonest one.
_SCHEMA = f"""
CREATE TABLE entries (number INTEGER PRIMARY KEY, type TEXT NOT NULL, tag TEXT, leaf BLOB NOT NULL) STRICT;
CREATE INDEX entries_by_tag ON entries (tag) WHERE tag IS NOT NULL;
CREATE INDEX wide_entries ON entries (number) WHERE {_WIDE};
CREATE TABLE nodes (level INTEGER NOT NULL, position INTEGER NOT NULL, hash BLOB NOT NULL,
                    PRIMARY KEY (level, position)) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoints (size INTEGER NOT NULL, note TEXT NOT NULL,
                          PRIMARY KEY (size, note)) STRICT, WITHOUT ROWID;
""" + ";".join(
    f"CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'append only'); END"
    for table in ("entries", "nodes", "checkpoints")
    for verb in ("update", "delete")
)


class SqliteLog:
    """A ``LogStore`` in one file, for many threads at once and for many processes, each with its own."""

    def __init__(self, path: Path, busy_seconds: float = 60.0, even_closed: bool = False) -> None:
        """Open the log at a path; a writer waits up to ``busy_seconds`` for those of other processes.

        Raises ``EdgeError`` when the file is missing or the log is closed (that is for a migration: ``even_closed``),
        ``IntegrityError`` when it is not a log of this format.
        """
        self._path, self._busy_seconds = path, busy_seconds
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._writer = self._open()
        self._commit = GroupCommit(self._commit_batch)
        self._edge = merkle.Frontier()
        self._closed = False
        if not even_closed and not self.is_open():
            self.close()
            raise log_rows.moved(Place(path.name))

    @classmethod
    def create(cls, path: Path, busy_seconds: float = 60.0, opened: bool = True) -> Self:
        """Make an empty log at a path and open it; raises ``EdgeError`` when a file is there or cannot be
        made.

        One that is not ``opened`` is made for a migration to fill.
        """
        make_file(path, APPLICATION, FORMAT, _SCHEMA if opened else f"{_SCHEMA};{_SEAL};")
        return cls(path, busy_seconds, even_closed=not opened)

    def close(self) -> None:
        """Close the file; what was acknowledged is on disk already."""
        self._closed = True
        self._writer.close()
        while not self._idle.empty():
            self._idle.get().close()

    def __enter__(self) -> Self:
        """Return the log itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    # Writing

    def append(self, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...]:
        """Return the entries of the events, on disk from then on, side by side; see ``ports.LogStore``."""
        entries = self._append(None, events, logged_at)
        assert entries is not None  # only an expected size can be missed
        return entries

    def append_if(self, size: int, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...] | None:
        """Append if the log still has ``size`` entries, else change nothing and return ``None``."""
        return self._append(size, events, logged_at)

    @contextmanager
    def hold(self) -> Iterator[HeldRows]:
        """Keep every other writer, of this process and of others, waiting for as long as the context lasts.

        Its holder appends through what it gives, and not through the log, which would wait for itself.
        """
        with self._commit.exclusive(), self._holding() as db:
            with sqlite_errors(self._path):
                db.execute("BEGIN IMMEDIATE")
                self._check_open(db)
                held = HeldRows(self._edge_at(self._size(db)))
            yield held  # what the holder raises is theirs, and says nothing about this file
            with sqlite_errors(self._path):
                self._insert(db, held.rows, held.nodes)
                if held.sealing:
                    db.execute(_SEAL)
                db.execute("COMMIT")
            self._edge = held.edge

    def _append(
        self, size: int | None, events: Sequence[Event], logged_at: Moment
    ) -> tuple[Entry, ...] | None:
        events = tuple(events)
        first = self._commit(Append(log_rows.unnumbered(events, logged_at), size))
        return None if first is None else log_rows.numbered_entries(first, events, logged_at)

    def _commit_batch(self, batch: Sequence[Append | Keep]) -> list[int | None]:
        with self._transaction() as db:
            self._check_open(db)
            edge, answers = self._grown(db, batch)
        self._edge = edge
        return answers

    def _grown(
        self, db: sqlite3.Connection, batch: Sequence[Append | Keep]
    ) -> tuple[merkle.Frontier, list[int | None]]:
        edge = self._edge_at(self._size(db))
        rows, answers = log_rows.numbered(batch, edge.size)
        nodes = [node for row in rows for node in edge.push(merkle.leaf_hash(row[3]))]
        self._insert(db, rows, nodes)
        notes = [each for each in batch if isinstance(each, Keep)]
        db.executemany("INSERT OR IGNORE INTO checkpoints VALUES (?, ?)", notes)
        return edge, answers

    @staticmethod
    def _insert(db: sqlite3.Connection, rows: Sequence[Row], nodes: Sequence[merkle.Node]) -> None:
        db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)
        db.executemany("INSERT INTO nodes VALUES (?, ?, ?)", nodes)

    def _edge_at(self, size: int) -> merkle.Frontier:
        """Return the tree's right edge: the one of our last commit, or a new one where others wrote
        meanwhile.
        """
        edge, self._edge = self._edge, merkle.Frontier()  # a commit that fails leaves no edge behind
        return edge if edge.size == size else merkle.Frontier(size, self._lookup(self._writer))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with sqlite_errors(self._path), self._holding() as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")

    @contextmanager
    def _holding(self) -> Iterator[sqlite3.Connection]:
        """Lend the writer's connection, and leave no transaction open behind."""
        try:
            yield self._writer
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    # Moving (moving.MovableLog)

    def is_open(self) -> bool:
        """Tell whether anybody may write in it."""
        with self._reading() as db:
            return self._is_open(db)

    def length(self) -> int:
        """Return the number of entries, of a closed log too."""
        with self._reading() as db:
            return self._size(db)

    def leaves(self, start: int, end: int) -> tuple[bytes, ...]:
        """Return the leaves of the entries from ``start`` up to, not including, ``end``."""
        rows = self._pages("SELECT number, leaf FROM entries WHERE", "number", start, end)
        return tuple(leaf for _, leaf in rows)

    def bring(self, size: int, leaves: Sequence[bytes], checkpoints: Sequence[Checkpoint] = ()) -> None:
        """Append leaves to a closed log of ``size`` entries, and keep checkpoints of it; see ``moving.MovableLog``."""
        rows = Append(log_rows.rows_of_leaves(size, leaves), size)
        notes = [log_rows.kept_note(self, each) for each in checkpoints]
        with self._commit.exclusive(), self._transaction() as db:
            if self._is_open(db):
                raise log_rows.unfit(Place(self._path.name))
            db.execute("DROP TRIGGER entries_insert")
            edge, answers = self._grown(db, [rows, *notes])
            if answers[0] is None:
                raise log_rows.unfit(Place(self._path.name))
            db.execute(_SEAL)
        self._edge = edge

    def open_up(self) -> None:
        """Let everybody write in it."""
        with self._commit.exclusive(), self._transaction() as db:
            db.execute("DROP TRIGGER IF EXISTS entries_insert")

    @staticmethod
    def _is_open(db: sqlite3.Connection) -> bool:
        return bool(db.execute(_IS_OPEN).fetchone()[0])

    def _check_open(self, db: sqlite3.Connection) -> None:
        if not self._is_open(db):
            raise log_rows.moved(Place(self._path.name))

    # Reading

    def size(self) -> int:
        """Return the number of entries; raises ``EdgeError`` where the log was closed, for it goes on elsewhere."""
        with self._reading() as db:
            self._check_open(db)
            return self._size(db)

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """Return the entries from ``start`` up to, not including, ``end``; see ``ports.LogStore``."""
        end = self.size() if end is None else end
        expected = start
        for number, leaf in self._pages("SELECT number, leaf FROM entries WHERE", "number", start, end):
            if number != expected:
                break
            yield decode(leaf, number)
            expected += 1
        if expected < min(end, self.size()):
            raise log_rows.missing_entry(expected)

    def entries_of(self, tag: str, end: int | None = None) -> tuple[Entry, ...]:
        """Return the entries before ``end`` that carry this tag, in their order."""
        return self._some("tag = ?", (tag,), end)

    def entries_of_kinds(
        self, kinds: Sequence[type[Event]], end: int | None = None, start: int = 0
    ) -> tuple[Entry, ...]:
        """Return the entries from ``start`` up to ``end`` whose events are of these classes, in their order."""
        names = tuple(form.type for form in FORMS if form.event in kinds)
        return self._some(f"number >= {start:d} AND type IN ({', '.join('?' * len(names))})", names, end)

    def wide_entries(self, end: int | None = None) -> tuple[Entry, ...]:
        """Return the entries before ``end`` that touch every member."""
        return self._some(_WIDE, (), end)

    def _some(self, where: str, values: tuple[str, ...], end: int | None) -> tuple[Entry, ...]:
        query = f"SELECT number, leaf FROM entries WHERE {where} ORDER BY number"  # noqa: S608  where is ours
        with self._reading() as db:
            found = db.execute(query, values).fetchall()
        return tuple(decode(leaf, number) for number, leaf in found if end is None or number < end)

    def leaf(self, number: int) -> bytes:
        """Return the canonical bytes of one entry; raises ``ValueError`` when there is no such entry."""
        with self._reading() as db:
            found = db.execute("SELECT leaf FROM entries WHERE number = ?", (number,)).fetchone()
        if found is None:
            raise ValueError(f"the log has no entry {number}")
        return bytes(found[0])

    def root(self, size: int) -> bytes:
        """Return the RFC 6962 tree hash of the first ``size`` entries."""
        return self._prove(size, lambda lookup: merkle.root(lookup, size))

    def inclusions(self, numbers: Sequence[int], size: int) -> tuple[tuple[bytes, ...], ...]:
        """Return the RFC 6962 inclusion proofs of some entries in the tree of ``size`` entries."""
        return self._prove(size, lambda lookup: merkle.inclusion_proofs(lookup, numbers, size))

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """Return the RFC 6962 consistency proof between two sizes."""
        return self._prove(size, lambda lookup: merkle.consistency_proof(lookup, old, size))

    def _prove(self, size: int, proof: Callable[[merkle.Lookup], Found]) -> Found:
        with self._reading() as db:
            if size > self._size(db):
                raise ValueError(f"the log has fewer than {size} entries")
            return proof(self._lookup(db))

    # Checkpoints

    def signed(self, sign: Callable[[int, bytes], Checkpoint], keep: bool = True) -> Checkpoint:
        """Return what ``sign`` makes of the log's size and root as it stands; see ``ports.LogStore``."""
        size = self.size()
        made = sign(size, self.root(size))
        if keep:
            self.keep_checkpoint(made)
        return made

    def keep_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep a signed checkpoint of this log; see ``ports.LogStore``."""
        self._commit(log_rows.kept_note(self, checkpoint))

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return the kept checkpoints in rising order of size."""
        return tuple(log_rows.read_note(kept) for kept in self.raw_checkpoints())

    # What is kept, unjudged (ledger.raw.RawLog)

    def raw_entries(self) -> Iterator[RawEntry]:
        """Return every kept entry by number."""
        # As bytes: what is no longer UTF-8 must reach `verify`, which names the entry.
        select = "SELECT number, CAST(type AS BLOB), CAST(tag AS BLOB), leaf FROM entries WHERE"
        rows = self._pages(select, "number", -(2**63))
        return (
            RawEntry(number, _readable(kind), None if tag is None else _readable(tag), leaf)
            for number, kind, tag, leaf in rows
        )

    def raw_levels(self) -> tuple[Any, ...]:
        """Return the levels at which nodes are kept."""
        with self._reading() as db:
            return tuple(row[0] for row in db.execute("SELECT DISTINCT level FROM nodes ORDER BY level"))

    def raw_nodes(self, level: int) -> Iterator[merkle.Node]:
        """Return every node kept at a level by position."""
        select = f"SELECT position, hash FROM nodes WHERE level = {level:d} AND"  # noqa: S608  an integer
        rows = self._pages(select, "position", -(2**63))
        return (merkle.Node(level, at, hashed if isinstance(hashed, bytes) else b"") for at, hashed in rows)

    def raw_checkpoints(self) -> Iterator[RawCheckpoint]:
        """Return every kept checkpoint by size."""
        with self._reading() as db:
            rows = db.execute("SELECT size, CAST(note AS BLOB) FROM checkpoints ORDER BY size").fetchall()
        return (RawCheckpoint(size, _readable(note)) for size, note in rows)

    def damage(self) -> tuple[Problem, ...]:
        """Return what SQLite's own check finds wrong with the file."""
        with self._reading() as db:
            return file_damage(db, self._path, _SCHEMA)

    # The file

    def _pages(self, select: str, key: str, start: int, end: int = 2**63 - 1) -> Iterator[tuple[Any, ...]]:
        """Return rows in rising order of their first column, the key; no read lasts longer than a page."""
        query = f"{select} {key} >= ? AND {key} < ? ORDER BY {key} LIMIT {CHUNK}"
        while True:
            with self._reading() as db:
                rows = db.execute(query, (start, end)).fetchall()
            yield from rows
            if len(rows) < CHUNK:
                return
            start = rows[-1][0] + 1

    def _open(self) -> sqlite3.Connection:
        return open_file(self._path, APPLICATION, FORMAT, self._busy_seconds)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to one reader at a time; there are as many as there were readers at once."""
        if self._closed:
            raise ValueError("this log is closed")
        try:
            db = self._idle.get_nowait()
        except Empty:
            db = self._open()
        try:
            with sqlite_errors(self._path):
                yield db
        finally:
            self._take_back(db)

    def _take_back(self, db: sqlite3.Connection) -> None:
        if self._closed:
            db.close()
        else:
            self._idle.put(db)

    @staticmethod
    def _size(db: sqlite3.Connection) -> int:
        return int(db.execute("SELECT ifnull(max(number), -1) + 1 FROM entries").fetchone()[0])

    @staticmethod
    def _lookup(db: sqlite3.Connection) -> merkle.Lookup:
        def lookup(level: int, position: int) -> bytes:
            asked = "SELECT hash FROM nodes WHERE level = ? AND position = ?"
            found = db.execute(asked, (level, position)).fetchone()
            if found is None:
                raise log_rows.missing_node(level, position)
            return bytes(found[0])

        return lookup


def _readable(text: object) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else ""
