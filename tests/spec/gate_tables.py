"""Turns drawn worlds into the tables that a gate reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.policy.compile import column_of
from sayso.ports import GateTables
from sayso.values.members import Member
from sayso.values.records import Record
from spec.worlds import Person

MEMBERS = {
    "member": pa.string(), "region": pa.string(), "country": pa.string(), "born": pa.int32(), "age_min": pa.int16(),
    "age_max": pa.int16(), "joined_at": pa.int64(), "closed_at": pa.int64(),
}  # fmt: skip
RECORDS = {
    "record": pa.string(), "author": pa.string(), "category": pa.string(), "visibility": pa.string(),
    "created_at": pa.int64(), "collected_at": pa.int64(), "deleted_at": pa.int64(), "language": pa.string(),
    "text": pa.string(), "contributors": pa.list_(pa.string()), "reply_to": pa.string(),
}  # fmt: skip
TAGS = {"member": pa.string(), "tag": pa.string()}
WORDS = {
    "tag": pa.string(), "control": pa.string(), "yes": pa.bool_(), "said_at": pa.int64(), "version": pa.string(),
    "entry": pa.int64(),
}  # fmt: skip
NOTICES = {"tag": pa.string(), "version": pa.string(), "given_at": pa.int64()}
CLOSINGS = {"tag": pa.string(), "closed_at": pa.int64()}
DELETIONS = {"record": pa.string(), "deleted_at": pa.int64()}


def table(columns: dict[str, pa.DataType], rows: Sequence[dict[str, object]]) -> pa.Table:
    attributes = sorted({name for row in rows for name in row if name.startswith("attr_")})
    return pa.Table.from_pylist(
        list(rows), pa.schema({**columns, **{name: pa.string() for name in attributes}})
    )


def member_row(member: Member) -> dict[str, object]:
    return {
        "member": member.id,
        "region": member.region,
        "country": member.region[:2] if member.region else None,
        "born": member.born,
        "age_min": member.age_min,
        "age_max": member.age_max,
        "joined_at": member.joined_at,
        "closed_at": member.closed_at,
        **{f"attr_{column_of(name)}": value for name, value in member.attributes},
    }


def record_row(record: Record, record_id: str, author: str | None) -> dict[str, object]:
    return {
        "record": record_id,
        "author": author,
        "category": record.category,
        "visibility": record.visibility,
        "created_at": record.created_at,
        "collected_at": record.collected_at,
        "deleted_at": record.deleted_at,
        "language": None,
        "text": record.text,
        "contributors": list(record.contributors),
        "reply_to": record.reply_to,
        **{f"attr_{column_of(name)}": value for name, value in record.attributes},
    }


def tables_of(
    people: Iterable[Person], records: Iterable[dict[str, object]], deletions: Iterable[tuple[str, int]]
) -> GateTables:
    known = [(person.member, person.standing) for person in people if person.member is not None]
    words = [
        {
            "tag": m.id,
            "control": c.control,
            "yes": c.yes,
            "said_at": c.at,
            "version": c.version,
            "entry": c.entry,
        }
        for m, standing in known
        for c in standing.choices
    ]
    notices = [
        {"tag": m.id, "version": n.version, "given_at": n.at}
        for m, standing in known
        for n in standing.notices
        if n.personal
    ]
    closings = [{"tag": m.id, "closed_at": s.closed_at} for m, s in known if s.closed_at is not None]
    return GateTables(
        table(MEMBERS, [member_row(m) for m, _ in known]),
        table(RECORDS, list(records)),
        table(TAGS, [{"member": m.id, "tag": m.id} for m, _ in known]),
        table(WORDS, words),
        table(NOTICES, notices),
        table(CLOSINGS, closings),
        table(DELETIONS, [{"record": record, "deleted_at": at} for record, at in deletions]),
    )


def numbered(tables: GateTables, folder: Path, sources: int = 1) -> GateTables:
    """Return the same members and records as files of one or more sources, with the numbers that an import gives them."""
    assert isinstance(tables.members, pa.Table)
    assert isinstance(tables.records, pa.Table)
    paths: tuple[list[Path], list[Path]] = ([], [])
    share = -(-tables.members.num_rows // sources)
    for source in range(sources):
        last = source == sources - 1
        members = tables.members.slice(source * share, None if last else share)
        ids = members.column("member")
        place = pc.index_in(tables.records.column("author"), value_set=tables.members.column("member"))
        home = pc.fill_null(pc.divide(place, max(1, share)), sources - 1)
        records = tables.records.filter(pc.equal(home, source))
        authors = records.column("author")
        number = pc.if_else(pc.is_valid(authors), pc.fill_null(pc.index_in(authors, value_set=ids), -1), None)
        paths[0].append(folder / f"members {source}.parquet")
        paths[1].append(folder / f"records {source}.parquet")
        numbers = pa.array(range(members.num_rows), pa.int32())
        pq.write_table(members.append_column("number", numbers), paths[0][-1])
        pq.write_table(records.append_column("author_number", number.cast(pa.int32())), paths[1][-1])
    return replace(tables, members=tuple(paths[0]), records=tuple(paths[1]))
