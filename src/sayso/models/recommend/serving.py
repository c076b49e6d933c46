"""What a member is shown: posts by whole-number scores, each with the posts of theirs that pulled it up."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sayso.models.recommend.rounding import SCALE, Weights
from sayso.models.recommend.rows import Ints

REASONS = 3


class Source(Protocol):
    """Where weights come from: a model, or published weights."""

    @property
    def posts(self) -> tuple[str, ...]:
        """The ids of the posts, rising."""
        ...

    def rows(self, posts: Ints) -> Weights:
        """Return the weights from posts, by number, to all posts."""
        ...


class Pull(NamedTuple):
    """A post of the member's own and what it adds to a score, in 4,096ths (above 0)."""

    post: str
    pull: int


class Recommendation(NamedTuple):
    """A post for a member, its score in 4,096ths (above 0), and up to three of their posts that pulled most, the strongest first."""

    post: str
    score: int
    because: tuple[Pull, ...]

    def reason(self) -> str:
        """Return why, in words.

        >>> Recommendation("q7", 3000, (Pull("q1", 2457), Pull("q4", 543))).reason()
        'because you took part in q1 (0.60) and q4 (0.13)'
        """
        told = [f"{post} ({pull / SCALE:.2f})" for post, pull in self.because]
        return "because you took part in " + " and ".join(
            [", ".join(told[:-1]), told[-1]] if told[1:] else told
        )


def recommend(source: Source, history: Iterable[str], k: int) -> tuple[Recommendation, ...]:
    """Return up to ``k`` posts for whoever took part in the posts of ``history``, best first, ties by id.

    Posts of the history are left out, and so is whatever has no score above 0; posts that the source does not know are passed over.
    Who has no history gets nothing: show them what is popular. The answer depends on nothing but weights, history and ``k``.
    """
    own = _known(source.posts, history)
    if not len(own):
        return ()
    weights = source.rows(own)
    scores = weights.sum(axis=0, dtype=np.int64)
    scores[own] = 0
    best = ranked(scores, k)
    return tuple(
        Recommendation(source.posts[post], int(scores[post]), _reasons(source.posts, own, weights[:, post]))
        for post in best[scores[best] > 0].tolist()
    )


def similar(source: Source, post: str, k: int) -> tuple[Recommendation, ...]:
    """Return up to ``k`` posts that a post leads to, best first, ties by id; nothing for a post that the source does not know."""
    return recommend(source, [post], k)


def ranked(scores: NDArray[np.int64] | NDArray[np.float64], k: int) -> Ints:
    """Return the numbers of the ``k`` highest scores, highest first, lower numbers first among equals.

    >>> ranked(np.array([1, 5, 5, 0]), 3).tolist()
    [1, 2, 0]
    """
    return np.argsort(-scores, kind="stable")[:k]


def _known(posts: tuple[str, ...], history: Iterable[str]) -> Ints:
    places = ((bisect_left(posts, id), id) for id in history)
    return np.array(
        sorted({place for place, id in places if place < len(posts) and posts[place] == id}), np.int64
    )


def _reasons(posts: tuple[str, ...], own: Ints, pulls: Weights) -> tuple[Pull, ...]:
    strongest = ranked(pulls.astype(np.int64), REASONS).tolist()
    return tuple(Pull(posts[own[place]], int(pulls[place])) for place in strongest if pulls[place] > 0)
