"""Which records the log says were deleted: it names them by keyed tags alone, so records are tagged to find them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.changed import together
from sayso.ledger.index import LogIndex
from sayso.ledger.standing import record_tag
from sayso.workflows.facts import Folders, Yard, record_files, state_of
from sayso.workflows.keeping import Snapshots, keep, kept
from sayso.workflows.logbook import Logbook

DELETIONS = "deletions.index"
"""The name of what is kept: where the deleted records stand in the sources' files. It holds no identifier and no tag."""

_PLACES = pa.schema({"entry": pa.int64(), "file": pa.int32(), "row": pa.int64()})


class RecordSources(Folders, Protocol):
    """The sources as far as records are looked for in them."""

    def digest(self, name: str) -> str:
        """Return the digest of a source's tables, as it was when they were brought in or last changed."""
        ...


def deletions(yard: Yard, index: LogIndex) -> pa.Table:
    """Return ``record``, ``deleted_at`` and ``entry`` of the deletions in the log whose record is in a source.

    Records of the authors of deletions are tagged once; where they stand is kept for as long as the sources' files are the same, and
    ``relocating`` finds them in those that an import brings.
    """
    if not index.deletions.num_rows:
        return _named(yard.sources, index, _PLACES.empty_table())
    files, states = record_files(yard.sources), _states(yard.sources)
    size, places = _kept(yard, index, files, states)
    fresh = _without(index.deletions.filter(pc.greater_equal(index.deletions.column("entry"), size)), places)
    if fresh.num_rows or places.schema.metadata != states:
        places = pa.concat_tables([places, _places(yard, files, fresh)]).replace_schema_metadata(states)
        _keep(yard.book, yard.snapshots, index.size, places, files)
    return _named(yard.sources, index, places.filter(pc.less(places.column("entry"), index.size)))


@contextmanager
def relocating(book: Logbook, sources: RecordSources, snapshots: Snapshots | None) -> Iterator[None]:
    """Find the deleted records that are kept in the files that are there after the context, instead of those before."""
    files = record_files(sources)
    found = _read(kept(book, snapshots, DELETIONS, _ground(files)))
    ids = None if found is None else _ids(files, found[1])
    yield
    if found is None or ids is None:
        return
    files = record_files(sources)
    entries = found[1].column("entry").take(ids.column("place"))
    places = _standing(files, ids.column("record"), entries).replace_schema_metadata(found[1].schema.metadata)
    _keep(book, snapshots, found[0], places, files)


def _states(sources: RecordSources) -> dict[bytes, bytes]:
    """Return the states of the sources that were looked through for records that are deleted, in the form of Arrow's metadata."""
    return {name.encode(): sources.digest(name).encode() for name in sources.names()}


def _ground(files: tuple[Path, ...]) -> bytes:
    return repr([state_of(path) for path in files]).encode()


def _read(found: tuple[int, bytes] | None) -> tuple[int, pa.Table] | None:
    return None if found is None else (found[0], pa.ipc.open_stream(found[1]).read_all())


def _keep(
    book: Logbook, snapshots: Snapshots | None, size: int, places: pa.Table, files: tuple[Path, ...]
) -> None:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, places.schema) as writer:
        writer.write_table(places)
    keep(book, snapshots, DELETIONS, size, sink.getvalue(), _ground(files))


def _kept(
    yard: Yard, index: LogIndex, files: tuple[Path, ...], states: dict[bytes, bytes]
) -> tuple[int, pa.Table]:
    """Return where deleted records stand that were looked for before, and up to which entry of the log that was."""
    found = _read(kept(yard.book, yard.snapshots, DELETIONS, _ground(files)))
    if found is None:
        return 0, _PLACES.empty_table()
    size, places = found
    then: dict[bytes, bytes] = places.schema.metadata or {}
    if then == states:
        return size, places
    if then.keys() != states.keys():
        return 0, _PLACES.empty_table()
    changes = [yard.sources.changed(name.decode(), then[name].decode()) for name in sorted(then)]
    known = [one for one in changes if one is not None]
    if len(known) < len(changes):
        return 0, _PLACES.empty_table()
    logged = _without(index.deletions, places)
    return size, pa.concat_tables([places, _come(yard, files, logged, together(known).ids)])


