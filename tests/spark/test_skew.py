"""A member who wrote a large part of everything makes no task longer than the others."""

from __future__ import annotations

import pytest

from engines.test_duckdb import PEOPLE, gate, post
from sayso.engines import spark_slices
from sayso.engines.spark import SparkEngine
from sayso.engines.spark_session import Cluster
from sayso.engines.spark_slices import _Far
from sayso.engines.spark_work import Work
from sayso.intake.gazetteer import country_of
from sayso.redact.plan import Mode, Plan
from spark.sessions import for_spark
from spec.gate_tables import tables_of

pytestmark = for_spark()


def test_records_of_one_member_are_dealt_to_all_tasks(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark.sql.functions import spark_partition_id

    monkeypatch.setattr(spark_slices, "MOST_TEXTS", 100)
    rows = [post(f"r{n}", "cyd" if n % 4 == 0 else "ada") for n in range(1_000)]
    with SparkEngine(tables_of(PEOPLE, rows, []), cluster) as engine:
        engine.stand(gate())
        work = Work(Plan(Mode.STRUCTURED), country_of, bytes(32), 4, str(engine.room))
        dealt = _Far(engine, work, engine.counts(), "", ())._permitted(1_000)
        of_ada = dealt.where("author = 'ada'").groupBy(spark_partition_id()).count().collect()
    counts = sorted(row["count"] for row in of_ada)
    assert sum(counts) == 750
    assert len(counts) == 10
    assert counts[-1] < 2 * 75
