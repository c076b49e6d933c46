"""Tables of Spark's catalog by name: rows that come in from them, and data sets that are read as them.

A data set's table has no copy of its own: it stands for the files of the version that readers see, and follows it. So what is
forgotten there is forgotten here, and what is purged is nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from sayso.dataset.rows import SCHEMA
from sayso.engines.spark_session import Cluster, errors
from sayso.engines.workroom import workroom
from sayso.errors import Problem, Refused
from sayso.policy.sqltext import text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

OURS = "sayso.dataset"
"""The property of a table that says whose data set it stands for."""
_UNSORTABLE = ("map", "variant")


@contextmanager
def rows_of_table(cluster: Cluster, table: str) -> Iterator[Path]:
    """Give a Parquet file with the rows of a table of the catalog, in an order that rests on them alone; it is gone afterwards.

    Raises ``EdgeError`` where there is no such table, or it cannot be read.
    """
    session = cluster.session()
    # An instant is kept as one, whatever the session's time zone.
    session.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    with workroom(cluster.shared) as room:
        with errors():
            _in_order(session.table(table)).write.parquet(f"file://{room.resolve()}/parts")
            file = _joined(sorted((room / "parts").glob("*.parquet")), room / f"{_last(table)}.parquet")
        yield file


def _in_order(rows: DataFrame) -> DataFrame:
    kinds = ((field.name, field.dataType.simpleString()) for field in rows.schema)
    return rows.orderBy(
        *(rows[name] for name, kind in kinds if not any(each in kind for each in _UNSORTABLE))
    )


def _joined(parts: list[Path], whole: Path) -> Path:
    with pq.ParquetWriter(whole, pq.read_schema(parts[0]), compression="zstd") as writer:
        for part in parts:
            with pq.ParquetFile(part) as file:
                for batch in file.iter_batches():
                    writer.write_batch(batch)
    return whole


def _last(table: str) -> str:
    return table.rpartition(".")[2]


def stand_for(cluster: Cluster, table: str, dataset: str, version: int, shards: Path) -> None:
    """Let a table of the catalog stand for the files in a folder from now on: those of a version of a data set.

    Raises ``Refused`` where the table is there and is not of this data set, ``EdgeError`` where the catalog does not let it be made.
    """
    session = cluster.session()
    with errors():
        there = session.catalog.tableExists(table)
        if not there:
            columns = ", ".join(f"{name} STRING" for name in SCHEMA.names)
            session.sql(
                f"CREATE TABLE {table} ({columns}) USING parquet LOCATION {_place(shards)} "
                f"TBLPROPERTIES ('{OURS}' = '{dataset}', 'sayso.version' = '{version}')"
            )
            return
        owner = _owner(session, table)
    if owner != dataset:
        what = f"the table {table} is there and does not stand for the data set {dataset}"
        advice = "name another under `spark: tables:` in sayso.yaml, or drop it and build again"
        raise Refused(Problem("foreign-table", what, advice=advice))
    with errors():
        session.sql(f"ALTER TABLE {table} SET LOCATION {_place(shards)}")
        session.sql(f"ALTER TABLE {table} SET TBLPROPERTIES ('sayso.version' = '{version}')")
        session.catalog.refreshTable(table)


def _owner(session: SparkSession, table: str) -> str | None:
    return next(
        (row["value"] for row in session.sql(f"SHOW TBLPROPERTIES {table}").collect() if row["key"] == OURS),
        None,
    )


def _place(folder: Path) -> str:
    # Spark reads a location as a path, in which nothing is escaped.
    return text(f"file://{folder.resolve()}")
