"""Spotting: which texts may name some members, found by a directory of those alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sayso.ports import Known
from sayso.redact.operators import Rules

if TYPE_CHECKING:
    from sayso.redact.owners import Roll


class DirectorySpotter:
    """Finds the texts that may name some members.

    Its directory knows nobody else and always removes all of them; of all others it knows how many bear each part of their names,
    and whether one of those goes in any case. Every other rule of the directory is the laxer the fewer there are and the more are
    always removed, so that what a larger directory finds of these members, this one finds: but for a bare part of a name that many
    bear and that goes for another's sake, which comes out the same whatever these say, and tells of nobody (``Mention.told``).
    """

    def __init__(
        self,
        members: Sequence[Known],
        everybody: Roll,
        always: frozenset[str] = frozenset(),
        bring_together: bool = False,
    ) -> None:
        """Build the directory of the members, who are among those of a roll; ``always`` others go before and after.

        ``bring_together`` tells of the rules of redaction that they may bring words together (``Rules.bring_together``).
        """
        self._bring_together = bring_together
        # Not before it is needed: most commands look for nobody.
        from sayso.redact.directory import Directory
        from sayso.redact.owners import Crowd, Roll

        roll = Roll.of(members)
        self._directory = Directory.of_roll(roll, frozenset(roll.tags), b"", Crowd(everybody, always))

    def spotted(self, texts: Sequence[str]) -> list[bool]:
        """Return for each text whether it may name one of the members."""
        return _as_flags(self._directory.named(texts), texts)

    def sighted(self, texts: Sequence[str]) -> list[bool]:
        """Return for each original text whether it, or what redaction leaves of it, may name one of the members.

        Where other things go without a label, words may come to stand together that did not: there every word of a name counts.
        """
        return _as_flags(self._directory.seen(texts), texts) if self._bring_together else self.spotted(texts)


def _as_flags(places: frozenset[int], texts: Sequence[str]) -> list[bool]:
    return [place in places for place in range(len(texts))]


@dataclass(frozen=True, slots=True)
class OpenSpotters:
    """Makes spotters for what is redacted by some rules."""

    rules: Rules

    def __call__(
        self, members: Sequence[Known], everybody: Roll, always: frozenset[str] = frozenset()
    ) -> DirectorySpotter:
        """Return a spotter of some members of a roll; the others in ``always`` are removed before and after."""
        return DirectorySpotter(members, everybody, always, self.rules.bring_together)
