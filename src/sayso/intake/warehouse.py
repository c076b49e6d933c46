"""A mapping of tables that stay in a warehouse: the same file as for an import, as far as views can say it."""

from __future__ import annotations

from pathlib import Path

from sayso.errors import InputError, Problem
from sayso.intake.cells import age_band, moment_of
from sayso.intake.mapping import Entry, Mapping, TableMapping, read_mapping
from sayso.intake.refusals import RowError
from sayso.policy.dialects import MOMENTS
from sayso.policy.warehouse import DAY_NUMBER, Column, Rows, Warehouse
from sayso.values.members import UNKNOWN

NEEDED = {"members": ("member",), "records": ("record", "author", "category", "visibility", "created_at")}
"""The fields that a view needs; texts stay where they are."""
_MOMENTS = ("joined_at", "closed_at", "created_at", "collected_at", "deleted_at")
_UNASKED = ("name", "handle", "former_names", "former_handles", "language", "text", "reply_to")


def read_warehouse(path: Path) -> Warehouse:
    """Return the platform's tables that a mapping in a YAML file names.

    Raises ``InputError`` with every problem at its place: what a mapping may say of files and no view can do, such as reading a region
    out of free text, is one.
    """
    return warehouse_of(read_mapping(path, NEEDED), path.name)


def warehouse_of(mapping: Mapping, file: str) -> Warehouse:
    """Return the tables that a mapping names; raises like ``read_warehouse``."""
    problems: list[Problem] = []
    tables = {}
    for name, table in (("members", mapping.members), ("records", mapping.records)):
        if table is None:
            what = f"{file} says nothing about {name}"
            problems.append(Problem("not-mapped", what, advice=f"add the section `{name}:` to it"))
        else:
            tables[name] = _rows(table, problems)
    if problems:
        raise InputError(*problems)
    created = next(one for one in mapping.records.fields if one.field == "created_at")  # type: ignore[union-attr]
    return Warehouse(tables["members"], tables["records"], created.otherwise != UNKNOWN)


def _rows(table: TableMapping, problems: list[Problem]) -> Rows:
    if not table.table:
        what = "the section does not say which table it is"
        problems.append(Problem("no-table", what, table.place, "add `table: schema.name`"))
    fields = [
        pair for entry in table.fields if entry.field not in _UNASKED for pair in _fields(entry, problems)
    ]
    carried = tuple((entry.field, _column(entry, problems)) for entry in table.attributes)
    return Rows(table.table, tuple(fields), carried, tuple(sorted(table.unknown - {""})))


def _fields(entry: Entry, problems: list[Problem]) -> list[tuple[str, Column]]:
    if entry.field == "age":
        return _ages(entry, problems)
    return [(entry.field, _column(entry, problems))]


def _column(entry: Entry, problems: list[Problem]) -> Column:
    if entry.reading not in ("", "code", "plain"):
        _refuse(entry, f"read as {entry.reading}", "store its code in a column of its own", problems)
    if entry.separator or (entry.field == "contributors" and (entry.column is None or entry.values)):
        _refuse(entry, "taken apart", "name a column that is a list", problems)
    if entry.field in _MOMENTS:
        return _moment(entry, problems)
    if entry.field == "born":
        return _birth(entry, problems)
    return Column(entry.column or "", entry.constant, entry.values, entry.otherwise)


def _moment(entry: Entry, problems: list[Problem]) -> Column:
    how = entry.time_format or "instant"
    if how not in MOMENTS:
        advice = f"use one of {', '.join(MOMENTS)}, or a column of a type for moments"
        _refuse(entry, "read by a pattern", advice, problems)
    if entry.values or entry.otherwise not in (None, UNKNOWN):
        _refuse(entry, "replaced", "moments are taken as they are", problems)
    if entry.constant is None:
        return Column(entry.column or "", how=how)
    try:
        return Column(constant=moment_of(entry.constant, entry.time_format))
    except RowError:
        _refuse(entry, "read as a moment", "write 2025-01-05T09:00:00Z", problems)
        return Column()


def _birth(entry: Entry, problems: list[Problem]) -> Column:
    if entry.time_format not in (None, "utc", "instant", DAY_NUMBER) or entry.constant is not None:
        advice = f'name a column that is a date, or one like 19800501 with `format: "{DAY_NUMBER}"`'
        _refuse(entry, "read by a pattern", advice, problems)
    return Column(entry.column or "", how=DAY_NUMBER if entry.time_format == DAY_NUMBER else "")


def _ages(entry: Entry, problems: list[Problem]) -> list[tuple[str, Column]]:
    """Return both ends of an age band, which the mapping's values spell out: no view reads `18-24`."""
    if not entry.column or not entry.values or entry.otherwise is not None:
        advice = 'spell the bands out: `values: {"18-24": 18-24, "65+": 65+}`'
        _refuse(entry, "read as an age band", advice, problems)
        return []
    ends = []
    for found, band in entry.values:
        try:
            ends.append((found, age_band(band)))
        except RowError:
            _refuse(entry, "read as an age band", "write 18-24, 65+ or 17", problems)
    least, most = (
        tuple((found, "" if band[end] is None else str(band[end])) for found, band in ends) for end in (0, 1)
    )
    return [("age_min", Column(entry.column, values=least)), ("age_max", Column(entry.column, values=most))]


def _refuse(entry: Entry, what: str, advice: str, problems: list[Problem]) -> None:
    said = f"in a view, '{entry.field}' cannot be {what}"
    problems.append(Problem("not-in-a-view", said, entry.place, advice))
