"""A published data set in Python: ``sayso.open("writers")``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from sayso.config import find_project
from sayso.dataset.manifest import Manifest
from sayso.dataset.rows import SCHEMA
from sayso.wiring import open_project
from sayso.workflows.reading import Opened, open_published


class Reader:
    """The rows of a published data set that may be used at the moment of opening it.

    Whoever has said no since the set was published is left out, though their rows still lie in its files. What was opened stays as
    it was opened: open it anew before every run of training.
    """

    def __init__(self, opened: Opened) -> None:
        """Read what was opened; ``open_dataset`` does it by name."""
        self._opened = opened
        self._table: pa.Table | None = None

    @property
    def manifest(self) -> Manifest:
        """The manifest of the version that is read."""
        return self._opened.manifest

    @property
    def left_out(self) -> int:
        """How many published rows are left out, because they may not be used any more."""
        return self._opened.left_out

    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""
        return list(SCHEMA.names)

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.manifest.rows - self.left_out

    def batches(self, rows: int = 10_000) -> Iterator[pa.RecordBatch]:
        """Yield the rows in Arrow batches of at most so many, shard by shard, with a shard in memory at a time."""
        for table in self._opened.tables():
            yield from table.to_batches(max_chunksize=rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield each row as a dictionary of its columns."""
        for batch in self.batches():
            yield from batch.to_pylist()

    def to_table(self) -> pa.Table:
        """Return all rows as one Arrow table."""
        if self._table is None:
            self._table = pa.concat_tables(list(self._opened.tables()))
        return self._table

    def __getitem__(self, place: int) -> dict[str, Any]:
        """Return the row of a place, which counts from 0, or from the end where it is negative; raises ``IndexError`` beyond."""
        first = place + len(self) if place < 0 else place
        if not 0 <= first < len(self):
            raise IndexError("no such row")
        row: dict[str, Any] = self.to_table().slice(first, 1).to_pylist()[0]
        return row

    def to_dataset(self) -> ds.Dataset:
        """Return the rows as an in-memory ``pyarrow.dataset``, for filters, projections and scanners."""
        return ds.dataset(self.to_table())


def open_dataset(name: str, project: str | Path | None = None) -> Reader:
    """Return a reader of a published data set; ``project`` is its folder, else the nearest one upward that is a project.

    Raises what ``workflows.reading.open_published`` and ``wiring.open_project`` raise.
    """
    root = find_project(Path.cwd()) if project is None else Path(project)
    with open_project(root) as opened:
        return Reader(open_published(opened.yard, opened.datasets, name))
