"""Interpolated modified Kneser-Ney smoothing: from whole numbers to the chances of the next piece.

Chen and Goodman, "An empirical study of smoothing techniques for language modeling" (Computer Speech and Language 13, 1999), section
3 and equations (23) to (26): the longest n-grams by their counts, shorter ones by how many different pieces stand before them
(those at the start of a text, before which nothing stands, by their counts), three discounts a length. All that is kept are whole
numbers; what is computed from them is the same for the same numbers, whatever was added and forgotten before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sayso.models.suggest.counts import Counts, Share
from sayso.models.suggest.grams import Keys, Numbers, Table, first_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ALL = slice(None)

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


class View:
    """The counts as seen by somebody who may know only n-grams that at least ``at_least`` members wrote; 1 shows all.

    Any other n-gram has no influence on anything here.
    """

    def __init__(self, counts: Counts, size: int, at_least: int = 1) -> None:
        self.counts, self.at_least = counts, at_least
        self.size = size
        """How many pieces there are; their numbers are below it, and the first, the start, never comes next."""
        pairs = zip(counts.tables, counts.tables[1:], strict=False)
        self.left: tuple[Numbers, ...] = tuple(
            self._left(length, *pair) for length, pair in enumerate(pairs, 1)
        )
        """For each length but the longest: how many seen n-grams one piece longer end in each n-gram."""
        adjusted = [self.adjusted(length) for length in range(1, counts.shape.order + 1)]
        self.kinds: Ints = np.array([_kinds(one) for one in adjusted])
        """(lengths, 4): how many n-grams have an adjusted count of exactly 1, 2, 3 and 4."""
        self.pairs = int(adjusted[0].sum())
        """The sum of the adjusted counts of single pieces: how many different pairs of neighbours are seen, about."""
        self.discounts = [discounts(row) for row in self.kinds]
        self._single: Floats | None = None

    def _left(self, length: int, table: Table, longer: Table) -> Numbers:
        ends = longer.keys[longer.members >= self.at_least] & self.counts.shape.low(length)
        ends.sort()
        starts = np.flatnonzero(first_of(ends))
        left = np.zeros(len(table.keys), np.int32)
        left[np.searchsorted(table.keys, ends[starts])] = np.diff(starts, append=len(ends))
        return left

    def seen(self, members: Numbers) -> Numbers:
        """Return numbers of members, and 0 for those below ``at_least``."""
        return np.where(members >= self.at_least, members, np.int32(0))

    def adjusted(self, length: int, rows: Ints | slice = ALL) -> Numbers:
        """Return the adjusted counts of n-grams of one length: of all, or of those in ``rows``."""
        table = self.counts.tables[length - 1]
        seen = self.seen(table.members[rows])
        if length == self.counts.shape.order:
            return seen
        return self._adjusted(length, table.keys[rows], seen, self.left[length - 1][rows])

    def _adjusted(self, length: int, keys: Keys, seen: Numbers, left: Numbers) -> Numbers:
        # What is seen has something before it, be it only such as may not be seen: that counts as one.
        own = np.where(seen > 0, np.maximum(left, np.int32(1)), np.int32(0))
        adjusted: Numbers = np.where(keys <= self.counts.shape.low(length - 1), seen, own)
        return adjusted

    def forget(self, shares: Sequence[Share]) -> None:
        """See leaving members' n-grams no more; to be called before ``Counts.subtract`` of the same shares."""
        gone: Keys = np.zeros(0, np.uint64)
        for length in range(len(shares), 0, -1):
            gone = self._forget(length, shares[length - 1], gone)
        self.discounts = [discounts(row) for row in self.kinds]
        self._single = None

    def _forget(self, length: int, share: Share, gone: Keys) -> Keys:
        """Forget n-grams of one length; ``gone`` are those one piece longer that are seen no more. Return those of this length."""
        members = self.counts.tables[length - 1].members[share.rows]
        old = before = self.seen(members)
        new = after = self.seen(members - share.members)
        if length < self.counts.shape.order:
            # Who wrote a longer n-gram wrote this one too: it is among the keys.
            ends = np.searchsorted(share.keys, gone & self.counts.shape.low(length))
            left = self.left[length - 1][share.rows]
            remaining = left - np.bincount(ends, minlength=len(left)).astype(np.int32)
            old = self._adjusted(length, share.keys, before, left)
            new = self._adjusted(length, share.keys, after, remaining)
            self.left[length - 1][share.rows] = remaining
        self.kinds[length - 1] += _kinds(new) - _kinds(old)
        if length == 1:
            self.pairs += int(new.sum()) - int(old.sum())
        vanished: Keys = share.keys[(before > 0) & (after == 0)]
        return vanished

    def next_piece(self, context: Sequence[int]) -> Floats:
        """Return the chance of each piece to come next (float64, one for each number, 1 in all) after the pieces of ``context``.

        Only the last ``order - 1`` pieces matter. The chance of the start is 0.
        """
        chances = self._without_context().copy()
        for length in range(1, min(len(context), self.counts.shape.order - 1) + 1):
            rows = self.rows_after(context[len(context) - length :])
            if rows.start == rows.stop or not self._mix_in(chances, length + 1, rows):
                break
        return chances

    def _without_context(self) -> Floats:
        """Return the chances of pieces about which nothing before them is known; kept until somebody is forgotten."""
        if self._single is None:
            self._single = np.full(self.size, 1 / (self.size - 1))
            self._single[0] = 0.0
            self._mix_in(self._single, 1, ALL)
        return self._single

    def _mix_in(self, chances: Floats, length: int, rows: slice) -> bool:
        """Mix into chances those by n-grams of one more piece, which stand in ``rows``; tell whether any of these is seen."""
        counts = self.adjusted(length, rows)
        total = int(counts.sum())
        if not total:
            return False
        kinds = np.minimum(counts, 3)
        loss = self.discounts[length - 1]
        chances *= float(loss @ np.bincount(kinds, minlength=4)) / total
        pieces = (self.counts.tables[length - 1].keys[rows] & self.counts.shape.low(1)).astype(np.int64)
        chances[pieces] += (counts - loss[kinds]) / total
        return True

    def rows_after(self, context: Sequence[int]) -> slice:
        """Return the rows of the n-grams that are one piece longer than ``context`` and begin with it."""
        keys = self.counts.tables[len(context)].keys
        least = self.counts.shape.key([*context, 0])
        most = least | int(self.counts.shape.low(1))
        return slice(
            int(keys.searchsorted(np.uint64(least))), int(keys.searchsorted(np.uint64(most), "right"))
        )

    def pieces_after(self, context: Sequence[int]) -> Ints:
        """Return the pieces, rising, that make ``context`` (``order - 1`` pieces at most) an n-gram that is seen."""
        table, rows = self.counts.tables[len(context)], self.rows_after(context)
        keys = table.keys[rows][table.members[rows] >= self.at_least]
        return (keys & self.counts.shape.low(1)).astype(np.int64)


def _kinds(counts: Numbers) -> Ints:
    return np.bincount(np.minimum(counts, 5), minlength=6)[1:5].astype(np.int64)
