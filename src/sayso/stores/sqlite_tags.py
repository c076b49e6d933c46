"""The table that joins members to tags, in one SQLite file from which a row can really be erased."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from threading import RLock
from types import TracebackType
from typing import Self

import pyarrow as pa

from sayso.errors import Problem
from sayso.stores.sqlite_files import file_damage, make_file, open_file, sqlite_errors
from sayso.values.canonical import keyed

APPLICATION = 0x53617932  # "Say2" in the file's header
FORMAT = 1
TAG_BYTES = 16
_AT_ONCE = 10_000

_SCHEMA = (
    "CREATE TABLE tags (member TEXT PRIMARY KEY, tag TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID;"
    "CREATE TABLE erased (digest BLOB PRIMARY KEY) STRICT, WITHOUT ROWID"
)


class SqliteTags:
    """A ``TagStore`` in one file, for many threads at once and for many processes, each with its own.

    The file keeps a rollback journal and not a write-ahead log: a journal is gone when a change is done, so
    no old page with an erased id stays beside the file.
    """

    def __init__(
        self,
        path: Path,
        secret: bytes,
        random: Callable[[int], str] = secrets.token_hex,
        busy_seconds: float = 60.0,
    ) -> None:
        """Open the table at a path.

        ``secret`` keys the digests of erased ids; ``random(16)`` returns 16 random bytes as 32 hexadecimal
        digits. Raises ``EdgeError`` when the file is missing, ``IntegrityError`` when it is not a table of
        this format.
        """
        self._path, self._secret, self._random = path, secret, random
        self._db = open_file(path, APPLICATION, FORMAT, busy_seconds)
        self._db.execute("PRAGMA secure_delete=ON")
        # Tags are random, so a million of them touch every page of their index: 64 MiB hold it, the default
        # 2 do not.
        self._db.execute("PRAGMA cache_size=-65536")
        self._lock = RLock()

    @classmethod
    def create(cls, path: Path, secret: bytes, random: Callable[[int], str] = secrets.token_hex) -> Self:
        """Make an empty table at a path and open it; raises ``EdgeError`` when a file is there or cannot be
        made.
        """
        make_file(path, APPLICATION, FORMAT, _SCHEMA, journal="DELETE")
        return cls(path, secret, random)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        """Return the table itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def tag_of(self, member: str) -> str | None:
        """Return the member's tag, ``None`` where they have none."""
        return self._one("SELECT tag FROM tags WHERE member = ?", member)

    def member_of(self, tag: str) -> str | None:
        """Return the member of a tag, ``None`` where the row is gone."""
        return self._one("SELECT member FROM tags WHERE tag = ?", tag)

    def damage(self) -> tuple[Problem, ...]:
        """Return what SQLite's own check finds wrong with the file."""
        with self._lock:
            return file_damage(self._db, self._path, _SCHEMA)

    def is_erased(self, member: str) -> bool:
        """Tell whether a member of this id was erased."""
        return self._one("SELECT 1 FROM erased WHERE digest = ?", self._digest(member)) is not None

    def give(self, members: Iterable[str]) -> None:
        """Give a random tag to every member who has none and was not erased, to all of them or to none."""
        with self._changing() as db:
            erased = {row[0] for row in db.execute("SELECT digest FROM erased")}
            rows = (
                (member, self._random(TAG_BYTES))
                for member in members
                if not erased or self._digest(member) not in erased
            )
            # Only the member may be there already: a tag drawn twice is an error of the random source, and
            # raises.
            db.executemany("INSERT INTO tags VALUES (?, ?) ON CONFLICT (member) DO NOTHING", rows)

    def erase(self, member: str) -> str | None:
        """Delete the member's row and return the tag it had (``None``: none); afterwards no byte of it is
        in the file.

        Erasing is remembered for good, for a member without a row too. The file is written anew, which
        takes about a second for a million members.
        """
        with self._lock:
            with self._changing() as db:
                tag = self.tag_of(member)
                db.execute("DELETE FROM tags WHERE member = ?", (member,))
                db.execute("INSERT OR IGNORE INTO erased VALUES (?)", (self._digest(member),))
            with sqlite_errors(self._path):
                # secure_delete clears the row; only a new file is sure to hold no copy that a page split
                # left behind.
                self._db.execute("VACUUM")
        return tag

    def table(self) -> pa.Table:
        """Return every row by member: ``member`` and ``tag``, both strings."""
        columns: tuple[list[pa.Array], list[pa.Array]] = [], []
        with self._lock, sqlite_errors(self._path):
            rows = self._db.execute("SELECT member, tag FROM tags ORDER BY member")
            while some := rows.fetchmany(_AT_ONCE):
                for column, values in zip(columns, zip(*some, strict=True), strict=True):
                    column.append(pa.array(values, pa.string()))
        members, tags = (pa.chunked_array(column, pa.string()) for column in columns)
        return pa.table({"member": members, "tag": tags}).combine_chunks()

    def digests(self) -> frozenset[bytes]:
        """Return the keyed digests of those who were erased."""
        with self._lock, sqlite_errors(self._path):
            return frozenset(row[0] for row in self._db.execute("SELECT digest FROM erased"))

    def bring(self, rows: pa.Table, digests: frozenset[bytes]) -> None:
        """Hold these rows and digests and no others, all of them or none; no byte of what was there stays in the file."""
        with self._lock:
            with self._changing() as db:
                db.execute("DELETE FROM tags")
                db.execute("DELETE FROM erased")
                for batch in rows.to_batches(_AT_ONCE):
                    pairs = zip(*(batch.column(name).to_pylist() for name in ("member", "tag")), strict=True)
                    db.executemany("INSERT INTO tags VALUES (?, ?)", pairs)
                db.executemany("INSERT INTO erased VALUES (?)", ((each,) for each in sorted(digests)))
            with sqlite_errors(self._path):
                self._db.execute("VACUUM")

    def _digest(self, member: str) -> bytes:
        return keyed(self._secret, "erased", member.encode())

    def _one(self, query: str, value: str | bytes) -> str | None:
        with self._lock, sqlite_errors(self._path):
            found = self._db.execute(query, (value,)).fetchone()
        return None if found is None else found[0]

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with self._lock, sqlite_errors(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
