"""One source in memory: the columns of its members and its records as small numbers, without names and without texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sayso.holdings import MISSING, NO_MOMENT, Coded, Numbers
from sayso.stores.idindex import IdIndex
from sayso.values.members import Attributes, Member
from sayso.values.moments import Moment
from sayso.values.records import Record


def attribute_of(column: str) -> str:
    """Return the attribute that a column carries.

    >>> attribute_of("attr_region_source")
    'region-source'
    """
    return column.removeprefix("attr_").replace("_", "-")


class Volume:
    """What one source holds, as it was when it was read."""

    def __init__(self, members: Path, records: Path) -> None:
        """Read both tables; raises like Arrow where one is damaged."""
        self.members, self.records = MemberTable(members), RecordTable(records)


class MemberTable:
    """A source's members, row by row as in its file, and one row more in each column, in which nothing is known."""

    def __init__(self, path: Path) -> None:
        """Read the file."""
        table = _read(path, ("region",), ("born", "age_min", "age_max", "joined_at", "closed_at"), "member")
        self.index = IdIndex(_texts(table, "member"))
        self.region = _and_nothing(_coded(table, "region"))
        self.born, self.age_min, self.age_max = (
            np.append(_integers(table, name, MISSING), np.int32(MISSING))
            for name in ("born", "age_min", "age_max")
        )
        self.joined_at, self.closed_at = (
            np.append(_integers(table, name, NO_MOMENT), np.int64(NO_MOMENT))
            for name in ("joined_at", "closed_at")
        )
        self.attributes = tuple((name, _and_nothing(column)) for name, column in _attributes(table))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.index.ids)

    def at(self, row: int) -> Member:
        """Return the member of a row."""
        return Member(
            self.index.ids[row].as_py(),
            self.region.values[self.region.codes[row]],
            _known(self.born, row, MISSING),
            _known(self.age_min, row, MISSING),
            _known(self.age_max, row, MISSING),
            _carried(self.attributes, row),
            _moment(self.joined_at, row),
            _moment(self.closed_at, row),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Hands:
    """The contributors of records: pairs of a row and a place in ``names``, in rising order of rows."""

    rows: Numbers
    codes: NDArray[np.int32]
    names: pa.StringArray

    def of(self, row: int) -> tuple[str, ...]:
        """Return the contributors of one row."""
        first = self.rows.searchsorted(row)
        if first == len(self.rows) or self.rows[first] != row:
            return ()
        last = self.rows.searchsorted(row, "right")
        return tuple(self.names[code].as_py() for code in self.codes[first:last].tolist())


class RecordTable:
    """A source's records, row by row as in its file, and for each author their records, the newest first."""

    def __init__(self, path: Path) -> None:
        """Read the file."""
        coded = ("author", "category", "visibility", "language")
        table = _read(
            path, coded, ("created_at", "collected_at", "deleted_at", "contributors", "reply_to"), "record"
        )
        self.index = IdIndex(_texts(table, "record"))
        self.author, self.names = _dictionary(table.column("author"))
        self.category, self.visibility = _coded(table, "category"), _coded(table, "visibility")
        self.language = _coded(table, "language")
        self.created_at, self.collected_at, self.deleted_at = (
            _integers(table, name, NO_MOMENT) for name in ("created_at", "collected_at", "deleted_at")
        )
        self.hands = _hands(table.column("contributors"))
        self.reply_to = _texts(table, "reply_to") if "reply_to" in table.column_names else None
        self.attributes = _attributes(table)
        # ``~`` turns the order round and puts what has no moment last.
        self._newest = np.lexsort((~self.created_at, self.author)).astype(np.int32)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.index.ids)

    @cached_property
    def _starts(self) -> Numbers:
        return np.searchsorted(self.author[self._newest], np.arange(1, len(self.names) + 2)).astype(np.int64)

    def newest_of(self, code: int) -> NDArray[np.int32]:
        """Return the rows of an author, by their place in ``names`` plus one, the newest first."""
        return self._newest[self._starts[code - 1] : self._starts[code]]

    def at(self, row: int) -> Record:
        """Return the record of a row, without its text."""
        code = int(self.author[row])
        category, visibility = (
            column.values[column.codes[row]] for column in (self.category, self.visibility)
        )
        return Record(
            self.index.ids[row].as_py(),
            self.names[code - 1].as_py() if code else None,
            category or "",
            visibility or "",
            _moment(self.created_at, row),
            _moment(self.collected_at, row),
            _moment(self.deleted_at, row),
            _carried(self.attributes, row),
            self.hands.of(row) if len(self.hands.rows) else (),
            self.language.values[self.language.codes[row]],
            reply_to=None if self.reply_to is None else self.reply_to[row].as_py(),
        )


def _read(path: Path, coded: Iterable[str], plain: Iterable[str], key: str) -> pa.Table:
    """Return the columns of a file that are there, texts of few values as dictionaries."""
    with pa.OSFile(str(path)) as opened:  # once: another file may be in its place the next time
        names = pq.read_schema(opened).names
        opened.seek(0)
        coded = [name for name in names if name in set(coded) or name.startswith("attr_")]
        columns = [name for name in names if name in {key, *plain, *coded}]
        with pq.ParquetFile(opened, read_dictionary=coded) as file:
            return file.read(columns)


def _texts(table: pa.Table, name: str) -> pa.StringArray:
    return _whole(table.column(name).cast(pa.string()))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _and_nothing(column: Coded) -> Coded:
    return Coded(np.append(column.codes, np.zeros(1, column.codes.dtype)), column.values)


def _integers(table: pa.Table, name: str, otherwise: int) -> NDArray[Any]:
    column = table.column(name)
    kind = pa.int64() if otherwise == NO_MOMENT else pa.int32()
    filled: NDArray[Any] = _whole(pc.fill_null(column.cast(kind), otherwise)).to_numpy()
    return filled


def _dictionary(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], pa.StringArray]:
    """Return for each row one more than the place of its text among the distinct ones, 0 where it has none."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    if not column.num_chunks:
        return np.empty(0, np.int32), pa.array([], pa.string())
    one = _whole(column.unify_dictionaries())
    codes = pc.fill_null(one.indices.cast(pa.int32()), MISSING).to_numpy() + np.int32(1)
    return codes, one.dictionary.cast(pa.string())


def _coded(table: pa.Table, name: str) -> Coded:
    codes, names = _dictionary(table.column(name))
    return Coded(codes.astype(np.min_scalar_type(len(names))), (None, *names.to_pylist()))


def _attributes(table: pa.Table) -> tuple[tuple[str, Coded], ...]:
    names = [name for name in table.column_names if name.startswith("attr_")]
    return tuple(
        sorted(((attribute_of(name), _coded(table, name)) for name in names), key=lambda pair: pair[0])
    )


def _hands(column: pa.ChunkedArray) -> Hands:
    lists = _whole(column)
    codes, names = _dictionary(pa.chunked_array([pc.list_flatten(lists)]))
    rows = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    return Hands(rows, codes - np.int32(1), names)


def _carried(columns: tuple[tuple[str, Coded], ...], row: int) -> Attributes:
    held = ((name, column.values[column.codes[row]]) for name, column in columns)
    return tuple((name, value) for name, value in held if value is not None)


def _known(column: NDArray[Any], row: int, otherwise: int) -> int | None:
    value = int(column[row])
    return None if value == otherwise else value


def _moment(column: NDArray[np.int64], row: int) -> Moment | None:
    value = _known(column, row, NO_MOMENT)
    return None if value is None else Moment(value)
