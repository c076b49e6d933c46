"""What the log says of all members, in columns: one row an entry, so that the log at any earlier size is a slice of each table.

``StandingIndex`` is the same for one member, value by value. This is for a gate, which reads tables; a test holds the two together.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sayso.ledger.codec import decode, encode
from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    Entry,
    Event,
    MemberErased,
    NoticeGiven,
    ObjectionStep,
    RecordDeleted,
)
from sayso.ledger.standing import StandingIndex
from sayso.values.moments import Moment
from sayso.values.standing import Notice, Suspension

TEXT, MOMENT, FLAG = pa.string(), pa.int64(), pa.bool_()
_HEAD = {"entry": pa.int64(), "logged_at": MOMENT}

WORDS = pa.schema({**_HEAD, "tag": TEXT, "control": TEXT, "yes": FLAG, "said_at": MOMENT, "version": TEXT})
PERSONAL = pa.schema({**_HEAD, "tag": TEXT, "version": TEXT, "given_at": MOMENT})
DELETIONS = pa.schema({**_HEAD, "tag": TEXT, "record": TEXT, "deleted_at": MOMENT})
CLOSINGS = pa.schema({**_HEAD, "tag": TEXT, "closed_at": MOMENT})
ERASURES = pa.schema({**_HEAD, "tag": TEXT, "erased_at": MOMENT})
STEPS = pa.schema({**_HEAD, "tag": TEXT, "objection": pa.int64(), "step": TEXT, "at": MOMENT, "reason": TEXT})
OTHERS = pa.schema({**_HEAD, "leaf": pa.binary()})

_SCHEMAS = {
    "words": WORDS,
    "personal": PERSONAL,
    "deletions": DELETIONS,
    "closings": CLOSINGS,
    "erasures": ERASURES,
    "steps": STEPS,
    "others": OTHERS,
}
_Row = tuple[Any, ...]
_OF: dict[type, tuple[str, Callable[[Any], _Row]]] = {
    ChoiceMade: ("words", attrgetter("tag", "control", "yes", "at", "version")),
    RecordDeleted: ("deletions", attrgetter("tag", "record", "at")),
    AccountClosed: ("closings", attrgetter("tag", "at")),
    MemberErased: ("erasures", attrgetter("tag", "at")),
    ObjectionStep: ("steps", attrgetter("tag", "entry", "step", "at", "reason")),
}
"""The table of each kind of entry that there is one of for many members, and what of it a row holds."""


@dataclass(frozen=True, eq=False)
class LogIndex:
    """The first ``size`` entries of a log, by kind, each table in the order of the log.

    ``personal`` are the notices to one member each; ``others`` holds the leaves of what concerns many at once, which is little.
    """

    size: int
    words: pa.Table
    personal: pa.Table
    deletions: pa.Table
    closings: pa.Table
    erasures: pa.Table
    steps: pa.Table
    others: pa.Table

    @classmethod
    def empty(cls) -> Self:
        """Return the index of the empty log."""
        return cls(0, **{name: schema.empty_table() for name, schema in _SCHEMAS.items()})

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """Return the index of the entries of a log, from its first."""
        return cls.empty().extended(entries)

    @classmethod
    def of_some(cls, size: int, entries: Iterable[Entry]) -> Self:
        """Return what some of the first ``size`` entries of a log say, given in any order."""
        rows = _rows(sorted(entries, key=attrgetter("number")))
        return cls(size, **{name: _joined(_SCHEMAS[name].empty_table(), some) for name, some in rows.items()})

    def extended(self, entries: Iterable[Entry]) -> Self:
        """Return the index with later entries; raises ``ValueError`` for one that does not come next.

        >>> said = ChoiceMade("5f", "genai", False, Moment(7), "v1", "settings")
        >>> LogIndex.of([Entry(0, Moment(9), said)]).words.to_pylist()[0]["control"]
        'genai'
        """
        rows = _rows(self._next(entries))
        size = self.size + sum(map(len, rows.values()))
        more = {name: _joined(getattr(self, name), some) for name, some in rows.items() if some}
        return type(self)(size, **{**self._tables(), **more})

    def _next(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for size, entry in enumerate(entries, self.size):
            if entry.number != size:
                raise ValueError(f"entry {entry.number} does not come after the {size} before it")
            yield entry

    def upto(self, size: int) -> Self:
        """Return the index of the first ``size`` entries; raises ``ValueError`` for more than there are."""
        if size > self.size:
            raise ValueError(f"there are {self.size} entries here, not {size}")
        return type(self)(size, **{name: _first(table, size) for name, table in self._tables().items()})

    def _tables(self) -> dict[str, pa.Table]:
        return {name: getattr(self, name) for name in _SCHEMAS}

    # What concerns many at once

    def wide(self) -> Iterator[Entry]:
        """Return the entries that are not of one member, in the order of the log."""
        leaves = zip(
            self.others.column("leaf").to_pylist(), self.others.column("entry").to_pylist(), strict=True
        )
        return (decode(leaf, number) for leaf, number in leaves)

    @cached_property
    def _standing(self) -> StandingIndex:
        return StandingIndex.of(self.wide())

    def notices(self) -> tuple[Notice, ...]:
        """Return the notices to everyone and to regions, in the order of their entries."""
        return self._standing.notices()

    def suspensions(self) -> tuple[Suspension, ...]:
        """Return the suspensions, each ended by the earliest of its end and its lifts, in the order of their entries."""
        return self._standing.suspensions()

    def erased(self) -> frozenset[str]:
        """Return the tags of the members who were erased."""
        return frozenset(self.erasures.column("tag").to_pylist())

    def latest(self) -> Moment:
        """Return the latest moment at which an entry was logged, 0 in an empty log."""
        found = (pc.max(table.column("logged_at")).as_py() for table in self._tables().values())
        return Moment(max((moment for moment in found if moment is not None), default=0))

    def saying_no(self, noes: Iterable[str], yeses: Iterable[tuple[str, str]], at: Moment) -> frozenset[str]:
        """Return the tags whose latest word at a moment, among the noes through some controls and the yeses through some pairs
        of version and control, is no; at equal times the later entry counts.
        """
        relevant = _relevant(self.words, noes, yeses, at)
        if not relevant.num_rows:
            return frozenset()
        tags = relevant.column("tag").combine_chunks().dictionary_encode()
        whose = tags.indices.to_numpy(zero_copy_only=False)
        order = np.lexsort(
            (relevant.column("entry").to_numpy(), relevant.column("said_at").to_numpy(), whose)
        )
        last = order[np.append(np.diff(whose[order]) != 0, True)]
        noes_last = last[~relevant.column("yes").to_numpy()[last]]
        return frozenset(tags.dictionary.take(pa.array(whose[noes_last])).to_pylist())

    # As bytes

    def to_bytes(self) -> bytes:
        """Return the tables as Arrow IPC streams, one after the other."""
        sink = io.BytesIO()
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        for table in self._tables().values():
            with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
                writer.write_table(table)
        return sink.getvalue()

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Self:
        """Return the index of ``size`` entries that ``to_bytes`` wrote; raises ``ValueError`` for anything else."""
        source = pa.BufferReader(data)
        try:
            tables = {name: pa.ipc.open_stream(source).read_all() for name in _SCHEMAS}
        except (pa.ArrowException, OSError) as error:
            raise ValueError("not the tables of a log") from error
        whole = all(table.schema == _SCHEMAS[name] for name, table in tables.items())
        if not whole or sum(table.num_rows for table in tables.values()) != size:
            raise ValueError("not the tables of a log of that size")
        return cls(size, **tables)


_parts = attrgetter("number", "logged_at", "event")


def _rows(entries: Iterable[Entry]) -> dict[str, list[_Row]]:
    """Return the rows of each table, in the order of the entries."""
    rows: dict[str, list[_Row]] = {name: [] for name in _SCHEMAS}
    for number, logged_at, event in map(_parts, entries):
        name, row = _row(event, logged_at)
        rows[name].append((number, logged_at, *row))
    return rows


def _row(event: Event, logged_at: Moment) -> tuple[str, _Row]:
    name, row = _OF.get(type(event), ("others", None))
    if row is not None:
        return name, row(event)
    if isinstance(event, NoticeGiven) and event.tag is not None:
        return "personal", (event.tag, event.version, event.at)
    return "others", (encode(event, logged_at),)


def _joined(table: pa.Table, rows: list[_Row]) -> pa.Table:
    if not rows:
        return table
    columns = zip(zip(*rows, strict=True), table.schema, strict=True)
    return pa.concat_tables(
        [table, pa.table([pa.array(column, field.type) for column, field in columns], schema=table.schema)]
    )


def _first(table: pa.Table, size: int) -> pa.Table:
    return table.slice(0, int(np.searchsorted(table.column("entry").to_numpy(), size)))


def _relevant(words: pa.Table, noes: Iterable[str], yeses: Iterable[tuple[str, str]], at: Moment) -> pa.Table:
    heard = words.filter(pc.less_equal(words.column("said_at"), at))
    yes, control, version = (heard.column(name) for name in ("yes", "control", "version"))
    wanted = pc.and_not(pc.is_in(control, pa.array(sorted(noes), TEXT)), yes)
    for shown in sorted({shown for shown, _ in yeses}):
        names = pa.array(sorted(name for one, name in yeses if one == shown), TEXT)
        said = pc.and_(pc.equal(version, shown), pc.is_in(control, names))
        wanted = pc.or_(wanted, pc.and_(yes, said))
    return heard.filter(wanted)
