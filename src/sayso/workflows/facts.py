"""What a gate reads: the sources that were brought in, and what the log says, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from sayso.errors import InputError, Problem
from sayso.ledger.standing import StandingIndex, record_tag
from sayso.policy.compile import Wide
from sayso.ports import Acquaintance, Engine, GateTables, OpenReviser, OpenSpotter, TagStore
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.logbook import Logbook
from sayso.workflows.revise import known_members, objectors

MEMBERS_FILE, RECORDS_FILE = "members.parquet", "records.parquet"

_WORDS = pa.schema(
    [
        ("tag", pa.string()),
        ("control", pa.string()),
        ("yes", pa.bool_()),
        ("said_at", pa.int64()),
        ("version", pa.string()),
        ("entry", pa.int64()),
    ]
)
_NOTICES = pa.schema([("tag", pa.string()), ("version", pa.string()), ("given_at", pa.int64())])
_CLOSINGS = pa.schema([("tag", pa.string()), ("closed_at", pa.int64())])
_DELETIONS = pa.schema([("record", pa.string()), ("deleted_at", pa.int64())])


class GateSources(Protocol):
    """The sources as a gate needs them."""

    def names(self) -> tuple[str, ...]:
        """Return the names of the sources, sorted."""
        ...

    def folder(self, name: str) -> Path:
        """Return the folder of a source."""
        ...

    def digest(self, name: str) -> str:
        """Return the digest of a source's tables, as it was when they were brought in or last changed."""
        ...

    def digest_now(self, name: str) -> str:
        """Return the digest of a source's tables as they are on disk now."""
        ...

    def changed_files(self, name: str) -> tuple[str, ...]:
        """Return the names of a source's files that are not, to the bit, as they were brought in or last changed."""
        ...

    def misnumbered(self, name: str) -> int:
        """Return how many rows of a source have a number that is not their member's or author's alone."""
        ...

    def members(self, folder: Path) -> Iterator[str]:
        """Return the ids of the members in a folder."""
        ...

    def records_of(self, members: frozenset[str]) -> Iterator[str]:
        """Return the ids of all records whose author is one of the members."""
        ...


class OpenEngine(Protocol):
    """Opens an engine over tables."""

    def __call__(self, tables: GateTables) -> AbstractContextManager[Engine]:
        """Return the engine as a context manager."""
        ...


@dataclass(frozen=True, eq=False)
class Yard:
    """What every question about records needs: the log and its policy, tags, sources, an engine, and the project's secret."""

    book: Logbook
    tags: TagStore
    sources: GateSources
    open_engine: OpenEngine
    open_reviser: OpenReviser
    open_spotter: OpenSpotter


def gate_tables(yard: Yard, index: StandingIndex) -> GateTables:
    """Return the tables of a gate at the state of the log that was folded.

    Raises ``InputError`` where nothing has been brought in yet.
    """
    names = yard.sources.names()
    if not names:
        raise InputError(
            Problem(
                "no-records",
                "nothing has been brought in yet",
                advice="run `sayso import` first; see `sayso import --help`",
            )
        )
    folders = [yard.sources.folder(name) for name in names]
    return GateTables(
        tuple(folder / MEMBERS_FILE for folder in folders),
        tuple(folder / RECORDS_FILE for folder in folders),
        yard.tags.table(),
        _table(_WORDS, _words(index)),
        _table(
            _NOTICES, ((tag, n.version, n.at) for tag, notices in index.personal_notices() for n in notices)
        ),
        _table(_CLOSINGS, index.closed.items()),
        _table(_DELETIONS, _deletions(yard, index)),
    )


def acquaintance(yard: Yard, use: Use, at: Moment, index: StandingIndex) -> Acquaintance:
    """Return whom redaction knows when it makes texts ready for a use at a moment."""
    folders = [yard.sources.folder(name) for name in yard.sources.names()]
    table = yard.tags.table()
    tags = dict(zip(table.column("member").to_pylist(), table.column("tag").to_pylist(), strict=True))
    members = known_members([str(folder / MEMBERS_FILE) for folder in folders], tags)
    return Acquaintance(tuple(sorted(members)), objectors(yard.book.policy, use, at, index))


def wide(index: StandingIndex) -> Wide:
    """Return what the log says to many members at once."""
    return Wide(index.notices(), index.suspensions())


def _words(index: StandingIndex) -> Iterator[tuple[str, str, bool, Moment, str, int]]:
    for tag, choices in index.all_choices():
        for choice in choices:
            yield tag, choice.control, choice.yes, choice.at, choice.version, choice.entry


def _deletions(yard: Yard, index: StandingIndex) -> Iterator[tuple[str, Moment]]:
    """Return the deleted records by id: the log has keyed tags alone, so the authors' records are tagged anew."""
    moments: dict[str, Moment] = {}
    authors = set()
    for tag, record, at in index.all_deletions():
        moments[record] = min(at, moments.get(record, at))
        authors.add(tag)
    members = {member for member in map(yard.tags.member_of, sorted(authors)) if member is not None}
    secret = yard.book.keys.secret()
    for record in yard.sources.records_of(frozenset(members)) if members else ():
        deleted_at = moments.get(record_tag(secret, record))
        if deleted_at is not None:
            yield record, deleted_at


def _table(schema: pa.Schema, rows: Iterable[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema
    )
