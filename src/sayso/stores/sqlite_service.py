"""The service's own file: tokens, webhooks, answers kept by idempotency key. None of it is evidence; the log is."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from threading import Lock
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeAlias

from sayso.errors import Problem
from sayso.service_ports import LOST, Kept, ServiceToken, Webhook
from sayso.stores.group_commit import GroupCommit
from sayso.stores.sqlite_files import file_damage, make_file, open_file, sqlite_errors
from sayso.values.moments import Moment

APPLICATION = 0x53617933  # "Say3" in the file's header
FORMAT = 1

_SCHEMA = (
    "CREATE TABLE tokens (name TEXT PRIMARY KEY, digest BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL, created_at INTEGER NOT NULL, "
    "used_on INTEGER, revoked_at INTEGER) STRICT, WITHOUT ROWID;"
    "CREATE TABLE webhooks (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, secret TEXT NOT NULL, "
    "kinds TEXT NOT NULL, created_at INTEGER NOT NULL, cursor INTEGER NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER, "
    "disabled_at INTEGER) STRICT;"
    "CREATE TABLE answers (place BLOB PRIMARY KEY, request BLOB NOT NULL, at INTEGER NOT NULL, sealed BLOB) STRICT;"
    "CREATE INDEX answers_by_at ON answers (at);"
    "CREATE INDEX answers_in_flight ON answers (at) WHERE sealed IS NULL"
)
_MOST_KNOWN = 10_000
_TOKENS = "SELECT name, scopes, created_at, used_on, revoked_at FROM tokens"
_WEBHOOKS = "SELECT id, url, secret, kinds, created_at, cursor, attempts, next_at, disabled_at FROM webhooks"

_Change: TypeAlias = Callable[[Connection], Any]


class _Asked(NamedTuple):
    """What one caller asks: a change, and whether it has to outlive a power cut, or the end of the process alone."""

    change: _Change
    synced: bool


class SqliteService:
    """A ``TokenStore``, ``WebhookStore`` and ``AnswerStore`` in one file, for many threads at once and for many processes.

    Changes of many threads are committed together. What is told is on disk (tokens, which webhooks there are); cursors and kept
    answers outlive the process, and not a power cut: then a message or a request may come twice. Two more syncs of the disk for
    each request with an idempotency key would be dear.
    """

    def __init__(self, path: Path, busy_seconds: float = 60.0) -> None:
        """Open the file at a path.

        Raises ``EdgeError`` when it is missing, ``IntegrityError`` when it is not a file of this format.
        """
        self._path = path
        self._writer = open_file(path, APPLICATION, FORMAT, busy_seconds)
        self._reader = open_file(path, APPLICATION, FORMAT, busy_seconds)
        self._writer.execute("PRAGMA secure_delete=ON")  # the secret of a webhook that was removed
        self._reading = Lock()
        self._known: dict[bytes, ServiceToken | None] = {}
        self._known_at = -1
        self._commit: GroupCommit[_Asked, Any] = GroupCommit(self._commit_batch)

    @classmethod
    def at(cls, path: Path) -> Self:
        """Open the file at a path, made there where none is; raises ``EdgeError`` where it cannot be written."""
        if not path.exists():
            with _locked(path, fcntl.LOCK_EX):
                if not path.exists():
                    make_file(path, APPLICATION, FORMAT, _SCHEMA)
                    path.chmod(0o600)  # the secrets of webhooks are in it
        return cls(path)

    def close(self) -> None:
        """Close the file."""
        self._writer.close()
        self._reader.close()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def damage(self) -> tuple[Problem, ...]:
        """Return what SQLite's own check finds wrong with the file."""
        with self._reading:
            return file_damage(self._reader, self._path, _SCHEMA)

    # Tokens

    def add_token(self, token: ServiceToken, digest: bytes) -> bool:
        """Keep a token under its digest; ``False``, and nothing is kept, where the name was given before."""
        row = (token.name, digest, " ".join(token.scopes), token.created_at, token.used_on, token.revoked_at)
        query = "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING"
        return self._changed(query, row, synced=True)

    def token_of(self, digest: bytes) -> ServiceToken | None:
        """Return the token of a digest, revoked or not, ``None`` where there is none.

        What was read is remembered until anybody writes into the file, another process too (SQLite's ``data_version``).
        """
        with self._reading, sqlite_errors(self._path):
            (version,) = self._reader.execute("PRAGMA data_version").fetchone()
            if version != self._known_at or len(self._known) > _MOST_KNOWN:
                self._known, self._known_at = {}, version
            if digest not in self._known:
                found = self._reader.execute(f"{_TOKENS} WHERE digest = ?", (digest,)).fetchone()
                self._known[digest] = None if found is None else _token(found)
            return self._known[digest]

    def tokens(self) -> tuple[ServiceToken, ...]:
        """Return every token, the revoked ones too, by name."""
        return tuple(_token(row) for row in self._read(f"{_TOKENS} ORDER BY name"))

    def use_token(self, name: str, day: Moment) -> None:
        """Note the day on which a token was used."""
        self._changed("UPDATE tokens SET used_on = ? WHERE name = ?", (day, name))

    def revoke_token(self, name: str, at: Moment) -> ServiceToken | None:
        """Return the token, revoked from then on, ``None`` where nobody has the name."""
        self._changed(
            "UPDATE tokens SET revoked_at = min(?, ifnull(revoked_at, ?)) WHERE name = ?",
            (at, at, name),
            synced=True,
        )
        found = self._read(f"{_TOKENS} WHERE name = ?", name)
        return _token(found[0]) if found else None

    # Webhooks

    def add_webhook(self, webhook: Webhook) -> None:
        """Keep a new webhook."""
        query = "INSERT INTO webhooks VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        head = (webhook.id, webhook.url, webhook.secret, " ".join(webhook.kinds), webhook.created_at)
        self._changed(query, (*head, *_progress(webhook)), synced=True)

    def webhooks(self) -> tuple[Webhook, ...]:
        """Return every webhook in the order in which they were made."""
        return tuple(_webhook(row) for row in self._read(f"{_WEBHOOKS} ORDER BY place"))

    def advance_webhook(self, webhook: Webhook) -> None:
        """Keep how far a webhook has been told; nothing where it was removed."""
        query = "UPDATE webhooks SET cursor = ?, attempts = ?, next_at = ?, disabled_at = ? WHERE id = ?"
        self._changed(query, (*_progress(webhook), webhook.id))

    def remove_webhook(self, webhook_id: str) -> bool:
        """Tell whether there was a webhook of that id; there is none from then on."""
        return self._changed("DELETE FROM webhooks WHERE id = ?", (webhook_id,), synced=True)

    @contextmanager
    def delivering(self) -> Iterator[bool]:
        """Give ``True`` to one deliverer at a time; the system takes the turn of a killed one back."""
        try:
            with _locked(self._path, fcntl.LOCK_EX | fcntl.LOCK_NB):
                yield True
        except BlockingIOError:
            yield False

    # Answers

    def begin_answer(
        self, place: bytes, request: bytes, at: Moment, since: Moment, flying: Moment
    ) -> Kept | None:
        """Return what is kept at a place, or take it (``None``); see ``service_ports.AnswerStore``."""

        def begin(db: Connection) -> Kept | None:
            db.execute("DELETE FROM answers WHERE at < ?", (since,))
            db.execute("UPDATE answers SET sealed = ? WHERE sealed IS NULL AND at < ?", (LOST, flying))
            row = (place, request, at)
            if db.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, NULL)", row).rowcount:
                return None
            return Kept(
                *db.execute("SELECT request, at, sealed FROM answers WHERE place = ?", (place,)).fetchone()
            )

        found: Kept | None = self._commit(_Asked(begin, synced=False))
        return found

    def finish_answer(self, place: bytes, at: Moment, sealed: bytes, lost: bool = False) -> None:
        """Keep the answer to the request that took the place at a moment and is in flight, or where ``lost`` is ``LOST``."""
        query = "UPDATE answers SET sealed = ? WHERE place = ? AND at = ? AND sealed IS ?"
        self._changed(query, (sealed, place, at, LOST if lost else None))

    def abandon_answer(self, place: bytes, at: Moment) -> None:
        """Give the place back that a request took at a moment, which was not carried out."""
        self._changed("DELETE FROM answers WHERE place = ? AND at = ? AND sealed IS NULL", (place, at))

    def lose_unfinished(self) -> None:
        """Hold what is in flight to be ``LOST``."""
        self._changed("UPDATE answers SET sealed = ? WHERE sealed IS NULL", (LOST,))

    # The file

    def _read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._reading, sqlite_errors(self._path):
            return self._reader.execute(query, values).fetchall()

    def _changed(self, query: str, values: Sequence[object], synced: bool = False) -> bool:
        """Carry one change out, and tell whether it touched a row."""
        return bool(self._commit(_Asked(lambda db: db.execute(query, values).rowcount, synced)))

    def _commit_batch(self, batch: Sequence[_Asked]) -> list[Any]:
        level = "FULL" if any(each.synced for each in batch) else "NORMAL"
        with sqlite_errors(self._path):
            self._writer.execute(f"PRAGMA synchronous={level}")
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                answers = [each.change(self._writer) for each in batch]
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
        return answers


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, how)
        yield


def _token(row: tuple[Any, ...]) -> ServiceToken:
    name, scopes, *moments = row
    return ServiceToken(name, tuple(scopes.split()), *moments)


def _webhook(row: tuple[Any, ...]) -> Webhook:
    name, url, secret, kinds, *rest = row
    return Webhook(name, url, secret, tuple(kinds.split()), *rest)


def _progress(webhook: Webhook) -> tuple[object, ...]:
    return webhook.cursor, webhook.attempts, webhook.next_at, webhook.disabled_at
