"""Sparse rows of whole numbers, as three arrays: what a ledger is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows, each of some columns (rising) with a value each.

    ``start`` (int64, one more than rows) says where a row begins in ``column`` (int32, from 0) and ``value`` (int16, never 0).
    """

    start: NDArray[np.int64]
    column: NDArray[np.int32]
    value: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.start) - 1

    def of(self, row: int) -> NDArray[np.int32]:
        """Return the columns of a row."""
        return self.column[self.start[row] : self.start[row + 1]]

    def kept(self, rows: NDArray[np.bool_]) -> Rows:
        """Return the rows that ``rows`` (one for each) marks, in their order."""
        sizes = np.diff(self.start)
        cells = np.repeat(rows, sizes)
        return Rows(starts(sizes[rows]), self.column[cells], self.value[cells])

    def narrowed(self, columns: NDArray[np.bool_]) -> Rows:
        """Return the same rows with only the columns that ``columns`` (one for each) marks, numbered anew."""
        cells = columns[self.column]
        number = np.cumsum(columns) - 1
        before = np.concatenate(([0], np.cumsum(cells)))
        return Rows(before[self.start], number[self.column[cells]].astype(np.int32), self.value[cells])

    def matrix(self, width: int) -> sparse.csr_array:
        """Return the rows as a sparse matrix of int64 (rows, width)."""
        return sparse.csr_array(
            (self.value.astype(np.int64), self.column, self.start), shape=(len(self), width)
        )


def starts(sizes: Sequence[int] | Ints) -> Ints:
    """Return where rows of these sizes begin, and where the last one ends.

    >>> starts([2, 0, 3]).tolist()
    [0, 2, 2, 5]
    """
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(np.asarray(sizes, np.int64))))


def rows_of(cells: Iterable[tuple[Sequence[int], Sequence[int]]]) -> Rows:
    """Return rows from the columns and the values of each.

    >>> rows_of([([0, 2], [1, 5]), ([], [])]).matrix(3).toarray().tolist()
    [[1, 0, 5], [0, 0, 0]]
    """
    told = list(cells)
    column = [one for columns, _ in told for one in columns]
    value = [one for _, values in told for one in values]
    sizes = [len(columns) for columns, _ in told]
    return Rows(starts(sizes), np.array(column, np.int32), np.array(value, np.int16))
