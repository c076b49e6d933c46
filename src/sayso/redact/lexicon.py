"""The lexicon: which of 20,000 groups of like words a word belongs to, and which lists of names hold it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FIRST_NAME, LAST_NAME, CITY, CITY_PART, COUNTRY, FIRM, KNOWN, ALSO_COMMON = (1 << bit for bit in range(8))


class Lexicon(NamedTuple):
    """Words by their 32-bit names, rising (``key``, uint32), each with its group (``group``, uint16; 0 for none) and
    the lists that hold it (``flags``, uint8, a sum of the constants of this module).
    """

    key: NDArray[np.uint32]
    group: NDArray[np.uint16]
    flags: NDArray[np.uint8]

    def look_up(self, key: NDArray[np.uint32]) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
        """Return the group and the flags of each word, zero where the lexicon does not know it."""
        place = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        known = self.key[place] == key
        return np.where(known, self.group[place], 0).astype(np.uint16), np.where(
            known, self.flags[place], 0
        ).astype(np.uint8)
