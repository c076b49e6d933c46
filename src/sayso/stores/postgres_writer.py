"""Writing the log in PostgreSQL: one transaction at a time of all processes, and what is done where its end is not known.

A writer locks the row that says where the log ends, so numbers have no gaps and the tree grows in one order (decision 0024). Each
leaves in that transaction which of its batches it was. Whoever loses the connection while committing takes the lock again, which the
lost transaction has let go of by then, one way or the other, and reads there whether it was committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeAlias, TypeVar
from uuid import UUID

from sayso.errors import EdgeError, IntegrityError, Problem
from sayso.ledger import merkle
from sayso.stores.log_rows import Append, HeldRows, Keep, Row, moved, numbered, unfit
from sayso.stores.postgres_link import PLACE, Lost, PostgresLink, told, unreachable

if TYPE_CHECKING:
    from psycopg import Connection

_LOCK = "BEGIN; SELECT size, peaks, open FROM sayso_log.head FOR UPDATE"
_MINE = "SELECT size FROM sayso_log.writers WHERE writer = %b AND batch = %b"
# Nothing happens where the log does not end where it is said to.
_WRITE = """
WITH head AS (UPDATE sayso_log.head SET size = %b, peaks = %b::bytea[], open = %b
                WHERE size = %b AND peaks = %b::bytea[] AND open = %b RETURNING true AS there),
     put AS (INSERT INTO sayso_log.entries
               SELECT e.* FROM head, unnest(%b::bigint[], %b::text[], %b::bytea[], %b::bytea[]) AS e),
     grown AS (INSERT INTO sayso_log.nodes
                 SELECT n.* FROM head, unnest(%b::integer[], %b::bigint[], %b::bytea[]) AS n),
     kept AS (INSERT INTO sayso_log.checkpoints
                SELECT k.* FROM head, unnest(%b::bigint[], %b::bytea[]) AS k ON CONFLICT DO NOTHING),
     mine AS (INSERT INTO sayso_log.writers SELECT %b, %b, %b, now() FROM head ON CONFLICT (writer)
                DO UPDATE SET batch = excluded.batch, size = excluded.size, at = excluded.at)
