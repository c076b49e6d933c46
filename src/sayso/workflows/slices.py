"""Permitted records become the rows of shards: redacted, under pseudonyms, each member's slice in one shard."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sayso.dataset.digest_table import table_digest
from sayso.dataset.manifest import Shard
from sayso.dataset.rows import (
    Row,
    dataset_key,
    in_order,
    parse_counts,
    row_of,
    says_nothing,
    shard_of,
    to_table,
)
from sayso.dataset.taken import Taken, Tally
from sayso.ports import Revised, Reviser, ShardStore
from sayso.values.records import Record

CARRIED = ("author", "category", "visibility", "created_at", "language", "text", "reply_to")
BUFFERED_ROWS = 5_000
"""Rows of a shard that wait in memory before they go to its part."""

Progress = Callable[[int], None]
"""Told how many permitted records have been dealt with since it was last called."""


MENTIONS = pa.schema([("tag", pa.string()), ("record", pa.string()), ("shard", pa.int32())])
"""The columns of the mention index: that a published record speaks of a member, by tag, pseudonym, and the record's shard."""


def mention_index(*tables: pa.Table) -> pa.Table:
    """Return the mention index of tables of mentions, sorted: a later no finds the records that speak of a member in it."""
    return pa.concat_tables(tables).sort_by([(name, "ascending") for name in MENTIONS.names])


class Slicer:
    """Cuts permitted records into the shards of one data set, by its key and the members' tags."""

    def __init__(self, secret: bytes, name: str, shards: int, tags: pa.Table) -> None:
        """Cut for a data set of that name; ``tags`` has ``member`` and ``tag``."""
        self.key, self.shards = dataset_key(secret, name), shards
        self._tags: dict[str, str] = dict(
            zip(tags.column("member").to_pylist(), tags.column("tag").to_pylist(), strict=True)
        )
        self._places: dict[str, int] = {}

    def knows(self, author: str | None) -> bool:
        """Tell whether an author is a member: nothing of strangers is ever published."""
        return author in self._tags

    def place(self, author: str) -> int:
        """Return the shard of a member's slice."""
        if author not in self._places:
            self._places[author] = shard_of(self.key, self._tags[author], self.shards)
        return self._places[author]

    def fill(
        self, permitted: Iterable[pa.RecordBatch], store: ShardStore, reviser: Reviser, progress: Progress
    ) -> pa.Table:
        """Add to the parts of shards the rows of permitted records, given with ``CARRIED``, and return the mentions in them."""
        mentions, buffer = _Mentions(), _Buffer(store)
        for records, revised in _revised(permitted, reviser):
            for record, one in zip(records, revised, strict=True):
                self._add(record, one, buffer, mentions)
            progress(len(records))
        buffer.flush()
        return mentions.table()

    def _add(self, record: Record, revised: Revised, buffer: _Buffer, mentions: _Mentions) -> None:
        if says_nothing(revised.redacted.text):
            return
        author = record.author or ""
        row, shard = row_of(record, self._tags[author], revised.redacted, self.key), self.place(author)
        buffer.add(shard, row)
        mentions.add(revised.mentioned, row.record, shard)


def _revised(
    permitted: Iterable[pa.RecordBatch], reviser: Reviser
) -> Iterator[tuple[list[Record], list[Revised]]]:
    """Yield the records of each batch with what became of their texts."""
    asked: deque[list[Record]] = deque()

    def texts() -> Iterator[list[str]]:
        for batch in permitted:
            records = list(_records(batch))
            asked.append(records)
            yield [record.text for record in records]

    for revised in reviser.revise(texts()):
        yield asked.popleft(), revised


class _Mentions:
    """Collects that published records speak of members: whose tags, the records' pseudonyms, their shards."""

    def __init__(self) -> None:
        self._tags: list[str] = []
        self._rows: list[tuple[str, int, int]] = []

    def add(self, tags: Sequence[str], record: str, shard: int) -> None:
        if tags:
            self._tags += tags
            self._rows.append((record, shard, len(tags)))

    def table(self) -> pa.Table:
        records, shards, counts = zip(*self._rows, strict=True) if self._rows else ((), (), ())
        times = np.repeat(np.arange(len(counts)), np.array(counts, np.int64))
        of_each = (pa.array(records, pa.string()).take(times), pa.array(shards, pa.int32()).take(times))
        return pa.table([pa.array(self._tags, pa.string()), *of_each], schema=MENTIONS)


class _Buffer:
    """Collects rows until they are worth writing."""

    def __init__(self, store: ShardStore) -> None:
        self._store = store
        self._waiting: dict[int, list[Row]] = {}

    def add(self, shard: int, row: Row) -> None:
        rows = self._waiting.setdefault(shard, [])
        rows.append(row)
        if len(rows) >= BUFFERED_ROWS:
            self._store.add(shard, to_table(rows))
            rows.clear()

    def flush(self) -> None:
        for shard, rows in self._waiting.items():
            if rows:
                self._store.add(shard, to_table(rows))


def _records(batch: pa.RecordBatch) -> Iterator[Record]:
    columns = (batch.column(name).to_pylist() for name in ("record", *CARRIED))
    for record, author, category, visibility, at, language, text, parent in zip(*columns, strict=True):
        words = text or ""
        yield Record(record, author, category, visibility, at, language=language, text=words, reply_to=parent)


def finish(store: ShardStore, number: int) -> Shard:
    """Return a shard whose file is written from its part, in the order that rests on pseudonyms alone."""
    part = store.part(number)
    return _written(store, number, [] if part is None else [part])


def renewed(store: ShardStore, number: int, kept: pa.Table, gone: pa.Table) -> Shard | None:
    """Return a shard like ``finish``, of its part and of the rows that were kept of it.

    ``None`` stands for a shard as it was, whose part is the rows that are ``gone``: what is redacted again mostly comes out as before.
    """
    part = store.part(number)
    if part is not None and in_order([part]).equals(in_order([gone])):
        return None
    return _written(store, number, [kept] if part is None else [part, kept])


def _written(store: ShardStore, number: int, tables: list[pa.Table]) -> Shard:
    rows = in_order(tables)
    name, file_digest = store.write(number, rows)
    members = pc.count_distinct(rows.column("member")).as_py()
    return Shard(name, file_digest, table_digest(rows), rows.num_rows, members)


def taken_of(store: ShardStore, shards: Iterable[Shard]) -> tuple[Taken, ...]:
    """Return what redaction took out of the published records of all shards, as their rows say."""
    tally = Tally()
    for shard in shards:
        for distinct in pc.value_counts(store.read(shard.name, ["redacted"]).column("redacted")).to_pylist():
            tally.count(parse_counts(distinct["values"]), distinct["counts"])
    return tally.taken()
