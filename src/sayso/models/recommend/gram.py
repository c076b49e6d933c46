"""The Gram matrix of a ledger: never kept, as what it says of any vector follows exactly from the ledger's rows.

G = X'X + a·TT' + b·CC' + λI with X the members' rows, T the posts' words in 256ths and C their topics: collective EASE (Jeunen, Van
Balen, Goethals 2020, sec. 3.1). All of it times 256² is whole, and 256² is a power of two: G has no rounding in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sayso.models.recommend.ledger import Ledger
from sayso.models.recommend.rows import Ints, rows_of
from sayso.models.recommend.settings import UNIT, UNIT_BITS

Floats: TypeAlias = NDArray[np.float64]
Big: TypeAlias = NDArray[np.object_]
"""Whole numbers of any size."""

LIMB = 20
"""Big whole numbers go through 64-bit products 20 bits at a time: 2^20 times 2^40 of counts fits."""
HALF = 1 << (LIMB - 1)
BLOCK = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Gram:
    """What G is made of, as sparse matrices of int64 over the n posts: ``taken`` (members, n), ``words`` (n, buckets),
    ``topics`` (n, topics).
    """

    taken: sparse.csr_array
    words: sparse.csr_array
    topics: sparse.csr_array
    text: int
    topic: int
    ridge: int

    @property
    def size(self) -> int:
        """The number of posts."""
        return int(self.taken.shape[1])

    def parts(self) -> list[tuple[int, sparse.csr_array, sparse.csr_array]]:
        """Return the three parts as (weight, A', A): 256²·(G - λI) is the sum of weight·A'A."""
        return [
            (UNIT * UNIT, sparse.csr_array(self.taken.T), self.taken),
            (self.text, self.words, sparse.csr_array(self.words.T)),
            (self.topic * UNIT * UNIT, self.topics, sparse.csr_array(self.topics.T)),
        ]

    def times(self, vectors: Ints) -> Floats:
        """Return G times vectors (n, k) of small whole numbers (±1, say), exact."""
        total = UNIT * UNIT * self.ridge * vectors
        for weight, left, right in self.parts():
            total = total + weight * (left @ (right @ vectors))
        return np.ldexp(total.astype(np.float64), -2 * UNIT_BITS)

    def times_big(self, vector: Big) -> Big:
        """Return 256²·G times one vector (n) of whole numbers of any size, exact."""
        shift, parts = 0, self.parts()
        total: Big = UNIT * UNIT * self.ridge * vector
        while vector.any():
            limb = ((vector + HALF) & (2 * HALF - 1)) - HALF
            small = limb.astype(np.int64)
            for weight, left, right in parts:
                total = total + ((left @ (right @ small)).astype(object) * weight << shift)
            vector, shift = (vector - limb) >> LIMB, shift + LIMB
        return total

    def content_row(self, post: int) -> Floats:
        """Return what words and topics add to the row of a post in G (n), exact."""
        total = sum(weight * (left[[post]] @ right).toarray()[0] for weight, left, right in self.parts()[1:])
        return np.ldexp(np.asarray(total, dtype=np.float64), -2 * UNIT_BITS)

    def dense(self) -> Floats:
        """Return G as a dense matrix (n, n), in columns: 8 n² bytes."""
        whole = np.empty((self.size, self.size), order="F")
        parts = self.parts()
        for begin in range(0, self.size, BLOCK):
            block: Any = sum(
                weight * (left[begin : begin + BLOCK] @ right).toarray() for weight, left, right in parts
            )
            whole[:, begin : begin + BLOCK] = np.ldexp(block.astype(np.float64), -2 * UNIT_BITS).T
        whole[np.diag_indices(self.size)] += self.ridge
        return whole


def gram_of(ledger: Ledger) -> Gram:
    """Return what the Gram matrix of a ledger is made of."""
    settings = ledger.settings
    return Gram(
        ledger.capped().matrix(len(ledger.posts)),
        ledger.text.matrix(settings.buckets),
        topic_matrix(ledger.topics),
        settings.text,
        settings.topic,
        settings.ridge,
    )


def topic_matrix(topics: tuple[tuple[str, ...], ...]) -> sparse.csr_array:
    """Return which post (row) has which topic (column, in order of their names)."""
    names = sorted({name for some in topics for name in some})
    number = {name: place for place, name in enumerate(names)}
    return rows_of(([number[name] for name in some], [1] * len(some)) for some in topics).matrix(len(names))
