"""The log as a build follows it: up to a size, extended with the tail, and what in the tail matters; and how its index is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    DatasetPublished,
    Entry,
    Event,
    MemberErased,
    ModelTrained,
    NoticeGiven,
    PolicyAdopted,
    RecordDeleted,
    RecordsImported,
    SuspensionLifted,
    SuspensionSet,
)
from sayso.ledger.index import LogIndex
from sayso.ports import LogStore
from sayso.workflows.facts import Yard
from sayso.workflows.keeping import keep, kept


class Bearing(IntEnum):
    """What an event means for a build that has begun: nothing, decide again, or begin again."""

    NONE = 0
    DECIDE_AGAIN = 1
    BEGIN_AGAIN = 2


_DECIDING = (ChoiceMade, NoticeGiven, SuspensionSet, SuspensionLifted, RecordDeleted, AccountClosed)
_CHANGING = (RecordsImported, MemberErased, PolicyAdopted)


def bearing(event: Event) -> Bearing:
    """Return what an event means for a build that has begun.

    Facts about members change decisions; sources, tags or the policy change what there is to decide.
    """
    if isinstance(event, _CHANGING):
        return Bearing.BEGIN_AGAIN
    return Bearing.DECIDE_AGAIN if isinstance(event, _DECIDING) else Bearing.NONE


class LogState:
    """What the log says up to a size, with the last version of each data set and each model, and the latest moment logged."""

    def __init__(self, log: LogStore, index: LogIndex | None = None) -> None:
        """Stand at the empty log, or where an index of it ends."""
        self._log = log
        self.index = LogIndex.empty() if index is None else index
        self.latest = self.index.latest()
        self.published: dict[str, DatasetPublished] = {}
        self.models: dict[str, ModelTrained] = {}
        for entry in self.index.wide():
            self._note(entry)

    @property
    def size(self) -> int:
        """Return how many entries of the log are folded in."""
        return self.index.size

    def extend(self, size: int) -> Bearing:
        """Fold the entries up to a size in, and return the gravest bearing among them."""
        self._gravest = Bearing.NONE
        self.index = self.index.extended(self._watched(self._log.entries(self.size, size)))
        return self._gravest

    def _watched(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            self._note(entry)
            self.latest = max(self.latest, entry.logged_at)
            self._gravest = max(self._gravest, bearing(entry.event))
            yield entry

    def _note(self, entry: Entry) -> None:
        if isinstance(entry.event, DatasetPublished):
            self.published[entry.event.name] = entry.event
        elif isinstance(entry.event, ModelTrained):
            self.models[entry.event.name] = entry.event


INDEX = "log.index"
"""The name of what is kept. It holds tags and moments, as the log does, and nothing that the log does not."""
TAIL = 2_000
"""Entries that are folded anew each time rather than kept at once: some 50 ms."""


def stood(yard: Yard, size: int | None = None) -> LogState:
    """Return the state of the log at a size, now where none is given, from what is kept of its index as far as that goes.

    Verification folds the log itself, with ``LogState``.
    """
    size = yard.book.log.size() if size is None else size
    index = _kept(yard)
    state = LogState(yard.book.log, None if index is None else index.upto(min(index.size, size)))
    state.extend(size)
    if size - (index.size if index else 0) > TAIL:
        keep(yard.book, yard.snapshots, INDEX, size, state.index.to_bytes())
    return state


def _kept(yard: Yard) -> LogIndex | None:
    found = kept(yard.book, yard.snapshots, INDEX)
    try:
        return None if found is None else LogIndex.from_bytes(*found)
    except ValueError:
        return None  # of an earlier format
