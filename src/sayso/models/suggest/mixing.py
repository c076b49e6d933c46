"""Two forecasts become one: a frozen one, that no member had a part in, and the members' counts.

``p = w · frozen + (1 - w) · counts``. The frozen one may be anything that gives the chances of the next piece of its own tokenizer,
the counts being counted in the pieces of the same: here the counts of a public text, elsewhere a language model that is never trained
on members.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sayso.models.suggest.kneser_ney import Floats, View

HALF = 2_000
"""The pairs of neighbouring pieces at which both weigh the same: a constant, set once, never fitted on a platform's members."""


class Frozen(Protocol):
    """Whatever forecasts without having learnt from members."""

    def next_piece(self, context: Sequence[int]) -> Floats:
        """Return the chance of each piece to come next (float64, 1 in all)."""


def frozen_weight(pairs: int) -> float:
    """Return how much of the forecast is the frozen one's, when members wrote so many different pairs of pieces.

    >>> [round(frozen_weight(pairs), 2) for pairs in (0, 2_000, 200_000)]
    [1.0, 0.5, 0.09]
    """
    return 1 / (1 + math.sqrt(pairs / HALF))


@dataclass(frozen=True)
class Mixture:
    """The forecast of a frozen model and of what may be seen of the members' counts."""

    frozen: Frozen
    members: View

    @property
    def weight(self) -> float:
        """Return how much of it is the frozen one's; it follows from whole numbers that may be seen."""
        return frozen_weight(self.members.pairs)

    def next_piece(self, context: Sequence[int]) -> Floats:
        """Return the chance of each piece to come next (float64, one for each number, 1 in all) after the pieces of ``context``."""
        weight = self.weight
        return weight * self.frozen.next_piece(context) + (1 - weight) * self.members.next_piece(context)
