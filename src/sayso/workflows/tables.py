"""The tables that a gate reads: the sources as they are, and what the log says at a size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.errors import InputError, Problem
from sayso.ledger.index import LogIndex
from sayso.ledger.standing import record_tag
from sayso.ports import GateTables
from sayso.workflows.deletions import deletions
from sayso.workflows.facts import MEMBERS_FILE, RECORDS_FILE, Yard
from sayso.workflows.outline import Outline, index_of

_UNASKED = {"text", "name", "handle", "former_names", "former_handles"}
"""What a gate does not ask of members and records, though most of their bytes are in it."""


def gate_tables(yard: Yard, index: LogIndex) -> GateTables:
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
        index.words,
        index.personal,
        index.closings,
        deletions(yard, index),
    )


def before(tables: GateTables, index: LogIndex) -> GateTables:
    """Return the tables as they were at an earlier index of the log, over the same sources and tags."""
    earlier = tables.deletions.filter(pc.less(tables.deletions.column("entry"), index.size))
    return replace(
        tables, words=index.words, notices=index.personal, closings=index.closings, deletions=earlier
    )


def members_alone(yard: Yard, outline: Outline, tags: frozenset[str]) -> GateTables:
    """Return what a gate reads of some members alone, by their tags, and no record: enough to tell how they stand."""
    return _tables_of(yard, outline, _ids(yard, tags), _of_files(yard, RECORDS_FILE, "author", ()))


def tables_of_some(yard: Yard, outline: Outline, tags: frozenset[str]) -> GateTables:
    """Return what a gate reads of some members alone, by their tags, and of whoever had a hand in their records; no texts.

    Deciding on it says of their records what deciding on everything says.
    """
    ids = _ids(yard, tags)
    records = _of_files(yard, RECORDS_FILE, "author", ids)
    hands = {
        one for some in records.column("contributors").to_pylist() for one in some or () if one not in ids
    }
    ids |= {member: tag for member in sorted(hands) if (tag := yard.tags.tag_of(member)) is not None}
    return _tables_of(yard, outline, ids, records)


def _ids(yard: Yard, tags: frozenset[str]) -> dict[str, str]:
    return {member: tag for tag in sorted(tags) if (member := yard.tags.member_of(tag)) is not None}


def _tables_of(yard: Yard, outline: Outline, ids: dict[str, str], records: pa.Table) -> GateTables:
    index = index_of(yard, outline, ids.values())
    return GateTables(
        _of_files(yard, MEMBERS_FILE, "member", ids),
        records,
        pa.table({"member": pa.array(ids.keys(), pa.string()), "tag": pa.array(ids.values(), pa.string())}),
        index.words,
        index.personal,
        index.closings,
        _deleted(yard, records, index.deletions),
    )


def _of_files(yard: Yard, name: str, column: str, ids: Iterable[str]) -> pa.Table:
    """Return the rows of all sources' files of a name whose column holds one of some ids, with nothing for ``text``."""
    listed = pa.array(sorted(ids), pa.string())
    parts = []
    for source in yard.sources.names():
        path = yard.sources.folder(source) / name
        schema = pq.read_schema(path)
        columns = [each for each in schema.names if each not in _UNASKED]
        if len(listed):
            parts.append(pq.read_table(path, columns=columns, filters=pc.field(column).isin(listed)))
        else:
            parts.append(schema.empty_table().select(columns))
    found = pa.concat_tables(parts, promote_options="default")
    return (
        found.append_column("text", pa.nulls(found.num_rows, pa.string())) if name == RECORDS_FILE else found
    )


def _deleted(yard: Yard, records: pa.Table, logged: pa.Table) -> pa.Table:
    """Return ``record`` and ``deleted_at`` of the deletions of some records."""
    secret = yard.book.keys.secret()
    ids = {record_tag(secret, record): record for record in records.column("record").to_pylist()}
    pairs = zip(logged.column("record").to_pylist(), logged.column("deleted_at").to_pylist(), strict=True)
    rows = [(ids[tag], at) for tag, at in pairs if tag in ids]
    columns = {"record": (0, pa.string()), "deleted_at": (1, pa.int64())}
    return pa.table({name: pa.array([row[n] for row in rows], kind) for name, (n, kind) in columns.items()})
