"""Members are taken out of the files of a source, each written anew whole and put in its place by one rename."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.values.members import UNKNOWN


def matches(path: Path, ids: pa.Array, column: str) -> int:
    """Return how many rows of a file have one of some ids in a column."""
    with pq.ParquetFile(path) as file:
        return sum(_hits(batch.column(0), ids) for batch in file.iter_batches(columns=[column]))


def _hits(column: pa.Array, ids: pa.Array) -> int:
    return int(pc.sum(pc.is_in(column, value_set=ids)).as_py() or 0)


def names_any(path: Path, ids: pa.Array) -> bool:
    """Tell whether a file of a source has any of some members as a member, an author or a contributor."""
    columns = [name for name in ("member", "author", "contributors") if name in pq.read_schema(path).names]
    with pq.ParquetFile(path) as file:
        return any(
            _hits(pc.list_flatten(column) if pa.types.is_list(column.type) else column, ids)
            for batch in file.iter_batches(columns=columns)
            for column in batch.columns
        )


def rewrite(path: Path, ids: pa.Array, column: str) -> int:
    """Write the file anew without the rows of these ids, and return how many rows are left."""
    fresh = path.with_name(f".{path.name}.new")
    left = 0
    with (
        pq.ParquetFile(path) as file,
        pq.ParquetWriter(fresh, file.schema_arrow, compression="zstd") as writer,
    ):
        for batch in file.iter_batches():
            kept = batch.filter(pc.invert(pc.is_in(batch.column(column), value_set=ids)))
            left += kept.num_rows
            writer.write_batch(_without_contributors(kept, ids))
    sync_file(fresh)
    fresh.replace(path)
    sync_folder(path.parent)
    return left


def replace_file(path: Path, data: bytes) -> None:
    """Put a file with other bytes in the place of one, whole and on disk."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(data)
    sync_file(fresh)
    fresh.replace(path)
    sync_folder(path.parent)


def scrub_beside(folder: Path, members: frozenset[str], tables: tuple[str, ...]) -> None:
    """Take the members' lines and rows out of what lies beside the tables of a source and names members in ``member``."""
    ids = pa.array(sorted(members), pa.string())
    for path in sorted(folder.glob("[!.]*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if json.loads(line).get("member") not in members]
        if len(kept) < len(lines):
            replace_file(path, "".join(kept).encode())
    for path in sorted(folder.glob("[!.]*.parquet")):
        if path.name not in tables and "member" in pq.read_schema(path).names:
            rewrite(path, ids, "member")


def _without_contributors(batch: pa.RecordBatch, ids: pa.Array) -> pa.RecordBatch:
    position = batch.schema.get_field_index("contributors")
    if position < 0 or not _hits(pc.list_flatten(batch.column(position)), ids):
        return batch
    gone = frozenset(ids.to_pylist())
    lists = [
        None if each is None else [UNKNOWN if member in gone else member for member in each]
        for each in batch.column(position).to_pylist()
    ]
    field = batch.schema.field(position)
    return batch.set_column(position, field, pa.array(lists, field.type))


def sync_all(folder: Path) -> None:
    """Have all files of a folder on disk, and the folder."""
    for each in folder.iterdir():
        sync_file(each)
    sync_folder(folder)


def sync_file(path: Path) -> None:
    """Have a file on disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Have the names in a folder on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
