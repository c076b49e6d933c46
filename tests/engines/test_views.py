"""The views over a platform's own tables: what each record comes to is what ``decide`` says, in each engine and each time zone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings

from engines.test_duckdb import EXPECTED, MAY, PEOPLE, RECORDS
from engines.test_three_tellings_agree import pairs
from policy.test_decide_examples import EVERYONE, EXAMPLES, WRITE
from sayso.policy.compile import Wide
from sayso.policy.decide import decide
from sayso.policy.dialects import DIALECTS
from sayso.ports import GateTables
from sayso.values.moments import parse_moment
from sayso.values.uses import Use
from sayso.workflows.views import Asked, Script, gate_script
from spec.gate_tables import record_row, tables_of
from spec.warehouse_tables import INSTANT, PLAIN, PLATFORM, facts_of, platform_of
from spec.worlds import World, worlds

Answers = dict[str, tuple[str, str, str | None]]
# What Python's bridge to Java leaves for the collector is no fault of these tests.
on_spark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def tables_in(world: World) -> GateTables:
    """Return the tables of a world in which each of the people has made every record."""
    rows, deletions = [], []
    for name, person, record in pairs(world):
        author = person.member.id if person.member else (None if len(rows) % 2 else "nobody")
        rows.append(record_row(record, name, author))
        deletions += [(gone, at) for gone, at in person.standing.deletions if gone == name]
    return tables_of(world.people, rows, deletions)


def told_by_decide(world: World, use: Use, at: int) -> Answers:
    """Return verdict, reason and rule of each record."""
    return {
        name: (str(found.verdict), str(found.reason), found.rule)
        for name, person, record in pairs(world)
        for found in [decide(use, world.policy, person.member, record, person.standing, at)]  # type: ignore[arg-type]
    }


def script_for(world: World, use: Use, at: int, dialect: str, tables: GateTables) -> Script:
    """Return the views that answer for a moment."""
    wide = Wide(world.notices, world.suspensions)
    asked = Asked(use, at, None, wide, facts_of(tables)[1], DIALECTS[dialect], PLATFORM)  # type: ignore[arg-type]
    return gate_script(world.policy, asked)


def duck_with(tables: GateTables, zone: str) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that has the platform's tables and the log's facts, its session in a time zone."""
    db = duckdb.connect(":memory:", config={"threads": 1})
    db.execute(f"SET TimeZone = '{zone}'")
    for name, table in platform_of(tables).items():
        db.register(f"given_{name}", table)
        db.execute(f"CREATE TABLE {name} AS FROM given_{name}")
    for name, table in facts_of(tables)[0].items():
        db.register(f"given_{name}", table)
        db.execute(f"CREATE TABLE sayso_{name} AS FROM given_{name}")
    return db


