"""Permitted records become the rows of shards: redacted, under pseudonyms, each member's slice in one shard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from sayso.dataset.digest import shard_digest
from sayso.dataset.manifest import Shard
from sayso.dataset.rows import (
    Row,
    dataset_key,
    from_table,
    in_order,
    record_pseudonym,
    row_of,
    says_nothing,
    shard_of,
    to_table,
)
from sayso.ports import Engine, ShardStore
from sayso.redact.apply import redact
from sayso.values.records import Record

CARRIED = ("author", "category", "visibility", "created_at", "language", "text")
BUFFERED_ROWS = 5_000
"""Rows of a shard that wait in memory before they go to its part."""

Progress = Callable[[int], None]
"""Told how many permitted records have been dealt with since it was last called."""


@dataclass(slots=True)
class Slice:
    """What one shard was given: permitted records, a fingerprint of which they are, and how many redaction emptied.

    The fingerprint is the sum of the records' pseudonyms modulo 2^128: the same set gives the same sum in any order, and without
    the data set's key nobody can choose records that make another set look the same.
    """

    permitted: int = 0
    fingerprint: int = 0
    emptied: int = 0

    def count(self, pseudonym: str) -> None:
        """Count one permitted record."""
        self.permitted += 1
        self.fingerprint = (self.fingerprint + int(pseudonym, 16)) % (1 << 128)

    def holds_as(self, other: Slice) -> bool:
        """Tell whether both were given the same records."""
        return (self.permitted, self.fingerprint) == (other.permitted, other.fingerprint)


class Slicer:
    """Cuts permitted records into the shards of one data set, by its key and the members' tags."""

    def __init__(self, secret: bytes, name: str, shards: int, tags: pa.Table) -> None:
        """Cut for a data set of that name; ``tags`` has ``member`` and ``tag``."""
        self.key, self.shards = dataset_key(secret, name), shards
        self._tags: dict[str, str] = dict(
            zip(tags.column("member").to_pylist(), tags.column("tag").to_pylist(), strict=True)
        )
        self._places: dict[str, int] = {}

    def place(self, author: str) -> int:
        """Return the shard of a member's slice."""
        if author not in self._places:
            self._places[author] = shard_of(self.key, self._tags[author], self.shards)
        return self._places[author]

    def survey(self, engine: Engine) -> list[Slice]:
        """Return what each shard is to be given by the gate that stands, without reading a text."""
        slices = [Slice() for _ in range(self.shards)]
        for batch in engine.permitted(("author",)):
            columns = (batch.column(name).to_pylist() for name in ("record", "author"))
            for record, author in zip(*columns, strict=True):
                slices[self.place(author)].count(record_pseudonym(self.key, record))
        return slices

    def fill(
        self, engine: Engine, store: ShardStore, wanted: frozenset[int], progress: Progress
    ) -> list[Slice]:
        """Add to the parts of the wanted shards the rows of what the gate permits, and return what each shard was given."""
        slices = [Slice() for _ in range(self.shards)]
        waiting: dict[int, list[Row]] = {}
        for batch in engine.permitted(CARRIED):
            for record in _records(batch):
                shard = self.place(record.author or "")
                row = self._row(record, slices[shard]) if shard in wanted else None
                if row is not None:
                    rows = waiting.setdefault(shard, [])
                    rows.append(row)
                    if len(rows) >= BUFFERED_ROWS:
                        store.add(shard, to_table(rows))
                        rows.clear()
            progress(batch.num_rows)
        for shard, rows in waiting.items():
            store.add(shard, to_table(rows))
        return slices

    def _row(self, record: Record, given: Slice) -> Row | None:
        redacted = redact(record.text)
        row = row_of(record, self._tags[record.author or ""], redacted, self.key)
        given.count(row.record)
        if says_nothing(redacted.text):
            given.emptied += 1
            return None
        return row


def _records(batch: pa.RecordBatch) -> Iterator[Record]:
    columns = (batch.column(name).to_pylist() for name in ("record", *CARRIED))
    for record, author, category, visibility, created_at, language, text in zip(*columns, strict=True):
        yield Record(record, author, category, visibility, created_at, language=language, text=text or "")


def finish(store: ShardStore, number: int) -> Shard:
    """Return a shard whose file is written from its part, its rows in the order that depends on pseudonyms alone."""
    part = store.part(number)
    rows = [] if part is None else in_order(from_table(part))
    name, file_digest = store.write(number, to_table(rows))
    return Shard(name, file_digest, shard_digest(rows), len(rows), len({row.member for row in rows}))
