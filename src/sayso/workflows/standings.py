"""Standings as a long-lived process follows them: each worked out once, and dropped when the log says more of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock

from sayso.errors import InputError
from sayso.ledger.events import WIDE, Entry, tag_of
from sayso.ledger.standing import StandingIndex
from sayso.ports import LogStore
from sayso.values.standing import Notice, Standing, Suspension
from sayso.workflows.logbook import no_entry

KEPT = 20_000
"""Standings kept unless another number is given: some 20 MB where members have a few entries each."""
TAIL = 10_000
"""A longer tail is not read entry by entry: everything is dropped instead."""


@dataclass(frozen=True, eq=False)
class View:
    """Everybody's standing after the first ``size`` entries of the log, and what those say to many at once.

    ``wide`` is one more than the number of the last entry that says something to many, 0 where there is none.
    """

    size: int
    wide: int
    notices: tuple[Notice, ...]
    suspensions: tuple[Suspension, ...]
    _standings: Standings

    def of(self, tag: str | None) -> Standing:
        """Return the standing of a tag, as ``StandingIndex.standing`` tells it; of ``None`` what holds for everyone."""
        if tag is None:
            return Standing(notices=self.notices, suspensions=self.suspensions)
        return self._standings._of(self, tag)


class Standings:
    """Follows a log, for many threads at once: what it answers rests on every entry that was in the log at the call."""

    def __init__(self, log: LogStore, kept: int = KEPT, tail: int = TAIL) -> None:
        """Stand before the log's first entry; ``kept`` standings are held at most, ``tail`` entries are read one by one."""
        self._log, self._most, self._tail = log, kept, tail
        self._lock = Lock()
        self._kept: dict[str, tuple[int, Standing]] = {}
        self._wide = StandingIndex()
        self._view = View(0, 0, (), (), self)

    def now(self, at_least: int | None = None) -> View:
        """Return the standings as the log tells them now.

        Raises ``InputError`` where the log has no entry of the number ``at_least``: what is demanded to be seen is not there.
        """
        size = self._log.size()
        view = self._view
        if view.size < size:
            with self._lock:
                if self._view.size < size:
                    self._follow(size)
                view = self._view
        if at_least is not None and not 0 <= at_least < view.size:
            raise InputError(no_entry(at_least, view.size))
        return view

    def _follow(self, size: int) -> None:
        wide: list[Entry] = []
        if size - self._view.size > self._tail:
            self._kept.clear()
            self._wide = StandingIndex.of(self._log.wide_entries(size))
        else:
            for entry in self._log.entries(self._view.size, size):
                tag = tag_of(entry.event)
                if tag is not None:
                    self._kept.pop(tag, None)
                elif isinstance(entry.event, WIDE):
                    wide.append(entry)
            self._wide.extend(wide)
        if wide:
            self._kept.clear()
        self._view = View(size, self._wide.size, self._wide.notices(), self._wide.suspensions(), self)

    def _of(self, view: View, tag: str) -> Standing:
        kept = self._kept.get(tag)
        # One that was worked out at a later size may rest on entries that the view does not have.
        if kept is not None and kept[0] <= view.size:
            return kept[1]
        own = StandingIndex.of(self._log.entries_of(tag, view.size)).standing(tag)
        found = replace(own, notices=(*view.notices, *own.notices), suspensions=view.suspensions)
        with self._lock:
            # What was read for an earlier size may have been dropped meanwhile, and must not come back.
            if self._view is view:
                while len(self._kept) >= self._most:
                    del self._kept[next(iter(self._kept))]
                self._kept[tag] = (view.size, found)
        return found
