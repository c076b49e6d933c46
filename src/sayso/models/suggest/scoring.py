"""The chances of whole texts, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sayso.models.suggest.grams import Keys, laid_out
from sayso.models.suggest.kneser_ney import Floats, View
from sayso.models.suggest.tokenizer import START, Numbers


def log_chances(view: View, texts: Iterable[Numbers]) -> list[Floats]:
    """Return for each text the natural logarithms of the chances of its pieces, one after another, the end of the text the last.

    Equal to what ``View.next_piece`` gives piece by piece, up to the rounding of sums.
    """
    pieces = laid_out(list(texts))
    starts = np.flatnonzero(pieces == START)
    place = np.arange(len(pieces)) - np.repeat(starts, np.diff(starts, append=len(pieces)))
    chances = np.full(len(pieces), 1 / (view.size - 1))
    key = np.zeros(len(pieces), np.uint64)
    alive = place > 0
    for length in range(1, view.shape.order + 1):
        key |= _before(pieces, length - 1) << np.uint64(view.shape.bits * (length - 1))
        alive &= place >= length - 1
        chances = _stepped(view, length, key, alive, chances)
    return [part[1:] for part in np.split(np.log(chances), starts[1:])] if len(starts) else []


def _before(pieces: Keys, steps: int) -> Keys:
    """Return for each place the piece so many steps before it."""
    return np.concatenate(
        (np.zeros(min(steps, len(pieces)), np.uint64), pieces[: max(0, len(pieces) - steps)])
    )


def _stepped(view: View, length: int, key: Keys, alive: NDArray[np.bool_], chances: Floats) -> Floats:
    """Return the chances by n-grams of up to ``length``; where what stands before was never seen, ``alive`` becomes false."""
    (keys, counts, *_), last = view.tables[length - 1], view.shape.low(1)
    groups = (counts, counts == 1, counts == 2, counts >= 3)
    sums = [np.concatenate(([0], np.cumsum(group, dtype=np.int64))) for group in groups]
    low, high = np.searchsorted(keys, key & ~last), np.searchsorted(keys, key | last, "right")
    total, *kinds = (row[high] - row[low] for row in sums)
    alive &= total > 0
    at = np.searchsorted(keys, key)
    own = np.append(counts, 0)[np.where(np.append(keys, np.uint64(0))[at] == key, at, len(keys))]
    loss = view.discounts[length - 1]
    left = sum(amount * kind for amount, kind in zip(loss[1:], kinds, strict=True))
    total = np.maximum(total, 1)
    return np.where(alive, (own - loss[np.minimum(own, 3)] + left * chances) / total, chances)


def mixed(frozen: Sequence[Floats], members: Sequence[Floats], weight: float) -> list[Floats]:
    """Return the logarithms of chances mixed: ``weight`` of the frozen ones, the rest of the members'."""
    with np.errstate(divide="ignore"):
        one, other = np.log(weight), np.log1p(-weight)
    return [np.logaddexp(one + a, other + b) for a, b in zip(frozen, members, strict=True)]
