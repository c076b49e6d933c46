"""A model brought to another ledger: whatever differs is a rank-one change of its inverse.

Posts leave by their Schur complement and come by bordering the inverse, the same identity read the other way (Banachiewicz 1937; Golub
and Van Loan, Matrix Computations, 4th ed., sec. 3.2.11 and 2.1.4); a post with other words leaves and comes. In between, members whose
part in the posts that stay has changed leave with their old row and come with their new one (Sherman and Morrison 1950).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from sayso.models.recommend.archive import ledger_digest
from sayso.models.recommend.gram import BLOCK, Floats, Gram, gram_of
from sayso.models.recommend.inverse import Dense, Sparse, folded, settled
from sayso.models.recommend.ledger import Ledger
from sayso.models.recommend.model import Model, certified, fit
from sayso.models.recommend.rows import Ints
from sayso.models.recommend.settings import UNIT_BITS

FEW = 4
"""More changes than a fourth of the posts, and fitting anew is sooner done."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two ledgers: posts that stay as they are, leave or come, by rising id, one with other words being among
    both; and of each member whose part in those that stay differs, the old and the new part.
    """

    staying: tuple[str, ...]
    leaving: tuple[str, ...]
    coming: tuple[str, ...]
    parts: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    @property
    def terms(self) -> int:
        """How many rank-one changes it takes, at most."""
        return len(self.leaving) + len(self.coming) + 2 * len(self.parts)


def brought(model: Model, ledger: Ledger) -> Model:
    """Return the model of another ledger of the same settings: the one that fitting gives, its bound measured.

    Fits anew where that is sooner done, or where the inverse is kept in another form.
    """
    difference = differ(model.ledger, ledger)
    dense = isinstance(model.inverse.whole, Dense)
    if not dense or difference.terms * FEW > len(ledger.posts) or model.ledger.settings != ledger.settings:
        return fit(ledger)
    whole = _bordered(_narrowed(model, difference), ledger, difference)
    found = Model(ledger, settled(Dense(whole)), model.bound)
    return certified(found, ledger_digest(ledger).encode())[0]


def differ(old: Ledger, new: Ledger) -> Difference:
    """Return what differs between two ledgers.

    >>> from sayso.models.recommend.ledger import Post, ledger_of
    >>> from sayso.models.recommend.settings import Settings
    >>> one = ledger_of([Post("a"), Post("b")], [("m", "a"), ("n", "a")], Settings())
    >>> other = ledger_of([Post("a"), Post("c")], [("m", "a"), ("m", "c")], Settings())
    >>> differ(one, other)
    Difference(staying=('a',), leaving=('b',), coming=('c',), parts=((('a',), ()),))
    """
    before, after = _contents(old), _contents(new)
    staying = {id for id in before.keys() & after.keys() if before[id] == after[id]}
    mine, theirs = _parts(old, staying), _parts(new, staying)
    pairs = ((mine.get(tag, ()), theirs.get(tag, ())) for tag in sorted(mine.keys() | theirs.keys()))
    return Difference(
        tuple(sorted(staying)),
        tuple(sorted(before.keys() - staying)),
        tuple(sorted(after.keys() - staying)),
        tuple(pair for pair in pairs if pair[0] != pair[1]),
    )


def _contents(ledger: Ledger) -> dict[str, tuple[tuple[str, ...], bytes, bytes]]:
    start, words = ledger.text.start.tolist(), ledger.text
    cells = [slice(begin, end) for begin, end in pairwise(start)]
    told = zip(ledger.posts, ledger.topics, cells, strict=True)
    return {
        id: (topics, words.column[cell].tobytes(), words.value[cell].tobytes()) for id, topics, cell in told
    }


def _parts(ledger: Ledger, staying: set[str]) -> dict[str, tuple[str, ...]]:
    rows = ledger.capped()
    posts = [id if id in staying else "" for id in ledger.posts]
    own = (tuple(filter(None, (posts[at] for at in rows.of(row).tolist()))) for row in range(len(rows)))
    return dict(zip(ledger.members, own, strict=True))


def _places(posts: Sequence[str]) -> dict[str, int]:
    return {id: place for place, id in enumerate(posts)}


def _narrowed(model: Model, difference: Difference) -> Floats:
    """Return the inverse over the posts that stay, every member's part in them being the new one."""
    at, inverse = _places(model.ledger.posts), model.inverse
    places = {id: int(inverse.place[at[id]]) for id in model.ledger.posts}
    for id in difference.leaving:
        inverse = inverse.eliminated(places[id])
    for old, new in difference.parts:
        for part, sign in ((old, -1), (new, 1)):
            if part:
                place = np.array([places[id] for id in part])
                inverse = inverse.changed(Sparse(place, np.ones(len(part))), sign)
    whole = folded(inverse).whole if inverse.terms else inverse.whole
    return whole.matrix if isinstance(whole, Dense) else whole.rows(np.arange(len(difference.staying)))


def _bordered(whole: Floats, ledger: Ledger, difference: Difference) -> Floats:
    """Return the inverse (n, n) of a ledger's Gram matrix from that of its part over the posts that stay."""
    at = _places(ledger.posts)
    staying, coming = (
        np.array([at[id] for id in ids], np.int64) for ids in (difference.staying, difference.coming)
    )
    if not len(coming):
        return whole
    rows = gram_rows(gram_of(ledger), coming)
    across = whole @ rows[:, staying].T
    corner = cho_solve(cho_factor(rows[:, coming] - rows[:, staying] @ across), np.eye(len(coming)))
    aside = across @ corner
    found = np.empty((len(at), len(at)))
    for begin in range(
        0, len(staying), BLOCK
    ):  # a block at a time: the whole may be half of the memory there is
        rows_here = slice(begin, begin + BLOCK)
        block = aside[rows_here] @ across.T
        block += whole[rows_here]
        found[np.ix_(staying[rows_here], staying)] = block
    found[np.ix_(staying, coming)] = -aside
    found[np.ix_(coming, staying)] = -aside.T
    found[np.ix_(coming, coming)] = corner
    return found


def gram_rows(gram: Gram, posts: Ints) -> Floats:
    """Return the rows of G of some posts (k, n), exact."""
    total = sum(weight * (left[posts] @ right).toarray() for weight, left, right in gram.parts())
    rows = np.ldexp(np.asarray(total, dtype=np.float64), -2 * UNIT_BITS)
    rows[np.arange(len(posts)), posts] += gram.ridge
    return rows
