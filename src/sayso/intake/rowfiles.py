"""Rows of CSV, JSONL and Parquet files, one at a time, as text by column; what cannot be a row is refused in its place."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, NoReturn, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from sayso.errors import InputError, Place, Problem
from sayso.intake.mapping import FileFormat, TableMapping
from sayso.intake.refusals import Refusal, RefusedRow, refused_row

if TYPE_CHECKING:
    from _csv import Reader

LONGEST_ROW = 16 << 20
_REPORT_EVERY = 1_000
_ENDINGS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}

Cell = str | list[str] | None
"""A cell as text, a list of texts, or nothing."""


def _no_constant(name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_constant)


class TableRow(NamedTuple):
    """A row: its place, its cells by column, and the bytes that its digest is made of."""

    place: Place
    cells: dict[str, Cell]
    raw: bytes


Rows = Iterator[TableRow | RefusedRow]


class TableFile(Protocol):
    """What is asked of a file; a path is one."""

    @property
    def name(self) -> str:
        """Return the last part of its path."""
        ...

    @property
    def suffix(self) -> str:
        """Return the ending of its name, with its dot."""
        ...

    def is_file(self) -> bool:
        """Tell whether it is there."""
        ...

    def stat(self) -> Sized:
        """Return its size."""
        ...

    def open(self, mode: Literal["rb"]) -> io.BufferedReader:
        """Return it open for reading."""
        ...


class Sized(Protocol):
    """The size of a file."""

    @property
    def st_size(self) -> int:
        """Return the number of bytes."""
        ...


def read_table(path: TableFile, mapping: TableMapping, progress: Callable[[int], None]) -> Rows:
    """Return the rows of a file in order; ``progress`` is told the bytes read so far, from time to time.

    Memory is bounded by the longest row (16 MiB) or one batch of Parquet. Raises ``InputError`` where there is no such file, its
    kind is not known, it is not what its kind says, its encoding is wrong from the first line on, or a mapped column is not in it.
    """
    kind = mapping.file.name or _ENDINGS.get(path.suffix.lower())
    if kind is None:
        advice = "name the format in the mapping: `file: {format: csv}`"
        _fail(
            "unknown-format",
            f"nothing is known of files ending in {path.suffix or 'nothing'}",
            Place(path.name),
            advice,
        )
    if not path.is_file():
        _fail("no-file", "there is no such file", Place(path.name), "check the path")
    readers = {"csv": _read_csv, "jsonl": _read_jsonl, "parquet": _read_parquet}
    return readers[kind](path, mapping, progress)


def _read_csv(path: TableFile, mapping: TableMapping, progress: Callable[[int], None]) -> Rows:
    csv.field_size_limit(LONGEST_ROW)  # the module keeps one limit for all readers
    style = mapping.file
    encoding = (
        "utf-8-sig" if style.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else style.encoding
    )
    with path.open("rb") as binary:
        text = io.TextIOWrapper(binary, encoding, errors="surrogateescape", newline="")
        try:
            yield from _csv_rows(
                path.name, _csv_reader(text, path, style), mapping, lambda: progress(binary.tell())
            )
        except UnicodeError:
            _wrong_encoding(Place(path.name), style)


def _csv_reader(text: io.TextIOWrapper, path: TableFile, style: FileFormat) -> Reader:
    default = "\t" if path.suffix.lower() == ".tsv" else ","
    return csv.reader(
        text,
        delimiter=style.delimiter or default,
        quotechar=style.quote,
        escapechar=style.escape,
        strict=True,
    )


def _csv_rows(file: str, reader: Reader, mapping: TableMapping, tick: Callable[[], None]) -> Rows:
    header = _header(file, reader, mapping)
    started = reader.line_num + 1
    for number in _forever():
        try:
            row = next(reader, None)
        except csv.Error as error:
            torn = "unexpected end" in str(error)
            yield refused_row(Refusal.TORN_FILE if torn else Refusal.BAD_ROW, Place(file, started), b"")
            row = []
        if row is None:
            return
        if row:
            yield _csv_row(Place(file, started), header, row)
        started = reader.line_num + 1
        if number % _REPORT_EVERY == 0:
            tick()


def _forever() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def _header(file: str, reader: Reader, mapping: TableMapping) -> list[str]:
    try:
        header = next(reader, None)
    except csv.Error:
        _fail(
            "bad-header",
            "the first line is not a header",
            Place(file, 1),
            "check delimiter and quotes in the mapping",
        )
    if header is None:
        _fail("empty-file", "the file is empty", Place(file), "a table starts with a line of column names")
    if any("\0" in name or not _is_text(name) for name in header):
        _wrong_encoding(Place(file, 1), mapping.file)
    twice = sorted({name for name in mapping.columns() if header.count(name) > 1})
    if twice:
        _fail(
            "column-twice",
            f"the header has {', '.join(map(repr, twice))} twice",
            Place(file, 1),
            "rename one of them",
        )
    _check_columns(Place(file, 1), mapping, frozenset(header))
    return list(header)


def _csv_row(place: Place, header: list[str], row: list[str]) -> TableRow | RefusedRow:
    raw = json.dumps(row).encode()
    if len(row) != len(header):
        wide = len(row) > len(header)
        return refused_row(Refusal.ROW_TOO_WIDE if wide else Refusal.ROW_TOO_SHORT, place, raw)
    if not all(map(_is_text, row)):
        return refused_row(Refusal.NOT_UNICODE, place, raw)
    return TableRow(place, dict(zip(header, row, strict=True)), raw)


def _read_jsonl(path: TableFile, mapping: TableMapping, progress: Callable[[int], None]) -> Rows:
    seen: set[str] = set()
    wanted = mapping.columns()
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), 1):
            if number % _REPORT_EVERY == 0:
                progress(file.tell())
            content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if not content.strip():
                continue
            row = _json_row(Place(path.name, number), content, wanted)
            seen.update(row.cells if isinstance(row, TableRow) else ())
            yield row
    if seen:
        _check_columns(Place(path.name), mapping, frozenset(seen))


def _lines(file: io.BufferedReader) -> Iterator[bytes]:
    """Return the lines; of one that is too long, its beginning, which is one byte longer than allowed."""
    while line := file.readline(LONGEST_ROW + 1):
        yield line
        while len(line) > LONGEST_ROW and not line.endswith(b"\n"):
            line = file.readline(LONGEST_ROW + 1)


def _json_row(place: Place, line: bytes, wanted: tuple[str, ...]) -> TableRow | RefusedRow:
    if len(line) > LONGEST_ROW:
        return refused_row(Refusal.ROW_TOO_WIDE, place, line)
    try:
        found = _DECODER.decode(line.decode())
    except UnicodeDecodeError:
        return refused_row(Refusal.NOT_UNICODE, place, line)
    except (ValueError, RecursionError):
        torn = not line.endswith(b"\n")
        return refused_row(Refusal.TORN_FILE if torn else Refusal.BAD_ROW, place, line)
    if not isinstance(found, dict):
        return refused_row(Refusal.BAD_ROW, place, line)
    return _plain(place, {name: _at(found, name) for name in wanted if _has(found, name)}, line)


def _has(found: dict[str, object], name: str) -> bool:
    return name in found or name.partition(".")[0] in found


def _at(found: dict[str, object], name: str) -> object:
    """Return what a row holds under a name, or under a path of names with dots."""
    if name in found:
        return found[name]
    head, dot, rest = name.partition(".")
    inner = found.get(head)
    return _at(inner, rest) if dot and isinstance(inner, dict) else None


def _read_parquet(path: TableFile, mapping: TableMapping, progress: Callable[[int], None]) -> Rows:
    try:
        # Only what is asked of it is read, and a path it reads faster by itself.
        file = pq.ParquetFile(path if isinstance(path, Path) else path.open("rb"))
    except (pa.ArrowException, OSError):
        _fail(
            "not-parquet", "the file is not Parquet, or is torn", Place(path.name), "write or fetch it again"
        )
    with file:
        _check_columns(Place(path.name), mapping, frozenset(file.schema_arrow.names))
        total, size, done = max(file.metadata.num_rows, 1), path.stat().st_size, 0
        try:
            for batch in file.iter_batches(batch_size=4096, columns=list(mapping.columns())):
                yield from _batch_rows(path.name, batch, done)
                done += batch.num_rows
                progress(size * done // total)
        except (pa.ArrowException, OSError):
            yield refused_row(Refusal.TORN_FILE, Place(path.name, done + 1), b"")


def _batch_rows(file: str, batch: pa.RecordBatch, before: int) -> Rows:
    columns = [_cells(column) for column in batch.columns]
    for number, cells in enumerate(zip(*columns, strict=True), before + 1):
        row = dict(zip(batch.schema.names, cells, strict=True))
        yield _plain(Place(file, number), row, json.dumps(row, default=str).encode())


def _cells(column: pa.Array) -> list[object]:
    """Return a column's values; text that is not UTF-8 comes as bytes, so that only its own row is refused."""
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        return list(column.cast(pa.binary()).to_pylist())


