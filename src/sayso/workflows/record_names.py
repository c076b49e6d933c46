"""The ids of deleted records: the log has their keyed tags alone, so the records of their authors are tagged to find them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.ledger.events import RecordDeleted
from sayso.ledger.standing import record_tag
from sayso.workflows.facts import Yard, record_files, state_of

REMEMBERED = 100_000
"""How many deleted records are remembered: some 20 MB."""


class RecordNames:
    """Finds the ids of deleted records and remembers them for as long as the sources are the same.

    A page of the feed that holds deletions which were not asked for before costs one pass over the authors of all records; of the
    records themselves those alone are read that lie in a row group with a record of such an author. Asking again costs nothing.
    """

    def __init__(self, yard: Yard) -> None:
        """Remember nothing yet."""
        self._yard = yard
        self._known: OrderedDict[str, str | None] = OrderedDict()
        self._ground: tuple[object, ...] = ()
        self._lock = Lock()

    def of(self, deletions: Iterable[RecordDeleted]) -> dict[str, str]:
        """Return the ids of the deleted records, by their tags, as far as a source has them and their author is known."""
        wanted = {event.record: event.tag for event in deletions}
        if not wanted:
            return {}
        with self._lock:
            files = record_files(self._yard.sources)
            ground = tuple(state_of(path) for path in files)
            if ground != self._ground:
                self._known.clear()
                self._ground = ground
            new = {record: tag for record, tag in wanted.items() if record not in self._known}
            if new:
                self._learn(files, new)
            found = {record: self._known.get(record) for record in wanted}
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return {tag: record for tag, record in found.items() if record is not None}

    def _learn(self, files: tuple[Path, ...], new: dict[str, str]) -> None:
        secret = self._yard.book.keys.secret()
        self._known.update(dict.fromkeys(new))
        found = (self._yard.tags.member_of(tag) for tag in sorted(set(new.values())))
        authors = pa.array([author for author in found if author is not None], pa.string())
        for record in _records_of(files, authors):
            tag = record_tag(secret, record)
            if tag in new:
                self._known[tag] = record


def _records_of(files: tuple[Path, ...], authors: pa.Array) -> Iterator[str]:
    """Yield the ids of the records whose author is one of some."""
    for path in files if len(authors) else ():
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                mask = pc.is_in(file.read_row_group(group, ["author"]).column("author"), value_set=authors)
                if pc.any(mask).as_py():
                    records = file.read_row_group(group, ["record"]).column("record")
                    yield from records.filter(mask).to_pylist()
