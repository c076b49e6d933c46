"""All that a gate permits becomes the shards of a data set: what is asked of an engine, and what of a record it takes.

On one machine workflows do it with what a gate gives (``workflows.slices``); a cluster does it where the records are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from sayso.dataset.manifest import Shard
from sayso.dataset.taken import Recall
from sayso.policy.gate import Gate
from sayso.ports import Engine, GateTables, ShardStore
from sayso.redaction_ports import Acquaintance
from sayso.values.records import Record

CARRIED = ("author", "category", "visibility", "created_at", "language", "text", "reply_to")
"""What is carried of a permitted record besides its id."""

MENTIONS = pa.schema([("tag", pa.string()), ("record", pa.string()), ("shard", pa.int32())])
"""The columns of the mention index: that a published record speaks of a member, by tag, pseudonym, and the record's shard."""

Progress = Callable[[int], None]
"""Told how many permitted records have been dealt with since it was last called."""

Counts = tuple[tuple[int, int], ...]
"""Codes of the gate, and how many records have each."""


Hashed = Callable[[Shard, bytes], None]
"""Is told of a shard that was made the leaf hashes of its rows, in their order (``digest_table.row_hashes``)."""


def unheard(shard: Shard, hashes: bytes) -> None:
    """Take no note of a shard's hashes."""


@dataclass(frozen=True, eq=False)
class Job:
    """What is to become shards: what a gate permits over tables, in ``shards`` shards under a data set's ``key``.

    The gate stands in ``engine``; ``known`` are those whom redaction knows. Where the rows are hashed in this process, ``hashed`` is
    told.
    """

    engine: Engine
    tables: GateTables
    gate: Gate
    known: Acquaintance
    key: bytes
    shards: int
    hashed: Hashed = unheard


@dataclass(frozen=True, eq=False)
class Sliced:
    """The shards, whose files lie in a store, and the mention index: a table of ``MENTIONS``, sorted by its columns."""

    shards: tuple[Shard, ...]
    mentions: pa.Table


class Slicing(Protocol):
    """A job that is ready to be done."""

    @property
    def counts(self) -> Counts:
        """Return how many records have which code, in rising order of code."""
        ...

    @property
    def version(self) -> str:
        """Return what names the rules, the finders and the directory of the redaction."""
        ...

    @property
    def measured(self) -> tuple[Recall, ...]:
        """Return how much its detectors find, where somebody had marked it."""
        ...

    def slices(self, store: ShardStore, progress: Progress) -> Sliced:
        """Return the shards, each with one file in the store."""
        ...


class OpenSlicing(Protocol):
    """Makes jobs ready."""

    def __call__(self, job: Job) -> AbstractContextManager[Slicing]:
        """Return the job as a context manager, which leaves nothing behind."""
        ...


def records_of(batch: pa.RecordBatch) -> Iterator[Record]:
    """Yield the records of rows with ``record`` and ``CARRIED``."""
    columns = (batch.column(name).to_pylist() for name in ("record", *CARRIED))
    for record, author, category, visibility, at, language, text, parent in zip(*columns, strict=True):
        words = text or ""
        yield Record(record, author, category, visibility, at, language=language, text=words, reply_to=parent)
