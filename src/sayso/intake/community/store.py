"""The demo community on disk: the two tables as any import writes them, and beside them what is known to be true."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from sayso.intake.community.model import (
    ChoiceFact,
    Community,
    DeletionFact,
    Fact,
    NoticeFact,
    Reaction,
    SuspensionFact,
)
from sayso.intake.sink import TableSink
from sayso.intake.tablefiles import NamedMember
from sayso.values.moments import format_moment

if TYPE_CHECKING:
    from sayso.intake.refusals import ImportReport
    from sayso.values.canonical import Json

TRUTH = "truth.jsonl"
REACTIONS = "reactions.parquet"
HISTORY = "history.jsonl"
LICENCE = "made up by Sayso for demonstrations; Apache-2.0"

_MEMBER_ATTRIBUTES = ("plan", "school")
_RECORD_ATTRIBUTES = ("sensitive-group", "topic")
_REACTION_SCHEMA = pa.schema(
    [
        pa.field("member", pa.string(), nullable=False),
        pa.field("record", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("at", pa.int64(), nullable=False),
    ]
)


def write_community(community: Community, folder: Path, replace: bool = False) -> ImportReport:
    """Return the report of the import; ``folder`` then holds the tables as a source, and the truth, reactions and history.

    Raises ``Refused`` where the folder exists and may not be replaced, ``EdgeError`` where another import of it runs.
    """
    with TableSink(folder, replace) as sink:
        sink.begin("demo-community", LICENCE, _MEMBER_ATTRIBUTES, _RECORD_ATTRIBUTES)
        for person in community.people:
            sink.add_member(NamedMember(person.member, person.name, person.handle))
        for record in community.records:
            sink.add_record(record)
        report = sink.finish()
        sink.commit()
    _write_lines(folder / TRUTH, (one._asdict() for one in community.truth))
    _write_lines(folder / HISTORY, map(fact_line, community.history))
    pq.write_table(_reactions(community.reactions), folder / REACTIONS, compression="zstd")
    return report


def fact_line(fact: Fact) -> dict[str, Json]:
    """Return a fact as the JSON object that ``history.jsonl`` holds: what it is, its moment in RFC 3339, its fields."""
    at = format_moment(fact.at)
    match fact:
        case ChoiceFact(_, member, control, yes, version, channel):
            value = "yes" if yes else "no"
            return {
                "what": "choice", "at": at, "member": member, "control": control, "value": value, "version": version,
                "channel": channel,
            }  # fmt: skip
        case NoticeFact(_, version, channel, regions, member):
            told: dict[str, Json] = {"what": "notice", "at": at, "version": version, "channel": channel}
            return told | {"regions": regions, "member": member}
        case SuspensionFact():
            until = None if fact.until is None else format_moment(fact.until)
            return {
                "what": "suspension", "at": at, "until": until, "regions": fact.regions, "purposes": fact.purposes,
                "recipients": fact.recipients, "authority": fact.authority, "reference": fact.reference,
            }  # fmt: skip
        case DeletionFact(_, member, record):
            return {"what": "deletion", "at": at, "member": member, "record": record}


def _reactions(reactions: tuple[Reaction, ...]) -> pa.Table:
    columns = zip(*reactions, strict=True) if reactions else ([], [], [], [])
    arrays = [
        pa.array(cells, type=field.type) for cells, field in zip(columns, _REACTION_SCHEMA, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=_REACTION_SCHEMA)


def _write_lines(file: Path, rows: Iterable[object]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