SELECT there FROM head
"""
_TIDY = "DELETE FROM sayso_log.writers WHERE at < now() - interval '7 days'"
_PATIENT = "SET LOCAL idle_in_transaction_session_timeout = '1h'"
_SHY = 8
"""For so many batches a writer takes the lock first when others have written since its last."""

Found = TypeVar("Found")
_Values: TypeAlias = tuple[object, ...]


class _LostAtCommit(Lost):
    """The connection broke while a commit was under way, which may have been carried out."""


class Head(NamedTuple):
    """Where the log ends: the right edge of its tree, and whether anybody but a migration may go on from there."""

    edge: merkle.Frontier
    is_open: bool


def head_of(row: tuple[Any, ...] | None) -> Head:
    """Return what the row of the head says: size, peaks, whether it is open."""
    if row is not None:
        size, kept, is_open = row
        places = tuple(merkle.peaks(size))
        if len(places) == len(kept):
            known = dict(zip(places, map(bytes, kept), strict=True))
            return Head(merkle.Frontier(size, lambda level, position: known[level, position]), is_open)
    what = "the row that says where the log ends is missing or damaged"
    raise IntegrityError(Problem("bad-database", what, PLACE, "bring the database back from a copy"))


class PostgresWriter:
    """One process's writer; it is called by one thread at a time."""

    def __init__(self, link: PostgresLink, name: UUID) -> None:
        """Write over a link, under a name that no other process has."""
        self._link, self._name, self._batch = link, name, 0
        self._edge: merkle.Frontier | None = None
        self._shy = 0

    def commit(self, batch: Sequence[Append | Keep], arriving: bool = False) -> list[int | None]:
        """Return each request's first number, ``None`` where refused; all of them are on the server's disk, or none.

        A log that is not open takes ``arriving`` batches alone, and an open one none of them. Raises ``EdgeError`` where the database
        cannot be reached; with the code ``unknown-outcome`` where that was while it committed, and it did not come back to be asked.
        """
        self._batch += 1
        doubt = False

        def write() -> list[int | None]:
            nonlocal doubt
            try:
                return self._write_once(batch, not arriving, doubt)
            except _LostAtCommit:
                doubt = True
                raise

        return self._certain(write, lambda: doubt)

    def _write_once(self, batch: Sequence[Append | Keep], is_open: bool, doubt: bool) -> list[int | None]:
        with self._link.lent() as db:
            edge, self._edge = self._guess(), None
            if edge is not None:  # never after a try that broke off
                answers = self._written(db, edge, batch, is_open)
                if answers is not None:
                    return answers
                self._shy = _SHY
            head = self._locked(db, is_open)
            size = self._committed(db) if doubt else None
            if size is not None:
                return numbered(batch, size)[1]
            if self._batch == 1:
                db.execute(_TIDY)
            return self._written(db, head.edge, batch, is_open, locked=True) or _gone()

    def _guess(self) -> merkle.Frontier | None:
        """Return where this writer left the log, ``None`` where others are likely to have gone on from there."""
        self._shy = max(0, self._shy - 1)
        return None if self._shy else self._edge

    def _written(
        self,
        db: Connection[Any],
        edge: merkle.Frontier,
        batch: Sequence[Append | Keep],
        is_open: bool,
        locked: bool = False,
    ) -> list[int | None] | None:
        """Return the batch's answers, ``None`` where the log does not end at that edge: then nothing is written."""
        start, before = edge.size, edge.peaks
        rows, answers = numbered(batch, start)
        nodes = [node for row in rows for node in edge.push(merkle.leaf_hash(row[3]))]
        notes = [(each.size, each.note.encode()) for each in batch if isinstance(each, Keep)]
        values = self._values(rows, nodes, notes, (start, before, is_open), (edge, is_open))
        with _committing(db):
            if not (_finish if locked else _put)(db, values):
                return None
        self._edge = edge
        return answers

    def open_up(self) -> None:
        """Open the log to everybody."""

        def write() -> None:
            with self._link.lent() as db:
                db.execute("UPDATE sayso_log.head SET open = true")

        self._link.repeated(write)

    @contextmanager
    def hold(self) -> Iterator[HeldRows]:
        """Keep all other writers waiting for as long as the context lasts; what is held is on disk when it ends without an exception.

        Raises ``EdgeError`` where the connection broke meanwhile: nothing was written then, for others may have written before it.
        """
        self._batch += 1
        self._edge = None
        db, head = self._link.repeated(self._taken)
        try:
            before = (head.edge.size, head.edge.peaks, True)
            held = HeldRows(head.edge)
            yield held
            after = (held.edge, not held.sealing)
            try:
                with told(db):
                    _finish(db, self._values(held.rows, held.nodes, (), before, after))
            except Lost:
                self._see_that_it_is_in()
        finally:
            self._link.give_back(db)

    def _taken(self) -> tuple[Connection[Any], Head]:
        db = self._link.take()
        try:
            with told(db):
                head = self._locked(db, is_open=True)
                db.execute(_PATIENT)
                return db, head
        except BaseException:
            self._link.give_back(db)
            raise

    def _see_that_it_is_in(self) -> None:
        def look() -> bool:
            with self._link.lent() as db:
                self._locked(db, is_open=None)
                return self._committed(db) is not None

        if not self._certain(look, lambda: True):
            raise unreachable("the connection broke while the log was held, and nothing was written")

    def _certain(self, act: Callable[[], Found], committing: Callable[[], bool]) -> Found:
        try:
            return self._link.repeated(act)
        except EdgeError as error:
            if committing() and error.problems[0].code in ("postgres", "busy"):
                raise _unknown() from None
            raise

    @staticmethod
    def _locked(db: Connection[Any], is_open: bool | None) -> Head:
        """Begin a transaction, and wait for the turn to write."""
        found = db.execute(_LOCK)
        found.nextset()
        head = head_of(found.fetchone())
        if is_open not in (None, head.is_open):
            raise moved(PLACE) if is_open else unfit(PLACE)
        return head

    def _committed(self, db: Connection[Any]) -> int | None:
        """Return the size at which this writer's last batch was written, ``None`` where it was not."""
        found = db.execute(_MINE, (self._name, self._batch), binary=True).fetchone()
        return None if found is None else int(found[0])

    def _values(
        self,
        rows: Sequence[Row],
        nodes: Sequence[merkle.Node],
        notes: Sequence[tuple[int, bytes]],
        before: tuple[int, tuple[bytes, ...], bool],
        after: tuple[merkle.Frontier, bool],
    ) -> _Values:
        """Return what the statement that writes is given."""
        start, peaks, was_open = before
        edge, is_open = after
        numbers, types, tags, leaves = _columns(rows, 4)
        tagged = [None if tag is None else tag.encode() for tag in tags]
        head = (edge.size, list(edge.peaks), is_open, start, list(peaks), was_open)
        new = (numbers, types, tagged, leaves, *_columns(nodes, 3), *_columns(notes, 2))
        return (*head, *new, self._name, self._batch, start)


@contextmanager
def _committing(db: Connection[Any]) -> Iterator[None]:
    try:
        with told(db):
            yield
    except Lost:
        raise _LostAtCommit from None


def _put(db: Connection[Any], values: _Values) -> bool:
    """Write and commit in one go; tell whether the log ended where it was thought to."""
    return db.execute(_WRITE, values, prepare=True).fetchone() is not None


def _finish(db: Connection[Any], values: _Values) -> bool:
    """Write in the transaction that has the lock, and commit it."""
    with db.pipeline():
        found = db.execute(_WRITE, values, prepare=True)
        db.execute("COMMIT")
    return found.fetchone() is not None


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def _gone() -> NoReturn:
    raise unreachable("the row that says where the log ends changed under its lock")


def _unknown() -> EdgeError:
    what = "the connection broke while writing: what was asked may or may not be in the log"
    return EdgeError(Problem("unknown-outcome", what, PLACE, "look before asking again"))
