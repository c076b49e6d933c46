"""``sayso gate sql`` and ``facts``: views for a warehouse, what they are bound to, and what of the log goes with them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import sqlglot
from sqlglot import exp

from goldens import check_golden
from sayso.policy.dialects import DIALECTS
from sayso.wiring import SystemClock
from sayso.workflows.views import FACTS
from shell import SetClock, Shell

USE = ("--purpose", "ai-training", "--recipient", "platform")
LINKEDIN = ("gate", "sql", "linkedin", "--purpose", "content-generation", "--recipient", "linkedin")
MAPPING = """\
mapping: 1
members:
  table: crm.people
  unknown: [N/A]
  columns:
    member: user_id
    region: {column: country, as: code}
    born: birthday
    age: {column: band, values: {teen: 13-17, grown: 18+}}
    joined_at: {column: joined, format: utc}
  attributes:
    school: {column: pupil, values: {"true": secondary}, otherwise: "?"}
records:
  table: forum."posts 2025"
  columns:
    record: id
    author: by_id
    category: {constant: post}
    visibility: {column: audience, values: {ANYONE: public, FRIENDS: network}, otherwise: private}
    created_at: made
    deleted_at: {column: removed, format: epoch-seconds}
    contributors: editors
"""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_reads_its_views_and_the_last_gives_verdict_reason_and_rule(
    empty: Shell, dialect: str
) -> None:
    mapping = empty.write("warehouse.yaml", MAPPING)
    said = empty.json(*LINKEDIN, "--dialect", dialect, "--map", mapping, "--prefix", "audit.sayso_")
    trees = [tree for tree in sqlglot.parse(said["sql"], read=dialect) if tree is not None]
    made = [tree for tree in trees if isinstance(tree, exp.Create)]
    assert [view.this.sql() for view in made] == said["views"]
    assert [column.alias_or_name for column in made[-1].expression.selects] == [
        "record", "verdict", "reason", "rule", "whose", "policy_version", "decided_for",
    ]  # fmt: skip
    assert not [tree for tree in trees if isinstance(tree, exp.Command)], "something was not understood"
    plain = empty(*LINKEDIN, "--at", "2025-12-01", "--dialect", dialect, "--map", mapping)
    check_golden(f"cli/gate_sql_{dialect}.sql", plain.out)


def test_the_script_says_what_it_is_bound_to(forum: Shell) -> None:
    said = forum.json("gate", "sql", *USE)
    head = [line for line in said["sql"].splitlines() if line.startswith("-- ")]
    for bound in ("version", "digest", "at", "until", "log_root"):
        assert any(said[bound] in line for line in head), bound
    assert any(f"Log of {said['log_size']} entries" in line for line in head)
    before = forum.json("gate", "sql", *USE)
    assert before["log_size"] == said["log_size"]
    forum("suspend", "--region", "GB", "--use", "ai-training", "--authority", "ICO")
    after = forum.json("gate", "sql", *USE)
    assert (after["log_size"], after["log_root"]) != (said["log_size"], said["log_root"])
    assert forum.json("gate", "sql", *USE, "--log-size", said["log_size"])["log_root"] == said["log_root"]


def test_what_a_faster_clock_has_logged_counts(forum: Shell) -> None:
    fast = Shell(forum.folder, SetClock("2025-06-01T13:00:00Z"))
    fast("choose", "ada", "ai-training", "no")
    assert forum.json("gate", "sql", *USE)["at"] > "2025-06-01T13:00:00Z"
    assert forum.json("gate", "sql", *USE, "--at", "2025-06-01")["at"] == "2025-06-01T00:00:00Z"


def loaded(forum: Shell, db: duckdb.DuckDBPyConnection, form: str = "parquet") -> None:
    """Load the facts and the members and records of the small project, as they were imported."""
    forum("gate", "facts", "facts", "--format", form)
    for name in FACTS:
        path = f"'{forum.folder}/facts/{name}.{form}'"
        if form == "parquet":
            db.execute(f"CREATE OR REPLACE TABLE sayso_{name} AS FROM {path}")
        else:
            made = next(one for one in forum.json("gate", "sql", *USE)["tables"] if f"sayso_{name} (" in one)
            db.execute(made)
            db.execute(f"COPY sayso_{name} FROM {path} (HEADER)")
    source = next((forum.folder / ".sayso/sources").iterdir())
    for name in ("members", "records"):
        db.execute(f"CREATE OR REPLACE TABLE {name} AS FROM '{source}/{name}.parquet'")


def answers(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the reason for each record."""
    return dict(db.execute("SELECT record, reason FROM sayso_decided").fetchall())


@pytest.fixture
def today(forum: Shell) -> Shell:
    """The small project, at the machine's own time: what the views call now is the warehouse's."""
    return Shell(forum.folder, SystemClock())  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_loaded_facts_and_views_say_what_decide_says(today: Shell, form: str) -> None:
    today("choose", "ada", "ai-training", "yes")
    today("choose", "bob", "ai-training", "no")
    with duckdb.connect() as db:
        loaded(today, db, form)
        db.execute(today.json("gate", "sql", *USE)["sql"])
        found = answers(db)
        assert found["p1"] == "opted-in"
        assert set(found.values()) > {"opted-in"}
        for record, reason in found.items():
            assert today.json("decide", "--record", record, *USE)["reason"] == reason


