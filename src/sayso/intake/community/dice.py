"""Chance that is the same everywhere: every draw comes from ``Random.random()`` alone.

Python promises that ``random()`` of a seeded generator stays the same from version to version, and promises it of
no other method (documentation of the module ``random``, "Notes on Reproducibility").
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from math import log
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def stream(seed: int, *names: object) -> Random:
    """Return the stream of chance of these names; other names, or another seed, give an unrelated one.

    >>> stream(1, "member", 7).random() == stream(1, "member", 7).random()
    True
    """
    return Random("/".join(map(str, (seed, *names))))


def pick(rng: Random, things: Sequence[T]) -> T:
    """Return one of the things, each as likely as the others; raises ``IndexError`` when there are none."""
    return things[int(rng.random() * len(things))]


def between(rng: Random, low: int, high: int) -> int:
    """Return a whole number from ``low`` to ``high``, both included."""
    return low + int(rng.random() * (high - low + 1))


def chance(rng: Random, probability: float) -> bool:
    """Return true with this probability."""
    return rng.random() < probability


def wait(rng: Random, mean: float) -> int:
    """Return a waiting time of the exponential distribution with this mean, rounded down."""
    return int(-log(1.0 - rng.random()) * mean)


def count(rng: Random, mean: float) -> int:
    """Return a whole number ≥ 0 of this mean (geometric distribution), for how many things somebody makes."""
    return int(log(1.0 - rng.random()) / log(mean / (1.0 + mean))) if mean > 0 else 0


class Weighted(Generic[T]):
    """Things that come up in proportion to their weights (each ≥ 0, not all 0)."""

    def __init__(self, pairs: Sequence[tuple[T, float]]) -> None:
        """Hold things and weights."""
        self._things = tuple(thing for thing, _ in pairs)
        self._edges = tuple(accumulate(weight for _, weight in pairs))

    def draw(self, rng: Random) -> T:
        """Return one of the things."""
        return self._things[bisect(self._edges, rng.random() * self._edges[-1])]
