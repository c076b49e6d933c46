"""Uses: a purpose for a recipient, and the tree that purposes form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Use(NamedTuple):
    """A purpose × a recipient: what a record would be used for, and by whom."""

    purpose: str
    recipient: str

    def __str__(self) -> str:
        """Return the use for people.

        >>> str(Use("content-generation", "linkedin"))
        'content-generation for linkedin'
        """
        return f"{self.purpose} for {self.recipient}"


@dataclass(frozen=True, slots=True)
class PurposeTree:
    """The purposes of a policy as (purpose, parent or ``None``) pairs, parents before children."""

    pairs: tuple[tuple[str, str | None], ...]

    def names(self) -> tuple[str, ...]:
        """Return every purpose, parents before children."""
        return tuple(name for name, _ in self.pairs)

    def parent(self, purpose: str) -> str | None:
        """Return the parent of a purpose; ``None`` at a root and for a purpose that is not in the tree."""
        return next((parent for name, parent in self.pairs if name == purpose), None)

    def lineage(self, purpose: str) -> tuple[str, ...]:
        """Return a purpose and all its ancestors, nearest first.

        >>> tree = PurposeTree((("ai-training", None), ("content-generation", "ai-training")))
        >>> tree.lineage("content-generation")
        ('content-generation', 'ai-training')
        """
        found: list[str] = []
        step: str | None = purpose
        while step is not None:
            found.append(step)
            step = self.parent(step)
        return tuple(found)

    def covers(self, general: str, special: str) -> bool:
        """Tell whether ``general`` is ``special`` or one of its ancestors: naming it names the other.

        >>> tree = PurposeTree((("ai-training", None), ("content-generation", "ai-training")))
        >>> tree.covers("ai-training", "content-generation"), tree.covers("content-generation", "ai-training")
        (True, False)
        """
        return general in self.lineage(special)

    def related(self, one: str, other: str) -> bool:
        """Tell whether one purpose is the other, an ancestor of it or a descendant of it."""
        return self.covers(one, other) or self.covers(other, one)
