"""The views over a platform's own tables: what each record comes to is what ``decide`` says, in each engine and each time zone."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings

from engines.test_three_tellings_agree import pairs
from sayso.policy.compile import Wide
from sayso.policy.decide import decide
from sayso.policy.dialects import DIALECTS
from sayso.ports import GateTables
from sayso.values.uses import Use
from sayso.workflows.views import Asked, Script, gate_script
from spec.gate_tables import record_row, tables_of
from spec.warehouse_tables import PLATFORM, facts_of, platform_of
from spec.worlds import World, worlds

Answers = dict[str, tuple[str, str, str | None]]


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


@pytest.mark.parametrize(("zone", "examples"), [("UTC", 25), ("America/New_York", 15), ("Pacific/Apia", 10)])
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
