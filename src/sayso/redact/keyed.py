"""Keys, which are folded names or handles, and the members of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sayso.redact.word_hashes import Numbers

Flags = NDArray[np.uint8]
"""A byte for each member."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Keys in sorted order, the members of each (``members[i]`` has key ``rows[i]``), and which keys are of somebody flagged."""

    keys: list[str]
    rows: Numbers
    members: Numbers
    flagged: Numbers


@dataclass(frozen=True, eq=False)
class Keyed:
    """Keys in sorted order, and the members of each: the number ``members[i]`` has the key ``rows[i]``."""

    keys: list[str]
    rows: Numbers
    members: Numbers

    def of(self, members: NDArray[np.bool_]) -> Keyed:
        """Return the same of some members alone, by a flag for each."""
        kept = members[self.members]
        there, rows = np.unique(self.rows[kept], return_inverse=True)
        return Keyed([self.keys[at] for at in there.tolist()], rows.astype(np.int64), self.members[kept])

    def owners(self, flags: Flags) -> Owners:
        """Return the same with the keys that somebody flagged has; ``flags`` has a byte for each member."""
        flagged = np.zeros(len(self.keys), np.int64)
        np.maximum.at(flagged, self.rows, flags[self.members])
        return Owners(self.keys, self.rows, self.members, flagged)
