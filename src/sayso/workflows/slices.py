"""Permitted records become the rows of shards: redacted, under pseudonyms, each member's slice in one shard."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sayso.dataset.digest_table import HASH, digest_of_hashes, row_hashes
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
    with_places,
)
from sayso.dataset.taken import Recall, Taken, Tally
from sayso.policy.codes import PERMIT_FROM
from sayso.ports import ShardStore
from sayso.redaction_ports import OpenReviser, Revised, Reviser
from sayso.slicing import (
    CARRIED,
    MENTIONS,
    Counts,
    Hashed,
    Job,
    OpenSlicing,
    Progress,
    Sliced,
    Slicing,
    records_of,
    unheard,
)
from sayso.values.records import Record

BUFFERED_ROWS = 5_000
"""Rows of a shard that wait in memory before they go to its part."""


def mention_index(*tables: pa.Table) -> pa.Table:
    """Return the mention index of tables of mentions, sorted: a later no finds the records that speak of a member in it."""
    return pa.concat_tables(tables).sort_by([(name, "ascending") for name in MENTIONS.names])


class Slicer:
    """Cuts permitted records into the shards of one data set, by its key and the members' tags."""

    def __init__(self, secret: bytes, name: str, shards: int, tags: pa.Table) -> None:
        """Cut for a data set of that name; ``tags`` has ``member`` and ``tag``."""
        self._begin(dataset_key(secret, name), shards, tags)

    @classmethod
    def of(cls, job: Job) -> Self:
        """Cut what a job says."""
        slicer = cls.__new__(cls)
        slicer._begin(job.key, job.shards, job.tables.tags)
        return slicer

    def _begin(self, key: bytes, shards: int, tags: pa.Table) -> None:
        self.key, self.shards, self._table = key, shards, tags
        self._places: dict[str, int] = {}

    @cached_property
    def _tags(self) -> dict[str, str]:
        # Not before somebody is looked up: a cluster cuts without it.
        members, tags = (self._table.column(name).to_pylist() for name in ("member", "tag"))
        return dict(zip(members, tags, strict=True))

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
            records = list(records_of(batch))
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


@dataclass(frozen=True, eq=False)
class _Here:
    """A job that this process does, and the processes of its reviser."""

    job: Job
    counts: Counts
    reviser: Reviser

    @property
    def version(self) -> str:
        return self.reviser.version

    @property
    def measured(self) -> tuple[Recall, ...]:
        return self.reviser.measured

    def slices(self, store: ShardStore, progress: Progress) -> Sliced:
        permitted = self.job.engine.permitted(CARRIED)
        mentions = mention_index(Slicer.of(self.job).fill(permitted, store, self.reviser, progress))
        return Sliced(
            tuple(finish(store, number, self.job.hashed) for number in range(self.job.shards)), mentions
        )


def slicing_here(open_reviser: OpenReviser) -> OpenSlicing:
    """Return what does jobs on this machine, with what their engines permit."""

    @contextmanager
    def opened(job: Job) -> Iterator[Slicing]:
        counts = job.engine.counts()
        texts = sum(count for code, count in counts if code >= PERMIT_FROM)
        with open_reviser(job.known, job.key, texts) as reviser:
            yield _Here(job, counts, reviser)

    return opened


def finish(store: ShardStore, number: int, hashed: Hashed = unheard) -> Shard:
    """Return a shard whose file is written from its part, in the order that rests on pseudonyms alone."""
    part = store.part(number)
    return _written(store, number, [] if part is None else [(part, row_hashes(part))], hashed)


def renewed(
    store: ShardStore, number: int, parted: Parted, hashes: bytes | None, hashed: Hashed
) -> Shard | None:
    """Return a shard like ``finish``, of its part and of the rows that were kept of it.

    ``hashes`` are those of all rows that it had, where they are known. ``None`` stands for a shard as it was, whose part is the rows
    that are gone: what is redacted again mostly comes out as before.
    """
    part = store.part(number)
    if part is not None and in_order([part]).equals(in_order([parted.gone])):
        return None
    kept = (parted.kept, row_hashes(parted.kept) if hashes is None else parted.hashes_kept(hashes))
    return _written(store, number, [kept] if part is None else [(part, row_hashes(part)), kept], hashed)


@dataclass(frozen=True, slots=True)
class Parted:
    """The rows of a shard, and which of them are taken out of it."""

    rows: pa.Table
    out: pa.ChunkedArray

    @property
    def kept(self) -> pa.Table:
        """Return the rows that stay."""
        return self.rows.filter(pc.invert(self.out))

    @property
    def gone(self) -> pa.Table:
        """Return the rows that are taken out."""
        return self.rows.filter(self.out)

    def hashes_kept(self, hashes: bytes) -> bytes:
        """Return the hashes of the rows that stay, of those of all."""
        kept: bytes = _of_each(hashes)[~self.out.to_numpy()].tobytes()
        return kept


def _of_each(hashes: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(hashes, np.uint8).reshape(-1, HASH)


def _written(store: ShardStore, number: int, tables: list[tuple[pa.Table, bytes]], hashed: Hashed) -> Shard:
    rows, places = with_places(table for table, _ in tables)
    hashes = _of_each(b"".join(some for _, some in tables))[places.to_numpy()].tobytes()
    name, file_digest = store.write(number, rows)
    members = pc.count_distinct(rows.column("member")).as_py()
    shard = Shard(name, file_digest, digest_of_hashes(hashes), rows.num_rows, members)
    hashed(shard, hashes)
    return shard


def taken_of(store: ShardStore, shards: Iterable[Shard]) -> tuple[Taken, ...]:
    """Return what redaction took out of the published records of all shards, as their rows say."""
    tally = Tally()
    for shard in shards:
        for distinct in pc.value_counts(store.read(shard.name, ["redacted"]).column("redacted")).to_pylist():
            tally.count(parse_counts(distinct["values"]), distinct["counts"])
    return tally.taken()
