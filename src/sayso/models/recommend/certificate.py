"""The certificate: that an inverse is the inverse of a ledger's Gram matrix, in n² steps, for whoever chose the key."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

import numpy as np

from sayso.models.recommend.gram import Gram
from sayso.models.recommend.inverse import Inverse
from sayso.models.recommend.rows import Ints

PROBES = 16
SAFETY = 8.0
FLOOR = 2.0**-46
"""No residual counts as smaller: what float64 can be trusted with on a few posts, where it may vanish by luck."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """``residual`` is the largest entry of (PG - I)Z over ±1 probes Z: about 1e-13 where P is G's inverse, about 1e-2 where
    one member more or less is in P than in G.

    ``bound`` is the length that no row of PG - I exceeds: eight times the residual (or 2^-46). A row r of a length above the bound
    would have to stay below an eighth of it on all 16 probes r·z. For rounding errors, which lie all over the row, one probe does
    that with a chance of 1 in 10, all 16 in 10^16; for the worst row there is (two equal entries) it is 1/2 and 2^-16.
    """

    residual: float
    bound: float


def probes(key: bytes, size: int) -> Ints:
    """Return ±1 probes (size, 16) from a key: the bits of HMAC-SHA-256 of a counter."""
    blocks = -(-size * PROBES // 256)
    stream = b"".join(hmac.digest(key, number.to_bytes(8, "big"), hashlib.sha256) for number in range(blocks))
    bits = np.unpackbits(np.frombuffer(stream, np.uint8))[: size * PROBES]
    return (2 * bits.astype(np.int64) - 1).reshape(size, PROBES)


def certify(gram: Gram, inverse: Inverse, key: bytes) -> Certificate:
    """Return how far an inverse is from being that of a Gram matrix; ``key`` is any bytes that were not known to who made it."""
    signs = probes(key, gram.size)
    wrong = inverse.applied(gram.times(signs)) - signs
    residual = float(np.abs(wrong).max(initial=0.0))
    return Certificate(residual, SAFETY * max(residual, FLOOR))
