"""The model: a ledger of whole numbers, and the inverse that follows from it. Members and posts leave it exactly."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sayso.errors import Problem, Refused
from sayso.models.recommend.archive import ledger_digest
from sayso.models.recommend.certificate import Certificate, certify
from sayso.models.recommend.dual import dual, stacked_rows
from sayso.models.recommend.gram import Gram, gram_of
from sayso.models.recommend.inverse import Dense, Inverse, Sparse, folded, primal
from sayso.models.recommend.ledger import Ledger, without
from sayso.models.recommend.rounding import Weights, rounded, settle
from sayso.models.recommend.rows import Ints

Form = Literal["primal", "dual"]

LARGEST = 20_000
"""The largest inverse that is kept: 3.2 GB, minutes of one core."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A fitted model: ``ledger`` is its whole state, ``inverse`` what float64 makes of it, ``bound`` how far that may be off.

    ``bound`` (see ``rounding``) was measured when the model was fitted, folded or certified; it counts once more for each of the
    changes ``since``. Models are never changed: forgetting gives a new one, and what still refers to the old one holds what was
    forgotten.
    """

    ledger: Ledger
    inverse: Inverse
    bound: float
    since: int = 0

    @property
    def posts(self) -> tuple[str, ...]:
        """The ids of the posts, rising."""
        return self.ledger.posts

    @property
    def pending(self) -> int:
        """How many changes wait to be folded; while any does, the inverse holds what was taken out of the ledger."""
        return len(self.inverse.terms)

    def rows(self, posts: Ints) -> Weights:
        """Return the published weights from posts, by number, to all posts (k, n), in 4,096ths."""
        ridge, bound = self.ledger.settings.ridge, self.bound * (1 + self.since)
        weights, doubt = rounded(self.inverse, posts, bound, ridge)
        if doubt.any():
            settle(weights, doubt, posts, gram_of(self.ledger), self.inverse)
        return weights


def fit(ledger: Ledger, form: Form | None = None) -> Model:
    """Return the model of a ledger, in the primal form up to 20,000 posts, else in the dual form; or in the form asked for.

    Raises ``Refused`` (``too-many-posts``) where posts, and members, kinds of words and topics together, are more than 20,000.

    >>> from sayso.models.recommend import Post, Settings, ledger_of
    >>> posts = [Post("a"), Post("b"), Post("c")]
    >>> model = fit(ledger_of(posts, [("m", "a"), ("m", "b"), ("n", "c")], Settings(ridge=1)))
    >>> model.rows(np.array([0])).tolist()
    [[0, 2048, 0]]
    """
    gram = gram_of(ledger)
    inverse = primal(gram) if (form or _form_for(gram)) == "primal" else dual(gram)
    own_key = bytes.fromhex(ledger_digest(ledger).removeprefix("sha256:"))
    return Model(ledger, inverse, certify(gram, inverse, own_key).bound)


def _form_for(gram: Gram) -> Form:
    if gram.size <= LARGEST:
        return "primal"
    if len(stacked_rows(gram)[1]) <= LARGEST:
        return "dual"
    advice = "take fewer buckets, the posts of a window of time, or a model for each topic"
    raise Refused(Problem("too-many-posts", f"{gram.size} posts are too many for one model", advice=advice))


def forget(model: Model, members: Collection[str] = (), posts: Collection[str] = ()) -> Model:
    """Return the model without members (by tag), the posts they wrote, and other posts (by id): what fitting without them gives.

    The published weights are those of a fit without them, bit for bit, and so is the ledger's digest. Whoever or whatever the
    model does not know is passed over. One matrix-vector product for each member and post; nothing else is computed until ``folded``.

    >>> from sayso.models.recommend import Post, Settings, ledger_of
    >>> ledger = ledger_of([Post("a"), Post("b")], [("m", "a"), ("m", "b"), ("n", "a"), ("n", "b")], Settings(ridge=1))
    >>> [fitted.rows(np.array([0])).tolist() for fitted in (fit(ledger), forget(fit(ledger), {"m"}))]
    [[[0, 2731]], [[0, 2048]]]
    """
    ledger, inverse = model.ledger, model.inverse
    gone = sorted(number for tag in set(members) if (number := ledger.member(tag)) is not None)
    leaving = {number for id in posts if (number := ledger.post(id)) is not None}
    leaving.update(ledger.written_by(members))
    fewer = without(ledger, members, leaving)
    for member in gone:
        inverse = inverse.changed(_ones(inverse, ledger.counted(member)), -1)
    inverse = _recounted(ledger, fewer, inverse, set(gone), leaving)
    for place in model.inverse.place[sorted(leaving)].tolist():
        inverse = inverse.eliminated(place)
    return moved(model, fewer, inverse)


def moved(model: Model, ledger: Ledger, inverse: Inverse) -> Model:
    """Return the model with another ledger and the inverse that was brought there."""
    changes = len(inverse.terms) - model.pending
    return replace(model, ledger=ledger, inverse=inverse, since=model.since + changes)


def _ones(inverse: Inverse, posts: Ints | np.ndarray[tuple[int], np.dtype[np.int32]]) -> Sparse:
    return Sparse(inverse.place[posts], np.ones(len(posts)))


def _recounted(ledger: Ledger, fewer: Ledger, inverse: Inverse, gone: set[int], leaving: set[int]) -> Inverse:
    # Members over the cap who lose a post that counted have room for another: their row is swapped before the post goes.
    if not leaving:
        return inverse
    live = np.delete(np.arange(len(ledger.posts)), sorted(leaving))
    over = np.flatnonzero(np.diff(ledger.taken.start) > ledger.settings.cap).tolist()
    for member in over:
        counted = ledger.counted(member)
        if member in gone or leaving.isdisjoint(counted.tolist()):
            continue
        inverse = inverse.changed(_ones(inverse, counted), -1)
        if (number := fewer.member(ledger.members[member])) is not None:
            inverse = inverse.changed(_ones(inverse, live[fewer.counted(number)]), 1)
    return inverse


def fold(model: Model) -> Model:
    """Return an equal model with nothing pending, in new memory: whatever was forgotten is in none of it.

    A dense inverse takes the pending changes in, n² multiplications each; a dual one is made anew.
    """
    if not model.pending:
        return model
    if not isinstance(model.inverse.whole, Dense):
        return fit(model.ledger, "dual")
    return certified(replace(model, inverse=folded(model.inverse)), ledger_digest(model.ledger).encode())[0]


def refit(model: Model) -> Model:
    """Return the model fitted anew from its own ledger, in its own form: the canonical one, to compare with and to start again
    from.
    """
    return fit(model.ledger, "primal" if isinstance(model.inverse.whole, Dense) else "dual")


def certified(model: Model, key: bytes) -> tuple[Model, Certificate]:
    """Return the model with its bound measured by probes from a key, and the certificate: n² steps.

    A residual far above 1e-9 says that the inverse is not that of this ledger: a member who left is still in it, say.
    """
    certificate = certify(gram_of(model.ledger), model.inverse, key)
    return replace(model, bound=certificate.bound, since=0), certificate
