"""The folders of what was brought in: ``sources/<name>/{members,records}.parquet``, changed by atomic
renames alone.

A source arrives in ``incoming/<name>`` and takes its place only when it is whole; the one it replaces waits
in ``outgoing/<name>`` until then, from where a next start puts it back if the process was killed in
between.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.ledger.events import RecordsImported
from sayso.values.canonical import canonical
from sayso.values.moments import Moment

MEMBERS, RECORDS, DESCRIPTION = "members.parquet", "records.parquet", "source.json"

ERASED_CONTRIBUTOR = "(erased)"
"""What stands for an erased member among a record's contributors: nobody's id, so that the record never
passes the gate.
"""


class FileSources:
    """The sources of one project, below its state folder."""

    def __init__(self, state: Path, digest_of: Callable[[Path], str]) -> None:
        """Use the state folder (``.sayso``), after putting back what a killed import left half-way.

        ``digest_of`` returns the digest of the rows in a source's folder.
        """
        self.root, self._incoming, self._outgoing = state / "sources", state / "incoming", state / "outgoing"
        self._digest_of = digest_of
        for old in self._outgoing.glob("*") if self._outgoing.is_dir() else ():
            if (self.root / old.name).exists():
                shutil.rmtree(old)
            else:
                old.rename(self.root / old.name)

    def names(self) -> tuple[str, ...]:
        """Return the names of the sources, sorted."""
        if not self.root.is_dir():
            return ()
        return tuple(sorted(each.name for each in self.root.iterdir() if (each / RECORDS).is_file()))

    def folder(self, name: str) -> Path:
        """Return the folder of a source."""
        return self.root / name

    def arrive(self, name: str) -> Path:
        """Return a folder that does not exist yet, in which a source may be put together; nobody else reads it."""
        folder = self._incoming / name
        self.discard(name)
        folder.parent.mkdir(parents=True, exist_ok=True)
        return folder

    def discard(self, name: str) -> None:
        """Remove what has arrived under a name."""
        shutil.rmtree(self._incoming / name, ignore_errors=True)

    def settle(self, name: str) -> None:
        """Put what has arrived in its place, instead of the source of that name if there is one."""
        place, old = self.root / name, self._outgoing / name
        self.root.mkdir(exist_ok=True)
        _sync(self._incoming / name)
        if place.exists():
            self._outgoing.mkdir(exist_ok=True)
            shutil.rmtree(old, ignore_errors=True)
            place.rename(old)
        (self._incoming / name).rename(place)
        _sync_folder(self.root)
        shutil.rmtree(old, ignore_errors=True)

    def clashes(self, folder: Path, name: str) -> dict[str, tuple[int, int]]:
        """Return, for each other source, how many member ids and record ids it shares with those in a
        folder; none left out.
        """
        found = {}
        for other in self.names():
            if other != name:
                counts = _shared(folder, self.root / other)
                if any(counts):
                    found[other] = counts
        return found

    def members(self, folder: Path) -> Iterator[str]:
        """Return the ids of the members in a folder."""
        return _column(folder / MEMBERS, "member")

    def deletions(self, folder: Path) -> Iterator[tuple[str, str, Moment]]:
        """Return record, author and moment of the records in a folder that came as deleted and have an
        author.
        """
        with duckdb.connect() as db:
            found = db.execute(
                "SELECT record, author, deleted_at FROM read_parquet(?) WHERE deleted_at IS NOT NULL AND author IS NOT NULL"
                " ORDER BY deleted_at, record",
                [str(folder / RECORDS)],
            )
            while rows := found.fetchmany(4096):
                for record, author, moment in rows:
                    yield record, author, Moment(moment)

    def author_of(self, record: str) -> tuple[bool, str | None]:
        """Return whether any source has the record, and its author, ``None`` where nobody knows them."""
        for name in self.names():
            with duckdb.connect() as db:
                row = db.execute(
                    "SELECT author FROM read_parquet(?) WHERE record = ?",
                    [str(self.root / name / RECORDS), record],
                ).fetchone()
            if row is not None:
                return True, row[0]
        return False, None

    def count(self, name: str, members: frozenset[str]) -> tuple[int, int]:
        """Return how many members and records of a source are these members' own."""
        folder, ids = self.root / name, pa.array(sorted(members), pa.string())
        return _matches(folder / MEMBERS, ids, "member"), _matches(folder / RECORDS, ids, "author")

    def remove(self, name: str, members: frozenset[str]) -> RecordsImported | None:
        """Return what the source holds without these members, ``None`` where it held nothing of them.

        A file with rows of theirs is written anew, whole, and put in its place by one rename; where they had a hand in somebody
        else's record, ``(erased)`` stands for them from then on. Killed half-way, the next call finishes it.
        """
        folder, ids = self.root / name, pa.array(sorted(members), pa.string())
        described = json.loads((folder / DESCRIPTION).read_bytes())
        if described["digest"] and not any(_mentions(folder / file, ids) for file in (MEMBERS, RECORDS)):
            return None
        _replace(folder / DESCRIPTION, canonical({**described, "digest": ""}))
        rows = [_rewrite(folder / file, ids, key) for file, key in ((MEMBERS, "member"), (RECORDS, "author"))]
        event = RecordsImported(name, self._digest_of(folder), rows[0], rows[1], 0)
        described |= {"digest": event.digest, "members": event.members, "records": event.records}
        _replace(folder / DESCRIPTION, canonical(described))
        return event


