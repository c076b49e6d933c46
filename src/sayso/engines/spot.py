"""Spotting: which texts may name some members, found by a directory of those alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sayso.redact.operators import Rules
from sayso.redaction_ports import Known

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
        renamed: Sequence[Known] = (),
        bring_together: bool = False,
    ) -> None:
        """Build the directories of the members, who are among those of a roll, and of the ``renamed`` and whom that touches.

        ``always`` others go before and after. ``bring_together`` tells of the rules of redaction that they may bring words together
        (``Rules.bring_together``).

        Whoever is new, gone or called otherwise counts for nobody's namesake: so every part of a name is borne by no more than it
        was or is, and the rules are as lax as they were or are, or laxer. Where it matters by how many a part is borne, those who
        bear it are looked for as well: their names may be told from ordinary words otherwise than before.
        """
        self._bring_together = bring_together
        # Not before it is needed: most commands look for nobody.
        from sayso.redact.directory import Directory
        from sayso.redact.name_parts import FEW, HARDLY_ANY
        from sayso.redact.owners import Crowd, Roll

        crowd = Crowd(everybody, always, frozenset(one.tag for one in renamed))
        sought = Roll.of([*(one for one in members if one.tag not in crowd.without), *renamed])
        self._directories = [Directory.of_roll(sought, frozenset(sought.tags), b"", crowd)]
        if parts := crowd.unsettled(Roll.of(renamed), (HARDLY_ANY, FEW)):
            touched = crowd.who_bears(parts)
            self._directories.append(Directory.of_roll(touched, frozenset(touched.tags), b"", crowd))

    def spotted(self, texts: Sequence[str]) -> list[bool]:
        """Return for each text whether it may name one of the members."""
        return _as_flags((one.named(texts) for one in self._directories), texts)

    def sighted(self, texts: Sequence[str]) -> list[bool]:
        """Return for each original text whether it, or what redaction leaves of it, may name one of the members.

        Where other things go without a label, words may come to stand together that did not: there every word of a name counts.
        """
        if not self._bring_together:
            return self.spotted(texts)
        return _as_flags((one.seen(texts) for one in self._directories), texts)


def _as_flags(places: Iterable[frozenset[int]], texts: Sequence[str]) -> list[bool]:
    found = frozenset().union(*places)
    return [place in found for place in range(len(texts))]


@dataclass(frozen=True, slots=True)
class OpenSpotters:
    """Makes spotters for what is redacted by some rules."""

    rules: Rules

    def __call__(
        self,
        members: Sequence[Known],
        everybody: Roll,
        always: frozenset[str] = frozenset(),
        renamed: Sequence[Known] = (),
    ) -> DirectorySpotter:
        """Return a spotter of some members of a roll and of the ``renamed``; the others in ``always`` are removed before and after."""
        return DirectorySpotter(members, everybody, always, renamed, self.rules.bring_together)
