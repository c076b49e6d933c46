"""The log in a PostgreSQL database, for many processes on many machines (docs/reference/log-format.md, decision 0024)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import uuid4

from sayso.errors import IntegrityError, Problem
from sayso.ledger import merkle
from sayso.ledger.checkpoints import Checkpoint, format_note
from sayso.ledger.codec import FORMS, decode
from sayso.ledger.events import Entry, Event
from sayso.ledger.raw import RawCheckpoint, RawEntry
from sayso.stores import log_rows
from sayso.stores.group_commit import GroupCommit
from sayso.stores.log_rows import Append, HeldRows
from sayso.stores.postgres_link import PLACE, PostgresLink
from sayso.stores.postgres_schema import SIGNING, WIDE, check_log, log_damage, make_log
from sayso.stores.postgres_writer import PostgresWriter, head_of
from sayso.values.moments import Moment

if TYPE_CHECKING:
    from psycopg import Connection, Cursor

CHUNK = 2_048
Found = TypeVar("Found")

# A statement each, for each sees what was committed before it began.
_TURN = "; ".join((
    "BEGIN",
    f"SELECT pg_advisory_xact_lock({SIGNING})",
    "SELECT size, peaks, open FROM sayso_log.head",
    "SELECT note FROM sayso_log.signed",
))  # fmt: skip
# What is signed covers what is on disk; a crash that takes back that it was signed takes back no entry.
_LIGHT = "SET LOCAL synchronous_commit = off"
_KEEP = "INSERT INTO sayso_log.checkpoints VALUES (%b, %b) ON CONFLICT DO NOTHING"
_SIGNED = """INSERT INTO sayso_log.signed (note) VALUES (%b)
ON CONFLICT (one) DO UPDATE SET note = excluded.note WHERE signed.note <> excluded.note"""


class PostgresLog:
    """A ``LogStore`` in one database, for many threads at once and for many processes on many machines, each with its own."""

    def __init__(
        self,
        url: str,
        origin: str,
        busy_seconds: float = 60.0,
        patience: float = 20.0,
        even_closed: bool = False,
    ) -> None:
        """Open the log of that origin in the database at an address.

        A writer waits up to ``busy_seconds`` for those of other processes; a connection that breaks is opened anew for as long as
        ``patience`` lasts. Raises ``InputError`` for what is no address, ``EdgeError`` where the database cannot be reached or has no
        open log (a closed one is for a migration: ``even_closed``), ``IntegrityError`` where it has another's.
        """
        self._link = PostgresLink(url, busy_seconds, patience)
        with self._link.open() as db:
            if not check_log(db, origin) and not even_closed:
                raise log_rows.moved(PLACE)
        self._writer = PostgresWriter(self._link, uuid4())
        self._commit = GroupCommit(self._writer.commit)
        self._signing = Lock()
        self._last: Checkpoint | None = None  # a database that was set back has forgotten it

    @classmethod
    def create(
        cls,
        url: str,
        origin: str,
        opened: bool = True,
        busy_seconds: float = 60.0,
        patience: float = 20.0,
    ) -> Self:
        """Open the log in the database at an address, made there where it has none, all of it or nothing.

        One that is not ``opened`` is made for a migration to fill.
        """
        with PostgresLink(url, busy_seconds, patience).open() as db:
            make_log(db, origin, opened)
        return cls(url, origin, busy_seconds, patience, even_closed=not opened)

    def close(self) -> None:
        """Close the connections; what was acknowledged is on the server's disk already."""
        self._link.close()

    def __enter__(self) -> Self:
        """Return the log itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
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

    def _append(
        self, size: int | None, events: Sequence[Event], logged_at: Moment
    ) -> tuple[Entry, ...] | None:
        events = tuple(events)
        first = self._commit(Append(log_rows.unnumbered(events, logged_at), size))
        return None if first is None else log_rows.numbered_entries(first, events, logged_at)

    @contextmanager
    def hold(self) -> Iterator[HeldRows]:
        """Keep every other writer, of this process and of others, waiting for as long as the context lasts.

        Its holder appends through what it gives, and not through the log, which would wait for itself.
        """
        with self._commit.exclusive(), self._writer.hold() as held:
            yield held

    # Moving (moving.MovableLog)

    def is_open(self) -> bool:
        """Tell whether anybody may write in it."""
        return bool(self._head()[1])

    def length(self) -> int:
        """Return the number of entries, of a closed log too."""
        return int(self._head()[0])

    def leaves(self, start: int, end: int) -> tuple[bytes, ...]:
        """Return the leaves of the entries from ``start`` up to, not including, ``end``."""
        rows = self._pages("SELECT number, leaf FROM sayso_log.entries WHERE", "number", start, end)
        return tuple(leaf for _, leaf in rows)

    def bring(self, size: int, leaves: Sequence[bytes], checkpoints: Sequence[Checkpoint] = ()) -> None:
        """Append leaves to a closed log of ``size`` entries, and keep checkpoints of it; see ``moving.MovableLog``."""
        rows = Append(log_rows.rows_of_leaves(size, leaves), size)
        notes = [log_rows.kept_note(self, each) for each in checkpoints]
        with self._commit.exclusive():
            if self._writer.commit([rows, *notes], arriving=True)[0] is None:
                raise log_rows.unfit(PLACE)

    def open_up(self) -> None:
        """Let everybody write in it."""
        with self._commit.exclusive():
            self._writer.open_up()

    # Reading

    def size(self) -> int:
        """Return the number of entries; raises ``EdgeError`` where the log was closed, for it goes on elsewhere."""
        size, is_open = self._head()
        if not is_open:
            raise log_rows.moved(PLACE)
        return int(size)

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """Return the entries from ``start`` up to, not including, ``end``; see ``ports.LogStore``."""
        end = self.size() if end is None else end
        expected = start
        for number, leaf in self._pages(
            "SELECT number, leaf FROM sayso_log.entries WHERE", "number", start, end
        ):
            if number != expected:
                break
            yield decode(leaf, number)
            expected += 1
        if expected < min(end, self.size()):
            raise log_rows.missing_entry(expected)

    def entries_of(self, tag: str, end: int | None = None) -> tuple[Entry, ...]:
        """Return the entries before ``end`` that carry this tag, in their order."""
        return self._some("tag = %b", (tag.encode(),), 0, end)

    def entries_of_kinds(
        self, kinds: Sequence[type[Event]], end: int | None = None, start: int = 0
    ) -> tuple[Entry, ...]:
        """Return the entries from ``start`` up to ``end`` whose events are of these classes, in their order."""
        return self._some(
            "type = ANY(%b)", ([form.type for form in FORMS if form.event in kinds],), start, end
        )

    def wide_entries(self, end: int | None = None) -> tuple[Entry, ...]:
        """Return the entries before ``end`` that touch every member."""
        return self._some(WIDE, (), 0, end)

    def _some(self, where: str, values: tuple[object, ...], start: int, end: int | None) -> tuple[Entry, ...]:
        query = f"SELECT number, leaf FROM sayso_log.entries WHERE {where} AND number >= %b AND number < %b ORDER BY number"  # noqa: S608  where is ours
        found = self._rows(query, (*values, start, _end(end)))
        return tuple(decode(leaf, number) for number, leaf in found)

    def leaf(self, number: int) -> bytes:
        """Return the canonical bytes of one entry; raises ``ValueError`` when there is no such entry."""
        found = self._rows("SELECT leaf FROM sayso_log.entries WHERE number = %b", (number,))
        if not found:
            raise ValueError(f"the log has no entry {number}")
        return bytes(found[0][0])

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
        def prove(db: Connection[Any]) -> Found:
            (there,) = db.execute("SELECT size FROM sayso_log.head", binary=True).fetchone() or (0,)
            if size > there:
                raise ValueError(f"the log has fewer than {size} entries")
            return proven(db, proof)

        return self._link.ask(prove)

    # Checkpoints

    def signed(self, sign: Callable[[int, bytes], Checkpoint], keep: bool = True) -> Checkpoint:
        """Return what ``sign`` makes of the log's size and root as it stands; see ``ports.LogStore``."""
        with self._signing:
            return self._link.repeated(lambda: self._sign_once(sign, keep))

    def _sign_once(self, sign: Callable[[int, bytes], Checkpoint], keep: bool) -> Checkpoint:
        with self._link.lent() as db:
            turn = db.execute(_TURN if keep else f"{_TURN}; {_LIGHT}")
            turn.nextset()
            edge, note = head_of(_next(turn)).edge, _next(turn)
            for last in _latest_first({_last(edge, note), self._last}):
                _check_extends(db, edge, last)
            made = sign(edge.size, edge.root())
            _leave(db, made, keep)
        self._last = made
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
        select = "SELECT number, textsend(type), tag, leaf FROM sayso_log.entries WHERE"
        for number, kind, tag, leaf in self._pages(select, "number", -(2**63)):
            named = None if tag is None else _text(tag)
            yield RawEntry(number, _text(kind), named, leaf)

    def raw_levels(self) -> tuple[Any, ...]:
        """Return the levels at which nodes are kept."""
        return tuple(
            row[0] for row in self._rows("SELECT DISTINCT level FROM sayso_log.nodes ORDER BY level")
        )

    def raw_nodes(self, level: int) -> Iterator[merkle.Node]:
        """Return every node kept at a level by position."""
        select = f"SELECT position, hash FROM sayso_log.nodes WHERE level = {level:d} AND"  # noqa: S608  an integer
        rows = self._pages(select, "position", -(2**63))
        return (merkle.Node(level, position, hashed) for position, hashed in rows)

    def raw_checkpoints(self) -> Iterator[RawCheckpoint]:
        """Return every kept checkpoint by size."""
        rows = self._rows("SELECT size, note FROM sayso_log.checkpoints ORDER BY size")
        return (RawCheckpoint(size, _text(note)) for size, note in rows)

    def damage(self) -> tuple[Problem, ...]:
        """Return what the tables' own check finds wrong with them."""
        return self._link.ask(log_damage)

    # The database

    def _head(self) -> tuple[Any, ...]:
        found = self._rows("SELECT size, open FROM sayso_log.head")
        if not found:
            head_of(None)
        return found[0]

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._link.ask(lambda db: db.execute(query, values, prepare=True, binary=True).fetchall())

    def _pages(self, select: str, key: str, start: int, end: int | None = None) -> Iterator[tuple[Any, ...]]:
        """Return rows in rising order of their first column, the key; no read lasts longer than a page."""
        query = f"{select} {key} >= %b AND {key} < %b ORDER BY {key} LIMIT {CHUNK}"
        while True:
            rows = self._rows(query, (start, _end(end)))
            yield from rows
            if len(rows) < CHUNK:
                return
            start = rows[-1][0] + 1


