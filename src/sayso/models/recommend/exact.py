"""A column of G⁻¹ to more than 100 binary places, and weights rounded from it: for the few entries that float64 cannot decide."""

from __future__ import annotations

import numpy as np

from sayso.errors import IntegrityError, Problem
from sayso.models.recommend.gram import Big, Floats, Gram
from sayso.models.recommend.inverse import Inverse
from sayso.models.recommend.settings import UNIT_BITS

PLACES = 160
"""Binary places kept behind the point."""
GUARD = 60
"""A ratio nearer than 2^-60 to where rounding turns counts as lying on it: it then goes to the even neighbour."""
STEPS = 40


def exact_column(gram: Gram, inverse: Inverse, column: int) -> list[int]:
    """Return column ``column`` of G⁻¹ in 2^-160ths, by iterative refinement (Wilkinson 1963) with residuals in whole numbers.

    Raises ``IntegrityError`` (``not-refined``) where the inverse is so wrong that it does not converge.
    """
    solved: Big = np.zeros(gram.size, dtype=object)
    wanted: Big = np.zeros(gram.size, dtype=object)
    wanted[column] = 1 << (PLACES + 2 * UNIT_BITS)
    for _ in range(STEPS):
        missing = wanted - gram.times_big(solved)
        shift = max(0, max(abs(one) for one in missing).bit_length() - 53)
        step = inverse.applied((missing >> shift).astype(np.float64)[:, None])[:, 0]
        change = _shifted(step, shift - 2 * UNIT_BITS)
        if not change.any():
            return [int(one) for one in solved]
        solved = solved + change
    raise IntegrityError(
        Problem("not-refined", "the inverse is not that of its Gram matrix", advice="fit anew")
    )


def _shifted(step: Floats, bits: int) -> Big:
    # Floats have 53 bits: first 60 places more than asked, then back, rounded.
    wide = [int(one) for one in np.rint(np.ldexp(step, 60)).astype(object)]
    down = 60 - bits
    shifted = [(one << -down) if down <= 0 else (one + (1 << (down - 1))) >> down for one in wide]
    return np.array(shifted, dtype=object)


def rounded_ratio(above: int, below: int, bits: int) -> int:
    """Return ``above``/``below`` in 2^-bits, rounded to the nearest, to the even one where it lies (to 2^-60) between two.

    >>> [rounded_ratio(above, 8, 1) for above in (1, 2, 6, 7)]
    [0, 0, 2, 2]
    """
    fine = (above << (bits + 64)) // below
    whole, rest = fine >> 64, fine & ((1 << 64) - 1)
    over = rest - (1 << 63)
    if abs(over) < 1 << (64 - GUARD):
        return whole + (whole & 1)
    return whole + (over > 0)