def _column(path: Path, name: str) -> Iterator[str]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=[name]):
            yield from batch.column(0).to_pylist()


def _shared(one: Path, other: Path) -> tuple[int, int]:
    with duckdb.connect() as db:
        members, records = (
            db.execute(
                f"SELECT count(*) FROM read_parquet(?) WHERE {column} IN (SELECT {column} FROM read_parquet(?))",  # noqa: S608
                [str(one / file), str(other / file)],
            ).fetchone()
            for file, column in ((MEMBERS, "member"), (RECORDS, "record"))
        )
    return (members or (0,))[0], (records or (0,))[0]


def _matches(path: Path, ids: pa.Array, column: str) -> int:
    with pq.ParquetFile(path) as file:
        return sum(_hits(batch.column(0), ids) for batch in file.iter_batches(columns=[column]))


def _hits(column: pa.Array, ids: pa.Array) -> int:
    return int(pc.sum(pc.is_in(column, value_set=ids)).as_py() or 0)


def _mentions(path: Path, ids: pa.Array) -> bool:
    columns = [name for name in ("member", "author", "contributors") if name in pq.read_schema(path).names]
    with pq.ParquetFile(path) as file:
        return any(
            _hits(pc.list_flatten(column) if pa.types.is_list(column.type) else column, ids)
            for batch in file.iter_batches(columns=columns)
            for column in batch.columns
        )


def _rewrite(path: Path, ids: pa.Array, column: str) -> int:
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
    _sync_file(fresh)
    fresh.replace(path)
    _sync_folder(path.parent)
    return left


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(data)
    _sync_file(fresh)
    fresh.replace(path)
    _sync_folder(path.parent)


def _without_contributors(batch: pa.RecordBatch, ids: pa.Array) -> pa.RecordBatch:
    position = batch.schema.get_field_index("contributors")
    if position < 0 or not _hits(pc.list_flatten(batch.column(position)), ids):
        return batch
    gone = frozenset(ids.to_pylist())
    lists = [
        None if each is None else [ERASED_CONTRIBUTOR if member in gone else member for member in each]
        for each in batch.column(position).to_pylist()
    ]
    field = batch.schema.field(position)
    return batch.set_column(position, field, pa.array(lists, field.type))


def _sync(folder: Path) -> None:
    for each in folder.iterdir():
        _sync_file(each)
    _sync_folder(folder)


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
