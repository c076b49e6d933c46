"""Where DuckDB and Spark differ, each by its name: what Spark does by itself, and that what is set here makes the two alike.

The gate's text keeps to what both read alike (DESIGN section 3). These are the ways in which it could still come out otherwise, under
two time zones of the session (decision 0023).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sayso.engines.spark_session import ALIKE, Cluster
from sayso.intake.policies import read_policy_text
from sayso.policy.parse import parse_policy
from sayso.policy.sqltext import text
from spark.sessions import for_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = for_spark()
LARGEST = 2**63 - 1
BACKSLASH = "back\\n"
PACK, _ = read_policy_text("opt-in")


@pytest.fixture(params=["UTC", "Pacific/Apia"])
def session(request: pytest.FixtureRequest, cluster: Cluster) -> SparkSession:
    """A session as the engine has it, in a time zone."""
    found = cluster.session()
    found.conf.set("spark.sql.session.timeZone", request.param)
    return found


@pytest.fixture
def duck(session: SparkSession) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in the same time zone."""
    with duckdb.connect(":memory:") as db:
        db.execute(f"SET TimeZone = '{session.conf.get('spark.sql.session.timeZone')}'")
        yield db


def on_both(session: SparkSession, duck: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """Return what a query gives, which is the same on both."""
    near, far = duck.execute(sql).fetchall(), [tuple(row) for row in session.sql(sql).collect()]
    assert near == far
    return near


def test_time_zones_change_no_moment_because_moments_are_numbers(
    session: SparkSession, duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = tmp_path / "moments.parquet"
    pq.write_table(pa.table({"moment": pa.array([0, 1_711_846_799_999_999, -1], pa.int64())}), file)
    session.read.parquet(f"file://{file}").createOrReplaceTempView("moments")
    duck.execute(f"CREATE VIEW moments AS SELECT * FROM read_parquet('{file}')")
    assert on_both(
        session, duck, "SELECT moment FROM moments WHERE moment < 1711846800000000 ORDER BY moment"
    ) == [
        (-1,),
        (0,),
        (1_711_846_799_999_999,),
    ]


def test_time_zones_would_change_a_timestamp_which_is_why_there_are_none(cluster: Cluster) -> None:
    days = []
    for zone in ("UTC", "Pacific/Apia"):
        session = cluster.session()
        session.conf.set("spark.sql.session.timeZone", zone)
        ((day,),) = session.sql("SELECT CAST(timestamp_micros(1711922400000000) AS STRING)").collect()
        days.append(day[:10])
    assert days[0] != days[1]


def test_nulls_come_out_of_comparisons_alike(session: SparkSession, duck: duckdb.DuckDBPyConnection) -> None:
    sql = (
        "SELECT NULL = 1 AS a, 1 IN (2, NULL) AS b, 1 NOT IN (2, NULL) AS c, NULL OR TRUE AS d, "
        "CASE WHEN CAST(NULL AS BOOLEAN) THEN 1 ELSE 2 END AS e, LEAST(NULL, 3) AS f, COALESCE(NULL, 4) AS g, "
        "NULL IS DISTINCT FROM 1 AS h"
    )
    assert on_both(session, duck, sql) == [(None, None, None, True, 2, 3, 4, True)]


def test_nulls_sort_first_on_spark_and_last_on_duckdb_so_every_order_names_them_or_has_none(
    session: SparkSession, duck: duckdb.DuckDBPyConnection
) -> None:
    rows = "FROM (SELECT 1 AS x UNION ALL SELECT NULL) t ORDER BY x"
    assert [tuple(row) for row in session.sql(f"SELECT x {rows}").collect()] == [(None,), (1,)]
    assert duck.execute(f"SELECT x {rows}").fetchall() == [(1,), (None,)]
    on_both(session, duck, f"SELECT x {rows} NULLS FIRST")
    on_both(session, duck, f"SELECT x {rows} DESC NULLS LAST")


def test_narrow_and_wide_integers_compare_alike(
    session: SparkSession, duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = tmp_path / "widths.parquet"
    columns = {
        "age": pa.array([17, 32_767], pa.int16()),
        "born": pa.array([19_800_101, 2**31 - 1], pa.int32()),
    }
    pq.write_table(pa.table(columns | {"moment": pa.array([5, LARGEST], pa.int64())}), file)
    session.read.parquet(f"file://{file}").createOrReplaceTempView("widths")
    duck.execute(f"CREATE VIEW widths AS SELECT * FROM read_parquet('{file}')")
    sql = f"SELECT age < 40000, born > 2147483646, moment >= {LARGEST}, COALESCE(moment, 1) > 7 FROM widths ORDER BY moment"
    assert on_both(session, duck, sql) == [(True, False, False, False), (True, True, True, True)]


def test_what_does_not_fit_is_an_error_on_both_and_never_another_number(
    session: SparkSession, duck: duckdb.DuckDBPyConnection
) -> None:
    from pyspark.errors import PySparkException

    too_large = f"SELECT CAST({LARGEST} AS BIGINT) + CAST(1 AS BIGINT)"
    for sql in (too_large, "SELECT CAST('x' AS INTEGER)", "SELECT CAST(70000 AS SMALLINT)"):
        with pytest.raises(duckdb.Error):
            duck.execute(sql).fetchall()
        with pytest.raises(PySparkException):
            session.sql(sql).collect()
    session.conf.set("spark.sql.ansi.enabled", "false")
    ((wrapped,),) = session.sql(too_large).collect()
    assert wrapped == -LARGEST - 1


def test_an_ansi_session_is_set_whatever_the_cluster_says(cluster: Cluster) -> None:
    assert {key: cluster.session().conf.get(key) for key in ALIKE} == ALIKE


@pytest.mark.parametrize(
    ("word", "setting", "otherwise"),
    [
        ("it's", "spark.sql.legacy.consecutiveStringLiterals.enabled", "true"),
        ("it's", "spark.sql.parser.escapedStringLiterals", "true"),
        ("${system:user.dir}", "spark.sql.variable.substitute", "true"),
    ],
)
def test_a_text_in_a_query_is_that_text(
    session: SparkSession, duck: duckdb.DuckDBPyConnection, word: str, setting: str, otherwise: str
) -> None:
    """A quote inside it, what looks like a variable: Spark can be set to read each as something else."""
    sql = f"SELECT {text(word)} AS word"
    assert on_both(session, duck, sql) == [(word,)]
    session.conf.set(setting, otherwise)
    assert [tuple(row) for row in session.sql(sql).collect()] != [(word,)]


def test_a_backslash_is_itself_on_duckdb_and_something_else_on_spark_so_policies_have_none(
    session: SparkSession, duck: duckdb.DuckDBPyConnection
) -> None:
    sql = f"SELECT {text(BACKSLASH)} AS word"
    assert duck.execute(sql).fetchall() == [(BACKSLASH,)]
    assert [tuple(row) for row in session.sql(sql).collect()] == [("back\n",)]
    problems = parse_policy(PACK.replace("platform", BACKSLASH), "house.yaml")
    assert isinstance(problems, tuple)
    assert {problem.code for problem in problems} & {"bad-id", "bad-character", "bad-value"}


def test_texts_compare_by_their_bytes(session: SparkSession, duck: duckdb.DuckDBPyConnection) -> None:
    """No case folding, no trailing blanks, no locale, and composed is not decomposed; an empty text is not NULL."""
    sql = (
        "SELECT 'a' = 'A' AS a, 'a' = 'a ' AS b, 'Z' < 'a' AS c, '\u00e9' = 'e\u0301' AS d, '' IS NULL AS e, "
        "'\uffff' < '\U0001f600' AS f, CAST('a' AS VARCHAR(1)) = 'a' AS g, CAST(NULL AS VARCHAR(1)) IS NULL AS h"
    )
    assert on_both(session, duck, sql) == [(False, False, True, False, False, True, True, True)]


def test_names_of_columns_are_found_whatever_their_case(
    session: SparkSession, duck: duckdb.DuckDBPyConnection
) -> None:
    assert on_both(
        session, duck, "SELECT T.CODE, class, word FROM (SELECT 1 AS code, 2 AS class, 3 AS word) t"
    ) == [(1, 2, 3)]


def test_double_quotes_are_names_and_never_texts(
    session: SparkSession, duck: duckdb.DuckDBPyConnection
) -> None:
    assert on_both(session, duck, 'SELECT "code" FROM (SELECT 1 AS code) t') == [(1,)]


def test_the_last_of_many_rows_is_the_same_row(
    session: SparkSession, duck: duckdb.DuckDBPyConnection
) -> None:
    said = ((5, 1), (7, 2), (7, 9), (6, 30))
    rows = " UNION ALL ".join(
        f"SELECT 'm' AS member, {at} AS said_at, {entry} AS entry" for at, entry in said
    )
    latest = "ROW_NUMBER() OVER (PARTITION BY member ORDER BY said_at DESC, entry DESC) AS place"
    ranked = f"SELECT entry, {latest} FROM ({rows}) w"
    assert on_both(session, duck, f"SELECT entry FROM ({ranked}) r WHERE place = 1") == [(9,)]
