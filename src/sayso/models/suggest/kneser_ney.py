"""Interpolated modified Kneser-Ney smoothing: from whole numbers to the chances of the next piece.

Chen and Goodman, "An empirical study of smoothing techniques for language modeling" (Computer Speech and Language 13, 1999), section
3 and equations (23) to (26): the longest n-grams by their counts, shorter ones by how many different pieces stand before them
(those at the start of a text, before which nothing stands, by their counts), three discounts a length. All that is kept are whole
numbers; what is computed from them is the same for the same numbers, whatever was added and forgotten before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sayso.models.suggest.counts import Counts, Share
from sayso.models.suggest.grams import Keys, Writers, first_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FALLBACK = (0.0, 0.5, 1.0, 1.5)
"""The discounts where counts of counts give none: those of KenLM (``lmplz --discount_fallback``)."""


def discounts(kinds: Sequence[int] | Ints) -> Floats:
    """Return what n-grams with a count of 0, 1, 2, and 3 or more lose, from how many have a count of exactly 1, 2, 3 and 4.

    Chen and Goodman (1999), equation (26); where it has no answer, or one below 0 or above the count itself, ``FALLBACK``.

    >>> discounts([100, 40, 20, 10]).round(4).tolist()
    [0.0, 0.5556, 1.1667, 1.8889]
    >>> discounts([7, 0, 0, 0]).tolist()
    [0.0, 0.5, 1.0, 1.5]
    """
    one, two, three, four = (int(number) for number in kinds)
    if min(one, two, three, four) == 0:
        return np.array(FALLBACK)
    share = one / (one + 2 * two)
    own = (1 - 2 * share * two / one, 2 - 3 * share * three / two, 3 - 4 * share * four / three)
    held = all(0 <= amount <= count for count, amount in enumerate(own, 1))
    return np.array((0.0, *own) if held else FALLBACK)


class Seen(NamedTuple):
    """N-grams of one length that may be seen: ``keys`` rising, the adjusted count of each, and how many longer ones end in it.

    ``left`` has no meaning for the longest. A row may stand at zero since members left: it counts as absent. ``places`` tells for each
    row of the counts which row it is here; ``None`` where all rows are the same.
    """

    keys: Keys
    adjusted: Writers
    left: Writers
    places: NDArray[np.int32] | None


class View:
    """The counts as seen by somebody who may know only n-grams that at least ``at_least`` members wrote; 1 shows all.

    Any other n-gram has no influence on anything here.
    """

    def __init__(self, counts: Counts, size: int, at_least: int = 1) -> None:
        self.counts, self.at_least = counts, at_least
        self.shape = counts.shape
        self.size = size
        """How many pieces there are; their numbers are below it, and the first, the start, never comes next."""
        self.tables: tuple[Seen, ...] = tuple(self._seen(length) for length in range(1, self.shape.order + 1))
        self.kinds: Ints = np.array([_kinds(table.adjusted) for table in self.tables])
        """(lengths, 4): how many n-grams have an adjusted count of exactly 1, 2, 3 and 4."""
        self.pairs = int(self.tables[0].adjusted.sum())
        """The sum of the adjusted counts of single pieces: how many different pairs of neighbours are seen, about."""
        self.discounts = [discounts(row) for row in self.kinds]
        self._single: Floats | None = None
        self._mask = self.shape.low(1)

    def _seen(self, length: int) -> Seen:
        table = self.counts.tables[length - 1]
        seen = table.members >= self.at_least
        # Without rows to leave out, the keys are those of the counts and take no room of their own.
        every = bool(seen.all())
        keys, members = (table.keys, table.members) if every else (table.keys[seen], table.members[seen])
        places = None if every else np.cumsum(seen, dtype=np.int32) - np.int32(1)
        if length == self.shape.order:
            return Seen(keys, members.copy(), members[:0], places)
        longer = self.counts.tables[length]
        ends = longer.keys[longer.members >= self.at_least] & self.shape.low(length)
        ends.sort()
        starts = np.flatnonzero(first_of(ends))
        left = np.zeros(len(keys), np.int32)
        left[np.searchsorted(keys, ends[starts])] = np.diff(starts, append=len(ends))
        return Seen(keys, self._adjusted(length, keys, members, left), left, places)

    def _adjusted(self, length: int, keys: Keys, seen: Writers, left: Writers) -> Writers:
        # What is seen has something before it, be it only such as may not be seen: that counts as one.
        own = np.where(seen > 0, np.maximum(left, np.int32(1)), np.int32(0))
        adjusted: Writers = np.where(keys <= self.shape.low(length - 1), seen, own)
        return adjusted

    def forget(self, shares: Sequence[Share]) -> None:
        """See leaving members' n-grams no more; to be called before ``Counts.subtract`` of the same shares."""
        gone: Keys = np.zeros(0, np.uint64)
        for length in range(self.shape.order, 0, -1):
            gone = self._forget(length, shares[length - 1], gone)
        self.discounts = [discounts(row) for row in self.kinds]
        self._single = None

    def _forget(self, length: int, share: Share, gone: Keys) -> Keys:
        """Forget n-grams of one length; ``gone`` are those one piece longer that are seen no more. Return those of this length."""
        before = self.counts.tables[length - 1].members[share.rows]
        seen = before >= self.at_least
        keys, members = share.keys[seen], (before - share.members)[seen]
        stays = members >= self.at_least
        table = self.tables[length - 1]
        rows = share.rows[seen] if table.places is None else table.places[share.rows[seen]]
        old = table.adjusted[rows]
        new = np.where(stays, members, np.int32(0))
        if length < self.shape.order:
            # Who wrote a longer n-gram wrote this one too, and it is seen where that is: it is among the keys.
            ends = np.searchsorted(keys, gone & self.shape.low(length))
            left = table.left[rows] - np.bincount(ends, minlength=len(keys)).astype(np.int32)
            table.left[rows] = left
            new = self._adjusted(length, keys, new, left)
        table.adjusted[rows] = new
        self.kinds[length - 1] += _kinds(new) - _kinds(old)
        if length == 1:
            self.pairs += int(new.sum()) - int(old.sum())
        vanished: Keys = keys[~stays]
        return vanished

    def next_piece(self, context: Sequence[int]) -> Floats:
        """Return the chance of each piece to come next (float64, one for each number, 1 in all) after the pieces of ``context``.

        Only the last ``order - 1`` pieces matter. The chance of the start is 0.
        """
        chances = self._without_context().copy()
        for length in range(1, min(len(context), self.shape.order - 1) + 1):
            if not self._mix_in(chances, length + 1, self._after(context[len(context) - length :])):
                break
        return chances

    def _without_context(self) -> Floats:
        """Return the chances of pieces about which nothing before them is known; kept until somebody is forgotten."""
        if self._single is None:
            self._single = np.full(self.size, 1 / (self.size - 1))
            self._single[0] = 0.0
            self._mix_in(self._single, 1, slice(None))
        return self._single

    def _mix_in(self, chances: Floats, length: int, rows: slice) -> bool:
        """Mix into chances those by n-grams of one more piece, which stand in ``rows``; tell whether any of these is seen."""
        table = self.tables[length - 1]
        counts = table.adjusted[rows]
        total = int(np.add.reduce(counts))
        if not total:
            return False
        kinds = np.minimum(counts, 3)
        loss = self.discounts[length - 1]
        # Whole numbers are summed, not losses: rows at zero would change the order of adding, and with it the last bit.
        chances *= float(loss @ np.bincount(kinds, minlength=4)) / total
        chances[self._last(table.keys[rows])] += (counts - loss[kinds]) / total
        return True

    def _last(self, keys: Keys) -> Ints:
        return (keys & self._mask).astype(np.int64)

    def _after(self, context: Sequence[int]) -> slice:
        """Return the rows of the n-grams that are one piece longer than ``context`` and begin with it."""
        least = np.uint64(self.shape.key(context) << self.shape.bits)
        keys = self.tables[len(context)].keys
        return slice(keys.searchsorted(least), keys.searchsorted(least | self._mask, "right"))

    def pieces_after(self, context: Sequence[int]) -> Ints:
        """Return the pieces, rising, that make ``context`` (``order - 1`` pieces at most) an n-gram that is seen."""
        table, rows = self.tables[len(context)], self._after(context)
        return self._last(table.keys[rows][table.adjusted[rows] > 0])


def _kinds(counts: Writers) -> Ints:
    return np.bincount(np.minimum(counts, 5), minlength=6)[1:5].astype(np.int64)
