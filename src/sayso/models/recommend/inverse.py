"""P = G⁻¹ and what has changed since: signed rank-one terms, so that forgetting costs one matrix-vector product.

A member's row x is rank one whatever its length: P + (Px)(Px)'/(1 - x'Px) is P without them (Sherman and Morrison 1950; for EASE
Jeunen et al. 2022, sec. 4, with the sign turned). A post leaves by its Schur complement, P - p p'/P_ii, which has rank one too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, lapack

from sayso.errors import IntegrityError, Problem
from sayso.models.recommend.gram import BLOCK, Floats, Gram
from sayso.models.recommend.rows import Ints


class Sparse(NamedTuple):
    """A sparse vector over the posts: which, and the values there."""

    place: NDArray[np.integer]
    value: Floats


class Whole(Protocol):
    """A symmetric inverse (n, n), however it is kept."""

    def times(self, vector: Sparse) -> Floats:
        """Return its product with a sparse vector (n)."""
        ...

    def rows(self, places: Ints) -> Floats:
        """Return some of its rows (k, n)."""
        ...

    def applied(self, vectors: Floats) -> Floats:
        """Return its product with dense vectors (n, k)."""
        ...

    def diagonal(self) -> Floats:
        """Return its diagonal (n)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """An inverse that is kept as it is: 8 n² bytes."""

    matrix: Floats

    def times(self, vector: Sparse) -> Floats:
        """Return the product with a sparse vector."""
        product: Floats = vector.value @ self.matrix[vector.place]
        return product

    def rows(self, places: Ints) -> Floats:
        """Return some rows."""
        return self.matrix[places]

    def applied(self, vectors: Floats) -> Floats:
        """Return the product with dense vectors."""
        return self.matrix @ vectors

    def diagonal(self) -> Floats:
        """Return the diagonal."""
        return self.matrix.diagonal().copy()


class Term(NamedTuple):
    """weight · vector · vector', to be added to the inverse."""

    vector: Floats
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Inverse:
    """P as a whole that is not touched, terms that are added to it, and where in it the live posts are.

    ``place`` (int64) has one number for each live post; ``diagonal`` is that of the sum, over all posts of the whole. Until they are
    folded, whole and terms together still hold what was taken out: keep neither longer than the next fold.
    """

    whole: Whole
    place: Ints
    terms: tuple[Term, ...]
    diagonal: Floats

    def times(self, vector: Sparse) -> Floats:
        """Return P times a sparse vector whose places are of the whole (n of the whole)."""
        product = self.whole.times(vector)
        for term in self.terms:
            product += (term.weight * (term.vector[vector.place] @ vector.value)) * term.vector
        return product

    def changed(self, vector: Sparse, sign: int) -> Inverse:
        """Return the inverse of G + sign·u u': ``sign`` -1 takes a member's row out, +1 puts one in.

        Raises ``IntegrityError`` (``not-in-model``) where taking it out leaves no positive definite matrix, so that it was never in.
        """
        product = self.times(vector)
        left = 1.0 + sign * float(vector.value @ product[vector.place])
        if not left > 0:
            raise IntegrityError(Problem("not-in-model", "a row to be taken out is not in the model"))
        return self._with(Term(product, -sign / left))

    def eliminated(self, place: int) -> Inverse:
        """Return the inverse without the post at a place of the whole."""
        column = self.times(Sparse(np.array([place]), np.ones(1)))
        fewer = self._with(Term(column, -1.0 / column[place]))
        return replace(fewer, place=self.place[self.place != place])

    def _with(self, term: Term) -> Inverse:
        diagonal = self.diagonal + term.weight * term.vector**2
        return replace(self, terms=(*self.terms, term), diagonal=diagonal)

    def rows(self, posts: Ints) -> Floats:
        """Return the rows of P for live posts, by number (k, live)."""
        places = self.place[posts]
        rows = self.whole.rows(places)
        if self.terms:
            vectors, weights = stacked(self.terms)
            rows = rows + (vectors[:, places].T * weights) @ vectors
        return rows[:, self.place]

    def applied(self, vectors: Floats) -> Floats:
        """Return P times dense vectors (live, k)."""
        wide = np.zeros((len(self.diagonal), vectors.shape[1]))
        wide[self.place] = vectors
        product = self.whole.applied(wide)
        if self.terms:
            stack, weights = stacked(self.terms)
            product += stack.T @ (weights[:, None] * (stack @ wide))
        return product[self.place]

    def live_diagonal(self) -> Floats:
        """Return the diagonal of P over the live posts."""
        return self.diagonal[self.place]


def stacked(terms: tuple[Term, ...]) -> tuple[Floats, Floats]:
    """Return the terms' vectors (r, n) and weights (r)."""
    return np.stack([term.vector for term in terms]), np.array([term.weight for term in terms])


def settled(whole: Whole) -> Inverse:
    """Return an inverse with nothing pending."""
    diagonal = whole.diagonal()
    return Inverse(whole, np.arange(len(diagonal)), (), diagonal)


def inverted(matrix: Floats) -> Dense:
    """Return the inverse of a symmetric positive definite matrix (n, n; columns; overwritten): Cholesky, LAPACK's dpotrf and dpotri.

    Raises ``IntegrityError`` (``not-definite``) where there is none in float64.
    """
    if not len(matrix):
        return Dense(matrix)
    factor, broke = lapack.dpotrf(matrix, lower=1, clean=0, overwrite_a=1)
    if broke == 0:
        factor, broke = lapack.dpotri(factor, lower=1, overwrite_c=1)
    if broke != 0:
        raise IntegrityError(
            Problem("not-definite", "the Gram matrix has no inverse", advice="raise the ridge")
        )
    return Dense(mirrored(factor).T)


def mirrored(matrix: Floats) -> Floats:
    """Return a matrix in columns whose upper triangle is made equal to its lower one, in place."""
    for begin in range(0, len(matrix), BLOCK):
        end = begin + BLOCK
        corner = matrix[begin:end, begin:end]
        corner[:] = np.tril(corner) + np.tril(corner, -1).T
        matrix[begin:end, end:] = matrix[end:, begin:end].T
    return matrix


def primal(gram: Gram) -> Inverse:
    """Return the inverse of a Gram matrix, by itself: n³ multiplications and 8 n² bytes."""
    return settled(inverted(gram.dense()))


def folded(inverse: Inverse) -> Inverse:
    """Return an equal inverse with nothing pending and nothing left of what was taken out, in new memory.

    LAPACK's dsyrk, n² multiplications a term. Raises ``TypeError`` for an inverse that is not ``Dense``: that is made anew instead.
    """
    if not isinstance(inverse.whole, Dense):
        raise TypeError("only a dense inverse is folded")
    everything = len(inverse.place) == len(inverse.diagonal)
    live = np.s_[:] if everything else np.ix_(inverse.place, inverse.place)
    matrix = np.array(inverse.whole.matrix[live], order="C").T
    for sign in (1, -1):
        some = [term for term in inverse.terms if np.sign(term.weight) == sign]
        if some and len(matrix):
            vectors, weights = stacked(tuple(some))
            scaled = vectors[:, inverse.place] * np.sqrt(np.abs(weights))[:, None]
            matrix = blas.dsyrk(sign, scaled, trans=1, beta=1.0, c=matrix, lower=1, overwrite_c=1)
    return settled(Dense(mirrored(matrix).T))
