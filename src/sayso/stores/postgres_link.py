"""Connections to a PostgreSQL database: how they are opened and lent, what its errors mean here, and what happens when they break.

A question that breaks off is asked again on a new connection, for as long as patience lasts: a server that is restarted is met by a
pause and not by an error. What writes says itself what may be done again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore
from typing import Any, TypeVar

from sayso.errors import EdgeError, InputError, IntegrityError, Place, Problem, SaysoError

try:
    import psycopg
    from psycopg import Connection, errors
    from psycopg.conninfo import conninfo_to_dict
except ImportError:
    what = "the log of this project is in PostgreSQL, and psycopg is not installed"
    raise EdgeError(
        Problem("missing-part", what, advice="install it: pip install 'sayso[postgres]'")
    ) from None

logging.getLogger("psycopg").addHandler(logging.NullHandler())  # what broke is told once, by us

Found = TypeVar("Found")

PLACE = Place("PostgreSQL")
MOST = 16
_PAUSE = 0.05
_IDLE = psycopg.pq.TransactionStatus.IDLE
_IDLE_SECONDS = 60
_SESSION = {
    "default_transaction_isolation": "read\\ committed",
    "synchronous_commit": "on",  # a commit is on the server's disk before it is acknowledged, whatever the server's default
    "statement_timeout": "0",
    # A writer that hangs keeps all others waiting; the server takes the log back from it.
    "idle_in_transaction_session_timeout": f"{_IDLE_SECONDS}s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "search_path": "pg_catalog",
}
_CLIENT = {
    "autocommit": True,
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "client_encoding": "UTF8",
    "target_session_attrs": "read-write",  # of several hosts in the address the one that takes writes
}


_ENDINGS = ("08", "57P", "25P03")
"""Codes that a server says as it ends a connection: broken, shut down, idle for too long in a transaction."""


class Lost(Exception):
    """The connection broke; what was under way in it is over, and whether a commit was is for the caller to find out."""


class PostgresLink:
    """Connections to one database, as many as there are threads that ask at once, up to a number."""

    def __init__(
        self, url: str, busy_seconds: float = 60.0, patience: float = 20.0, most: int = MOST
    ) -> None:
        """Stand ready for the database at an address; nothing is opened yet.

        ``busy_seconds`` is how long a writer waits for others, ``patience`` how long a broken connection is opened anew, ``most`` how
        many callers have a connection at once; the others wait.
        Raises ``InputError`` for what is no address.
        """
        self._words = _words(url, busy_seconds)
        self.patience = patience
        self._idle: SimpleQueue[Connection[Any]] = SimpleQueue()
        self._room = BoundedSemaphore(most)
        self._closed = False

    def close(self) -> None:
        """Close the connections that nobody uses, and the others when they are given back."""
        self._closed = True
        while not self._idle.empty():
            self._idle.get().close()

    def open(self) -> Connection[Any]:
        """Return a new connection, each statement in it a transaction of its own where none is begun; raises ``EdgeError``."""
        with postgres_errors():
            return psycopg.connect(**self._words)

    def ask(self, question: Callable[[Connection[Any]], Found]) -> Found:
        """Return the answer to a question that changes nothing, asked again where the connection breaks.

        Raises ``EdgeError`` where the database cannot be reached for as long as patience lasts.
        """
        return self.repeated(lambda: self._ask_once(question))

    def repeated(self, act: Callable[[], Found]) -> Found:
        """Return what an act returns, tried again while it raises ``Lost`` and patience lasts; raises ``EdgeError`` after that."""
        until = time.monotonic() + self.patience
        while True:
            try:
                return act()
            except Lost:
                if time.monotonic() > until:
                    raise unreachable("nothing was changed") from None
                time.sleep(_PAUSE)

    def _ask_once(self, question: Callable[[Connection[Any]], Found]) -> Found:
        with self.lent() as db:
            return question(db)

    @contextmanager
    def lent(self) -> Iterator[Connection[Any]]:
        """Lend a connection to one caller; raises ``Lost`` where it breaks or none can be opened, else what the database says."""
        db = self.take()
        try:
            with told(db):
                yield db
        finally:
            self.give_back(db)

    def take(self) -> Connection[Any]:
        """Return a connection that is the caller's until they give it back; raises ``Lost`` where none can be opened."""
        if self._closed:
            raise ValueError("this log is closed")
        self._room.acquire()
        try:
            return self._idle_or_new()
        except BaseException as error:
            self._room.release()
            if isinstance(error, psycopg.OperationalError):
                raise Lost from None
            raise

    def _idle_or_new(self) -> Connection[Any]:
        with suppress(Empty):
            while (db := self._idle.get_nowait()).closed:
                pass
            return db
        return psycopg.connect(**self._words)

    def give_back(self, db: Connection[Any]) -> None:
        """Take a connection back; a transaction that was left open in it is rolled back."""
        try:
            if not self._closed and _left_clean(db):
                self._idle.put(db)
            else:
                db.close()
        finally:
            self._room.release()


def _left_clean(db: Connection[Any]) -> bool:
    if db.closed or db.info.transaction_status != _IDLE:
        try:
            db.rollback()
        except psycopg.Error:
            return False
    return not db.closed and db.info.transaction_status == _IDLE


@contextmanager
def told(db: Connection[Any]) -> Iterator[None]:
    """Turn what goes wrong on a connection into ``Lost`` where it broke, and else into an error of ours."""
    try:
        yield
    except psycopg.Error as error:
        if db.closed or (error.sqlstate or "").startswith(_ENDINGS):
            db.close()
            raise Lost from None
        raise _ours(error) from None


def _words(url: str, busy_seconds: float) -> dict[str, Any]:
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        advice = "write postgresql://USER@HOST/DATABASE where the address lies"
        raise InputError(
            Problem("bad-url", "this is not the address of a PostgreSQL database", advice=advice)
        ) from None
    session = {**_SESSION, "lock_timeout": f"{int(busy_seconds * 1000)}ms"}
    options = " ".join(f"-c {name}={value}" for name, value in session.items())
    given["options"] = f"{given.get('options', '')} {options}".strip()
    given.setdefault("application_name", "sayso")
    return {**_CLIENT, **given}


@contextmanager
def postgres_errors() -> Iterator[None]:
    """Turn PostgreSQL's errors into ours, with its code (SQLSTATE) and without its words, which may quote values."""
    try:
        yield
    except psycopg.Error as error:
        raise _ours(error) from None


def _ours(error: psycopg.Error) -> SaysoError:
    code = error.sqlstate or "no answer"
    if isinstance(error, errors.LockNotAvailable):
        return EdgeError(
            Problem("busy", "another process kept the log to itself for too long", PLACE, "try again")
        )
    if isinstance(error, errors.InsufficientPrivilege | errors.ReadOnlySqlTransaction):
        what = f"the database does not let this user write or read here ({code})"
        advice = "see docs/how-to/postgres.md for the rights it needs"
        return EdgeError(Problem("postgres", what, PLACE, advice))
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return unreachable(f"it says {code}")
    what = f"what the database keeps is not as it was made ({code})"
    return IntegrityError(Problem("bad-database", what, PLACE, "run `sayso verify`"))


def unreachable(detail: str) -> EdgeError:
    """Return the error of a database that does not answer as it should."""
    what = f"the database could not be reached, or could not do what was asked: {detail}"
    advice = "see that the server runs, and that the address in its variable or file is right"
    return EdgeError(Problem("postgres", what, PLACE, advice))
