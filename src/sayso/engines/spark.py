"""The gate on a cluster: Spark runs the compiled policy over Parquet files, and only what is asked for by name comes here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from sayso.engines.footers import AUTHOR_NUMBER, NUMBER, names_no_contributor, offsets
from sayso.engines.given import CLOSINGS, DELETIONS, NOTICES, WORDS, Given, by_tag, counted
from sayso.engines.spark_session import Cluster, errors
from sayso.engines.workroom import workroom
from sayso.errors import IntegrityError, Problem
from sayso.policy.gate import Gate
from sayso.policy.sqltext import indent
from sayso.ports import GateTables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

BATCH_ROWS = 10_000
_LOGGED = ("words", "notices", "closings", "deletions")


class SparkEngine:
    """Runs gates over the tables it was opened with; a context manager that leaves nothing behind.

    What the log says lies as Parquet in a folder that the executors see, like the records: it is never part of a query's text.
    """

    def __init__(self, tables: GateTables, cluster: Cluster) -> None:
        """Open the tables; raises like ``DuckEngine``, and ``EdgeError`` where Spark cannot be started."""
        self._end = ExitStack()
        self._numbers = count()
        self._kept: dict[str, DataFrame] = {}
        self._gate: Gate | None = None
        self.session = cluster.session()
        try:
            self.room = self._end.enter_context(workroom(cluster.shared))
            with errors():
                self._load(tables)
                self._check_tags()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> SparkEngine:
        """Return the engine itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the engine."""
        self.close()

    def close(self) -> None:
        """Forget what is kept in the cluster's memory, and remove the folder."""
        for frame in self._kept.values():
            frame.unpersist()
        self._kept.clear()
        self._end.close()

    def cancel(self) -> None:
        """Let the cluster stop what it does for this process."""
        self.session.sparkContext.cancelAllJobs()

    def _load(self, tables: GateTables) -> None:
        moved = _offsets(tables)
        self._given_view("members_given", tables.members, NUMBER, moved)
        self._given_view("records_given", tables.records, AUTHOR_NUMBER, moved)
        self._put("tags", tables.tags)
        for name in _LOGGED:
            self._put(f"logged_{name}", getattr(tables, name))
        self.given = Given(
            moved is not None,
            tuple(self.session.table("members_given").columns),
            tuple(self.session.table("records_given").columns),
            tables.deletions.num_rows > 0,
            self._may_have_contributors(tables.records),
        )
        self._keep("tagged", self.given.tagged())
        for name, columns in (("words", WORDS), ("notices", NOTICES), ("closings", CLOSINGS)):
            self._view(name, by_tag(columns, f"logged_{name}"))
        self._view("deletions", DELETIONS)

    def _given_view(
        self, name: str, given: tuple[Path, ...] | pa.Table, column: str, moved: tuple[int, ...] | None
    ) -> None:
        """Make a view of all files; where there are several, numbers of each are moved so that none is there twice."""
        if isinstance(given, pa.Table):
            self._put(name, given)
            return
        frames = [self.read_files([path], pq.read_schema(path)) for path in given]
        if moved is not None and len(frames) > 1:
            frames = [
                frame.withColumn(column, frame[column].cast("bigint") + start)
                for frame, start in zip(frames, moved, strict=True)
            ]
        whole = frames[0]
        for frame in frames[1:]:
            whole = whole.unionByName(frame, allowMissingColumns=True)
        whole.createOrReplaceTempView(name)

    def _put(self, name: str, table: pa.Table) -> None:
        """Make a view of a table in memory, by way of a file that the executors see."""
        path = self.room / f"{name}-{next(self._numbers)}.parquet"
        pq.write_table(table, path)
        self.read_files([path], table.schema).createOrReplaceTempView(name)

    def read_files(self, paths: Sequence[Path], schema: pa.Schema) -> DataFrame:
        """Return the rows of Parquet files that have these columns."""
        # Told of the columns, Spark starts no job to find them.
        from pyspark.sql.pandas.types import from_arrow_schema

        return self.session.read.schema(from_arrow_schema(schema)).parquet(*map(_address, paths))

    def written(self, frame: DataFrame) -> list[Path]:
        """Return files in the room that hold a frame's rows, in the order of its partitions."""
        folder = self.room / f"asked-{next(self._numbers)}"
        frame.write.parquet(_written(folder))
        return sorted(folder.glob("*.parquet"))

    def _view(self, name: str, sql: str) -> None:
        self.session.sql(sql).createOrReplaceTempView(name)

    def _keep(self, name: str, sql: str) -> None:
        """Make a view whose rows stay in the cluster's memory, and on its disks; a lost executor's are made again."""
        self._drop(name)
        self._kept[name] = self.session.sql(sql).persist()
        self._kept[name].createOrReplaceTempView(name)

    def _drop(self, name: str) -> None:
        if name in self._kept:
            self._kept.pop(name).unpersist()

    def _may_have_contributors(self, given: tuple[Path, ...] | pa.Table) -> bool:
        """Tell whether any record names others whose words are in it, by what the files say of themselves where they do."""
        if not isinstance(given, pa.Table) and all(map(names_no_contributor, given)):
            return False
        found = self.session.sql("SELECT 1 FROM records_given WHERE size(contributors) > 0 LIMIT 1")
        return not found.isEmpty()

    def _check_tags(self) -> None:
        untagged = self.session.sql(
            "SELECT 1 FROM members_given m LEFT ANTI JOIN tags t ON t.member = m.member"
        ).count()
        if untagged:
            what = f"{untagged} members have no tag: what they said would not be heard"
            advice = "restore tags.sqlite from a copy, or import the source again"
            raise IntegrityError(Problem("untagged-member", what, advice=advice))

    def stand(self, gate: Gate) -> None:
        """Work out every member's standing for a gate: the first of its two steps, the basis of all that is asked next."""
        with errors():
            self._view("members", self.given.of_members(gate))
            self._view("records", self.given.of_records(gate, "records_given"))
            if self.given.has_contributors:
                self._view("contributed", self.given.of_records(gate, f"(\n{indent(self._hands())}\n)"))
            for name in ("classes", "authors", "openings"):
                self._drop(name)
            self._keep("standing", gate.standing)
        self._gate = gate

    def _hands(self) -> str:
        """Return the records with others' words in them, each of these in the author's place once."""
        several = (
            "SELECT *, explode(contributors) AS contributor FROM records_given WHERE size(contributors) > 0"
        )
        if not self.given.by_number:
            return f"SELECT c.* EXCEPT (author, contributor), c.contributor AS author FROM ({several}) c"
        columns = f"c.* EXCEPT (author, contributor, {AUTHOR_NUMBER}), c.contributor AS author, m.{NUMBER} AS {AUTHOR_NUMBER}"
        return f"SELECT {columns} FROM ({several}) c LEFT JOIN members_given m ON m.member = c.contributor"

    def _standing(self) -> Gate:
        if self._gate is None:
            raise ValueError("no gate stands yet: call stand() first")
        return self._gate

    def counts(self) -> tuple[tuple[int, int], ...]:
        """Return (code, number of records) pairs in rising order of code; they add up to all records."""
        sql = counted(self.given.decided(self._standing(), ()))
        with errors():
            return tuple((int(code), int(number)) for code, number in self.session.sql(sql).collect())

    def permitted_sql(self, carry: tuple[str, ...]) -> str:
        """Return the query of the permitted records, with ``record``, the carried columns and ``code``."""
        gate = self._standing()
        if gate.opens and "classes" not in self._kept:
            for name in ("classes", "authors", "openings"):
                self._keep(name, getattr(gate, name)())
        return self.given.permitted(gate, carry)

    def permitted(
        self, carry: tuple[str, ...], only: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Return the permitted records, in no order, with ``record``, the carried columns and ``code``.

        ``only`` names the records that are wanted, all where it is ``None``. They come by way of files, a batch at a time.
        """
        with errors():
            sql = self.permitted_sql(carry)
            if only is not None:
                self._put("wanted", pa.table({"record": pa.array(only, pa.string())}))
                sql = (
                    f"SELECT p.*\nFROM (\n{indent(sql)}\n) p\nLEFT SEMI JOIN wanted w ON w.record = p.record"
                )
            return _batches(self.written(self.session.sql(sql)))

    def codes(self) -> pa.Table:
        """Return ``record`` and ``code`` for every record: for small tables and for tests."""
        with errors():
            return self.session.sql(self.given.decided(self._standing(), ())).toArrow()


def _batches(files: Sequence[Path]) -> Iterator[pa.RecordBatch]:
    for path in files:
        with errors(), pq.ParquetFile(path) as file:
            yield from file.iter_batches(BATCH_ROWS)
        path.unlink()


def _offsets(tables: GateTables) -> tuple[int, ...] | None:
    """Return what is added to the numbers of each source, ``None`` where members are to be joined by their ids."""
    if isinstance(tables.members, pa.Table) or isinstance(tables.records, pa.Table):
        return None
    with errors():
        return offsets(tables.members, tables.records)


def _address(path: Path) -> str:
    """Return how Spark is told a path to read: as a file's, with nothing in it that could stand for many."""
    return "".join(f"\\{letter}" if letter in "\\*?[]{}" else letter for letter in _written(path))


def _written(path: Path) -> str:
    return f"file://{path.resolve()}"
