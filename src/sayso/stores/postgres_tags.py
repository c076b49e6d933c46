"""The table that joins members to tags in a PostgreSQL database, beside the log and outside of it (docs/how-to/postgres.md)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import pyarrow as pa

from sayso.errors import EdgeError, Problem, SaysoError
from sayso.stores.postgres_link import PLACE, PostgresLink, postgres_errors, told
from sayso.stores.postgres_schema import MAKING
from sayso.values.canonical import keyed

if TYPE_CHECKING:
    from psycopg import Connection

TAG_BYTES = 16
_AT_ONCE = 10_000
_Row = TypeVar("_Row")

# Ids are kept as bytes: a database may have any encoding, and a text of PostgreSQL holds no zero byte.
_TABLES = """
CREATE SCHEMA sayso_tags;
CREATE TABLE sayso_tags.tags (member bytea CONSTRAINT tags_by_member PRIMARY KEY,
                              tag bytea NOT NULL CONSTRAINT tags_by_tag UNIQUE);
CREATE TABLE sayso_tags.erased (digest bytea CONSTRAINT erased_by_digest PRIMARY KEY);
"""
_THERE = "SELECT to_regclass('sayso_tags.erased') IS NOT NULL"
_COLUMNS = """SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns
WHERE table_schema = 'sayso_tags' ORDER BY 1"""
_MADE = ("erased.digest bytea", "tags.member bytea", "tags.tag bytea")
_KEYS = """SELECT conname::text FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
WHERE n.nspname = 'sayso_tags' AND contype IN ('p', 'u') AND convalidated ORDER BY 1"""
_MADE_KEYS = ("erased_by_digest", "tags_by_member", "tags_by_tag")
# One change at a time, as in a file: nobody is given a tag while they are erased. Who reads does not wait.
_TURN = "LOCK TABLE sayso_tags.tags IN SHARE ROW EXCLUSIVE MODE"


class PostgresTags:
    """A ``TagStore`` in one database, for many threads at once and for many processes on many machines."""

    def __init__(
        self,
        url: str,
        secret: bytes,
        random: Callable[[int], str] = secrets.token_hex,
        busy_seconds: float = 60.0,
        patience: float = 20.0,
    ) -> None:
        """Open the table in the database at an address.

        ``secret`` keys the digests of erased ids; ``random(16)`` returns 16 random bytes as 32 hexadecimal digits. Raises
        ``EdgeError`` where the database cannot be reached or has no such table.
        """
        self._link, self._secret, self._random = PostgresLink(url, busy_seconds, patience), secret, random
        with self._link.open() as db, postgres_errors():
            if db.execute(_THERE).fetchone() != (True,):
                advice = "run `sayso init`, or `sayso migrate` where the tags are elsewhere now"
                raise EdgeError(Problem("missing", "this database has no table of tags", PLACE, advice))

    @classmethod
    def create(
        cls,
        url: str,
        secret: bytes,
        random: Callable[[int], str] = secrets.token_hex,
        busy_seconds: float = 60.0,
        patience: float = 20.0,
    ) -> Self:
        """Open the table in the database at an address, made there where it has none."""
        link = PostgresLink(url, busy_seconds, patience)
        with link.open() as db, postgres_errors(), db.transaction():
            db.execute("SELECT pg_advisory_xact_lock(%s)", (MAKING,))
            if db.execute(_THERE).fetchone() == (False,):
                db.execute(_TABLES)
        return cls(url, secret, random, busy_seconds, patience)

    def close(self) -> None:
        """Close the connections."""
        self._link.close()

    def __enter__(self) -> Self:
        """Return the table itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def tag_of(self, member: str) -> str | None:
        """Return the member's tag, ``None`` where they have none."""
        return self._text("SELECT tag FROM sayso_tags.tags WHERE member = %b", member)

    def member_of(self, tag: str) -> str | None:
        """Return the member of a tag, ``None`` where the row is gone."""
        return self._text("SELECT member FROM sayso_tags.tags WHERE tag = %b", tag)

    def is_erased(self, member: str) -> bool:
        """Tell whether a member of this id was erased."""
        query, value = "SELECT true FROM sayso_tags.erased WHERE digest = %b", self._digest(member)
        return self._link.ask(lambda db: db.execute(query, (value,)).fetchone()) is not None

    def give(self, members: Iterable[str]) -> None:
        """Give a random tag to every member who has none and was not erased, to all of them or to none.

        Raises ``EdgeError`` where the connection breaks; giving them again is safe then.
        """
        with self._reached() as db, db.transaction():
            db.execute(_TURN)
            erased = {bytes(row[0]) for row in db.execute("SELECT digest FROM sayso_tags.erased")}
            rest = (each for each in members if not erased or self._digest(each) not in erased)
            for some in _pieces(rest):
                tags = [self._random(TAG_BYTES).encode() for _ in some]
                _put(db, [each.encode() for each in some], tags)

    def erase(self, member: str) -> str | None:
        """Delete the member's row and return the tag it had (``None``: none); afterwards no table and no index holds it.

        Erasing is remembered for good, for a member without a row too. The table is written anew, which takes about a second for a
        million members, and readers wait for as long. What the database's write-ahead log and its copies hold goes when they go.
        """
        tag = self.tag_of(member)
        self._link.repeated(
            lambda: self._erase_once(member)
        )  # what was done before it broke off is done again
        return tag

    def _erase_once(self, member: str) -> None:
        with self._link.lent() as db:
            with db.transaction():
                db.execute(_TURN)
                db.execute("DELETE FROM sayso_tags.tags WHERE member = %b", (member.encode(),))
                put = "INSERT INTO sayso_tags.erased VALUES (%b) ON CONFLICT DO NOTHING"
                db.execute(put, (self._digest(member),))
            # A row that is deleted stays in its page until that is used again; a table written anew has none of it.
            db.execute("VACUUM (FULL) sayso_tags.tags")

    def table(self) -> pa.Table:
        """Return every row by member: ``member`` and ``tag``, both strings."""
        return self._link.ask(_table)

    def damage(self) -> tuple[Problem, ...]:
        """Return what the table's own check finds: other columns or indexes than were made, an index that contradicts its table."""
        try:
            sound = self._link.ask(_is_sound)
        except SaysoError as error:
            return error.problems
        what = "the table of tags is not as it was made, or an index of it contradicts it"
        advice = "bring the database back from a copy"
        return () if sound else (Problem("bad-database", what, PLACE, advice),)

    def digests(self) -> frozenset[bytes]:
        """Return the keyed digests of those who were erased."""
        query = "SELECT digest FROM sayso_tags.erased"
        return self._link.ask(lambda db: frozenset(bytes(row[0]) for row in db.execute(query)))

    def bring(self, rows: pa.Table, digests: frozenset[bytes]) -> None:
        """Hold these rows and digests and no others, all of them or none; what was there is in no table afterwards."""
        with self._reached() as db, db.transaction():
            db.execute("TRUNCATE sayso_tags.tags, sayso_tags.erased")
            for batch in rows.to_batches(_AT_ONCE):
                members, tags = (
                    batch.column(name).cast(pa.binary()).to_pylist() for name in ("member", "tag")
                )
                _put(db, members, tags)
            put = "INSERT INTO sayso_tags.erased SELECT * FROM unnest(%b::bytea[])"
            db.execute(put, (sorted(digests),))

    def _digest(self, member: str) -> bytes:
        return keyed(self._secret, "erased", member.encode())

    def _text(self, query: str, value: str) -> str | None:
        asked = (value.encode(),)
        found = self._link.ask(lambda db: db.execute(query, asked, prepare=True, binary=True).fetchone())
        return None if found is None else bytes(found[0]).decode()

    @contextmanager
    def _reached(self) -> Iterator[Connection[Any]]:
        """Lend a connection that answers now: those that a restart of the server broke are thrown away first."""
        db = self._link.repeated(self._answering)
        try:
            with postgres_errors():
                yield db
        finally:
            self._link.give_back(db)

    def _answering(self) -> Connection[Any]:
        db = self._link.take()
        try:
            with told(db):
                db.execute("SELECT")
        except BaseException:
            self._link.give_back(db)
            raise
        return db


