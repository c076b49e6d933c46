"""How good recommendations are, on pairs that were held out, beside three that know nothing of the model."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sayso.models.recommend.gram import Floats, topic_matrix
from sayso.models.recommend.ledger import Interaction, Ledger
from sayso.models.recommend.published import Published
from sayso.models.recommend.serving import ranked

RECALL_AT = 20
NDCG_AT = 100
NEIGHBOURS = 100
BATCH = 512

Ranker: TypeAlias = Callable[[sparse.csr_array], NDArray[np.generic]]
"""Scores of all posts for members, from their rows (members, posts): the larger the better."""


class Split(NamedTuple):
    """Pairs to fit on and pairs held out."""

    kept: tuple[Interaction, ...]
    held: tuple[Interaction, ...]


class Score(NamedTuple):
    """How good one way of ranking is: means over members who have something held out and something kept (0 to 1)."""

    name: str
    recall: float
    ndcg: float
    members: int


def split(pairs: Iterable[Interaction | tuple[str, str]], key: bytes, one_in: int = 5) -> Split:
    """Return pairs split within each member: one in ``one_in`` of their posts is held out, at least one where they have two,
    rounded down.

    Which ones follows from HMAC-SHA-256 of tag and id under the key, not from the order of the pairs.

    >>> parts = split([("m", "a"), ("m", "b"), ("n", "a")], b"key")
    >>> len(parts.held), len(parts.kept)
    (1, 2)
    """
    taken: dict[str, set[str]] = {}
    for member, post in pairs:
        taken.setdefault(member, set()).add(post)
    kept: list[Interaction] = []
    held: list[Interaction] = []
    for member in sorted(taken):
        drawn = sorted(taken[member], key=lambda post: _draw(key, member, post))
        count = max(len(drawn) // one_in, 1) if len(drawn) > 1 else 0
        held += (Interaction(member, post) for post in drawn[:count])
        kept += (Interaction(member, post) for post in drawn[count:])
    return Split(tuple(kept), tuple(held))


def _draw(key: bytes, member: str, post: str) -> bytes:
    return hmac.digest(key, f"{member}\0{post}".encode(), "sha256")


def evaluate(published: Published, ledger: Ledger, held: Iterable[Interaction]) -> tuple[Score, ...]:
    """Return the scores of published weights and of three simple rankings, on pairs that the ledger was not told of.

    ``popularity``: how many members took part; ``popularity in topics``: the same, times how many of the member's posts share the
    post's topics; ``item-kNN``: cosine of members in common, the 100 nearest posts of each (Sarwar et al. 2001). Recall@20 is
    divided by the lesser of 20 and what is held out, NDCG@100 has gains of 1 (Liang et al. 2018, sec. 4.2); posts of the member's
    own are left out, ties go by id. Held-out pairs of members or posts that the ledger does not know are passed over.
    """
    rankers = {
        "joined EASE": by_weights(published),
        "popularity": by_popularity(ledger),
        "popularity in topics": by_topics(ledger),
        "item-kNN": by_neighbours(ledger),
    }
    wanted = wanted_of(ledger, held)
    return tuple(scored(name, ranker, ledger, wanted) for name, ranker in rankers.items())


def by_weights(published: Published) -> Ranker:
    """Rank by published weights: whole-number sums over the member's posts."""
    return lambda rows: rows @ published.weights


def by_popularity(ledger: Ledger) -> Ranker:
    """Rank by how many members took part."""
    counts = ledger.taken.matrix(len(ledger.posts)).sum(axis=0)
    return lambda rows: np.tile(counts, (rows.shape[0], 1))


def by_topics(ledger: Ledger) -> Ranker:
    """Rank by how many members took part, times how many of the member's posts share each of the post's topics; then by the former."""
    topics = topic_matrix(ledger.topics)
    counts = np.asarray(ledger.taken.matrix(len(ledger.posts)).sum(axis=0), dtype=np.float64)
    return lambda rows: counts * (np.asarray((rows @ topics @ topics.T).toarray()) + 1e-6)


def by_neighbours(ledger: Ledger) -> Ranker:
    """Rank by the sum of cosines over the 100 nearest posts of each."""
    taken = ledger.taken.matrix(len(ledger.posts)).astype(np.float64)
    together = (taken.T @ taken).toarray()
    length = np.sqrt(np.maximum(together.diagonal(), 1.0))
    together /= length[:, None] * length
    np.fill_diagonal(together, 0.0)
    if len(together) > NEIGHBOURS:
        together[together < np.partition(together, -NEIGHBOURS, axis=0)[-NEIGHBOURS]] = 0.0
    return lambda rows: rows @ together


def wanted_of(ledger: Ledger, held: Iterable[Interaction]) -> dict[int, set[int]]:
    """Return what was held out of each member, both by number; what the ledger does not know is passed over."""
    wanted: dict[int, set[int]] = {}
    for member, post in held:
        row, column = ledger.member(member), ledger.post(post)
        if row is not None and column is not None:
            wanted.setdefault(row, set()).add(column)
    return wanted


def scored(name: str, ranker: Ranker, ledger: Ledger, wanted: dict[int, set[int]]) -> Score:
    """Return the score of a ranking for members, by number, with the numbers of the posts held out of each."""
    rows = ledger.taken.matrix(len(ledger.posts))
    members, found = sorted(wanted), []
    for begin in range(0, len(members), BATCH):
        some = members[begin : begin + BATCH]
        scores = np.array(ranker(rows[some]), dtype=np.float64)
        for member, line in zip(some, scores, strict=True):
            line[ledger.taken.of(member)] = -np.inf
            found.append(_measures(ranked(line, NDCG_AT).tolist(), wanted[member]))
    recall, ndcg = np.mean(found or [(0.0, 0.0)], axis=0).tolist()
    return Score(name, recall, ndcg, len(members))


DISCOUNTS: Floats = 1.0 / np.log2(np.arange(NDCG_AT) + 2.0)


def _measures(best: list[int], wanted: set[int]) -> tuple[float, float]:
    hits = np.array([post in wanted for post in best])
    recall = hits[:RECALL_AT].sum() / min(RECALL_AT, len(wanted))
    ndcg = DISCOUNTS[: len(hits)][hits].sum() / DISCOUNTS[: len(wanted)].sum()
    return float(recall), float(ndcg)
