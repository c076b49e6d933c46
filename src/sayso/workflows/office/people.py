"""Members in columns: where they live, since when, and whose account is open."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.ledger.index import LogIndex
from sayso.values.moments import Moment
from sayso.workflows.facts import MEMBERS_FILE, Yard

_COLUMNS = ["member", "region", "joined_at", "closed_at"]


def regions_of(yard: Yard, members: Collection[str]) -> dict[str, str | None]:
    """Return the regions of some members, by their ids; whoever no source has is left out."""
    wanted = pc.field("member").isin(pa.array(sorted(members), pa.string()))
    found: dict[str, str | None] = {}
    for name in yard.sources.names():
        path = yard.sources.folder(name) / MEMBERS_FILE
        table = pq.read_table(path, columns=["member", "region"], filters=wanted)
        found.update(zip(table.column("member").to_pylist(), table.column("region").to_pylist(), strict=True))
    return found


def present(yard: Yard, index: LogIndex, at: Moment) -> pa.Table:
    """Return ``tag``, ``region`` and ``joined_at`` of the members who have joined at a moment and whose account is open."""
    parts = [
        pq.read_table(yard.sources.folder(name) / MEMBERS_FILE, columns=_COLUMNS)
        for name in yard.sources.names()
    ]
    if not parts:
        return pa.table(
            {
                "tag": pa.array([], pa.string()),
                "region": pa.array([], pa.string()),
                "joined_at": pa.array([], pa.int64()),
            }
        )
    members = pa.concat_tables(parts).join(yard.tags.table(), "member", join_type="inner")
    joined = pc.fill_null(pc.less_equal(members.column("joined_at"), at), True)
    closed = pc.fill_null(pc.less_equal(members.column("closed_at"), at), False)
    closings = index.closings.filter(pc.less_equal(index.closings.column("closed_at"), at))
    gone = pc.is_in(members.column("tag"), closings.column("tag").combine_chunks())
    here = pc.and_(joined, pc.invert(pc.or_(closed, gone)))
    return members.filter(here).select(["tag", "region", "joined_at"])