def test_facts_of_another_log_or_torn_ones_deny_everything(today: Shell) -> None:
    today("choose", "ada", "ai-training", "yes")
    with duckdb.connect() as db:
        loaded(today, db)
        db.execute(today.json("gate", "sql", *USE)["sql"])
        assert answers(db)["p1"] == "opted-in"
        db.execute("DELETE FROM sayso_words")
        assert set(answers(db).values()) == {"not-in-force"}
        loaded(today, db)
        assert answers(db)["p1"] == "opted-in"
        today("choose", "ada", "ai-training", "no")
        loaded(today, db)
        assert set(answers(db).values()) == {"not-in-force"}
        db.execute(today.json("gate", "sql", *USE)["sql"])
        assert answers(db)["p1"] == "said-no"


def test_views_that_were_printed_too_long_ago_deny_everything(forum: Shell) -> None:
    """The small project's clock stands in another year than the warehouse's."""
    forum("choose", "ada", "ai-training", "yes")
    with duckdb.connect() as db:
        loaded(forum, db)
        db.execute(forum.json("gate", "sql", *USE, "--hours", "2")["sql"])
        assert set(answers(db).values()) == {"not-in-force"}
        assert db.execute("SELECT in_time, same_log, whole FROM sayso_binding").fetchall() == [(0, 1, 1)]
        db.execute(forum.json("gate", "sql", *USE, "--at", "2025-06-02")["sql"])
        assert answers(db)["p1"] == "opted-in"


def test_what_the_platform_deleted_since_is_gone_at_once(today: Shell) -> None:
    today("choose", "ada", "ai-training", "yes")
    with duckdb.connect() as db:
        loaded(today, db)
        db.execute(today.json("gate", "sql", *USE)["sql"])
        db.execute("UPDATE records SET deleted_at = epoch_us(now()) WHERE record = 'p1'")
        assert answers(db)["p1"] == "deleted"
        db.execute("UPDATE records SET deleted_at = epoch_us(now()) + 3600000000 WHERE record = 'p1'")
        assert answers(db)["p1"] == "opted-in"
        db.execute("UPDATE members SET closed_at = epoch_us(now()) WHERE member = 'ada'")
        assert answers(db)["p1"] == "deleted"


def test_erased_members_and_strangers_permit_nothing(today: Shell) -> None:
    today("choose", "ada", "ai-training", "yes")
    today("erase", "ada")
    with duckdb.connect() as db:
        loaded(today, db)
        db.execute("INSERT INTO members BY NAME SELECT 'ada' AS member, 'IE' AS region, 'IE' AS country")
        db.execute(
            "INSERT INTO records BY NAME SELECT 'p1' AS record, 'ada' AS author, 'post' AS category, 'public' AS visibility"
        )
        db.execute(today.json("gate", "sql", *USE)["sql"])
        assert db.execute("SELECT verdict FROM sayso_decided WHERE record = 'p1'").fetchall() == [
            ("unknown",)
        ]
        rows = db.execute("SELECT given, reason, number_of_rows FROM sayso_left_out").fetchall()
        assert rows == [("members", "not-in-the-project", 1)]


def test_facts_hold_ids_and_are_for_their_owner_alone(forum: Shell) -> None:
    forum("choose", "ada", "ai-training", "yes")
    forum("delete", "record", "p1")
    said = forum.json("gate", "facts", "facts")
    assert (said["rows"]["words"], said["rows"]["deletions"], said["unnamed_deletions"]) == (1, 2, 0)
    assert pq.read_table(forum.folder / "facts/words.parquet").to_pylist()[0]["member"] == "ada"
    assert {path.stat().st_mode & 0o777 for path in (forum.folder / "facts").iterdir()} == {0o600}
    check_golden("cli/gate_facts.txt", forum("gate", "facts", "facts", "--format", "csv").out)
    assert pyarrow.csv.read_csv(forum.folder / "facts/known.csv").num_rows == 4
    assert forum("gate", "facts", "facts/log.csv", "--json", status=5).codes == ["unwritable"]
    assert forum("gate", "facts", "facts", "--log-size", "999", "--json", status=2).codes == ["unknown-entry"]


def test_a_mapping_that_no_view_can_follow_is_bad_input_with_its_places(empty: Shell) -> None:
    text = (
        MAPPING.replace("as: code", "as: free-text")
        .replace("table: crm.people", "file: {format: csv}")
        .replace("format: utc", 'format: "%d.%m.%Y"')
        .replace("13-17", "young")
    )
    said = empty(*LINKEDIN, "--map", empty.write("warehouse.yaml", text), status=2)
    check_golden("cli/gate_sql_errors.txt", said.err)
    quoted = empty.write("quoted.yaml", MAPPING.replace('forum."posts 2025"', "forum.posts'"))
    assert empty(*LINKEDIN, "--map", quoted, "--json", status=2).codes == ["unwritable-name"]
    half = empty.write("half.yaml", MAPPING[: MAPPING.index("records:")])
    assert empty(*LINKEDIN, "--map", half, "--json", status=2).codes == ["not-mapped"]


def test_a_use_or_a_dialect_that_is_not_there_is_bad_input(empty: Shell) -> None:
    said = empty("gate", "sql", "linkedin", "--purpose", "x", "--recipient", "y", "--json", status=2)
    assert said.codes == ["unknown-purpose", "unknown-recipient"]
    assert empty(*LINKEDIN, "--dialect", "cobol", "--json", status=2).codes == ["usage"]
    assert Path(empty.folder, "sayso.yaml").exists() is False
    assert empty("gate", "sql", *USE, "--json", status=2).codes == ["no-project"]
