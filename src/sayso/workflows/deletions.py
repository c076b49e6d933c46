"""Which records the log says were deleted: it names them by keyed tags alone, so records are tagged to find them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.ledger.index import LogIndex
from sayso.ledger.standing import record_tag
from sayso.workflows.facts import Yard, record_files, state_of
from sayso.workflows.keeping import keep, kept

DELETIONS = "deletions.index"
"""The name of what is kept: where the deleted records stand in the sources' files. It holds no identifier and no tag."""

_PLACES = pa.schema({"entry": pa.int64(), "file": pa.int32(), "row": pa.int64()})


def deletions(yard: Yard, index: LogIndex) -> pa.Table:
    """Return ``record``, ``deleted_at`` and ``entry`` of the deletions in the log whose record is in a source.

    Records of the authors of deletions are tagged once; where they stand is kept for as long as the sources' files are the same.
    """
    if not index.deletions.num_rows:
        return _named(yard, index, _PLACES.empty_table())
    files = record_files(yard)
    ground = repr([state_of(path) for path in files]).encode()
    size, places = _kept(yard, ground)
    fresh = index.deletions.filter(pc.greater_equal(index.deletions.column("entry"), size))
    if fresh.num_rows:
        places = pa.concat_tables([places, _places(yard, files, fresh)])
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, _PLACES) as writer:
            writer.write_table(places)
        keep(yard.book, yard.snapshots, DELETIONS, index.size, sink.getvalue(), ground)
    return _named(yard, index, places.filter(pc.less(places.column("entry"), index.size)))


def _kept(yard: Yard, ground: bytes) -> tuple[int, pa.Table]:
    found = kept(yard.book, yard.snapshots, DELETIONS, ground)
    if found is None:
        return 0, _PLACES.empty_table()
    return found[0], pa.ipc.open_stream(found[1]).read_all()


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


def _named(yard: Yard, index: LogIndex, places: pa.Table) -> pa.Table:
    """Return deletions with the ids of the records that stand in some places."""
    parts = (
        [
            _of_file(path, places.filter(pc.equal(places.column("file"), number)))
            for number, path in enumerate(record_files(yard))
        ]
        if places.num_rows
        else []
    )
    named = (
        pa.concat_tables(parts)
        if parts
        else pa.table({"record": pa.array([], pa.string()), "entry": pa.array([], pa.int64())})
    )
    at = pc.index_in(named.column("entry"), index.deletions.column("entry").combine_chunks())
    moments = index.deletions.column("deleted_at").take(at)
    return pa.table({"record": named.column("record"), "deleted_at": moments, "entry": named.column("entry")})


def _of_file(path: Path, places: pa.Table) -> pa.Table:
    ids = (
        pq.read_table(path, columns=["record"]).column("record")
        if places.num_rows
        else pa.chunked_array([], pa.string())
    )
    return pa.table({"record": ids.take(places.column("row")), "entry": places.column("entry")})
