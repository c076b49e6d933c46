"""Plain tables (CSV, JSONL, Parquet) by a mapping: members first, then records."""

from __future__ import annotations

from collections.abc import Callable

from sayso.errors import InputError, Place, Problem
from sayso.intake.cells import RowReader
from sayso.intake.mapping import Mapping, TableMapping
from sayso.intake.refusals import ImportReport, RefusedRow, RowError, refused_row
from sayso.intake.rowfiles import Cell, TableFile, read_table
from sayso.intake.sink import TableSink

UNSTATED = "not stated"


def import_table(
    members_path: TableFile | None,
    records_path: TableFile | None,
    mapping: Mapping,
    sink: TableSink,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportReport:
    """Pour a members table and a records table into the sink, and return what was brought in; the caller commits.

    ``progress`` is told bytes read and bytes in all. Either path may be ``None``. Raises ``InputError`` where a file is given that
    the mapping says nothing about, where none is given, and for what ``read_table`` refuses as a whole.
    """
    tables = _tables(members_path, records_path, mapping)
    readers = {name: RowReader(table) for name, (_, table) in tables.items()}
    carried = {name: reader.attribute_names() for name, reader in readers.items()}
    sink.begin("table", mapping.licence or UNSTATED, carried.get("members", ()), carried.get("records", ()))
    keep: dict[str, Callable[[dict[str, Cell]], None]] = {
        "members": lambda cells: sink.add_member(readers["members"].member(cells)),
        "records": lambda cells: sink.add_record(readers["records"].record(cells)),
    }
    total = sum(path.stat().st_size for path, _ in tables.values() if path.is_file())
    before = 0
    for name, (path, table) in tables.items():
        _pour(path, table, keep[name], sink, lambda done, start=before: progress(start + done, total))  # type: ignore[misc]
        before += path.stat().st_size
        progress(before, total)
    return sink.finish()


def _tables(
    members: TableFile | None, records: TableFile | None, mapping: Mapping
) -> dict[str, tuple[TableFile, TableMapping]]:
    given = {"members": (members, mapping.members), "records": (records, mapping.records)}
    unmapped = [name for name, (path, table) in given.items() if path is not None and table is None]
    if unmapped:
        advice = f"add the section `{unmapped[0]}:` to it"
        raise InputError(
            *(
                Problem("not-mapped", f"the mapping says nothing about {name}", None, advice)
                for name in unmapped
            )
        )
    found = {
        name: (path, table) for name, (path, table) in given.items() if path is not None and table is not None
    }
    if not found:
        raise InputError(
            Problem(
                "no-file", "no table was named", Place("import table"), "name --members, --records or both"
            )
        )
    return found


def _pour(
    path: TableFile,
    table: TableMapping,
    keep: Callable[[dict[str, Cell]], None],
    sink: TableSink,
    progress: Callable[[int], None],
) -> None:
    """Keep every row that can be kept, and write the others aside."""
    for row in read_table(path, table, progress):
        if isinstance(row, RefusedRow):
            sink.refuse(row)
            continue
        try:
            keep(row.cells)
        except RowError as error:
            sink.refuse(refused_row(error.code, row.place, row.raw))
