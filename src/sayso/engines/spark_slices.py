"""A whole build on a cluster: gate, redaction, sorting, files and digests where the records are; the driver hears of shards alone.

Records go to redaction by their own ids, never by their author's, so that a member who wrote a twentieth of all holds nobody up.
Then each shard's rows come to one task in their order, which writes its file and its digest as they pass, whatever their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from sayso.dataset.digest_table import table_digest
from sayso.dataset.manifest import Shard
from sayso.dataset.rows import GROUP_ROWS, SCHEMA, shard_file
from sayso.dataset.taken import Recall
from sayso.engines.revise import LocalReviser, Making, directory_of, write_directory
from sayso.engines.spark import SparkEngine
from sayso.engines.spark_session import Cluster, errors
from sayso.engines.spark_work import DIRECTORY, FILES, ROWS, SPOKEN, WRITTEN, Work
from sayso.policy.codes import PERMIT_FROM
from sayso.policy.sqltext import indent
from sayso.ports import ShardStore
from sayso.redact.operators import CountryOf
from sayso.redact.plan import Plan
from sayso.slicing import CARRIED, MENTIONS, Counts, Job, Progress, Sliced, Slicing

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LEAST_TEXTS, MOST_TEXTS = 1_000, 25_000
"""Texts that are worth a task of their own, and those that a task redacts at most: what is done twice where an executor is lost."""
_POLL_SECONDS = 0.2

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SparkSlicing:
    """Does jobs on a cluster, redacting by a plan."""

    cluster: Cluster
    plan: Plan
    country_of: CountryOf

    @contextmanager
    def __call__(self, job: Job) -> Iterator[Slicing]:
        """Return a job as a context manager: its gate stands on the cluster, and the files of whom redaction knows lie there."""
        with SparkEngine(job.tables, self.cluster) as engine:
            engine.stand(job.gate)
            for name in (DIRECTORY, FILES, SPOKEN):
                (engine.room / name).mkdir()
            making = Making(self.plan, job.known, job.key, self.country_of)
            directory = directory_of(making)
            write_directory(directory, engine.room / DIRECTORY)
            named = LocalReviser(replace(making, acquaintance=None), directory)
            work = Work(self.plan, self.country_of, job.key, job.shards, str(engine.room))
            yield _Far(engine, work, engine.counts(), named.version, named.measured)


@dataclass(frozen=True, eq=False)
class _Far:
    """A job that a cluster does."""

    engine: SparkEngine
    work: Work
    counts: Counts
    version: str
    measured: tuple[Recall, ...]

    def slices(self, store: ShardStore, progress: Progress) -> Sliced:
        """Return the shards; their files were written by executors, and come to the store whole."""
        with errors():
            told = {row.shard: row for row in self._run(progress)}
            mentions = self._mentions([row.file for row in told.values()])
        shards = tuple(self._placed(store, number, told.get(number)) for number in range(self.work.shards))
        return Sliced(shards, mentions)

    def _placed(self, store: ShardStore, number: int, row: Any | None) -> Shard:
        if row is None:
            empty = SCHEMA.empty_table()
            return Shard(*store.write(number, empty), table_digest(empty), 0, 0)
        store.place(shard_file(number), self.engine.room / FILES / row.file)
        return Shard(shard_file(number), row.sha256, row.logical, row.rows, row.members)

    def _run(self, progress: Progress) -> Sequence[Any]:
        done = self.engine.session.sparkContext.accumulator(0)
        work, texts = self.work, sum(count for code, count in self.counts if code >= PERMIT_FROM)

        def redact(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            return work.redact(_told(batches, done.add))

        rows = self._permitted(texts).mapInArrow(redact, _schema(ROWS))
        # A shard's own number is its partition's: one task has all of its rows, sorted by way of the disk where they are many.
        sorted_rows = rows.repartitionById(work.shards, "shard").sortWithinPartitions("member", "record")
        run = sorted_rows.mapInArrow(work.write, _schema(WRITTEN)).collect
        try:
            return _watched(run, lambda: done.value, progress, texts)
        except BaseException:
            self.engine.cancel()  # whoever is told of progress may want no more of it
            raise

    def _permitted(self, texts: int) -> DataFrame:
        """Return the permitted records with their authors' tags, dealt to tasks by their own ids."""
        engine = self.engine
        carry = tuple(dict.fromkeys((*CARRIED, engine.given.author)))
        found = engine.session.sql(
            f"SELECT p.*, t.tag\nFROM (\n{indent(engine.permitted_sql(carry))}\n) p\n"
            f"JOIN tagged t ON t.member = p.{engine.given.author}"
        )
        at_once = engine.session.sparkContext.defaultParallelism
        tasks = max(1, min(at_once, texts // LEAST_TEXTS), -(-texts // MOST_TEXTS))
        return found.select("record", *CARRIED, "tag").repartition(tasks, "record")

    def _mentions(self, names: Sequence[str]) -> pa.Table:
        """Return the mention index, sorted by the cluster; it lies in a file, and is read from there as it is needed."""
        if not names:
            return MENTIONS.empty_table()
        engine, place = self.engine, self.engine.room / SPOKEN
        spoken = engine.read_files([place / name for name in names], MENTIONS)
        sorted_to = engine.written(spoken.orderBy(*MENTIONS.names))
        return _mapped(sorted_to, place / "sorted.arrow")


def _told(batches: Iterable[pa.RecordBatch], tell: Callable[[int], None]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch
        tell(batch.num_rows)


def _mapped(parts: Sequence[Path], whole: Path) -> pa.Table:
    """Return the rows of files as one table that lies in a file, in groups as they are written later."""
    with pa.OSFile(str(whole), "wb") as sink, pa.ipc.new_file(sink, MENTIONS) as writer:
        waiting = MENTIONS.empty_table()
        for path in parts:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(GROUP_ROWS):
                    waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch]).cast(MENTIONS)])
                    while waiting.num_rows >= GROUP_ROWS:
                        writer.write_table(waiting.slice(0, GROUP_ROWS).combine_chunks())
                        waiting = waiting.slice(GROUP_ROWS)
        writer.write_table(waiting.combine_chunks())
    with pa.memory_map(str(whole)) as source:
        return pa.ipc.open_file(source).read_all()


def _schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


def _watched(run: Callable[[], _T], done: Callable[[], int], progress: Progress, most: int) -> _T:
    """Return what comes of work in another thread, while this one tells how far it is: to ``most`` and no further."""
    told, pool = 0, ThreadPoolExecutor(1)
    future: Future[_T] = pool.submit(run)
    pool.shutdown(wait=False)
    while not future.done():
        wait([future], _POLL_SECONDS)
        now = min(done(), most)  # a task that ran twice is counted twice
        if now > told:
            progress(now - told)
            told = now
    found = future.result()
    if told < most:
        progress(most - told)
    return found
