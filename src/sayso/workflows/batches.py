"""Codes of many records at once: those that are alike in all that a decision looks at are decided once, by ``policy.decide``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sayso.holdings import MISSING, Coded, Holdings, Numbers, RecordColumns
from sayso.policy.codes import PERMIT_FROM, code_of
from sayso.policy.question import Question, question_at
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.alike import Column, Marks, Packing, gone, later, radix_of
from sayso.workflows.crowd import Crowd
from sayso.workflows.decide import decide_for
from sayso.workflows.facts import Yard
from sayso.workflows.scene import Scene
from sayso.workflows.standings import Standings, View

UNKNOWN_RECORD = 0
"""The code of an id that no source has; no decision has it."""
_SHEETS, _CODES, _TAGS = 64, 1 << 20, 1 << 16


class _Pairs(NamedTuple):
    """Each record with its author, then each once more with each of its contributors: what has to be decided."""

    records: int
    places: Numbers
    rows: Numbers
    people: Numbers
    columns: RecordColumns


class _Sheet:
    """The codes known so far of one question, at moments on the same sides of all that concerns many at once."""

    def __init__(self) -> None:
        self.packing = Packing()
        self.known = (np.empty(0, np.int64), np.empty(0, np.int16))
        """Packed numbers in rising order, and their codes; replaced whole, so that no thread sees a half."""

    def find(self, keys: Numbers) -> tuple[NDArray[np.int16], Numbers]:
        """Return the code of each key, and the places of those that are not known."""
        known, codes = self.known
        if not len(known):
            return np.zeros(len(keys), np.int16), np.arange(len(keys))
        order = np.argsort(
            keys
        )  # neighbours are found where the last one was: half the time of searching at random
        places = np.empty(len(keys), np.int64)
        places[order] = np.minimum(known.searchsorted(keys[order]), len(known) - 1)
        return codes[places], np.flatnonzero(known[places] != keys)

    def add(self, keys: Numbers, codes: NDArray[np.int16]) -> None:
        """Know the codes of more keys."""
        known, before = self.known
        both, first = np.unique(np.concatenate([known, keys]), return_index=True)
        self.known = (both, np.concatenate([before, codes])[first])


class Batches:
    """Decides batches, for many threads at once, and keeps what it found for the next ones."""

    def __init__(self, yard: Yard, standings: Standings) -> None:
        """Read nothing yet."""
        self._yard, self._standings = yard, standings
        self._lock = Lock()
        self._held: Holdings | None = None
        self._crowd: Crowd | None = None
        self._tags: tuple[Holdings | None, dict[str, str]] = (None, {})
        self._marks: dict[object, Marks] = {}
        self._sheets: dict[object, _Sheet] = {}

    def tags(self, held: Holdings) -> dict[str, str]:
        """Return what is known of the tags of people of some holdings, to be added to.

        Nothing is kept of any other holdings from then on, unless a batch is under way, which will see to it: whoever was erased
        since is not in memory then.
        """
        if self._held is not held and self._lock.acquire(blocking=False):
            try:
                self._start_over(held)
            finally:
                self._lock.release()
        known = self._tags
        if known[0] is not held or len(known[1]) > _TAGS:
            self._tags = known = (held, {}) if self._held is held else (None, {})
        return known[1]

    def _start_over(self, held: Holdings) -> None:
        self._held, self._crowd, self._tags = held, None, (held, {})
        self._marks.clear()
        self._sheets.clear()

    def codes(
        self, held: Holdings, use: Use, records: Sequence[str], at: Moment, at_least: int | None
    ) -> tuple[NDArray[np.int16], Scene]:
        """Return the code of each record (``policy.codes``, ``UNKNOWN_RECORD``), and what that rests on."""
        rows = held.rows(records)
        # In the order of the file: columns are read from front to back.
        order = np.argsort(rows)
        here = order[np.count_nonzero(rows == MISSING) :]
        pairs = _paired(held, rows[here])
        asked = question_at(self._yard.book.policy, use, at)
        with self._lock:
            view = self._standings.now(at_least)
            scene = Scene(self._yard, held, view, self._tags[1] if self._tags[0] is held else None)
            if asked is None:
                sheet, columns = self._sheet((use, None)), [later(pairs.columns, at)]
            else:
                sheet, columns = self._sorted(asked, scene, pairs, at)
        found = np.full(len(records), UNKNOWN_RECORD, np.int16)
        found[here] = _decisive(pairs, self._decided(sheet, sheet.packing(columns), scene, use, pairs, at))
        return found, scene

    def _sorted(
        self, asked: Question, scene: Scene, pairs: _Pairs, at: Moment
    ) -> tuple[_Sheet, list[Column]]:
        """Return where the codes of such records are kept, and what tells the records apart."""
        held, view = scene.held, scene.view
        crowd = self._crowd_of(held, view)
        scene.lost |= not crowd.follow(view)
        marks = self._marks_of(asked, held, view)
        members = held.of_people(pairs.people)
        heard = crowd.heard(pairs.people, marks.days, at, view)
        deleted = _deletions(crowd, pairs, at, view)
        radix = radix_of(len(crowd.notices))
        sheet = self._sheet((asked.use, asked.version.id, view.wide, marks.sides(at), radix))
        columns = marks.columns(pairs.rows, pairs.people, pairs.columns, members, at)
        columns.append(gone(pairs.columns, members, heard, deleted, at))
        columns.append(marks.words(crowd.words, heard.words))
        return sheet, columns + [Column(told, radix) for told in heard.told]

    def _crowd_of(self, held: Holdings, view: View) -> Crowd:
        if self._held is not held:
            self._start_over(held)
        if self._crowd is None or self._crowd.is_stale:
            self._start_over(held)
            self._crowd = Crowd(self._yard, held, view.size)
        return self._crowd

    def _marks_of(self, asked: Question, held: Holdings, view: View) -> Marks:
        key = (asked.use, asked.version.id, view.wide)
        if key not in self._marks:
            _make_room(self._marks)
            self._marks[key] = Marks(asked, held, view)
        return self._marks[key]

    def _sheet(self, key: object) -> _Sheet:
        if key not in self._sheets or len(self._sheets[key].known[0]) > _CODES:
            _make_room(self._sheets)
            self._sheets[key] = _Sheet()
        return self._sheets[key]

    def _decided(
        self, sheet: _Sheet, keys: Numbers, scene: Scene, use: Use, pairs: _Pairs, at: Moment
    ) -> NDArray[np.int16]:
        """Return the code of each pair: what is not known yet is decided on the first pair of its kind."""
        codes, missing = sheet.find(keys)
        if len(missing):
            distinct, first, which = np.unique(keys[missing], return_index=True, return_inverse=True)
            fresh = [self._decide(scene, use, pairs, place, at) for place in missing[first].tolist()]
            found = np.array(fresh, np.int16)
            sheet.add(distinct, found)
            codes[missing] = found[which]
        return codes

    def _decide(self, scene: Scene, use: Use, pairs: _Pairs, place: int, at: Moment) -> int:
        policy, held = self._yard.book.policy, scene.held
        whose, record = held.person(int(pairs.people[place])), held.record_at(int(pairs.rows[place]))
        decision = decide_for(policy, scene, scene.standing, use, whose, record, at)
        return code_of(decision.reason, decision.verdict)


def _paired(held: Holdings, rows: Numbers) -> _Pairs:
    columns = held.of_records(rows)
    places = np.concatenate([np.arange(len(rows)), columns.hand_places])
    people = np.concatenate([columns.author, columns.hands])
    if not len(columns.hands):
        return _Pairs(len(rows), places, rows, people, columns)
    return _Pairs(len(rows), places, rows[places], people, _taken(columns, places))


def _taken(columns: RecordColumns, places: Numbers) -> RecordColumns:
    found: dict[str, Any] = {field.name: getattr(columns, field.name) for field in fields(columns)}
    for name, column in found.items():
        if isinstance(column, Coded):
            found[name] = Coded(column.codes[places], column.values)
        elif not name.startswith("hand"):
            found[name] = column[places]
    return RecordColumns(**found)


def _deletions(crowd: Crowd, pairs: _Pairs, at: Moment, view: View) -> Numbers:
    """Return 1 for each pair whose record the log says was deleted by its author or by who is asked about."""
    own = slice(0, pairs.records)
    deleted = crowd.deleted(pairs.rows[own], pairs.people[own], at, view)[pairs.places]
    hands = slice(pairs.records, None)
    if len(pairs.people) > pairs.records:
        deleted[hands] |= crowd.deleted_by_hands(pairs.rows[hands], pairs.people[hands], at, view)
    return deleted


def _decisive(pairs: _Pairs, codes: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return for each record the author's code, or where that is a permit the first contributor's that is none."""
    found = codes[: pairs.records].copy()
    refused = np.flatnonzero(codes[pairs.records :] < PERMIT_FROM)[::-1] + pairs.records
    by_hand = np.zeros_like(found)
    by_hand[pairs.places[refused]] = codes[refused]  # of several the first is written last
    decisive = (found >= PERMIT_FROM) & (by_hand != 0)
    found[decisive] = by_hand[decisive]
    return found


def _make_room(kept: dict[object, Any]) -> None:
    while len(kept) >= _SHEETS:
        del kept[next(iter(kept))]
