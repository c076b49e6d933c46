"""From classes with codes to counts: records by flows, members by which marked classes they have records in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sayso.reports.simulated import ALL_CODES, Counts
from sayso.workflows.simulation.classes import Classes, Ints, Tally
from sayso.workflows.simulation.judging import Codes, Phase

_WORD = 64


class RecordCounter:
    """Counts records by place, moment and code."""

    def __init__(self, classes: Classes, places: int) -> None:
        """Know the flows."""
        self._classes, self._places = classes, places
        self._moments = len(classes.cuts.moments)
        place = classes.place[classes.flow_class]
        self._cell = place * self._moments + classes.flow_at

    def all(self) -> Counts:
        """Return how many records there are, by place and moment."""
        found = np.bincount(self._cell, self._classes.flow_change, self._places * self._moments)
        return _summed(found.reshape(self._places, self._moments))

    def by_code(self, codes: Codes) -> Counts:
        """Return how many records came out with which code, were the codes of the classes the same at all moments."""
        width = len(ALL_CODES)
        cell = self._cell * width + codes[self._classes.flow_class]
        found = np.bincount(cell, self._classes.flow_change, self._places * self._moments * width)
        return _summed(found.reshape(self._places, self._moments, width))


def _summed(changes: NDArray[Any]) -> Counts:
    # Whole numbers below 2^53 stay exact in float64.
    return np.asarray(np.rint(np.cumsum(changes, axis=1)), np.int64)


class MemberCounter:
    """Counts members who have a record in any class that a column marks.

    Classes that the same columns mark are one mark; a member's marks at a moment are a set of bits, and few sets occur.
    """

    def __init__(self, classes: Classes, tally: Tally, columns: NDArray[np.bool_], places: int) -> None:
        """Ask when members come to have marks; ``columns`` says of each class which columns mark it."""
        packed = np.packbits(columns, axis=1) if columns.shape[1] else np.zeros((len(columns), 1), np.uint8)
        rows = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1])))[:, 0]
        _, first, mark = np.unique(rows, return_index=True, return_inverse=True)
        self._marked = columns[first]
        self._places, self._moments = places, len(classes.cuts.moments)
        found = tally.toggles(
            classes.stand.tolist(), classes.kind.tolist(), classes.deleted.tolist(), mark.tolist()
        )
        self._sets, self._cell, self._of, self._change = _sets(found, len(first), self._moments)

    def all(self) -> Counts:
        """Return how many members have records at all, by place and moment."""
        return self._counted(np.ones(len(self._sets), np.bool_))

    def column(self, column: int) -> Counts:
        """Return how many members have a record in a class of a column, by place and moment."""
        marks = _words(np.flatnonzero(self._marked[:, column]), self._sets.shape[1])
        return self._counted(np.asarray(((self._sets & marks) != 0).any(axis=1)))

    def _counted(self, hit: NDArray[np.bool_]) -> Counts:
        weights = self._change * hit[self._of]
        found = np.bincount(self._cell, weights, self._places * self._moments)
        return _summed(found.reshape(self._places, self._moments))


def _words(marks: Ints, words: int) -> NDArray[np.uint64]:
    found = np.zeros(words, np.uint64)
    for mark in marks.tolist():
        found[mark // _WORD] |= np.uint64(1 << (mark % _WORD))
    return found


def _sets(toggles: pa.Table, marks: int, moments: int) -> tuple[NDArray[np.uint64], Ints, Ints, Ints]:
    """Return the sets of marks that occur, and when how many members more or fewer have which: cell, set, change.

    A toggle turns a bit of its member on, or off; so the bits after it are the exclusive or of all toggles of that member so far.
    """
    person, place, at, mark = (
        np.asarray(toggles.column(name).to_numpy()) for name in ("person", "place", "turn", "mark")
    )
    words = max(1, -(-marks // _WORD))
    if not len(person):
        nothing = np.zeros(0, np.int64)
        return np.zeros((0, words), np.uint64), nothing, nothing, nothing
    begins = np.r_[True, person[1:] != person[:-1]]
    ends = np.r_[begins[1:] | (at[1:] != at[:-1]), True]
    start = np.maximum.accumulate(np.where(begins, np.arange(len(person)), 0))
    ids, sets = np.zeros(int(ends.sum()), np.int64), np.zeros((1, 0), np.uint64)
    for word in range(words):
        ids, sets = _joined(ids, sets, _bits(mark, word, start)[ends])
    cell = (place[ends].astype(np.int64)) * moments + at[ends]
    return sets, *_changes(cell, ids, begins, ends, len(sets))


def _bits(mark: NDArray[np.int32], word: int, start: Ints) -> NDArray[np.uint64]:
    one = np.where(
        mark // _WORD == word, np.left_shift(np.uint64(1), (mark % _WORD).astype(np.uint64)), np.uint64(0)
    )
    all_ = np.bitwise_xor.accumulate(one)
    return np.asarray(all_ ^ np.r_[np.uint64(0), all_][start])


def _joined(ids: Ints, sets: NDArray[np.uint64], bits: NDArray[np.uint64]) -> tuple[Ints, NDArray[np.uint64]]:
    """Return the sets with one more word, and which of them each row has."""
    values, inverse = np.unique(bits, return_inverse=True)
    pairs, found = np.unique(ids * len(values) + inverse, return_inverse=True)
    return found.astype(np.int64), np.column_stack([sets[pairs // len(values)], values[pairs % len(values)]])


def _changes(
    cell: Ints, ids: Ints, begins: NDArray[np.bool_], ends: NDArray[np.bool_], sets: int
) -> tuple[Ints, Ints, Ints]:
    """Return how many members come to a set, and how many leave the one that they had, by cell."""
    number = np.cumsum(begins)[ends]
    same = np.r_[False, number[1:] == number[:-1]]
    left = np.flatnonzero(same)
    keys = np.r_[cell * sets + ids, cell[left] * sets + ids[left - 1]]
    change = np.r_[np.ones(len(cell)), -np.ones(len(left))]
    found, inverse = np.unique(keys, return_inverse=True)
    summed = np.rint(np.bincount(inverse, change, len(found))).astype(np.int64)
    kept = summed != 0
    return found[kept] // sets, found[kept] % sets, summed[kept]


def over(phase: Phase, part: Counts, whole: Counts) -> None:
    """Put a phase's moments of some counts into those of all phases."""
    whole[:, phase.since : phase.until] = part[:, phase.since : phase.until]