def _plain(place: Place, found: dict[str, object], raw: bytes) -> TableRow | RefusedRow:
    cells: dict[str, Cell] = {}
    for name, value in found.items():
        try:
            cells[name] = _cell(value)
        except UnicodeDecodeError:
            return refused_row(Refusal.NOT_UNICODE, place, raw)
        except ValueError:
            return refused_row(Refusal.BAD_ROW, place, raw)
    return TableRow(place, cells, raw)


def _cell(value: object) -> Cell:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return value.decode()
        case list():
            return [item for item in map(_cell, value) if isinstance(item, str)]
    raise ValueError("a cell holds a value of no plain kind")


def _is_text(cell: str) -> bool:
    if cell.isascii():
        return True
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_columns(place: Place, mapping: TableMapping, there: frozenset[str]) -> None:
    """Refuse a file that lacks a mapped column: without it, everybody would lack what it tells."""
    entries = [*mapping.fields, *mapping.attributes]
    missing = [
        one
        for one in entries
        if one.column is not None and not ({one.column, one.column.partition(".")[0]} & there)
    ]
    if missing:
        advice = f"mend the mapping, or the file ({place.file})"
        problems = [
            Problem("no-column", f"{place.file} has no column {one.column!r}", one.place, advice)
            for one in missing
        ]
        raise InputError(*problems)


def _wrong_encoding(place: Place, style: FileFormat) -> NoReturn:
    advice = "name the right one in the mapping: `file: {encoding: cp1252}`"
    _fail("wrong-encoding", f"the file is not {style.encoding}", place, advice)


def _fail(code: str, what: str, place: Place, advice: str) -> NoReturn:
    raise InputError(Problem(code, what, place, advice)) from None
