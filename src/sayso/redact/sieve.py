"""The sieve: which tokens may be names at all, from what they and their neighbours look like, before a network is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sayso.redact.network import TOP, Floats
from sayso.redact.shapes import Ints

PLACES = (-3, -2, -1, 0, 1, 2, 3)
"""The places whose tokens speak for a token or against it."""
NEVER, ALL = -(1 << 30), -(1 << 29)
"""What a token that can be no part of a name says for itself, and a limit below what any others say."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """A small network per type of token, whose outputs are added up over the neighbours.

    ``weight`` (width, hidden) and ``out`` (hidden, places) are whole numbers, so that sums are exact as in ``network``; ``scale`` and
    ``bias`` (hidden) are of the first layer; a token passes where the sum of outputs is above ``limit`` (by kind of line).
    """

    weight: Floats
    scale: Floats
    bias: Floats
    out: Floats
    limit: NDArray[np.int32]

    def says(self, vectors: NDArray[np.int8]) -> NDArray[np.int32]:
        """Return what types with these vectors (n, width) say for the token that sees them at each place (n, places)."""
        hidden = vectors.astype(np.float32) @ self.weight
        hidden *= self.scale
        hidden += self.bias
        np.rint(hidden, out=hidden)
        np.clip(hidden, 0, TOP, out=hidden)
        said: NDArray[np.int32] = (hidden @ self.out).astype(np.int32)
        return said

    def passed(self, said: NDArray[np.int32], line: Ints) -> NDArray[np.bool_]:
        """Return which tokens pass, from what the tokens in their order say (n, places); beyond both ends nothing is said."""
        return total(said) > np.take(self.limit, line)


def total(said: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return for each token what it and its neighbours say for it.

    >>> said = np.zeros((3, len(PLACES)), dtype=np.int32)
    >>> said[1] = [40, 30, 20, 10, 1, 2, 3]
    >>> total(said).tolist()
    [1, 10, 20]
    """
    count = len(said)
    summed = said[:, PLACES.index(0)].copy()
    for number, place in enumerate(PLACES):
        if place < 0:
            summed[-place:] += said[: max(count + place, 0), number]
        elif place > 0:
            summed[: max(count - place, 0)] += said[place:, number]
    return summed


def sieve_of(arrays: Mapping[str, NDArray[np.generic]]) -> Sieve | None:
    """Return the sieve that named arrays hold (``stored`` made them), None where they hold none; ``ValueError`` where its sums
    could not be exact.
    """
    if "sieve_weight" not in arrays:
        return None
    names = ("weight", "scale", "bias", "out")
    weight, scale, bias, out = (arrays[f"sieve_{name}"].astype(np.float32) for name in names)
    if any(np.abs(table).max() > TOP or len(table) * TOP * TOP >= 1 << 24 for table in (weight, out)):
        raise ValueError("this sieve cannot be summed exactly")
    return Sieve(weight, scale, bias, out, arrays["sieve_limit"].astype(np.int32))


def stored(sieve: Sieve) -> dict[str, NDArray[np.generic]]:
    """Return the sieve as named arrays, as ``sieve_of`` reads them."""
    return {
        "sieve_weight": sieve.weight.astype(np.int8),
        "sieve_scale": sieve.scale,
        "sieve_bias": sieve.bias,
        "sieve_out": sieve.out.astype(np.int8),
        "sieve_limit": sieve.limit,
    }
