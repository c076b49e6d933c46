"""What the footers of a source's files say of the rows in them, so that nobody has to read them to know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

NUMBER, AUTHOR_NUMBER = "number", "author_number"


def names_no_contributor(path: Path) -> bool:
    """Tell whether a file's footer says that no record names a contributor; false where it does not say."""
    footer = pq.read_metadata(path)
    chunks = [
        footer.row_group(group).column(column)
        for column in range(footer.num_columns)
        if footer.schema.column(column).path.startswith("contributors.")
        for group in range(footer.num_row_groups)
    ]
    return bool(chunks) and all(
        chunk.statistics is not None and chunk.statistics.num_values == 0 for chunk in chunks
    )


def offsets(members: Sequence[Path], records: Sequence[Path]) -> tuple[int, ...] | None:
    """Return what to add to the numbers of each source's members so that no two are the same, ``None`` where text must join.

    The files come source by source, in the same order. Numbers name authors where every file has them and, with several sources,
    where none has an author who is not among its own members: they might be among another's.
    """
    if len(members) != len(records) or not all(_names_authors(path, len(records) == 1) for path in records):
        return None
    found, start = [], 0
    for path in members:
        end = _end(path)
        if end is None:
            return None
        found.append(start)
        start += end
    return tuple(found)


def _end(path: Path) -> int | None:
    """Return the number after the greatest one of a members file, ``None`` where the footer does not say."""
    chunks = _of_column(path, NUMBER)
    if chunks is None or not all(map(_is_bounded, chunks)):
        return None
    return max((int(chunk.statistics.max) + 1 for chunk in chunks), default=0)


def _names_authors(path: Path, alone: bool) -> bool:
    """Tell whether every author of a records file has a number that names them, or nobody where the source is ``alone``."""
    chunks = _of_column(path, AUTHOR_NUMBER)
    if chunks is None:
        return False
    return alone or all(
        chunk.statistics is not None
        and (not chunk.statistics.num_values or (_is_bounded(chunk) and chunk.statistics.min >= 0))
        for chunk in chunks
    )


def _is_bounded(chunk: pq.ColumnChunkMetaData) -> bool:
    return chunk.statistics is not None and chunk.statistics.has_min_max


def _of_column(path: Path, name: str) -> list[pq.ColumnChunkMetaData] | None:
    """Return what the footer says of a column in each group that has rows, ``None`` where there is no such column of numbers."""
    footer = pq.read_metadata(path)
    fields = (footer.schema.column(number) for number in range(footer.num_columns))
    columns = [
        number
        for number, field in enumerate(fields)
        if field.path == name and field.physical_type in ("INT32", "INT64")
    ]
    groups = (footer.row_group(number) for number in range(footer.num_row_groups))
    return [group.column(columns[0]) for group in groups if group.num_rows] if columns else None
