"""What the log says of members, as plain tables by their ids, for a warehouse that has the members and the records itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.policy.compile import Wide
from sayso.policy.warehouse import Warehouse, own_tables
from sayso.values.moments import Moment
from sayso.workflows.deletions import deletions
from sayso.workflows.facts import MEMBERS_FILE, RECORDS_FILE, Yard, reading, wide
from sayso.workflows.logstate import stood
from sayso.workflows.views import LogAt


@dataclass(frozen=True, eq=False)
class Handover:
    """The tables of ``views.FACTS`` at a size of the log, what it says to many at once, and what binds views to both.

    They name members by their ids. ``latest`` is the latest moment at which an entry was logged; ``own`` are the project's own
    tables, for a warehouse that has copies of them; ``unnamed`` deletions are of records that no source holds, so that the log's
    tag names nothing.
    """

    tables: dict[str, pa.Table]
    wide: Wide
    log: LogAt
    latest: Moment
    own: Warehouse
    unnamed: int


def handover(yard: Yard, regions: Iterable[str], size: int | None = None) -> Handover:
    """Return what the log says up to a size, all of it where none is given; nothing of erased members is in it."""
    yard, log = reading(yard), yard.book.log
    index = stood(yard, log.size() if size is None else size).index
    tags, gone = yard.tags.table(), deletions(yard, index)
    tables = {
        "known": tags.select(["member"]),
        "words": _by_member(index.words, tags, ["member", "control", "yes", "said_at", "version", "entry"]),
        "notices": _by_member(index.personal, tags, ["member", "version", "given_at"]),
        "closings": _by_member(index.closings, tags, ["member", "closed_at"]),
        "deletions": gone.select(["record", "deleted_at"]),
        "regions": pa.table({"region": pa.array(sorted(regions), pa.string())}),
    }
    found = LogAt(
        index.size,
        log.root(index.size).hex(),
        tuple((name, table.num_rows) for name, table in tables.items()),
    )
    tables["log"] = pa.table({"entries": pa.array([found.size], pa.int64()), "root": [found.root]})
    return Handover(
        tables, wide(index), found, index.latest(), _own(yard), index.deletions.num_rows - gone.num_rows
    )


def _own(yard: Yard) -> Warehouse:
    """Return the tables of the sources, with the attributes that any of them carries."""
    folders = [yard.sources.folder(name) for name in yard.sources.names()]
    members, records = (
        sorted({name for folder in folders for name in pq.read_schema(folder / file).names})
        for file in (MEMBERS_FILE, RECORDS_FILE)
    )
    return own_tables(
        *(tuple(name[5:] for name in names if name.startswith("attr_")) for names in (members, records))
    )


def _by_member(logged: pa.Table, tags: pa.Table, columns: list[str]) -> pa.Table:
    """Return rows with their member's id for the tag; those of erased members drop out."""
    place = pc.index_in(logged.column("tag"), value_set=tags.column("tag").combine_chunks())
    named = logged.append_column("member", tags.column("member").take(place))
    return named.filter(pc.is_valid(place)).select(columns)
