"""Spotting: which texts may name some members, found by a directory of those alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sayso.ports import Known

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
        self, members: Sequence[Known], everybody: Roll, always: frozenset[str] = frozenset()
    ) -> None:
        """Build the directory of the members, who are among those of a roll; ``always`` others go before and after."""
        # Not before it is needed: most commands look for nobody.
        from sayso.redact.directory import Directory
        from sayso.redact.owners import Crowd, Roll

        roll = Roll.of(members)
        self._directory = Directory.of_roll(roll, frozenset(roll.tags), b"", Crowd(everybody, always))

    def spotted(self, texts: Sequence[str]) -> list[bool]:
        """Return for each text whether it may name one of the members."""
        named = self._directory.named(texts)
        return [place in named for place in range(len(texts))]
