"""All sources of a moment side by side: rows and people numbered through, answers put together from each source's columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sayso.holdings import MISSING, NO_MOMENT, Coded, MemberColumns, Numbers, RecordColumns
from sayso.stores.volume import MemberTable, RecordTable, Volume
from sayso.values.members import Member
from sayso.values.records import Record

_PIECE = 1 << 16
_Values = tuple[str | None, ...]
_NONE = Coded(np.zeros(0, np.uint8), (None,))


class _Part(NamedTuple):
    """Which places of a question one source answers, its number, and its own rows for them."""

    places: NDArray[np.int64] | slice
    source: int
    rows: Numbers


class Shelves:
    """The holdings of a project (``holdings.Holdings``): an id that two sources have is the first one's, by name."""

    def __init__(self, volumes: Iterable[Volume]) -> None:
        """Put the sources, in the order of their names, side by side."""
        self.volumes = tuple(volumes)
        self._member_starts = _starts(len(one.members) for one in self.volumes)
        self._record_starts = _starts(len(one.records) for one in self.volumes)
        self.members, self.records = int(self._member_starts[-1]), int(self._record_starts[-1])
        self._strangers: dict[str, int] = {}
        self._authors = [self._numbered(one.records.names) for one in self.volumes]
        self._hands = [self._numbered(one.records.hands.names) for one in self.volumes]
        self._stranger_ids = tuple(self._strangers)
        self.nobody = self.members + len(self._strangers)
        self._authors = [np.append(np.int64(self.nobody), numbers) for numbers in self._authors]

    def _numbered(self, names: pa.StringArray) -> Numbers:
        """Return the numbers of people, those who are nobody's members after all who are."""
        numbers = np.empty(len(names), np.int64)
        for start in range(0, len(names), _PIECE):
            some = names.slice(start, _PIECE).to_pylist()
            found = self._find(some, self._member_starts, lambda one, ids: one.members.index.find(ids))
            for place in np.flatnonzero(found == MISSING).tolist():
                found[place] = self._strangers.setdefault(some[place], self.members + len(self._strangers))
            numbers[start : start + len(some)] = found
        return numbers

    def _find(
        self, ids: Sequence[str], starts: Numbers, find: Callable[[Volume, Sequence[str]], Numbers]
    ) -> Numbers:
        rows = np.full(len(ids), MISSING, np.int64)
        left = np.arange(len(ids))
        for source, volume in enumerate(self.volumes):
            found = find(volume, ids if len(left) == len(ids) else [ids[place] for place in left.tolist()])
            hit = found != MISSING
            rows[left[hit]] = found[hit] + starts[source]
            left = left[~hit]
            if not len(left):
                break
        return rows

    # One at a time

    @cached_property
    def regions(self) -> _Values:
        """Return the regions that members are in, none first."""
        return _merged(one.members.region.values for one in self.volumes)

    @cached_property
    def kinds(self) -> tuple[_Values, _Values]:
        """Return the categories and the visibilities of records, none first."""
        return (
            _merged(one.records.category.values for one in self.volumes),
            _merged(one.records.visibility.values for one in self.volumes),
        )

    def member(self, member: str) -> Member | None:
        """Return the member of an id, ``None`` where no source has them."""
        for volume in self.volumes:
            row = volume.members.index.one(member)
            if row != MISSING:
                return volume.members.at(row)
        return None

    def record(self, record: str) -> Record | None:
        """Return the record of an id, without its text, ``None`` where no source has it."""
        for volume in self.volumes:
            row = volume.records.index.one(record)
            if row != MISSING:
                return volume.records.at(row)
        return None

    def record_at(self, row: int) -> Record:
        """Return the record of a row, without its text."""
        source, own = self.place(row)
        return self.volumes[source].records.at(own)

    def place(self, row: int) -> tuple[int, int]:
        """Return the number of a record's source, and its row there."""
        source = int(self._record_starts.searchsorted(row, "right")) - 1
        return source, row - int(self._record_starts[source])

    def person(self, number: int) -> str | None:
        """Return the id of a person, ``None`` for ``nobody``."""
        if number >= self.nobody:
            return None
        if number >= self.members:
            return self._stranger_ids[number - self.members]
        source = int(self._member_starts.searchsorted(number, "right")) - 1
        found: str = self.volumes[source].members.index.ids[number - int(self._member_starts[source])].as_py()
        return found

    def newest_of(self, member: str) -> list[tuple[RecordTable, NDArray[np.int32]]]:
        """Return for each source that has any the rows of a member's own records, the newest first."""
        number = self._number(member)
        found = []
        for source, volume in enumerate(self.volumes):
            order, numbers = self._by_number[source]
            place = int(numbers.searchsorted(np.int32(number)))
            if number != self.nobody and place < len(numbers) and numbers[place] == number:
                found.append((volume.records, volume.records.newest_of(int(order[place]))))
        return found

    def _number(self, member: str) -> int:
        for source, volume in enumerate(self.volumes):
            row = volume.members.index.one(member)
            if row != MISSING:
                return row + int(self._member_starts[source])
        return self._strangers.get(member, self.nobody)

    @cached_property
    def _by_number(self) -> list[tuple[NDArray[np.int32], NDArray[np.int32]]]:
        """Return for each source its authors' places in the order of their numbers, and those numbers."""
        orders = [np.argsort(numbers[1:]).astype(np.int32) + np.int32(1) for numbers in self._authors]
        return [(o, n[o].astype(np.int32)) for o, n in zip(orders, self._authors, strict=True)]

    # Many at once

    def rows(self, records: Sequence[str]) -> Numbers:
        """Return the row of each record, ``MISSING`` for an id that no source has."""
        return self._find(records, self._record_starts, lambda one, ids: one.records.index.find(ids))

    def people(self, members: Sequence[str]) -> Numbers:
        """Return the number of each person, ``nobody`` for an id that no source has."""
        found = self._find(members, self._member_starts, lambda one, ids: one.members.index.find(ids))
        for place in np.flatnonzero(found == MISSING).tolist():
            found[place] = self._strangers.get(members[place], self.nobody)
        return found

    def of_records(self, rows: Numbers) -> RecordColumns:
        """Return the columns of some rows."""
        parts = _parts(rows, self._record_starts)
        tables = [volume.records for volume in self.volumes]
        author = np.full(len(rows), self.nobody, np.int64)
        for places, source, own in parts:
            author[places] = self._authors[source][tables[source].author[own]]
        categories, visibilities = self.kinds
        return RecordColumns(
            author,
            _texts(parts, len(rows), [table.category for table in tables], categories),
            _texts(parts, len(rows), [table.visibility for table in tables], visibilities),
            _integers(parts, len(rows), [table.created_at for table in tables], NO_MOMENT),
            _integers(parts, len(rows), [table.collected_at for table in tables], NO_MOMENT),
            _integers(parts, len(rows), [table.deleted_at for table in tables], NO_MOMENT),
            *self._hands_of(parts, rows),
        )

    def _hands_of(self, parts: list[_Part], rows: Numbers) -> tuple[Numbers, Numbers]:
        places, people = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for part in parts:
            hands = self.volumes[part.source].records.hands
            if len(hands.rows):
                first, last = hands.rows.searchsorted(part.rows), hands.rows.searchsorted(part.rows, "right")
                counts = last - first
                whose = np.repeat(first - np.append(0, np.cumsum(counts)[:-1]), counts) + np.arange(
                    counts.sum()
                )
                places.append(np.repeat(np.arange(len(rows))[part.places], counts))
                people.append(self._hands[part.source][hands.codes[whose]])
        return np.concatenate(places), np.concatenate(people)

    def of_people(self, people: Numbers) -> MemberColumns:
        """Return the columns of some people."""
        parts = self._people_parts(people)
        size, tables = len(people), [volume.members for volume in self.volumes]
        return MemberColumns(
            people < self.members,
            _texts(parts, size, [table.region for table in tables], self.regions),
            *(_integers(parts, size, [of(table) for table in tables], MISSING) for of in _AGES),
            *(_integers(parts, size, [of(table) for table in tables], NO_MOMENT) for of in _TIMES),
        )

    def record_attribute(self, name: str, rows: Numbers) -> Coded:
        """Return an attribute of some rows, ``None`` where it is not carried."""
        columns = [_named(volume.records.attributes, name) for volume in self.volumes]
        return _attribute(_parts(rows, self._record_starts), len(rows), columns)

    def member_attribute(self, name: str, people: Numbers) -> Coded:
        """Return an attribute of some people, ``None`` where it is not carried."""
        columns = [_named(volume.members.attributes, name) for volume in self.volumes]
        return _attribute(self._people_parts(people), len(people), columns)

    def _people_parts(self, people: Numbers) -> list[_Part]:
        """Sort people by their source; where there is one, its last row stands for all who are not in it."""
        if len(self.volumes) == 1:
            return [_Part(slice(None), 0, np.minimum(people, self.members))]
        return _parts(people, self._member_starts)


