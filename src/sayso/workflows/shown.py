"""Posts as any visitor of the platform sees them: their words, who wrote them, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from sayso.ledger.standing import record_tag
from sayso.values.moments import Moment
from sayso.values.standing import Standing
from sayso.workflows.facts import MEMBERS_FILE, RECORDS_FILE, Yard
from sayso.workflows.privacy import standing_of

_NAMED = ("record", "author", "created_at")


@dataclass(frozen=True, slots=True)
class Shown:
    """A public record: its id, its author's name (their id where they have none), its text, and when it was written."""

    record: str
    author: str
    text: str
    at: Moment | None


def shown(yard: Yard, records: Iterable[str]) -> tuple[Shown, ...]:
    """Return the public records of these ids, in their order; what is not there, not public or deleted is left out.

    Deleted is what the source or the log says is, and whatever is of an author whose account either says is closed.
    """
    wanted = tuple(records)
    table = _table(yard, [*_NAMED, "text"], ds.field("record").isin(pa.array(wanted, pa.string())))
    found = {row["record"]: row for row in table.to_pylist()}
    authors = _authors(yard, {row["author"] for row in found.values()})
    there = [found[one] for one in wanted if one in found and _is_there(yard, found[one], authors)]
    return tuple(_shown(row, authors) for row in there)


def newest(yard: Yard, k: int) -> tuple[Shown, ...]:
    """Return the ``k`` newest public posts: what is shown to everybody, whoever they are."""
    table = _table(yard, list(_NAMED), ds.field("category") == "post")
    ids = table.sort_by([("created_at", "descending"), ("record", "ascending")]).column("record")
    found: list[Shown] = []
    for start in range(0, len(ids), 2 * k):  # some of them may be deleted
        found += shown(yard, ids.slice(start, 2 * k).to_pylist())
        if len(found) >= k:
            break
    return tuple(found[:k])


def _table(yard: Yard, columns: list[str], wanted: ds.Expression) -> pa.Table:
    """Return some columns of the records that are wanted, public, and not deleted as far as the sources say."""
    there = (
        (ds.field("visibility") == "public")
        & ds.field("deleted_at").is_null()
        & ds.field("author").is_valid()
    )
    tables = [
        ds.dataset(yard.sources.folder(name) / RECORDS_FILE).to_table(columns, filter=wanted & there)
        for name in yard.sources.names()
    ]
    nothing = pa.table({name: pa.array([], pa.string()) for name in columns})
    return pa.concat_tables(tables) if tables else nothing


def _authors(yard: Yard, members: set[str]) -> dict[str, tuple[str, bool]]:
    """Return the name of each member, and whether the source says that their account is closed."""
    found: dict[str, tuple[str, bool]] = {}
    for name in yard.sources.names():
        table: pa.Table = ds.dataset(yard.sources.folder(name) / MEMBERS_FILE).to_table(
            ["member", "name", "closed_at"],
            filter=pc.field("member").isin(pa.array(sorted(members), pa.string())),
        )
        for row in table.to_pylist():
            found[row["member"]] = (row["name"] or row["member"], row["closed_at"] is not None)
    return found


def _is_there(yard: Yard, row: dict[str, Any], authors: dict[str, tuple[str, bool]]) -> bool:
    """Tell whether neither the log nor the author's account says that a record is deleted."""
    author, tag = row["author"], yard.tags.tag_of(row["author"])
    if authors.get(author, ("", False))[1]:
        return False
    standing = Standing() if tag is None else standing_of(yard, tag)
    wanted = record_tag(yard.book.keys.secret(), row["record"])
    return standing.closed_at is None and all(each != wanted for each, _ in standing.deletions)


def _shown(row: dict[str, Any], authors: dict[str, tuple[str, bool]]) -> Shown:
    author, at = row["author"], row["created_at"]
    name, _ = authors.get(author, (author, False))
    return Shown(row["record"], name, row["text"], None if at is None else Moment(at))
