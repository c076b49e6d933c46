"""Sources written as tests need them: a few members and records in the tables that an import makes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq

from sayso.stores.sources import DESCRIPTION, MEMBERS, RECORDS
from sayso.values.canonical import canonical
from sayso.values.members import Member
from sayso.values.records import Record
from spec import gate_tables


def write_source(folder: Path, members: Iterable[Member], records: Iterable[Record]) -> tuple[int, int]:
    """Write a source into a new folder, three records in a row group; return how many members and records it has."""
    people = [gate_tables.member_row(one) for one in members]
    rows = [gate_tables.record_row(one, one.id, one.author) for one in records]
    folder.mkdir(parents=True)
    pq.write_table(gate_tables.table(gate_tables.MEMBERS, people), folder / MEMBERS)
    pq.write_table(gate_tables.table(gate_tables.RECORDS, rows), folder / RECORDS, row_group_size=3)
    described = {"digest": "sha256:0", "members": len(people), "records": len(rows)}
    (folder / DESCRIPTION).write_bytes(canonical(described))
    return len(people), len(rows)
