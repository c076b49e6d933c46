"""The house's own table of delivered rows: pseudonyms, keyed tags and hashes, no words; it outlives the version's bytes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.dataset.digest import digest_of_leaves
from sayso.dataset.digest_table import leaves
from sayso.dataset.manifest import Shard
from sayso.deliveries.statements import Slice
from sayso.errors import IntegrityError, Place, Problem

COLUMNS = pa.schema(
    [
        pa.field("shard", pa.int32(), nullable=False),
        pa.field("record", pa.string(), nullable=False),
        pa.field("member", pa.string(), nullable=False),
        pa.field("tag", pa.string()),
        pa.field("leaf", pa.binary(32), nullable=False),
    ]
)
"""``record`` and ``member`` are the pseudonyms that were delivered, ``tag`` the record's tag in the log (null: no source has it),
``leaf`` the hash of the row of which the shard's logical digest is made. The rows are in the order of the shards."""


def row_table(shard: int, rows: pa.Table) -> pa.Table:
    """Return the rows of a shard as the house keeps them, without tags yet."""
    hashed = [leaf for batch in rows.to_batches() for leaf in leaves(batch)]
    count = rows.num_rows
    columns = {
        "shard": pa.array([shard] * count, pa.int32()),
        "record": rows.column("record").combine_chunks(),
        "member": rows.column("member").combine_chunks(),
        "tag": pa.nulls(count, pa.string()),
        "leaf": pa.array(hashed, pa.binary(32)),
    }
    return pa.table(columns, schema=COLUMNS)


def without(rows: pa.Table, removed: Iterable[str]) -> pa.Table:
    """Return the rows that are not among some records."""
    return rows.filter(pc.invert(pc.is_in(rows.column("record"), pa.array(sorted(removed), pa.string()))))


def slices_of(rows: pa.Table, shards: tuple[Shard, ...]) -> tuple[Slice, ...]:
    """Return what is in each shard of some delivered rows: the digests of a build that never had the others."""
    ends = np.searchsorted(rows.column("shard").to_numpy(), range(len(shards) + 1))
    return tuple(
        Slice(shard.name, int(end - begin), _digest(rows.slice(int(begin), int(end - begin))))
        for shard, (begin, end) in zip(shards, pairwise(ends), strict=True)
    )


def _digest(rows: pa.Table) -> str:
    return digest_of_leaves(rows.column("leaf").to_pylist())


def table_bytes(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")
    data: bytes = out.getvalue().to_pybytes()
    return data


def table_of(data: bytes) -> pa.Table:
    """Return the table in the bytes of a Parquet file; raises ``IntegrityError`` where they are none."""
    try:
        return pq.read_table(pa.BufferReader(data))
    except (OSError, pa.ArrowException):
        what, advice = "the table of delivered rows cannot be read", "restore it from a copy"
        raise IntegrityError(Problem("bad-rows", what, Place("rows.parquet"), advice)) from None
