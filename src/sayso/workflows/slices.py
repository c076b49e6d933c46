"""Permitted records become the rows of shards: redacted, under pseudonyms, each member's slice in one shard."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from sayso.dataset.digest import shard_digest
from sayso.dataset.manifest import Shard
from sayso.dataset.rows import (
    Row,
    dataset_key,
    from_table,
    in_order,
    parse_counts,
    record_pseudonym,
    row_of,
    says_nothing,
    shard_of,
    to_table,
)
from sayso.dataset.taken import Tally
from sayso.ports import Engine, Revised, Reviser, ShardStore
from sayso.values.records import Record

CARRIED = ("author", "category", "visibility", "created_at", "language", "text")
BUFFERED_ROWS = 5_000
"""Rows of a shard that wait in memory before they go to its part."""

Progress = Callable[[int], None]
"""Told how many permitted records have been dealt with since it was last called."""


class Mention(NamedTuple):
    """That a published record speaks of a member: the member's tag, the record's pseudonym, its shard."""

    tag: str
    record: str
    shard: int


MENTIONS = pa.schema([("tag", pa.string()), ("record", pa.string()), ("shard", pa.int32())])
"""The columns of the mention index."""


def mention_table(slices: Iterable[Slice]) -> pa.Table:
    """Return the mention index of shards, sorted: a later no finds the records that speak of a member in it."""
    rows = sorted(mention for one in slices for mention in one.mentions)
    return pa.table([pa.array(column) for column in zip(*rows, strict=True)] or [[], [], []], schema=MENTIONS)


@dataclass(slots=True)
class Slice:
    """What one shard was given: permitted records, a fingerprint of which they are, how many redaction emptied, and what it took out.

    The fingerprint is the sum of the records' pseudonyms modulo 2^128: the same set gives the same sum in any order, and without
    the data set's key nobody can choose records that make another set look the same.
    """

    permitted: int = 0
    fingerprint: int = 0
    emptied: int = 0
    tally: Tally = field(default_factory=Tally)
    mentions: list[Mention] = field(default_factory=list)

    def count(self, pseudonym: str) -> None:
        """Count one permitted record."""
        self.permitted += 1
        self.fingerprint = (self.fingerprint + int(pseudonym, 16)) % (1 << 128)

    def speaks_of(self, tags: frozenset[str]) -> bool:
        """Tell whether a record of it speaks of one of the members."""
        return bool(tags) and any(mention.tag in tags for mention in self.mentions)

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
        self, engine: Engine, store: ShardStore, wanted: frozenset[int], reviser: Reviser, progress: Progress
    ) -> list[Slice]:
        """Add to the parts of the wanted shards the rows of what the gate permits, and return what each shard was given."""
        slices = [Slice() for _ in range(self.shards)]
        buffer = _Buffer(store)
        for batch, records, revised in self._revised(engine, wanted, reviser):
            for record, one in zip(records, revised, strict=True):
                shard = self.place(record.author or "")
                row = self._row(record, one, shard, slices[shard])
                if row is not None:
                    buffer.add(shard, row)
            progress(batch)
        buffer.flush()
        return slices

    def _revised(
        self, engine: Engine, wanted: frozenset[int], reviser: Reviser
    ) -> Iterator[tuple[int, list[Record], list[Revised]]]:
        """Yield the wanted records of each batch with what became of their texts, and how many the batch had in all."""
        asked: deque[tuple[int, list[Record]]] = deque()

        def texts() -> Iterator[list[str]]:
            for batch in engine.permitted(CARRIED):
                records = [one for one in _records(batch) if self.place(one.author or "") in wanted]
                asked.append((batch.num_rows, records))
                yield [record.text for record in records]

        for revised in reviser.revise(texts()):
            yield (*asked.popleft(), revised)

    def _row(self, record: Record, revised: Revised, shard: int, given: Slice) -> Row | None:
        row = row_of(record, self._tags[record.author or ""], revised.redacted, self.key)
        given.count(row.record)
        if says_nothing(revised.redacted.text):
            given.emptied += 1
            return None
        given.tally.count(parse_counts(row.redacted))
        given.mentions += (Mention(tag, row.record, shard) for tag in revised.mentioned)
        return row


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
            self._store.add(shard, to_table(rows))


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
