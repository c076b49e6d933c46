"""What the log says of many people, one thing after another, as numbers: whom it says the same things of have the same number.

A history is a sequence of things in the order in which they count. Deciding on one of those who share a history is deciding on all,
so a batch need not fold anybody's entries (decision 0018).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


Thing = TypeVar("Thing", bound=Hashable)


class Histories(Generic[Thing]):
    """Numbers for sequences of things: equal sequences have equal numbers, others have others; 0 is the empty one.

    One thread at a time may give new numbers.

    >>> of = Histories[str]()
    >>> of.numbers(["no", "yes"]), of.numbers(["no", "no"]), of.numbers(["no", "yes"])
    ((1, 2), (1, 3), (1, 2))
    >>> of.things(3)
    ('no', 'no')
    """

    def __init__(self) -> None:
        """Know the empty sequence alone."""
        self._next: dict[tuple[int, Thing], int] = {}
        self._last: list[tuple[int, Thing]] = []

    def __len__(self) -> int:
        """Return how many sequences have a number; no number is as great."""
        return len(self._last) + 1

    def after(self, history: int, thing: Thing) -> int:
        """Return the number of a sequence with one more thing at its end."""
        found = self._next.get((history, thing))
        if found is None:
            found = self._next[history, thing] = len(self)
            self._last.append((history, thing))
        return found

    def things(self, history: int) -> tuple[Thing, ...]:
        """Return the sequence that a number stands for."""
        found = []
        while history:
            history, thing = self._last[history - 1]
            found.append(thing)
        return tuple(reversed(found))

    def numbers(self, things: Iterable[Thing]) -> tuple[int, ...]:
        """Return the number after each thing of a sequence."""
        found = [0]
        for thing in things:
            found.append(self.after(found[-1], thing))
        return tuple(found[1:])


class Timeline:
    """What happened to each of many people, by number, in the order in which it counts."""

    def __init__(
        self,
        histories: Histories[Thing],
        people: int,
        who: Numbers,
        moments: Numbers,
        codes: Numbers,
        things: Sequence[Thing],
    ) -> None:
        """Hold one row for each thing that happened: whom it happened to, when, and its place in ``things``.

        Rows come in the order of the log, which decides between those of one moment; people have numbers below ``people``.
        """
        order = np.lexsort((moments, who))
        who, self._moments = who[order], moments[order]
        self._starts = np.searchsorted(who, np.arange(people + 2)).astype(np.int64)
        self._histories = _numbered(histories, np.arange(len(who)) - self._starts[who], codes[order], things)
        self._latest = int(moments.max(initial=np.iinfo(np.int64).min))

    def upto(self, people: Numbers, moment: int) -> Numbers:
        """Return the number of each person's history up to a moment, that moment included."""
        start, end = self._starts[people], self._starts[people + 1]
        last = end if moment >= self._latest else self._reached(start, end, moment)
        found = np.zeros(len(people), np.int64)
        some = last > start
        found[some] = self._histories[last[some] - 1]
        return found

    def _reached(self, start: Numbers, end: Numbers, moment: int) -> Numbers:
        last, left = start.copy(), np.flatnonzero(start < end)
        while len(left := left[self._moments[last[left]] <= moment]):
            last[left] += 1
            left = left[last[left] < end[left]]
        return last


def _numbered(
    histories: Histories[Thing], places: Numbers, codes: Numbers, things: Sequence[Thing]
) -> NDArray[np.int32]:
    """Return the history up to each row, given the row's place in its own: first all first rows, then all second ones."""
    found = np.zeros(len(places), np.int32)
    order = np.argsort(places, kind="stable")
    bounds = np.searchsorted(places[order], np.arange(places.max(initial=-1) + 2)).tolist()
    for first, last in pairwise(bounds):
        rows = order[first:last]
        before = found[rows - 1].astype(np.int64) if first else np.zeros(len(rows), np.int64)
        pairs, which = np.unique(before * len(things) + codes[rows], return_inverse=True)
        after = [histories.after(*_pair(pair, things)) for pair in pairs.tolist()]
        found[rows] = np.array(after, np.int32)[which]
    return found


def _pair(pair: int, things: Sequence[Thing]) -> tuple[int, Thing]:
    history, code = divmod(pair, len(things))
    return history, things[code]
