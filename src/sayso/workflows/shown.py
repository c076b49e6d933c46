"""Posts as any visitor of the platform sees them: their words, who wrote them, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from sayso.values.moments import Moment
from sayso.workflows.facts import MEMBERS_FILE, RECORDS_FILE, Yard

_COLUMNS = ("record", "author", "text", "created_at", "category")


@dataclass(frozen=True, slots=True)
class Shown:
    """A public record: its id, its author's name (their id where they have none), its text, and when it was written."""

    record: str
    author: str
    text: str
    at: Moment | None


def shown(yard: Yard, records: Iterable[str]) -> tuple[Shown, ...]:
    """Return the public records of these ids, in their order; what is not there, not public or deleted is left out."""
    wanted = tuple(records)
    found = {
        row["record"]: row for row in _rows(yard, ds.field("record").isin(pa.array(wanted, pa.string())))
    }
    names = _names(yard, {row["author"] for row in found.values()})
    return tuple(_shown(found[one], names) for one in wanted if one in found)


def newest(yard: Yard, k: int) -> tuple[Shown, ...]:
    """Return the ``k`` newest public posts: what is shown to everybody, whoever they are."""
    rows = _rows(yard, ds.field("category") == "post")
    names = _names(yard, {row["author"] for row in rows})
    found = sorted((_shown(row, names) for row in rows), key=lambda one: (-(one.at or 0), one.record))
    return tuple(found[:k])


def _rows(yard: Yard, wanted: ds.Expression) -> list[dict[str, object]]:
    there = (
        (ds.field("visibility") == "public")
        & ds.field("deleted_at").is_null()
        & ds.field("author").is_valid()
    )
    tables = (
        ds.dataset(yard.sources.folder(name) / RECORDS_FILE).to_table(list(_COLUMNS), filter=wanted & there)
        for name in yard.sources.names()
    )
    return [row for table in tables for row in table.to_pylist()]


def _names(yard: Yard, members: set[object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in yard.sources.names():
        table: pa.Table = ds.dataset(yard.sources.folder(name) / MEMBERS_FILE).to_table(
            ["member", "name"],
            filter=pc.field("member").isin(pa.array(sorted(map(str, members)), pa.string())),
        )
        found |= {row["member"]: row["name"] or row["member"] for row in table.to_pylist()}
    return found


def _shown(row: dict[str, object], names: dict[str, str]) -> Shown:
    author, at = str(row["author"]), row["created_at"]
    moment = Moment(at) if isinstance(at, int) else None
    return Shown(str(row["record"]), names.get(author, author), str(row["text"]), moment)
