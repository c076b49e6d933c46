"""The catalogue of a project's sources: their columns in memory, read anew where a source's files are others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import islice
from operator import itemgetter
from os import listdir
from os.path import isdir
from threading import Lock

import pyarrow.parquet as pq

from sayso.errors import IntegrityError
from sayso.holdings import MISSING
from sayso.stores.shelves import Shelves
from sayso.stores.sources import DAMAGED, MEMBERS, RECORDS, FileSources, unreadable
from sayso.stores.volume import Volume
from sayso.values.members import Member
from sayso.values.records import Record

_File = tuple[int, int, int]
_Source = tuple[str, _File, _File]
_State = tuple[_Source, ...]


class FileCatalogue:
    """A ``holdings.Catalogue`` over ``FileSources``.

    Each call looks at the files' states first, some 10 microseconds a source. Where one is another it is read, once for all
    threads, which wait for it: nobody is answered from what was there before, nor from half of each.
    """

    def __init__(self, sources: FileSources, state_of: Callable[[str | int], _File]) -> None:
        """Read nothing yet; ``state_of`` returns what another file in a path's place, or an open file, does not share."""
        self._sources, self._state_of = sources, state_of
        self._lock = Lock()
        self._held: tuple[_State, Shelves] = ((), Shelves(()))

    def now(self) -> Shelves:
        """Return what the sources hold: the same object for as long as they do not change.

        Raises ``IntegrityError`` where a source cannot be read.
        """
        return self.current() or self._renewed()

    def current(self) -> Shelves | None:
        """Return what the sources hold where it has been read already, ``None`` where that comes first."""
        state, shelves = self._held
        return shelves if self._look() == state else None

    def _renewed(self) -> Shelves:
        with self._lock:
            while (state := self._look()) != self._held[0]:
                try:
                    fresh = Shelves(self._volumes(state))
                except (FileNotFoundError, IntegrityError):
                    if self._look() == state:
                        raise
                    continue  # it was replaced in between
                if self._look() == state:
                    self._held = (state, fresh)
            return self._held[1]

    def _volumes(self, state: _State) -> list[Volume]:
        known = dict(zip(self._held[0], self._held[1].volumes, strict=True))
        return [known.get(one) or self._read(one[0]) for one in state]

    def _read(self, name: str) -> Volume:
        folder = self._sources.folder(name)
        try:
            return Volume(folder / MEMBERS, folder / RECORDS)
        except FileNotFoundError:
            raise
        except (OSError, *DAMAGED) as error:
            raise unreadable(name, error) from None

    def _look(self) -> _State:
        """Return the states of the sources' files; of one that is being replaced just now, what is held of it."""
        root = str(self._sources.root)
        found: dict[str, _Source] = {}
        for name in listdir(root) if isdir(root) else ():
            try:
                members, records = (self._state_of(f"{root}/{name}/{file}") for file in (MEMBERS, RECORDS))
                found[name] = (name, members, records)
            except (FileNotFoundError, NotADirectoryError):
                continue
        for one in self._held[0]:
            if one[0] not in found:
                if self._sources.is_moving(one[0]):
                    found[one[0]] = one
                elif one[0] in self._sources.names():
                    return self._look()  # it came into its place in between
        return tuple(found[name] for name in sorted(found))

    # What is asked

    @property
    def members(self) -> int:
        """Return the number of members."""
        return self.now().members

    @property
    def records(self) -> int:
        """Return the number of records."""
        return self.now().records

    def member(self, member: str) -> Member | None:
        """Return the member of an id, ``None`` where no source has them."""
        return self.now().member(member)

    def record(self, record: str) -> Record | None:
        """Return the record of an id, without its text, ``None`` where no source has it."""
        return self.now().record(record)

    def count(self, member: str) -> int:
        """Return how many records have this member as their author."""
        return sum(len(rows) for _, rows in self.now().newest_of(member))

    def records_of(self, member: str, start: int = 0, most: int = 100) -> tuple[str, ...]:
        """Return the ids of a member's own records, the newest first, at most ``most`` from place ``start`` on.

        Records without a moment come last; those of one moment stand as in the source.
        """
        found = self.now().newest_of(member)
        newest = (
            [(~int(table.created_at[row]), place, row) for row in rows[: start + most].tolist()]
            for place, (table, rows) in enumerate(found)
        )
        page = islice(merge(*newest, key=itemgetter(0)), start, start + most)
        return tuple(found[place][0].index.ids[row].as_py() for _, place, row in page)

    def text(self, record: str) -> str | None:
        """Return the text of a record, ``None`` where no source has it."""
        return self.texts((record,))[0]

    def texts(self, records: Sequence[str]) -> tuple[str | None, ...]:
        """Return the texts of some records in their order: each row group that has one of them is read once.

        Raises ``IntegrityError`` where a source cannot be read.
        """
        while True:
            shelves = self.now()
            rows = shelves.rows(records)
            found: list[str | None] = [None] * len(records)
            wanted: dict[int, list[tuple[int, int]]] = {}
            for place, row in enumerate(rows.tolist()):
                if row != MISSING:
                    source, own = shelves.place(row)
                    wanted.setdefault(source, []).append((own, place))
            if all(self._fill(found, shelves, source, pairs) for source, pairs in wanted.items()):
                return tuple(found)

    def _fill(
        self, found: list[str | None], shelves: Shelves, source: int, pairs: list[tuple[int, int]]
    ) -> bool:
        """Put the texts of some rows in their places; tell whether the file was still the one that the rows are of."""
        state, held = self._held
        if held is not shelves:
            return False
        name, _, known = state[source]
        try:
            with (self._sources.folder(name) / RECORDS).open("rb") as opened, pq.ParquetFile(opened) as file:
                if self._state_of(opened.fileno()) != known:
                    return False
                for own, text in _texts_of(file, sorted(own for own, _ in pairs)):
                    for place in (place for row, place in pairs if row == own):
                        found[place] = text
        except FileNotFoundError:
            return False
        except (OSError, *DAMAGED) as error:
            raise unreadable(name, error) from None
        return True


def _texts_of(file: pq.ParquetFile, rows: list[int]) -> Iterator[tuple[int, str]]:
    """Yield the text of each of some rows, given in rising order."""
    first = 0
    for group in range(file.num_row_groups):
        last = first + file.metadata.row_group(group).num_rows
        own = sorted({row for row in rows if first <= row < last})
        if own:
            column = file.read_row_group(group, columns=["text"]).column(0)
            yield from zip(own, column.take([row - first for row in own]).to_pylist(), strict=True)
        first = last
