"""SQLite files: how they are made and opened, and what their errors mean here."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

from sayso.errors import EdgeError, IntegrityError, Place, Problem

# Every commit is on disk before it is acknowledged: FULL syncs the write-ahead log at each
# (sqlite.org/pragma.html); fullfsync makes macOS empty the drive's cache too, and does nothing elsewhere.
_DURABLE = ("PRAGMA synchronous=FULL", "PRAGMA fullfsync=ON", "PRAGMA checkpoint_fullfsync=ON")


def make_file(path: Path, application: int, format_version: int, schema: str, journal: str = "WAL") -> None:
    """Make a new SQLite file with a schema and a journal mode (WAL, DELETE); nobody else sees a half of it.

    Raises ``EdgeError`` when the file is there already or cannot be written.
    """
    if path.exists():
        raise EdgeError(
            Problem("exists", "this file is there already", Place(path.name), "move it away first")
        )
    with sqlite_errors(path), _file_errors(path):
        half = path.with_name(path.name + ".new")
        half.unlink(missing_ok=True)
        _fill(half, application, format_version, schema, journal)
        half.rename(path)
        sync_folder(path.parent)


def _fill(path: Path, application: int, format_version: int, schema: str, journal: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in (f"PRAGMA journal_mode={journal}", *_DURABLE):
            db.execute(pragma)
        marks = f"PRAGMA application_id={application:d};PRAGMA user_version={format_version:d};"
        db.executescript(f"BEGIN IMMEDIATE;{schema};{marks}COMMIT;")
    finally:
        db.close()


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to disk: a new or renamed file in it is found after a power cut (POSIX fsync)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_file(path: Path, application: int, format_version: int, busy_seconds: float) -> sqlite3.Connection:
    """Return a connection to a file that ``make_file`` made; it waits up to ``busy_seconds`` for other
    writers.

    Raises ``EdgeError`` when the file is missing, ``IntegrityError`` when it is not of this application and
    version.
    """
    if not path.exists():
        advice = "run `sayso init`, or bring the file back from a copy"
        raise EdgeError(Problem("missing", "this file is not there", Place(path.name), advice))
    with sqlite_errors(path):
        address = f"file:{quote(str(path.absolute()))}?mode=rw"
        db = sqlite3.connect(
            address, uri=True, isolation_level=None, timeout=busy_seconds, check_same_thread=False
        )
        try:
            _check_marks(db, path, application, format_version)
            for pragma in _DURABLE:
                db.execute(pragma)
        except BaseException:
            db.close()
            raise
        return db


def _check_marks(db: sqlite3.Connection, path: Path, application: int, format_version: int) -> None:
    marks = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    if marks != [application, format_version]:
        what = f"this file is not a Sayso file of format {format_version}"
        raise IntegrityError(Problem("bad-file", what, Place(path.name), "bring the file back from a copy"))


def file_damage(db: sqlite3.Connection, path: Path, schema: str) -> tuple[Problem, ...]:
    """Return the problem where SQLite's own check finds one: an index that contradicts its table, say (PRAGMA integrity_check).

    And where the tables, indexes and triggers are not those of the schema that the file was made with. What was found is not
    repeated: it can quote values.
    """
    try:
        with sqlite_errors(path):
            found = db.execute("PRAGMA integrity_check(1)").fetchone()
            made = _made(db)
    except (EdgeError, IntegrityError) as error:
        return error.problems
    if found != ("ok",):
        what = "SQLite's own check finds this file damaged"
    elif made != _made_by(schema):
        what = "its tables, indexes or triggers are not as they were made"
    else:
        return ()
    return (Problem("bad-file", what, Place(path.name), "bring the file back from a copy"),)


def _made(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    return db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()


@cache
def _made_by(schema: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(":memory:")
    try:
        db.executescript(schema)
        return _made(db)
    finally:
        db.close()


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, without any value that they may quote.

    Raises ``IntegrityError`` for a damaged file, ``EdgeError`` for a lock, a full disk or a missing right.
    """
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # the caller's mistake, a closed file say: nothing about the file
    except sqlite3.Error as error:
        why = str(getattr(error, "sqlite_errorname", "SQLITE_ERROR"))
        if isinstance(error, sqlite3.OperationalError) and why != "SQLITE_ERROR":
            what = f"SQLite could not read or write this file ({why})"
            advice = "see that the disk has room and that no other program holds the file"
            raise EdgeError(Problem("sqlite", what, Place(path.name), advice)) from None
        what = f"this file is damaged ({why})"
        raise IntegrityError(
            Problem("bad-file", what, Place(path.name), "bring it back from a copy")
        ) from None
    except UnicodeDecodeError:  # the damage reached a text that SQLite shows, in its schema say
        raise IntegrityError(
            Problem("bad-file", "this file is damaged (text)", Place(path.name), "bring it back from a copy")
        ) from None


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"this file cannot be read or written ({type(error).__name__})"
        advice = "see that the folder is there, that you may write in it, and that the disk has room"
        raise EdgeError(Problem("file", what, Place(path.name), advice)) from None
