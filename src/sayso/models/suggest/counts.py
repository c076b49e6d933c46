"""The counts: how many different members wrote each n-gram, of one to ``order`` pieces.

Whole numbers alone. Adding members adds their tables (``sayso.models.suggest.grams``); forgetting them subtracts the same tables. What
is left equals, byte for byte in its canonical form, counts that were never told of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sayso.errors import Problem, Refused
from sayso.models.suggest.grams import Keys, Shape, Table, Writers, merged

_STEP = 16


class Share(NamedTuple):
    """The n-grams of leaving members: the rows where they stand in a table, their keys, and how many of those members wrote each."""

    rows: NDArray[np.int64]
    keys: Keys
    members: Writers


class Counts:
    """The sum over members who are in. ``add`` and ``subtract`` change it, wholly or not at all.

    A row of ``tables`` may stand at zero since members left: it counts as absent everywhere.
    """

    def __init__(self, shape: Shape, tables: Sequence[Table] | None = None, joined: int = 0) -> None:
        self.shape = shape
        nothing = Table(np.zeros(0, np.uint64), np.zeros(0, np.int32))
        self.tables: tuple[Table, ...] = tuple(tables or [nothing] * shape.order)
        self.joined = joined
        """How many members are in."""
        self._marks: tuple[Keys, ...] = ()

    def add(self, tables: Sequence[Table], joined: int) -> None:
        """Count ``joined`` members more, whose n-grams are ``tables``."""
        self.tables = tuple(merged(pair) for pair in zip(self.tables, tables, strict=True))
        self.joined += joined
        self._marks = ()

    def shares(self, tables: Sequence[Table], leaving: int) -> tuple[Share, ...]:
        """Return where the n-grams of ``leaving`` members stand.

        Raises ``Refused`` (``not-in-the-model``) where fewer members wrote one of them than are leaving: what is to be subtracted was
        never added, or not in this form.
        """
        self._marks = self._marks or tuple(table.keys[::_STEP].copy() for table in self.tables)
        found = [_share(*three) for three in zip(self.tables, self._marks, tables, strict=True)]
        shares = tuple(share for share in found if share is not None)
        if leaving > self.joined or len(shares) < len(found):
            raise Refused(
                Problem(
                    "not-in-the-model",
                    "what is to be forgotten is not in this model",
                    advice="forget with the texts, the base and the cap that it was trained with",
                )
            )
        return shares

    def subtract(self, shares: Sequence[Share], leaving: int) -> None:
        """Count ``leaving`` members no more; ``shares`` are theirs."""
        for table, share in zip(self.tables, shares, strict=True):
            table.members[share.rows] -= share.members
        self.joined -= leaving

    def canonical(self) -> tuple[Table, ...]:
        """Return the tables without rows that stand at zero."""
        return tuple(
            Table(table.keys[table.members > 0], table.members[table.members > 0]) for table in self.tables
        )

    def digest(self) -> str:
        """Return the SHA-256 of the counts, in hexadecimal digits.

        Hashed are, after ``sayso-suggestions-v1`` and a line feed, as little-endian uint64: the length of the longest n-grams, the
        bits of a piece and the number of members; then for each length how many n-grams there are (uint64), their keys, rising
        (uint64), and how many members wrote each (uint32).
        """
        hashed = hashlib.sha256(b"sayso-suggestions-v1\n")
        for part in self._parts():
            hashed.update(part)
        return hashed.hexdigest()

    def _parts(self) -> Iterator[bytes]:
        yield np.array([self.shape.order, self.shape.bits, self.joined], "<u8").tobytes()
        for table in self.canonical():
            yield np.array([len(table.keys)], "<u8").tobytes()
            yield table.keys.astype("<u8").tobytes()
            yield table.members.astype("<u4").tobytes()


def _share(table: Table, marks: Keys, leaving: Table) -> Share | None:
    if not len(table.keys):
        return None if len(leaving.keys) else Share(np.zeros(0, np.int64), leaving.keys, leaving.members)
    rows = _rows(table.keys, marks, leaving.keys)
    if (table.keys[rows] != leaving.keys).any() or (table.members[rows] < leaving.members).any():
        return None
    return Share(rows, leaving.keys, leaving.members)


def _rows(keys: Keys, marks: Keys, wanted: Keys) -> NDArray[np.int64]:
    """Return the row of the last key that is not above each one wanted, or the first row: a search by halves.

    It begins in ``marks``, every sixteenth key, which stay in the processor's cache: twice as fast as a search in all keys.
    """
    rows: NDArray[np.int64] = np.maximum(marks.searchsorted(wanted, "right") - 1, 0) * _STEP
    step = _STEP // 2
    while step:
        rows += step * (keys.take(rows + step, mode="clip") <= wanted)
        step //= 2
    rows.clip(max=len(keys) - 1, out=rows)
    return rows