_AGES: tuple[Callable[[MemberTable], NDArray[Any]], ...] = (
    lambda table: table.born,
    lambda table: table.age_min,
    lambda table: table.age_max,
)
_TIMES: tuple[Callable[[MemberTable], NDArray[Any]], ...] = (
    lambda table: table.joined_at,
    lambda table: table.closed_at,
)


def _starts(lengths: Iterable[int]) -> Numbers:
    return np.cumsum([0, *lengths], dtype=np.int64)


def _parts(numbers: Numbers, starts: Numbers) -> list[_Part]:
    """Sort numbers by the source that has them; those beyond all are left out."""
    if len(starts) == 2 and (not len(numbers) or numbers.max() < starts[1]):
        return [_Part(slice(None), 0, numbers)]
    source = starts.searchsorted(numbers, "right") - 1
    parts = []
    for one in range(len(starts) - 1):
        places = np.flatnonzero(source == one)
        if len(places):
            parts.append(_Part(places, one, numbers[places] - starts[one]))
    return parts


def _integers(parts: list[_Part], size: int, columns: Sequence[NDArray[Any]], otherwise: int) -> Numbers:
    if len(parts) == 1 and isinstance(parts[0].places, slice):
        return columns[parts[0].source][parts[0].rows]
    found = np.full(size, otherwise, np.int64)
    for places, source, rows in parts:
        found[places] = columns[source][rows]
    return found


def _texts(parts: list[_Part], size: int, columns: Sequence[Coded], values: _Values) -> Coded:
    """Return a column in the codes of ``values``, which has the values of each source's own."""
    if len(parts) == 1 and isinstance(parts[0].places, slice) and columns[parts[0].source].values == values:
        return Coded(columns[parts[0].source].codes[parts[0].rows], values)
    codes = np.zeros(size, np.int32)
    for places, source, rows in parts:
        column = columns[source]
        own = column.codes[rows]
        if column.values == values:
            codes[places] = own
        else:
            codes[places] = np.array([values.index(value) for value in column.values], np.int32)[own]
    return Coded(codes, values)


def _attribute(parts: list[_Part], size: int, columns: Sequence[Coded | None]) -> Coded:
    carried = [part for part in parts if columns[part.source] is not None]
    some = [column or _NONE for column in columns]
    return _texts(carried, size, some, _merged(column.values for column in some))


def _named(attributes: tuple[tuple[str, Coded], ...], name: str) -> Coded | None:
    return next((column for key, column in attributes if key == name), None)


def _merged(columns: Iterable[_Values]) -> _Values:
    return tuple(dict.fromkeys([None, *(value for values in columns for value in values)]))
