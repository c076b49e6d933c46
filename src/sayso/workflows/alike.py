"""Which records are decided alike: a few numbers for each, of all that ``policy.decide`` looks at under one question.

It says nothing of what is decided. Whatever a decision compares with a moment or a list of the policy is told here by the side on
which it lies, and the moment asked about is one of those; so an answer kept under such numbers never outlives a moment at which it
could change (decision 0018). A property holds it to ``decide``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sayso.holdings import MISSING, NO_MOMENT, Coded, Holdings, MemberColumns, Numbers, RecordColumns
from sayso.ledger.histories import Histories
from sayso.policy.decide import last_word
from sayso.policy.model import Condition, Window
from sayso.policy.question import Question
from sayso.values.moments import DAY, Moment, latest_birthday
from sayso.values.regions import lies_in
from sayso.values.standing import Choice, Suspension
from sayso.workflows.crowd import Heard, Word
from sayso.workflows.standings import View

_LARGEST = 1 << 62
_NOT_ASKED = -1


class Column(NamedTuple):
    """Numbers, and one that is greater than each of them."""

    numbers: NDArray[np.integer]
    radix: int


class Marks:
    """What a question tells apart in the records and people of some holdings, and in what a view says to many at once."""

    def __init__(self, asked: Question, held: Holdings, view: View) -> None:
        """Work it out from the rules of the question."""
        rules, self._asked = asked.rules, asked
        self._words = np.full(1, _NOT_ASKED, np.int64)
        self._held, self._notices = held, view.notices
        self._stops = (*asked.suspensions, *asked.covering(view.suspensions))
        self.days = tuple(sorted({rule.notice_days for rule in rules if rule.notice_days is not None}))
        self._ages = sorted({rule.member.min_age for rule in rules if rule.member.min_age is not None})
        self._of_member = _named(rule.member.conditions for rule in rules)
        self._of_record = _named(rule.record.conditions for rule in rules)
        self._created = _edges(rule.record.created for rule in rules)
        self._collected = _edges(one for rule in rules for one in (rule.record.collected, rule.record.spared))
        self._told_at = np.array(
            sorted({notice.at for notice in view.notices} if self.days else ()), np.int64
        )
        self._cells, self._regions = self._places(asked)

    def _places(self, asked: Question) -> tuple[Numbers, Numbers]:
        """Return the number of each pair of category and visibility, and of each region, those under the same rules alike."""
        categories, visibilities = self._held.kinds
        pairs = [(category or "", seen or "") for category in categories for seen in visibilities]
        rulings = [[asked.ruling(region, *pair) for pair in pairs] for region in self._held.regions]
        rules = [[None if ruling is None else ruling.rule.id for ruling in row] for row in rulings]
        cells = [
            (category in asked.regional, *(row[place] for row in rules))
            for place, (category, _) in enumerate(pairs)
        ]
        regions = [
            (region is None, *row, *self._in(region))
            for region, row in zip(self._held.regions, rules, strict=True)
        ]
        return _distinct(cells), _distinct(regions)

    def _in(self, region: str | None) -> list[bool]:
        lists = [stop.regions for stop in self._stops] + [notice.regions for notice in self._notices]
        return [region is not None and lies_in(region, codes) for codes in lists if codes is not None]

    def sides(self, at: Moment) -> tuple[object, ...]:
        """Return on which side of a moment what concerns many at once lies: suspensions and notices."""
        told = tuple(n.at <= at - days * DAY for n in self._notices for days in self.days)
        return (tuple(_state(stop, at) for stop in self._stops), told)

    def columns(
        self,
        rows: Numbers,
        people: Numbers,
        records: RecordColumns,
        members: MemberColumns,
        at: Moment,
    ) -> list[Column]:
        """Return what tells apart some records as each is asked of one person; ``rows`` and ``people`` are their numbers."""
        found = [later(records, at), self._cell(records), self._place(members)]
        found += [_window(records.created_at, self._created), _window(records.collected_at, self._collected)]
        found += [_coded(self._held.record_attribute(name, rows)) for name in self._of_record]
        found += [_coded(self._held.member_attribute(name, people)) for name in self._of_member]
        found += [_aged(members, latest_birthday(at, years), years) for years in self._ages]
        joined = self._told_at.searchsorted(members.joined_at)
        return [*found, Column(joined, len(self._told_at) + 1)]

    def words(self, histories: Histories[Word], numbers: Numbers) -> Column:
        """Tell which word counts in each of some histories: a no, a yes or none, as ``policy.decide.last_word`` has it."""
        if len(histories) > len(self._words):
            more = np.full(2 * len(histories) - len(self._words), _NOT_ASKED, np.int64)
            self._words = np.concatenate([self._words, more])
        for history in np.unique(numbers[self._words[numbers] == _NOT_ASKED]).tolist():
            self._words[history] = self._word(histories.things(history))
        return Column(self._words[numbers], 3)

    def _word(self, things: tuple[Word, ...]) -> int:
        said = [
            Choice(control, yes, Moment(place), version, place)
            for place, (control, yes, version) in enumerate(things)
        ]
        word = last_word(self._asked, said, Moment(len(said)))
        return 0 if word is None else 1 + word.yes

    def _cell(self, records: RecordColumns) -> Column:
        width = len(records.visibility.values)
        cells = self._cells[records.category.codes.astype(np.int64) * width + records.visibility.codes]
        return Column(cells, len(self._cells) + 1)

    def _place(self, members: MemberColumns) -> Column:
        regions = self._regions[members.region.codes]
        return Column(regions * 2 + members.known, 2 * len(self._regions) + 2)


def later(records: RecordColumns, at: Moment) -> Column:
    """Tell which records are of later than a moment."""
    return Column(((records.created_at > at) | (records.collected_at > at)).astype(np.int64), 2)


def gone(
    records: RecordColumns, members: MemberColumns, heard: Heard, deleted: Numbers, at: Moment
) -> Column:
    """Tell which records are gone at a moment: deleted in the source or the log, or with their account closed in either."""
    closed = (members.closed_at != NO_MOMENT) & (members.closed_at <= at)
    removed = (records.deleted_at != NO_MOMENT) & (records.deleted_at <= at)
    return Column((closed | removed | (heard.closed != 0) | (deleted != 0)).astype(np.int64), 2)


def radix_of(size: int) -> int:
    """Return a radix for numbers below ``size`` that seldom changes as ``size`` grows: a power of two, at least 64.

    >>> radix_of(3), radix_of(64), radix_of(100)
    (64, 128, 128)
    """
    return 1 << max(6, size.bit_length())


class Packing:
    """Puts columns together, so that equal numbers say that all columns are equal; it goes on to mean the same."""

    def __init__(self) -> None:
        """Know no numbers."""
        self._short: list[dict[int, int]] = []
        self._free = count()

    def __call__(self, columns: Iterable[Column]) -> Numbers:
        """Return one number for each place of the columns, whose radixes must be the same in every call."""
        packed: Numbers = np.zeros(1, np.int64)
        radix, turn = 1, 0
        for numbers, more in columns:
            if radix * more > _LARGEST:
                packed, radix, turn = self._shortened(packed, turn), 1 << 31, turn + 1
            packed, radix = packed * np.int64(more) + numbers, radix * more
        return packed

    def _shortened(self, packed: Numbers, turn: int) -> Numbers:
        """Return a number below 2^31 for each: in the order in which they are first seen."""
        if turn == len(self._short):
            self._short.append({})
        known, (distinct, which) = self._short[turn], np.unique(packed, return_inverse=True)
        for each in distinct.tolist():
            if each not in known:
                known.setdefault(each, next(self._free))
        found: Numbers = np.array([known[each] for each in distinct.tolist()], np.int64)[which]
        return found


def _named(conditions: Iterable[tuple[Condition, ...]]) -> list[str]:
    return sorted({one.attribute for some in conditions for one in some})


def _edges(windows: Iterable[Window | None]) -> Numbers:
    edges = {edge for window in windows if window for edge in (window.start, window.end) if edge is not None}
    return np.array(sorted(edges), np.int64)


def _distinct(signs: Sequence[tuple[object, ...]]) -> Numbers:
    numbers = {sign: number for number, sign in enumerate(dict.fromkeys(signs))}
    return np.array([numbers[sign] for sign in signs], np.int64)


def _state(stop: Suspension, at: Moment) -> tuple[bool, bool, bool]:
    return at < stop.starts_earliest, at < stop.starts_latest, stop.until is not None and stop.until <= at


def _window(moments: Numbers, edges: Numbers) -> Column:
    sides = edges.searchsorted(moments, "right") + 1
    sides[moments == NO_MOMENT] = 0
    return Column(sides, len(edges) + 2)


def _coded(column: Coded) -> Column:
    return Column(column.codes, len(column.values))


def _aged(members: MemberColumns, latest: int, years: int) -> Column:
    born = np.where(members.born == MISSING, 0, np.where(members.born > latest, 1, 2))
    young = (members.age_max != MISSING) & (members.age_max < years)
    return Column(born * 4 + young * 2 + (members.age_min >= years), 12)
