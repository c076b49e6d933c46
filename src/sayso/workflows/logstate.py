"""The log as a build follows it: folded up to a size, extended with the tail, and what in the tail matters."""

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
from sayso.ledger.standing import StandingIndex
from sayso.ports import LogStore
from sayso.values.moments import Moment


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
    """The log's standing index at a size, with the last version of each data set and each model, and the latest moment logged."""

    def __init__(self, log: LogStore) -> None:
        """Stand at the empty log."""
        self._log = log
        self.index = StandingIndex()
        self.size = 0
        self.published: dict[str, DatasetPublished] = {}
        self.models: dict[str, ModelTrained] = {}
        self.latest = Moment(0)

    def extend(self, size: int) -> Bearing:
        """Fold the entries up to a size in, and return the gravest bearing among them."""
        self._gravest = Bearing.NONE
        self.index.extend(self._watched(self._log.entries(self.size, size)))
        self.size = size
        return self._gravest

    def _watched(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            if isinstance(entry.event, DatasetPublished):
                self.published[entry.event.name] = entry.event
            elif isinstance(entry.event, ModelTrained):
                self.models[entry.event.name] = entry.event
            self.latest = max(self.latest, entry.logged_at)
            self._gravest = max(self._gravest, bearing(entry.event))
            yield entry
