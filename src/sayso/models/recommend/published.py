"""Published weights: the model as whole numbers, which is what is served, digested and compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sayso.errors import IntegrityError, Problem
from sayso.models.recommend.archive import Archive, Named, digest_of, ledger_digest
from sayso.models.recommend.certificate import Certificate
from sayso.models.recommend.gram import gram_of
from sayso.models.recommend.model import Model, certified
from sayso.models.recommend.rounding import Weights, rounded, settle
from sayso.models.recommend.rows import Ints, starts

FORMAT = "sayso-recommend-weights-v1"
BLOCK = 256
WRONG = 1e-6
"""A residual above this is no rounding error (1e-13, 1e-9 where λ is small): the inverse is of something else than the ledger."""


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """Weights from each post (row) to each (column) in 4,096ths (int16; 0 for itself), posts by rising id; ``ledger`` is the digest
    of the ledger that they follow from.
    """

    posts: tuple[str, ...]
    weights: Weights
    ledger: str

    def rows(self, posts: Ints) -> Weights:
        """Return the weights from posts, by number, to all posts (k, n)."""
        return self.weights[posts]

    def to_arrays(self) -> Archive:
        """Return the weights as named arrays, always the same for the same weights."""
        encoded = [one.encode() for one in self.posts]
        return (
            Named("ledger", np.frombuffer(self.ledger.encode(), np.uint8)),
            Named("posts", np.frombuffer(b"".join(encoded), np.uint8)),
            Named("posts_start", starts([len(one) for one in encoded])),
            Named("weights", self.weights),
        )

    def digest(self) -> str:
        """Return the digest of the weights: equal for equal weights from equal ledgers, and for nothing else."""
        return digest_of(self.to_arrays(), FORMAT)


@dataclass(frozen=True, slots=True, eq=False)
class Publication:
    """Weights, the certificate that their bound rests on, and how many of them were too near the turn and were solved again."""

    published: Published
    certificate: Certificate
    solved_again: int


def publish(model: Model, key: bytes) -> Publication:
    """Return all weights of a model, each proved to be the exact one, rounded: n² numbers of two bytes.

    ``key`` (any bytes) draws the probes that measure the bound. Raises ``IntegrityError`` (``not-its-ledger``) where the inverse is
    not that of the ledger: every weight could be put right, but nobody should go on with an inverse that somebody may still be in.
    """
    model, certificate = certified(model, key)
    if not certificate.residual < WRONG:
        what = "the inverse of a model is not that of its ledger"
        raise IntegrityError(Problem("not-its-ledger", what, advice="fit it anew"))
    size, gram, again = len(model.posts), gram_of(model.ledger), 0
    weights = np.empty((size, size), np.int16)
    doubts = []
    for begin in range(0, size, BLOCK):
        posts = np.arange(begin, min(begin + BLOCK, size))
        weights[posts], doubt = rounded(model.inverse, posts, model.bound, model.ledger.settings.ridge)
        doubts.append(doubt)
        again += int(doubt.sum())
    if again:
        settle(weights, np.concatenate(doubts), np.arange(size), gram, model.inverse)
    weights.setflags(write=False)
    return Publication(Published(model.posts, weights, ledger_digest(model.ledger)), certificate, again)


def published_from(archive: Sequence[Named], digest: str) -> Published:
    """Return the weights that named arrays hold.

    Raises ``IntegrityError`` (``bad-archive``) where arrays are missing, of another type or shape, or not of that digest.
    """
    by_name = dict(archive)
    names = ("ledger", "posts", "posts_start", "weights")
    bad = Problem("bad-archive", "published weights are not what they should be", advice="publish anew")
    if any(name not in by_name for name in names):
        raise IntegrityError(bad)
    if digest_of([Named(name, by_name[name]) for name in names], FORMAT) != digest:
        raise IntegrityError(bad)
    data, start = by_name["posts"].tobytes(), by_name["posts_start"].tolist()
    posts = tuple(data[begin:end].decode() for begin, end in pairwise(start))
    return Published(posts, by_name["weights"], by_name["ledger"].tobytes().decode())
