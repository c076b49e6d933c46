"""The community that a simulation runs on: a project's sources with what its log says was removed, or tables as they are."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from sayso.ports import Crowd
from sayso.workflows.facts import Yard, reading
from sayso.workflows.logstate import stood
from sayso.workflows.tables import gate_tables

_CLOSINGS = pa.schema([("member", pa.string()), ("closed_at", pa.int64())])
_DELETIONS = pa.schema([("record", pa.string()), ("deleted_at", pa.int64())])


def crowd_in(folder: Path) -> Crowd:
    """Return the community whose two tables lie in a folder."""
    members, records = (folder / f"{name}.parquet" for name in ("members", "records"))
    return Crowd((members,), (records,), _CLOSINGS.empty_table(), _DELETIONS.empty_table())


def crowd_of(yard: Yard) -> Crowd:
    """Return a project's community: all sources, and the deletions and closed accounts of its log.

    What members said to the project is left out: they did not say it to the platforms that are simulated.
    Raises ``InputError`` where nothing has been brought in yet.
    """
    yard = reading(yard)
    tables = gate_tables(yard, stood(yard, yard.book.log.size()).index)
    members = dict(
        zip(tables.tags.column("tag").to_pylist(), tables.tags.column("member").to_pylist(), strict=True)
    )
    closed = [row for row in tables.closings.to_pylist() if row["tag"] in members]
    rows = [{"member": members[row["tag"]], "closed_at": row["closed_at"]} for row in closed]
    deletions = tables.deletions.select(["record", "deleted_at"])
    return Crowd(tables.members, tables.records, pa.Table.from_pylist(rows, _CLOSINGS), deletions)
