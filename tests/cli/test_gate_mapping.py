"""One mapping, read twice: what an import makes of a platform's tables, and what views over the same tables make of them."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sayso.wiring import SystemClock
from sayso.workflows.views import FACTS
from shell import Shell

USE = ("--purpose", "ai-training", "--recipient", "platform")
MAPPING = """\
mapping: 1
licence: written for these tests
members:
  table: crm.people
  unknown: [N/A, "-"]
  columns:
    member: user_id
    region: country
    born: birthday
    age: {column: band, values: {teen: 13-17, grown: 18-24, eldest: 65+}}
    joined_at: {column: joined, format: utc}
    closed_at: {column: closed, format: epoch-seconds}
  attributes:
    plan: {column: plan, values: {P1: free, P2: paid}, otherwise: "?"}
    minor: {column: pupil, values: {"true": "yes", "false": "no"}}
records:
  table: forum."posts of 2024"
  columns:
    record: id
    author: by
    category: {column: what, values: {POST: post, REPLY: comment}}
    visibility: {column: audience, values: {ANYONE: public}, otherwise: private}
    created_at: {column: made, format: epoch-milliseconds}
    deleted_at: removed
    text: {column: body}
    contributors: editors
"""
DAY = 86_400_000
PEOPLE = [
    # user_id, country, birthday, band, joined, closed, plan, pupil
    (1, "IE", "1980-05-01", None, "2015-01-01", None, "P1", False),
    (2, "gb", None, "grown", "2016-01-01", None, "P2", False),
    (3, " us-ca ", "2012-01-01", None, None, None, None, True),
    (4, "?", "1975-03-03", "-", "2017-01-01", None, "P9", False),
    (5, "FR", "1990-01-01", None, "2017-01-01", 1_500_000_000, "P1", None),
    (6, "UK", "1990-01-01", None, "2017-01-01", None, "P1", False),  # no code: refused
    (7, "N/A", None, "eldest", "2017-01-01", None, "", False),
    (8, "DE", None, "teen", "2017-01-01", None, "P1", False),
    (9, "US-QQ", "1990-01-01", None, "2017-01-01", None, "P1", False),  # no such state: refused
]
POSTS = [
    # id, by, what, audience, made, removed, editors
    *((f"of {who}", who, "POST", "ANYONE", 19_000 * DAY, None, []) for who in range(1, 10)),
    *((f"reply of {who}", who, "REPLY", "ME", 19_001 * DAY, None, []) for who in range(1, 4)),
    ("gone", 1, "POST", "ANYONE", 19_000 * DAY, "2024-05-01 10:00:00+02:00", []),
    ("odd", 1, "sonnet", "ANYONE", 19_000 * DAY, None, []),
    ("timeless", 1, "POST", "ANYONE", None, None, []),  # refused
    ("", 1, "POST", "ANYONE", 19_000 * DAY, None, []),  # refused
    ("of both", 1, "POST", "ANYONE", 19_000 * DAY, None, ["2"]),
    ("of both and a third", 1, "POST", "ANYONE", 19_000 * DAY, None, ["2", "3"]),
    ("with somebody", 1, "POST", "ANYONE", 19_000 * DAY, None, ["?"]),
    ("with a stranger", 1, "POST", "ANYONE", 19_000 * DAY, None, ["77"]),
    ("nobody's", None, "POST", "ANYONE", 19_000 * DAY, None, []),
]  # fmt: skip


def platform(db: duckdb.DuckDBPyConnection) -> None:
    """Make the platform's tables, of the types that such a platform has."""
    db.execute("CREATE SCHEMA crm; CREATE SCHEMA forum")
    db.execute(
        "CREATE TABLE crm.people (user_id INTEGER, country VARCHAR, birthday DATE, band VARCHAR, joined TIMESTAMP, closed BIGINT, "
        "plan VARCHAR, pupil BOOLEAN)"
    )
    db.execute(
        'CREATE TABLE forum."posts of 2024" (id VARCHAR, "by" INTEGER, what VARCHAR, audience VARCHAR, made BIGINT, '
        "removed TIMESTAMPTZ, editors VARCHAR[])"
    )
    db.executemany("INSERT INTO crm.people VALUES (?, ?, ?, ?, ?, ?, ?, ?)", PEOPLE)
    db.executemany('INSERT INTO forum."posts of 2024" VALUES (?, ?, ?, ?, ?, ?, ?)', POSTS)


def exported(db: duckdb.DuckDBPyConnection, shell: Shell) -> None:
    """Write the same tables as the files that an import reads."""
    people = db.sql("FROM crm.people").to_arrow_table()
    posts = db.sql('FROM forum."posts of 2024"').to_arrow_table()
    posts = posts.append_column("body", pa.array(["Bread."] * posts.num_rows))
    pq.write_table(people, shell.folder / "people.parquet")
    pq.write_table(posts, shell.folder / "posts.parquet")


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Apia"])
def test_views_make_of_tables_what_an_import_makes_of_them(empty: Shell, zone: str) -> None:
    today = Shell(empty.folder, SystemClock())  # type: ignore[arg-type]
    today.write("mapping.yaml", MAPPING)
    today("init", "--policy", "opt-in")
    with duckdb.connect() as db:
        db.execute(f"SET TimeZone = '{zone}'")
        platform(db)
        exported(db, today)
        words = ("--members", "people.parquet", "--records", "posts.parquet", "--map", "mapping.yaml")
        said = today.json("import", "table", *words)
        assert (said["members"], said["refused"]) == (7, {"missing-created-at": 1, "missing-id": 1, "unknown-country": 2})  # fmt: skip
        for member in ("1", "2", "4", "5", "7", "8"):
            today("choose", member, "ai-training", "yes")
        today("choose", "2", "ai-training", "no")
        today("gate", "facts", "facts")
        for name in FACTS:
            db.execute(f"CREATE TABLE sayso_{name} AS FROM '{today.folder}/facts/{name}.parquet'")
        db.execute(today.json("gate", "sql", *USE, "--map", "mapping.yaml")["sql"])
        rows = db.execute("SELECT record, verdict, reason, rule FROM sayso_decided").fetchall()
        found = {record: (verdict, reason, rule) for record, verdict, reason, rule in rows}
        left = db.execute("SELECT given, reason, number_of_rows FROM sayso_left_out ORDER BY ALL").fetchall()
    assert len(found) == len(POSTS) - 2
    # Of several who refuse, the earliest check (decision 0005).
    assert found.pop("of both and a third") == ("deny", "member-excluded", None)
    for record, told in found.items():
        decided = today.json("decide", "--record", record, *USE)
        rule = decided["rule"] if told[2] is not None or decided["verdict"] == "permit" else None
        assert told == (decided["verdict"], decided["reason"], rule), record
    assert len({reason for _, reason, _ in found.values()}) >= 5
    assert left == [
        ("members", "unknown-country", 2),
        ("records", "missing-created-at", 1),
        ("records", "missing-id", 1),
    ]
