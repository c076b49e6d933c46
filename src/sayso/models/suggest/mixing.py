"""Two forecasts become one: a frozen one, that no member had a part in, and the members' counts.

``p = w · frozen + (1 - w) · counts``. The frozen one may be anything that gives the chances of the next piece of its own tokenizer,
the counts being counted in the pieces of the same: here the counts of a public text, elsewhere a language model that is never trained
on members (``sayso.neural``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sayso.models.suggest.kneser_ney import Floats, Ints, View
from sayso.models.suggest.tokenizer import Numbers

Mask: TypeAlias = NDArray[np.bool_]
"""For each piece whether it may stand somewhere."""


class Frozen(Protocol):
    """Whatever forecasts without having learnt from members."""

    def weight(self, pairs: int) -> float:
        """Return how much of a mixture is the frozen one's (0 to 1), when members wrote so many different pairs of pieces."""
        ...

    def next_piece(self, context: Sequence[int]) -> Floats:
        """Return the chance of each piece to come next (float64, 1 in all)."""
        ...

    def gives(self, context: Sequence[int], path: Sequence[int], among: Mask) -> Ints:
        """Return the pieces ``among`` some that it alone would put after ``path``, which stands after ``context``."""
        ...

    def settled(self, context: Sequence[int]) -> Frozen:
        """Return the same forecasts for contexts that begin with this one, quicker where many are asked for."""
        ...

    def log_chances(self, texts: Sequence[Numbers]) -> list[Floats]:
        """Return for each text the natural logarithms of the chances of its pieces, the end of the text the last."""
        ...


@dataclass(frozen=True)
class Mixture:
    """The forecast of a frozen model and of what may be seen of the members' counts."""

    frozen: Frozen
    members: View

    @property
    def weight(self) -> float:
        """Return how much of it is the frozen one's; it follows from whole numbers that may be seen."""
        return self.frozen.weight(self.members.pairs)

    def next_piece(self, context: Sequence[int]) -> Floats:
        """Return the chance of each piece to come next (float64, one for each number, 1 in all) after the pieces of ``context``."""
        weight = self.weight
        return weight * self.frozen.next_piece(context) + (1 - weight) * self.members.next_piece(context)

    def settled(self, context: Sequence[int]) -> Mixture:
        """Return the same forecast for contexts that begin with this one."""
        return Mixture(self.frozen.settled(context), self.members)
