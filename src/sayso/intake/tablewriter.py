"""One Parquet file, written row by row with bounded memory, and the digest of its logical rows."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from sayso.intake.refusals import Refusal, RowError
from sayso.intake.tablefiles import canonical_line, logical_names

ROWS_IN_GROUP = 50_000
BYTES_IN_GROUP = 32 << 20


class WrittenTable(NamedTuple):
    """How many rows a table has, and the SHA-256 of their canonical lines."""

    rows: int
    digest: str


class TableWriter:
    """Collects rows and writes a row group every 50,000 rows or 32 MiB of canonical lines, whichever comes first."""

    def __init__(self, file: Path, schema: pa.Schema) -> None:
        """Open the file, which is complete after ``close``."""
        self._schema = schema
        self._names = logical_names(schema)
        self._file = pq.ParquetWriter(file, schema, compression="zstd")
        self._rows: list[tuple[object, ...]] = []
        self._bytes = 0
        self._written = 0
        self._digest = hashlib.sha256()

    def line(self, cells: tuple[object, ...]) -> bytes:
        """Return the canonical line of a row, whose cells come in the schema's order, without what is derived.

        Raises ``RowError`` (``not-unicode``) where a text holds a lone surrogate.
        """
        try:
            return canonical_line(self._names, cells)
        except UnicodeEncodeError:
            raise RowError(Refusal.NOT_UNICODE) from None

    def add(self, cells: tuple[object, ...], line: bytes) -> None:
        """Keep a row: all its cells in the schema's order, and their canonical line."""
        self._rows.append(cells)
        self._digest.update(line)
        self._bytes += len(line)
        if len(self._rows) >= ROWS_IN_GROUP or self._bytes >= BYTES_IN_GROUP:
            self._write()

    def _write(self) -> None:
        columns = zip(*self._rows, strict=True) if self._rows else ([] for _ in self._schema)
        arrays = [
            pa.array(list(cells), type=field.type) for cells, field in zip(columns, self._schema, strict=True)
        ]
        self._file.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._written += len(self._rows)
        self._rows, self._bytes = [], 0

    def close(self) -> WrittenTable:
        """Complete the file, and return what is in it."""
        if self._rows or not self._written:
            self._write()
        self._file.close()
        return WrittenTable(self._written, "sha256:" + self._digest.hexdigest())

    def abandon(self) -> None:
        """Let go of the file as it is; closing a closed one changes nothing."""
        self._file.close()