def _text(data: Any) -> str:
    return bytes(data).decode(errors="replace")


def _end(end: int | None) -> int:
    return 2**63 - 1 if end is None else end


def proven(db: Connection[Any], proof: Callable[[merkle.Lookup], Found]) -> Found:
    """Return a proof over the kept nodes, all of which are read by one question: which ones does not depend on what they are."""
    wanted: dict[tuple[int, int], bytes] = {}
    proof(lambda level, position: wanted.setdefault((level, position), b""))
    query = """SELECT n.level, n.position, n.hash FROM sayso_log.nodes n
        JOIN unnest(%b::integer[], %b::bigint[]) AS w (level, position) USING (level, position)"""
    asked = ([level for level, _ in wanted], [position for _, position in wanted])
    rows = db.execute(query, asked, prepare=True, binary=True) if wanted else ()
    found = {(level, position): bytes(hashed) for level, position, hashed in rows}

    def lookup(level: int, position: int) -> bytes:
        if (level, position) not in found:
            raise log_rows.missing_node(level, position)
        return found[level, position]

    return proof(lookup)


def _last(edge: merkle.Frontier, row: tuple[Any, ...] | None) -> Checkpoint | None:
    """Return what was signed last by anybody who signs in this database."""
    return None if row is None else log_rows.read_note(RawCheckpoint(edge.size, _text(row[0])))


def _latest_first(signed: Iterable[Checkpoint | None]) -> list[Checkpoint]:
    return sorted((each for each in signed if each is not None), key=lambda each: -each.size)


def _check_extends(db: Connection[Any], edge: merkle.Frontier, last: Checkpoint) -> None:
    """Raise ``IntegrityError`` where the log is not one that goes on from what was signed last."""
    if last.size > edge.size or proven(db, lambda lookup: merkle.root(lookup, last.size)) != last.root:
        what = f"this log does not go on from the {last.size} entries that were signed last: it is not signed"
        raise IntegrityError(Problem("split-view", what, PLACE, "run `sayso verify`"))


def _leave(db: Connection[Any], made: Checkpoint, keep: bool) -> None:
    """Leave for the next signer what was signed; until that is committed nobody is given the signature."""
    note = format_note(made).encode()
    with db.pipeline():
        if keep:
            db.execute(_KEEP, (made.size, note), prepare=True)
        db.execute(_SIGNED, (note,), prepare=True)
        db.execute("COMMIT")


def _next(found: Cursor[Any]) -> tuple[Any, ...] | None:
    found.nextset()
    return found.fetchone()
