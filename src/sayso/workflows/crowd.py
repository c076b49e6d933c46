"""All people of the sources at once: what the log says of each, in columns that follow it.

Most of it is worked out once, from the kept index of the log; of whom the log says more since, their standing is asked.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sayso.holdings import MISSING, Holdings, Numbers
from sayso.ledger.events import tag_of
from sayso.ledger.histories import Histories, Timeline
from sayso.ledger.index import LogIndex
from sayso.ledger.standing import record_tag
from sayso.values.moments import DAY, Moment
from sayso.values.standing import Standing
from sayso.workflows.deletions import deletions
from sayso.workflows.facts import Yard
from sayso.workflows.logstate import stood
from sayso.workflows.standings import View

Word: TypeAlias = tuple[str, bool, str]
"""What somebody said: through which control, whether yes, and which version of the policy they were shown."""
MOST_FRESH = 50_000
"""When the log has said more of so many people, columns are worth making anew."""


class Heard(NamedTuple):
    """Of some people: their words, their own notices for each number of days, and whether their account was closed."""

    words: Numbers
    told: tuple[Numbers, ...]
    closed: Numbers


@dataclass(frozen=True, slots=True)
class _Own:
    """One person's words and notices in the order in which they count, and the histories up to each."""

    standing: Standing
    said_at: tuple[int, ...]
    words: tuple[int, ...]
    told_at: tuple[int, ...]
    told: tuple[int, ...]


class Crowd:
    """The people of some holdings; one thread at a time may ask it, with a view that is no older than the last one's."""

    def __init__(self, yard: Yard, held: Holdings, size: int) -> None:
        """Read what the first ``size`` entries of the log say."""
        self._yard, self._held, self.size = yard, held, size
        self.words: Histories[Word] = Histories()
        self.notices: Histories[str] = Histories()
        self._tags: dict[int, str] = {}
        self._own: dict[int, _Own] = {}
        self._fresh = np.zeros(held.nobody + 1, np.bool_)
        self._read(stood(yard, size).index)

    def _read(self, index: LogIndex) -> None:
        tags = self._yard.tags.table()
        everybody = self._held.nobody
        who = _People(self._held, tags)
        words = index.words
        things = [words.column(name) for name in ("control", "yes", "version")]
        self._said = _timeline(self.words, everybody, who.of(words), words.column("said_at"), things)
        told = index.personal
        versions = [told.column("version")]
        self._told = _timeline(self.notices, everybody, who.of(told), told.column("given_at"), versions)
        closings = index.closings
        self._closed = _timeline(Histories(), everybody, who.of(closings), closings.column("closed_at"), [])
        deleters = who.of(index.deletions)
        self._deleters = np.zeros(everybody + 1, np.bool_)
        self._deleters[deleters] = True
        self._deleters[everybody] = False
        self._gone_rows, self._gone_at = self._deleted_rows(index, deleters)

    def _deleted_rows(self, index: LogIndex, deleters: Numbers) -> tuple[Numbers, Numbers]:
        """Return the rows that their authors deleted, in rising order, and when."""
        found = deletions(self._yard, index)
        rows = self._held.rows(found.column("record").to_pylist())
        entries = index.deletions.column("entry").to_numpy().searchsorted(found.column("entry").to_numpy())
        here = rows != MISSING
        rows, at, whose = rows[here], found.column("deleted_at").to_numpy()[here], deleters[entries[here]]
        own = (self._held.of_records(rows).author == whose) & (whose != self._held.nobody)
        order = np.lexsort((at[own], rows[own]))
        rows, first = np.unique(rows[own][order], return_index=True)
        return rows, at[own][order][first]

    # Following the log

    @property
    def is_stale(self) -> bool:
        """Tell whether the log has said more of so many people that columns are worth making anew."""
        return len(self._tags) > MOST_FRESH

    def follow(self, view: View) -> bool:
        """Know of whom the log says more up to a view; tell whether each of them could be named.

        One who could not was erased, and the sources may be others by now.
        """
        named = True
        for entry in self._yard.book.log.entries(self.size, view.size):
            tag = tag_of(entry.event)
            member = None if tag is None else self._yard.tags.member_of(tag)
            named &= tag is None or member is not None
            if tag is not None and member is not None:
                self._is_fresh(int(self._held.people([member])[0]), tag)
        self.size = view.size
        return named

    def _is_fresh(self, person: int, tag: str) -> None:
        if person != self._held.nobody:
            self._fresh[person] = True
            self._tags[person] = tag
            self._own.pop(person, None)

    def _of(self, person: int, view: View) -> _Own:
        if person not in self._own:
            standing = view.of(self._tags[person])
            notices = sorted((n for n in standing.notices if n.personal), key=lambda n: (n.at, n.entry))
            words = self.words.numbers((word.control, word.yes, word.version) for word in standing.choices)
            told = self.notices.numbers(notice.version for notice in notices)
            said_at, told_at = (tuple(one.at for one in some) for some in (standing.choices, notices))
            self._own[person] = _Own(standing, said_at, words, told_at, told)
        return self._own[person]

    # What is asked

    def heard(self, people: Numbers, days: tuple[int, ...], at: Moment, view: View) -> Heard:
        """Return what the log says of some people up to a moment, of notices up to so many days before it."""
        told_by = [Moment(at - each * DAY) for each in days]
        words = self._said.upto(people, at)
        told = tuple(self._told.upto(people, by) for by in told_by)
        closed = self._closed.upto(people, at)
        for place in np.flatnonzero(self._fresh[people]).tolist():
            own = self._of(int(people[place]), view)
            words[place] = _upto(own.said_at, own.words, at)
            for n, by in enumerate(told_by):
                told[n][place] = _upto(own.told_at, own.told, by)
            closed_at = own.standing.closed_at
            closed[place] = closed_at is not None and closed_at <= at
        return Heard(words, told, closed)

    def deleted(self, rows: Numbers, authors: Numbers, at: Moment, view: View) -> Numbers:
        """Return 1 for each record that its author deleted, as the log says, at or before a moment, else 0."""
        found = np.zeros(len(rows), np.int64)
        if len(self._gone_rows):
            places = np.minimum(self._gone_rows.searchsorted(rows), len(self._gone_rows) - 1)
            found[:] = (self._gone_rows[places] == rows) & (self._gone_at[places] <= at)
        for place in np.flatnonzero(self._fresh[authors]).tolist():
            standing = self._of(int(authors[place]), view).standing
            found[place] |= self._is_deleted(int(rows[place]), standing, at)
        return found

    def deleted_by_hands(self, rows: Numbers, hands: Numbers, at: Moment, view: View) -> Numbers:
        """Return 1 for each record that a contributor is logged to have deleted, as an author would, else 0."""
        found = np.zeros(len(rows), np.int64)
        for place in np.flatnonzero(self._fresh[hands] | self._deleters[hands]).tolist():
            person = self._held.person(int(hands[place]))
            tag = None if person is None else self._yard.tags.tag_of(person)
            found[place] = self._is_deleted(int(rows[place]), view.of(tag), at)
        return found

    def _is_deleted(self, row: int, standing: Standing, at: Moment) -> bool:
        if not standing.deletions:
            return False
        wanted = record_tag(self._yard.book.keys.secret(), self._held.record_at(row).id)
        return any(tag == wanted and moment <= at for tag, moment in standing.deletions)


