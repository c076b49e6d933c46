"""The dual form: where members, words and topics are fewer than posts, the inverse is kept over them.

(A'WA + λI)⁻¹ = (I - A'(AA' + λW⁻¹)⁻¹A)/λ (Woodbury 1950): A has a row for each member, kind of word and topic, W their weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from sayso.models.recommend.gram import BLOCK, Floats, Gram
from sayso.models.recommend.inverse import Inverse, Sparse, inverted, settled
from sayso.models.recommend.rows import Ints
from sayso.models.recommend.settings import UNIT


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """The inverse through its dual: ``across`` is A (m, n), ``kernel`` (AA' + λW⁻¹)⁻¹ (m, m), ``ridge`` λ. 8 m² bytes."""

    across: sparse.csr_array
    kernel: Floats
    ridge: int

    def times(self, vector: Sparse) -> Floats:
        """Return the product with a sparse vector."""
        dense = np.zeros((self.across.shape[1], 1))
        dense[vector.place, 0] = vector.value
        return self.applied(dense)[:, 0]

    def rows(self, places: Ints) -> Floats:
        """Return some rows."""
        dense = np.zeros((self.across.shape[1], len(places)))
        dense[places, np.arange(len(places))] = 1.0
        return self.applied(dense).T

    def applied(self, vectors: Floats) -> Floats:
        """Return the product with dense vectors."""
        through: Floats = self.across.T @ (self.kernel @ (self.across @ vectors))
        return (vectors - through) / self.ridge

    def diagonal(self) -> Floats:
        """Return the diagonal."""
        columns = sparse.csc_array(self.across)
        inner = [
            _inner(self.kernel, columns[:, begin : begin + BLOCK])
            for begin in range(0, columns.shape[1], BLOCK)
        ]
        return (1.0 - np.concatenate([np.zeros(0), *inner])) / self.ridge


def _inner(kernel: Floats, columns: sparse.csc_array) -> Floats:
    through = (columns.T @ kernel).T
    return np.asarray(columns.multiply(through).sum(axis=0)).ravel()


def stacked_rows(gram: Gram) -> tuple[sparse.csr_array, Floats]:
    """Return A (words in ones, not 256ths) and the diagonal of W; rows without a post, and parts that weigh nothing, are left out."""
    parts = [
        (1.0, gram.taken),
        (float(gram.text), gram.words.T / UNIT),
        (float(gram.topic), gram.topics.T),
    ]
    kept = [(weight, sparse.csr_array(rows, dtype=np.float64)) for weight, rows in parts if weight]
    across = sparse.csr_array(sparse.vstack([rows for _, rows in kept]))
    weights = np.concatenate([np.full(rows.shape[0], weight) for weight, rows in kept])
    used = np.diff(across.indptr) > 0
    return across[used], weights[used]


def dual(gram: Gram) -> Inverse:
    """Return the inverse of a Gram matrix through the dual: m³ multiplications for m members, kinds of words and topics."""
    across, weights = stacked_rows(gram)
    kernel = np.asfortranarray((across @ across.T).toarray())
    kernel[np.diag_indices(len(weights))] += gram.ridge / weights
    return settled(Dual(across, inverted(kernel).matrix, gram.ridge))
