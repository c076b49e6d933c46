"""Weights in fixed point, with a proof: each is the exact one, rounded, whatever machine and whatever order made it.

B_ij = -P_ij / P_jj (Steck 2019, eq. 8) in 4,096ths. L = PG - I is what is wrong with a computed P. As P - G⁻¹ = L G⁻¹, and |G⁻¹
e_j|² is at most (G⁻¹)_jj / λ, an entry of P is wrong by at most |L_i| sqrt(P_jj / λ), and one of B by at most |L| (1 + |B_ij|) /
sqrt(λ P_jj), with |L| the longest row of L. An entry farther than that from where rounding turns is rounded as the exact one is.
The others, a few in 10⁸, are solved again from the whole numbers (``exact``).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sayso.models.recommend.exact import exact_column, rounded_ratio
from sayso.models.recommend.gram import Gram
from sayso.models.recommend.inverse import Inverse
from sayso.models.recommend.rows import Ints

Weights: TypeAlias = NDArray[np.int16]

SCALE_BITS = 12
SCALE = 1 << SCALE_BITS
"""Weights are published in 4,096ths."""
TOP = (1 << 15) - 1
"""No published weight is larger or smaller than ±TOP: ±8 in 4,096ths; what goes beyond is cut."""
ROUNDING = 2.0**-50
"""What a division and a product may add, relative: four units of the last place."""


def rounded(inverse: Inverse, posts: Ints, bound: float, ridge: int) -> tuple[Weights, NDArray[np.bool_]]:
    """Return the weights from posts to all posts (k, n) in 4,096ths, and which of them the bound cannot vouch for.

    ``bound`` is the length that no row of L exceeds. The weight of a post for itself is 0 and never in doubt.
    """
    diagonal = inverse.live_diagonal()
    weights = inverse.rows(posts) / -diagonal
    reach = np.abs(weights)
    reach += 1.0
    reach *= (bound / np.sqrt(ridge * diagonal) + ROUNDING) * SCALE
    weights *= SCALE
    whole = np.rint(weights)
    doubt = 0.5 - np.abs(weights - whole) <= reach
    doubt &= np.abs(weights) <= TOP + 1
    own = np.arange(len(posts)), posts
    whole[own], doubt[own] = 0, False
    return np.clip(whole, -TOP, TOP).astype(np.int16), doubt


def settle(weights: Weights, doubt: NDArray[np.bool_], posts: Ints, gram: Gram, inverse: Inverse) -> None:
    """Put the exact weights, rounded, in the places in doubt."""
    for column in np.flatnonzero(doubt.any(axis=0)).tolist():
        solved = exact_column(gram, inverse, column)
        for row in np.flatnonzero(doubt[:, column]).tolist():
            ratio = rounded_ratio(-solved[posts[row]], solved[column], SCALE_BITS)
            weights[row, column] = min(max(ratio, -TOP), TOP)