def told_by_duck(db: duckdb.DuckDBPyConnection, script: Script) -> Answers:
    """Return what the views say."""
    db.execute(script.sql())
    rows = db.execute("SELECT record, verdict, reason, rule FROM sayso_decided").fetchall()
    found = {record: (verdict, reason, rule) for record, verdict, reason, rule in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize(("zone", "examples"), [("UTC", 8), ("America/New_York", 4), ("Pacific/Apia", 3)])
def test_the_views_say_of_every_record_what_decide_says_on_duckdb(zone: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(worlds())
    def hold(world: World) -> None:
        tables = tables_in(world)
        with duck_with(tables, zone) as db:
            for use, at in world.questions:
                script = script_for(world, use, at, "duckdb", tables)
                assert told_by_duck(db, script) == told_by_decide(world, use, at)

    hold()


_POSTGRES_TYPES = {
    pa.string(): "text", pa.int16(): "smallint", pa.int32(): "integer", pa.int64(): "bigint", pa.bool_(): "boolean",
    pa.decimal128(18, 6): "numeric", pa.date32(): "date", INSTANT: "timestamptz", PLAIN: "timestamp",
    pa.list_(pa.string()): "text[]",
}  # fmt: skip


def fill_postgres(db: psycopg.Connection, name: str, table: pa.Table) -> None:
    """Make a table and fill it."""
    columns = ", ".join(f"{field.name} {_POSTGRES_TYPES[field.type]}" for field in table.schema)
    db.execute(f"CREATE TABLE {name} ({columns})")
    with db.cursor().copy(f"COPY {name} FROM STDIN") as copy:
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
            copy.write_row(row)


def fill_all_of_postgres(db: psycopg.Connection, tables: GateTables) -> None:
    """Make the platform's tables and the log's facts."""
    for name, table in platform_of(tables).items():
        fill_postgres(db, name, table)
    for name, table in facts_of(tables)[0].items():
        fill_postgres(db, f"sayso_{name}", table)


def told_by_postgres(db: psycopg.Connection, script: Script) -> Answers:
    """Return what the views say."""
    db.execute(script.sql())
    rows = db.execute("SELECT record, verdict, reason, rule FROM sayso_decided").fetchall()
    return {record: (verdict, reason, rule) for record, verdict, reason, rule in rows}


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_the_views_say_of_every_record_what_decide_says_on_postgresql(
    postgres_database: str, zone: str
) -> None:
    @settings(max_examples=4, deadline=None)
    @given(worlds())
    def hold(world: World) -> None:
        tables = tables_in(world)
        db.execute("DROP SCHEMA IF EXISTS drawn CASCADE")
        db.execute("CREATE SCHEMA drawn")
        fill_all_of_postgres(db, tables)
        for use, at in world.questions:
            script = script_for(world, use, at, "postgres", tables)
            assert told_by_postgres(db, script) == told_by_decide(world, use, at)

    with psycopg.connect(postgres_database) as db:
        db.execute("SET search_path = drawn")
        db.execute(f"SET TimeZone = '{zone}'")
        hold()


def fill_spark(spark: Any, folder: Path, name: str, table: pa.Table) -> None:
    """Make a table of a file."""
    path = folder / f"{uuid4().hex}.parquet"
    pq.write_table(table, path)
    spark.sql(f"DROP TABLE IF EXISTS {name}")
    spark.sql(f"CREATE TABLE {name} USING parquet LOCATION '{path}'")


def told_by_spark(spark: Any, script: Script) -> Answers:
    """Return what the views say."""
    for statement in script.statements():
        spark.sql(statement)
    rows = spark.sql("SELECT record, verdict, reason, rule FROM sayso_decided").collect()
    return {record: (verdict, reason, rule) for record, verdict, reason, rule in rows}


def fill_all(spark: Any, folder: Path, tables: GateTables) -> None:
    """Make the platform's tables and the log's facts."""
    for name, table in platform_of(tables).items():
        fill_spark(spark, folder, name, table)
    for name, table in facts_of(tables)[0].items():
        fill_spark(spark, folder, f"sayso_{name}", table)


def hold_on_spark(spark: Any, folder: Path, examples: int, asked: int) -> None:
    """Hold the views to what ``decide`` says of some worlds, ``asked`` questions of each."""

    @settings(max_examples=examples, deadline=None, phases=[Phase.generate])
    @given(worlds())
    def hold(world: World) -> None:
        tables = tables_in(world)
        fill_all(spark, folder, tables)
        for use, at in world.questions[:asked]:
            script = script_for(world, use, at, "spark", tables)
            assert told_by_spark(spark, script) == told_by_decide(world, use, at)

    hold()


@pytest.fixture
def set_spark(spark: Any, request: pytest.FixtureRequest) -> Any:
    """Spark with a time zone and with ANSI rules or without."""
    zone, ansi = request.param
    spark.conf.set("spark.sql.session.timeZone", zone)
    spark.conf.set("spark.sql.ansi.enabled", ansi)
    return spark


_NEW_YORK, _LAX = ("America/New_York", "true"), ("Pacific/Apia", "false")


class TestOnSpark:
    """Each of Spark's plans takes seconds: worlds are drawn in ``make test-deep`` alone."""

    pytestmark = on_spark

    @pytest.mark.deep
    @pytest.mark.parametrize("set_spark", [_NEW_YORK, _LAX], indirect=True)
    def test_the_views_say_what_decide_says(self, set_spark: Any, tmp_path: Path) -> None:
        hold_on_spark(set_spark, tmp_path, examples=8, asked=2)

    @pytest.mark.deep
    @pytest.mark.parametrize("set_spark", [_LAX], indirect=True)
    def test_everybody_with_a_hand_in_a_record_must_permit_it(self, set_spark: Any, tmp_path: Path) -> None:
        tables = tables_of(PEOPLE, RECORDS, [])
        fill_all(set_spark, tmp_path, tables)
        assert_others_are_asked(told_by_spark(set_spark, script_of_others("spark", tables)))

    @pytest.mark.parametrize("set_spark", [_NEW_YORK, _LAX], indirect=True)
    def test_moments_of_every_type_become_the_same_microseconds(self, set_spark: Any, tmp_path: Path) -> None:
        fill_spark(set_spark, tmp_path, "moments", MOMENTS_GIVEN)
        for query, expected in moment_queries("spark"):
            assert [row[0] for row in set_spark.sql(query).collect()] == expected


def script_of_others(dialect: str, tables: GateTables) -> Script:
    """Return the views of the engine's own example, in which members have a hand in one another's records."""
    asked = Asked(WRITE, MAY, None, Wide(EVERYONE.notices), facts_of(tables)[1], DIALECTS[dialect], PLATFORM)  # type: ignore[arg-type]
    return gate_script(EXAMPLES, asked)


def assert_others_are_asked(found: Answers) -> None:
    """Hold what views say of that example to what the engine says."""
    assert {record: reason for record, (_, reason, _) in found.items()} == EXPECTED
    assert found["alone"][2] is not None
    assert found["with bob"][2] is None, "the rule of somebody else's refusal is not named as the author's"


def test_everybody_with_a_hand_in_a_record_must_permit_it_on_duckdb_and_postgresql(
    postgres_database: str,
) -> None:
    tables = tables_of(PEOPLE, RECORDS, [])
    with duck_with(tables, "UTC") as duck:
        assert_others_are_asked(told_by_duck(duck, script_of_others("duckdb", tables)))
        whose = dict(duck.execute("SELECT record, whose FROM sayso_decided").fetchall())
        assert (whose["with bob"], whose["no"]) == ("contributor", "author")
    with psycopg.connect(postgres_database) as db:
        fill_all_of_postgres(db, tables)
        assert_others_are_asked(told_by_postgres(db, script_of_others("postgres", tables)))


_HOURS = (
    "2024-03-10T02:30:00.123456",  # there is no such hour in New York
    "2024-11-03T01:30:00.000001",  # there are two of it
    "1969-12-31T23:59:59.999999",
    "2011-12-30T12:00:00",  # there is no such day in Apia
    "2105-06-01T00:00:00.654321",
)
_MICROSECONDS = [parse_moment(f"{hour}Z") for hour in _HOURS] + [None]
_DAYS = ("1980-05-01", "2000-02-29", "1969-01-01", "2024-12-31", "1900-01-01")
MOMENTS_GIVEN = pa.table(
    {
        "a_instant": pa.array(_MICROSECONDS, INSTANT),
        "a_utc": pa.array(_MICROSECONDS, PLAIN),
        "a_seconds": pa.array([None if us is None else Decimal(us) / 10**6 for us in _MICROSECONDS], pa.decimal128(18, 6)),
        "a_millis": pa.array([None if us is None else us // 1000 for us in _MICROSECONDS], pa.int64()),
        "a_micros": pa.array(_MICROSECONDS, pa.int64()),
        "a_whole": pa.array([-1, 0, 1_700_000_000, 2**31 - 1, 5, None], pa.int32()),
        "a_date": pa.array([*map(date.fromisoformat, _DAYS), None], pa.date32()),
    }
)  # fmt: skip


def moment_queries(dialect: str) -> Iterator[tuple[str, list[int | None]]]:
    """Yield a query for each way to express a moment, and what it comes to."""
    which = DIALECTS[dialect]
    seen = [None if us is None else us // 1000 * 1000 for us in _MICROSECONDS]
    whole = [None if one is None else one * 10**6 for one in MOMENTS_GIVEN.column("a_whole").to_pylist()]
    for column, how, expected in (
        ("a_instant", "instant", _MICROSECONDS),
        ("a_utc", "utc", _MICROSECONDS),
        ("a_seconds", "epoch-seconds", _MICROSECONDS),
        ("a_millis", "epoch-milliseconds", seen),
        ("a_micros", "epoch-microseconds", _MICROSECONDS),
        ("a_whole", "epoch-seconds", whole),
    ):
        yield f"SELECT {which.moment(f'r.{column}', how)} FROM moments r", expected
    days = [*(int(day.replace("-", "")) for day in _DAYS), None]
    yield f"SELECT {which.day('r.a_date')} FROM moments r", days


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Apia"])
def test_moments_of_every_type_become_the_same_microseconds(postgres_database: str, zone: str) -> None:
    with duckdb.connect() as duck:
        duck.execute(f"SET TimeZone = '{zone}'")
        duck.register("moments", MOMENTS_GIVEN)
        for query, expected in moment_queries("duckdb"):
            assert [row[0] for row in duck.execute(query).fetchall()] == expected
    with psycopg.connect(postgres_database) as db:
        db.execute(f"SET TimeZone = '{zone}'")
        fill_postgres(db, "moments", MOMENTS_GIVEN)
        for query, expected in moment_queries("postgres"):
            assert [row[0] for row in db.execute(query).fetchall()] == expected


def test_the_clock_tells_the_present_in_microseconds(postgres_database: str) -> None:
    now = time.time_ns() // 1000
    with duckdb.connect() as duck, psycopg.connect(postgres_database) as db:
        for dialect, connection in (("duckdb", duck), ("postgres", db)):
            for zone in ("America/New_York", "UTC"):
                connection.execute(f"SET TimeZone = '{zone}'")
                (found,) = connection.execute(f"SELECT {DIALECTS[dialect].clock}").fetchone()  # type: ignore[union-attr, misc]
                assert 0 <= found - now < 60_000_000