def _pieces(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    each = iter(rows)
    while some := list(islice(each, _AT_ONCE)):
        yield some


def _put(db: Connection[Any], members: Sequence[bytes], tags: Sequence[bytes]) -> None:
    # Only the member may be there already: a tag drawn twice is an error of the random source, and raises.
    query = """INSERT INTO sayso_tags.tags SELECT * FROM unnest(%b::bytea[], %b::bytea[])
        ON CONFLICT (member) DO NOTHING"""
    db.execute(query, (list(members), list(tags)))


def _table(db: Connection[Any]) -> pa.Table:
    columns: tuple[list[pa.Array], list[pa.Array]] = [], []
    with db.transaction(), db.cursor("rows", binary=True) as rows:
        rows.execute("SELECT member, tag FROM sayso_tags.tags ORDER BY member")
        while some := rows.fetchmany(_AT_ONCE):
            for column, values in zip(columns, zip(*some, strict=True), strict=True):
                column.append(pa.array(values, pa.binary()).cast(pa.string()))
    members, tags = (pa.chunked_array(column, pa.string()) for column in columns)
    return pa.table({"member": members, "tag": tags}).combine_chunks()


def _is_sound(db: Connection[Any]) -> bool:
    made = ((_COLUMNS, _MADE), (_KEYS, _MADE_KEYS))
    if any(tuple(row[0] for row in db.execute(query)) != wanted for query, wanted in made):
        return False
    counts = [
        _counted(db, way, f"SELECT count(*) FROM sayso_tags.tags WHERE {column} >= ''")  # noqa: S608  ours
        for column in ("member", "tag")
        for way in (True, False)
    ]
    return len(set(counts)) == 1


def _counted(db: Connection[Any], from_table: bool, query: str) -> int:
    with db.transaction(force_rollback=True):
        ways = {"seqscan": from_table} | dict.fromkeys(
            ("indexscan", "indexonlyscan", "bitmapscan"), not from_table
        )
        for way, used in ways.items():
            db.execute(f"SET LOCAL enable_{way} = {'on' if used else 'off'}")
        (found,) = db.execute(query).fetchone() or (0,)
    return int(found)
