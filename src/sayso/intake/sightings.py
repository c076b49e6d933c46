"""What an import has seen so far, kept on disk so that memory does not grow with the source."""

from __future__ import annotations

import sqlite3
from pathlib import Path

_CACHE_KIB = 16_384
_TABLES = (
    "CREATE TABLE member (id TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE record (id TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE edit (post TEXT, editor TEXT, PRIMARY KEY (post, editor)) WITHOUT ROWID",
)


class Sightings:
    """Which ids came already, and who edited what, in a scratch SQLite file with a cache of 16 MiB.

    The file is worth nothing after a crash, so it is written without journal and without waiting for the disk.
    """

    def __init__(self, file: Path) -> None:
        """Make the scratch file, which must not exist yet."""
        self._database = sqlite3.connect(file, isolation_level=None)
        for pragma in (
            "journal_mode=OFF",
            "synchronous=OFF",
            f"cache_size=-{_CACHE_KIB}",
            "locking_mode=EXCLUSIVE",
        ):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute("BEGIN")
        self._members = 0
        for table in _TABLES:
            self._database.execute(table)

    def first_member(self, member: str) -> int | None:
        """Note a member's id and return its number, counted from 0 in the order they came; ``None`` where it came already."""
        added = self._database.execute("INSERT OR IGNORE INTO member VALUES (?, ?)", (member, self._members))
        if added.rowcount != 1:
            return None
        self._members += 1
        return self._members - 1

    def first_record(self, record: str) -> bool:
        """Note a record's id, and tell whether it is new."""
        return self._database.execute("INSERT OR IGNORE INTO record VALUES (?)", (record,)).rowcount == 1

    def number_of(self, member: str) -> int | None:
        """Return the number of a member who came already, ``None`` for any other."""
        found = self._database.execute("SELECT number FROM member WHERE id = ?", (member,)).fetchone()
        return None if found is None else int(found[0])

    def note_edit(self, post: str, editor: str) -> None:
        """Note that somebody edited a post; noting it twice changes nothing."""
        self._database.execute("INSERT OR IGNORE INTO edit VALUES (?, ?)", (post, editor))

    def editors(self, post: str) -> tuple[str, ...]:
        """Return who was noted to have edited a post, sorted by id."""
        found = self._database.execute("SELECT editor FROM edit WHERE post = ? ORDER BY editor", (post,))
        return tuple(editor for (editor,) in found)

    def close(self) -> None:
        """Let go of the scratch file."""
        self._database.close()