class _People:
    """Whom tags stand for, as numbers of people."""

    def __init__(self, held: Holdings, tags: pa.Table) -> None:
        self._held, self._tags = held, tags
        self._known = tags.column("tag").combine_chunks()

    def of(self, rows: pa.Table) -> Numbers:
        """Return the person of each row's tag, ``nobody`` where there is none."""
        whose = rows.column("tag").combine_chunks().dictionary_encode()
        places = pc.index_in(whose.dictionary, value_set=self._known)
        members = self._tags.column("member").take(places).to_pylist()
        numbers = self._held.people(["" if member is None else member for member in members])
        found: Numbers = numbers[whose.indices.to_numpy(zero_copy_only=False)] if len(whose) else numbers
        return found


def _timeline(
    histories: Histories[Any],
    people: int,
    who: Numbers,
    moments: pa.ChunkedArray,
    parts: list[pa.ChunkedArray],
) -> Timeline:
    """Return the timeline of what some columns say; a thing is the text of one column, or a tuple of those of several."""
    codes, things = np.zeros(len(who), np.int64), list[tuple[Any, ...]]([()])
    for part in parts:
        encoded = part.combine_chunks().dictionary_encode()
        values = encoded.dictionary.to_pylist()
        codes = codes * len(values) + encoded.indices.to_numpy(zero_copy_only=False)
        things = [(*thing, value) for thing in things for value in values]
    known = who != people
    plain = [thing[0] for thing in things] if len(parts) == 1 else things
    return Timeline(histories, people, who[known], moments.to_numpy()[known], codes[known], plain)


def _upto(moments: tuple[int, ...], histories: tuple[int, ...], at: int) -> int:
    reached = bisect_right(moments, at)
    return histories[reached - 1] if reached else 0