def _without(logged: pa.Table, places: pa.Table) -> pa.Table:
    """Return the deletions whose record has no place yet."""
    return logged.filter(pc.invert(pc.is_in(logged.column("entry"), places.column("entry").combine_chunks())))


def _come(yard: Yard, files: tuple[Path, ...], logged: pa.Table, come: pa.Array) -> pa.Table:
    """Return where those of some records stand that the log says were deleted."""
    secret = yard.book.keys.secret()
    tags = pa.array([record_tag(secret, record) for record in come.to_pylist()], pa.string())
    at = pc.index_in(logged.column("record"), tags)
    there = at.is_valid()
    return _standing(files, come.take(at.filter(there)), logged.column("entry").filter(there))


def _standing(files: tuple[Path, ...], records: pa.ChunkedArray, entries: pa.ChunkedArray) -> pa.Table:
    """Return where records stand, each deleted by an entry; those that are in no file are left out."""
    parts = [_PLACES.empty_table()]
    for number, path in enumerate(files):
        ids = pq.read_table(path, columns=["record"]).column("record")
        # Of a file's records these are few: a table of all would cost more than all the rest.
        rows = pc.indices_nonzero(pc.is_in(ids, pc.unique(records)))
        at = pc.index_in(records, ids.take(rows).combine_chunks())
        there = at.is_valid()
        columns = [
            entries.filter(there),
            pa.repeat(number, pc.sum(there).as_py() or 0),
            rows.take(at.filter(there)),
        ]
        parts.append(pa.table(dict(zip(_PLACES.names, columns, strict=True))).cast(_PLACES))
    return pa.concat_tables(parts)


def _ids(files: tuple[Path, ...], places: pa.Table) -> pa.Table:
    """Return the ids of the records that stand in places, and which of the places that is."""
    parts = [pa.table({"record": pa.array([], pa.string()), "place": pa.array([], pa.int64())})]
    for number, path in enumerate(files):
        mine = pc.indices_nonzero(pc.equal(places.column("file"), number))
        if len(mine):
            ids = pq.read_table(path, columns=["record"]).column("record")
            parts.append(
                pa.table(
                    {"record": ids.take(places.column("row").take(mine)), "place": mine.cast(pa.int64())}
                )
            )
    return pa.concat_tables(parts)


def _places(yard: Yard, files: tuple[Path, ...], logged: pa.Table) -> pa.Table:
    """Return where the deleted records stand that are there, one row for each entry of theirs."""
    entries: dict[str, list[int]] = {}
    for tag, entry in zip(
        logged.column("record").to_pylist(), logged.column("entry").to_pylist(), strict=True
    ):
        entries.setdefault(tag, []).append(entry)
    found = (yard.tags.member_of(tag) for tag in pc.unique(logged.column("tag")).to_pylist())
    authors = pa.array([author for author in found if author is not None], pa.string())
    secret = yard.book.keys.secret()
    rows = [
        (entry, number, row)
        for number, path in enumerate(files)
        for row, record in _records_of(path, authors)
        for entry in entries.get(record_tag(secret, record), ())
    ]
    return pa.Table.from_arrays(
        [pa.array([each[place] for each in rows], field.type) for place, field in enumerate(_PLACES)],
        schema=_PLACES,
    )


def _records_of(path: Path, authors: pa.Array) -> Iterator[tuple[int, str]]:
    """Yield the row and the id of each record whose author is one of some."""
    if not len(authors):
        return
    first = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=["record", "author"]):
            mask = pc.is_in(batch.column("author"), value_set=authors)
            rows = np.flatnonzero(mask.to_numpy(zero_copy_only=False)) + first
            yield from zip(rows.tolist(), batch.column("record").filter(mask).to_pylist(), strict=True)
            first += batch.num_rows


def _named(sources: RecordSources, index: LogIndex, places: pa.Table) -> pa.Table:
    """Return deletions with the ids of the records that stand in some places."""
    ids = _ids(record_files(sources), places)
    entries = places.column("entry").take(ids.column("place"))
    at = pc.index_in(entries, index.deletions.column("entry").combine_chunks())
    moments = index.deletions.column("deleted_at").take(at)
    return pa.table({"record": ids.column("record"), "deleted_at": moments, "entry": entries})
