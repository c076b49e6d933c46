"""Turns drawn worlds into a platform's own tables: other names, other types, and what the log says beside them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pyarrow as pa

from sayso.intake.cells import region_codes
from sayso.policy.warehouse import Column, Rows, Warehouse
from sayso.ports import GateTables
from sayso.workflows.views import FACTS, LogAt

INSTANT, PLAIN = pa.timestamp("us", "UTC"), pa.timestamp("us")
PLATFORM = Warehouse(
    Rows(
        "people",
        (
            ("member", Column("user_id")),
            ("region", Column("country")),
            ("born", Column("birthday")),
            ("age_min", Column("youngest")),
            ("age_max", Column("eldest")),
            ("joined_at", Column("joined", how="instant")),
            ("closed_at", Column("left_us", how="utc")),
        ),
        (("plan", Column("plan")), ("odd-name", Column("odd"))),
    ),
    Rows(
        "posts",
        (
            ("record", Column("id")),
            ("author", Column("by_id")),
            ("category", Column("kind")),
            ("visibility", Column("audience", values=(("ANYONE", "public"), ("FRIENDS", "network"), ("ME", "private")))),
            ("created_at", Column("made", how="utc")),
            ("collected_at", Column("gathered", how="instant")),
            ("deleted_at", Column("removed", how="epoch-microseconds")),
            ("contributors", Column("editors")),
        ),
        (("plan", Column("plan")), ("odd-name", Column("odd"))),
    ),
    needs_created=False,
)  # fmt: skip
"""Each sort of moment once at least."""
_AUDIENCES = {"public": "ANYONE", "network": "FRIENDS", "private": "ME"}
_PEOPLE = pa.schema(
    {"user_id": pa.string(), "country": pa.string(), "birthday": pa.date32(), "youngest": pa.int16(), "eldest": pa.int16(),
     "joined": INSTANT, "left_us": PLAIN, "plan": pa.string(), "odd": pa.string()}
)  # fmt: skip
_POSTS = pa.schema(
    {"id": pa.string(), "by_id": pa.string(), "kind": pa.string(), "audience": pa.string(), "made": PLAIN, "gathered": INSTANT,
     "removed": pa.int64(), "editors": pa.list_(pa.string()), "plan": pa.string(), "odd": pa.string()}
)  # fmt: skip


def platform_of(tables: GateTables) -> dict[str, pa.Table]:
    """Return what a platform holds of the members and records that a gate reads."""
    people = [
        {
            "user_id": row["member"],
            "country": row["region"],
            "birthday": _day(row["born"]),
            "youngest": row["age_min"],
            "eldest": row["age_max"],
            "joined": row["joined_at"],
            "left_us": row["closed_at"],
            "plan": row.get("attr_plan"),
            "odd": row.get("attr_odd_name"),
        }
        for row in tables.members.to_pylist()
    ]
    posts = [
        {
            "id": row["record"],
            "by_id": row["author"],
            "kind": row["category"],
            "audience": _AUDIENCES[row["visibility"]],
            "made": row["created_at"],
            "gathered": row["collected_at"],
            "removed": row["deleted_at"],
            "editors": row["contributors"],
            "plan": row.get("attr_plan"),
            "odd": row.get("attr_odd_name"),
        }
        for row in tables.records.to_pylist()
    ]
    return {"people": _table(people, _PEOPLE), "posts": _table(posts, _POSTS)}


def facts_of(tables: GateTables) -> tuple[dict[str, pa.Table], LogAt]:
    """Return what the log says, by member, and what binds a view to it; the worlds' tags are the members' ids."""
    found = {
        "known": tables.tags.select(["member"]),
        "words": _named(tables.words).select(["member", "control", "yes", "said_at", "version", "entry"]),
        "notices": _named(tables.notices).select(["member", "version", "given_at"]),
        "closings": _named(tables.closings).select(["member", "closed_at"]),
        "deletions": tables.deletions,
        "regions": pa.table({"region": pa.array(region_codes())}),
    }
    log = LogAt(400, "ab" * 32, tuple((name, table.num_rows) for name, table in found.items()))
    found["log"] = pa.table({"entries": pa.array([400], pa.int64()), "root": [log.root]})
    assert {name: table.column_names for name, table in found.items()} == {
        name: [*columns] for name, columns in FACTS.items()
    }
    return found, log


def _named(table: pa.Table) -> pa.Table:
    return table.rename_columns(["member" if name == "tag" else name for name in table.column_names])


def _day(number: int | None) -> date | None:
    return None if number is None else date(number // 10_000, number // 100 % 100, number % 100)


def _table(rows: Iterable[dict[str, object]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema)
