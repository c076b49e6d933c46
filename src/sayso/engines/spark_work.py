"""What an executor's processes do for a build: redact records into rows, and write a shard's rows as its file.

Everything here runs far from the driver: it is given what it needs by value, and says by value what came of it. A task may run
twice, or go on for a while after its driver was killed: it writes under a name of its own, in a folder that goes with its driver's
work, and creates none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.dataset.digest_table import leaves
from sayso.dataset.rows import GROUP_ROWS, SCHEMA, Row, row_of, says_nothing, shard_of, to_table
from sayso.engines.revise import LocalReviser, Making, mapped
from sayso.ledger.merkle import Frontier
from sayso.redact.operators import CountryOf
from sayso.redact.plan import Plan
from sayso.redaction_ports import Revised
from sayso.slicing import MENTIONS, records_of

DIRECTORY, FILES, SPOKEN = "directory", "shards", "mentions"
"""The folders of a room: whom redaction knows, the files of shards, and the mentions in them."""

ROWS = pa.schema(
    [
        pa.field("shard", pa.int32(), nullable=False),
        *SCHEMA,
        pa.field("leaf", pa.binary(), nullable=False),
        pa.field("mentioned", pa.list_(pa.string())),
    ]
)
"""A row on its way to its shard, with its leaf hash and the tags of those whom it mentions."""

WRITTEN = pa.schema(
    [
        ("shard", pa.int32()),
        ("file", pa.string()),
        ("sha256", pa.string()),
        ("logical", pa.string()),
        ("rows", pa.int64()),
        ("members", pa.int64()),
    ]
)
"""What the driver is told of a shard: all that ever comes to it of the records."""


@dataclass(frozen=True, slots=True)
class Work:
    """What tasks are given: how to redact, the data set's key, how many shards it has, and the room that all see."""

    plan: Plan
    country_of: CountryOf
    key: bytes
    shards: int
    room: str

    def redact(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield rows of ``ROWS`` for permitted records, given with ``record``, ``CARRIED`` and ``tag``."""
        reviser = None
        for batch in batches:
            reviser = reviser or _reviser(self)  # not where there is nothing to redact
            records, tags = list(records_of(batch)), batch.column("tag").to_pylist()
            revised = reviser.revised([record.text for record in records])
            kept = [
                (shard_of(self.key, tag, self.shards), row_of(record, tag, one.redacted, self.key), one)
                for record, tag, one in zip(records, tags, revised, strict=True)
                if not says_nothing(one.redacted.text)
            ]
            yield from _rows(kept)

    def write(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield one row of ``WRITTEN`` for the shard whose rows are given, in its order; its file is there from then on."""
        shard = None
        for batch in batches:
            if shard is None:
                shard = _Shard(Path(self.room), batch.column("shard")[0].as_py())
            shard.add(batch)
        if shard is not None:
            yield shard.finish()


def _rows(kept: list[tuple[int, Row, Revised]]) -> Iterator[pa.RecordBatch]:
    if not kept:
        return
    rows = to_table(row for _, row, _ in kept).combine_chunks()
    hashes = [leaf for batch in rows.to_batches() for leaf in leaves(batch)]
    columns = [
        pa.array([shard for shard, _, _ in kept], pa.int32()),
        *(column.combine_chunks() for column in rows.columns),
        pa.array(hashes, pa.binary()),
        pa.array([list(one.mentioned) or None for _, _, one in kept], pa.list_(pa.string())),
    ]
    yield from pa.Table.from_arrays(columns, schema=ROWS).to_batches()


@lru_cache(maxsize=1)
def _reviser(work: Work) -> LocalReviser:
    """Return the reviser of a process, which is opened for the first of its tasks."""
    return LocalReviser(
        Making(work.plan, None, work.key, work.country_of), mapped(Path(work.room) / DIRECTORY)
    )


class _Shard:
    """A shard's file as it grows: some rows in memory, the edge of the tree over all."""

    def __init__(self, room: Path, number: int) -> None:
        name = f"{number:04d}.{uuid4().hex}.parquet"
        self.number, self._path, self._spoken = number, room / FILES / name, room / SPOKEN / name
        self._file = pq.ParquetWriter(self._path, SCHEMA, compression="zstd")
        self._mentions = pq.ParquetWriter(self._spoken, MENTIONS)
        self._waiting: list[pa.Table] = []
        self._edge, self._rows, self._members, self._last = Frontier(), 0, 0, ""

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in the next rows of the shard's order."""
        table = pa.Table.from_batches([batch])
        for leaf in batch.column("leaf").to_pylist():
            self._edge.push(leaf)
        self._count(batch.column("member"))
        self._speak(table)
        self._waiting.append(table.select(SCHEMA.names).cast(SCHEMA))
        while sum(some.num_rows for some in self._waiting) >= GROUP_ROWS:
            whole = pa.concat_tables(self._waiting)
            self._put(whole.slice(0, GROUP_ROWS))
            self._waiting = [whole.slice(GROUP_ROWS)]

    def _count(self, members: pa.Array) -> None:
        if len(members):
            # They come in order: the first may be the last of before, all others are new where they are others.
            self._members += len(pc.unique(members)) - int(members[0].as_py() == self._last)
            self._rows, self._last = self._rows + len(members), members[-1].as_py()

    def _speak(self, table: pa.Table) -> None:
        some = table.filter(pc.is_valid(table.column("mentioned")))
        of_each = pc.list_parent_indices(some.column("mentioned"))
        tags = pc.list_flatten(some.column("mentioned"))
        columns = [tags, some.column("record").take(of_each), some.column("shard").take(of_each)]
        if some.num_rows:
            self._mentions.write_table(pa.Table.from_arrays(columns, names=MENTIONS.names).cast(MENTIONS))

    def _put(self, rows: pa.Table) -> None:
        self._file.write_table(rows.combine_chunks(), row_group_size=GROUP_ROWS)

    def finish(self) -> pa.RecordBatch:
        """Return what the driver is told; the files are whole, and on disk."""
        left = pa.concat_tables([SCHEMA.empty_table(), *self._waiting])
        if left.num_rows:
            self._put(left)
        self._file.close()
        self._mentions.close()
        sha256, logical = _synced(self._path), self._edge.root().hex()
        _synced(self._spoken)
        told: list[list[Any]] = [
            [self.number],
            [self._path.name],
            [sha256],
            [logical],
            [self._rows],
            [self._members],
        ]
        return pa.RecordBatch.from_arrays(
            [pa.array(one, field.type) for one, field in zip(told, WRITTEN, strict=True)], schema=WRITTEN
        )


def _synced(path: Path) -> str:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return file_digest(file, "sha256").hexdigest()
