"""Post recommendations told slowly: the Gram matrix pair by pair, its inverse in fractions, the weights rounded from those."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from sayso.models.recommend import Post, Settings
from sayso.models.recommend.words import text_row

Matrix = list[list[Fraction]]


def members_that_count(pairs: Iterable[tuple[str, str]], posts: list[str]) -> dict[str, set[str]]:
    """Return each member's posts; no cap, so draw members below it."""
    taken: dict[str, set[str]] = {}
    for member, post in pairs:
        if post in posts:
            taken.setdefault(member, set()).add(post)
    return taken


def text_of(post: Post, settings: Settings) -> dict[int, int]:
    row = text_row(post.text, settings.buckets)
    return dict(zip(row.buckets, row.weights, strict=True))


def gram(posts: list[Post], pairs: Iterable[tuple[str, str]], settings: Settings) -> Matrix:
    """Return how much any two posts have in common, members, words and topics together, and the ridge for a post with itself."""
    taken = members_that_count(pairs, [post.id for post in posts])
    table = []
    for one in posts:
        row = []
        for other in posts:
            together = sum(one.id in some and other.id in some for some in taken.values())
            mine, theirs = text_of(one, settings), text_of(other, settings)
            words = sum(weight * theirs.get(bucket, 0) for bucket, weight in mine.items())
            topics = len(set(one.topics) & set(other.topics))
            common = Fraction(together) + settings.topic * topics + settings.text * Fraction(words, 256 * 256)
            row.append(common + (settings.ridge if one.id == other.id else 0))
        table.append(row)
    return table


def inverse(matrix: Matrix) -> Matrix:
    """Return the inverse by Gauss and Jordan, in fractions."""
    size = len(matrix)
    work = [
        [*row, *(Fraction(place == number) for place in range(size))] for number, row in enumerate(matrix)
    ]
    for step in range(size):
        work[step] = [value / work[step][step] for value in work[step]]
        for other in range(size):
            if other != step:
                factor = work[other][step]
                work[other] = [a - factor * b for a, b in zip(work[other], work[step], strict=True)]
    return [row[size:] for row in work]


def weights(posts: Iterable[Post], pairs: Iterable[tuple[str, str]], settings: Settings) -> list[list[int]]:
    """Return the published weights: -P_ij / P_jj in 4,096ths, to the nearest, the even one of two as near; 0 for a post itself."""
    ordered = sorted(posts, key=lambda post: post.id)
    table = inverse(gram(ordered, pairs, settings))
    found = []
    for i in range(len(ordered)):
        exact = [Fraction(0) if i == j else -table[i][j] / table[j][j] * 4096 for j in range(len(ordered))]
        found.append([min(max(round(value), -32767), 32767) for value in exact])
    return found


def recommended(table: list[list[int]], ids: list[str], history: set[str], k: int) -> list[tuple[str, int]]:
    """Return the best posts outside a history with their scores, ties by id."""
    scores = {
        post: sum(table[ids.index(own)][ids.index(post)] for own in history if own in ids)
        for post in ids
        if post not in history
    }
    best = sorted((-score, post) for post, score in scores.items() if score > 0)
    return [(post, -score) for score, post in best[:k]]
